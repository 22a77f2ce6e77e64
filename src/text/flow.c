/*
 * The way from a source to its rows: piece by piece. The rows of a growing
 * text keep those of closed pieces, and of an open fence all lines that are
 * complete; what is left, the open tail, is read again at each update into an
 * arena of its own.
 */
#include "kerf/text/markdown.h"

#include <stdlib.h>

#include "compose.h"
#include "pieces.h"
#include "reader.h"

struct markdown_stream {
    struct arena kept, open;
    struct rows rows; // the kept ones and behind them the open ones
    size_t kept_rows;
    size_t kept_bytes;      // of the source
    struct compose compose; // stands behind the kept rows
    bool in_fence, fence_empty;
    struct fence fence; // without info, which belongs to the source
    const struct language *language;
    unsigned state; // of the lexer
};

// An empty fence is one empty row: where the code is going to be.
static void add_fence(struct compose *c, struct str source,
                      const struct piece *piece)
{
    const struct language *language =
        language_by_name(fence_language(piece->fence.info));
    struct str code = str_take(source, piece->code_end), line;
    unsigned state = 0;

    compose_child(c);
    compose_code(c, true);
    for (size_t at = piece->code; line_next(code, &at, &line);)
        compose_code_line(c, fence_line(&piece->fence, line), language, &state);
    if (piece->code == piece->code_end)
        compose_code_line(c, STR(""), language, &state);
}

static void add_text(struct compose *c, struct str source,
                     const struct piece *piece)
{
    reader_text(c, str_skip(str_take(source, piece->end), piece->start));
}

// Adds all pieces from byte `at`. Says whether the last one is an open fence.
static bool add_pieces(struct compose *c, struct str source, size_t at)
{
    struct piece piece;
    bool open = false;

    while (piece_next(source, &at, &piece)) {
        open = piece.kind == PIECE_FENCE && !piece.closed;
        if (piece.kind == PIECE_FENCE)
            add_fence(c, source, &piece);
        else
            add_text(c, source, &piece);
    }
    return open;
}

void markdown_rows(struct arena *arena, struct rows *rows, struct str source,
                   size_t width_cells, size_t indent)
{
    struct compose c = { .arena = arena,
                         .rows = rows,
                         .width_cells = width_cells ? width_cells : 1,
                         .indent = indent };

    compose_open_document(&c);
    bool open = add_pieces(&c, source, 0);
    if (c.any && !open && ends_with_blank_line(source))
        rows_add_text(arena, rows, STR(""), ROLE_TEXT);
    compose_release(&c);
}

struct markdown_stream *markdown_stream_create(size_t width_cells,
                                               size_t indent)
{
    struct markdown_stream *stream = mem_alloc(sizeof(*stream));

    stream->compose =
        (struct compose){ .arena = &stream->kept,
                          .rows = &stream->rows,
                          .width_cells = width_cells ? width_cells : 1,
                          .indent = indent };
    compose_open_document(&stream->compose);
    return stream;
}

void markdown_stream_destroy(struct markdown_stream *stream)
{
    if (!stream)
        return;
    compose_release(&stream->compose);
    arena_release(&stream->kept);
    arena_release(&stream->open);
    free(stream);
}

static void open_fence(struct markdown_stream *s, const struct piece *piece)
{
    compose_child(&s->compose);
    compose_code(&s->compose, true);
    s->language = language_by_name(fence_language(piece->fence.info));
    s->fence = piece->fence;
    s->fence.info = (struct str){ 0 };
    s->state = 0;
    s->in_fence = s->fence_empty = true;
    s->kept_bytes = piece->code;
}

static void add_code(struct markdown_stream *s, struct compose *c,
                     struct str line, unsigned *state)
{
    compose_code_line(c, fence_line(&s->fence, line), s->language, state);
}

// Keeps the complete lines of the open fence. Returns whether it was closed.
static bool keep_code(struct markdown_stream *s, struct str source)
{
    size_t newline = str_rfind_char(source, '\n');
    struct str complete =
        str_take(source, newline == SIZE_MAX ? 0 : newline + 1);
    struct str line;

    while (s->in_fence && line_next(complete, &s->kept_bytes, &line)) {
        s->in_fence = !fence_closes(&s->fence, line);
        if (s->in_fence || s->fence_empty)
            add_code(s, &s->compose, s->in_fence ? line : STR(""), &s->state);
        s->fence_empty = false;
    }
    return !s->in_fence;
}

// Keeps the next piece if nothing can change it. Returns false if not.
static bool keep_piece(struct markdown_stream *s, struct str source)
{
    struct piece piece;
    size_t at = s->kept_bytes;

    if (s->in_fence)
        return keep_code(s, source);
    if (!piece_next(source, &at, &piece))
        return false;
    if (piece.kind == PIECE_FENCE) {
        if (source.at[piece.code - 1] != '\n')
            return false;
        open_fence(s, &piece);
        return true;
    }
    if (!piece.closed)
        return false;
    add_text(&s->compose, source, &piece);
    s->kept_bytes = piece.end;
    return true;
}

// Adds the last line of an open fence, which has no newline yet.
static void add_open_line(struct markdown_stream *s, struct compose *c,
                          struct str source)
{
    unsigned state = s->state;
    size_t at = s->kept_bytes;
    struct str line;
    bool more = line_next(source, &at, &line) && !fence_closes(&s->fence, line);

    if (more || s->fence_empty)
        add_code(s, c, more ? line : STR(""), &state);
}

static void add_tail(struct markdown_stream *s, struct str source)
{
    struct rows rows = { 0 };
    struct compose c = { .arena = &s->open,
                         .rows = &rows,
                         .width_cells = s->compose.width_cells,
                         .indent = s->compose.indent,
                         .any = s->compose.any,
                         .gap = s->compose.gap,
                         .gap_depth = s->compose.gap_depth,
                         .parts = s->compose.parts,
                         .part = s->compose.part };

    arena_reset(&s->open);
    compose_open(&c, s->compose.containers[0]);
    if (s->in_fence)
        add_open_line(s, &c, source);
    else
        add_pieces(&c, source, s->kept_bytes);
    compose_release(&c);
    for (size_t i = 0; i < rows.count; i++)
        rows_add(&s->kept, &s->rows, rows.at[i]);
}

const struct rows *markdown_stream_update(struct markdown_stream *stream,
                                          struct str source)
{
    stream->rows.count = stream->kept_rows;
    while (keep_piece(stream, source))
        ;
    stream->kept_rows = stream->rows.count;
    add_tail(stream, source);
    return &stream->rows;
}

size_t markdown_stream_kept(const struct markdown_stream *stream)
{
    return stream->kept_rows;
}
