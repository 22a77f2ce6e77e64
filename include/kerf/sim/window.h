/*
 * The slow start of a connection: a window of bytes may leave in each round
 * trip, ten segments in the first (RFC 6928), then up to twice what was sent in
 * the one before. A sender that rests for longer than a retransmission would
 * wait loses half of its window each such time, as in Linux (RFC 2861). Pure.
 */
#ifndef KERF_SIM_WINDOW_H
#define KERF_SIM_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#define WINDOW_SEGMENT_BYTES 1460
#define WINDOW_FIRST_BYTES ((uint64_t)10 * WINDOW_SEGMENT_BYTES)

struct window {
    uint64_t bytes;    // that may leave in one round trip
    uint64_t sent;     // of them in this one
    int64_t round_us;  // when this one began
    int64_t newest_us; // when a byte left last
};

/* A new connection that may send from `at_us` on. */
struct window window_open(int64_t at_us);

/*
 * Returns when `length` bytes, a segment at most, may leave that are there at
 * `at_us`, and counts them. Times are microseconds of one clock and never go
 * back from call to call.
 */
int64_t window_leave_us(struct window *window, size_t length, int64_t at_us,
                        int64_t round_trip_us);

#endif
