/*
 * One WebSocket connection without its socket: messages and the time in,
 * messages out. Lanes, their queues and caches, limits and faults are here, so
 * that the protocol can be tested without a network. Pure but for the
 * recorder it is given.
 */
#ifndef KERF_SIM_PEER_H
#define KERF_SIM_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/buf.h"
#include "kerf/sim/engine.h"
#include "kerf/sim/options.h"

#define LIMIT_MESSAGE_BYTES ((size_t)16 << 20)
#define LIMIT_IN_FLIGHT 16
#define LIMIT_QUEUED 1000 // requests waiting on one connection

/* Gets one JSON line (with its newline) for whatever is worth recording. */
typedef void (*record_fn)(struct str line, void *ctx);

/* What all connections of a server share. */
struct world {
    const struct sim_options *options; // borrowed
    struct engine *engine;             // borrowed
    struct str replay;                 // answers every request; empty: no
    record_fn record;                  // NULL: nothing is recorded
    void *record_ctx;
    uint64_t connections; // accepted so far
    uint64_t requests;    // handshakes and POSTs so far
    uint64_t responses;   // started so far, warm-ups too: makes ids
    uint64_t answers;     // started so far without warm-ups: counts faults
};

/* The time: a monotonic clock for pacing, Unix time for `created_at`. */
struct moment {
    int64_t mono_us;
    int64_t unix_s;
};

enum peer_step {
    PEER_MESSAGE, // messages were appended, a newline between two of them
    PEER_RAW,     // bytes were appended that are sent as they are
    PEER_WAIT,    // nothing before `*due_us`
    PEER_CLOSE,   // with `peer_close_code`
};

/* What the handshake said. */
struct peer_plan {
    struct world *world;
    uint64_t connection;         // 1-based
    const struct wishes *wishes; // of this connection, borrowed; NULL: none
    bool timing;                 // wants responsesapi.websocket_timing
    int early_close;             // close with this code at once; 0: do not
};

struct peer;

/* Opens a connection whose handshake is over. */
struct peer *peer_create(const struct peer_plan *plan, struct moment now);

/* NULL is fine. */
void peer_destroy(struct peer *peer);

/* Takes one whole text message (borrowed for the call). */
void peer_receive(struct peer *peer, struct str message);

/* Appends the next message that is due to `out`. `*due_us` is monotonic. */
enum peer_step peer_next(struct peer *peer, struct moment now, int64_t *due_us,
                         struct buf *out);

/* The code to close with; 1006: a reset; 0: the end without a close frame. */
int peer_close_code(const struct peer *peer);

/* Says whether nothing is to be read any more, though the link stays. */
bool peer_is_deaf(const struct peer *peer);

/*
 * Says whether the response that is being told is to be cut after `*bytes`
 * bytes of frames, once for each such response; `*code` says how (1006: a
 * reset, else the end).
 */
bool peer_take_cut(struct peer *peer, uint64_t *bytes, int *code);

#endif
