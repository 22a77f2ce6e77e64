/*
 * Markdown cut into pieces that can be read one by one: fenced code at the
 * outermost level, and the text between. A cut depends only on what stands
 * before it and on the line it makes, so a growing text keeps its cuts.
 */
#ifndef KERF_TEXT_PIECES_H
#define KERF_TEXT_PIECES_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/str.h"

enum piece_kind {
    PIECE_TEXT,
    PIECE_FENCE,
};

struct fence {
    char mark; // '`' or '~'
    size_t length;
    size_t indent_cols; // taken off the code lines
    struct str info;    // what stands behind the marks
};

struct piece {
    enum piece_kind kind;
    size_t start, end;     // blank lines behind a text belong to it
    bool closed;           // whatever is appended, it stays as it is
    struct fence fence;    // PIECE_FENCE only, as the next two
    size_t code, code_end; // the lines between the marks
};

/* Finds the piece at or behind `*at` and moves `*at` to its end. Returns false
 * if only blank lines are left. */
bool piece_next(struct str source, size_t *at, struct piece *piece);

/* Cuts the next line at `*at`, without its LF or CR LF; false at the end. */
bool line_next(struct str source, size_t *at, struct str *line);

/* Says whether the last line is empty and complete. */
bool ends_with_blank_line(struct str source);

/* Says whether the line closes the fence. */
bool fence_closes(const struct fence *fence, struct str line);

/* Returns a code line without the indentation of its fence. */
struct str fence_line(const struct fence *fence, struct str line);

/* The language: the first word of the info string. */
struct str fence_language(struct str info);

#endif
