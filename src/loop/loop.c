/*
 * A thin skin over libuv: one handle a thing, freed in its close callback, as
 * libuv wants it. Deferred calls sit in a queue that an idle handle empties;
 * it is active only while the queue is not empty, so an idle program sleeps.
 */
#include "kerf/loop/loop.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <uv.h>

#include "kerf/base/arena.h"

#define QUEUE_FIRST_CAP 16
#define TIMER_LEAST_MS 1 // 0 would starve the rest if restarted when it fires

struct deferred {
    loop_timer_fn fn;
    void *ctx;
};

struct loop {
    uv_loop_t uv;
    uv_idle_t idle;  // active while `queue` is not empty
    uv_timer_t step; // ends the wait of loop_step
    struct deferred *queue;
    size_t head, count, cap; // `head` is the next to run
};

struct loop_timer {
    uv_timer_t uv;
    loop_timer_fn fn;
    void *ctx;
};

struct loop_watch {
    union {
        uv_handle_t handle;
        uv_poll_t poll;
        uv_idle_t idle; // for what epoll refuses: it is ready every turn
    } uv;
    bool always_ready;
    int interest;
    loop_watch_fn fn;
    void *ctx;
};

struct loop_signal {
    uv_signal_t uv;
    loop_signal_fn fn;
    void *ctx;
};

static void must_work(int status)
{
    assert(status == 0);
    if (status != 0)
        abort();
}

static void free_data(uv_handle_t *handle)
{
    free(handle->data);
}

// --- the loop ----------------------------------------------------------------

static void on_step_over(uv_timer_t *timer)
{
    (void)timer;
}

struct loop *loop_create(void)
{
    struct loop *loop = mem_alloc(sizeof(*loop));

    signal(SIGPIPE, SIG_IGN);
    must_work(uv_loop_init(&loop->uv));
    must_work(uv_idle_init(&loop->uv, &loop->idle));
    must_work(uv_timer_init(&loop->uv, &loop->step));
    loop->idle.data = loop;
    uv_unref((uv_handle_t *)&loop->step);
    return loop;
}

static void must_be_closing(uv_handle_t *handle, void *ctx)
{
    (void)ctx;
    assert(uv_is_closing(handle) && "left on the loop");
    (void)handle;
}

void loop_destroy(struct loop *loop)
{
    if (!loop)
        return;
    assert(loop->head == loop->count && "a deferred call is left");
    uv_close((uv_handle_t *)&loop->idle, NULL);
    uv_close((uv_handle_t *)&loop->step, NULL);
    uv_walk(&loop->uv, must_be_closing, NULL);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    must_work(uv_loop_close(&loop->uv));
    free(loop->queue);
    free(loop);
}

void loop_run(struct loop *loop)
{
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *loop)
{
    uv_stop(&loop->uv);
}

bool loop_step(struct loop *loop, int timeout_ms)
{
    if (timeout_ms > 0) {
        // Again and again: on a busy machine the first is over before libuv
        // begins to wait, and would not end that.
        uv_update_time(&loop->uv);
        uv_timer_start(&loop->step, on_step_over, (uint64_t)timeout_ms,
                       (uint64_t)timeout_ms);
    }
    uv_run(&loop->uv, timeout_ms == 0 ? UV_RUN_NOWAIT : UV_RUN_ONCE);
    uv_timer_stop(&loop->step);
    return uv_loop_alive(&loop->uv) != 0;
}

void *loop_uv(struct loop *loop)
{
    return &loop->uv;
}

// --- clocks ------------------------------------------------------------------

int64_t loop_now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t loop_now_ms(void)
{
    return loop_now_ns() / 1000000;
}

int64_t loop_wall_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t loop_slept_ms(void)
{
#ifdef CLOCK_BOOTTIME
    struct timespec boot;

    clock_gettime(CLOCK_BOOTTIME, &boot);
    return (int64_t)boot.tv_sec * 1000 + boot.tv_nsec / 1000000 - loop_now_ms();
#else
    return 0;
#endif
}

// --- deferred calls ----------------------------------------------------------

// Runs what was there when the turn began; what is added meanwhile waits.
static void on_idle(uv_idle_t *idle)
{
    struct loop *loop = idle->data;

    for (size_t left = loop->count - loop->head; left > 0; left--) {
        if (loop->head == loop->count)
            break; // a callback took others back
        struct deferred next = loop->queue[loop->head++];
        next.fn(next.ctx);
    }
    if (loop->head < loop->count)
        return;
    loop->head = loop->count = 0;
    uv_idle_stop(idle);
}

static void queue_make_room(struct loop *loop)
{
    if (loop->head > 0) {
        loop->count -= loop->head;
        memmove(loop->queue, loop->queue + loop->head,
                loop->count * sizeof(*loop->queue));
        loop->head = 0;
    }
    if (loop->count < loop->cap)
        return;
    loop->cap = loop->cap ? loop->cap * 2 : QUEUE_FIRST_CAP;
    loop->queue = mem_realloc(loop->queue, loop->cap * sizeof(*loop->queue));
}

