/*
 * The age of connections (protocol.md 1.7, reliability.md N37): a socket is
 * replaced before its server ends it, the new one first, between two answers;
 * where the end comes all the same the turn goes on, unseen by the user.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/base/buf.h"
#include "kerf/model/session.h"
#include "stand.h"

#define ECHO "--engine echo --tokens 12 "
#define ROTATES "rotate=50" // in the time of the stand: 500 ms
#define WAIT_PERMILLE 10
#define HOUR_S 3600

// What the screen would show of the line.
struct line_seen {
    size_t lost;   // times it was not there
    size_t resent; // answers that were asked for again
};

static void watch(struct stand *stand, const struct event *event, void *ctx)
{
    struct line_seen *seen = ctx;

    (void)stand;
    if (event->kind == EVENT_LINK)
        seen->lost += event->state == LINK_LOST || event->state == LINK_FAILED;
    seen->resent += event->kind == EVENT_RESPONSE_LOST;
}

static void open_stand(struct stand *stand, struct line_seen *seen,
                       const char *sim, const char *more)
{
    *seen = (struct line_seen){ 0 };
    stand_open(stand, &(struct stand_options){
                          .sim = sim,
                          .more = more,
                          .wait_permille = more ? WAIT_PERMILLE : 1000,
                      });
    stand->watch = watch;
    stand->ctx = seen;
}

static void wait_for_connections(struct stand *stand, size_t count)
{
    int64_t since_ms = loop_now_ms();

    while (stand_count(stand).connections < count)
        stand_step(stand, since_ms);
}

static void wait_for_request(struct stand *stand)
{
    int64_t since_ms = loop_now_ms();

    while (stand_count(stand).requests == 0)
        stand_step(stand, since_ms);
}

static void wait_for_text(struct stand *stand)
{
    int64_t since_ms = loop_now_ms();
    struct buf text = { 0 };

    for (; text.len == 0; stand_text(stand, &text))
        stand_step(stand, since_ms);
    buf_release(&text);
}

// "upgrade 1", "close 1" and so on, one a line.
static void see_connection(const struct json *record, void *ctx)
{
    struct str event = json_str(json_member(record, "event"));

    if (str_is(event, "upgrade") || str_is(event, "close"))
        buf_printf(ctx, "%.*s %d\n", STR_ARG(event),
                   (int)json_int(json_member(record, "connection"), 0));
}

// Waits until the first connection is closed.
static void check_replaced(struct stand *stand)
{
    struct buf seen = { 0 };
    int64_t since_ms = loop_now_ms();

    do {
        stand_step(stand, since_ms);
        buf_reset(&seen);
        stand_each_record(stand, see_connection, &seen);
    } while (str_find(buf_str(&seen), STR("close 1")) == SIZE_MAX);
    assert_string_equal(buf_cstr(&seen), "upgrade 1\nupgrade 2\nclose 1\n");
    buf_release(&seen);
}

// So many answers, each whole and once, and no word of anything else.
static void assert_answers(const struct stand *stand, size_t count)
{
    struct arena arena = { 0 };
    struct buf text = { 0 }, wanted = { 0 };

    stand_text(stand, &text);
    for (size_t i = 0; i < count; i++)
        buf_append(&wanted, echo_text(&arena, 12, 1));
    assert_string_equal(buf_cstr(&text), buf_cstr(&wanted));
    assert_int_equal(stand->session->turn_count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(stand->session->turns[i].outcome, TURN_OK);
    assert_true(str_find(buf_str(&stand->told), STR("notice")) == SIZE_MAX);
    buf_release(&text);
    buf_release(&wanted);
    arena_release(&arena);
}

static void a_new_socket_is_ready_before_the_old_one_goes(void **state)
{
    struct stand stand;
    struct line_seen seen;

    (void)state;
    open_stand(&stand, &seen, ECHO, ROTATES);
    stand_say(&stand, "hello");
    check_replaced(&stand);
    assert_int_equal(stand.session->link, LINK_READY);
    stand_say(&stand, "and now?");
    assert_int_equal(seen.lost + seen.resent, 0);
    assert_answers(&stand, 2);
    assert_int_equal(stand_count(&stand).full, 2); // it remembers nothing
    stand_say(&stand, "once more");
    assert_int_equal(stand_count(&stand).full, 2); // now it does
    stand_close(&stand);
}

static void no_socket_is_replaced_while_an_answer_runs(void **state)
{
    struct stand stand;
    struct line_seen seen;

    (void)state;
    open_stand(&stand, &seen, ECHO "--tps 20", ROTATES);
    stand_say(&stand, "hello"); // takes 600 ms
    assert_int_equal(stand_count(&stand).connections, 1);
    check_replaced(&stand);
    stand.sim.tps = 0;
    stand_say(&stand, "and now?");
    assert_int_equal(seen.lost + seen.resent, 0);
    assert_answers(&stand, 2);
    stand_close(&stand);
}

static void a_socket_that_cannot_be_replaced_goes_on(void **state)
{
    struct stand stand;
    struct line_seen seen;

    (void)state;
    open_stand(&stand, &seen, ECHO "--fault status-503@2", ROTATES);
    agent_connect(stand.agent);
    wait_for_connections(&stand, 2); // the second is refused
    stand_say(&stand, "hello");
    stand_say(&stand, "and now?");
    assert_int_equal(seen.lost + seen.resent, 0);
    assert_answers(&stand, 2);
    stand_close(&stand);
}

// --- the end comes all the same --------------------------------------------

static void the_limit_in_a_turn_is_not_seen(void **state)
{
    struct stand stand;
    struct line_seen seen;

    (void)state;
    open_stand(&stand, &seen, ECHO "--max-age 1 --ttft-ms 1500", NULL);
    agent_send(stand.agent, STR("hello"));
    wait_for_request(&stand);
    stand.sim.max_age_s = HOUR_S;
    wait_for_connections(&stand, 2);
    stand.sim.ttft_ms = 0;
    stand_finish(&stand);
    assert_int_equal(seen.lost, 0);
    assert_answers(&stand, 1);
    assert_int_equal(stand_count(&stand).requests, 2);
    assert_int_equal(stand_count(&stand).full, 2);
    stand_close(&stand);
}

static void the_limit_in_an_answer_leaves_one_text(void **state)
{
    struct stand stand;
    struct line_seen seen;

    (void)state;
    open_stand(&stand, &seen, ECHO "--max-age 1 --tps 9", NULL);
    agent_send(stand.agent, STR("hello"));
    wait_for_text(&stand);
    stand.sim.max_age_s = HOUR_S;
    stand.sim.tps = 0;
    stand_finish(&stand);
    assert_int_equal(seen.resent, 1);
    assert_answers(&stand, 1);
    assert_int_equal(stand_count(&stand).connections, 2);
    stand_close(&stand);
}

static void the_limit_between_turns_is_silent(void **state)
{
    struct stand stand;
    struct line_seen seen;
    int64_t since_ms = loop_now_ms();

    (void)state;
    open_stand(&stand, &seen, ECHO "--max-age 1", NULL);
    stand_say(&stand, "hello");
    while (stand.session->link == LINK_READY)
        stand_step(&stand, since_ms);
    stand_say(&stand, "and now?");
    assert_int_equal(seen.resent, 0);
    assert_answers(&stand, 2);
    assert_int_equal(stand_count(&stand).full, 2);
    stand_close(&stand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_socket_is_ready_before_the_old_one_goes),
        cmocka_unit_test(no_socket_is_replaced_while_an_answer_runs),
        cmocka_unit_test(a_socket_that_cannot_be_replaced_goes_on),
        cmocka_unit_test(the_limit_in_a_turn_is_not_seen),
        cmocka_unit_test(the_limit_in_an_answer_leaves_one_text),
        cmocka_unit_test(the_limit_between_turns_is_silent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
