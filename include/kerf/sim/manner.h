/*
 * Manners: what a server may do and some do, and a client has to live with. A
 * set of them is a bit each. They come from the command line for all requests,
 * or with one request beside faults. Pure.
 */
#ifndef KERF_SIM_MANNER_H
#define KERF_SIM_MANNER_H

#include <stdbool.h>
#include <stdint.h>

#include "kerf/base/buf.h"
#include "kerf/base/error.h"
#include "kerf/sim/fault.h"

enum manner {
    // of event streams over HTTP
    MANNER_CRLF,
    MANNER_CR,
    MANNER_MIXED_ENDS,
    MANNER_COMMENTS,
    MANNER_MULTI_LINE,
    MANNER_BOM,
    MANNER_NO_EVENT_NAMES,
    MANNER_DONE_MARKER,
    MANNER_CLOSE_EACH,
    // of responses
    MANNER_QUEUED,
    MANNER_NO_DELTAS,
    MANNER_INTERLEAVED,
    MANNER_RATE_LIMITS,
    MANNER_METADATA,
    MANNER_KEEPALIVE,
    MANNER_NULL_USAGE,
    // of chat completions
    MANNER_REASONING_CONTENT,
    MANNER_BOTH_REASONINGS,
    MANNER_THINK_TAGS,
    MANNER_WHOLE_CALLS,
    MANNER_NO_CALL_IDS,
    MANNER_REPEATED_CALL_IDS,
    MANNER_STOP_WITH_CALLS,
    MANNER_NO_USAGE,
    MANNER_NO_DONE,
    MANNER_TIME_INFO,
    MANNER_NULL_CONTENT,
    MANNERS,
};

/* Says whether `set` has `manner`. */
bool has_manner(uint64_t set, enum manner manner);

/* Appends all names with their meaning, a line each, for --help. */
void manner_help(struct buf *out);

/* What one request or the command line wishes for. */
struct wishes {
    struct fault_list faults;
    uint64_t manners;
};

/*
 * Adds names of manners and faults with commas between them. False with
 * ERROR_USAGE.
 */
bool wishes_read(struct str text, struct wishes *wishes,
                 struct error *err) KERF_CHECKED;

#endif
