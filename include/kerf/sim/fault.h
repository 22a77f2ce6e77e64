/*
 * Faults on demand, NAME[:N|:A-B|@N]. NAME is one row of the table in
 * fault_table.c, some with an argument behind a dash: `mid-delta-1006`,
 * `failed-server_error`, `status-503`. `:N` means the first N of what the
 * fault's scope counts, `:A-B` those from A to B, `@N` the N-th alone, nothing
 * means all. Warm-ups are neither counted nor disturbed. Pure.
 */
#ifndef KERF_SIM_FAULT_H
#define KERF_SIM_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/buf.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"

#define LIMIT_FAULTS 16
#define LIMIT_FAULT_WORD 48
#define LIMIT_FAULT_NAME 96

/* What is counted to find out whether a fault strikes. */
enum fault_scope {
    SCOPE_CONNECTION, // connections accepted
    SCOPE_REQUEST,    // WebSocket handshakes and POSTs
    SCOPE_RESPONSE,   // responses begun, over any transport
};

enum fault_kind {
    FAULT_NONE,
    // of a connection
    FAULT_ACCEPT_CLOSE, // closed at once; code 1006: reset
    FAULT_SILENT,       // nothing is read, nothing is said
    FAULT_TLS_CLOSE,    // closed when the client has said hello
    // of a request
    FAULT_STATUS,         // this status and a JSON body; code
    FAULT_REDIRECT,       // this status and a Location; code
    FAULT_RETRY_AFTER,    // 429, Retry-After in seconds; code
    FAULT_RETRY_DATE,     // 429, Retry-After as a date; code: seconds
    FAULT_RETRY_MS,       // 429, retry-after-ms; code
    FAULT_RETRY_TEXT,     // 429, "try again in Nms" in the message; code
    FAULT_QUOTA,          // 429 insufficient_quota
    FAULT_HTML,           // this status with a page; code
    FAULT_EMPTY,          // this status without a body; code
    FAULT_DETAIL,         // this status with {"detail":...}; code
    FAULT_LOADING,        // 503 as llama.cpp says it
    FAULT_ERROR_AT_200,   // 200 with an error as its JSON body
    FAULT_SLOW_HEAD,      // the head a byte every `code` ms
    FAULT_DRIP,           // everything a byte every `code` ms
    FAULT_LONG_HEAD,      // a header line of `code` KiB
    FAULT_MANY_HEADERS,   // `code` header lines
    FAULT_CUT_HEAD,       // closed inside the head
    FAULT_BAD_ACCEPT,     // a wrong Sec-WebSocket-Accept
    FAULT_NO_UPGRADE,     // 101 without Upgrade
    FAULT_EXTENSION,      // an extension nobody asked for
    FAULT_SUBPROTOCOL,    // a subprotocol nobody asked for
    FAULT_EARLY_CLOSE,    // 101, then close at once; code
    FAULT_DEAF_AFTER_101, // 101, then nothing is read any more
    FAULT_BROKEN_CHUNK,   // a chunk's size is no number, half way
    FAULT_BODY_SHORT,     // Content-Length is more than the body has
    FAULT_BODY_LONG,      // Content-Length is less than the body has
    // of a response
    FAULT_CLOSE,              // code: 1006 is a reset without a close frame
    FAULT_STALL,              // no more events, the link stays
    FAULT_DEAF,               // no more events, and nothing is read: no pongs
    FAULT_CUT_BYTE,           // `count` bytes, then an end; code: which
    FAULT_FAILED,             // response.failed; word: the code
    FAULT_INCOMPLETE,         // response.incomplete; word: the reason
    FAULT_ERROR,              // error event of shape 1; code: its status
    FAULT_ERROR_PLAN,         // error event of shape 2 (usage_limit_reached)
    FAULT_ERROR_CLASSIC,      // error event of shape 3 (server_error)
    FAULT_BAD_JSON,           // one message in the middle is cut JSON
    FAULT_DUPLICATE_SEQUENCE, // one number in the middle comes twice
    FAULT_SKIPPED_SEQUENCE,   // one number in the middle is left out
    FAULT_BACKWARD_SEQUENCE,  // the numbers begin again in the middle
    FAULT_EMPTY_OUTPUT,       // the terminal event has an empty output
    FAULT_STRANGER,           // one event that cannot be; code: which
    FAULT_TWO_TERMINALS,      // the terminal event comes twice
    FAULT_FLOOD,              // `code` MB of deltas, as fast as it goes
    FAULT_RAW,                // bytes no server may send; code: which
};

/* Where in a response a fault strikes. */
enum fault_point {
    POINT_BEFORE_CREATED,
    POINT_AFTER_CREATED,
    POINT_MID_DELTA, // after half of the deltas
    POINT_BEFORE_COMPLETED,
};

struct fault {
    enum fault_kind kind;
    enum fault_scope scope;
    enum fault_point point;
    int code;
    uint64_t count;              // of raw things: fragments, pings, bytes
    char word[LIMIT_FAULT_WORD]; // NUL-terminated
    uint64_t first, last;        // 1-based, inclusive
};

struct fault_list {
    struct fault at[LIMIT_FAULTS];
    size_t count;
    uint64_t seed; // of the random schedule
    uint64_t rate; // percent of what is counted that it strikes; 0: none
};

/* Reads one fault. False with ERROR_USAGE that names what is wrong. */
bool fault_read(struct str text, struct fault *fault,
                struct error *err) KERF_CHECKED;

/* Reads one fault and puts it behind the others; false as well if there are
 * LIMIT_FAULTS. */
bool fault_add(struct fault_list *list, struct str text,
               struct error *err) KERF_CHECKED;

/*
 * Finds the first fault of this scope that strikes number `number` (1-based),
 * else one of the random schedule. False: none.
 */
bool fault_find(const struct fault_list *list, enum fault_scope scope,
                uint64_t number, struct fault *fault) KERF_CHECKED;

/* Writes an example of row `index` of the table ("status-503"); false behind
 * the last. */
bool fault_example(size_t index, char name[LIMIT_FAULT_NAME]);

/* Appends all names with their meaning, a line each, for --help. */
void fault_help(struct buf *out);

#endif
