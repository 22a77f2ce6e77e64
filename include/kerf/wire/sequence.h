/*
 * Keeps the events of a response in order by their numbers (protocol.md 3.1,
 * reliability.md N43, N44): what comes twice is dropped, what comes early
 * waits for what is missing, within a window.
 */
#ifndef KERF_WIRE_SEQUENCE_H
#define KERF_WIRE_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "kerf/base/buf.h"
#include "kerf/base/str.h"

#define SEQUENCE_WINDOW 64 // events that may wait

/* What a message says of itself before it is decoded. */
struct envelope {
    struct str type, stream_id; // of the message; empty if absent
    bool is_numbered, is_odd;   // odd: its number is none
    uint64_t number;            // sequence_number
    bool ends;                  // a terminal event of its response
    bool begins;                // response.created
    bool beside; // about a steer: its number is of this stream or of another
};

/* Reads the envelope without a tree; views into `message`. What it cannot
 * read is absent: the decoder says what is wrong with it. */
struct envelope envelope_read(struct str message);

enum sequence_verdict {
    SEQUENCE_TAKE, // it is next: take it, then what sequence_next() gives
    SEQUENCE_DROP, // it was here before, or its place is not known
    SEQUENCE_HOLD, // it is early: kept until its turn
    SEQUENCE_CUT,  // something is missing that will not come: a cut stream
};

/* One for each response. Zero-initialised it is ready. */
struct sequence {
    bool tolerates_gaps; // numbers of this backend have them: profile.h
    bool begun;
    uint64_t next;
    uint64_t spent; // numbers of the window that an event beside had, as bits
    struct buf held[SEQUENCE_WINDOW]; // by number, modulo
    bool is_held[SEQUENCE_WINDOW];
};

/* Frees what waits; ready again. Reset: for the next response. */
void sequence_release(struct sequence *sequence);
void sequence_reset(struct sequence *sequence);

/*
 * Judges a message (copied if it is held). The first number may be any; a
 * message without one is always taken. CUT if it is further ahead than the
 * window, or ends the response while others are missing before it.
 */
enum sequence_verdict sequence_offer(struct sequence *sequence,
                                     const struct envelope *envelope,
                                     struct str message);

/* After TAKE, HOLD and DROP: moves the next held message, if its turn has come,
 * to `out` (emptied first). Call it until it returns false. */
bool sequence_next(struct sequence *sequence, struct buf *out);

#endif
