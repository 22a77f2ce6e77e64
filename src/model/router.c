/*
 * The choice. Of the backends that nothing speaks against (router_ask.c) the
 * best is taken: the preferred one if it is well, then those that are well,
 * then the slow ones, and among equals the one whose turn will be over first.
 * A conversation stays where it is unless leaving pays for the prompt cache
 * that is lost. Nothing is random but the canary, whose dice the caller throws.
 */
#include "kerf/model/router.h"

#include <stdio.h>

#include "kerf/base/buf.h"

#include "router_parts.h"

// --- ranking ----------------------------------------------------------------

static bool is_preferred(const struct choice *choice, size_t backend)
{
    const struct config *config = choice->router->config;

    return config->backend.len > 0
           && str_equal(config->backend, config->backends[backend].name);
}

// One on trial ranks as if it were well: else it would never be tried.
static struct candidate weigh(const struct choice *choice, size_t backend)
{
    const struct router *router = choice->router;
    enum health health =
        standing_health(&router->standings[backend], choice->query->now_ms);
    struct candidate candidate = {
        .rank = RANK_WELL,
        .expected_ms = expected_ms(router, backend, choice->query),
    };

    if (health == HEALTH_DEGRADED)
        candidate.rank = RANK_SLOW;
    else if (is_preferred(choice, backend))
        candidate.rank = RANK_PREFERRED;
    return candidate;
}

static void ask_all(struct choice *choice)
{
    for (size_t i = 0; i < choice->router->count; i++)
        choice->candidates[i] = ask_backend(choice, i)
                                    ? weigh(choice, i)
                                    : (struct candidate){ RANK_NONE, 0 };
}

static bool is_better(const struct candidate *a, const struct candidate *b)
{
    return a->rank < b->rank
           || (a->rank == b->rank && a->expected_ms < b->expected_ms);
}

static size_t best_of(const struct choice *choice)
{
    size_t best = ROUTER_NONE;

    for (size_t i = 0; i < choice->router->count; i++) {
        const struct candidate *c = &choice->candidates[i];
        if (c->rank != RANK_NONE
            && (best == ROUTER_NONE || is_better(c, &choice->candidates[best])))
            best = i;
    }
    return best;
}

// Says whether leaving `current` for `best` pays for the lost prompt cache.
static bool switch_pays(const struct choice *choice, size_t current,
                        size_t best)
{
    int64_t percent = choice->router->config->route.sticky_percent;
    int64_t now = choice->candidates[current].expected_ms;
    int64_t saved = now - choice->candidates[best].expected_ms;

    if (choice->candidates[best].rank < choice->candidates[current].rank
        || percent == 0)
        return true;
    return saved >= ROUTER_SWITCH_LEAST_MS && saved * 100 >= now * percent;
}

static bool draws_canary(const struct choice *choice, size_t backend)
{
    const struct route_config *route = &choice->router->config->route;
    const struct backend *b = &choice->router->config->backends[backend];

    return route->canary.len > 0 && str_equal(route->canary, b->name)
           && choice->query->random % 100 < (uint64_t)route->canary_percent
           && choice->candidates[backend].rank <= RANK_WELL;
}

static size_t find_canary(const struct choice *choice)
{
    for (size_t i = 0; i < choice->router->count; i++)
        if (draws_canary(choice, i))
            return i;
    return ROUTER_NONE;
}

// --- nobody can -------------------------------------------------------------

static size_t shortest_wait(const struct choice *choice)
{
    size_t best = ROUTER_NONE;

    for (size_t i = 0; i < choice->router->count; i++) {
        const struct route_verdict *v = &choice->route->verdicts[i];
        bool pauses = v->refusal == REFUSED_PAUSED
                      || v->refusal == REFUSED_LIMITED;
        if (pauses && v->wait_ms > 0 && v->wait_ms <= ROUTER_WAIT_MOST_MS
            && (best == ROUTER_NONE
                || v->wait_ms < choice->route->verdicts[best].wait_ms))
            best = i;
    }
    return best;
}

