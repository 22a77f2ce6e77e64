/* The router: health of backends and transports, falling and coming back. */
#include "router_rig.h"

// --- health ------------------------------------------------------------------

static void three_failures_within_a_minute_are_down(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, PREFER_WAFER);
    failed(rig, WAFER, SETBACK_LOST, 0);
    rig->now_ms += 20000;
    failed(rig, WAFER, SETBACK_LOST, 0);
    assert_int_equal(health_of(rig, WAFER), HEALTH_UP);
    rig->now_ms += 20000;
    failed(rig, WAFER, SETBACK_LOST, 0);
    assert_int_equal(health_of(rig, WAFER), HEALTH_DOWN);
    rig->now_ms += 12000;
    assert_int_equal(choose(rig), GPU);
    assert_string_equal(
        rig->route.why,
        "wafer: down for 12 s (connection reset), next try in 18 s; 10k of "
        "272k tokens; gpu is not measured yet, target 2.0 s");
}

static void three_failures_within_ten_minutes_are_degraded(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, PREFER_WAFER);
    for (int i = 0; i < 3; i++) {
        rig->now_ms += ROUTER_FAILURE_WINDOW_MS;
        failed(rig, WAFER, SETBACK_LOST, 0);
    }
    assert_int_equal(health_of(rig, WAFER), HEALTH_DEGRADED);
    assert_int_equal(choose(rig), GPU);
    assert_string_equal(rig->route.verdicts[WAFER].why,
                        "3 of its last 8 turns failed or were slow");
}

static void one_refusal_is_down_at_once(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    failed(rig, WAFER, SETBACK_REFUSED, 0);
    assert_int_equal(health_of(rig, WAFER), HEALTH_DOWN);
}

static void two_good_turns_after_the_rest_are_up(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, PREFER_WAFER);
    fail_three_times(rig, WAFER);
    rig->now_ms += 29999;
    assert_int_equal(health_of(rig, WAFER), HEALTH_DOWN);
    rig->now_ms += 1;
    assert_int_equal(health_of(rig, WAFER), HEALTH_PROBING);
    assert_int_equal(choose(rig), WAFER);
    assert_true(rig->route.is_trial);
    assert_why(rig->route.why, "tried again after its rest; ");
    answered(rig, WAFER, 200, 1000);
    assert_int_equal(health_of(rig, WAFER), HEALTH_PROBING);
    router_probed(rig->router, WAFER, ROUTE_WS, true, rig->now_ms);
    assert_int_equal(health_of(rig, WAFER), HEALTH_UP);
    choose(rig);
    assert_false(rig->route.is_trial);
}

static void each_failed_try_doubles_the_rest_up_to_ten_minutes(void **state)
{
    static const int64_t rests_s[] = { 30, 60, 120, 240, 480, 600, 600 };
    struct rig *rig = *state;

    rig_open(rig, "");
    fail_three_times(rig, WAFER);
    for (size_t i = 0; i < sizeof(rests_s) / sizeof(rests_s[0]); i++) {
        rig->now_ms += rests_s[i] * 1000 - 1;
        assert_int_equal(health_of(rig, WAFER), HEALTH_DOWN);
        rig->now_ms += 1;
        assert_int_equal(health_of(rig, WAFER), HEALTH_PROBING);
        failed(rig, WAFER, i % 2 ? SETBACK_LOST : SETBACK_REFUSED, 0);
    }
}

static void falling_again_soon_rests_longer_and_calm_forgets(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    for (int i = 0; i < 3; i++) {
        if (i == 0)
            fail_three_times(rig, WAFER);
        else
            failed(rig, WAFER, SETBACK_LOST, 0); // one is enough on parole
        rig->now_ms += (30000 << i) - 1;
        assert_int_not_equal(health_of(rig, WAFER), HEALTH_PROBING);
        rig->now_ms += 1;
        assert_int_equal(health_of(rig, WAFER), HEALTH_PROBING);
        answered(rig, WAFER, 200, 1000);
        answered(rig, WAFER, 200, 1000);
        assert_int_equal(health_of(rig, WAFER), HEALTH_UP);
    }
    rig->now_ms += ROUTER_CALM_MS;
    fail_three_times(rig, WAFER);
    rig->now_ms += 30000;
    assert_int_equal(health_of(rig, WAFER), HEALTH_PROBING);
}

