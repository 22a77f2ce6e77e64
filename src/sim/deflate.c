/*
 * A raw deflate stream whose last four bytes, 00 00 ff ff, are left out. Short
 * messages go as they are: a client must take a mix of both.
 */
#include "deflate.h"

#include <string.h>

#include <zlib.h>

#define WORTH_BYTES 64
#define PIECE_BYTES 16384

static const struct str tail = { "\0\0\xff\xff", 4 };

bool deflate_message(struct str message, struct buf *out)
{
    z_stream stream = { 0 };

    if (message.len < WORTH_BYTES
        || deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS,
                        8, Z_DEFAULT_STRATEGY)
               != Z_OK)
        return false;
    size_t bound = deflateBound(&stream, message.len) + PIECE_BYTES;
    buf_reserve(out, bound);
    stream.next_in = (unsigned char *)(uintptr_t)message.at;
    stream.avail_in = (unsigned)message.len;
    stream.next_out = (unsigned char *)out->at + out->len;
    stream.avail_out = (unsigned)bound;
    bool good = deflate(&stream, Z_SYNC_FLUSH) == Z_OK && stream.avail_in == 0;
    size_t length = bound - stream.avail_out;
    deflateEnd(&stream);
    if (!good || length < tail.len)
        return false;
    out->len += length - tail.len;
    return true;
}

// Inflates one piece of input; false if it is malformed or grows too large.
static bool inflate_piece(z_stream *stream, struct str piece,
                          size_t limit_bytes, struct buf *out)
{
    stream->next_in = (unsigned char *)(uintptr_t)piece.at;
    stream->avail_in = (unsigned)piece.len;
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

bool inflate_message(struct str message, size_t limit_bytes, struct buf *out)
{
    z_stream stream = { 0 };

    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return false;
    bool good = inflate_piece(&stream, message, limit_bytes, out)
                && inflate_piece(&stream, tail, limit_bytes, out);
    inflateEnd(&stream);
    return good;
}
