/*
 * Picks a backend for each turn and says why. Pure: it is told facts with their
 * time and answers questions; nothing happens between two facts. Backends are
 * named by their index in the config. Health goes up -> degraded or down ->
 * probing -> up; a turn that comes when the rest is over is the probe.
 */
#ifndef KERF_MODEL_ROUTER_H
#define KERF_MODEL_ROUTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/config/config.h"
#include "kerf/config/policy.h"

#define ROUTER_NONE SIZE_MAX

#define ROUTER_FAILURES 3 // within the window: down
#define ROUTER_FAILURE_WINDOW_MS 60000
#define ROUTER_TURNS 8 // of the last ones within the window ...
#define ROUTER_BAD 3   // ... so many lost or behind the target: degraded
#define ROUTER_TURNS_WINDOW_MS (10 * 60000)
#define ROUTER_GOOD 2               // good turns or probes in a row: up
#define ROUTER_CALM_MS (10 * 60000) // up for so long: waits begin anew
#define ROUTER_WS_FAILURES 5        // lost in a row: HTTP for a while
#define ROUTER_WS_PROBE_MS 30000    // first wait before WebSocket again,
#define ROUTER_WS_PROBE_MOST_MS (10 * 60000) // doubling up to this
#define ROUTER_RACE_MS (24 * 3600000LL) // a lost race counts on its network
#define ROUTER_LIMITED_MS 15000         // pause if the server does not say
#define ROUTER_PAUSE_MOST_MS (10 * 60000)
#define ROUTER_WAIT_MOST_MS 60000  // a pause that is waited for
#define ROUTER_TARGET_TOKENS 32000 // targets count up to here, then grow
#define ROUTER_SWITCH_LEAST_MS 500 // what a switch must save at least
#define ROUTER_ENOUGH 5            // measurements that tell something

enum health { HEALTH_UP, HEALTH_DEGRADED, HEALTH_DOWN, HEALTH_PROBING };
enum route_transport { ROUTE_WS, ROUTE_HTTP };

/* How a request went wrong, as far as the choice is concerned. */
enum setback {
    SETBACK_LOST,      // the connection, or a 5xx: may pass by itself
    SETBACK_SLOW,      // no first token within the deadline
    SETBACK_LIMITED,   // a rate limit: nothing is wrong with the server
    SETBACK_REFUSED,   // key, model, credit, TLS: will not pass by itself
    SETBACK_TRANSPORT, // WebSocket refused where HTTP may do: 404, 426, 1008
    SETBACK_TOO_BIG,   // the input does not fit
    SETBACK_COUNT,
};

/* The word for it, as samples keep it; and back (SETBACK_COUNT: none). */
const char *setback_name(enum setback setback);
enum setback setback_find(struct str name);
const char *health_name(enum health health);
const char *route_transport_name(enum route_transport transport);

/* Config and policy are borrowed and must outlive the router. */
struct router;
struct router *router_create(const struct config *config,
                             const struct policy *policy);
void router_destroy(struct router *router);

/* Where the backend is, for the policy (host is copied); without this a
 * policy of hosts refuses it. */
void router_place(struct router *router, size_t backend, struct str host,
                  unsigned port);

/* Which network the machine is in: any number that differs between them. */
void router_network(struct router *router, int64_t network);

/* A fact: a request goes out, its tokens count against the backend's limits.
 * Times of all facts are ms of one clock that does not go back. */
void router_sent(struct router *router, size_t backend, int64_t tokens,
                 int64_t now_ms);

struct route_answer {
    size_t backend;
    enum route_transport transport;
    int64_t now_ms;
    int64_t input_tokens, output_tokens;
    int64_t ttft_ms;          // -1: unknown
    double tokens_per_second; // 0: unknown
};
void router_answered(struct router *router, const struct route_answer *answer);

struct route_failure {
    size_t backend;
    enum route_transport transport;
    enum setback setback;
    int64_t now_ms;
    int64_t retry_after_ms; // 0: the server does not say
    int64_t input_tokens;
    struct str text; // for a person; made safe and copied
};
void router_failed(struct router *router, const struct route_failure *failure);

