/* A router over a config written as text, a clock, short words for facts. */
#ifndef KERF_TESTS_UNIT_MODEL_ROUTER_RIG_H
#define KERF_TESTS_UNIT_MODEL_ROUTER_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/model/router.h"

enum { WAFER, GPU, LOCAL };

#define BACKENDS                                                       \
    "[backend \"wafer\"]\nurl = https://w.example.com/v1\nmodel = m\n" \
    "class = wafer\ncontext = 128k\nttftTarget = 400\n"                \
    "speedTarget = 500\nprice = 2 0.2 10\nregion = us\n"               \
    "[backend \"gpu\"]\nurl = https://g.example.com/v1\nmodel = m\n"   \
    "class = gpu\ncontext = 272k\nttftTarget = 2s\n"                   \
    "price = 1 0.1 5\nregion = eu\n"                                   \
    "[backend \"local\"]\nurl = http://127.0.0.1:8080/v1\nmodel = m\n" \
    "class = local\nprotocol = chat\ncontext = 32k\n"

#define PREFER_WAFER "[kerf]\nbackend = wafer\n"
#define PREFER_GPU "[kerf]\nbackend = gpu\n"

struct rig {
    struct arena arena;
    struct config config;
    struct policy policy;
    struct router *router;
    struct route_query query;
    struct route route;
    int64_t now_ms;
};

static inline void rig_open(struct rig *rig, const char *more)
{
    struct error err = { 0 };
    struct str text = arena_printf(&rig->arena, BACKENDS "%s", more);

    rig->config = config_defaults();
    if (!config_read(&rig->arena, &rig->config, text, STR("c"), true, &err)
        || !config_check(&rig->config, &err))
        fail_msg("%s", err.text);
    rig->router = router_create(&rig->config, &rig->policy);
    router_place(rig->router, WAFER, STR("w.example.com"), 443);
    router_place(rig->router, GPU, STR("g.example.com"), 443);
    router_place(rig->router, LOCAL, STR("127.0.0.1"), 8080);
    rig->now_ms = 1000000;
    rig->query = (struct route_query){ .input_tokens = 10000,
                                       .output_tokens = 1000,
                                       .current = ROUTER_NONE };
}

static inline void rig_close(struct rig *rig)
{
    router_destroy(rig->router);
    arena_release(&rig->arena);
}

static inline int rig_setup(void **state)
{
    *state = mem_alloc(sizeof(struct rig));
    return 0;
}

static inline int rig_teardown(void **state)
{
    rig_close(*state);
    free(*state);
    return 0;
}

#define RIG_TEST(name) \
    cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

static inline size_t choose(struct rig *rig)
{
    rig->query.now_ms = rig->now_ms;
    rig->route = router_choose(rig->router, &rig->query);
    return rig->route.backend;
}

static inline void answered(struct rig *rig, size_t backend, int64_t ttft_ms,
                            double speed)
{
    struct route_answer answer = {
        .backend = backend,
        .transport = backend == LOCAL ? ROUTE_HTTP : ROUTE_WS,
        .now_ms = rig->now_ms,
        .input_tokens = rig->query.input_tokens,
        .output_tokens = rig->query.output_tokens,
        .ttft_ms = ttft_ms,
        .tokens_per_second = speed,
    };
    router_answered(rig->router, &answer);
}

static inline void failed(struct rig *rig, size_t backend, enum setback setback,
                          int64_t retry_after_ms)
{
    struct route_failure failure = {
        .backend = backend,
        .transport = backend == LOCAL ? ROUTE_HTTP : ROUTE_WS,
        .setback = setback,
        .now_ms = rig->now_ms,
        .retry_after_ms = retry_after_ms,
        .input_tokens = rig->query.input_tokens,
        .text = STR("connection reset"),
    };
    router_failed(rig->router, &failure);
}

static inline void fail_three_times(struct rig *rig, size_t backend)
{
    for (int i = 0; i < ROUTER_FAILURES; i++)
        failed(rig, backend, SETBACK_LOST, 0);
}

static inline enum health health_of(struct rig *rig, size_t backend)
{
    return router_view(rig->router, backend, rig->query.input_tokens,
                       rig->now_ms)
        .health;
}

static inline void assert_why(const char *text, const char *wanted)
{
    if (!strstr(text, wanted))
        fail_msg("\"%s\" does not say \"%s\"", text, wanted);
}

#endif
