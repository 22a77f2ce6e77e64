/*
 * Private to sim: faults below the messages, as bytes that a WebSocket server
 * must never send (RFC 6455 5), or must not send in such numbers.
 */
#ifndef SIM_RAW_FAULT_H
#define SIM_RAW_FAULT_H

#include "kerf/sim/fault.h"

enum raw_kind {
    RAW_GIANT_FRAME,
    RAW_BIG_FRAME,
    RAW_MASKED,
    RAW_RSV,
    RAW_OPCODE,
    RAW_BINARY,
    RAW_LONE_CONTINUATION,
    RAW_NESTED_MESSAGE,
    RAW_FRAGMENTED_PING,
    RAW_LONG_PING,
    RAW_EMPTY_FRAGMENTS,
    RAW_SMALL_FRAGMENTS,
    RAW_PING_FLOOD,
    RAW_PONG_UNASKED,
    RAW_BAD_UTF8,
    RAW_BAD_UTF8_SPLIT,
    RAW_CLOSE_ONE_BYTE,
    RAW_CLOSE_LONG,
    RAW_CLOSE_BAD_UTF8,
    RAW_CLOSE_RESERVED,
    RAW_BOMB,
    RAW_CUT_FRAME,
};

/*
 * Appends the next bytes of the fault; `*done` counts what has been written of
 * those that come in numbers (0 at first). Returns true as long as there is
 * more. `*ends` is set if the connection is to end behind the bytes.
 */
bool raw_fault_write(const struct fault *fault, uint64_t *done, bool *ends,
                     struct buf *out);

#endif
