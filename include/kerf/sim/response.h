/*
 * One response as a sequence of messages (protocol.md 3.1, 6.4): turns an
 * answer into the words of a dialect, at the pace that is asked for, with the
 * fault that is asked for. Pure: the time comes in as an argument.
 */
#ifndef KERF_SIM_RESPONSE_H
#define KERF_SIM_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/json.h"
#include "kerf/sim/item.h"

/* The form in which a response is told. */
enum dialect {
    DIALECT_EVENTS,     // events of the Responses API
    DIALECT_OBJECT,     // nothing but the response object at the end
    DIALECT_CHUNKS,     // chunks of the Chat Completions API, then [DONE]
    DIALECT_COMPLETION, // nothing but the completion at the end
};

/* Everything is borrowed and outlives the response, but for what it copies. */
struct response_plan {
    enum dialect dialect;
    uint64_t number;            // 1-based, of the whole server; makes ids
    uint64_t seed;              // of padding, sprinkled events and ids
    uint64_t sprinkle;          // one event in so many is unknown; 0: none
    int64_t created_s;          // Unix time
    const struct json *request; // echoed in the response object
    struct str stream_id;       // empty: the default lane
    struct str previous_id;     // empty: none
    bool obfuscation;
    bool timing;                     // wants responsesapi.websocket_timing
    bool usage;                      // of chat: wants a usage chunk
    const struct sim_answer *answer; // no items: a warm-up
    uint64_t frame_tokens, tps, ttft_ms;
    size_t input_bytes, cached_bytes; // of the whole input; of it cached
    struct fault fault;               // kind FAULT_NONE: none
    uint64_t manners;
};

enum response_step {
    RESPONSE_EVENT, // messages were appended, a newline between two of them
    RESPONSE_RAW,   // bytes were appended that go to a WebSocket as they are
    RESPONSE_WAIT,  // nothing before `*due_us`
    RESPONSE_STALL, // nothing ever again
    RESPONSE_DEAF,  // as a stall, and nothing is read any more
    RESPONSE_CLOSE, // the connection closes with `response_close_code`
    RESPONSE_DONE,  // the terminal event has been given
};

struct response;

/* `plan` is copied, what it points to is not. */
struct response *response_create(const struct response_plan *plan);
void response_destroy(struct response *response);

/* Appends the next messages to `out` if some are due at `now_us` (any
 * monotonic clock). */
enum response_step response_next(struct response *response, int64_t now_us,
                                 int64_t *due_us, struct buf *out);

/* The id of the response, and the code after RESPONSE_CLOSE; 0: the end
 * without a close frame. */
struct str response_id(const struct response *response);
int response_close_code(const struct response *response);

/* Says whether the one who writes the response is to end after `*bytes` bytes
 * of it; `*code` as response_close_code. */
bool response_cut(const struct response *response, uint64_t *bytes, int *code);

/* Says whether the response ended as completed: only then is it a parent. */
bool response_has_completed(const struct response *response);

/* All manners of the response, whoever wished for them. */
uint64_t response_manners(const struct response *response);

/* The HTTP status that tells how it ended: 200 but after an error. */
int response_status(const struct response *response);

/*
 * Asks a running response to make way: it ends as incomplete, "steered". False
 * if it will stop for outputs of tools, or has come to its end.
 */
bool response_steer(struct response *response) KERF_CHECKED;

/* Appends the output as a JSON array of items, as the done events gave it. */
void response_output(const struct response *response, struct buf *out);

#endif
