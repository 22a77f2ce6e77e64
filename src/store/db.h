/* The database file: opening, schema, statements. Private to the store. */
#ifndef KERF_STORE_DB_H
#define KERF_STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"

#define DB_VERSION 1

/* Opens the journal in the state folder `dir`; `create` makes it (0600) if it
 * is missing. NULL with ERROR_NOT_FOUND if it is missing and not to be made,
 * ERROR_UNSUPPORTED if a newer kerf made it, or SQLite's reason. */
sqlite3 *db_open(struct str dir, bool create, struct error *err) KERF_CHECKED;
void db_close(sqlite3 *db);

/* Runs statements without results. */
bool db_run(sqlite3 *db, const char *sql, struct error *err) KERF_CHECKED;

/* Prepares a statement; NULL with an error. Finalise it with sqlite3. */
sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql,
                         struct error *err) KERF_CHECKED;

/* Runs a prepared statement that gives no rows and resets it. */
bool db_step(sqlite3 *db, sqlite3_stmt *statement,
             struct error *err) KERF_CHECKED;

/* Binds a text (borrowed until the statement is reset). */
void db_bind_str(sqlite3_stmt *statement, int index, struct str text);

/* The text of a column: borrowed until the next step. */
struct str db_column_str(sqlite3_stmt *statement, int column);

/* Fills `err` from the database; returns false. */
bool db_failed(sqlite3 *db, struct error *err);

#endif
