/* What is written in one transaction. */
#ifndef KERF_SRC_STORE_BATCH_H
#define KERF_SRC_STORE_BATCH_H

#include "database.h"
#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/store/journal.h"

struct entry {
    struct entry *next;
    bool is_sample;
    struct sample sample;
    struct str session;
    struct event event;
    struct buf text; // a run of deltas; then the event's own text is unused
};

struct waiter {
    struct waiter *next;
    journal_flush_fn fn;
    void *ctx;
};

struct batch {
    struct batch *next;
    struct arena arena; // entries and their texts
    struct entry *first, *last;
    size_t size_bytes;
    bool durable;           // to be on disk, not only with the system
    struct waiter *waiters; // oldest first
};

struct batch *batch_create(void);
void batch_destroy(struct batch *batch);

/* Copies the event, or joins a delta to the run before it. */
void batch_add_event(struct batch *batch, struct str session,
                     const struct event *event);
void batch_add_sample(struct batch *batch, const struct sample *sample);

/* Writes all or nothing; for the worker. */
bool batch_write(const struct batch *batch, sqlite3 *db,
                 struct error *err) KERF_CHECKED;

/* Says whether events of a kind come in runs and may wait a little. */
bool batch_is_run_kind(enum event_kind kind);

#endif
