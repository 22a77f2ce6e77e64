/* Private to sim: response.steer (protocol.md 2.6). */
#ifndef SIM_STEER_H
#define SIM_STEER_H

#include "lane.h"

/* One connection's lanes and the numbers of its steering. */
struct steer_place {
    struct lane *lanes;
    uint64_t *count;     // of steers so far: makes ids
    int64_t *sequence;   // of the events about them
    bool is_unsupported; // the model knows no steering
};

/* Answers one message of type response.steer: appends the event. */
void steer_receive(const struct steer_place *place, const struct json *message,
                   struct buf *out);

/* Says whether words of the user wait for the response of this lane. */
bool steer_is_waiting(const struct lane *lane);

/* Appends response.steer.pending if the response stopped for outputs of
 * tools; false if it did not. */
bool steer_write_pending(const struct lane *lane, struct buf *out);

/* Returns a history (held once) of what the user said, behind `parent`, and
 * forgets the words. */
struct history *steer_history(struct lane *lane, struct history *parent);

/* Returns the request of the successor: `settings` with the words as input. */
struct json *steer_request(const struct lane *lane,
                           const struct json *settings);

/* Forgets the words. */
void steer_forget(struct lane *lane);

#endif