static void slow_turns_degrade_and_the_rest_brings_it_back(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    answered(rig, WAFER, 401, 1000); // late
    answered(rig, WAFER, 200, 499);  // crawling
    assert_int_equal(health_of(rig, WAFER), HEALTH_UP);
    failed(rig, WAFER, SETBACK_SLOW, 0);
    assert_int_equal(health_of(rig, WAFER), HEALTH_DEGRADED);
    assert_int_equal(choose(rig), GPU);
    rig->now_ms += 30000;
    assert_int_equal(choose(rig), WAFER);
    answered(rig, WAFER, 900, 1000); // still
    assert_int_equal(choose(rig), GPU);
    rig->now_ms += 60000;
    assert_int_equal(choose(rig), WAFER);
    answered(rig, WAFER, 200, 1000);
    answered(rig, WAFER, 200, 1000);
    assert_int_equal(health_of(rig, WAFER), HEALTH_UP);
}

static void the_target_grows_with_the_input(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    rig->query.input_tokens = 96000;
    for (int i = 0; i < 8; i++)
        answered(rig, WAFER, 1200, 1000); // three times 400
    assert_int_equal(health_of(rig, WAFER), HEALTH_UP);
    for (int i = 0; i < ROUTER_BAD; i++)
        answered(rig, WAFER, 1201, 1000);
    assert_int_equal(health_of(rig, WAFER), HEALTH_DEGRADED);
}

static void a_slow_backend_is_better_than_none(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    rig->query.input_tokens = 100000; // local does not take it
    for (int i = 0; i < ROUTER_BAD; i++)
        answered(rig, WAFER, 60000, 1000);
    failed(rig, GPU, SETBACK_REFUSED, 0);
    assert_int_equal(choose(rig), WAFER);
}

static void if_all_are_down_the_preferred_one_is_tried(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, PREFER_GPU);
    failed(rig, WAFER, SETBACK_REFUSED, 0);
    failed(rig, LOCAL, SETBACK_REFUSED, 0);
    rig->now_ms += 1000;
    failed(rig, GPU, SETBACK_REFUSED, 0);
    assert_int_equal(choose(rig), GPU);
    assert_why(rig->route.why, "all are down, tried all the same; ");
}

static void what_a_server_says_reaches_no_terminal_as_control(void **state)
{
    struct rig *rig = *state;
    struct route_failure failure = { .backend = WAFER,
                                     .setback = SETBACK_REFUSED,
                                     .now_ms = 1,
                                     .text = STR("bad\x1b]0;x\x07\xff") };

    rig_open(rig, PREFER_WAFER);
    router_failed(rig->router, &failure);
    rig->now_ms = 2;
    choose(rig);
    for (const char *c = rig->route.why; *c; c++)
        assert_true((unsigned char)*c >= ' ' && *c != 0x7f);
    assert_why(rig->route.why, "bad");
}

// --- transports --------------------------------------------------------------

