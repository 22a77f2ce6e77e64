/*
 * Faults on demand, `--fault NAME[:N|:A-B]`. NAME is one row of the table in
 * fault.c, some with an argument behind a dash: `mid-delta-1006`,
 * `failed-server_error`, `status-503`. `:N` means the first N responses (or
 * connections, for faults of the handshake), `:A-B` those from A to B, nothing
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

enum fault_kind {
    FAULT_NONE,
    FAULT_CLOSE,              // code: 1006 is a reset without a close frame
    FAULT_STALL,              // no more events, the link stays
    FAULT_FAILED,             // response.failed; word: the code
    FAULT_INCOMPLETE,         // response.incomplete; word: the reason
    FAULT_ERROR,              // error event of shape 1; code: its status
    FAULT_ERROR_PLAN,         // error event of shape 2 (usage_limit_reached)
    FAULT_ERROR_CLASSIC,      // error event of shape 3 (server_error)
    FAULT_BAD_JSON,           // one message in the middle is cut JSON
    FAULT_DUPLICATE_SEQUENCE, // one event in the middle comes twice
    FAULT_SKIPPED_SEQUENCE,   // one number in the middle is left out
    FAULT_EMPTY_OUTPUT,       // the terminal event has an empty output
    FAULT_EARLY_CLOSE,        // 101, then close at once; code
    FAULT_STATUS,             // an HTTP status instead of 101; code
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
    enum fault_point point;
    int code;
    char word[LIMIT_FAULT_WORD]; // NUL-terminated
    uint64_t first, last;        // 1-based, inclusive
};

struct fault_list {
    struct fault at[LIMIT_FAULTS];
    size_t count;
};

/* Reads one fault. False with ERROR_USAGE that names what is wrong. */
bool fault_read(struct str text, struct fault *fault,
                struct error *err) KERF_CHECKED;

/* Says whether the fault belongs to the handshake, not to a response. */
bool fault_is_of_handshake(const struct fault *fault);

/* Returns the first fault of the handshake (or of responses) that strikes
 * number `number` (1-based), or NULL. */
const struct fault *fault_for(const struct fault_list *list, bool handshake,
                              uint64_t number);

/* Appends all names with their meaning, a line each, for --help. */
void fault_help(struct buf *out);

#endif
