/* What the router learns from the samples of this machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kerf/app/routing.h"

struct desk {
    struct arena arena;
    struct config config;
    struct policy policy;
    struct router *router;
};

static int set_up(void **state)
{
    struct desk *desk = mem_alloc(sizeof(*desk));
    struct error err = { 0 };

    desk->config = config_defaults();
    assert_true(config_read(&desk->arena, &desk->config,
                            STR("[backend \"a\"]\nurl = https://h/v1\n"
                                "model = m\n[backend \"b\"]\n"
                                "url = https://i/v1\nmodel = m\n"),
                            STR("c"), true, &err));
    desk->router = router_create(&desk->config, &desk->policy);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;

    router_destroy(desk->router);
    arena_release(&desk->arena);
    free(desk);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void learn(struct desk *desk, struct sample sample)
{
    sample.backend = sample.backend.len ? sample.backend : STR("b");
    routing_learn(desk->router, &desk->config, &sample);
}

static struct route_view view(struct desk *desk, int64_t now_ms)
{
    return router_view(desk->router, 1, 1000, now_ms);
}

static void an_answer_is_a_measurement(void **state)
{
    struct desk *desk = *state;

    learn(desk, (struct sample){ .outcome = STR("ok"),
                                 .time_ms = 5,
                                 .ttft_ms = 70,
                                 .usage = { .input = 1000 } });
    learn(desk, (struct sample){ .outcome = STR("cancelled"), .ttft_ms = 9 });
    learn(desk, (struct sample){ .outcome = STR("ok"),
                                 .backend = STR("gone"),
                                 .ttft_ms = 9 });
    assert_int_equal(view(desk, 6).measured, 1);
    assert_int_equal(view(desk, 6).ttft_p50_ms, 70);
}

static void a_failure_counts_by_its_class(void **state)
{
    struct desk *desk = *state;

    learn(desk, (struct sample){ .outcome = STR("failed"),
                                 .failure = STR("refused"),
                                 .why = STR("401"),
                                 .time_ms = 5 });
    assert_int_equal(view(desk, 6).health, HEALTH_DOWN);
    assert_string_equal(view(desk, 6).why, "401");
    assert_int_equal(view(desk, 30005).health, HEALTH_PROBING);
}

static void a_race_counts_on_its_network(void **state)
{
    struct desk *desk = *state;

    learn(desk, (struct sample){ .outcome = STR("raced"),
                                 .transport = STR("http"),
                                 .network = 3,
                                 .time_ms = 5 });
    assert_int_equal(view(desk, 6).transport, ROUTE_HTTP);
    router_network(desk->router, 4);
    assert_int_equal(view(desk, 6).transport, ROUTE_WS);
}

static void midnight_is_not_later_and_less_than_a_long_day_ago(void **state)
{
    int64_t now_ms = 1790000000000;

    (void)state;
    for (int hour = 0; hour < 48; hour++, now_ms += 3600000) {
        int64_t ago_ms = now_ms - routing_midnight_ms(now_ms);
        assert_in_range(ago_ms, 0, 25 * 3600000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_answer_is_a_measurement),
        TEST(a_failure_counts_by_its_class),
        TEST(a_race_counts_on_its_network),
        TEST(midnight_is_not_later_and_less_than_a_long_day_ago),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