// Everything is down, perhaps only the network is: the one wanted most, which
// is the preferred one, else the one that will be tried again soonest.
static size_t last_resort(const struct choice *choice)
{
    size_t best = ROUTER_NONE;

    for (size_t i = 0; i < choice->router->count; i++) {
        const struct route_verdict *v = &choice->route->verdicts[i];
        if (v->refusal != REFUSED_DOWN)
            continue;
        if (is_preferred(choice, i))
            return i;
        if (best == ROUTER_NONE
            || v->wait_ms < choice->route->verdicts[best].wait_ms)
            best = i;
    }
    return best;
}

static const struct {
    enum route_refusal refusal;
    enum route_end end;
    const char *why;
} endings[] = {
    { REFUSED_BY_BUDGET, ROUTE_OVER_BUDGET, "the budget is reached" },
    { REFUSED_WINDOW, ROUTE_TOO_LONG, "this fits in no backend's window" },
    { REFUSED_BY_POLICY, ROUTE_FORBIDDEN, "the policy allows no backend" },
};

// Failures in reach of time or luck come first: they may be over tomorrow.
static void end_without(struct choice *choice)
{
    struct route *route = choice->route;
    bool only_grave = true;

    route->end = ROUTE_UNREACHABLE;
    snprintf(route->why, sizeof(route->why), "no backend can be reached");
    for (size_t i = 0; i < choice->router->count && only_grave; i++) {
        only_grave = route->verdicts[i].refusal <= REFUSED_WINDOW;
        if (!only_grave)
            snprintf(route->why, sizeof(route->why),
                     "no backend can be reached: %s", route->verdicts[i].why);
    }
    for (size_t e = 0; e < sizeof(endings) / sizeof(*endings) && only_grave;
         e++)
        for (size_t i = 0; i < choice->router->count; i++) {
            if (route->verdicts[i].refusal != endings[e].refusal)
                continue;
            route->end = endings[e].end;
            snprintf(route->why, sizeof(route->why), "%s: %s", endings[e].why,
                     route->verdicts[i].why);
            return;
        }
}

// --- the result -------------------------------------------------------------

static void take(struct choice *choice, size_t backend, enum route_end end)
{
    const struct router *router = choice->router;
    struct route *route = choice->route;
    enum route_transport transport =
        standing_transport(router, backend, choice->query->now_ms);

    if (was_tried(choice, backend, transport))
        transport = transport == ROUTE_WS ? ROUTE_HTTP : ROUTE_WS;
    route->end = end;
    route->backend = backend;
    route->transport = transport;
    route->wait_ms = end == ROUTE_WAIT ? route->verdicts[backend].wait_ms : 0;
    route->deadline_ms =
        deadline_for(router, backend, choice->query->input_tokens);
    route->is_trial =
        standing_health(&router->standings[backend], choice->query->now_ms)
        == HEALTH_PROBING;
}

static struct str name_of(const struct choice *choice, size_t backend)
{
    return choice->router->config->backends[backend].name;
}

// Whom the reader expects: the preferred backend, else where the talk was.
static size_t wanted_of(const struct choice *choice)
{
    for (size_t i = 0; i < choice->router->count; i++)
        if (is_preferred(choice, i))
            return i;
    return choice->query->current < choice->router->count
               ? choice->query->current
               : ROUTER_NONE;
}

