/* The loop: timers, deferred calls, descriptors, signals. */
#include "kerf/loop/loop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "kerf/base/buf.h"

// What happened, as letters in order.
struct trace {
    struct loop *loop;
    struct buf seen;
    struct loop_timer *timer;
    struct loop_watch *watch;
    int ready;
    int fd;
    int left;
};

static int set_up(void **state)
{
    static const struct trace empty;
    struct trace *trace = test_malloc(sizeof(*trace));

    *trace = empty;
    trace->loop = loop_create();
    *state = trace;
    return 0;
}

static int tear_down(void **state)
{
    struct trace *trace = *state;

    loop_destroy(trace->loop);
    buf_release(&trace->seen);
    test_free(trace);
    return 0;
}

static void note_a(void *ctx)
{
    buf_append_char(&((struct trace *)ctx)->seen, 'a');
}

static void note_b(void *ctx)
{
    buf_append_char(&((struct trace *)ctx)->seen, 'b');
}

static void an_empty_loop_ends_at_once(void **state)
{
    struct trace *trace = *state;

    loop_run(trace->loop);

    assert_false(loop_step(trace->loop, 1000));
}

static void timers_fire_in_the_order_of_their_times(void **state)
{
    struct trace *trace = *state;
    struct loop_timer *late = loop_timer_create(trace->loop, note_b, trace);
    struct loop_timer *soon = loop_timer_create(trace->loop, note_a, trace);

    loop_timer_start(late, 5);
    loop_timer_start(soon, 1);
    loop_run(trace->loop);

    assert_string_equal(buf_cstr(&trace->seen), "ab");
    loop_timer_destroy(late);
    loop_timer_destroy(soon);
}

static void a_stopped_timer_does_not_fire(void **state)
{
    struct trace *trace = *state;
    struct loop_timer *timer = loop_timer_create(trace->loop, note_a, trace);

    loop_timer_start(timer, 1);
    assert_true(loop_timer_is_active(timer));
    loop_timer_stop(timer);
    loop_run(trace->loop);

    assert_int_equal(trace->seen.len, 0);
    loop_timer_destroy(timer);
}

static void destroy_own_timer(void *ctx)
{
    struct trace *trace = ctx;

    note_a(trace);
    loop_timer_destroy(trace->timer);
}

static void a_timer_may_be_destroyed_by_its_own_callback(void **state)
{
    struct trace *trace = *state;

    trace->timer = loop_timer_create(trace->loop, destroy_own_timer, trace);
    loop_timer_start(trace->timer, 1);
    loop_run(trace->loop);

    assert_string_equal(buf_cstr(&trace->seen), "a");
}

static void restart(void *ctx)
{
    struct trace *trace = ctx;

    note_a(trace);
    if (--trace->left > 0)
        loop_timer_start(trace->timer, 0);
}

static void a_timer_that_restarts_itself_does_not_starve_the_loop(void **state)
{
    struct trace *trace = *state;

    trace->left = 3;
    trace->timer = loop_timer_create(trace->loop, restart, trace);
    loop_timer_start(trace->timer, 0);
    loop_defer(trace->loop, note_b, trace);
    loop_run(trace->loop);

    assert_int_equal(trace->seen.len, 4);
    assert_true(str_find_char(buf_str(&trace->seen), 'b') < 2);
    loop_timer_destroy(trace->timer);
}

static void deferred_calls_run_in_order_and_not_inside(void **state)
{
    struct trace *trace = *state;

    loop_defer(trace->loop, note_a, trace);
    loop_defer(trace->loop, note_b, trace);
    assert_int_equal(trace->seen.len, 0);
    loop_run(trace->loop);

    assert_string_equal(buf_cstr(&trace->seen), "ab");
}

static void a_call_taken_back_does_not_run(void **state)
{
    struct trace *trace = *state;

    loop_defer(trace->loop, note_a, trace);
    loop_defer(trace->loop, note_b, trace);
    loop_undefer(trace->loop, note_a, trace);
    loop_run(trace->loop);

    assert_string_equal(buf_cstr(&trace->seen), "b");
}

static void take_back_the_rest(void *ctx)
{
    struct trace *trace = ctx;

    note_a(trace);
    loop_undefer(trace->loop, note_b, trace);
}

static void a_deferred_call_may_take_back_the_next(void **state)
{
    struct trace *trace = *state;

    loop_defer(trace->loop, take_back_the_rest, trace);
    loop_defer(trace->loop, note_b, trace);
    loop_run(trace->loop);

    assert_string_equal(buf_cstr(&trace->seen), "a");
}

static void defer_on(void *ctx)
{
    struct trace *trace = ctx;

    note_a(trace);
    if (--trace->left > 0)
        loop_defer(trace->loop, defer_on, trace);
}

static void what_a_deferred_call_defers_lets_timers_run(void **state)
{
    struct trace *trace = *state;

    trace->left = 100; // more than the first queue holds
    loop_defer(trace->loop, defer_on, trace);
    loop_step(trace->loop, 0);
    assert_int_equal(trace->seen.len, 1);
    loop_run(trace->loop);

    assert_int_equal(trace->seen.len, 100);
}

