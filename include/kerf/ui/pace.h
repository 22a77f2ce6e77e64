/*
 * When the next frame is due. Pure: clocks come in as milliseconds that never
 * go back. A line that is slower than the frames is noticed by asking the
 * terminal (DSR) and timing its answer, because what the kernel and the network
 * hold back cannot be seen.
 */
#ifndef KERF_UI_PACE_H
#define KERF_UI_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACE_FRAME_MS 17      // between frames: 60 a second
#define PACE_STREAM_MS 33     // if only streamed text has come: 30
#define PACE_SLOW_MS 66       // the same on a slow line: 15
#define PACE_TYPING_MS 250    // so long after a key streams get all 60
#define PACE_PATIENCE_MS 1000 // least, for an answer; then a frame is sent

/* Why a frame is wanted, the most patient first. */
enum pace_reason {
    PACE_STREAM, // text of a model or a command has grown
    PACE_STATE,  // anything else has changed
    PACE_KEY,    // the echo of a key
};

struct pace {
    int64_t drawn_ms, key_ms; // the last frame, the last key
    bool drawn, typed;        // there was one
    bool answers;             // the terminal answers DSR
    bool asked;               // and has not yet
    int64_t asked_ms;
    size_t asked_bytes; // on the way when it was asked
    size_t bytes;       // sent that no answer covers
    size_t window;      // so many may be on the way before a frame waits
    int64_t least_ms;   // the quickest answer
    int64_t took_ms;    // the newest one
    bool queued;        // an answer once stood behind other bytes
    bool slow;          // the line takes less than it is given
};

/* Nothing drawn yet, nothing known of the line. */
struct pace pace_start(void);

/* Milliseconds from `now_ms` to when a frame is due; 0: now. One that waits
 * for the terminal's answer is due when pace_answered() says so, at the latest
 * after the time returned. */
int64_t pace_due(const struct pace *pace, enum pace_reason why, int64_t now_ms);

/* Notes a key. */
void pace_key(struct pace *pace, int64_t now_ms);

/* Notes a frame of so many bytes, even of none, that is sent now. True: ask the
 * terminal behind it. */
bool pace_sent(struct pace *pace, size_t bytes, int64_t now_ms);

/* The system did not take all of it at once. */
void pace_blocked(struct pace *pace);

/* The terminal answers questions, all so far: it may be asked from now on. */
void pace_trust(struct pace *pace);

/* It has answered the one that pace_sent() wanted. */
void pace_answered(struct pace *pace, int64_t now_ms);

#endif
