/*
 * WAL, so that a reader never waits for a writer; a rollback journal where the
 * folder is on NFS, because WAL needs shared memory. The file is made by us
 * with mode 0600 before SQLite sees it: its helpers take over that mode.
 */
#include "db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "kerf/base/arena.h"

#define NFS_MAGIC 0x6969
#define BUSY_MS 5000

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS sessions("
    "  id TEXT PRIMARY KEY, root TEXT NOT NULL, title TEXT NOT NULL,"
    "  started_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL,"
    "  turns INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS events("
    "  session TEXT NOT NULL, number INTEGER NOT NULL,"
    "  time_ms INTEGER NOT NULL, kind TEXT NOT NULL, json TEXT NOT NULL,"
    "  PRIMARY KEY(session, number)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS samples("
    "  session TEXT, backend TEXT, model TEXT, outcome TEXT,"
    "  time_ms INTEGER, dial_ms INTEGER, ttft_ms INTEGER, total_ms INTEGER,"
    "  tokens_per_second REAL, cost_usd REAL,"
    "  input INTEGER, cached INTEGER, output INTEGER, reasoning INTEGER,"
    "  request_bytes INTEGER, is_delta INTEGER);"
    "CREATE INDEX IF NOT EXISTS sessions_by_time"
    "  ON sessions(root, changed_ms);"
    "CREATE INDEX IF NOT EXISTS samples_by_time"
    "  ON samples(backend, time_ms);"
    "PRAGMA user_version = 1;";

bool db_failed(sqlite3 *db, struct error *err)
{
    return error_set(err, ERROR_FAILED, "the journal: %s", sqlite3_errmsg(db));
}

bool db_run(sqlite3 *db, const char *sql, struct error *err)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return db_failed(db, err);
    return true;
}

sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql, struct error *err)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        db_failed(db, err);
    return statement;
}

bool db_step(sqlite3 *db, sqlite3_stmt *statement, struct error *err)
{
    int result = sqlite3_step(statement);

    if (result != SQLITE_DONE && result != SQLITE_ROW)
        db_failed(db, err);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return result == SQLITE_DONE || result == SQLITE_ROW;
}

void db_bind_str(sqlite3_stmt *statement, int index, struct str text)
{
    sqlite3_bind_text64(statement, index, text.at ? text.at : "", text.len,
                        SQLITE_STATIC, SQLITE_UTF8);
}

struct str db_column_str(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);

    return (struct str){ (const char *)text,
                         (size_t)sqlite3_column_bytes(statement, column) };
}

static bool make_file(const char *path, bool create, struct error *err)
{
    int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | (create ? O_CREAT : 0);
    int fd = open(path, flags, 0600);
    struct stat st;

    if (fd < 0)
        return error_errno(err, errno, "%s", path);
    bool fine = fstat(fd, &st) == 0 && S_ISREG(st.st_mode)
                && st.st_uid == geteuid() && fchmod(fd, 0600) == 0;
    close(fd);
    if (!fine)
        return error_set(err, ERROR_POLICY, "%s is no plain file of this user",
                         path);
    return true;
}

static int64_t version_of(sqlite3 *db)
{
    struct error err = { 0 };
    sqlite3_stmt *statement = db_prepare(db, "PRAGMA user_version", &err);
    int64_t version = -1;

    if (statement && sqlite3_step(statement) == SQLITE_ROW)
        version = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return version;
}

static bool prepare_file(sqlite3 *db, struct str dir, bool create,
                         struct error *err)
{
    struct statfs fs;
    bool is_nfs = statfs(dir.at, &fs) == 0 && fs.f_type == NFS_MAGIC;

    sqlite3_busy_timeout(db, BUSY_MS);
    int64_t version = version_of(db);
    if (version < 0)
        return db_failed(db, err);
    if (version > DB_VERSION)
        return error_set(err, ERROR_UNSUPPORTED,
                         "the journal was made by a newer kerf (version %lld, "
                         "this one knows %d)",
                         (long long)version, DB_VERSION);
    if (!create)
        return true;
    return db_run(db,
                  is_nfs ? "PRAGMA journal_mode = TRUNCATE"
                         : "PRAGMA journal_mode = WAL",
                  err)
           && db_run(db, schema, err);
}

sqlite3 *db_open(struct str dir, bool create, struct error *err)
{
    struct arena arena = { 0 };
    sqlite3 *db = NULL;
    struct str root = arena_copy(&arena, dir);
    struct str path = arena_printf(&arena, "%.*s/kerf.db", STR_ARG(dir));

    if (make_file(path.at, create, err)) {
        int result = sqlite3_open_v2(
            path.at, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, NULL);
        bool fine = result == SQLITE_OK ? prepare_file(db, root, create, err)
                                        : db_failed(db, err);
        if (!fine) {
            db_close(db);
            db = NULL;
        }
    }
    arena_release(&arena);
    return db;
}

void db_close(sqlite3 *db)
{
    sqlite3_close(db);
}
