/*
 * WebSocket frames (RFC 6455 5): a strict reader for what clients send, and a
 * writer that can also write what no server may. Pure.
 */
#ifndef KERF_SIM_WS_FRAME_H
#define KERF_SIM_WS_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/buf.h"

#define LIMIT_CONTROL_BYTES 125
#define WS_HEAD_BYTES 14 // of a frame with a mask, at most

enum ws_opcode {
    WS_CONTINUATION = 0,
    WS_TEXT = 1,
    WS_BINARY = 2,
    WS_CLOSE = 8,
    WS_PING = 9,
    WS_PONG = 10,
};

enum ws_step {
    WS_STEP_MORE,
    WS_STEP_MESSAGE, // a whole text message in `*payload`
    WS_STEP_PING,    // to be answered with `*payload`
    WS_STEP_PONG,
    WS_STEP_CLOSE, // `close_code` says why; 1005: no code was given
    WS_STEP_WRONG, // `close_code` is what to close with
};

/* Zero-initialised it is ready; set the options before the first byte. */
struct ws_reader {
    size_t limit_bytes; // of a message; 0: none
    bool deflate;       // RSV1 is allowed at the start of a message
    unsigned char head[WS_HEAD_BYTES];
    size_t head_len, head_need;
    uint64_t left;   // payload bytes to come
    uint64_t offset; // of the payload, for the mask
    bool in_payload;
    bool in_message; // between the first and the last fragment
    bool is_deflated;
    bool is_given; // the message was given and is to be dropped
    struct buf message, control;
    int close_code;
};

/*
 * Takes bytes off the front of `*bytes` up to the next step. `*payload` is
 * valid until the next call. A deflated message is given as it came, with
 * `is_deflated` set.
 */
enum ws_step ws_read(struct ws_reader *reader, struct str *bytes,
                     struct str *payload);
void ws_release(struct ws_reader *reader);

/* One frame as it is to be written. */
struct ws_frame {
    unsigned opcode; // the low four bits count
    bool more;       // FIN is not set
    unsigned rsv;    // bits 4, 2, 1
    bool masked;     // which no server may
};

/* Appends the head of a frame that announces `length` payload bytes. */
void ws_write_head(const struct ws_frame *frame, uint64_t length,
                   struct buf *out);

/* Appends a whole frame. */
void ws_write(const struct ws_frame *frame, struct str payload,
              struct buf *out);

/* Appends a text message in frames of `fragment_bytes`; 0: in one. `deflated`
 * sets RSV1 on the first. */
void ws_write_message(struct str message, size_t fragment_bytes, bool deflated,
                      struct buf *out);

/* Appends a close frame; 1005 gives one without a code. */
void ws_write_close(int code, struct str reason, struct buf *out);

#endif
