/*
 * Server-sent events (WHATWG HTML 9.2.6), from bytes that come in any pieces:
 * the result is the same however they are cut. Pure.
 *
 *     struct sse sse = { 0 };
 *     while ((found = sse_next(&sse, &bytes, &event)) != SSE_MORE) ...
 */
#ifndef KERF_WIRE_SSE_H
#define KERF_WIRE_SSE_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/buf.h"
#include "kerf/base/str.h"

#define LIMIT_SSE_EVENT_BYTES ((size_t)64 << 20) // as of a WebSocket message
#define LIMIT_SSE_NAME_BYTES 128                 // longer ones count as none

/* Zero-initialised it is empty and ready. */
struct sse {
    struct buf line; // the beginning of a line that is not complete
    struct buf data;
    struct buf name, id;
    bool begun;    // the first line, which may have a BOM, is behind
    bool after_cr; // a LF now belongs to the line before
    bool has_data; // of the event being read
    bool told;     // `data` and `name` are the last event's
    bool too_big;
};

struct sse_event {
    struct str name; // of the `event:` line, or empty
    struct str data; // the `data:` lines joined by LF; of a comment its text
    struct str id;   // the last one that came
};

enum sse_found {
    SSE_MORE,    // `bytes` is used up
    SSE_EVENT,   // an event is complete
    SSE_COMMENT, // a line that only keeps the connection alive
    SSE_TOO_BIG, // beyond LIMIT_SSE_EVENT_BYTES; so are all calls after it
};

/* Takes bytes from the front of `*bytes` up to the end of the next event or
 * comment. `*event` is valid until the next call. */
enum sse_found sse_next(struct sse *sse, struct str *bytes,
                        struct sse_event *event);

/* The stream has ended: SSE_EVENT with what came without its empty line at the
 * end, or SSE_MORE if there is nothing left. */
enum sse_found sse_finish(struct sse *sse, struct sse_event *event);

/* Frees what it holds; it is empty and ready again. */
void sse_release(struct sse *sse);

#endif