/* A probe without a turn, such as a dial. */
void router_probed(struct router *router, size_t backend,
                   enum route_transport transport, bool good, int64_t now_ms);

/* WebSocket and HTTP were raced; who won counts for a day on this network. */
void router_raced(struct router *router, size_t backend,
                  enum route_transport winner, int64_t now_ms);

enum route_rate { ROUTE_TOKENS, ROUTE_REQUESTS, ROUTE_RATES };
/* What the server tells of a limit; `reset_ms` until it is full again. */
void router_rate(struct router *router, size_t backend, enum route_rate rate,
                 int64_t limit, int64_t remaining, int64_t reset_ms,
                 int64_t now_ms);

#define ROUTE_NEEDS_TOOLS 1u
/* The backend turned out not to have this. */
void router_lacks(struct router *router, size_t backend, unsigned needs);

struct route_query {
    int64_t now_ms;
    int64_t input_tokens, output_tokens; // estimates
    size_t current;                      // the conversation's, or ROUTER_NONE
    unsigned needs;                      // ROUTE_NEEDS_ bits
    double session_usd, day_usd;         // spent so far
    uint32_t random;   // the conversation's own: it stays with its canary
    uint64_t tried[2]; // by transport, a bit each backend: not in this turn
};

enum route_end {
    ROUTE_GO,
    ROUTE_WAIT,        // `backend` has room after `wait_ms`
    ROUTE_NO_BACKEND,  // none is configured
    ROUTE_UNREACHABLE, // all were tried, are down or cannot do it
    ROUTE_TOO_LONG,    // fits in no window
    ROUTE_OVER_BUDGET,
    ROUTE_FORBIDDEN, // by policy
};

/* Why a backend was not taken, the gravest reason first. */
enum route_refusal {
    REFUSED_NOT, // it was taken
    REFUSED_BY_POLICY,
    REFUSED_BY_BUDGET,
    REFUSED_WINDOW,
    REFUSED_NEEDS,
    REFUSED_TRIED,
    REFUSED_DOWN,
    REFUSED_PAUSED,  // it asked for a pause
    REFUSED_LIMITED, // no room in its rate limit
    REFUSED_WORSE,   // it could, another one is better
};

struct route_verdict {
    enum route_refusal refusal;
    int64_t wait_ms; // PAUSED, LIMITED, DOWN: until it is over
    char why[112];
};

struct route {
    enum route_end end;
    size_t backend; // ROUTER_NONE unless GO or WAIT
    enum route_transport transport;
    int64_t deadline_ms; // for the first token, from when it was sent
    int64_t wait_ms;
    bool is_trial, is_canary;
    char why[240];                                 // one sentence for a person
    struct route_verdict verdicts[LIMIT_BACKENDS]; // one a backend
};

/* Chooses; the same facts and query give the same route. */
struct route router_choose(const struct router *router,
                           const struct route_query *query);

/* Chooses again after `failed` came to nothing, the fact itself having been
 * told: marks in `query` what is not to be tried again in this turn. Only a
 * SETBACK_TRANSPORT leaves the backend its other transport. */
struct route router_next(const struct router *router, struct route_query *query,
                         const struct route *failed, enum setback setback);

/* What is known of a backend, for input of that size. -1 or 0: unknown. */
struct route_view {
    enum health health;
    enum route_transport transport;
    int64_t rest_ms; // until the next try, if degraded or down
    size_t measured; // turns of about this size
    int64_t ttft_p50_ms, ttft_p95_ms, ttft_p99_ms;
    double speed_p50, speed_p95; // 95 of 100 are faster than speed_p95
    int64_t target_ms;           // for this size
    const char *size_name;       // "16k-64k"
    const char *why;             // what is wrong; "" if nothing
};
struct route_view router_view(const struct router *router, size_t backend,
                              int64_t input_tokens, int64_t now_ms);

/* Tells a route line by line: the sentence, then each backend with its health,
 * measurements and verdict. The lines live in the arena. */
size_t router_explain(const struct router *router,
                      const struct route_query *query,
                      const struct route *route, struct arena *arena,
                      struct str **lines);

#endif
