/*
 * The data of git's binary patches: `literal N` or `delta N`, then lines of
 * base85 (git's alphabet; the first letter is the line's length), then an
 * empty line. Inside is zlib data of exactly N bytes, once for the way there
 * and, mostly, once for the way back.
 */
#include "binary_reader.h"

#include <string.h>
#include <zlib.h>

#define LINE_BYTES_MAX 52
#define DEFLATE_RATIO_MAX 1032 // zlib's technical notes: 1032:1 at best

void binary_reader_release(struct binary_reader *r)
{
    buf_release(&r->deflated);
}

void binary_begin(struct binary_reader *r, struct builder *b)
{
    r->patch = arena_alloc(&b->arena, sizeof(*r->patch));
    r->patch->forward.bytes = r->patch->reverse.bytes = STR("");
    build_last_file(b)->binary = r->patch;
    r->state = BINARY_ANNOUNCED;
}

static bool announce(struct binary_reader *r, const struct builder *b,
                     struct str line, bool *taken, struct error *err)
{
    static const struct str marks[] = {
        [BINARY_LITERAL] = { "literal ", 8 },
        [BINARY_DELTA] = { "delta ", 6 },
    };
    uint64_t size;

    *taken = false;
    for (int kind = BINARY_LITERAL; kind <= BINARY_DELTA; kind++) {
        if (!str_starts_with(line, marks[kind])
            || !str_to_u64(str_skip(line, marks[kind].len), &size))
            continue;
        if (size > LIMIT_BINARY_BYTES - r->total_bytes)
            return error_set(err, ERROR_LIMIT,
                             "line %zu: more than %zu bytes of binary data",
                             b->source_line, LIMIT_BINARY_BYTES);
        r->kind = (enum binary_kind)kind;
        r->size_bytes = (size_t)size;
        r->state = BINARY_DATA;
        buf_reset(&r->deflated);
        *taken = true;
    }
    return true;
}

// The value of a digit of base85, or -1.
static int digit_of(char c)
{
    static const char digits[] = "0123456789"
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz"
                                 "!#$%&()*+-;<=>?@^_`{|}~";
    const char *at = c ? memchr(digits, c, sizeof(digits) - 1) : NULL;
    return at ? (int)(at - digits) : -1;
}

// Five digits are four bytes, the highest first.
static bool decode_group(const char *digits, char bytes[4])
{
    uint64_t value = 0;

    for (int i = 0; i < 5; i++) {
        int digit = digit_of(digits[i]);
        if (digit < 0)
            return false;
        value = value * 85 + (uint64_t)digit;
    }
    for (int i = 0; i < 4; i++)
        bytes[i] = (char)(value >> (24 - 8 * i) & 0xff);
    return value <= UINT32_MAX;
}

static size_t length_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (size_t)(c - 'A') + 1;
    return c >= 'a' && c <= 'z' ? (size_t)(c - 'a') + 27 : 0;
}

static bool data_line(struct binary_reader *r, const struct builder *b,
                      struct str line, struct error *err)
{
    size_t length = length_of(line.at[0]);
    size_t groups = (length + 3) / 4;
    char bytes[LINE_BYTES_MAX];

    bool fine = length > 0 && line.len == 1 + groups * 5;
    for (size_t i = 0; fine && i < groups; i++)
        fine = decode_group(line.at + 1 + i * 5, bytes + i * 4);
    if (!fine)
        return build_error(b, err, "a malformed line of binary data");
    buf_append(&r->deflated, (struct str){ bytes, length });
    return true;
}

// One byte more than announced has room, so that too much is noticed.
static bool inflate_data(struct binary_reader *r, struct builder *b,
                         struct str *bytes, struct error *err)
{
    uLong taken = (uLong)r->deflated.len;
    uLongf made = (uLongf)r->size_bytes + 1;

    if (r->size_bytes / DEFLATE_RATIO_MAX > r->deflated.len)
        return build_error(b, err, "the binary data is cut or malformed");
    char *room = arena_alloc(&b->arena, (size_t)made);
    if (uncompress2((Bytef *)room, &made, (const Bytef *)r->deflated.at, &taken)
            != Z_OK
        || made != r->size_bytes || taken != r->deflated.len)
        return build_error(b, err, "the binary data is cut or malformed");
    *bytes = (struct str){ room, (size_t)made };
    return true;
}

static bool check_delta(struct binary_reader *r, const struct builder *b,
                        struct str bytes, struct error *err)
{
    size_t result_bytes;

    if (!binary_check_delta(bytes, &result_bytes, err))
        return error_prefix(err, "line %zu", b->source_line);
    if (result_bytes > LIMIT_BINARY_BYTES - r->total_bytes)
        return error_set(err, ERROR_LIMIT,
                         "line %zu: more than %zu bytes of binary data",
                         b->source_line, LIMIT_BINARY_BYTES);
    r->total_bytes += result_bytes;
    return true;
}

static bool end_data(struct binary_reader *r, struct builder *b,
                     struct error *err)
{
    bool back = r->patch->has_reverse;
    struct binary_data *data = back ? &r->patch->reverse : &r->patch->forward;
    struct str bytes;

    if (!inflate_data(r, b, &bytes, err))
        return false;
    r->total_bytes += r->size_bytes;
    if (r->kind == BINARY_DELTA && !check_delta(r, b, bytes, err))
        return false;
    *data = (struct binary_data){ r->kind, bytes };
    r->state = back ? BINARY_DONE : BINARY_BETWEEN;
    return !back || build_close_file(b, err);
}

// What may come behind the way there: empty lines, the way back, the end.
static bool between_line(struct binary_reader *r, const struct builder *b,
                         struct str line, bool *taken, struct error *err)
{
    if (!announce(r, b, line, taken, err))
        return false;
    r->patch->has_reverse = *taken;
    if (!*taken && line.len == 0)
        *taken = true;
    else if (!*taken)
        r->state = BINARY_DONE;
    return true;
}

bool binary_line(struct binary_reader *r, struct builder *b, struct str line,
                 bool *taken, struct error *err)
{
    *taken = true;
    switch (r->state) {
    case BINARY_ANNOUNCED:
        return announce(r, b, line, taken, err)
               && (*taken
                   || build_error(b, err, "neither 'literal' nor 'delta'"));
    case BINARY_DATA:
        return line.len ? data_line(r, b, line, err) : end_data(r, b, err);
    case BINARY_BETWEEN: return between_line(r, b, line, taken, err);
    case BINARY_OUTSIDE:
    case BINARY_DONE: break;
    }
    *taken = false;
    return true;
}

bool binary_finish(struct binary_reader *r, struct builder *b,
                   struct error *err)
{
    if (r->state == BINARY_ANNOUNCED)
        return build_error(b, err, "the patch was cut: no binary data");
    return r->state != BINARY_DATA || end_data(r, b, err);
}