static void loop_stop_ends_loop_run(void **state)
{
    struct trace *trace = *state;
    struct loop_timer *far = loop_timer_create(trace->loop, note_a, trace);

    loop_timer_start(far, 3600 * 1000);
    loop_defer(trace->loop, (loop_timer_fn)loop_stop, trace->loop);
    loop_run(trace->loop);

    assert_int_equal(trace->seen.len, 0);
    loop_timer_destroy(far);
}

static void a_step_waits_no_longer_than_told(void **state)
{
    struct trace *trace = *state;
    struct loop_timer *far = loop_timer_create(trace->loop, note_a, trace);

    loop_timer_start(far, 3600 * 1000);

    assert_true(loop_step(trace->loop, 1));
    loop_timer_destroy(far);
}

static void note_ready(int ready, void *ctx)
{
    struct trace *trace = ctx;
    char byte;

    trace->ready = ready;
    if ((ready & LOOP_READABLE) && read(trace->fd, &byte, 1) == 1)
        buf_append_char(&trace->seen, byte);
    else
        loop_watch_destroy(trace->watch);
}

static void a_watch_tells_of_bytes_and_of_the_hang_up(void **state)
{
    struct trace *trace = *state;
    int fds[2];

    assert_int_equal(pipe(fds), 0);
    trace->fd = fds[0];
    assert_int_equal(write(fds[1], "xy", 2), 2);
    close(fds[1]);
    trace->watch = loop_watch_create(trace->loop, fds[0], note_ready, trace);
    loop_watch_set(trace->watch, LOOP_READABLE);
    loop_run(trace->loop);

    assert_string_equal(buf_cstr(&trace->seen), "xy");
    close(fds[0]);
}

static void a_watch_without_interest_keeps_nothing_alive(void **state)
{
    struct trace *trace = *state;
    int fds[2];

    assert_int_equal(pipe(fds), 0);
    struct loop_watch *watch =
        loop_watch_create(trace->loop, fds[1], note_ready, trace);
    loop_watch_set(watch, LOOP_WRITABLE);
    loop_watch_set(watch, 0);
    loop_run(trace->loop);

    assert_int_equal(trace->ready, 0);
    loop_watch_destroy(watch);
    close(fds[0]);
    close(fds[1]);
}

static void a_regular_file_is_always_ready(void **state)
{
    struct trace *trace = *state;
    FILE *file = tmpfile();

    assert_non_null(file);
    fputs("file", file);
    rewind(file);
    trace->fd = fileno(file);
    trace->watch = loop_watch_create(trace->loop, trace->fd, note_ready, trace);
    loop_watch_set(trace->watch, LOOP_READABLE);
    loop_run(trace->loop);

    assert_string_equal(buf_cstr(&trace->seen), "file");
    fclose(file);
}

static void note_signal(int number, void *ctx)
{
    struct trace *trace = ctx;

    trace->ready = number;
    loop_stop(trace->loop);
}

static void a_signal_arrives_as_a_callback(void **state)
{
    static const int numbers[] = { SIGWINCH, SIGTERM, SIGHUP, SIGINT,
                                   SIGCHLD,  SIGTSTP, SIGCONT };
    struct trace *trace = *state;

    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        struct loop_signal *watcher =
            loop_signal_create(trace->loop, numbers[i], note_signal, trace);
        raise(numbers[i]);
        loop_run(trace->loop);
        assert_int_equal(trace->ready, numbers[i]);
        loop_signal_destroy(watcher);
    }
}

static void writing_to_a_closed_pipe_is_an_error_and_no_death(void **state)
{
    int fds[2];

    (void)state;
    assert_int_equal(pipe(fds), 0);
    close(fds[0]);

    assert_int_equal(write(fds[1], "x", 1), -1);
    close(fds[1]);
}

static void the_clocks_go_forward(void **state)
{
    (void)state;
    int64_t ns = loop_now_ns();

    assert_true(loop_now_ns() >= ns);
    assert_true(loop_now_ms() >= ns / 1000000);
    assert_true(loop_wall_ms() > INT64_C(1600000000000));
    assert_true(loop_slept_ms() >= -1); // the two clocks are read in turn
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_empty_loop_ends_at_once),
        CASE(timers_fire_in_the_order_of_their_times),
        CASE(a_stopped_timer_does_not_fire),
        CASE(a_timer_may_be_destroyed_by_its_own_callback),
        CASE(a_timer_that_restarts_itself_does_not_starve_the_loop),
        CASE(deferred_calls_run_in_order_and_not_inside),
        CASE(a_call_taken_back_does_not_run),
        CASE(a_deferred_call_may_take_back_the_next),
        CASE(what_a_deferred_call_defers_lets_timers_run),
        CASE(loop_stop_ends_loop_run),
        CASE(a_step_waits_no_longer_than_told),
        CASE(a_watch_tells_of_bytes_and_of_the_hang_up),
        CASE(a_watch_without_interest_keeps_nothing_alive),
        CASE(a_regular_file_is_always_ready),
        CASE(a_signal_arrives_as_a_callback),
        CASE(writing_to_a_closed_pipe_is_an_error_and_no_death),
        CASE(the_clocks_go_forward),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
