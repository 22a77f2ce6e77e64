/*
 * A stream brings thousands of deltas a second; what the journal needs is
 * their text. So neighbours of the same kind and item become one row.
 * The row's number is the newest one of its session plus one, taken under the
 * write lock, so that even two programs on one session keep an order.
 */
#include "batch.h"

#include <stdlib.h>

#include "kerf/base/utf8.h"
#include "kerf/wire/event_json.h"

#define LIMIT_RUN_BYTES ((size_t)256 << 10)
#define LIMIT_TITLE_BYTES 200

struct batch *batch_create(void)
{
    return mem_alloc(sizeof(struct batch));
}

void batch_destroy(struct batch *batch)
{
    if (!batch)
        return;
    for (struct entry *entry = batch->first; entry; entry = entry->next)
        buf_release(&entry->text);
    arena_release(&batch->arena);
    free(batch);
}

bool batch_is_run_kind(enum event_kind kind)
{
    return kind == EVENT_TEXT_DELTA || kind == EVENT_REASONING_DELTA
           || kind == EVENT_CALL_DELTA;
}

static struct entry *add_entry(struct batch *batch)
{
    struct entry *entry = arena_alloc(&batch->arena, sizeof(*entry));

    if (batch->last)
        batch->last->next = entry;
    else
        batch->first = entry;
    batch->last = entry;
    return entry;
}

static bool continues_run(const struct entry *last, struct str session,
                          const struct event *event)
{
    return last && !last->is_sample && batch_is_run_kind(event->kind)
           && last->event.kind == event->kind
           && last->event.index == event->index
           && last->text.len + event->text.len <= LIMIT_RUN_BYTES
           && str_equal(last->session, session)
           && str_equal(last->event.id, event->id)
           && str_equal(last->event.call_id, event->call_id);
}

void batch_add_event(struct batch *batch, struct str session,
                     const struct event *event)
{
    struct arena *arena = &batch->arena;

    batch->size_bytes += event->text.len + event->raw.len;
    if (continues_run(batch->last, session, event)) {
        buf_append(&batch->last->text, event->text);
        return;
    }
    struct entry *entry = add_entry(batch);
    entry->session = arena_copy(arena, session);
    entry->event = *event;
    entry->event.id = arena_copy(arena, event->id);
    entry->event.call_id = arena_copy(arena, event->call_id);
    entry->event.name = arena_copy(arena, event->name);
    entry->event.extra = arena_copy(arena, event->extra);
    entry->event.raw = arena_copy(arena, event->raw);
    entry->event.text = (struct str){ 0 };
    if (batch_is_run_kind(event->kind))
        buf_append(&entry->text, event->text);
    else
        entry->event.text = arena_copy(arena, event->text);
    batch->size_bytes += sizeof(*entry);
}

void batch_add_sample(struct batch *batch, const struct sample *sample)
{
    struct arena *arena = &batch->arena;
    struct entry *entry = add_entry(batch);

    entry->is_sample = true;
    entry->sample = *sample;
    entry->sample.session_id = arena_copy(arena, sample->session_id);
    entry->sample.backend = arena_copy(arena, sample->backend);
    entry->sample.model = arena_copy(arena, sample->model);
    entry->sample.outcome = arena_copy(arena, sample->outcome);
    entry->sample.transport = arena_copy(arena, sample->transport);
    entry->sample.failure = arena_copy(arena, sample->failure);
    entry->sample.why = arena_copy(arena, sample->why);
    batch->size_bytes += sizeof(*entry);
}

// --- writing -----------------------------------------------------------------

static const char insert_session[] =
    "INSERT INTO session(id, root, title, started_ms, changed_ms, turns)"
    " VALUES(?1, ?2, ?3, ?4, ?4, ?5) ON CONFLICT(id) DO UPDATE SET"
    " root = CASE excluded.root WHEN '' THEN root ELSE excluded.root END,"
    " title = CASE title WHEN '' THEN excluded.title ELSE title END,"
    " changed_ms = max(changed_ms, excluded.changed_ms),"
    " turns = turns + excluded.turns";

static const char insert_event[] =
    "INSERT INTO event(session, number, json) VALUES(?1, (SELECT"
    " coalesce(max(number), 0) + 1 FROM event WHERE session = ?1), ?2)";

static const char insert_sample[] =
    "INSERT INTO sample VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
    " ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)";

struct writer {
    sqlite3 *db;
    sqlite3_stmt *session, *event, *sample;
    struct buf text;
};

static bool step(struct writer *writer, sqlite3_stmt *statement,
                 struct error *err)
{
    bool fine = sqlite3_step(statement) == SQLITE_DONE
                || database_error(writer->db, err);

