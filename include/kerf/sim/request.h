/*
 * Reads and judges what the client sends, more strictly than the real
 * servers: a fault of the client is an error, not a shrug (protocol.md 2, 3.4
 * and 9). Pure.
 */
#ifndef KERF_SIM_REQUEST_H
#define KERF_SIM_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/json.h"

#define LIMIT_STREAM_ID_BYTES 256

/* An error event in the making. `code`, `param` may be empty. */
struct refusal {
    int status;
    const char *type; // static
    const char *code; // static; NULL: none
    char param[96];
    char message[240];
};

/* Fills `refusal` as invalid_request_error, status 400. Returns false. */
bool refuse(struct refusal *refusal, const char *code, const char *param,
            const char *format, ...) KERF_PRINTF(4, 5);

/* Appends `refusal` as an error event of shape 1 (protocol.md 3.6), with the
 * lane if `stream_id` is not empty. */
void refusal_write(const struct refusal *refusal, struct str stream_id,
                   struct buf *out);

/* Appends `refusal` as the body of an HTTP answer (protocol.md 6.5). */
void refusal_write_body(const struct refusal *refusal, struct buf *out);

/* Where a request came from: some members are legal here and not there. */
enum request_form {
    FORM_WEBSOCKET, // response.create
    FORM_HTTP,      // POST /v1/responses
    FORM_COMPACT,   // POST /v1/responses/compact
    FORM_COUNT,     // POST /v1/responses/input_tokens
};

/* A `response.create` whose own form is right. Views point into `root` and
 * into the message. */
struct create {
    struct json *root;      // owned until stolen
    struct str stream_id;   // empty: the default lane
    struct str previous_id; // empty: no parent
    bool generate;          // false: a warm-up
    bool obfuscation;
    bool stream;        // of HTTP: wants events
    bool is_chat;       // was made from a chat request
    bool wants_usage;   // of chat: a usage chunk
    size_t input_bytes; // of input, instructions and tools
};

/*
 * Reads one request. False with a refusal; even then `create->stream_id` (if
 * it was legal) and `create->previous_id` are set as long as `create->root`
 * is, so that the error can name its lane and take the parent away. Release in
 * both cases.
 */
bool create_read(struct str message, enum request_form form,
                 struct create *create, struct refusal *refusal) KERF_CHECKED;

/*
 * Reads a request of the Chat Completions API (protocol.md 6.3) and makes of
 * it what the Responses API would have been sent. Same ending.
 */
bool chat_read(struct str message, struct create *create,
               struct refusal *refusal) KERF_CHECKED;
void create_release(struct create *create);

/* Judges the form of one array of input items. */
bool items_check(const struct json *input, bool store,
                 struct refusal *refusal) KERF_CHECKED;

/*
 * Judges calls and outputs of the whole conversation: each call has exactly
 * one output behind it, each output a call of its kind before it.
 */
bool calls_check(struct arena *arena, const struct json *const *items,
                 size_t count, struct refusal *refusal) KERF_CHECKED;

#endif
