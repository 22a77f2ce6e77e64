/* Each row carries a number that rises within its session; the first message
 * of a session becomes its title. */
#include "rows.h"

#include "kerf/wire/event_json.h"

#define LIMIT_TITLE_BYTES 200

static struct row *add_row(struct batch *batch)
{
    batch->rows = arena_grow(&batch->arena, batch->rows, &batch->cap,
                             batch->count + 1, sizeof(*batch->rows));
    struct row *row = &batch->rows[batch->count++];
    *row = (struct row){ 0 };
    return row;
}

void batch_add_event(struct batch *batch, struct str session,
                     const struct event *event)
{
    struct buf json = { 0 };
    struct row *row = add_row(batch);

    event_write(&json, event);
    row->kind = event->kind;
    row->time_ms = event->time_ms;
    row->session = arena_copy(&batch->arena, session);
    row->json = arena_copy(&batch->arena, buf_str(&json));
    if (event->kind == EVENT_SESSION_OPENED)
        row->head = arena_copy(&batch->arena, event->name);
    if (event->kind == EVENT_USER_MESSAGE)
        row->head =
            arena_copy(&batch->arena, str_take(event->text, LIMIT_TITLE_BYTES));
    buf_release(&json);
}

void batch_add_sample(struct batch *batch, const struct sample *sample)
{
    struct row *row = add_row(batch);
    struct arena *arena = &batch->arena;

    row->is_sample = true;
    row->sample = *sample;
    row->sample.session_id = arena_copy(arena, sample->session_id);
    row->sample.backend = arena_copy(arena, sample->backend);
    row->sample.model = arena_copy(arena, sample->model);
    row->sample.outcome = arena_copy(arena, sample->outcome);
}

void batch_release(struct batch *batch)
{
    arena_release(&batch->arena);
    *batch = (struct batch){ 0 };
}

// --- writing -------------------------------------------------------------------

enum statement {
    PUT_EVENT,
    PUT_SESSION,
    PUT_MESSAGE,
    PUT_SAMPLE,
    STATEMENT_COUNT,
};

static const char *const texts[STATEMENT_COUNT] = {
    [PUT_EVENT] = "INSERT INTO events(session, number, time_ms, kind, json) "
                  "VALUES(?1, (SELECT coalesce(max(number), 0) + 1 FROM events "
                  "WHERE session = ?1), ?2, ?3, ?4)",
    [PUT_SESSION] = "INSERT OR IGNORE INTO sessions(id, root, title, "
                    "started_ms, changed_ms, turns) "
                    "VALUES(?1, ?2, '', ?3, ?3, 0)",
    [PUT_MESSAGE] = "UPDATE sessions SET turns = turns + 1, changed_ms = ?3, "
                    "title = CASE title WHEN '' THEN ?2 ELSE title END "
                    "WHERE id = ?1",
    [PUT_SAMPLE] = "INSERT INTO samples VALUES"
                   "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
                   "?14, ?15, ?16)",
};

struct writer {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
};

static bool open_writer(struct writer *writer, sqlite3 *db, struct error *err)
{
    writer->db = db;
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        writer->statements[i] = db_prepare(db, texts[i], err);
        if (!writer->statements[i])
            return false;
    }
    return true;
}

static void close_writer(struct writer *writer)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(writer->statements[i]);
}

static bool put_head(struct writer *writer, const struct row *row,
                     struct error *err)
{
    bool opened = row->kind == EVENT_SESSION_OPENED;
    sqlite3_stmt *s = writer->statements[opened ? PUT_SESSION : PUT_MESSAGE];

    db_bind_str(s, 1, row->session);
    db_bind_str(s, 2, row->head);
    sqlite3_bind_int64(s, 3, row->time_ms);
    return db_step(writer->db, s, err);
}

static bool put_event(struct writer *writer, const struct row *row,
                      struct error *err)
{
    sqlite3_stmt *s = writer->statements[PUT_EVENT];

    db_bind_str(s, 1, row->session);
    sqlite3_bind_int64(s, 2, row->time_ms);
    db_bind_str(s, 3, str_from(event_kind_name(row->kind)));
    db_bind_str(s, 4, row->json);
    if (!db_step(writer->db, s, err))
        return false;
    if (row->kind != EVENT_SESSION_OPENED && row->kind != EVENT_USER_MESSAGE)
        return true;
    return put_head(writer, row, err);
}

static bool put_sample(struct writer *writer, const struct sample *sample,
                       struct error *err)
{
    sqlite3_stmt *s = writer->statements[PUT_SAMPLE];
    const int64_t numbers[] = { sample->time_ms, sample->dial_ms,
                                sample->ttft_ms, sample->total_ms };
    const int64_t tokens[] = { sample->usage.input,   sample->usage.cached,
                               sample->usage.output,  sample->usage.reasoning,
                               sample->request_bytes, sample->is_delta };

    db_bind_str(s, 1, sample->session_id);
    db_bind_str(s, 2, sample->backend);
    db_bind_str(s, 3, sample->model);
    db_bind_str(s, 4, sample->outcome);
    for (int i = 0; i < 4; i++)
        sqlite3_bind_int64(s, 5 + i, numbers[i]);
    sqlite3_bind_double(s, 9, sample->tokens_per_second);
    sqlite3_bind_double(s, 10, sample->cost_usd);
    for (int i = 0; i < 6; i++)
        sqlite3_bind_int64(s, 11 + i, tokens[i]);
    return db_step(writer->db, s, err);
}

static bool put_rows(struct writer *writer, const struct batch *batch,
                     struct error *err)
{
    for (size_t i = 0; i < batch->count; i++) {
        const struct row *row = &batch->rows[i];
        if (!(row->is_sample ? put_sample(writer, &row->sample, err)
                             : put_event(writer, row, err)))
            return false;
    }
    return true;
}

bool batch_write(const struct batch *batch, sqlite3 *db, bool durable,
                 struct error *err)
{
    struct writer writer = { 0 };
    struct error ignored = { 0 };

    if (!db_run(db,
                durable ? "PRAGMA synchronous = FULL"
                        : "PRAGMA synchronous = NORMAL",
                err)
        || !db_run(db, "BEGIN IMMEDIATE", err))
        return false;
    bool fine = open_writer(&writer, db, err) && put_rows(&writer, batch, err);
    close_writer(&writer);
    if (fine && db_run(db, "COMMIT", err))
        return true;
    if (!db_run(db, "ROLLBACK", &ignored))
        return false;
    return false;
}