    sqlite3_reset(statement);
    return fine;
}

// The first line of what the user typed, safe to show.
static void write_title(struct buf *out, struct str text)
{
    struct str rest = str_trim(text), line = { 0 };

    (void)!str_split(&rest, '\n', &line);
    line = str_take(str_trim_end(line), LIMIT_TITLE_BYTES);
    line.len -= utf8_incomplete_tail(line);
    utf8_sanitise(out, line, false);
}

static bool write_session(struct writer *writer, const struct entry *entry,
                          struct error *err)
{
    const struct event *event = &entry->event;
    bool opens = event->kind == EVENT_SESSION_OPENED;
    bool is_turn = event->kind == EVENT_USER_MESSAGE;

    buf_reset(&writer->text);
    if (is_turn)
        write_title(&writer->text, event->text);
    database_bind(writer->session, 1, entry->session);
    database_bind(writer->session, 2, opens ? event->name : STR(""));
    database_bind(writer->session, 3, buf_str(&writer->text));
    sqlite3_bind_int64(writer->session, 4, event->time_ms);
    sqlite3_bind_int64(writer->session, 5, is_turn);
    return step(writer, writer->session, err);
}

static bool write_event(struct writer *writer, const struct entry *entry,
                        struct error *err)
{
    struct event event = entry->event;

    if (batch_is_run_kind(event.kind))
        event.text = buf_str(&entry->text);
    buf_reset(&writer->text);
    event_write(&writer->text, &event);
    database_bind(writer->event, 1, entry->session);
    database_bind(writer->event, 2, buf_str(&writer->text));
    return step(writer, writer->event, err)
           && write_session(writer, entry, err);
}

static bool write_sample(struct writer *writer, const struct sample *sample,
                         struct error *err)
{
    sqlite3_stmt *statement = writer->sample;
    const int64_t numbers[] = {
        sample->time_ms,
        sample->dial_ms,
        sample->ttft_ms,
        sample->total_ms,
        0,
        0,
        sample->usage.input,
        sample->usage.cached,
        sample->usage.output,
        sample->usage.reasoning,
        sample->request_bytes,
        sample->is_delta,
    };

    database_bind(statement, 1, sample->session_id);
    database_bind(statement, 2, sample->backend);
    database_bind(statement, 3, sample->model);
    database_bind(statement, 4, sample->outcome);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
        sqlite3_bind_int64(statement, (int)i + 5, numbers[i]);
    sqlite3_bind_double(statement, 9, sample->tokens_per_second);
    sqlite3_bind_double(statement, 10, sample->cost_usd);
    database_bind(statement, 17, sample->transport);
    database_bind(statement, 18, sample->failure);
    database_bind(statement, 19, sample->why);
    sqlite3_bind_int64(statement, 20, sample->attempts);
    sqlite3_bind_int64(statement, 21, sample->network);
    return step(writer, statement, err);
}

static bool write_entries(struct writer *writer, const struct batch *batch,
                          struct error *err)
{
    for (const struct entry *entry = batch->first; entry; entry = entry->next)
        if (!(entry->is_sample ? write_sample(writer, &entry->sample, err)
                               : write_event(writer, entry, err)))
            return false;
    // A commit that changes nothing would sync nothing.
    return batch->first
           || database_run(writer->db,
                           "UPDATE meta SET value = value + 1"
                           " WHERE key = 'flushes'",
                           err);
}

static bool prepare(struct writer *writer, struct error *err)
{
    writer->session = database_prepare(writer->db, insert_session, err);
    if (writer->session)
        writer->event = database_prepare(writer->db, insert_event, err);
    if (writer->event)
        writer->sample = database_prepare(writer->db, insert_sample, err);
    return writer->sample != NULL;
}

bool batch_write(const struct batch *batch, sqlite3 *db, struct error *err)
{
    struct writer writer = { .db = db };
    struct error unused;
    const char *how = batch->durable ? "PRAGMA synchronous = FULL"
                                     : "PRAGMA synchronous = NORMAL";

    bool begun = database_run(db, how, err)
                 && database_run(db, "BEGIN IMMEDIATE", err);
    bool fine = begun && prepare(&writer, err)
                && write_entries(&writer, batch, err)
                && database_run(db, "COMMIT", err);
    sqlite3_finalize(writer.session);
    sqlite3_finalize(writer.event);
    sqlite3_finalize(writer.sample);
    buf_release(&writer.text);
    if (begun && !fine && !sqlite3_get_autocommit(db))
        (void)!database_run(db, "ROLLBACK", &unused);
    return fine;
}
