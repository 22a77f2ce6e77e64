/*
 * What the files of the router share: the state of one backend and the
 * questions about it. Private to the model.
 */
#ifndef KERF_SRC_MODEL_ROUTER_PARTS_H
#define KERF_SRC_MODEL_ROUTER_PARTS_H

#include "kerf/model/router.h"

#define ROUTER_SIZES 5
#define ROUTER_RING 64
#define ROUTER_NETWORKS 4
#define ROUTER_WHY_BYTES 80

/* One turn that was measured. */
struct measure {
    int64_t ttft_ms; // -1: unknown
    double speed;    // 0: unknown
    bool well;       // the backend was up: it tells what to expect
};

/* The newest turns of one size of input. */
struct ring {
    struct measure at[ROUTER_RING];
    size_t count, next;
};

/* Tokens or requests that may be sent; it fills up all the time. */
struct bucket {
    int64_t limit; // 0: none known
    double level, per_ms;
    int64_t at_ms;
};

/* A state that rests before it is tried again; each fall soon after the last
 * one doubles the rest. */
struct rest {
    int64_t wait_ms;  // the present one, 0 before the first
    int64_t until_ms; // then it may be tried
    int64_t since_ms; // of the fall
    int64_t up_ms;    // when it was last well again
};

struct race {
    int64_t network, until_ms;
};

struct standing {
    struct str host; // empty: not placed
    unsigned port;
    enum health state; // UP, DEGRADED or DOWN: as it fell
    struct rest rest;
    unsigned good; // in a row since it fell
    char why[ROUTER_WHY_BYTES];
    char said[ROUTER_WHY_BYTES]; // with the last failure
    int64_t failed_ms[ROUTER_FAILURES];
    size_t failures;              // ever; the ring's place
    int64_t bad_ms[ROUTER_TURNS]; // time of a bad turn, 0 of a good one
    size_t turns;
    int64_t pause_until_ms;
    bool ws_broken;
    struct rest ws_rest;
    unsigned ws_failures; // in a row
    struct race races[ROUTER_NETWORKS];
    size_t race_count;
    unsigned lacks;
    int64_t too_big_tokens; // an input that did not fit; 0: none
    struct bucket buckets[ROUTE_RATES];
    struct ring rings[ROUTER_SIZES];
};

struct router {
    const struct config *config;
    const struct policy *policy;
    int64_t network;
    size_t count;
    struct standing *standings; // one a backend
    struct arena arena;         // of hosts
};

enum rank {
    RANK_PREFERRED,
    RANK_WELL,
    RANK_SLOW,
    RANK_NONE, // cannot do it
};

struct candidate {
    enum rank rank;
    int64_t expected_ms;
};

struct choice {
    const struct router *router;
    const struct route_query *query;
    struct route *route;
    struct candidate candidates[LIMIT_BACKENDS];
};

// router_ask.c
/* Asks all questions; false with the verdict filled if one says no. */
bool ask_backend(struct choice *choice, size_t backend);
bool was_tried(const struct choice *choice, size_t backend,
               enum route_transport transport);

// router_health.c
enum health standing_health(const struct standing *standing, int64_t now_ms);
enum route_transport standing_transport(const struct router *router,
                                        size_t backend, int64_t now_ms);
bool transport_is_possible(const struct backend *backend,
                           enum route_transport transport);

// router_measure.c
size_t size_class(int64_t tokens);
const char *size_class_name(size_t size);
int64_t target_for(const struct backend *backend, int64_t tokens);
void measure_add(struct standing *standing, const struct route_answer *answer,
                 bool slow);
bool is_slow(const struct backend *backend, const struct route_answer *answer);
/* The ring that tells most of such an input; NULL if too little is known. */
const struct ring *ring_for(const struct standing *standing, int64_t tokens,
                            bool well);
/* -1 or 0 if there is nothing. */
int64_t ttft_percentile(const struct ring *ring, int percent, bool well);
double speed_percentile(const struct ring *ring, int percent, bool well);
/* How long the turn will take, first token to last. */
int64_t expected_ms(const struct router *router, size_t backend,
                    const struct route_query *query);
int64_t deadline_for(const struct router *router, size_t backend,
                     int64_t tokens);

// router_limits.c
void bucket_take(struct bucket *bucket, int64_t amount, int64_t now_ms);
int64_t bucket_room(const struct bucket *bucket, int64_t now_ms);
/* Until there is room for `amount`; 0: now; -1: never, it is too small. */
int64_t bucket_wait_ms(const struct bucket *bucket, int64_t amount,
                       int64_t now_ms);

// router_words.c
#define WORD_BYTES 24
const char *tokens_word(char word[WORD_BYTES], int64_t tokens);
const char *time_word(char word[WORD_BYTES], int64_t ms);
/* "31k of 128k tokens; wafer p95 210 ms of 400" */
void measures_sentence(const struct router *router,
                       const struct route_query *query, size_t backend,
                       char *text, size_t size);

#endif
