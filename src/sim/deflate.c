/*
 * A raw deflate stream whose last four bytes, 00 00 ff ff, are left out. Short
 * messages go as they are: a client must take a mix of both. Unless the terms
 * say otherwise a message may point back into those before it, so the streams
 * of zlib live as long as the connection.
 */
#include "kerf/sim/deflate.h"

#include <assert.h>
#include <stdlib.h>

#include <zlib.h>

#include "kerf/base/arena.h"

#define WORTH_BYTES 64
#define PIECE_BYTES 16384
#define MEMORY_LEVEL 8
#define MEGABYTE ((size_t)1 << 20)

static const struct str tail = { "\0\0\xff\xff", 4 };

struct deflater {
    struct deflate_terms terms;
    z_stream out, in;
};

struct deflater *deflater_create(const struct deflate_terms *terms)
{
    struct deflater *d = mem_alloc(sizeof(*d));
    int bits = terms->bits_out > 0 ? terms->bits_out : DEFLATE_WINDOW_BITS;

    d->terms = *terms;
    int out = deflateInit2(&d->out, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -bits,
                           MEMORY_LEVEL, Z_DEFAULT_STRATEGY);
    int in = inflateInit2(&d->in, -DEFLATE_WINDOW_BITS);
    if (out != Z_OK || in != Z_OK)
        abort(); // no memory: the arguments are ours
    return d;
}

void deflater_destroy(struct deflater *deflater)
{
    if (!deflater)
        return;
    deflateEnd(&deflater->out);
    inflateEnd(&deflater->in);
    free(deflater);
}

static void feed(z_stream *stream, struct str piece)
{
    stream->next_in = (unsigned char *)(uintptr_t)piece.at;
    stream->avail_in = (unsigned)piece.len;
}

// Takes all of the input and writes all that comes of it.
static void press(z_stream *stream, struct str piece, int flush,
                  struct buf *out)
{
    feed(stream, piece);
    do {
        buf_reserve(out, PIECE_BYTES);
        stream->next_out = (unsigned char *)out->at + out->len;
        stream->avail_out = PIECE_BYTES;
        deflate(stream, flush);
        out->len += PIECE_BYTES - stream->avail_out;
    } while (stream->avail_out == 0);
}

bool deflater_shrink(struct deflater *deflater, struct str message,
                     struct buf *out)
{
    if (message.len < WORTH_BYTES)
        return false;
    if (deflater->terms.fresh_out)
        deflateReset(&deflater->out);
    press(&deflater->out, message, Z_SYNC_FLUSH, out);
    assert(str_ends_with(buf_str(out), tail));
    out->len -= tail.len;
    return true;
}

// Inflates one piece of input; false if it is malformed or grows too large.
static bool inflate_piece(z_stream *stream, struct str piece,
                          size_t limit_bytes, struct buf *out)
{
    feed(stream, piece);
    do {
        buf_reserve(out, PIECE_BYTES);
        stream->next_out = (unsigned char *)out->at + out->len;
        stream->avail_out = PIECE_BYTES;
        int status = inflate(stream, Z_SYNC_FLUSH);
        out->len += PIECE_BYTES - stream->avail_out;
        if ((status != Z_OK && status != Z_BUF_ERROR) || out->len > limit_bytes)
            return false;
    } while (stream->avail_out == 0);
    return true;
}

bool deflater_grow(struct deflater *deflater, struct str message,
                   size_t limit_bytes, struct buf *out)
{
    size_t limit = out->len + limit_bytes;

    if (deflater->terms.fresh_in)
        inflateReset(&deflater->in);
    return inflate_piece(&deflater->in, message, limit, out)
           && inflate_piece(&deflater->in, tail, limit, out);
}

// After a full flush nothing points back, so one megabyte can be said often.
void deflate_bomb(size_t megabytes, struct buf *out)
{
    struct deflater *d = deflater_create(&(struct deflate_terms){ 0 });
    struct buf blanks = { 0 }, once = { 0 };

    for (size_t i = 0; i < MEGABYTE; i++)
        buf_append_char(&blanks, ' ');
    press(&d->out, buf_str(&blanks), Z_FULL_FLUSH, &once);
    for (size_t i = 0; i < megabytes; i++)
        buf_append(out, buf_str(&once));
    out->len -= megabytes > 0 ? tail.len : 0;
    buf_release(&once);
    buf_release(&blanks);
    deflater_destroy(d);
}
