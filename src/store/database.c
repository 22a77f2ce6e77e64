/*
 * WAL lets a second kerf read while we write; it needs shared memory, which
 * network file systems do not offer, so there a rollback journal is kept. The
 * file is made by us before SQLite sees it, because SQLite would take the
 * umask's mode. It is never opened and closed beside SQLite: closing any
 * descriptor of a file drops the process's POSIX locks on it.
 */
#include "database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "kerf/base/buf.h"
#include "kerf/base/private_folder.h"
#include "kerf/base/utf8.h"

#define FILE_NAME "journal.db"
#define BUSY_TIMEOUT_MS 5000

// Step n brings a journal from schema n to n + 1. Steps are never changed once
// released, only added.
static const char *const schema_steps[] = {
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;"
    "INSERT INTO meta VALUES('flushes', 0);"
    "CREATE TABLE session(id TEXT PRIMARY KEY, root TEXT NOT NULL,"
    " title TEXT NOT NULL, started_ms INTEGER NOT NULL,"
    " changed_ms INTEGER NOT NULL, turns INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX session_changed ON session(changed_ms);"
    "CREATE TABLE event(session TEXT NOT NULL, number INTEGER NOT NULL,"
    " json TEXT NOT NULL, PRIMARY KEY(session, number)) WITHOUT ROWID;"
    "CREATE TABLE sample(session TEXT NOT NULL, backend TEXT NOT NULL,"
    " model TEXT NOT NULL, outcome TEXT NOT NULL, time_ms INTEGER NOT NULL,"
    " dial_ms INTEGER NOT NULL, ttft_ms INTEGER NOT NULL,"
    " total_ms INTEGER NOT NULL, tokens_per_second REAL NOT NULL,"
    " cost_usd REAL NOT NULL, input INTEGER NOT NULL,"
    " cached INTEGER NOT NULL, output INTEGER NOT NULL,"
    " reasoning INTEGER NOT NULL, request_bytes INTEGER NOT NULL,"
    " is_delta INTEGER NOT NULL);"
    "CREATE INDEX sample_time ON sample(time_ms);"
    "PRAGMA user_version = 1;",

    "ALTER TABLE sample ADD COLUMN transport TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE sample ADD COLUMN failure TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE sample ADD COLUMN why TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE sample ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE sample ADD COLUMN network INTEGER NOT NULL DEFAULT 0;"
    "PRAGMA user_version = 2;",
};

#define SCHEMA_VERSION ((int)(sizeof(schema_steps) / sizeof(*schema_steps)))

// --- words for failures ------------------------------------------------------

static enum error_kind kind_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH: return ERROR_DENIED;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ERROR_INVALID;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ERROR_CONFLICT;
    case SQLITE_TOOBIG: return ERROR_LIMIT;
    default: return ERROR_FAILED;
    }
}

static const char *advice_for(int code)
{
    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return " (move it away to begin a new one)";
    case SQLITE_BUSY: return " (another kerf is writing)";
    default: return "";
    }
}

bool database_error(sqlite3 *db, struct error *err)
{
    int code = sqlite3_extended_errcode(db);
    const char *file = sqlite3_db_filename(db, "main");
    struct buf text = { 0 };

    utf8_sanitise(&text, str_from(file ? file : FILE_NAME), false);
    error_set(err, kind_of(code), "%s: %s%s", buf_cstr(&text),
              sqlite3_errmsg(db), advice_for(code));
    buf_release(&text);
    return false;
}

bool database_run(sqlite3 *db, const char *sql, struct error *err)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK
           || database_error(db, err);
}

sqlite3_stmt *database_prepare(sqlite3 *db, const char *sql, struct error *err)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        database_error(db, err);
    return statement;
}

void database_bind(sqlite3_stmt *statement, int index, struct str text)
{
    sqlite3_bind_text64(statement, index, text.at ? text.at : "", text.len,
                        SQLITE_STATIC, SQLITE_UTF8);
}

struct str database_text(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    int len = sqlite3_column_bytes(statement, column);

    return text ? (struct str){ text, (size_t)len } : (struct str){ 0 };
}

// --- opening -----------------------------------------------------------------

