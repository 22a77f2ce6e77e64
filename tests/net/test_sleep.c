/* The machine sleeps: its wall clock went on by itself when it wakes up, and
 * nobody knows what became of the connection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/base/buf.h"
#include "kerf/loop/loop.h"
#include "kerf/model/session.h"
#include "stand.h"

#define ECHO "--engine echo --tokens 12 "
#define MINUTE_MS ((int64_t)60000)

static int64_t slept_ms; // what the client's wall clock is ahead

static int64_t wall(void)
{
    return loop_wall_ms() + slept_ms;
}

static void open_stand(struct stand *stand, const char *sim,
                       const char *transport)
{
    slept_ms = 0;
    stand_open(stand, &(struct stand_options){
                          .sim = sim, .transport = transport, .wall = wall });
}

static bool is_told(const struct stand *stand, const char *text)
{
    return str_find(buf_str(&stand->told), str_from(text)) != SIZE_MAX;
}

static void assert_last_turn_is_fine(const struct stand *stand)
{
    const struct session *session = stand->session;

    assert_int_equal(session->turns[session->turn_count - 1].outcome, TURN_OK);
}

static void after_a_sleep_the_next_message_goes_over_a_new_socket(void **state)
{
    struct stand stand;

    (void)state;
    open_stand(&stand, ECHO, "ws");
    stand_say(&stand, "hello");
    slept_ms += MINUTE_MS;
    stand_say(&stand, "and now?");
    assert_last_turn_is_fine(&stand);
    assert_true(is_told(&stand, "link: the machine slept"));
    assert_false(is_told(&stand, "response_lost"));
    assert_int_equal(stand_count(&stand).connections, 2);
    assert_int_equal(stand_count(&stand).requests, 2);
    assert_int_equal(stand_count(&stand).full, 2); // its server knows nothing
    stand_close(&stand);
}

static void a_clock_that_is_set_a_little_closes_nothing(void **state)
{
    static const int64_t steps_ms[] = { 20000, -3600000 };

    (void)state;
    for (size_t i = 0; i < sizeof(steps_ms) / sizeof(steps_ms[0]); i++) {
        struct stand stand;
        open_stand(&stand, ECHO, "ws");
        stand_say(&stand, "hello");
        slept_ms += steps_ms[i];
        stand_say(&stand, "and now?");
        assert_last_turn_is_fine(&stand);
        assert_int_equal(stand_count(&stand).connections, 1);
        assert_int_equal(stand_count(&stand).full, 1);
        stand_close(&stand);
    }
}

static void on_sent(struct stand *stand, const struct event *event, void *ctx)
{
    (void)stand;
    (void)ctx;
    if (event->kind == EVENT_REQUEST_SENT && slept_ms == 0)
        slept_ms = MINUTE_MS;
}

static void an_answer_that_was_slept_through_is_asked_for_again(void **state)
{
    static const char *const ways[] = { "ws", "http" };

    (void)state;
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct stand stand;
        open_stand(&stand, ECHO "--fault before-created-stall:1", ways[i]);
        stand.watch = on_sent;
        stand_say(&stand, "hello");
        assert_last_turn_is_fine(&stand);
        assert_true(is_told(&stand, "the machine slept"));
        assert_false(is_told(&stand, "no data"));
        assert_int_equal(stand_count(&stand).requests, 2);
        assert_int_equal(stand_count(&stand).connections, 2);
        stand_close(&stand);
    }
}

static void what_came_since_the_sleep_shows_that_the_way_is_good(void **state)
{
    struct stand stand;

    (void)state;
    open_stand(&stand, ECHO "--fault mid-delta-stall:1", "ws");
    stand.watch = on_sent;
    stand_say(&stand, "hello");
    assert_last_turn_is_fine(&stand);
    assert_false(is_told(&stand, "the machine slept"));
    assert_true(is_told(&stand, "silent for 20 seconds"));
    stand_close(&stand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_a_sleep_the_next_message_goes_over_a_new_socket),
        cmocka_unit_test(a_clock_that_is_set_a_little_closes_nothing),
        cmocka_unit_test(an_answer_that_was_slept_through_is_asked_for_again),
        cmocka_unit_test(what_came_since_the_sleep_shows_that_the_way_is_good),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
