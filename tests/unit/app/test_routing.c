/* What the router learns from the samples of this machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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
    struct routing routing = { .router = desk->router };

    sample.backend = sample.backend.len ? sample.backend : STR("b");
    routing_take(&routing, &desk->config, &sample);
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

static void the_day_counts_from_midnight(void **state)
{
    struct desk *desk = *state;
    struct routing routing = { .midnight_ms = 100 };
    struct sample yesterday = { .time_ms = 99, .cost_usd = 4 };
    struct sample today = { .time_ms = 100, .cost_usd = 1 };

    routing_take(&routing, &desk->config, &yesterday);
    routing_take(&routing, &desk->config, &today);
    assert_true(routing.day_usd == 1);
    assert_int_equal(routing.samples, 2);
}

struct seen {
    int64_t times_ms[4];
    size_t count;
};

static void see(const struct sample *sample, void *ctx)
{
    struct seen *seen = ctx;

    assert_true(seen->count < 4);
    seen->times_ms[seen->count++] = sample->time_ms;
}

static void remove_folder(const char *path)
{
    DIR *dir = opendir(path);
    char below[512];

    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
        unlink(below);
    }
    closedir(dir);
    assert_int_equal(rmdir(path), 0);
}

static void await_samples(struct loop *loop, struct journal *journal)
{
    journal_destroy(journal);
    loop_run(loop);
    loop_destroy(loop);
}

static void neither_the_future_nor_the_old_past_is_read(void **state)
{
    const int64_t now_ms = 1790000000000;
    const int64_t times_ms[] = {
        now_ms - (ROUTING_DAYS + 1) * JOURNAL_DAY_MS,
        now_ms - JOURNAL_DAY_MS,
        now_ms,
        now_ms + 1,
    };
    char dir[] = "/tmp/kerf-routing-XXXXXX";
    struct seen seen = { .count = 0 };
    struct error err = { 0 };

    (void)state;
    assert_non_null(mkdtemp(dir));
    struct loop *loop = loop_create();
    struct journal *journal = journal_create(loop, str_from(dir));
    for (size_t i = 0; i < 4; i++)
        journal_sample(journal, &(struct sample){ .session_id = STR("s"),
                                                  .backend = STR("b"),
                                                  .outcome = STR("ok"),
                                                  .time_ms = times_ms[i] });
    await_samples(loop, journal);
    assert_true(routing_samples(str_from(dir), now_ms, see, &seen, &err));
    assert_int_equal(seen.count, 2);
    assert_true(seen.times_ms[0] == times_ms[1]);
    assert_true(seen.times_ms[1] == times_ms[2]);
    remove_folder(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_answer_is_a_measurement),
        TEST(a_failure_counts_by_its_class),
        TEST(a_race_counts_on_its_network),
        TEST(midnight_is_not_later_and_less_than_a_long_day_ago),
        TEST(the_day_counts_from_midnight),
        TEST(neither_the_future_nor_the_old_past_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
