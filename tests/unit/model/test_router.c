/* The router: which backend is taken, and the reason it gives. */
#include "router_rig.h"

// --- the choice --------------------------------------------------------------

static void without_measurements_the_fastest_class_is_taken(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    assert_int_equal(choose(rig), WAFER);
    assert_int_equal(rig->route.end, ROUTE_GO);
    assert_int_equal(rig->route.transport, ROUTE_WS);
    assert_string_equal(rig->route.why,
                        "10k of 128k tokens; wafer is not measured yet, "
                        "target 400 ms");
    assert_int_equal(rig->route.verdicts[GPU].refusal, REFUSED_WORSE);
    assert_why(rig->route.verdicts[GPU].why, "slower");
}

static void the_sentence_tells_what_was_measured(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    rig->query.input_tokens = 31000;
    for (int i = 0; i < 20; i++)
        answered(rig, WAFER, 200 + i, 1000);
    choose(rig);
    assert_string_equal(rig->route.why,
                        "31k of 128k tokens; wafer p95 218 ms of 400");
}

static void the_preferred_backend_is_taken_even_if_slower(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, PREFER_GPU);
    assert_int_equal(choose(rig), GPU);
    assert_why(rig->route.verdicts[WAFER].why, "not the preferred one");
}

static void what_does_not_fit_goes_where_it_fits(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, PREFER_WAFER);
    rig->query.input_tokens = 150000;
    assert_int_equal(choose(rig), GPU);
    assert_string_equal(rig->route.why,
                        "wafer: 151k tokens do not fit in 128k; 150k of 272k "
                        "tokens; gpu is not measured yet, target 9.4 s");
    rig->query.input_tokens = 300000;
    assert_int_equal(choose(rig), ROUTER_NONE);
    assert_int_equal(rig->route.end, ROUTE_TOO_LONG);
    assert_why(rig->route.why, "fits in no backend's window");
}

static void an_input_that_was_too_big_is_not_sent_there_again(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    failed(rig, WAFER, SETBACK_TOO_BIG, 0);
    assert_int_equal(health_of(rig, WAFER), HEALTH_UP);
    assert_int_equal(choose(rig), GPU);
    assert_int_equal(rig->route.verdicts[WAFER].refusal, REFUSED_WINDOW);
    rig->query.input_tokens = 9999;
    assert_int_equal(choose(rig), WAFER);
}

static void a_backend_without_tools_is_passed_over_if_they_are_needed(
    void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    router_lacks(rig->router, WAFER, ROUTE_NEEDS_TOOLS);
    assert_int_equal(choose(rig), WAFER);
    rig->query.needs = ROUTE_NEEDS_TOOLS;
    assert_int_equal(choose(rig), GPU);
    assert_string_equal(rig->route.verdicts[WAFER].why, "takes no tools");
}

static void a_conversation_stays_unless_leaving_pays(void **state)
{
    static const struct {
        const char *sticky;
        int64_t wafer_ms, gpu_ms;
        size_t taken;
    } cases[] = {
        { "", 300, 400, GPU },    // saves 100 ms
        { "", 300, 1900, WAFER }, // saves 1.6 s of 2.9
        { "", 1400, 1950, GPU },  // 550 ms, but not 30 % of 2950
        { "sticky = 0", 300, 400, WAFER },
        { "sticky = 10", 1400, 1950, WAFER },
        { "sticky = 90", 300, 1900, GPU },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rig *rig = *state;
        *rig = (struct rig){ 0 };
        rig_open(rig, arena_printf(&rig->arena,
                                   "[backend \"wafer\"]\nttftTarget =\n"
                                   "speedTarget =\n[route]\n%s\n",
                                   cases[i].sticky)
                          .at);
        for (int n = 0; n < ROUTER_ENOUGH; n++) {
            answered(rig, WAFER, cases[i].wafer_ms, 1000);
            answered(rig, GPU, cases[i].gpu_ms, 1000);
        }
        rig->query.current = GPU;
        assert_int_equal(choose(rig), cases[i].taken);
        if (i + 1 < sizeof(cases) / sizeof(cases[0]))
            rig_close(rig);
    }
    struct rig *rig = *state;
    assert_why(rig->route.verdicts[WAFER].why,
               "1.6 s faster, which does not pay for the prompt cache");
}

static void a_switch_saves_half_a_second_at_least(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    for (int i = 0; i < ROUTER_ENOUGH; i++) {
        answered(rig, WAFER, 100, 1000);
        answered(rig, GPU, 599, 1000);
    }
    rig->query.output_tokens = 10;
    rig->query.current = GPU;
    assert_int_equal(choose(rig), GPU); // 499 ms, though 80 %
}

