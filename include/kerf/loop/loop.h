/*
 * The one event loop (libuv). Everything runs on its thread, except work_run,
 * which computes elsewhere on copies. Callbacks come from the loop, never from
 * inside the call that registered them.
 */
#ifndef KERF_LOOP_LOOP_H
#define KERF_LOOP_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "kerf/base/error.h"

struct loop;
struct loop_timer;
struct loop_watch;

/* Never NULL; aborts if the system gives no loop. Ignores SIGPIPE from now on:
 * a reader that went away is an error code, not a death. */
struct loop *loop_create(void);

/* Ends: call after loop_run returned. Everything made on the loop must have
 * been destroyed; asserts that nothing is left. */
void loop_destroy(struct loop *loop);

/* Runs until loop_stop() or until nothing is left to wait for. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Runs what is ready and at most one wait of `timeout_ms`; for tests and for
 * one-shot commands. Returns false if nothing is left to wait for. */
bool loop_step(struct loop *loop, int timeout_ms);

/* Monotonic clock, nanoseconds and milliseconds; wall clock, milliseconds. */
int64_t loop_now_ns(void);
int64_t loop_now_ms(void);
int64_t loop_wall_ms(void);

/* How long the machine has slept so far, in ms: what the monotonic clock did
 * not count. 0 where the system does not tell. */
int64_t loop_slept_ms(void);

/* The uv_loop_t, for the sockets of net alone. */
void *loop_uv(struct loop *loop);

typedef void (*loop_timer_fn)(void *ctx);

/* One timer, not started. Destroying it from its own callback is fine. */
struct loop_timer *loop_timer_create(struct loop *loop, loop_timer_fn fn,
                                     void *ctx);
void loop_timer_destroy(struct loop_timer *timer);
/* Fires once after `delay_ms` (1 at least); starting again moves it. */
void loop_timer_start(struct loop_timer *timer, int64_t delay_ms);
void loop_timer_stop(struct loop_timer *timer);
bool loop_timer_is_active(const struct loop_timer *timer);

enum { LOOP_READABLE = 1, LOOP_WRITABLE = 2 };

typedef void (*loop_watch_fn)(int ready, void *ctx);

/* Watches a descriptor (not owned). `interest` 0 watches nothing. A hang-up
 * counts as readable and writable; a regular file is always ready. */
struct loop_watch *loop_watch_create(struct loop *loop, int fd,
                                     loop_watch_fn fn, void *ctx);
void loop_watch_set(struct loop_watch *watch, int interest);
void loop_watch_destroy(struct loop_watch *watch);

struct loop_signal;
typedef void (*loop_signal_fn)(int number, void *ctx);

/* Calls `fn` when the process gets the signal. */
struct loop_signal *loop_signal_create(struct loop *loop, int number,
                                       loop_signal_fn fn, void *ctx);
void loop_signal_destroy(struct loop_signal *signal);

/* Calls `fn` once from the loop, as soon as the running callbacks are done.
 * What `fn` defers again waits for the next turn, after what else is ready. */
void loop_defer(struct loop *loop, loop_timer_fn fn, void *ctx);

/* Forgets every deferred call of `fn` with this `ctx`. */
void loop_undefer(struct loop *loop, loop_timer_fn fn, void *ctx);

#endif
