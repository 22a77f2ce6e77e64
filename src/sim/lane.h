/*
 * Private to sim: one lane of a connection. Requests wait in line, one is
 * being answered, the newest completed response is remembered.
 */
#ifndef SIM_LANE_H
#define SIM_LANE_H

#include "record.h"
#include "turn.h"

#define LIMIT_STEERS 4 // that wait for one response

/* A request that was read, with its refusal if it was wrong in itself. */
struct pending {
    struct pending *next;
    struct create create;
    struct refusal refusal;
    bool refused;
    int64_t received_ns; // monotonic
};

struct lane {
    struct lane *next;
    char *name; // NUL-terminated; empty: the default lane
    struct pending *first, **last;
    struct turn turn;
    struct record_answer times;        // of the turn
    char parent_id[RESPONSE_ID_BYTES]; // of the turn; empty: none
    // The newest completed response; no history: none.
    char cached_id[RESPONSE_ID_BYTES];
    struct history *cached;
    // What the user said meanwhile: items with commas between, and for which
    // response they wait.
    struct buf steers;
    size_t steer_count;
    char steered_id[RESPONSE_ID_BYTES];
};

struct lane *lane_create(struct str name);
void lane_destroy(struct lane *lane);

/* Puts `pending` (owned from now on) at the end of the line. */
void lane_push(struct lane *lane, struct pending *pending);

/* What a lane needs to begin a response. */
struct lane_family {
    struct lane *first; // of all lanes: parents may be there
    struct world *world;
    const struct wishes *wishes; // of the connection
    bool timing;
};

/*
 * Takes the next request and begins to answer it. False with an error event in
 * `out` if it is refused; then the lane is free again.
 */
bool lane_start(struct lane *lane, const struct lane_family *family,
                struct moment now, struct buf *out) KERF_CHECKED;

/*
 * As response_next; when the response is over it is remembered or forgotten
 * and the lane is free again (RESPONSE_DONE). A response that made way for
 * steering is followed by its successor at once.
 */
enum response_step lane_next(struct lane *lane,
                             const struct lane_family *family,
                             struct moment now, int64_t *due_us,
                             struct buf *out);

#endif