static bool check_file(int folder, struct str dir, struct error *err)
{
    struct stat st;

    if (fstatat(folder, FILE_NAME, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return error_errno(err, errno, "%.*s/" FILE_NAME, STR_ARG(dir));
    if (!S_ISREG(st.st_mode) || st.st_uid != geteuid())
        return error_set(err, ERROR_POLICY,
                         "%.*s/" FILE_NAME " is no file of this user",
                         STR_ARG(dir));
    if ((st.st_mode & 07777) != 0600
        && fchmodat(folder, FILE_NAME, 0600, 0) < 0)
        return error_errno(err, errno, "%.*s/" FILE_NAME, STR_ARG(dir));
    return true;
}

static bool make_file(int folder, struct str dir, struct error *err)
{
    int fd = openat(folder, FILE_NAME,
                    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd >= 0)
        close(fd);
    else if (errno != EEXIST)
        return error_errno(err, errno, "%.*s/" FILE_NAME, STR_ARG(dir));
    return check_file(folder, dir, err);
}

// Says whether a file system shares memory among its users.
static bool is_local(int folder)
{
    static const long remote[] = {
        0x6969,     // NFS
        0x517b,     // SMB
        0xff534d42, // CIFS
        0xfe534d42, // SMB2
        0x01021997, // 9p
        0x5346414f, // AFS
        0x00c36400, // Ceph
        0x0bd00bd0, // Lustre
    };
    struct statfs fs;

    if (fstatfs(folder, &fs) < 0)
        return false;
    for (size_t i = 0; i < sizeof(remote) / sizeof(*remote); i++)
        if ((long)fs.f_type == remote[i])
            return false;
    return true;
}

bool database_version(sqlite3 *db, int *version, struct error *err)
{
    sqlite3_stmt *statement = database_prepare(db, "PRAGMA user_version", err);

    if (!statement)
        return false;
    bool fine = sqlite3_step(statement) == SQLITE_ROW
                || database_error(db, err);
    if (fine)
        *version = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    if (fine && *version > SCHEMA_VERSION)
        return error_set(err, ERROR_UNSUPPORTED,
                         "the journal was written by a newer kerf (schema %d, "
                         "this one knows %d)",
                         *version, SCHEMA_VERSION);
    return fine;
}

static bool take_steps(sqlite3 *db, int version, struct error *err)
{
    for (; version < SCHEMA_VERSION; version++)
        if (!database_run(db, schema_steps[version], err))
            return false;
    return true;
}

// Two kerfs may start at once: the version is read again under the lock.
static bool make_schema(sqlite3 *db, struct error *err)
{
    struct error unused;
    int version = 0;

    if (!database_version(db, &version, err))
        return false;
    if (version == SCHEMA_VERSION)
        return true;
    if (!database_run(db, "BEGIN IMMEDIATE", err))
        return false;
    if (database_version(db, &version, err) && take_steps(db, version, err)
        && database_run(db, "COMMIT", err))
        return true;
    (void)!database_run(db, "ROLLBACK", &unused);
    return false;
}

static void set_up(sqlite3 *db)
{
    sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
    sqlite3_extended_result_codes(db, 1);
    // A planted file must not bring triggers or views that act.
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
}

static sqlite3 *open_file(const char *name, int flags, struct error *err)
{
    sqlite3 *db = NULL;

    if (sqlite3_open_v2(name, &db, flags, NULL) == SQLITE_OK) {
        set_up(db);
        return db;
    }
    database_error(db, err);
    sqlite3_close(db);
    return NULL;
}

static void name_file(struct buf *name, struct str dir)
{
    buf_append(name, dir);
    buf_append(name, STR("/" FILE_NAME));
}

static sqlite3 *open_in(int folder, struct str dir, struct error *err)
{
    struct buf name = { 0 };
    const char *mode = is_local(folder) ? "PRAGMA journal_mode = WAL"
                                        : "PRAGMA journal_mode = DELETE";

    name_file(&name, dir);
    sqlite3 *db = open_file(buf_cstr(&name), SQLITE_OPEN_READWRITE, err);
    buf_release(&name);
    if (!db)
        return NULL;
    if (database_run(db, mode, err) && make_schema(db, err))
        return db;
    sqlite3_close(db);
    return NULL;
}

sqlite3 *database_open(struct str dir, struct error *err)
{
    int folder = private_folder_open(dir, err);
    if (folder < 0)
        return NULL;
    sqlite3 *db = make_file(folder, dir, err) ? open_in(folder, dir, err)
                                              : NULL;
    close(folder);
    return db;
}

// A URI for a file that nobody can write: no locks, no shared memory.
static void name_immutable(struct buf *uri, struct str dir)
{
    struct buf name = { 0 };

    name_file(&name, dir);
    buf_append(uri, STR("file:"));
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        if (c == '?' || c == '#' || c == '%')
            buf_printf(uri, "%%%02x", (unsigned char)c);
        else
            buf_append_char(uri, c);
    }
    buf_append(uri, STR("?immutable=1"));
    buf_release(&name);
}

static bool can_read(sqlite3 *db, struct error *err)
{
    int version = 0;

    if (!db || !database_version(db, &version, err))
        return false;
    return database_run(db, "SELECT 1 FROM sqlite_schema LIMIT 1", err);
}

static sqlite3 *open_readable(struct str dir, struct error *err)
{
    struct buf name = { 0 }, uri = { 0 };

    name_file(&name, dir);
    name_immutable(&uri, dir);
    sqlite3 *db = open_file(buf_cstr(&name), SQLITE_OPEN_READONLY, err);
    bool fine = can_read(db, err);
    if (!fine && err->kind == ERROR_DENIED) {
        sqlite3_close(db);
        db = open_file(buf_cstr(&uri), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
                       err);
        fine = can_read(db, err);
    }
    buf_release(&name);
    buf_release(&uri);
    if (fine)
        return db;
    sqlite3_close(db);
    return NULL;
}

sqlite3 *database_open_to_read(struct str dir, bool *missing, struct error *err)
{
    struct buf name = { 0 };
    struct stat st;

    name_file(&name, dir);
    bool there = lstat(buf_cstr(&name), &st) == 0;
    int number = errno;
    buf_release(&name);
    *missing = (!there && (number == ENOENT || number == ENOTDIR))
               || (there && st.st_size == 0);
    if (*missing)
        return NULL;
    if (!there) {
        error_errno(err, number, "%.*s", STR_ARG(dir));
        return NULL;
    }
    if (!S_ISREG(st.st_mode)) {
        error_set(err, ERROR_POLICY, "%.*s/" FILE_NAME " is no file",
                  STR_ARG(dir));
        return NULL;
    }
    sqlite3 *db = open_readable(dir, err);
    int version;
    if (db && database_version(db, &version, err) && version == 0) {
        *missing = true; // another kerf is making it just now
        sqlite3_close(db);
        return NULL;
    }
    return db;
}
