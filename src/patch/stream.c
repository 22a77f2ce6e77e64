/*
 * Cuts the bytes into lines and hands them to the reader of the language. As
 * long as that is unknown the unified reader passes over prose, and the line
 * `*** Begin Patch` calls the other one.
 */
#include "kerf/patch/stream.h"

#include <stdlib.h>
#include <string.h>

#include "kerf/base/buf.h"
#include "reader.h"

struct patch_stream {
    struct builder builder;
    struct apply_reader apply;
    struct unified_reader unified;
    struct buf pending; // the begin of a line whose newline is to come
    size_t bytes;
    struct error error; // the first one, for good
};

struct patch_stream *patch_stream_create(enum patch_format format)
{
    struct patch_stream *stream = mem_alloc(sizeof(*stream));
    stream->builder.patch.format = format;
    return stream;
}

void patch_stream_destroy(struct patch_stream *stream)
{
    if (!stream)
        return;
    builder_release(&stream->builder);
    buf_release(&stream->pending);
    binary_reader_release(&stream->unified.binary);
    free(stream);
}

static bool read_line(struct patch_stream *stream, struct str line, bool cut,
                      struct error *err)
{
    struct builder *b = &stream->builder;

    if (b->source_line++ == 0 && str_starts_with(line, STR("\xef\xbb\xbf")))
        line = str_skip(line, 3);
    if (str_find_char(line, '\0') != SIZE_MAX)
        return build_error(b, err, "a NUL byte");
    if (b->patch.format == PATCH_UNKNOWN && apply_opens(line))
        b->patch.format = PATCH_APPLY;
    if (b->patch.format == PATCH_APPLY)
        return apply_line(&stream->apply, b, line, err);
    return unified_line(&stream->unified, b, line, cut, err);
}

// Reads all whole lines; what is left over waits in `pending`.
static bool read_lines(struct patch_stream *stream, struct str bytes,
                       struct error *err)
{
    size_t cut;

    while ((cut = str_find_char(bytes, '\n')) != SIZE_MAX) {
        struct str line = str_take(bytes, cut);
        if (stream->pending.len > 0) {
            buf_append(&stream->pending, line);
            line = buf_str(&stream->pending);
        }
        bool fine = read_line(stream, line, false, err);
        buf_reset(&stream->pending);
        if (!fine)
            return false;
        bytes = str_skip(bytes, cut + 1);
    }
    buf_append(&stream->pending, bytes);
    return true;
}

static bool keep_error(struct patch_stream *stream, const struct error *err)
{
    stream->error = *err;
    return false;
}

bool patch_stream_feed(struct patch_stream *stream, struct str bytes,
                       struct error *err)
{
    if (stream->error.kind != ERROR_NONE) {
        *err = stream->error;
        return false;
    }
    if (bytes.len > LIMIT_PATCH_BYTES - stream->bytes) {
        error_set(err, ERROR_LIMIT, "a patch of more than %zu bytes",
                  LIMIT_PATCH_BYTES);
        return keep_error(stream, err);
    }
    stream->bytes += bytes.len;
    return read_lines(stream, bytes, err) || keep_error(stream, err);
}

static bool finish(struct patch_stream *stream, struct error *err)
{
    struct builder *b = &stream->builder;
    bool fine = stream->pending.len == 0
                || read_line(stream, buf_str(&stream->pending), true, err);

    buf_reset(&stream->pending);
    if (!fine)
        return false;
    if (b->patch.format == PATCH_APPLY)
        return apply_finish(&stream->apply, b, err);
    return unified_finish(&stream->unified, b, err);
}

bool patch_stream_finish(struct patch_stream *stream, struct error *err)
{
    if (stream->error.kind != ERROR_NONE) {
        *err = stream->error;
        return false;
    }
    return finish(stream, err) || keep_error(stream, err);
}

const struct patch *patch_stream_patch(const struct patch_stream *stream)
{
    return &stream->builder.patch;
}

size_t patch_stream_bytes(const struct patch_stream *stream)
{
    return stream->bytes;
}
