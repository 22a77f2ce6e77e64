/* What may speak against a backend: a row of questions, the gravest first; the
 * first "no" is the verdict, in words that name the numbers. */
#include "router_parts.h"

#include <stdio.h>

#include "kerf/model/usage.h"

typedef bool (*question_fn)(const struct choice *choice, size_t backend,
                            struct route_verdict *verdict);

// --- questions: true means that there is nothing against it -----------------

static bool ask_policy(const struct choice *choice, size_t backend,
                       struct route_verdict *verdict)
{
    const struct router *router = choice->router;
    const struct standing *standing = &router->standings[backend];
    struct error err = { 0 };

    if (!router->policy
        || policy_allows(router->policy, standing->host, standing->port,
                         router->config->backends[backend].region, &err))
        return true;
    verdict->refusal = REFUSED_BY_POLICY;
    snprintf(verdict->why, sizeof(verdict->why), "%.*s",
             (int)sizeof(verdict->why) - 1, err.text);
    return false;
}

// What is left of a budget; false if there is none.
static bool budget_left(const struct choice *choice, double *left,
                        const char **name)
{
    const struct route_config *route = &choice->router->config->route;
    double session = route->budget_usd - choice->query->session_usd;
    double day = route->day_budget_usd - choice->query->day_usd;
    bool by_day = route->day_budget_usd > 0
                  && (route->budget_usd <= 0 || day < session);

    *left = by_day ? day : session;
    *name = by_day ? "day" : "session";
    return by_day || route->budget_usd > 0;
}

static bool costs_nothing(const struct backend *b)
{
    return b->backend_class == CLASS_LOCAL && b->price.input <= 0
           && b->price.output <= 0;
}

static bool ask_budget(const struct choice *choice, size_t backend,
                       struct route_verdict *verdict)
{
    const struct backend *b = &choice->router->config->backends[backend];
    struct usage usage = { .input = choice->query->input_tokens,
                           .output = choice->query->output_tokens };
    double left, cost = usage_cost(usage, b->price);
    const char *name;

    if (!budget_left(choice, &left, &name) || costs_nothing(b)
        || (left > 0 && cost <= left))
        return true;
    verdict->refusal = REFUSED_BY_BUDGET;
    if (left <= 0)
        snprintf(verdict->why, sizeof(verdict->why),
                 "the budget of the %s is spent", name);
    else
        snprintf(verdict->why, sizeof(verdict->why),
                 "about $%.3f, and $%.3f of the %s's budget are left", cost,
                 left, name);
    return false;
}

static bool ask_window(const struct choice *choice, size_t backend,
                       struct route_verdict *verdict)
{
    const struct backend *b = &choice->router->config->backends[backend];
    const struct route_query *query = choice->query;
    int64_t too_big = choice->router->standings[backend].too_big_tokens;
    char need[WORD_BYTES], most[WORD_BYTES];

    verdict->refusal = REFUSED_WINDOW;
    if (b->context > 0
        && query->input_tokens + query->output_tokens > b->context) {
        snprintf(verdict->why, sizeof(verdict->why),
                 "%s tokens do not fit in %s",
                 tokens_word(need, query->input_tokens + query->output_tokens),
                 tokens_word(most, b->context));
        return false;
    }
    if (too_big > 0 && query->input_tokens >= too_big) {
        snprintf(verdict->why, sizeof(verdict->why),
                 "%s tokens were too many for it before",
                 tokens_word(most, too_big));
        return false;
    }
    return true;
}

static bool ask_needs(const struct choice *choice, size_t backend,
                      struct route_verdict *verdict)
{
    if (!(choice->router->standings[backend].lacks & choice->query->needs))
        return true;
    verdict->refusal = REFUSED_NEEDS;
    snprintf(verdict->why, sizeof(verdict->why), "takes no tools");
    return false;
}

bool was_tried(const struct choice *choice, size_t backend,
               enum route_transport transport)
{
    return choice->query->tried[transport] >> backend & 1;
}

