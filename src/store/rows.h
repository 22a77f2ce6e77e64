/* A batch of rows on its way to the database. Private to the store. */
#ifndef KERF_STORE_ROWS_H
#define KERF_STORE_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "db.h"
#include "kerf/base/arena.h"
#include "kerf/store/journal.h"

/* One event or one sample; texts in the batch's arena. */
struct row {
    bool is_sample;
    struct sample sample;
    enum event_kind kind;
    int64_t time_ms;
    struct str session, json;
    struct str head; // root of a new session, text of a message
};

struct batch {
    struct arena arena;
    struct row *rows;
    size_t count, cap;
};

/* Adds an event as it is; its JSON is made here. */
void batch_add_event(struct batch *batch, struct str session,
                     const struct event *event);
void batch_add_sample(struct batch *batch, const struct sample *sample);
void batch_release(struct batch *batch);

/* Writes all rows in one transaction; all of them or none. */
bool batch_write(const struct batch *batch, sqlite3 *db, bool durable,
                 struct error *err) KERF_CHECKED;

#endif
