/* Connections of HTTP that are there before they are needed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stand.h"

#define ECHO "--engine echo --tokens 5 --sprinkle 0"

static const struct stand_options over_http = { .sim = ECHO,
                                                .transport = "http" };

static void count_answer(const struct json *record, void *ctx)
{
    size_t *count = ctx;

    *count += str_is(json_str(json_member(record, "event")), "answer")
              && json_int(json_member(record, "code"), 0) == 200;
}

// Answers to warm-ups; those to requests have no code.
static size_t warm_ups(const struct stand *stand)
{
    size_t count = 0;

    stand_each_record(stand, count_answer, &count);
    return count;
}

// Runs the loop until the server has answered so many warm-ups, and the client
// has read that.
static void await_warm_ups(struct stand *stand, size_t count)
{
    int64_t since_ms = loop_now_ms();

    while (warm_ups(stand) < count)
        stand_step(stand, since_ms);
    for (int i = 0; i < 5; i++)
        loop_step(stand->loop, 1);
}

static void expect_connections(const struct stand *stand, size_t count)
{
    assert_int_equal(stand_count(stand).connections, count);
}

static void the_connection_is_there_before_enter(void **state)
{
    static const char *const protocols[] = { "responses", "chat" };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct stand_options options = over_http;
        struct stand stand;
        options.protocol = protocols[i];
        stand_open(&stand, &options);
        agent_connect(stand.agent);
        await_warm_ups(&stand, 1);
        expect_connections(&stand, 1);
        assert_int_equal(stand_count(&stand).requests, 0);
        stand_say(&stand, "hello");
        expect_connections(&stand, 1);
        assert_int_equal(stand_count(&stand).requests, 1);
        stand_close(&stand);
    }
}

static void with_tls_the_handshake_is_done_too(void **state)
{
    struct stand stand;

    (void)state;
    stand_open(&stand,
               &(struct stand_options){ .sim = ECHO " --tls --ca-out @/ca.pem",
                                        .more = "caFile=@/ca.pem",
                                        .transport = "http" });
    agent_connect(stand.agent);
    await_warm_ups(&stand, 1);
    stand_say(&stand, "hello");
    expect_connections(&stand, 1);
    stand_close(&stand);
}

static void typing_opens_again_what_was_closed_at_rest(void **state)
{
    struct stand stand;

    (void)state;
    stand_open(&stand, &over_http);
    stand_say(&stand, "hello");
    expect_connections(&stand, 1);
    stand_hang_up(&stand);
    stand_listen(&stand);
    while (warm_ups(&stand) == 0) {
        assert_true(agent_wake(stand.agent));
        loop_step(stand.loop, 10);
    }
    await_warm_ups(&stand, 1);
    expect_connections(&stand, 2);
    stand_say(&stand, "and now?");
    expect_connections(&stand, 2);
    stand_close(&stand);
}

static void typing_leaves_an_open_connection_alone(void **state)
{
    struct stand stand;

    (void)state;
    stand_open(&stand, &over_http);
    stand_say(&stand, "hello");
    for (int i = 0; i < 20; i++) {
        agent_wake(stand.agent);
        loop_step(stand.loop, 1);
    }
    stand_say(&stand, "hello");
    assert_int_equal(warm_ups(&stand), 0);
    expect_connections(&stand, 1);
    stand_close(&stand);
}

static void enter_itself_opens_one_connection(void **state)
{
    struct stand stand;

    (void)state;
    stand_open(&stand, &over_http);
    stand_say(&stand, "hello");
    stand_hang_up(&stand);
    stand_listen(&stand);
    assert_true(agent_wake(stand.agent));
    stand_say(&stand, "and now?");
    assert_int_equal(warm_ups(&stand), 0);
    expect_connections(&stand, 2);
    stand_close(&stand);
}

static void a_warm_up_that_fails_is_silent(void **state)
{
    struct stand stand;

    (void)state;
    stand_open(&stand, &over_http);
    stand_hang_up(&stand);
    buf_reset(&stand.told);
    agent_connect(stand.agent);
    for (int i = 0; i < 50; i++)
        loop_step(stand.loop, 1);
    assert_string_equal(buf_cstr(&stand.told), "");
    stand_listen(&stand);
    stand_say(&stand, "hello"); // dials by itself
    expect_connections(&stand, 1);
    assert_int_equal(stand_count(&stand).requests, 1);
    assert_true(str_find(buf_str(&stand.told), STR("failed")) == SIZE_MAX);
    stand_close(&stand);
}

static void what_policy_forbids_is_not_opened(void **state)
{
    struct policy policy = { .file_count = 1, .files[0].hosts.given = true };
    struct stand_options options = over_http;
    struct stand stand;

    (void)state;
    options.policy = &policy;
    stand_open(&stand, &options);
    agent_connect(stand.agent);
    for (int i = 0; i < 50; i++) {
        agent_wake(stand.agent);
        loop_step(stand.loop, 1);
    }
    expect_connections(&stand, 0);
    stand_close(&stand);
}

static void a_socket_needs_no_connection_of_http(void **state)
{
    struct stand stand;

    (void)state;
    stand_open(&stand, &(struct stand_options){ .sim = ECHO });
    stand_say(&stand, "hello");
    assert_false(agent_wake(stand.agent));
    stand_say(&stand, "hello");
    expect_connections(&stand, 1);
    stand_close(&stand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_connection_is_there_before_enter),
        cmocka_unit_test(with_tls_the_handshake_is_done_too),
        cmocka_unit_test(typing_opens_again_what_was_closed_at_rest),
        cmocka_unit_test(typing_leaves_an_open_connection_alone),
        cmocka_unit_test(enter_itself_opens_one_connection),
        cmocka_unit_test(a_warm_up_that_fails_is_silent),
        cmocka_unit_test(what_policy_forbids_is_not_opened),
        cmocka_unit_test(a_socket_needs_no_connection_of_http),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
