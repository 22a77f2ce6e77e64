/*
 * Private to sim: one POST and its answer, without a socket: the request and
 * the time in, bytes of HTTP out. The twin of a peer.
 */
#ifndef SIM_EXCHANGE_H
#define SIM_EXCHANGE_H

#include "front.h"

enum exchange_step {
    EXCHANGE_BYTES, // bytes were appended
    EXCHANGE_WAIT,  // nothing before `*due_us`
    EXCHANGE_STALL, // nothing ever again
    EXCHANGE_DEAF,  // as a stall, and nothing is read any more
    EXCHANGE_DONE,  // the answer is whole; the connection may go on
    EXCHANGE_END,   // the connection ends
    EXCHANGE_RESET, // the connection is reset
};

struct exchange_plan {
    struct world *world;
    uint64_t connection;
    const struct http_request *request; // borrowed for the call
    const struct verdict *verdict;      // borrowed for the call
    struct moment now;
};

struct exchange;

/* Takes a request that the front desk sent on. */
struct exchange *exchange_create(const struct exchange_plan *plan);

/* NULL is fine. */
void exchange_destroy(struct exchange *exchange);

/* Appends what is due. */
enum exchange_step exchange_next(struct exchange *exchange, struct moment now,
                                 int64_t *due_us, struct buf *out);

/* The HTTP status of the answer. */
int exchange_status(const struct exchange *exchange);

/* Says whether the response is to be cut after `*bytes` bytes of it, head and
 * all; `*code` as response_cut. */
bool exchange_cut(const struct exchange *exchange, uint64_t *bytes, int *code);

#endif
