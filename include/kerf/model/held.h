/*
 * Tells a stream that something on the way holds back, and hands over all at
 * once, from one that is slow or fast: by when its events came. Pure.
 */
#ifndef KERF_MODEL_HELD_H
#define KERF_MODEL_HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HELD_SILENCE_MS 1000 // before the first sign of life, at least
#define HELD_LEAST_BYTES 800 // a shorter answer is no evidence
#define HELD_BYTES_PER_MS 80 // 20,000 tokens a second: no server is so fast
#define HELD_TIMES 3         // in a row; then it is told

/* How an answer came; times of one clock. */
struct arrival {
    int64_t sent_ms;           // the request
    int64_t heard_ms;          // the first event of any kind
    int64_t first_ms, last_ms; // pieces of text
    size_t bytes;              // of them
};

enum holding {
    HOLDING_UNKNOWN, // too short to tell
    HOLDING_NO,
    HOLDING_YES,
};
enum holding arrival_judge(const struct arrival *arrival);

/* What was seen so far. Zero-initialised it is ready. */
struct held {
    int64_t network;
    unsigned in_a_row;
    bool told; // in this network
};

/* Takes note of an answer that came over `network` (kerf/net/network.h). True
 * once for each network: it is time to tell the user. */
bool held_note(struct held *held, const struct arrival *arrival,
               int64_t network);

#endif