// What comes before the measurements, if anything is out of the ordinary.
static void add_occasion(const struct choice *choice, struct buf *out)
{
    const struct route *route = choice->route;
    size_t wanted = wanted_of(choice);
    char saved[WORD_BYTES];

    if (route->is_canary)
        buf_printf(out, "canary, %lld of 100 conversations; ",
                   (long long)choice->router->config->route.canary_percent);
    else if (route->end == ROUTE_WAIT)
        buf_printf(out, "waits: %s; ", route->verdicts[route->backend].why);
    else if (route->verdicts[route->backend].refusal == REFUSED_DOWN)
        buf_append(out, STR("all are down, tried all the same; "));
    else if (wanted != ROUTER_NONE && wanted != route->backend
             && choice->candidates[wanted].rank != RANK_WELL)
        buf_printf(out, "%.*s: %s; ", STR_ARG(name_of(choice, wanted)),
                   route->verdicts[wanted].why);
    else if (wanted != ROUTER_NONE && wanted != route->backend)
        buf_printf(
            out, "saves %s against %.*s; ",
            time_word(saved,
                      choice->candidates[wanted].expected_ms
                          - choice->candidates[route->backend].expected_ms),
            STR_ARG(name_of(choice, wanted)));
    else if (route->is_trial)
        buf_append(out, STR("tried again after its rest; "));
}

static void write_why(const struct choice *choice)
{
    struct route *route = choice->route;
    struct buf out = { 0 };
    char measures[120];

    add_occasion(choice, &out);
    measures_sentence(choice->router, choice->query, route->backend, measures,
                      sizeof(measures));
    buf_append(&out, str_from(measures));
    snprintf(route->why, sizeof(route->why), "%s", buf_cstr(&out));
    buf_release(&out);
}

// Those that could have been taken are told why they were not.
static void tell_losers(struct choice *choice, bool stays)
{
    struct route *route = choice->route;
    const struct candidate *taken = &choice->candidates[route->backend];
    char time[WORD_BYTES];

    for (size_t i = 0; i < choice->router->count; i++) {
        struct route_verdict *verdict = &route->verdicts[i];
        int64_t more = choice->candidates[i].expected_ms - taken->expected_ms;
        if (i == route->backend || choice->candidates[i].rank == RANK_NONE)
            continue;
        verdict->refusal = REFUSED_WORSE;
        if (choice->candidates[i].rank == RANK_SLOW)
            snprintf(verdict->why, sizeof(verdict->why), "%s",
                     choice->router->standings[i].why);
        else if (more >= 0)
            snprintf(verdict->why, sizeof(verdict->why), "%s slower",
                     time_word(time, more));
        else
            snprintf(verdict->why, sizeof(verdict->why), "%s faster, %s",
                     time_word(time, -more),
                     stays ? "which does not pay for the prompt cache"
                           : "and not the preferred one");
    }
}

struct route router_choose(const struct router *router,
                           const struct route_query *query)
{
    struct route route = { .end = ROUTE_NO_BACKEND, .backend = ROUTER_NONE };
    struct choice choice = { .router = router,
                             .query = query,
                             .route = &route };
    size_t current = query->current;

    if (router->count == 0) {
        snprintf(route.why, sizeof(route.why), "no backend is configured");
        return route;
    }
    ask_all(&choice);
    size_t best = best_of(&choice), canary = find_canary(&choice);
    bool stays = current < router->count && best != ROUTER_NONE
                 && best != current
                 && choice.candidates[current].rank != RANK_NONE
                 && !switch_pays(&choice, current, best);
    if (canary != ROUTER_NONE)
        best = canary;
    else if (stays)
        best = current;
    route.is_canary = canary != ROUTER_NONE;
    if (best != ROUTER_NONE)
        take(&choice, best, ROUTE_GO);
    else if ((best = shortest_wait(&choice)) != ROUTER_NONE)
        take(&choice, best, ROUTE_WAIT);
    else if ((best = last_resort(&choice)) != ROUTER_NONE)
        take(&choice, best, ROUTE_GO);
    if (best == ROUTER_NONE) {
        end_without(&choice);
        return route;
    }
    tell_losers(&choice, stays);
    write_why(&choice);
    return route;
}

struct route router_next(const struct router *router, struct route_query *query,
                         const struct route *failed, enum setback setback)
{
    uint64_t bit = (uint64_t)1 << failed->backend;

    query->tried[failed->transport] |= bit;
    if (setback != SETBACK_TRANSPORT) {
        query->tried[ROUTE_WS] |= bit;
        query->tried[ROUTE_HTTP] |= bit;
    }
    return router_choose(router, query);
}