void loop_defer(struct loop *loop, loop_timer_fn fn, void *ctx)
{
    if (loop->count == loop->cap)
        queue_make_room(loop);
    loop->queue[loop->count++] = (struct deferred){ fn, ctx };
    uv_idle_start(&loop->idle, on_idle);
}

void loop_undefer(struct loop *loop, loop_timer_fn fn, void *ctx)
{
    size_t kept = loop->head;

    for (size_t i = loop->head; i < loop->count; i++) {
        struct deferred *it = &loop->queue[i];
        if (it->fn != fn || it->ctx != ctx)
            loop->queue[kept++] = *it;
    }
    loop->count = kept;
    if (loop->head == loop->count)
        uv_idle_stop(&loop->idle);
}

// --- timers ------------------------------------------------------------------

static void on_timer(uv_timer_t *uv)
{
    struct loop_timer *timer = uv->data;

    timer->fn(timer->ctx);
}

struct loop_timer *loop_timer_create(struct loop *loop, loop_timer_fn fn,
                                     void *ctx)
{
    struct loop_timer *timer = mem_alloc(sizeof(*timer));

    must_work(uv_timer_init(&loop->uv, &timer->uv));
    timer->uv.data = timer;
    timer->fn = fn;
    timer->ctx = ctx;
    return timer;
}

void loop_timer_destroy(struct loop_timer *timer)
{
    if (timer)
        uv_close((uv_handle_t *)&timer->uv, free_data);
}

void loop_timer_start(struct loop_timer *timer, int64_t delay_ms)
{
    if (delay_ms < TIMER_LEAST_MS)
        delay_ms = TIMER_LEAST_MS;
    // libuv counts from the beginning of the turn, which may be long ago.
    uv_update_time(timer->uv.loop);
    uv_timer_start(&timer->uv, on_timer, (uint64_t)delay_ms, 0);
}

void loop_timer_stop(struct loop_timer *timer)
{
    uv_timer_stop(&timer->uv);
}

bool loop_timer_is_active(const struct loop_timer *timer)
{
    return uv_is_active((const uv_handle_t *)&timer->uv) != 0;
}

// --- descriptors -------------------------------------------------------------

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct loop_watch *watch = poll->data;
    int ready = (events & UV_READABLE ? LOOP_READABLE : 0)
                | (events & UV_WRITABLE ? LOOP_WRITABLE : 0);

    if (status < 0 || (events & UV_DISCONNECT))
        ready = LOOP_READABLE | LOOP_WRITABLE;
    watch->fn(ready, watch->ctx);
}

static void on_always_ready(uv_idle_t *idle)
{
    struct loop_watch *watch = idle->data;

    watch->fn(watch->interest, watch->ctx);
}

struct loop_watch *loop_watch_create(struct loop *loop, int fd,
                                     loop_watch_fn fn, void *ctx)
{
    struct loop_watch *watch = mem_alloc(sizeof(*watch));
    int status = uv_poll_init(&loop->uv, &watch->uv.poll, fd);

    if (status == UV_EPERM) { // a regular file
        watch->always_ready = true;
        status = uv_idle_init(&loop->uv, &watch->uv.idle);
    }
    must_work(status);
    watch->uv.handle.data = watch;
    watch->fn = fn;
    watch->ctx = ctx;
    return watch;
}

static void watch_file(struct loop_watch *watch)
{
    if (watch->interest)
        uv_idle_start(&watch->uv.idle, on_always_ready);
    else
        uv_idle_stop(&watch->uv.idle);
}

static void watch_poll(struct loop_watch *watch)
{
    int events = (watch->interest & LOOP_READABLE ? UV_READABLE : 0)
                 | (watch->interest & LOOP_WRITABLE ? UV_WRITABLE : 0);

    if (events)
        uv_poll_start(&watch->uv.poll, events, on_poll);
    else
        uv_poll_stop(&watch->uv.poll);
}

void loop_watch_set(struct loop_watch *watch, int interest)
{
    watch->interest = interest;
    if (watch->always_ready)
        watch_file(watch);
    else
        watch_poll(watch);
}

void loop_watch_destroy(struct loop_watch *watch)
{
    if (watch)
        uv_close(&watch->uv.handle, free_data);
}

// --- signals -----------------------------------------------------------------

static void on_signal(uv_signal_t *uv, int number)
{
    struct loop_signal *signal = uv->data;

    signal->fn(number, signal->ctx);
}

struct loop_signal *loop_signal_create(struct loop *loop, int number,
                                       loop_signal_fn fn, void *ctx)
{
    struct loop_signal *signal = mem_alloc(sizeof(*signal));

    must_work(uv_signal_init(&loop->uv, &signal->uv));
    signal->uv.data = signal;
    signal->fn = fn;
    signal->ctx = ctx;
    must_work(uv_signal_start(&signal->uv, on_signal, number));
    return signal;
}

void loop_signal_destroy(struct loop_signal *signal)
{
    if (signal)
        uv_close((uv_handle_t *)&signal->uv, free_data);
}
