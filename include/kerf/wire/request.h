/*
 * Builds `response.create` (protocol.md 2) from a session. The whole history
 * can be sent at any moment; a delta on the parent response is sent only
 * under the rule of protocol.md 4.2.
 */
#ifndef KERF_WIRE_REQUEST_H
#define KERF_WIRE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/buf.h"
#include "kerf/base/str.h"
#include "kerf/config/config.h"
#include "kerf/model/session.h"
#include "kerf/wire/profile.h"

#define LIMIT_REQUEST_BYTES ((size_t)15 << 20) // protocol.md 1.6
#define LIMIT_LANE_NAME 256                    // protocol.md 1.7

/* What the server of one connection remembers of this lane. */
struct lane {
    struct str response_id; // copied; empty: nothing
    uint64_t fields_hash;   // of everything but the input
    uint64_t *item_hashes;  // baseline: items the server has seen
    size_t item_count, item_cap;
};

/* Frees what the lane holds; it is empty and ready again. */
void lane_release(struct lane *lane);

/* After a loss, a cancel, an error: the next request is sent in full. */
void lane_forget(struct lane *lane);

struct request_parts {
    const struct backend *backend; // model, tier, effort ...
    const struct profile *profile; // what the model rejects; NULL: unknown
    struct str instructions;       // the system text
    struct str tools;              // JSON array of tool declarations
    struct str cache_key;          // stable for a conversation
    struct str stream_id;          // lane of a WebSocket; empty: the default
    size_t upto;                   // only the first items; 0: all
    struct str ask;                // a last message that no item holds
    bool warm_up;                  // generate:false
    bool over_http;                // the body of a POST: no `type`, no delta,
                                   // "stream":true, LIMIT_JSON_BYTES
};

/* What is being sent: kept until the response completes, see lane_commit. */
struct request {
    struct buf json; // the message
    bool is_delta;
    struct str model; // borrowed from the backend
    uint64_t fields_hash;
    uint64_t *item_hashes; // of the full logical input
    size_t item_count;
};

/* Frees what the request holds. */
void request_release(struct request *request);

/*
 * Builds the message: `session`'s items as input (full, or the new ones if
 * `lane`, which may be NULL, allows a delta). Calls without output get
 * "aborted"; superseded items are left out. False with ERROR_LIMIT at 15 MiB
 * and more, over HTTP at LIMIT_JSON_BYTES. What `request` held is overwritten,
 * not released.
 */
bool request_build(const struct session *session,
                   const struct request_parts *parts, const struct lane *lane,
                   struct request *request, struct error *err) KERF_CHECKED;

/* After response.completed: the lane's baseline becomes what was sent plus the
 * items received; `session` already holds them. Forgets the lane instead if
 * the newest response did not complete as a whole or was cancelled. */
void lane_commit(struct lane *lane, const struct request *request,
                 const struct session *session);

#endif
