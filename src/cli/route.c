/* kerf route: which backend a turn of that size would go to now, and why, by
 * the same router and the same samples that a turn goes by. */
#include "parts.h"

#include <stdio.h>

#include "kerf/app/routing.h"
#include "kerf/base/json.h"

#define TOKENS_USUAL 10000
#define TOKENS_MOST 100000000
#define OUTPUT_USUAL 1000

struct view {
    const struct config *config;
    struct routing routing;
    struct route_query query;
    struct route route;
};

static int status_of(enum route_end end)
{
    switch (end) {
    case ROUTE_GO:
    case ROUTE_WAIT:
    case ROUTE_NO_BACKEND: return EXIT_DONE;
    case ROUTE_TOO_LONG: return EXIT_FAILED;
    case ROUTE_UNREACHABLE: return EXIT_UNREACHABLE;
    case ROUTE_OVER_BUDGET: return EXIT_BUDGET;
    case ROUTE_FORBIDDEN: return EXIT_POLICY;
    }
    return EXIT_FAILED;
}

static void write_view(struct json_writer *w, const struct view *view, size_t i)
{
    struct route_view v = router_view(
        view->routing.router, i, view->query.input_tokens, view->query.now_ms);
    const struct route_verdict *verdict = &view->route.verdicts[i];

    json_begin_object(w);
    json_member_str(w, "backend", view->config->backends[i].name);
    json_member_bool(w, "chosen", view->route.backend == i);
    json_member_str(w, "reason", str_from(verdict->why));
    json_member_str(w, "health", str_from(health_name(v.health)));
    json_member_str(w, "health_reason", str_from(v.why));
    json_member_int(w, "rest_ms", v.rest_ms);
    json_member_str(w, "transport",
                    str_from(route_transport_name(v.transport)));
    json_member_str(w, "input_size", str_from(v.size_name));
    json_member_int(w, "measured", (int64_t)v.measured);
    json_member_int(w, "ttft_target_ms", v.target_ms);
    json_member_int(w, "ttft_p50_ms", v.ttft_p50_ms);
    json_member_int(w, "ttft_p95_ms", v.ttft_p95_ms);
    json_member_int(w, "ttft_p99_ms", v.ttft_p99_ms);
    json_key(w, "tokens_per_second_p50");
    json_put_double(w, v.speed_p50);
    json_end_object(w);
}

static void print_as_json(const struct view *view)
{
    struct buf out = { 0 };
    struct json_writer w = { .out = &out };
    const struct route *route = &view->route;
    bool taken = route->backend != ROUTER_NONE;

    json_begin_object(&w);
    json_member_str(&w, "backend",
                    taken ? view->config->backends[route->backend].name
                          : (struct str){ 0 });
    json_member_str(&w, "transport",
                    taken ? str_from(route_transport_name(route->transport))
                          : (struct str){ 0 });
    json_member_str(&w, "reason", str_from(route->why));
    json_member_int(&w, "input_tokens", view->query.input_tokens);
    json_member_int(&w, "deadline_ms", route->deadline_ms);
    json_member_int(&w, "wait_ms", route->wait_ms);
    json_key(&w, "candidates");
    json_begin_array(&w);
    for (size_t i = 0; i < view->config->backend_count; i++)
        write_view(&w, view, i);
    json_end_array(&w);
    json_end_object(&w);
    print_json(&out);
    buf_release(&out);
}

static void print_time(int64_t ms)
{
    if (ms < 0)
        printf(" %6s", "-");
    else
        printf(" %6lld", (long long)ms);
}

static void print_row(const struct view *view, size_t i, int width)
{
    struct route_view v = router_view(
        view->routing.router, i, view->query.input_tokens, view->query.now_ms);
    bool taken = view->route.backend == i;

    printf("%c %-*.*s %-8s %-4s", taken ? '*' : ' ', width,
           STR_ARG(view->config->backends[i].name), health_name(v.health),
           route_transport_name(v.transport));
    print_time(v.ttft_p50_ms);
    print_time(v.ttft_p95_ms);
    print_time(v.ttft_p99_ms);
    if (v.speed_p50 > 0)
        printf(" %6.0f", v.speed_p50);
    else
        printf(" %6s", "-");
    printf(" %5zu  ", v.measured);
    print_safe(taken ? STR("chosen") : str_from(view->route.verdicts[i].why));
    putchar('\n');
}

static void print_as_text(const struct view *view)
{
    const struct route *route = &view->route;
    int width = 7;

    for (size_t i = 0; i < view->config->backend_count; i++)
        if ((int)view->config->backends[i].name.len > width)
            width = (int)view->config->backends[i].name.len;
    if (route->backend != ROUTER_NONE) {
        print_safe(view->config->backends[route->backend].name);
        printf(" over %s: ", route_transport_name(route->transport));
    }
    print_safe(str_from(route->why));
    putchar('\n');
    if (route->end == ROUTE_NO_BACKEND) {
        puts("kerf starts the engine that comes with it; see kerf-config(5)");
        return;
    }
    if (route->end == ROUTE_GO)
        printf("without a token after %lld ms the next one is asked\n",
               (long long)route->deadline_ms);
    printf("\n  %-*s %-8s %-4s %6s %6s %6s %6s %5s\n", width, "backend",
           "health", "link", "p50 ms", "p95 ms", "p99 ms", "tok/s", "turns");
    for (size_t i = 0; i < view->config->backend_count; i++)
        print_row(view, i, width);
}

static int show(struct setup *setup, int64_t tokens, bool json)
{
    struct view view = { .config = &setup->config };
    struct error err = { 0 };
    int64_t now_ms = loop_wall_ms();

    if (!routing_open(&view.routing, setup, now_ms, &err))
        complain(&err); // what is known without history still helps
    view.query = (struct route_query){
        .now_ms = now_ms,
        .input_tokens = tokens,
        .output_tokens = OUTPUT_USUAL,
        .current = ROUTER_NONE,
        .day_usd = view.routing.day_usd,
        .random = UINT32_MAX, // a conversation without canary
    };
    view.route = router_choose(view.routing.router, &view.query);
    if (json)
        print_as_json(&view);
    else
        print_as_text(&view);
    routing_close(&view.routing);
    return status_of(view.route.end);
}

int cli_route(struct invocation *call)
{
    struct setup setup;
    int64_t tokens = TOKENS_USUAL;
    bool json = take_flag(call, "--json");

    if (!take_number(call, "--tokens", 1, TOKENS_MOST, &tokens)
        || !words_are_at_most(call, 0))
        return EXIT_USAGE;
    int status = load(call, &setup, false);
    if (status == EXIT_DONE)
        status = show(&setup, tokens, json);
    setup_release(&setup);
    return status;
}
