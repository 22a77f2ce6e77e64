/*
 * Server-sent events (WHATWG HTML 9.2) in every form that a reader must take:
 * any line end, comments, data in many lines, a byte order mark. Pure.
 */
#ifndef KERF_SIM_SSE_WRITE_H
#define KERF_SIM_SSE_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "kerf/base/buf.h"

/* One stream. Set `manners` (kerf/sim/manner.h) and `names`; the rest is 0. */
struct sse_writer {
    uint64_t manners;
    bool names; // an event line says the type of the message
    uint64_t count, lines;
};

/* Appends one message, a line of JSON or "[DONE]", as an event. */
void sse_write(struct sse_writer *sse, struct str message, struct buf *out);

#endif
