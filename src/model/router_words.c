/*
 * The choice in words. A sentence names what decided, with the numbers, and
 * nothing else: "31k of 128k tokens; wafer p95 210 ms of 400".
 */
#include "router_parts.h"

#include <stdio.h>

#include "kerf/base/buf.h"

const char *tokens_word(char word[WORD_BYTES], int64_t tokens)
{
    long long n = (long long)tokens;

    if (n < 1000)
        snprintf(word, WORD_BYTES, "%lld", n);
    else if (n < 1000000)
        snprintf(word, WORD_BYTES, "%lldk", (n + 500) / 1000);
    else
        snprintf(word, WORD_BYTES, "%.4gM", (double)n / 1000000);
    return word;
}

const char *time_word(char word[WORD_BYTES], int64_t ms)
{
    if (ms < 1000)
        snprintf(word, WORD_BYTES, "%lld ms", (long long)ms);
    else if (ms < 10000)
        snprintf(word, WORD_BYTES, "%.1f s", (double)ms / 1000);
    else if (ms < 120000)
        snprintf(word, WORD_BYTES, "%lld s", (long long)(ms + 500) / 1000);
    else
        snprintf(word, WORD_BYTES, "%lld min", (long long)(ms + 30000) / 60000);
    return word;
}

static void add_window(const struct backend *b, int64_t tokens, struct buf *out)
{
    char need[WORD_BYTES], window[WORD_BYTES];

    if (b->context > 0)
        buf_printf(out, "%s of %s tokens; ", tokens_word(need, tokens),
                   tokens_word(window, b->context));
    else
        buf_printf(out, "%s tokens; ", tokens_word(need, tokens));
}

void measures_sentence(const struct router *router,
                       const struct route_query *query, size_t backend,
                       char *text, size_t size)
{
    const struct backend *b = &router->config->backends[backend];
    const struct ring *ring =
        ring_for(&router->standings[backend], query->input_tokens, false);
    int64_t p95_ms = ttft_percentile(ring, 95, false);
    int64_t target_ms = target_for(b, query->input_tokens);
    char time[WORD_BYTES];
    struct buf out = { 0 };

    add_window(b, query->input_tokens, &out);
    buf_append(&out, b->name);
    if (p95_ms >= 0)
        buf_printf(&out, " p95 %s", time_word(time, p95_ms));
    else
        buf_append(&out, STR(" is not measured yet"));
    if (p95_ms >= 0 && p95_ms < 1000 && target_ms > 0 && target_ms < 1000)
        buf_printf(&out, " of %lld", (long long)target_ms);
    else if (target_ms > 0)
        buf_printf(&out, "%s %s", p95_ms >= 0 ? " of" : ", target",
                   time_word(time, target_ms));
    snprintf(text, size, "%s", buf_cstr(&out));
    buf_release(&out);
}

struct route_view router_view(const struct router *router, size_t backend,
                              int64_t input_tokens, int64_t now_ms)
{
    const struct standing *standing = &router->standings[backend];
    const struct ring *ring = ring_for(standing, input_tokens, false);
    size_t size = size_class(input_tokens);
    int64_t rest_ms = standing->rest.until_ms - now_ms;

    if (ring)
        size = (size_t)(ring - standing->rings);
    else
        ring = &standing->rings[size]; // few, but something
    return (struct route_view){
        .health = standing_health(standing, now_ms),
        .transport = standing_transport(router, backend, now_ms),
        .rest_ms = standing->state != HEALTH_UP && rest_ms > 0 ? rest_ms : 0,
        .measured = ring->count,
        .ttft_p50_ms = ttft_percentile(ring, 50, false),
        .ttft_p95_ms = ttft_percentile(ring, 95, false),
        .ttft_p99_ms = ttft_percentile(ring, 99, false),
        .speed_p50 = speed_percentile(ring, 50, false),
        .speed_p95 = speed_percentile(ring, 5, false),
        .target_ms =
            target_for(&router->config->backends[backend], input_tokens),
        .size_name = size_class_name(size),
        .why = standing->why,
    };
}

static size_t widest_name(const struct config *config)
{
    size_t width = 0;

    for (size_t i = 0; i < config->backend_count; i++)
        if (config->backends[i].name.len > width)
            width = config->backends[i].name.len;
    return width;
}

static struct str backend_line(const struct router *router,
                               const struct route_query *query,
                               const struct route *route, size_t backend,
                               struct arena *arena)
{
    const struct backend *b = &router->config->backends[backend];
    struct route_view view =
        router_view(router, backend, query->input_tokens, query->now_ms);
    char times[2][WORD_BYTES], measured[80] = "not measured";
    bool taken = route->backend == backend;

    if (view.ttft_p50_ms >= 0)
        snprintf(measured, sizeof(measured), "p50 %s p95 %s, %.0f tok/s",
                 time_word(times[0], view.ttft_p50_ms),
                 time_word(times[1], view.ttft_p95_ms), view.speed_p50);
    return arena_printf(
        arena, "%s %-*.*s %-8s %-4s %s; %s", taken ? "*" : " ",
        (int)widest_name(router->config), STR_ARG(b->name),
        health_name(view.health),
        route_transport_name(taken ? route->transport : view.transport),
        measured, taken ? "chosen" : route->verdicts[backend].why);
}

size_t router_explain(const struct router *router,
                      const struct route_query *query,
                      const struct route *route, struct arena *arena,
                      struct str **lines)
{
    *lines = arena_array(arena, router->count + 1, sizeof(**lines));
    (*lines)[0] = arena_copy(arena, str_from(route->why));
    for (size_t i = 0; i < router->count; i++)
        (*lines)[i + 1] = backend_line(router, query, route, i, arena);
    return router->count + 1;
}
