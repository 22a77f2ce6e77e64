/*
 * Reading back. A damaged page ends a query with SQLITE_CORRUPT; the rows
 * behind it are often fine, so the query starts again a little further, in
 * growing steps. Numbers rise by one: gaps tell how much is missing.
 */
#include "kerf/store/journal.h"

#include "database.h"
#include "kerf/wire/event_json.h"

#define LIMIT_SKIP_ROWS ((int64_t)1 << 20)

static struct str copy_text(struct arena *arena, sqlite3_stmt *statement,
                            int column)
{
    return arena_copy(arena, database_text(statement, column));
}

static bool read_sessions(sqlite3_stmt *statement, sqlite3 *db,
                          struct arena *arena, struct session_info **list,
                          size_t *count, struct error *err)
{
    size_t cap = 0;
    int code;

    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        *list = arena_grow(arena, *list, &cap, *count + 1, sizeof(**list));
        (*list)[(*count)++] = (struct session_info){
            .id = copy_text(arena, statement, 0),
            .root = copy_text(arena, statement, 1),
            .title = copy_text(arena, statement, 2),
            .started_ms = sqlite3_column_int64(statement, 3),
            .changed_ms = sqlite3_column_int64(statement, 4),
            .turns = (size_t)sqlite3_column_int64(statement, 5),
        };
    }
    return code == SQLITE_DONE || database_error(db, err);
}

bool journal_sessions(struct str dir, struct arena *arena, struct str root,
                      size_t max, struct session_info **list, size_t *count,
                      struct error *err)
{
    bool missing, fine = false;
    sqlite3 *db = database_open_to_read(dir, &missing, err);

