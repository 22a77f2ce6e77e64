/*
 * The journal: every event of every session, in SQLite (WAL; file 0600,
 * folder 0700). Appending copies and returns at once; a worker writes. An
 * effect is shown as done only after journal_flush's callback. Runs of deltas
 * are joined into one row. Also the samples: one row per request.
 */
#ifndef KERF_STORE_JOURNAL_H
#define KERF_STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/loop/loop.h"
#include "kerf/model/event.h"

struct journal;

/* Opens lazily on the worker at the first append. `dir` is the state folder. */
struct journal *journal_create(struct loop *loop, struct str dir);

/* Writes what is queued (waits for it) and closes. Not from a callback of the
 * loop: a job under way is waited for by stepping the loop. NULL is fine. */
void journal_destroy(struct journal *journal);

/* Queues one event of session `id` (copied); kinds that are not journalled
 * are passed over. Rows carry a number rising within the session. */
void journal_append(struct journal *journal, struct str session_id,
                    const struct event *event);

typedef void (*journal_flush_fn)(const struct error *err, void *ctx);

/* Calls back on the loop when everything appended so far is on disk. `err` is
 * NULL if all is well. */
void journal_flush(struct journal *journal, journal_flush_fn fn, void *ctx);

/* Why nothing is being saved (disk full, read-only ...); empty if it is. */
struct str journal_problem(const struct journal *journal);

struct session_info {
    struct str id, root, title; // title: first line the user typed
    int64_t started_ms, changed_ms;
    size_t turns;
};

/*
 * Blocking reads, for a worker or before the loop runs. `dir` as above; a
 * missing journal gives no sessions. `root` empty lists all trees. Newest
 * first, at most `max`.
 */
bool journal_sessions(struct str dir, struct arena *arena, struct str root,
                      size_t max, struct session_info **list, size_t *count,
                      struct error *err) KERF_CHECKED;

typedef void (*journal_replay_fn)(const struct event *event, void *ctx);

/* Calls `fn` for each event of a session in order. Damaged rows are passed
 * over and counted in `*lost`. ERROR_NOT_FOUND if there is no such session. */
bool journal_replay(struct str dir, struct str session_id, journal_replay_fn fn,
                    void *ctx, size_t *lost, struct error *err) KERF_CHECKED;

typedef void (*journal_message_fn)(struct str text, void *ctx);

/* Calls `fn` for what the user typed in the latest sessions of a tree, but for
 * session `except`: the newest `max` messages, oldest first. Blocks; a missing
 * journal has none. */
bool journal_messages(struct str dir, struct str root, struct str except,
                      size_t max, journal_message_fn fn, void *ctx,
                      struct error *err) KERF_CHECKED;

/* One request, for statistics. Times in ms, -1 if it never came to that. */
struct sample {
    struct str session_id, backend, model;
    struct str outcome; // "ok", "incomplete", "lost", "failed", "cancelled",
                        // "repaired"; "raced": `transport` won on `network`
    int64_t time_ms, dial_ms, ttft_ms, total_ms;
    double tokens_per_second, cost_usd;
    struct usage usage;
    int64_t request_bytes;
    bool is_delta;
    struct str transport; // "ws", "http"; empty in old journals
    struct str failure;   // setback_name(), empty if it went well
    struct str why;       // why this backend, or how it failed: one line
    int64_t attempts;     // which try of its turn it was, from 1; 0: unknown
    int64_t network;      // where the machine was, as the router has it
    struct str root;      // of the session's tree; not written, only read
};
void journal_sample(struct journal *journal, const struct sample *sample);

typedef void (*journal_sample_fn)(const struct sample *sample, void *ctx);

#define JOURNAL_DAY_MS ((int64_t)24 * 3600 * 1000)

/* Blocking: calls `fn` for each sample not older than `since_ms`, oldest
 * first. A missing journal gives none. */
bool journal_samples(struct str dir, int64_t since_ms, journal_sample_fn fn,
                     void *ctx, struct error *err) KERF_CHECKED;

#endif
