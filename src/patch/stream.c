/*
 * Cuts the bytes into lines, takes a mail's encoding and a margin off, and
 * hands the lines to the reader of the language. As long as that is unknown
 * the unified reader passes over prose, and what opens another language calls
 * its reader. Whole-file answers are found last: only a text that is nothing
 * else is one.
 */
#include "kerf/patch/stream.h"

#include <stdlib.h>
#include <string.h>

#include "kerf/base/buf.h"
#include "mail.h"
#include "reader.h"

struct patch_stream {
    struct builder builder;
    bool forced; // the format was given
    struct apply_reader apply;
    struct unified_reader unified;
    struct search_reader search;
    struct whole_reader whole;
    struct whole_probe probe;
    struct mail mail;
    struct margin margin;
    struct buf pending; // the begin of a line whose newline is to come
    struct buf decoded; // the same of a line in a mail's encoding
    size_t bytes;
    struct error error; // the first one, for good
};

struct patch_stream *patch_stream_create(enum patch_format format)
{
    struct patch_stream *stream = mem_alloc(sizeof(*stream));
    stream->builder.patch.format = format;
    stream->forced = format != PATCH_UNKNOWN;
    return stream;
}

void patch_stream_destroy(struct patch_stream *stream)
{
    if (!stream)
        return;
    unified_release(&stream->unified);
    search_reader_release(&stream->search);
    whole_release(&stream->whole);
    whole_probe_release(&stream->probe);
    mail_release(&stream->mail);
    margin_release(&stream->margin);
    buf_release(&stream->pending);
    buf_release(&stream->decoded);
    builder_release(&stream->builder);
    free(stream);
}

// Says whether the next line may belong to a hunk or to a block.
static bool is_inside(const struct patch_stream *stream)
{
    switch (stream->builder.patch.format) {
    case PATCH_UNKNOWN:
    case PATCH_UNIFIED: return unified_is_inside(&stream->unified);
    case PATCH_APPLY:
        return stream->apply.state != APPLY_BEFORE
               && stream->apply.state != APPLY_ENDED;
    case PATCH_SEARCH: return stream->search.state == SEARCH_BLOCK;
    case PATCH_WHOLE: return stream->whole.inside;
    }
    return false;
}

// A part of the patch in another language would be lost without a word.
static bool is_foreign(const struct patch_stream *stream, struct str line)
{
    enum patch_format format = stream->builder.patch.format;

    if (stream->forced || format == PATCH_UNKNOWN
        || (format != PATCH_UNIFIED && is_inside(stream))
        || unified_expects(&stream->unified))
        return false;
    return (format != PATCH_APPLY && apply_opens(line))
           || (format != PATCH_SEARCH && search_is_labelled(line))
           || (format != PATCH_UNIFIED
               && str_starts_with(line, STR("diff --git ")));
}

static bool unknown_line(struct patch_stream *stream, struct str line, bool cut,
                         struct error *err)
{
    struct builder *b = &stream->builder;

    if (apply_opens(line)) {
        b->patch.format = PATCH_APPLY;
        return apply_line(&stream->apply, b, line, err);
    }
    if (search_opens(&stream->search, line, false))
        return search_line(&stream->search, b, line, cut, err);
    search_watch(&stream->search, line);
    whole_probe_line(&stream->probe, line);
    return unified_line(&stream->unified, b, line, cut, err);
}

static bool read_line(struct patch_stream *stream, struct str line, bool cut,
                      struct error *err)
{
    struct builder *b = &stream->builder;

    if (str_find_char(line, '\0') != SIZE_MAX)
        return build_error(b, err, "a NUL byte");
    if (b->patch.format != PATCH_WHOLE)
        line = margin_strip(&stream->margin, line, is_inside(stream));
    if (is_foreign(stream, line))
        return build_error(b, err, "a second patch language in one text");
    switch (b->patch.format) {
    case PATCH_UNKNOWN: return unknown_line(stream, line, cut, err);
    case PATCH_APPLY: return apply_line(&stream->apply, b, line, err);
    case PATCH_UNIFIED:
        return unified_line(&stream->unified, b, line, cut, err);
    case PATCH_SEARCH: return search_line(&stream->search, b, line, cut, err);
    case PATCH_WHOLE: return whole_line(&stream->whole, b, line, err);
    }
    return false;
}

// Reads the lines that are whole in `decoded`, all of it if `last`. Only what
// came behind `from` can hold a newline.
static bool read_decoded(struct patch_stream *stream, size_t from, bool last,
                         struct error *err)
{
    struct str text = buf_str(&stream->decoded);
    size_t cut = str_find_char(str_skip(text, from), '\n');
    size_t done = 0;

    while (cut != SIZE_MAX) {
        struct str line = str_take(str_skip(text, done), from + cut - done);
        if (!read_line(stream, line, false, err))
            return false;
        done = from = from + cut + 1;
        cut = str_find_char(str_skip(text, from), '\n');
    }
    text = str_skip(text, done);
    if (last && text.len > 0 && !read_line(stream, text, true, err))
        return false;
    buf_consume(&stream->decoded, last ? stream->decoded.len : done);
    return true;
}

// Contents of blocks are no mails, whatever they look like.
static bool may_be_mail(const struct patch_stream *stream)
{
    enum patch_format format = stream->builder.patch.format;
    return format == PATCH_UNKNOWN || format == PATCH_UNIFIED
           || !is_inside(stream);
}

static bool read_raw(struct patch_stream *stream, struct str line, bool cut,
                     struct error *err)
{
    struct builder *b = &stream->builder;
    size_t from = stream->decoded.len;
    bool decoded = false;

    if (b->source_line++ == 0 && str_starts_with(line, STR("\xef\xbb\xbf")))
        line = str_skip(line, 3);
    if (may_be_mail(stream)
        && !mail_line(&stream->mail, line, cut, &stream->decoded, &decoded,
                      err))
        return error_prefix(err, "line %zu", b->source_line);
    if (decoded)
        return read_decoded(stream, from, cut, err);
    return (from == 0 || read_decoded(stream, from, true, err))
           && read_line(stream, line, cut, err);
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
        bool fine = read_raw(stream, line, false, err);
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

// A text that holds nothing else may be a whole-file answer.
static bool finish_unknown(struct patch_stream *stream, struct error *err)
{
    struct builder *b = &stream->builder;
    struct str rest = buf_str(&stream->probe.text), line;

    if (!unified_is_untouched(&stream->unified)
        || !whole_probe_holds(&stream->probe))
        return unified_finish(&stream->unified, b, err);
    b->source_line = 0;
    while (str_split(&rest, '\n', &line)) {
        b->source_line++;
        if (!whole_line(&stream->whole, b, line, err))
            return false;
    }
    return whole_finish(&stream->whole, b, err);
}

static bool finish(struct patch_stream *stream, struct error *err)
{
    struct builder *b = &stream->builder;
    bool fine = stream->pending.len > 0
                    ? read_raw(stream, buf_str(&stream->pending), true, err)
                    : read_decoded(stream, stream->decoded.len, true, err);

    buf_reset(&stream->pending);
    if (!fine)
        return false;
    switch (b->patch.format) {
    case PATCH_UNKNOWN: return finish_unknown(stream, err);
    case PATCH_APPLY: return apply_finish(&stream->apply, b, err);
    case PATCH_UNIFIED: return unified_finish(&stream->unified, b, err);
    case PATCH_SEARCH: return search_finish(&stream->search, b, err);
    case PATCH_WHOLE: return whole_finish(&stream->whole, b, err);
    }
    return false;
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
