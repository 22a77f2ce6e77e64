/*
 * Work that may block runs on a worker thread: copy in, compute, copy out on
 * the loop. The job belongs to the caller and is touched by the worker alone
 * between work_run() and `done`.
 */
#ifndef KERF_LOOP_WORK_H
#define KERF_LOOP_WORK_H

#include "kerf/loop/loop.h"

typedef void (*work_fn)(void *job);

/* Jobs of the same lane run one after another, in order. */
struct work_lane;
struct work_lane *work_lane_create(void);
/* Waits for nothing: jobs under way still end and call `done`. */
void work_lane_destroy(struct work_lane *lane);

/* Runs `work` on a worker, then `done` on the loop; lane NULL: no order. */
void work_run(struct loop *loop, struct work_lane *lane, work_fn work,
              work_fn done, void *job);

#endif
