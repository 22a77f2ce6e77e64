/* The decoder follows Unicode 15 table 3-7: the second byte's range depends
 * on the first, every later byte is 80..BF. */
#include "kerf/base/utf8.h"

#include <string.h>

struct lead {
    unsigned char first, last; // range of the lead byte
    unsigned char low, high;   // range of the second byte
    unsigned char length;
};

static const struct lead leads[] = {
    { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
    { 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 },
    { 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 },
    { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

static const struct lead *lead_of(unsigned char byte)
{
    for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
        if (byte >= leads[i].first && byte <= leads[i].last)
            return &leads[i];
    return NULL;
}

// Counts the bytes of `s` that continue a character begun by `lead`.
static size_t continued(struct str s, const struct lead *lead)
{
    size_t n = 1;

    while (n < lead->length && n < s.len) {
        unsigned char c = (unsigned char)s.at[n];
        unsigned char low = n == 1 ? lead->low : 0x80;
        unsigned char high = n == 1 ? lead->high : 0xbf;
        if (c < low || c > high)
            break;
        n++;
    }
    return n;
}

size_t utf8_decode(struct str s, uint32_t *code)
{
    if (s.len == 0)
        return 0;
    unsigned char first = (unsigned char)s.at[0];
    if (first < 0x80) {
        *code = first;
        return 1;
    }
    const struct lead *lead = lead_of(first);
    if (!lead || continued(s, lead) < lead->length) {
        *code = UTF8_INVALID;
        return 1;
    }
    uint32_t value = first & (0x7fu >> lead->length);
    for (size_t i = 1; i < lead->length; i++)
        value = value << 6 | ((unsigned char)s.at[i] & 0x3fu);
    *code = value;
    return lead->length;
}

void utf8_encode(struct buf *buf, uint32_t code)
{
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        code = 0xfffd;
    if (code < 0x80) {
        buf_append_char(buf, (char)code);
        return;
    }
    int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    unsigned lead_bits = more == 1 ? 0xc0 : more == 2 ? 0xe0 : 0xf0;
    buf_append_char(buf, (char)(lead_bits | code >> (6 * more)));
    while (more-- > 0)
        buf_append_char(buf, (char)(0x80 | (code >> (6 * more) & 0x3f)));
}

size_t utf8_ascii_run(struct str s)
{
    const uint64_t high_bits = 0x8080808080808080u;
    size_t run = 0;
    uint64_t eight;

    for (; run + sizeof(eight) <= s.len; run += sizeof(eight)) {
        memcpy(&eight, s.at + run, sizeof(eight));
        if (eight & high_bits)
            break;
    }
    while (run < s.len && !(s.at[run] & 0x80))
        run++;
    return run;
}

bool utf8_is_valid(struct str s)
{
    for (;;) {
        uint32_t code;
        s = str_skip(s, utf8_ascii_run(s));
        if (s.len == 0)
            return true;
        size_t n = utf8_decode(s, &code);
        if (code == UTF8_INVALID)
            return false;
        s = str_skip(s, n);
    }
}

size_t utf8_incomplete_tail(struct str s)
{
    for (size_t back = 1; back <= 3 && back <= s.len; back++) {
        struct str tail = str_skip(s, s.len - back);
        unsigned char c = (unsigned char)tail.at[0];
        if (c < 0x80)
            return 0;
        const struct lead *lead = lead_of(c);
        if (lead)
            return back < lead->length && continued(tail, lead) == back ? back
                                                                        : 0;
    }
    return 0;
}

struct range {
    uint32_t first, last;
};

static const struct range deceptive[] = {
    { 0x00ad, 0x00ad },   { 0x034f, 0x034f }, { 0x061c, 0x061c },
    { 0x115f, 0x1160 },   { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
    { 0x200b, 0x200c },   { 0x200e, 0x200f }, { 0x2028, 0x202e },
    { 0x2060, 0x206f },   { 0x3164, 0x3164 }, { 0xfeff, 0xfeff },
    { 0xffa0, 0xffa0 },   { 0xfff9, 0xfffb }, { 0xe0000, 0xe00ff },
    { 0xe0100, 0xe01ef },
};

bool utf8_is_deceptive(uint32_t code)
{
    for (size_t i = 0; i < sizeof(deceptive) / sizeof(deceptive[0]); i++)
        if (code >= deceptive[i].first && code <= deceptive[i].last)
            return true;
    return false;
}

// Unicode 23.7: never text; terminals do with them what they like.
static bool is_noncharacter(uint32_t code)
{
    return (code & 0xfffe) == 0xfffe || (code >= 0xfdd0 && code <= 0xfdef);
}

static void show(struct buf *out, struct str raw, uint32_t code,
                 bool keep_layout)
{
    if (code == UTF8_INVALID)
        buf_printf(out, "<%02x>", (unsigned char)raw.at[0]);
    else if (keep_layout && (code == '\n' || code == '\t'))
        buf_append(out, raw);
    else if (code < 0x20)
        utf8_encode(out, 0x2400 + code);
    else if (code == 0x7f)
        utf8_encode(out, 0x2421);
    else if (code >= 0x80 && code < 0xa0)
        buf_printf(out, "<%02x>", (unsigned)code);
    else if (utf8_is_deceptive(code) || is_noncharacter(code))
        buf_printf(out, "<U+%04X>", (unsigned)code);
    else
        buf_append(out, raw);
}

void utf8_sanitise(struct buf *out, struct str s, bool keep_layout)
{
    while (s.len > 0) {
        uint32_t code;
        size_t n = utf8_decode(s, &code);
        show(out, str_take(s, n), code, keep_layout);
        s = str_skip(s, n);
    }
}

struct str utf8_sanitised(struct arena *arena, struct str s, bool keep_layout)
{
    struct buf out = { 0 };

    utf8_sanitise(&out, s, keep_layout);
    struct str copy = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return copy;
}
