/*
 * The reader walks through a head of 2 to 14 bytes, then a payload that it
 * unmasks on the way into one of two buffers, since a control frame may stand
 * between the fragments of a message. Whatever RFC 6455 forbids a client is
 * WS_STEP_WRONG, and so is a size beyond the limit, judged from the head.
 */
#include "kerf/sim/ws_frame.h"

#include <string.h>

#define FIN 0x80u
#define RSV1 0x40u
#define RSV_OTHERS 0x30u
#define MASKED 0x80u
#define LENGTH_16 126u
#define LENGTH_64 127u

static enum ws_step wrong(struct ws_reader *reader, int code)
{
    reader->close_code = code;
    return WS_STEP_WRONG;
}

static unsigned opcode_of(const struct ws_reader *reader)
{
    return reader->head[0] & 0x0fu;
}

static bool is_control(unsigned opcode)
{
    return (opcode & 8u) != 0;
}

static bool is_known(unsigned opcode)
{
    return opcode <= WS_BINARY || (opcode >= WS_CLOSE && opcode <= WS_PONG);
}

// Bytes behind the second that hold the length.
static size_t length_bytes(unsigned char second)
{
    unsigned length = second & 0x7fu;
    return length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0;
}

static size_t head_size(unsigned char second)
{
    return 2 + length_bytes(second) + (second & MASKED ? 4u : 0u);
}

static uint64_t announced(const struct ws_reader *reader)
{
    size_t bytes = length_bytes(reader->head[1]);
    uint64_t number = 0;

    if (bytes == 0)
        return reader->head[1] & 0x7fu;
    for (size_t i = 0; i < bytes; i++)
        number = number << 8 | reader->head[2 + i];
    return number;
}

static bool length_is_shortest(const struct ws_reader *reader)
{
    size_t bytes = length_bytes(reader->head[1]);

    return bytes == 0 || announced(reader) > (bytes == 2 ? 125u : 65535u);
}

static bool is_legal(const struct ws_reader *reader)
{
    unsigned opcode = opcode_of(reader), first = reader->head[0];
    bool is_fresh = opcode == WS_TEXT || opcode == WS_BINARY;

    return !(first & RSV_OTHERS) && is_known(opcode)
           && !(first & RSV1 && (!reader->deflate || !is_fresh))
           && (reader->head[1] & MASKED) && length_is_shortest(reader)
           && !(is_fresh && reader->in_message)
           && !(opcode == WS_CONTINUATION && !reader->in_message)
           && !(is_control(opcode)
                && (!(first & FIN) || announced(reader) > LIMIT_CONTROL_BYTES));
}

static bool is_too_big(const struct ws_reader *reader)
{
    size_t limit = reader->limit_bytes;

    return limit > 0
           && (reader->left > limit
               || reader->message.len > limit - reader->left);
}

// The head is whole: judges it. WS_STEP_MORE: it is good.
static enum ws_step judge_head(struct ws_reader *reader)
{
    unsigned opcode = opcode_of(reader);

    if (!is_legal(reader))
        return wrong(reader, 1002);
    if (opcode == WS_BINARY)
        return wrong(reader, 1003);
    reader->left = announced(reader);
    if (!is_control(opcode) && is_too_big(reader))
        return wrong(reader, 1009);
    if (opcode == WS_TEXT)
        reader->is_deflated = (reader->head[0] & RSV1) != 0;
    if (!is_control(opcode))
        reader->in_message = true;
    reader->offset = 0;
    reader->in_payload = true;
    return WS_STEP_MORE;
}

// Takes what is missing of the head; false if more is needed.
static bool take_head(struct ws_reader *reader, struct str *bytes)
{
    if (reader->head_len == 0)
        buf_reset(&reader->control);
    while (bytes->len > 0) {
        reader->head[reader->head_len++] = (unsigned char)bytes->at[0];
        *bytes = str_skip(*bytes, 1);
        if (reader->head_len == 2)
            reader->head_need = head_size(reader->head[1]);
        if (reader->head_len >= 2 && reader->head_len == reader->head_need)
            return true;
    }
    return false;
}