static void what_was_slow_is_not_what_to_expect(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    for (int i = 0; i < ROUTER_ENOUGH; i++)
        answered(rig, GPU, 300, 1000);
    for (int i = 0; i < 30; i++)
        answered(rig, WAFER, 900, 1000);
    rig->now_ms += ROUTER_PAUSE_MOST_MS;
    assert_int_equal(health_of(rig, WAFER), HEALTH_PROBING);
    rig->query.output_tokens = 10; // the target tells 420 ms, gpu took 310
    choose(rig);
    assert_why(rig->route.verdicts[WAFER].why, "110 ms slower");
}

static void measurements_count_by_size_of_input(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    rig->query.input_tokens = 1000;
    for (int i = 0; i < ROUTER_ENOUGH; i++)
        answered(rig, WAFER, 100, 1000);
    rig->query.input_tokens = 100000;
    for (int i = 0; i < ROUTER_ENOUGH; i++)
        answered(rig, WAFER, 900, 1000);

    struct route_view small = router_view(rig->router, WAFER, 2000, 0);
    struct route_view large = router_view(rig->router, WAFER, 90000, 0);
    assert_int_equal(small.ttft_p95_ms, 100);
    assert_string_equal(small.size_name, "<4k");
    assert_int_equal(large.ttft_p95_ms, 900);
    assert_string_equal(large.size_name, "64k-256k");
}

// --- deadlines ---------------------------------------------------------------

static void the_deadline_follows_from_measurements_or_the_target(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    choose(rig);
    assert_int_equal(rig->route.deadline_ms, 5 * 400);
    rig->query.input_tokens = 64000; // twice what the target is for
    choose(rig);
    assert_int_equal(rig->route.deadline_ms, 2 * 5 * 400);
    for (int i = 0; i < ROUTER_ENOUGH; i++)
        answered(rig, WAFER, 700, 1000);
    choose(rig);
    assert_int_equal(rig->route.deadline_ms, 3 * 700);
}

static void the_deadline_is_never_beyond_the_option_nor_below_a_second(
    void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "[route]\nttftDeadline = 1500\n");
    choose(rig);
    assert_int_equal(rig->route.deadline_ms, 1500);
    for (int i = 0; i < ROUTER_ENOUGH; i++)
        answered(rig, WAFER, 20, 1000);
    choose(rig);
    assert_int_equal(rig->route.deadline_ms, 1000);
}

// --- limits ------------------------------------------------------------------

static void a_rate_limit_is_a_pause_and_no_illness(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, PREFER_WAFER);
    failed(rig, WAFER, SETBACK_LIMITED, 20000);
    assert_int_equal(health_of(rig, WAFER), HEALTH_UP);
    assert_int_equal(choose(rig), GPU);
    assert_why(rig->route.why,
               "wafer: rate limit, it asked for a pause of 20 s; ");
    rig->now_ms += 20000;
    assert_int_equal(choose(rig), WAFER);
}

static void a_pause_is_obeyed_for_ten_minutes_at_most(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    failed(rig, WAFER, SETBACK_LIMITED, INT64_MAX / 2);
    rig->now_ms += ROUTER_PAUSE_MOST_MS;
    assert_int_equal(choose(rig), WAFER);
}

static void what_the_server_tells_of_its_limits_is_counted_down(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, PREFER_WAFER);
    router_rate(rig->router, WAFER, ROUTE_TOKENS, 60000, 20000, 40000,
                rig->now_ms);
    assert_int_equal(choose(rig), WAFER);
    router_sent(rig->router, WAFER, 12000, rig->now_ms);
    assert_int_equal(choose(rig), GPU);
    assert_why(rig->route.why, "wafer: rate limit, 8k of 60k tokens are free, "
                               "room in 3.0 s; ");
    rig->now_ms += 3001;
    assert_int_equal(choose(rig), WAFER);
}

static void tokens_are_counted_where_no_server_tells(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, PREFER_WAFER "[backend \"wafer\"]\ntokensPerMinute = 30k\n");
    router_sent(rig->router, WAFER, 25000, rig->now_ms);
    assert_int_equal(choose(rig), GPU);
    rig->now_ms += 12001; // 6k of 30k a minute
    assert_int_equal(choose(rig), WAFER);
}

static void what_is_larger_than_the_limit_never_has_room(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, PREFER_WAFER "[backend \"wafer\"]\ntokensPerMinute = 10k\n");
    assert_int_equal(choose(rig), GPU);
    assert_string_equal(rig->route.verdicts[WAFER].why,
                        "rate limit, 10k of 10k tokens are free");
    assert_true(rig->route.verdicts[WAFER].wait_ms < 0);
}

