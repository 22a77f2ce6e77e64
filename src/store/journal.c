/*
 * Batches stand in a row. The first is at the worker or waits for its turn;
 * the last is open for what comes. Words stream in faster than anyone needs
 * them saved, so a batch of deltas alone waits a moment to grow; anything
 * else goes at once. A batch that cannot be written stays first and is tried
 * again now and then: when the disk has room again, nothing is missing.
 */
#include "kerf/store/journal.h"

#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "kerf/loop/work.h"

#define RUN_WAIT_MS 200
#define RETRY_WAIT_MS 5000
#define STEP_WAIT_MS 100
#define LIMIT_UNSAVED_BYTES ((size_t)64 << 20)

struct journal {
    struct loop *loop;
    struct work_lane *lane;
    struct loop_timer *timer;
    char *dir;
    struct batch *first, *last;
    bool busy;    // `first` and what follows here belong to the worker
    sqlite3 *db;  // NULL until the first batch
    bool written; // how the worker's batch ended
    struct error why;
    // The loop's side again.
    struct error problem; // ERROR_NONE: all is well
    bool given_up; // events were dropped: what follows would make no sense
};

static void on_timer(void *ctx);

struct journal *journal_create(struct loop *loop, struct str dir)
{
    struct journal *journal = mem_alloc(sizeof(*journal));

    journal->loop = loop;
    journal->lane = work_lane_create();
    journal->timer = loop_timer_create(loop, on_timer, journal);
    journal->dir = mem_alloc(dir.len + 1);
    if (dir.len)
        memcpy(journal->dir, dir.at, dir.len);
    return journal;
}

// --- the row of batches ------------------------------------------------------

static struct batch *open_batch(struct journal *journal)
{
    bool is_open = journal->last
                   && !(journal->busy && journal->last == journal->first);

    if (is_open)
        return journal->last;
    struct batch *batch = batch_create();
    if (journal->last)
        journal->last->next = batch;
    else
        journal->first = batch;
    journal->last = batch;
    return batch;
}

static void drop_first(struct journal *journal)
{
    struct batch *batch = journal->first;

    journal->first = batch->next;
    if (!journal->first)
        journal->last = NULL;
    batch_destroy(batch);
}

static size_t unsaved_bytes(const struct journal *journal)
{
    size_t size_bytes = 0;

    for (struct batch *batch = journal->first; batch; batch = batch->next)
        size_bytes += batch->size_bytes;
    return size_bytes;
}

// Takes the waiters of one batch, or of it and all behind it.
static struct waiter *take_waiters(struct batch *batch, bool all)
{
    struct waiter *taken = NULL, **end = &taken;

    for (; batch; batch = all ? batch->next : NULL) {
        *end = batch->waiters;
        batch->waiters = NULL;
        while (*end)
            end = &(*end)->next;
    }
    return taken;
}

static void call_waiters(struct waiter *waiter, const struct error *err)
{
    while (waiter) {
        struct waiter *next = waiter->next;
        waiter->fn(err, waiter->ctx);
        free(waiter);
        waiter = next;
    }
}

// --- the worker --------------------------------------------------------------

static void write_first(void *job)
{
    struct journal *journal = job;
    struct batch *batch = journal->first;

    journal->written = true;
    if (!journal->db && !batch->first)
        return; // nothing was ever written, so nothing is to be synced
    if (!journal->db)
        journal->db = database_open(str_from(journal->dir), &journal->why);
    journal->written = journal->db
                       && batch_write(batch, journal->db, &journal->why);
}

static void give_up_if_too_much(struct journal *journal)
{
    if (unsaved_bytes(journal) <= LIMIT_UNSAVED_BYTES)
        return;
    journal->given_up = true;
    while (journal->first)
        drop_first(journal);
    error_prefix(&journal->problem, "no longer saved");
}

// Returns those who wait for what has ended now.
static struct waiter *take_result(struct journal *journal)
{
    struct waiter *waiters =
        take_waiters(journal->first, !journal->written || journal->given_up);

    journal->busy = false;
    if (!journal->written) {
        journal->problem = journal->why;
        give_up_if_too_much(journal);
        return waiters;
    }
    if (!journal->given_up)
        journal->problem = (struct error){ 0 };
    drop_first(journal);
    return waiters;
}

static void tell(const struct journal *journal, struct waiter *waiters)
{
    struct error problem = journal->problem;

    call_waiters(waiters, problem.kind == ERROR_NONE ? NULL : &problem);
}

static void start(struct journal *journal);

// The waiters come last: they may append and flush again.
static void on_written(void *job)
{
    struct journal *journal = job;
    struct waiter *waiters = take_result(journal);

    if (journal->first && journal->problem.kind == ERROR_NONE)
        start(journal);
    else if (journal->first)
        loop_timer_start(journal->timer, RETRY_WAIT_MS);
    tell(journal, waiters);
}

static void start(struct journal *journal)
{
    if (journal->busy || !journal->first)
        return;
    loop_timer_stop(journal->timer);
    journal->busy = true;
    work_run(journal->loop, journal->lane, write_first, on_written, journal);
}

static void on_timer(void *ctx)
{
    start(ctx);
}

// --- what callers do ---------------------------------------------------------

// While something is wrong only the retry timer runs.
static void schedule(struct journal *journal, int64_t wait_ms)
{
    if (journal->busy || journal->problem.kind != ERROR_NONE)
        return;
    if (wait_ms == 0 || !loop_timer_is_active(journal->timer))
        loop_timer_start(journal->timer, wait_ms);
}

void journal_append(struct journal *journal, struct str session_id,
                    const struct event *event)
{
    if (!event_is_journalled(event->kind) || journal->given_up)
        return;
    batch_add_event(open_batch(journal), session_id, event);
    if (journal->problem.kind != ERROR_NONE && !journal->busy)
        give_up_if_too_much(journal);
    schedule(journal, batch_is_run_kind(event->kind) ? RUN_WAIT_MS : 0);
}

void journal_sample(struct journal *journal, const struct sample *sample)
{
    if (journal->given_up)
        return;
    batch_add_sample(open_batch(journal), sample);
    schedule(journal, RUN_WAIT_MS);
}

void journal_flush(struct journal *journal, journal_flush_fn fn, void *ctx)
{
    struct batch *batch = open_batch(journal);
    struct waiter **end = &batch->waiters;
    struct waiter *waiter = mem_alloc(sizeof(*waiter));

    while (*end)
        end = &(*end)->next;
    *waiter = (struct waiter){ .fn = fn, .ctx = ctx };
    *end = waiter;
    batch->durable = true;
    start(journal);
}

struct str journal_problem(const struct journal *journal)
{
    return str_from(journal->problem.text);
}

void journal_destroy(struct journal *journal)
{
    if (!journal)
        return;
    while (journal->busy)
        loop_step(journal->loop, STEP_WAIT_MS);
    while (journal->first) {
        journal->first->durable = true;
        write_first(journal);
        struct waiter *waiters = take_result(journal);
        tell(journal, waiters);
        if (!journal->written)
            break;
    }
    while (journal->first)
        drop_first(journal);
    sqlite3_close(journal->db);
    loop_timer_destroy(journal->timer);
    work_lane_destroy(journal->lane);
    free(journal->dir);
    free(journal);
}