static void take_payload(struct ws_reader *reader, struct str *bytes)
{
    struct buf *into = is_control(opcode_of(reader)) ? &reader->control
                                                     : &reader->message;
    const unsigned char *mask = reader->head + reader->head_need - 4;
    size_t take = bytes->len < reader->left ? bytes->len : (size_t)reader->left;

    if (take == 0)
        return;
    buf_append(into, str_take(*bytes, take));
    char *at = into->at + into->len - take;
    for (size_t i = 0; i < take; i++)
        at[i] = (char)(at[i] ^ (char)mask[(reader->offset + i) & 3]);
    reader->offset += take;
    reader->left -= take;
    *bytes = str_skip(*bytes, take);
}

static bool code_is_legal(int code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014)
           || (code >= 3000 && code <= 4999);
}

static enum ws_step read_close(struct ws_reader *reader)
{
    const unsigned char *at = (const unsigned char *)reader->control.at;

    reader->close_code = 1005;
    if (reader->control.len == 0)
        return WS_STEP_CLOSE;
    if (reader->control.len == 1)
        return wrong(reader, 1002);
    reader->close_code = at[0] << 8 | at[1];
    return code_is_legal(reader->close_code) ? WS_STEP_CLOSE
                                             : wrong(reader, 1002);
}

// A frame is whole: what does it mean?
static enum ws_step end_frame(struct ws_reader *reader, struct str *payload)
{
    unsigned opcode = opcode_of(reader);

    reader->head_len = 0;
    reader->in_payload = false;
    *payload =
        buf_str(is_control(opcode) ? &reader->control : &reader->message);
    if (opcode == WS_CLOSE)
        return read_close(reader);
    if (is_control(opcode))
        return opcode == WS_PING ? WS_STEP_PING : WS_STEP_PONG;
    if (!(reader->head[0] & FIN))
        return WS_STEP_MORE;
    reader->in_message = false;
    reader->is_given = true;
    return WS_STEP_MESSAGE;
}

enum ws_step ws_read(struct ws_reader *reader, struct str *bytes,
                     struct str *payload)
{
    enum ws_step step = WS_STEP_MORE;

    if (reader->is_given)
        buf_reset(&reader->message);
    reader->is_given = false;
    while (step == WS_STEP_MORE) {
        if (!reader->in_payload) {
            if (!take_head(reader, bytes))
                return WS_STEP_MORE;
            step = judge_head(reader);
            if (step != WS_STEP_MORE)
                return step;
        }
        take_payload(reader, bytes);
        if (reader->left > 0)
            return WS_STEP_MORE;
        step = end_frame(reader, payload);
    }
    return step;
}

void ws_release(struct ws_reader *reader)
{
    buf_release(&reader->message);
    buf_release(&reader->control);
}

// --- writing -----------------------------------------------------------------

void ws_write_head(const struct ws_frame *frame, uint64_t length,
                   struct buf *out)
{
    unsigned first = (frame->more ? 0 : FIN) | (frame->rsv & 7u) << 4
                     | (frame->opcode & 15u);
    unsigned second = length < LENGTH_16 ? (unsigned)length
                      : length < 65536   ? LENGTH_16
                                         : LENGTH_64;

    buf_append_char(out, (char)first);
    buf_append_char(out, (char)(second | (frame->masked ? MASKED : 0)));
    for (size_t i = length_bytes((unsigned char)second); i-- > 0;)
        buf_append_char(out, (char)(length >> (8 * i) & 255u));
    if (frame->masked)
        buf_append(out, STR("\0\0\0\0"));
}

void ws_write(const struct ws_frame *frame, struct str payload, struct buf *out)
{
    ws_write_head(frame, payload.len, out);
    buf_append(out, payload);
}

void ws_write_message(struct str message, size_t fragment_bytes, bool deflated,
                      struct buf *out)
{
    struct ws_frame frame = { .opcode = WS_TEXT, .rsv = deflated ? 4 : 0 };

    while (fragment_bytes > 0 && message.len > fragment_bytes) {
        frame.more = true;
        ws_write(&frame, str_take(message, fragment_bytes), out);
        message = str_skip(message, fragment_bytes);
        frame = (struct ws_frame){ .opcode = WS_CONTINUATION };
    }
    ws_write(&frame, message, out);
}

void ws_write_close(int code, struct str reason, struct buf *out)
{
    struct ws_frame frame = { .opcode = WS_CLOSE };
    char payload[LIMIT_CONTROL_BYTES] = { (char)(code >> 8), (char)code };

    reason = str_take(reason, sizeof(payload) - 2);
    if (reason.len > 0)
        memcpy(payload + 2, reason.at, reason.len);
    ws_write(&frame, (struct str){ payload, code == 1005 ? 0 : 2 + reason.len },
             out);
}