static void requests_have_a_limit_of_their_own(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, PREFER_WAFER);
    router_rate(rig->router, WAFER, ROUTE_REQUESTS, 30, 0, 60000, rig->now_ms);
    assert_int_equal(choose(rig), GPU);
    rig->now_ms += 2001;
    assert_int_equal(choose(rig), WAFER);
}

static void senseless_limits_do_no_harm(void **state)
{
    static const int64_t odd[] = { INT64_MIN, -1, 0, 1, INT64_MAX };
    struct rig *rig = *state;

    rig_open(rig, PREFER_WAFER);
    for (int i = 0; i < 125; i++) {
        router_rate(rig->router, WAFER, ROUTE_TOKENS, odd[i % 5],
                    odd[i / 5 % 5], odd[i / 25], rig->now_ms);
        choose(rig);
        assert_true(rig->route.backend < 3);
    }
}

static void with_nobody_else_a_short_pause_is_waited_for(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    rig->query.input_tokens = 100000;
    failed(rig, WAFER, SETBACK_LIMITED, 12000);
    failed(rig, GPU, SETBACK_LIMITED, 500000);
    assert_int_equal(choose(rig), WAFER);
    assert_int_equal(rig->route.end, ROUTE_WAIT);
    assert_int_equal(rig->route.wait_ms, 12000);
    assert_why(rig->route.why,
               "waits: rate limit, it asked for a pause of 12 s; ");
}

// --- policy, budget, canary --------------------------------------------------

static void tighten(struct rig *rig, const char *line)
{
    struct error err = { 0 };
    struct str text = arena_printf(&rig->arena, "[policy]\n%s\n", line);

    assert_true(policy_read(&rig->arena, &rig->policy, text,
                            STR(".kerf/policy"), &err));
}

static void the_policy_decides_before_everything_else(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, PREFER_WAFER);
    tighten(rig, "allowHosts = g.example.com 127.0.0.1");
    assert_int_equal(choose(rig), GPU);
    assert_why(rig->route.why,
               "wafer: .kerf/policy does not allow the host w.example.com; ");
    tighten(rig, "allowRegions = asia");
    assert_int_equal(choose(rig), ROUTER_NONE);
    assert_int_equal(rig->route.end, ROUTE_FORBIDDEN);
    assert_why(rig->route.why, "the policy allows no backend: ");
}

static void a_backend_whose_place_is_unknown_passes_no_policy(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "");
    tighten(rig, "allowHosts = w.example.com g.example.com 127.0.0.1");
    struct router *unplaced = router_create(&rig->config, &rig->policy);
    struct route route = router_choose(unplaced, &rig->query);
    assert_int_equal(route.end, ROUTE_FORBIDDEN);
    router_destroy(unplaced);
}

static void a_spent_budget_leaves_what_costs_nothing(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "[route]\nbudget = 1\n");
    rig->query.session_usd = 0.99; // wafer would be 0.030, gpu 0.015
    assert_int_equal(choose(rig), LOCAL);
    assert_string_equal(rig->route.verdicts[WAFER].why,
                        "about $0.030, and $0.010 of the session's budget are "
                        "left");
    rig->query.session_usd = 0.98;
    assert_int_equal(choose(rig), GPU);
    rig->query.session_usd = 1;
    rig->query.input_tokens = 100000;
    assert_int_equal(choose(rig), ROUTER_NONE);
    assert_int_equal(rig->route.end, ROUTE_OVER_BUDGET);
    assert_string_equal(
        rig->route.why,
        "the budget is reached: the budget of the session is spent");
}

static void the_day_has_a_budget_too(void **state)
{
    struct rig *rig = *state;

    rig_open(rig, "[route]\nbudget = 1\ndayBudget = 5\n");
    rig->query.day_usd = 5;
    assert_int_equal(choose(rig), LOCAL);
    assert_string_equal(rig->route.verdicts[GPU].why,
                        "the budget of the day is spent");
}

static void the_canary_gets_its_share_and_no_more(void **state)
{
    struct rig *rig = *state;
    int canaries = 0;

    rig_open(rig, PREFER_WAFER "[route]\ncanary = gpu\ncanaryShare = 7\n");
    for (uint32_t i = 0; i < 1000; i++) {
        rig->query.random = i * 2654435761u;
        size_t taken = choose(rig);
        assert_int_equal(taken, rig->route.is_canary ? GPU : WAFER);
        assert_int_equal(taken, choose(rig)); // the same dice, the same choice
        canaries += rig->route.is_canary;
    }
    assert_in_range(canaries, 50, 90);
    rig->query.random = 0;
    choose(rig);
    assert_why(rig->route.why, "canary, 7 of 100 conversations; ");
    failed(rig, GPU, SETBACK_REFUSED, 0);
    assert_int_equal(choose(rig), WAFER);
}

