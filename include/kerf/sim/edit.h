/*
 * Edits of a text at known places, written as a section of the apply_patch
 * language (protocol.md 5.3). Pure.
 */
#ifndef KERF_SIM_EDIT_H
#define KERF_SIM_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/str.h"

/* Replaces the bytes from (line, col) up to (end_line, end_col), all 0-based;
 * equal ends insert. */
struct edit {
    size_t line, col, end_line, end_col;
    struct str text;
};

/* A text, or a part of it, cut into lines without their endings. */
struct text_lines {
    struct str *at;
    size_t count;
    size_t first; // 0-based number of the first one
};

/* Cuts `text` (LF or CRLF) whose first line has number `first`. */
struct text_lines lines_cut(struct arena *arena, struct str text, size_t first);

/* Returns the line with number `line`, or NULL. */
const struct str *lines_at(const struct text_lines *lines, size_t line);

/* Says whether the edit lies within the lines. */
bool edit_fits(const struct text_lines *lines, const struct edit *edit);

/* Orders by place; for edits that do not overlap. */
int edit_compare(const struct edit *a, const struct edit *b);

/* Says whether two edits touch the same bytes. Two insertions do not, unless
 * they are at the same place. */
bool edit_overlaps(const struct edit *a, const struct edit *b);

/*
 * Appends `*** Update File: PATH` with hunks of three lines of context; more
 * where three would fit at another place of the text as well. `edits` are
 * sorted, fit and do not overlap; insertions at one place follow their order.
 */
void edits_write(struct arena *arena, struct str path,
                 const struct text_lines *lines, const struct edit *edits,
                 size_t count, struct buf *out);

#endif