static bool ask_tried(const struct choice *choice, size_t backend,
                      struct route_verdict *verdict)
{
    const struct backend *b = &choice->router->config->backends[backend];

    for (int t = ROUTE_WS; t <= ROUTE_HTTP; t++)
        if (transport_is_possible(b, (enum route_transport)t)
            && !was_tried(choice, backend, (enum route_transport)t))
            return true;
    verdict->refusal = REFUSED_TRIED;
    snprintf(verdict->why, sizeof(verdict->why), "failed in this turn (%s)",
             choice->router->standings[backend].said);
    return false;
}

static bool ask_health(const struct choice *choice, size_t backend,
                       struct route_verdict *verdict)
{
    const struct standing *standing = &choice->router->standings[backend];
    int64_t now_ms = choice->query->now_ms;
    char since[WORD_BYTES], next[WORD_BYTES];

    if (standing_health(standing, now_ms) != HEALTH_DOWN)
        return true;
    verdict->refusal = REFUSED_DOWN;
    verdict->wait_ms = standing->rest.until_ms - now_ms;
    snprintf(verdict->why, sizeof(verdict->why),
             "down for %s (%.50s), next try in %s",
             time_word(since, now_ms - standing->rest.since_ms),
             *standing->why ? standing->why : "failed",
             time_word(next, verdict->wait_ms));
    return false;
}

static bool ask_pause(const struct choice *choice, size_t backend,
                      struct route_verdict *verdict)
{
    const struct standing *standing = &choice->router->standings[backend];
    char wait[WORD_BYTES];

    verdict->wait_ms = standing->pause_until_ms - choice->query->now_ms;
    if (verdict->wait_ms <= 0)
        return true;
    verdict->refusal = REFUSED_PAUSED;
    snprintf(verdict->why, sizeof(verdict->why),
             "rate limit, it asked for a pause of %s",
             time_word(wait, verdict->wait_ms));
    return false;
}

static bool ask_limits(const struct choice *choice, size_t backend,
                       struct route_verdict *verdict)
{
    const struct route_query *query = choice->query;
    const struct standing *standing = &choice->router->standings[backend];
    const int64_t amounts[ROUTE_RATES] = {
        [ROUTE_TOKENS] = query->input_tokens + query->output_tokens,
        [ROUTE_REQUESTS] = 1,
    };
    char room[WORD_BYTES], limit[WORD_BYTES], wait[WORD_BYTES];

    for (int i = 0; i < ROUTE_RATES; i++) {
        const struct bucket *bucket = &standing->buckets[i];
        int64_t wait_ms = bucket_wait_ms(bucket, amounts[i], query->now_ms);
        if (wait_ms == 0)
            continue;
        verdict->refusal = REFUSED_LIMITED;
        verdict->wait_ms = wait_ms;
        snprintf(verdict->why, sizeof(verdict->why),
                 "rate limit, %s of %s %s are free%s%s",
                 tokens_word(room, bucket_room(bucket, query->now_ms)),
                 tokens_word(limit, bucket->limit),
                 i == ROUTE_TOKENS ? "tokens" : "requests",
                 wait_ms > 0 ? ", room in " : "",
                 wait_ms > 0 ? time_word(wait, wait_ms) : "");
        return false;
    }
    return true;
}

static const question_fn questions[] = {
    ask_policy, ask_budget, ask_window, ask_needs,
    ask_tried,  ask_health, ask_pause,  ask_limits,
};

bool ask_backend(struct choice *choice, size_t backend)
{
    struct route_verdict *verdict = &choice->route->verdicts[backend];

    for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++) {
        *verdict = (struct route_verdict){ .refusal = REFUSED_NOT };
        if (!questions[i](choice, backend, verdict))
            return false;
    }
    *verdict = (struct route_verdict){ .refusal = REFUSED_NOT };
    return true;
}