// --- falling back ------------------------------------------------------------

static void a_failed_turn_goes_on_with_the_next_candidate(void **state)
{
    struct rig *rig = *state;
    static const size_t order[] = { WAFER, GPU, LOCAL };

    rig_open(rig, "");
    choose(rig);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(rig->route.backend, order[i]);
        failed(rig, order[i], SETBACK_LOST, 0);
        rig->route =
            router_next(rig->router, &rig->query, &rig->route, SETBACK_LOST);
    }
    assert_int_equal(rig->route.end, ROUTE_UNREACHABLE);
    assert_string_equal(rig->route.verdicts[WAFER].why,
                        "failed in this turn (connection reset)");
    rig->query.tried[0] = rig->query.tried[1] = 0;
    assert_int_equal(choose(rig), WAFER); // by itself, the turn after
}

static void without_backends_there_is_nothing_to_choose(void **state)
{
    struct rig *rig = *state;

    rig->router = router_create(&rig->config, NULL);
    choose(rig);
    assert_int_equal(rig->route.end, ROUTE_NO_BACKEND);
    assert_int_equal(rig->route.backend, ROUTER_NONE);
}

static void a_route_is_explained_line_by_line(void **state)
{
    static const char *const wanted[] = {
        "wafer: down for 0 ms (connection reset), next try in 30 s; 10k of "
        "272k tokens; gpu p95 900 ms of 2.0 s",
        "  wafer down     ws   not measured; down for 0 ms (connection reset), "
        "next try in 30 s",
        "* gpu   up       ws   p50 900 ms p95 900 ms, 60 tok/s; chosen",
        "  local up       http not measured; 35 s slower",
    };
    struct rig *rig = *state;
    struct str *lines;

    rig_open(rig, PREFER_WAFER);
    for (int i = 0; i < ROUTER_ENOUGH; i++)
        answered(rig, GPU, 900, 60);
    fail_three_times(rig, WAFER);
    choose(rig);
    assert_int_equal(router_explain(rig->router, &rig->query, &rig->route,
                                    &rig->arena, &lines),
                     4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(lines[i].at, wanted[i]);
}

static void setbacks_have_words_of_their_own(void **state)
{
    (void)state;
    for (enum setback setback = 0; setback < SETBACK_COUNT; setback++)
        assert_int_equal(setback_find(str_from(setback_name(setback))),
                         setback);
    assert_int_equal(setback_find(STR("of tomorrow")), SETBACK_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(without_measurements_the_fastest_class_is_taken),
        RIG_TEST(the_sentence_tells_what_was_measured),
        RIG_TEST(the_preferred_backend_is_taken_even_if_slower),
        RIG_TEST(what_does_not_fit_goes_where_it_fits),
        RIG_TEST(an_input_that_was_too_big_is_not_sent_there_again),
        RIG_TEST(a_backend_without_tools_is_passed_over_if_they_are_needed),
        RIG_TEST(a_conversation_stays_unless_leaving_pays),
        RIG_TEST(a_switch_saves_half_a_second_at_least),
        RIG_TEST(what_was_slow_is_not_what_to_expect),
        RIG_TEST(measurements_count_by_size_of_input),
        RIG_TEST(the_deadline_follows_from_measurements_or_the_target),
        RIG_TEST(the_deadline_is_never_beyond_the_option_nor_below_a_second),
        RIG_TEST(a_rate_limit_is_a_pause_and_no_illness),
        RIG_TEST(a_pause_is_obeyed_for_ten_minutes_at_most),
        RIG_TEST(what_the_server_tells_of_its_limits_is_counted_down),
        RIG_TEST(tokens_are_counted_where_no_server_tells),
        RIG_TEST(what_is_larger_than_the_limit_never_has_room),
        RIG_TEST(requests_have_a_limit_of_their_own),
        RIG_TEST(senseless_limits_do_no_harm),
        RIG_TEST(with_nobody_else_a_short_pause_is_waited_for),
        RIG_TEST(the_policy_decides_before_everything_else),
        RIG_TEST(a_backend_whose_place_is_unknown_passes_no_policy),
        RIG_TEST(a_spent_budget_leaves_what_costs_nothing),
        RIG_TEST(the_day_has_a_budget_too),
        RIG_TEST(the_canary_gets_its_share_and_no_more),
        RIG_TEST(a_failed_turn_goes_on_with_the_next_candidate),
        RIG_TEST(without_backends_there_is_nothing_to_choose),
        RIG_TEST(a_route_is_explained_line_by_line),
        RIG_TEST(setbacks_have_words_of_their_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
