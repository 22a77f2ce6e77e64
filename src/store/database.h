/* The journal's SQLite file: schema, opening, errors in words. */
#ifndef KERF_SRC_STORE_DATABASE_H
#define KERF_SRC_STORE_DATABASE_H

#include <stdbool.h>

#include <sqlite3.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"

/* Opens for writing: makes folder, file and schema where missing. NULL with
 * an error. Close with sqlite3_close(). */
sqlite3 *database_open(struct str dir, struct error *err);

/*
 * Opens for reading; works in a read-only folder too. NULL with an error, or
 * with `*missing` if there is no journal yet.
 */
sqlite3 *database_open_to_read(struct str dir, bool *missing,
                               struct error *err);

/* Fills `err` from the last failure of `db`. Returns false. */
bool database_error(sqlite3 *db, struct error *err);

/* Runs statements without results. */
bool database_run(sqlite3 *db, const char *sql, struct error *err) KERF_CHECKED;

/* Reads which schema the file has; 0 before there is one. ERROR_UNSUPPORTED if
 * it is a newer one than this kerf knows. */
bool database_version(sqlite3 *db, int *version,
                      struct error *err) KERF_CHECKED;

/* Prepares one statement; NULL with an error. */
sqlite3_stmt *database_prepare(sqlite3 *db, const char *sql, struct error *err);

/* Binds and reads texts; an empty one is no NULL. What is read is borrowed
 * until the next step. */
void database_bind(sqlite3_stmt *statement, int index, struct str text);
struct str database_text(sqlite3_stmt *statement, int column);

#endif
