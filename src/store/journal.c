/*
 * Events gather in a batch on the loop; a worker writes one batch at a time.
 * A little waiting joins what belongs together: thousands of deltas a second
 * become one row and a handful of transactions. Only the worker touches the
 * database, and batches go one after another, so there is nothing to lock.
 */
#include "kerf/store/journal.h"

#include <stdlib.h>

#include "kerf/loop/work.h"
#include "rows.h"

#define GATHER_MS 50

struct waiter {
    journal_flush_fn fn;
    void *ctx;
};

struct waiters {
    struct waiter *at;
    size_t count, cap;
};

// A run of deltas that is still growing.
struct delta {
    struct str session; // in the batch's arena
    struct event event; // its texts are here
    struct buf id, call_id, text;
    bool open;
};

struct journal {
    struct loop *loop;
    struct loop_timer *timer;
    struct work_lane *lane;
    struct arena names;
    struct str dir;
    sqlite3 *db; // the worker's
    struct batch batch;
    struct delta delta;
    struct waiters waiters;
    struct error problem;
    bool writing;
};

struct job {
    struct journal *journal;
    struct batch batch;
    struct waiters waiters;
    struct error err;
    bool done;
};

// --- deltas ----------------------------------------------------------------------

static bool is_delta(enum event_kind kind)
{
    return kind == EVENT_TEXT_DELTA || kind == EVENT_REASONING_DELTA
           || kind == EVENT_CALL_DELTA;
}

static void close_delta(struct journal *journal)
{
    struct delta *delta = &journal->delta;

    if (!delta->open)
        return;
    delta->event.id = buf_str(&delta->id);
    delta->event.call_id = buf_str(&delta->call_id);
    delta->event.text = buf_str(&delta->text);
    batch_add_event(&journal->batch, delta->session, &delta->event);
    delta->open = false;
}

static bool continues(const struct delta *delta, struct str session,
                      const struct event *event)
{
    return delta->open && delta->event.kind == event->kind
           && delta->event.index == event->index
           && str_equal(delta->session, session);
}

static void add_delta(struct journal *journal, struct str session,
                      const struct event *event)
{
    struct delta *delta = &journal->delta;

    if (!continues(delta, session, event)) {
        close_delta(journal);
        buf_reset(&delta->id);
        buf_reset(&delta->call_id);
        buf_reset(&delta->text);
        buf_append(&delta->id, event->id);
        buf_append(&delta->call_id, event->call_id);
        delta->event = (struct event){ .kind = event->kind,
                                       .time_ms = event->time_ms,
                                       .index = event->index };
        delta->session = arena_copy(&journal->batch.arena, session);
        delta->open = true;
    }
    buf_append(&delta->text, event->text);
}

// --- writing -----------------------------------------------------------------------

static void write_job(void *ctx)
{
    struct job *job = ctx;
    struct journal *journal = job->journal;

    if (!journal->db)
        journal->db = db_open(journal->dir, true, &job->err);
    job->done = journal->db
                && batch_write(&job->batch, journal->db, job->waiters.count > 0,
                               &job->err);
}

static void start_batch(struct journal *journal);

static void end_job(struct job *job)
{
    struct journal *journal = job->journal;

    journal->writing = false;
    journal->problem = job->done ? (struct error){ 0 } : job->err;
    for (size_t i = 0; i < job->waiters.count; i++)
        job->waiters.at[i].fn(job->done ? NULL : &job->err,
                              job->waiters.at[i].ctx);
    free(job->waiters.at);
    batch_release(&job->batch);
    free(job);
}

static void job_done(void *ctx)
{
    struct job *job = ctx;
    struct journal *journal = job->journal;

    end_job(job);
    if (journal->waiters.count > 0)
        start_batch(journal);
    else if (journal->batch.count > 0 || journal->delta.open)
        loop_timer_start(journal->timer, GATHER_MS);
}

static struct job *make_job(struct journal *journal)
{
    struct job *job = mem_alloc(sizeof(*job));

    close_delta(journal);
    job->journal = journal;
    job->batch = journal->batch;
    job->waiters = journal->waiters;
    journal->batch = (struct batch){ 0 };
    journal->waiters = (struct waiters){ 0 };
    journal->writing = true;
    loop_timer_stop(journal->timer);
    return job;
}

static void start_batch(struct journal *journal)
{
    if (!journal->writing)
        work_run(journal->loop, journal->lane, write_job, job_done,
                 make_job(journal));
}

static void on_timer(void *ctx)
{
    start_batch(ctx);
}

static void gather(struct journal *journal)
{
    if (!journal->writing && !loop_timer_is_active(journal->timer))
        loop_timer_start(journal->timer, GATHER_MS);
}

void journal_append(struct journal *journal, struct str session_id,
                    const struct event *event)
{
    if (!event_is_journalled(event->kind))
        return;
    if (is_delta(event->kind)) {
        add_delta(journal, session_id, event);
    } else {
        close_delta(journal);
        batch_add_event(&journal->batch, session_id, event);
    }
    gather(journal);
}

void journal_sample(struct journal *journal, const struct sample *sample)
{
    close_delta(journal);
    batch_add_sample(&journal->batch, sample);
    gather(journal);
}

void journal_flush(struct journal *journal, journal_flush_fn fn, void *ctx)
{
    struct waiters *waiters = &journal->waiters;

    if (waiters->count == waiters->cap) {
        waiters->cap = waiters->cap ? waiters->cap * 2 : 4;
        waiters->at =
            mem_realloc(waiters->at, waiters->cap * sizeof(*waiters->at));
    }
    waiters->at[waiters->count++] = (struct waiter){ fn, ctx };
    start_batch(journal);
}

struct str journal_problem(const struct journal *journal)
{
    return str_from(journal->problem.text);
}

struct journal *journal_create(struct loop *loop, struct str dir)
{
    struct journal *journal = mem_alloc(sizeof(*journal));

    journal->loop = loop;
    journal->dir = arena_copy(&journal->names, dir);
    journal->timer = loop_timer_create(loop, on_timer, journal);
    journal->lane = work_lane_create(loop);
    return journal;
}

void journal_destroy(struct journal *journal)
{
    if (!journal)
        return;
    while (journal->writing)
        loop_step(journal->loop, 100);
    close_delta(journal);
    if (journal->batch.count > 0 || journal->waiters.count > 0) {
        struct job *job = make_job(journal);
        write_job(job); // no worker is under way: the database is ours
        end_job(job);
    }
    db_close(journal->db);
    loop_timer_destroy(journal->timer);
    work_lane_destroy(journal->lane);
    buf_release(&journal->delta.id);
    buf_release(&journal->delta.call_id);
    buf_release(&journal->delta.text);
    batch_release(&journal->batch);
    arena_release(&journal->names);
    free(journal);
}