static void a_refused_websocket_falls_back_to_http_for_a_while(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    choose(rig);
    failed(rig, WAFER, SETBACK_TRANSPORT, 0);
    rig->route =
        router_next(rig->router, &rig->query, &rig->route, SETBACK_TRANSPORT);
    assert_int_equal(rig->route.backend, WAFER);
    assert_int_equal(rig->route.transport, ROUTE_HTTP);
    assert_int_equal(health_of(rig, WAFER), HEALTH_UP);
    rig->query.tried[0] = rig->query.tried[1] = 0;
    for (int64_t rest_ms = 30000; rest_ms < 1000000; rest_ms *= 2) {
        int64_t most = rest_ms < ROUTER_WS_PROBE_MOST_MS
                           ? rest_ms
                           : ROUTER_WS_PROBE_MOST_MS;
        rig->now_ms += most - 1;
        choose(rig);
        assert_int_equal(rig->route.transport, ROUTE_HTTP);
        rig->now_ms += 1;
        choose(rig);
        assert_int_equal(rig->route.transport, ROUTE_WS);
        router_probed(rig->router, WAFER, ROUTE_WS, false, rig->now_ms);
    }
    router_probed(rig->router, WAFER, ROUTE_WS, true, rig->now_ms);
    choose(rig);
    assert_int_equal(rig->route.transport, ROUTE_WS);
}

static void five_lost_websockets_in_a_row_are_enough(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    for (int i = 0; i < ROUTER_WS_FAILURES; i++) {
        assert_int_equal(
            router_view(rig->router, WAFER, 0, rig->now_ms).transport,
            ROUTE_WS);
        rig->now_ms += 700000;
        failed(rig, WAFER, SETBACK_LOST, 0);
    }
    assert_int_equal(choose(rig), WAFER);
    assert_int_equal(rig->route.transport, ROUTE_HTTP);
}

static void without_another_transport_a_refusal_is_the_backends(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "[backend \"wafer\"]\ntransport = ws\n");
    failed(rig, WAFER, SETBACK_TRANSPORT, 0);
    assert_int_equal(health_of(rig, WAFER), HEALTH_DOWN);
    assert_int_equal(choose(rig), GPU);
}

static void chat_and_the_option_http_never_take_websocket(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "[backend \"wafer\"]\ntransport = http\n");
    choose(rig);
    assert_int_equal(rig->route.transport, ROUTE_HTTP);
    assert_int_equal(router_view(rig->router, LOCAL, 0, 0).transport,
                     ROUTE_HTTP);
}

static void a_lost_race_counts_for_a_day_on_its_network(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    router_network(rig->router, 7);
    router_raced(rig->router, WAFER, ROUTE_HTTP, rig->now_ms);
    choose(rig);
    assert_int_equal(rig->route.transport, ROUTE_HTTP);
    router_network(rig->router, 8);
    choose(rig);
    assert_int_equal(rig->route.transport, ROUTE_WS);
    router_network(rig->router, 7);
    rig->now_ms += ROUTER_RACE_MS - 1;
    choose(rig);
    assert_int_equal(rig->route.transport, ROUTE_HTTP);
    rig->now_ms += 1;
    choose(rig);
    assert_int_equal(rig->route.transport, ROUTE_WS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(three_failures_within_a_minute_are_down),
        RIG_TEST(three_failures_within_ten_minutes_are_degraded),
        RIG_TEST(one_refusal_is_down_at_once),
        RIG_TEST(two_good_turns_after_the_rest_are_up),
        RIG_TEST(each_failed_try_doubles_the_rest_up_to_ten_minutes),
        RIG_TEST(falling_again_soon_rests_longer_and_calm_forgets),
        RIG_TEST(slow_turns_degrade_and_the_rest_brings_it_back),
        RIG_TEST(the_target_grows_with_the_input),
        RIG_TEST(a_slow_backend_is_better_than_none),
        RIG_TEST(if_all_are_down_the_preferred_one_is_tried),
        RIG_TEST(what_a_server_says_reaches_no_terminal_as_control),
        RIG_TEST(a_refused_websocket_falls_back_to_http_for_a_while),
        RIG_TEST(five_lost_websockets_in_a_row_are_enough),
        RIG_TEST(without_another_transport_a_refusal_is_the_backends),
        RIG_TEST(chat_and_the_option_http_never_take_websocket),
        RIG_TEST(a_lost_race_counts_for_a_day_on_its_network),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
