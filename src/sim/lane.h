/*
 * Private to sim: one lane of a connection. Requests wait in line, one is
 * being answered, the newest completed response is remembered.
 */
#ifndef SIM_LANE_H
#define SIM_LANE_H

#include "kerf/sim/history.h"
#include "kerf/sim/peer.h"
#include "kerf/sim/request.h"
#include "kerf/sim/response.h"

/* A request that was read, with its refusal if it was wrong in itself. */
struct pending {
    struct pending *next;
    struct create create;
    struct refusal refusal;
    bool refused;
};

struct lane {
    struct lane *next;
    char *name; // NUL-terminated; empty: the default lane
    struct pending *first, **last;
    // The response in work; NULL: none.
    struct response *response;
    struct history *history; // of it
    struct sim_answer answer;
    struct arena arena;
    char previous_id[80];
    // The newest completed response; no history: none.
    char cached_id[80];
    struct history *cached;
};

struct lane *lane_create(struct str name);
void lane_destroy(struct lane *lane);

/* Puts `pending` (owned from now on) at the end of the line. */
void lane_push(struct lane *lane, struct pending *pending);

/* What `lane_start` needs to find parents: the first of all lanes. */
struct lane_family {
    struct lane *first;
};

/*
 * Takes the next request and begins to answer it. False with an error event in
 * `out` if it is refused; then the lane is free again.
 */
bool lane_start(struct lane *lane, struct lane_family family,
                struct world *world, struct moment now,
                struct buf *out) KERF_CHECKED;

/* As response_next; when the response is over it is remembered or forgotten
 * and the lane is free again (RESPONSE_DONE). */
enum response_step lane_next(struct lane *lane, struct moment now,
                             int64_t *due_us, struct buf *out);

#endif
