/*
 * The Chat Completions API (protocol.md 6.3, 6.4): the request body from a
 * session, and its stream read into the same events as the Responses API
 * gives, so that history, journal and resume have one form.
 */
#ifndef KERF_WIRE_CHAT_H
#define KERF_WIRE_CHAT_H

#include <stdbool.h>
#include <stdint.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/model/event.h"
#include "kerf/model/session.h"
#include "kerf/wire/request.h"

#define LIMIT_CHAT_CALLS 256     // of one response
#define CHAT_OUTPUT_TOKENS 16384 // asked for if the backend sets no limit

/*
 * Builds the body of a POST: the whole conversation, as this API has no
 * memory. The same session gives the same bytes, and a longer one begins with
 * those of a shorter one. Freeform tools become functions with one string
 * `input`; built-in tools are left out. ERROR_LIMIT above LIMIT_JSON_BYTES,
 * ERROR_UNSUPPORTED for a warm-up. What `request` held is overwritten, not
 * released; do not lane_commit() it.
 */
bool chat_request_build(const struct session *session,
                        const struct request_parts *parts,
                        struct request *request,
                        struct error *err) KERF_CHECKED;

/* Takes an event; its texts are good until it returns. */
typedef void (*chat_event_fn)(const struct event *event, void *ctx);

/* Reads one response. */
struct chat_stream;

/*
 * `session` is borrowed: a call whose id it knows already, or that came
 * without one, gets an id of its own. NULL is an empty one. Never NULL.
 */
struct chat_stream *chat_stream_create(const struct session *session);
void chat_stream_destroy(struct chat_stream *stream);

/*
 * Takes the data of one server-sent event, or a whole body that is not
 * streamed, and calls `fn` for each event it makes: RESPONSE_CREATED,
 * ITEM_ADDED, deltas, ITEM_DONE with the item as Responses JSON, and one of
 * RESPONSE_COMPLETED (at `[DONE]`), INCOMPLETE, FAILED. Deltas of text build
 * no tree.
 *
 * False with ERROR_INVALID or ERROR_LIMIT ends the response: deltas are all
 * there is here, so that after a lost one nothing can be trusted. Treat it as
 * a cut stream. Whatever comes after the end is ignored.
 */
bool chat_stream_feed(struct chat_stream *stream, struct str data,
                      chat_event_fn fn, void *ctx,
                      struct error *err) KERF_CHECKED;

/*
 * The stream has ended. Completes the response if the server said why it
 * stopped, even without `[DONE]`; else returns false with ERROR_UNREACHABLE:
 * it was cut. True and nothing more if it had ended before.
 */
bool chat_stream_finish(struct chat_stream *stream, chat_event_fn fn, void *ctx,
                        struct error *err) KERF_CHECKED;

/* The field in which the model's reasoning came, "reasoning" or
 * "reasoning_content", and in which it is sent back; empty if none came. */
struct str chat_stream_reasoning_field(const struct chat_stream *stream);

/* What the server measured (time_info, timings), milliseconds; -1: untold. */
struct chat_timing {
    double queue_ms, prompt_ms, output_ms;
};
struct chat_timing chat_stream_timing(const struct chat_stream *stream);

#endif
