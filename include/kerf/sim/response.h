/*
 * One response as a sequence of events (protocol.md 3.1): turns an answer into
 * messages at the pace that is asked for, with the fault that is asked for.
 * Pure: the time comes in as an argument.
 */
#ifndef KERF_SIM_RESPONSE_H
#define KERF_SIM_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/json.h"
#include "kerf/sim/fault.h"
#include "kerf/sim/item.h"

/* Everything is borrowed and outlives the response, but for what it copies. */
struct response_plan {
    uint64_t number;            // 1-based, of the whole server; makes ids
    uint64_t seed;              // of padding, sprinkled events and ids
    int64_t created_s;          // Unix time
    const struct json *request; // echoed in the response object
    struct str stream_id;       // empty: the default lane
    struct str previous_id;     // empty: none
    bool obfuscation;
    const struct sim_answer *answer; // no items: a warm-up
    uint64_t frame_tokens, tps, ttft_ms;
    size_t input_bytes, cached_bytes; // of the whole input; of it cached
    const struct fault *fault;        // NULL: none
};

enum response_step {
    RESPONSE_EVENT, // a message was appended
    RESPONSE_WAIT,  // nothing before `*due_us`
    RESPONSE_STALL, // nothing ever again
    RESPONSE_CLOSE, // the connection closes with `response_close_code`
    RESPONSE_DONE,  // the terminal event has been given
};

struct response;

/* `plan` is copied, what it points to is not. */
struct response *response_create(const struct response_plan *plan);
void response_destroy(struct response *response);

/* Appends the next message to `out` if one is due at `now_us` (any monotonic
 * clock). */
enum response_step response_next(struct response *response, int64_t now_us,
                                 int64_t *due_us, struct buf *out);

/* The id of the response, and the code after RESPONSE_CLOSE. */
struct str response_id(const struct response *response);
int response_close_code(const struct response *response);

/* Says whether the response ended as completed: only then is it a parent. */
bool response_has_completed(const struct response *response);

/* Appends the output as a JSON array of items, as the done events gave it. */
void response_output(const struct response *response, struct buf *out);

#endif
