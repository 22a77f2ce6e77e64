/*
 * What was measured, by size of input, because a prompt of 100k tokens takes
 * longer to read than one of 2k wherever it goes. Percentiles are taken by
 * nearest rank over the newest turns, so that yesterday fades. What was
 * measured while a backend was not well, or behind its target, says nothing
 * about it being well: it is shown, and counts for deadlines, but not for what
 * is expected. How many turns may be slow is the business of health.
 */
#include "router_parts.h"

#include <stdlib.h>

#define SPEED_TOKENS 50 // fewer say nothing about the speed
#define DEADLINE_FACTOR 3
#define TARGET_FACTOR 5
#define DEADLINE_LEAST_MS 1000

static const struct {
    int64_t below;
    const char *name;
} sizes[ROUTER_SIZES] = {
    { 4000, "<4k" },        { 16000, "4k-16k" },    { 64000, "16k-64k" },
    { 256000, "64k-256k" }, { INT64_MAX, ">256k" },
};

// What a machine of that class does until it was measured.
static const struct {
    int64_t ttft_ms;
    double speed;
} priors[] = {
    [CLASS_WAFER] = { 400, 1000 },
    [CLASS_GPU] = { 1500, 60 },
    [CLASS_LOCAL] = { 3000, 20 },
};

size_t size_class(int64_t tokens)
{
    size_t size = 0;

    while (tokens >= sizes[size].below && size + 1 < ROUTER_SIZES)
        size++;
    return size;
}

const char *size_class_name(size_t size)
{
    return sizes[size].name;
}

// Reading takes longer the more there is to read.
static int64_t scaled(int64_t ms, int64_t tokens)
{
    if (tokens <= ROUTER_TARGET_TOKENS)
        return ms;
    return (int64_t)((double)ms * (double)tokens / ROUTER_TARGET_TOKENS);
}

int64_t target_for(const struct backend *backend, int64_t tokens)
{
    return scaled(backend->ttft_target_ms, tokens);
}

bool is_slow(const struct backend *backend, const struct route_answer *answer)
{
    int64_t target_ms = target_for(backend, answer->input_tokens);
    bool late = target_ms > 0 && answer->ttft_ms > target_ms;
    bool crawls = backend->speed_target > 0
                  && answer->output_tokens >= SPEED_TOKENS
                  && answer->tokens_per_second > 0
                  && answer->tokens_per_second < (double)backend->speed_target;

    return late || crawls;
}

void measure_add(struct standing *standing, const struct route_answer *answer,
                 bool slow)
{
    struct ring *ring = &standing->rings[size_class(answer->input_tokens)];
    bool tells_speed = answer->output_tokens >= SPEED_TOKENS;

    ring->at[ring->next] = (struct measure){
        .ttft_ms = answer->ttft_ms,
        .speed = tells_speed ? answer->tokens_per_second : 0,
        .well = standing->state == HEALTH_UP && !slow,
    };
    ring->next = (ring->next + 1) % ROUTER_RING;
    if (ring->count < ROUTER_RING)
        ring->count++;
}

static int compare_times(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

    return (one > other) - (one < other);
}

static int compare_speeds(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;

    return (one > other) - (one < other);
}

static size_t rank(size_t count, int percent)
{
    size_t at = (count * (size_t)percent + 99) / 100;

    return at > 0 ? at - 1 : 0;
}

static size_t known_times(const struct ring *ring, bool well, int64_t *times)
{
    size_t count = 0;

    for (size_t i = 0; i < ring->count; i++)
        if (ring->at[i].ttft_ms >= 0 && (ring->at[i].well || !well))
            times[count++] = ring->at[i].ttft_ms;
    return count;
}

int64_t ttft_percentile(const struct ring *ring, int percent, bool well)
{
    int64_t times[ROUTER_RING];
    size_t count = ring ? known_times(ring, well, times) : 0;

    if (count == 0)
        return -1;
    qsort(times, count, sizeof(*times), compare_times);
    return times[rank(count, percent)];
}

double speed_percentile(const struct ring *ring, int percent, bool well)
{
    double speeds[ROUTER_RING];
    size_t count = 0;

    for (size_t i = 0; ring && i < ring->count; i++)
        if (ring->at[i].speed > 0 && (ring->at[i].well || !well))
            speeds[count++] = ring->at[i].speed;
    if (count == 0)
        return 0;
    qsort(speeds, count, sizeof(*speeds), compare_speeds);
    return speeds[rank(count, percent)];
}

static bool tells_enough(const struct ring *ring, bool well)
{
    int64_t times[ROUTER_RING];

    return known_times(ring, well, times) >= ROUTER_ENOUGH;
}

const struct ring *ring_for(const struct standing *standing, int64_t tokens,
                            bool well)
{
    size_t size = size_class(tokens);

    for (size_t away = 0; away < ROUTER_SIZES; away++) {
        if (size + away < ROUTER_SIZES
            && tells_enough(&standing->rings[size + away], well))
            return &standing->rings[size + away];
        if (away <= size && tells_enough(&standing->rings[size - away], well))
            return &standing->rings[size - away];
    }
    return NULL;
}

int64_t expected_ms(const struct router *router, size_t backend,
                    const struct route_query *query)
{
    const struct backend *b = &router->config->backends[backend];
    const struct standing *standing = &router->standings[backend];
    const struct ring *ring = ring_for(standing, query->input_tokens, true);
    int64_t ttft_ms = ttft_percentile(ring, 50, true);
    double speed = speed_percentile(ring, 50, true);

    if (ttft_ms < 0)
        ttft_ms = scaled(b->ttft_target_ms > 0
                             ? b->ttft_target_ms
                             : priors[b->backend_class].ttft_ms,
                         query->input_tokens);
    if (speed <= 0)
        speed = b->speed_target > 0 ? (double)b->speed_target
                                    : priors[b->backend_class].speed;
    return ttft_ms + (int64_t)((double)query->output_tokens * 1000 / speed);
}

int64_t deadline_for(const struct router *router, size_t backend,
                     int64_t tokens)
{
    const struct backend *b = &router->config->backends[backend];
    const struct standing *standing = &router->standings[backend];
    int64_t most = scaled(router->config->route.ttft_deadline_ms, tokens);
    int64_t p95 = ttft_percentile(ring_for(standing, tokens, false), 95, false);
    int64_t deadline = most;

    if (p95 >= 0)
        deadline = p95 * DEADLINE_FACTOR;
    else if (b->ttft_target_ms > 0)
        deadline = target_for(b, tokens) * TARGET_FACTOR;
    if (deadline < DEADLINE_LEAST_MS)
        deadline = DEADLINE_LEAST_MS;
    return deadline < most ? deadline : most;
}
