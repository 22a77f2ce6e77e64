/*
 * Health of a backend, and of WebSocket within one. What fell rests; when the
 * rest is over it is "probing": the next turn may try it. Two good turns in a
 * row make it well again, a bad one lets it rest twice as long. Who is back is
 * on parole for a while: one failure is enough, and the rest is longer than the
 * last. That is what keeps the choice from swinging.
 * The state is computed from the time, so that nothing need happen in between.
 */
#include "router_parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "kerf/base/utf8.h"

// --- rests ------------------------------------------------------------------

static void rest_begin(struct rest *rest, int64_t first_ms, int64_t most_ms,
                       bool was_well, int64_t now_ms)
{
    bool calm = was_well && now_ms - rest->up_ms >= ROUTER_CALM_MS;
    int64_t wait_ms = calm || rest->wait_ms == 0 ? first_ms : rest->wait_ms * 2;

    rest->wait_ms = wait_ms < most_ms ? wait_ms : most_ms;
    rest->until_ms = now_ms + rest->wait_ms;
    if (was_well)
        rest->since_ms = now_ms;
}

// Keeps what a server or the system said, safe to show.
static void keep_text(char kept[ROUTER_WHY_BYTES], struct str text)
{
    struct buf safe = { 0 };

    utf8_sanitise(&safe, str_take(text, ROUTER_WHY_BYTES), false);
    struct str cut = str_take(buf_str(&safe), ROUTER_WHY_BYTES - 1);
    cut.len -= utf8_incomplete_tail(cut);
    snprintf(kept, ROUTER_WHY_BYTES, "%.*s", STR_ARG(cut));
    buf_release(&safe);
}

static void fall(struct router *router, size_t backend, enum health state,
                 struct str why, int64_t now_ms)
{
    const struct route_config *route = &router->config->route;
    struct standing *standing = &router->standings[backend];

    rest_begin(&standing->rest, route->probe_s * 1000,
               route->probe_most_s * 1000, standing->state == HEALTH_UP,
               now_ms);
    standing->state = state;
    standing->good = 0;
    keep_text(standing->why, why);
}

// A probe failed: the same once more, and longer.
static void rest_again(struct router *router, size_t backend, int64_t now_ms)
{
    const struct route_config *route = &router->config->route;
    struct standing *standing = &router->standings[backend];

    rest_begin(&standing->rest, route->probe_s * 1000,
               route->probe_most_s * 1000, false, now_ms);
    standing->good = 0;
}

static void rise(struct standing *standing, int64_t now_ms)
{
    standing->state = HEALTH_UP;
    standing->rest.up_ms = now_ms;
    standing->failures = standing->turns = 0;
    standing->why[0] = '\0';
}

enum health standing_health(const struct standing *standing, int64_t now_ms)
{
    if (standing->state == HEALTH_UP || now_ms < standing->rest.until_ms)
        return standing->state;
    return HEALTH_PROBING;
}

// --- turns ------------------------------------------------------------------

static void take_good(struct standing *standing, int64_t now_ms)
{
    if (standing->state != HEALTH_UP && ++standing->good >= ROUTER_GOOD)
        rise(standing, now_ms);
    else if (standing->state != HEALTH_UP)
        standing->rest.until_ms = now_ms; // the next turn may try as well
}

static size_t bad_turns(const struct standing *standing, int64_t now_ms)
{
    size_t count = 0;
    size_t kept = standing->turns < ROUTER_TURNS ? standing->turns
                                                 : ROUTER_TURNS;

    for (size_t i = 0; i < kept; i++)
        count += standing->bad_ms[i] > 0
                 && now_ms - standing->bad_ms[i] <= ROUTER_TURNS_WINDOW_MS;
    return count;
}

static void note_turn(struct standing *standing, bool bad, int64_t now_ms)
{
    standing->bad_ms[standing->turns++ % ROUTER_TURNS] = bad ? now_ms : 0;
}

static void degrade_for_turns(struct router *router, size_t backend,
                              int64_t now_ms)
{
    char why[ROUTER_WHY_BYTES];

    snprintf(why, sizeof(why), "%zu of its last %d turns failed or were slow",
             bad_turns(&router->standings[backend], now_ms), ROUTER_TURNS);
    fall(router, backend, HEALTH_DEGRADED, str_from(why), now_ms);
}

static void take_slow(struct router *router, size_t backend, int64_t now_ms)
{
    struct standing *standing = &router->standings[backend];

    // One that is used for want of a better need not rest longer each time.
    if (standing_health(standing, now_ms) == HEALTH_PROBING)
        fall(router, backend, HEALTH_DEGRADED,
             STR("too slow when it was tried last"), now_ms);
    else if (standing->state == HEALTH_UP
             && bad_turns(standing, now_ms) >= ROUTER_BAD)
        degrade_for_turns(router, backend, now_ms);
    standing->good = 0;
}