    *list = NULL;
    *count = 0;
    if (!db)
        return missing;
    sqlite3_stmt *statement = database_prepare(
        db,
        "SELECT id, root, title, started_ms, changed_ms, turns FROM session"
        " WHERE ?1 = '' OR root = ?1 ORDER BY changed_ms DESC, id DESC"
        " LIMIT ?2",
        err);
    if (statement) {
        database_bind(statement, 1, root);
        sqlite3_bind_int64(statement, 2,
                           max > INT64_MAX ? INT64_MAX : (int64_t)max);
        fine = read_sessions(statement, db, arena, list, count, err);
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return fine;
}

struct replay {
    sqlite3 *db;
    sqlite3_stmt *statement;
    struct arena arena; // of one event
    journal_replay_fn fn;
    void *ctx;
    int64_t last; // number of the last row seen
    size_t rows, lost;
};

static void replay_row(struct replay *replay)
{
    struct event event;
    struct error unused;
    int64_t number = sqlite3_column_int64(replay->statement, 0);

    if (number > replay->last + 1)
        replay->lost += (size_t)(number - replay->last - 1);
    replay->last = number;
    replay->rows++;
    if (event_read(&replay->arena, database_text(replay->statement, 1), &event,
                   &unused))
        replay->fn(&event, replay->ctx);
    else
        replay->lost++;
    arena_reset(&replay->arena);
}

// Replays the rows behind `number`. Returns SQLite's code for the end.
static int replay_behind(struct replay *replay, int64_t number)
{
    int code;

    sqlite3_reset(replay->statement);
    sqlite3_bind_int64(replay->statement, 2, number);
    while ((code = sqlite3_step(replay->statement)) == SQLITE_ROW)
        replay_row(replay);
    return code;
}

static bool replay_all(struct replay *replay, struct error *err)
{
    int64_t skip = 0;

    for (;;) {
        size_t before = replay->rows;
        int code = replay_behind(replay, replay->last + skip);
        if (code == SQLITE_DONE) {
            replay->lost += skip > 0 && replay->rows == before;
            return true;
        }
        if ((code & 0xff) != SQLITE_CORRUPT)
            return database_error(replay->db, err);
        skip = replay->rows > before || skip == 0 ? 1 : skip * 2;
        if (skip > LIMIT_SKIP_ROWS) {
            replay->lost++; // at least one; nobody can tell how many
            return true;
        }
    }
}

static bool has_session(sqlite3 *db, struct str id)
{
    struct error unused;
    sqlite3_stmt *statement =
        database_prepare(db, "SELECT 1 FROM session WHERE id = ?1", &unused);

    if (!statement)
        return false;
    database_bind(statement, 1, id);
    bool found = sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    return found;
}

static bool replay_opened(sqlite3 *db, struct replay *replay, struct str id,
                          struct error *err)
{
    replay->db = db;
    replay->statement = database_prepare(
        db,
        "SELECT number, json FROM event WHERE session = ?1 AND number > ?2"
        " ORDER BY number",
        err);
    if (!replay->statement)
        return false;
    database_bind(replay->statement, 1, id);
    bool fine = replay_all(replay, err);
    sqlite3_finalize(replay->statement);
    arena_release(&replay->arena);
    if (fine && replay->rows == 0 && replay->lost == 0 && !has_session(db, id))
        return error_set(err, ERROR_NOT_FOUND, "there is no session %.*s",
                         STR_ARG(str_take(id, 60)));
    return fine;
}

bool journal_replay(struct str dir, struct str session_id, journal_replay_fn fn,
                    void *ctx, size_t *lost, struct error *err)
{
    struct replay replay = { .fn = fn, .ctx = ctx };
    bool missing;
    sqlite3 *db = database_open_to_read(dir, &missing, err);

    *lost = 0;
    if (missing)
        return error_set(err, ERROR_NOT_FOUND, "there is no journal in %.*s",
                         STR_ARG(str_take(dir, 150)));
    if (!db)
        return false;
    bool fine = replay_opened(db, &replay, session_id, err);
    *lost = replay.lost;
    sqlite3_close(db);
    return fine;
}

static void read_sample(sqlite3_stmt *statement, struct sample *sample)
{
    *sample = (struct sample){
        .session_id = database_text(statement, 0),
        .backend = database_text(statement, 1),
        .model = database_text(statement, 2),
        .outcome = database_text(statement, 3),
        .time_ms = sqlite3_column_int64(statement, 4),
        .dial_ms = sqlite3_column_int64(statement, 5),
        .ttft_ms = sqlite3_column_int64(statement, 6),
        .total_ms = sqlite3_column_int64(statement, 7),
        .tokens_per_second = sqlite3_column_double(statement, 8),
        .cost_usd = sqlite3_column_double(statement, 9),
        .usage = { .input = sqlite3_column_int64(statement, 10),
                   .cached = sqlite3_column_int64(statement, 11),
                   .output = sqlite3_column_int64(statement, 12),
                   .reasoning = sqlite3_column_int64(statement, 13) },
        .request_bytes = sqlite3_column_int64(statement, 14),
        .is_delta = sqlite3_column_int(statement, 15) != 0,
        .transport = database_text(statement, 16),
        .failure = database_text(statement, 17),
        .why = database_text(statement, 18),
        .attempts = sqlite3_column_int64(statement, 19),
        .network = sqlite3_column_int64(statement, 20),
        .root = database_text(statement, 21),
    };
}

#define SAMPLE_COLUMNS                                                    \
    "session, sample.backend, model, outcome, time_ms, dial_ms, ttft_ms," \
    " total_ms, tokens_per_second, cost_usd, input, cached, output,"      \
    " reasoning, request_bytes, is_delta"
#define SAMPLE_ROWS                                                    \
    ", coalesce(root, '') FROM sample LEFT JOIN session ON session.id" \
    " = sample.session WHERE time_ms >= ?1 ORDER BY time_ms, sample.rowid"

// A journal that this kerf has only read is still of the schema it had.
static const char *const select_samples[] = {
    "SELECT " SAMPLE_COLUMNS ", '', '', '', 0, 0" SAMPLE_ROWS,
    "SELECT " SAMPLE_COLUMNS
    ", transport, failure, why, attempts, network" SAMPLE_ROWS,
};

bool journal_samples(struct str dir, int64_t since_ms, journal_sample_fn fn,
                     void *ctx, struct error *err)
{
    bool missing, fine = false;
    sqlite3 *db = database_open_to_read(dir, &missing, err);
    sqlite3_stmt *statement = NULL;
    int code = SQLITE_DONE, version = 0;

    if (!db)
        return missing;
    if (database_version(db, &version, err))
        statement = database_prepare(db, select_samples[version > 1], err);
    if (statement) {
        struct sample sample;
        sqlite3_bind_int64(statement, 1, since_ms);
        while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
            read_sample(statement, &sample);
            fn(&sample, ctx);
        }
        fine = code == SQLITE_DONE || database_error(db, err);
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return fine;
}
