/*
 * Most of these are one frame and stand in a table; the others follow as
 * functions. The floods are written in pieces of about 64 KiB, so that the
 * writer may wait for the client in between.
 */
#include "raw_fault.h"

#include "kerf/sim/deflate.h"
#include "kerf/sim/ws_frame.h"

#define PIECE_BYTES 65536
#define LONG_BYTES 200
#define LIMIT_BOMB_MEGABYTES ((uint64_t)4096)
#define BIG_BYTES ((uint64_t)1 << 30)
#define GIANT_BYTES ((uint64_t)1 << 63)

struct frame_row {
    struct ws_frame frame;
    struct str payload;
    bool ends;
};

#define TEXT(s)            \
    {                      \
        (s), sizeof(s) - 1 \
    }

static const struct frame_row frame_table[] = {
    [RAW_MASKED] = { { .opcode = WS_TEXT, .masked = true }, TEXT("{}"), false },
    [RAW_RSV] = { { .opcode = WS_TEXT, .rsv = 1 }, TEXT("{}"), false },
    [RAW_OPCODE] = { { .opcode = 3 }, TEXT("{}"), false },
    [RAW_BINARY] = { { .opcode = WS_BINARY }, TEXT("{}"), false },
    [RAW_LONE_CONTINUATION] = { { .opcode = WS_CONTINUATION },
                                TEXT("{}"),
                                false },
    [RAW_FRAGMENTED_PING] = { { .opcode = WS_PING, .more = true },
                              TEXT("a"),
                              false },
    [RAW_PONG_UNASKED] = { { .opcode = WS_PONG }, TEXT("unasked"), false },
    [RAW_BAD_UTF8] = { { .opcode = WS_TEXT },
                       TEXT("{\"type\":\"\xff\xfe\"}"),
                       false },
    [RAW_CLOSE_ONE_BYTE] = { { .opcode = WS_CLOSE }, TEXT("\x03"), true },
    [RAW_CLOSE_BAD_UTF8] = { { .opcode = WS_CLOSE },
                             TEXT("\x03\xe8\xff\xfe"),
                             true },
    [RAW_CLOSE_RESERVED] = { { .opcode = WS_CLOSE }, TEXT("\x03\xed"), true },
    [RAW_CUT_FRAME] = { .ends = true }, // the last: rows exist for all kinds
};

// The head of a frame that is never finished.
static void put_beginning(uint64_t length, struct buf *out)
{
    struct ws_frame frame = { .opcode = WS_TEXT };

    ws_write_head(&frame, length, out);
    buf_append(out, STR("{\"type\":\""));
}

// A control frame that is longer than one may be.
static void put_long(unsigned opcode, struct buf *out)
{
    struct ws_frame frame = { .opcode = opcode };

    ws_write_head(&frame, LONG_BYTES, out);
    buf_append(out, STR("\x03\xe8"));
    for (int i = 2; i < LONG_BYTES; i++)
        buf_append_char(out, 'x');
}

static void put_two(struct str first, unsigned opcode, struct str second,
                    struct buf *out)
{
    struct ws_frame one = { .opcode = WS_TEXT, .more = true };
    struct ws_frame two = { .opcode = opcode };

    ws_write(&one, first, out);
    ws_write(&two, second, out);
}

// Fragments of one message: the first opens it, the last ends it.
static bool put_fragments(const struct fault *fault, uint64_t *done,
                          struct str payload, struct buf *out)
{
    for (size_t from = out->len;
         *done < fault->count && out->len - from < PIECE_BYTES; ++*done) {
        struct ws_frame frame = { .opcode = *done == 0 ? WS_TEXT
                                                       : WS_CONTINUATION,
                                  .more = *done + 1 < fault->count };
        ws_write(&frame, payload, out);
    }
    return *done < fault->count;
}

static bool put_pings(const struct fault *fault, uint64_t *done,
                      struct buf *out)
{
    struct ws_frame frame = { .opcode = WS_PING };

    for (size_t from = out->len;
         *done < fault->count && out->len - from < PIECE_BYTES; ++*done)
        ws_write(&frame, STR("flood"), out);
    return *done < fault->count;
}

static void put_bomb(uint64_t megabytes, struct buf *out)
{
    struct buf payload = { 0 };

    if (megabytes > LIMIT_BOMB_MEGABYTES)
        megabytes = LIMIT_BOMB_MEGABYTES;
    deflate_bomb((size_t)megabytes, &payload);
    ws_write_message(buf_str(&payload), 0, true, out);
    buf_release(&payload);
}

bool raw_fault_write(const struct fault *fault, uint64_t *done, bool *ends,
                     struct buf *out)
{
    enum raw_kind kind = (enum raw_kind)fault->code;
    const struct frame_row *row = &frame_table[kind];

    *ends = kind == RAW_CLOSE_LONG || row->ends;
    switch (kind) {
    case RAW_GIANT_FRAME: put_beginning(GIANT_BYTES, out); break;
    case RAW_BIG_FRAME: put_beginning(BIG_BYTES, out); break;
    case RAW_CUT_FRAME: put_beginning(1000, out); break;
    case RAW_LONG_PING: put_long(WS_PING, out); break;
    case RAW_CLOSE_LONG: put_long(WS_CLOSE, out); break;
    case RAW_NESTED_MESSAGE: put_two(STR("{"), WS_TEXT, STR("{}"), out); break;
    case RAW_BAD_UTF8_SPLIT:
        put_two(STR("{\"type\":\"\xe2\x82"), WS_CONTINUATION, STR("(\"}"), out);
        break;
    case RAW_BOMB: put_bomb(fault->count, out); break;
    case RAW_EMPTY_FRAGMENTS: return put_fragments(fault, done, STR(""), out);
    case RAW_SMALL_FRAGMENTS: return put_fragments(fault, done, STR(" "), out);
    case RAW_PING_FLOOD: return put_pings(fault, done, out);
    case RAW_MASKED:
    case RAW_RSV:
    case RAW_OPCODE:
    case RAW_BINARY:
    case RAW_LONE_CONTINUATION:
    case RAW_FRAGMENTED_PING:
    case RAW_PONG_UNASKED:
    case RAW_BAD_UTF8:
    case RAW_CLOSE_ONE_BYTE:
    case RAW_CLOSE_BAD_UTF8:
    case RAW_CLOSE_RESERVED: ws_write(&row->frame, row->payload, out); break;
    }
    return false;
}
