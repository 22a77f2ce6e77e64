/*
 * Messages for the history of the composer. Rows are picked by the word of
 * their kind, which stands near the beginning, and then read; only the latest
 * sessions are looked through, so that a long journal costs no more.
 */
#include "database.h"
#include "kerf/base/arena.h"
#include "kerf/store/journal.h"
#include "kerf/wire/event_json.h"

#define LATEST_SESSIONS "30"

static const char select_messages[] =
    "SELECT json FROM (SELECT json, session.changed_ms AS changed, number"
    " FROM event JOIN session ON session.id = event.session"
    " WHERE event.session IN (SELECT id FROM session WHERE root = ?1"
    " AND id <> ?2 ORDER BY changed_ms DESC LIMIT " LATEST_SESSIONS ")"
    " AND substr(json, 1, 100) LIKE '%\"kind\":\"user_message\"%'"
    " ORDER BY changed DESC, number DESC LIMIT ?3)"
    " ORDER BY changed, number";

static void give(struct str json, journal_message_fn fn, void *ctx)
{
    struct arena arena = { 0 };
    struct error ignored = { 0 };
    struct event event;

    if (event_read(&arena, json, &event, &ignored)
        && event.kind == EVENT_USER_MESSAGE && !event.flag)
        fn(event.text, ctx);
    arena_release(&arena);
}

bool journal_messages(struct str dir, struct str root, struct str except,
                      size_t max, journal_message_fn fn, void *ctx,
                      struct error *err)
{
    bool missing, fine = false;
    sqlite3 *db = database_open_to_read(dir, &missing, err);

    if (!db)
        return missing;
    sqlite3_stmt *statement = database_prepare(db, select_messages, err);
    if (statement) {
        int code;
        database_bind(statement, 1, root);
        database_bind(statement, 2, except);
        sqlite3_bind_int64(statement, 3, (sqlite3_int64)max);
        while ((code = sqlite3_step(statement)) == SQLITE_ROW)
            give(database_text(statement, 0), fn, ctx);
        fine = code == SQLITE_DONE || database_error(db, err);
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return fine;
}
