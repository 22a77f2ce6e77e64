/*
 * A job goes to libuv's pool. A lane gives the pool one job at a time and
 * keeps the rest in a list, which is what makes their order; the next one is
 * handed over before `done` runs, so that the worker never waits for us.
 */
#include "kerf/loop/work.h"

#include <assert.h>
#include <stdlib.h>

#include <uv.h>

#include "kerf/base/arena.h"

struct job {
    uv_work_t uv;
    struct loop *loop;
    struct work_lane *lane; // NULL: no order
    work_fn work, done;
    void *data;
    struct job *next;
};

struct work_lane {
    struct job *first, *last; // waiting
    bool busy;                // one is under way
    bool destroyed;           // by its owner; goes with its last job
};

static void on_worker(uv_work_t *uv)
{
    struct job *job = uv->data;

    job->work(job->data);
}

static void on_done(uv_work_t *uv, int status);

static void submit(struct job *job)
{
    int status =
        uv_queue_work(loop_uv(job->loop), &job->uv, on_worker, on_done);

    assert(status == 0);
    (void)status;
}

// Gives the pool the next job of the lane, or lets a destroyed lane go.
static void lane_go_on(struct work_lane *lane)
{
    struct job *next = lane->first;

    lane->busy = next != NULL;
    if (next) {
        lane->first = next->next;
        submit(next);
    } else if (lane->destroyed) {
        free(lane);
    }
}

static void on_done(uv_work_t *uv, int status)
{
    struct job *job = uv->data;
    work_fn done = job->done;
    void *data = job->data;

    (void)status; // never cancelled
    if (job->lane)
        lane_go_on(job->lane);
    free(job);
    done(data);
}

struct work_lane *work_lane_create(void)
{
    return mem_alloc(sizeof(struct work_lane));
}

void work_lane_destroy(struct work_lane *lane)
{
    if (!lane)
        return;
    if (lane->busy)
        lane->destroyed = true;
    else
        free(lane);
}

static void lane_append(struct work_lane *lane, struct job *job)
{
    if (lane->first)
        lane->last->next = job;
    else
        lane->first = job;
    lane->last = job;
}

void work_run(struct loop *loop, struct work_lane *lane, work_fn work,
              work_fn done, void *data)
{
    struct job *job = mem_alloc(sizeof(*job));

    job->uv.data = job;
    job->loop = loop;
    job->lane = lane;
    job->work = work;
    job->done = done;
    job->data = data;
    if (!lane) {
        submit(job);
        return;
    }
    lane_append(lane, job);
    if (!lane->busy)
        lane_go_on(lane);
}