static void ws_is_well(struct standing *standing, int64_t now_ms)
{
    if (standing->ws_broken)
        standing->ws_rest.up_ms = now_ms;
    standing->ws_broken = false;
    standing->ws_failures = 0;
}

void router_answered(struct router *router, const struct route_answer *answer)
{
    assert(answer->backend < router->count);
    struct standing *standing = &router->standings[answer->backend];
    bool slow = is_slow(&router->config->backends[answer->backend], answer);

    measure_add(standing, answer, slow);
    if (answer->transport == ROUTE_WS)
        ws_is_well(standing, answer->now_ms);
    note_turn(standing, slow, answer->now_ms);
    if (slow)
        take_slow(router, answer->backend, answer->now_ms);
    else
        take_good(standing, answer->now_ms);
}

// --- failures ---------------------------------------------------------------

static size_t recent_failures(const struct standing *standing, int64_t now_ms)
{
    size_t count = 0;
    size_t kept = standing->failures < ROUTER_FAILURES ? standing->failures
                                                       : ROUTER_FAILURES;

    for (size_t i = 0; i < kept; i++)
        count += now_ms - standing->failed_ms[i] <= ROUTER_FAILURE_WINDOW_MS;
    return count;
}

// Who came back not long ago may not fail even once.
static bool is_on_parole(const struct standing *standing, int64_t now_ms)
{
    return standing->rest.wait_ms > 0
           && now_ms - standing->rest.up_ms < ROUTER_CALM_MS;
}

static void take_failure(struct router *router,
                         const struct route_failure *failure)
{
    struct standing *standing = &router->standings[failure->backend];
    int64_t now_ms = failure->now_ms;

    note_turn(standing, true, now_ms);
    standing->failed_ms[standing->failures++ % ROUTER_FAILURES] = now_ms;
    bool probing = standing_health(standing, now_ms) == HEALTH_PROBING;
    if (probing
        || (standing->state != HEALTH_DOWN
            && recent_failures(standing, now_ms) >= ROUTER_FAILURES))
        fall(router, failure->backend, HEALTH_DOWN, failure->text, now_ms);
    else if (standing->state == HEALTH_UP && is_on_parole(standing, now_ms))
        fall(router, failure->backend, HEALTH_DEGRADED,
             STR("failed again soon after it was back"), now_ms);
    else if (standing->state == HEALTH_UP
             && bad_turns(standing, now_ms) >= ROUTER_BAD)
        degrade_for_turns(router, failure->backend, now_ms);
    standing->good = 0;
}

static void break_ws(struct standing *standing, int64_t now_ms)
{
    rest_begin(&standing->ws_rest, ROUTER_WS_PROBE_MS, ROUTER_WS_PROBE_MOST_MS,
               !standing->ws_broken, now_ms);
    standing->ws_broken = true;
}

static void take_lost(struct router *router,
                      const struct route_failure *failure)
{
    struct standing *standing = &router->standings[failure->backend];
    const struct backend *b = &router->config->backends[failure->backend];

    if (failure->transport == ROUTE_WS
        && (standing->ws_broken
            || ++standing->ws_failures >= ROUTER_WS_FAILURES)
        && transport_is_possible(b, ROUTE_HTTP))
        break_ws(standing, failure->now_ms);
    take_failure(router, failure);
}

static void take_transport(struct router *router,
                           const struct route_failure *failure)
{
    const struct backend *b = &router->config->backends[failure->backend];

    if (failure->transport == ROUTE_WS && transport_is_possible(b, ROUTE_HTTP))
        break_ws(&router->standings[failure->backend], failure->now_ms);
    else
        fall(router, failure->backend, HEALTH_DOWN, failure->text,
             failure->now_ms);
}

static void take_pause(struct standing *standing,
                       const struct route_failure *failure)
{
    int64_t pause_ms = failure->retry_after_ms > 0 ? failure->retry_after_ms
                                                   : ROUTER_LIMITED_MS;

    if (pause_ms > ROUTER_PAUSE_MOST_MS)
        pause_ms = ROUTER_PAUSE_MOST_MS;
    standing->pause_until_ms = failure->now_ms + pause_ms;
}

void router_probed(struct router *router, size_t backend,
                   enum route_transport transport, bool good, int64_t now_ms)
{
    struct standing *standing = &router->standings[backend];
    const struct backend *b = &router->config->backends[backend];

    if (good && transport == ROUTE_WS)
        ws_is_well(standing, now_ms);
    if (good)
        take_good(standing, now_ms);
    else if (transport == ROUTE_WS && transport_is_possible(b, ROUTE_HTTP))
        break_ws(standing, now_ms);
    else if (standing->state != HEALTH_UP)
        rest_again(router, backend, now_ms);
}

