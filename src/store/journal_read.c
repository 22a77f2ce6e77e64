/* Reading sessions back: a list, and one session event by event. */
#include "kerf/store/journal.h"

#include "db.h"
#include "kerf/wire/event_json.h"

static const char sessions_sql[] =
    "SELECT id, root, title, started_ms, changed_ms, turns FROM sessions "
    "WHERE (?1 = '' OR root = ?1) AND turns > 0 "
    "ORDER BY changed_ms DESC, id DESC LIMIT ?2";

static void take_session(sqlite3_stmt *s, struct arena *arena,
                         struct session_info *info)
{
    *info = (struct session_info){
        .id = arena_copy(arena, db_column_str(s, 0)),
        .root = arena_copy(arena, db_column_str(s, 1)),
        .title = arena_copy(arena, db_column_str(s, 2)),
        .started_ms = sqlite3_column_int64(s, 3),
        .changed_ms = sqlite3_column_int64(s, 4),
        .turns = (size_t)sqlite3_column_int64(s, 5),
    };
}

static bool read_sessions(sqlite3 *db, struct arena *arena, struct str root,
                          size_t max, struct session_info **list, size_t *count,
                          struct error *err)
{
    sqlite3_stmt *s = db_prepare(db, sessions_sql, err);
    size_t cap = 0;
    int result = SQLITE_ERROR;

    if (!s)
        return false;
    db_bind_str(s, 1, root);
    sqlite3_bind_int64(s, 2, (int64_t)max);
    while ((result = sqlite3_step(s)) == SQLITE_ROW) {
        *list = arena_grow(arena, *list, &cap, *count + 1, sizeof(**list));
        take_session(s, arena, &(*list)[(*count)++]);
    }
    if (result != SQLITE_DONE)
        db_failed(db, err);
    sqlite3_finalize(s);
    return result == SQLITE_DONE;
}

bool journal_sessions(struct str dir, struct arena *arena, struct str root,
                      size_t max, struct session_info **list, size_t *count,
                      struct error *err)
{
    struct error why = { 0 };
    sqlite3 *db = db_open(dir, false, &why);

    *list = NULL;
    *count = 0;
    if (!db) {
        if (why.kind == ERROR_NOT_FOUND)
            return true;
        *err = why;
        return false;
    }
    bool read = read_sessions(db, arena, root, max, list, count, err);
    db_close(db);
    return read;
}

static bool replay_rows(sqlite3 *db, struct str id, journal_replay_fn fn,
                        void *ctx, size_t *lost, struct error *err)
{
    sqlite3_stmt *s = db_prepare(
        db, "SELECT json FROM events WHERE session = ?1 ORDER BY number", err);
    struct arena arena = { 0 };
    size_t rows = 0;
    int result = SQLITE_ERROR;

    if (!s)
        return false;
    db_bind_str(s, 1, id);
    while ((result = sqlite3_step(s)) == SQLITE_ROW) {
        struct event event = { 0 };
        struct error ignored = { 0 };
        rows++;
        if (event_read(&arena, db_column_str(s, 0), &event, &ignored))
            fn(&event, ctx);
        else
            ++*lost;
        arena_reset(&arena);
    }
    if (result != SQLITE_DONE)
        db_failed(db, err);
    sqlite3_finalize(s);
    arena_release(&arena);
    if (result == SQLITE_DONE && rows == 0)
        return error_set(err, ERROR_NOT_FOUND,
                         "there is no session %.*s; see kerf log", STR_ARG(id));
    return result == SQLITE_DONE;
}

bool journal_replay(struct str dir, struct str session_id, journal_replay_fn fn,
                    void *ctx, size_t *lost, struct error *err)
{
    sqlite3 *db = db_open(dir, false, err);

    *lost = 0;
    if (!db)
        return error_prefix(err, "no session can be taken up");
    bool read = replay_rows(db, session_id, fn, ctx, lost, err);
    db_close(db);
    return read;
}
