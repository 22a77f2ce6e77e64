/* The slow start: what leaves in which round trip. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/sim/window.h"

#define ROUND_TRIP_US 80000
#define START_US 1000000

// Sends so many segments that are there at once; returns when the last leaves.
static int64_t send(struct window *window, size_t segments, int64_t at_us)
{
    int64_t leaves_us = at_us;

    for (size_t i = 0; i < segments; i++)
        leaves_us =
            window_leave_us(window, WINDOW_SEGMENT_BYTES, at_us, ROUND_TRIP_US);
    return leaves_us;
}

static void a_round_trip_doubles_what_may_leave(void **state)
{
    static const struct {
        size_t segments;
        int64_t round_trips;
    } cases[] = { { 1, 0 },  { 10, 0 }, { 11, 1 },  { 30, 1 },
                  { 31, 2 }, { 70, 2 }, { 150, 3 }, { 151, 4 } };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct window window = window_open(START_US);
        assert_int_equal(send(&window, cases[i].segments, START_US),
                         START_US + cases[i].round_trips * ROUND_TRIP_US);
    }
}

static void a_kept_connection_has_its_window(void **state)
{
    struct window window = window_open(START_US);
    int64_t again_us = send(&window, 70, START_US) + ROUND_TRIP_US;

    (void)state;
    assert_int_equal(send(&window, 80, again_us), again_us);
}

static void a_window_that_nobody_fills_does_not_grow(void **state)
{
    struct window window = window_open(START_US);
    int64_t at_us = START_US;

    (void)state;
    for (int i = 0; i < 20; i++, at_us += ROUND_TRIP_US)
        send(&window, 1, at_us);
    assert_int_equal(send(&window, 11, at_us), at_us + ROUND_TRIP_US);
}

static void a_long_rest_takes_the_window_back(void **state)
{
    struct window window = window_open(START_US);
    int64_t again_us = send(&window, 70, START_US) + 60000000;

    (void)state;
    assert_int_equal(send(&window, 10, again_us), again_us);
    assert_int_equal(send(&window, 1, again_us), again_us + ROUND_TRIP_US);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_round_trip_doubles_what_may_leave),
        cmocka_unit_test(a_kept_connection_has_its_window),
        cmocka_unit_test(a_window_that_nobody_fills_does_not_grow),
        cmocka_unit_test(a_long_rest_takes_the_window_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