void router_failed(struct router *router, const struct route_failure *failure)
{
    assert(failure->backend < router->count);
    struct standing *standing = &router->standings[failure->backend];

    keep_text(standing->said, failure->text);
    switch (failure->setback) {
    case SETBACK_LOST: take_lost(router, failure); break;
    case SETBACK_SLOW: take_failure(router, failure); break;
    case SETBACK_LIMITED: take_pause(standing, failure); break;
    case SETBACK_REFUSED:
        fall(router, failure->backend, HEALTH_DOWN, failure->text,
             failure->now_ms);
        break;
    case SETBACK_TRANSPORT: take_transport(router, failure); break;
    case SETBACK_TOO_BIG:
        if (standing->too_big_tokens == 0
            || failure->input_tokens < standing->too_big_tokens)
            standing->too_big_tokens = failure->input_tokens;
        break;
    case SETBACK_COUNT: break;
    }
}

// --- transports -------------------------------------------------------------

bool transport_is_possible(const struct backend *backend,
                           enum route_transport transport)
{
    bool chat = str_is(backend->protocol, "chat");

    if (transport == ROUTE_WS)
        return !chat && !str_is(backend->transport, "http");
    return chat || !str_is(backend->transport, "ws");
}

static bool race_was_lost(const struct router *router,
                          const struct standing *standing, int64_t now_ms)
{
    for (size_t i = 0; i < standing->race_count; i++)
        if (standing->races[i].network == router->network)
            return now_ms < standing->races[i].until_ms;
    return false;
}

enum route_transport standing_transport(const struct router *router,
                                        size_t backend, int64_t now_ms)
{
    const struct backend *b = &router->config->backends[backend];
    const struct standing *standing = &router->standings[backend];

    if (!transport_is_possible(b, ROUTE_HTTP))
        return ROUTE_WS;
    if (!transport_is_possible(b, ROUTE_WS)
        || race_was_lost(router, standing, now_ms)
        || (standing->ws_broken && now_ms < standing->ws_rest.until_ms))
        return ROUTE_HTTP;
    return ROUTE_WS;
}

void router_raced(struct router *router, size_t backend,
                  enum route_transport winner, int64_t now_ms)
{
    struct standing *standing = &router->standings[backend];
    size_t at = 0;

    while (at < standing->race_count
           && standing->races[at].network != router->network)
        at++;
    if (at == ROUTER_NETWORKS) { // the oldest one makes room
        at = 0;
        for (size_t i = 1; i < ROUTER_NETWORKS; i++)
            if (standing->races[i].until_ms < standing->races[at].until_ms)
                at = i;
    } else if (at == standing->race_count) {
        standing->race_count++;
    }
    standing->races[at] =
        (struct race){ router->network,
                       winner == ROUTE_HTTP ? now_ms + ROUTER_RACE_MS : 0 };
}

// --- the router -------------------------------------------------------------

static const char *const setbacks[SETBACK_COUNT] = {
    [SETBACK_LOST] = "lost",       [SETBACK_SLOW] = "slow",
    [SETBACK_LIMITED] = "limited", [SETBACK_REFUSED] = "refused",
    [SETBACK_TRANSPORT] = "ws",    [SETBACK_TOO_BIG] = "too big",
};

const char *setback_name(enum setback setback)
{
    return setback < SETBACK_COUNT ? setbacks[setback] : "";
}

enum setback setback_find(struct str name)
{
    enum setback setback = 0;

    while (setback < SETBACK_COUNT && !str_is(name, setbacks[setback]))
        setback++;
    return setback;
}

const char *health_name(enum health health)
{
    static const char *const names[] = {
        [HEALTH_UP] = "up",
        [HEALTH_DEGRADED] = "degraded",
        [HEALTH_DOWN] = "down",
        [HEALTH_PROBING] = "probing",
    };
    return names[health];
}

const char *route_transport_name(enum route_transport transport)
{
    return transport == ROUTE_WS ? "ws" : "http";
}

struct router *router_create(const struct config *config,
                             const struct policy *policy)
{
    struct router *router = mem_alloc(sizeof(*router));

    router->config = config;
    router->policy = policy;
    router->count = config->backend_count;
    if (router->count > 0)
        router->standings =
            mem_alloc(router->count * sizeof(*router->standings));
    for (size_t i = 0; i < router->count; i++) {
        int64_t limit = config->backends[i].tokens_per_minute;
        if (limit > 0)
            router_rate(router, i, ROUTE_TOKENS, limit, limit, 0, 0);
    }
    return router;
}

void router_destroy(struct router *router)
{
    if (!router)
        return;
    arena_release(&router->arena);
    free(router->standings);
    free(router);
}

void router_place(struct router *router, size_t backend, struct str host,
                  unsigned port)
{
    router->standings[backend].host = arena_copy(&router->arena, host);
    router->standings[backend].port = port;
}

void router_network(struct router *router, int64_t network)
{
    router->network = network;
}

void router_lacks(struct router *router, size_t backend, unsigned needs)
{
    router->standings[backend].lacks |= needs;
}
