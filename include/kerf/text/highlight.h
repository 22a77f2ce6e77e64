/*
 * Colours for code: a small table-driven lexer per language, line by line, so
 * that an unfinished snippet and a diff hunk work as well as a file.
 */
#ifndef KERF_TEXT_HIGHLIGHT_H
#define KERF_TEXT_HIGHLIGHT_H

#include "kerf/text/style.h"

struct language; // an entry of the table

/* Finds by fence word ("c", "python", "sh"); NULL if unknown. */
const struct language *language_by_name(struct str name);

/* Finds by file name ("src/a.c", "Makefile"); NULL if unknown. */
const struct language *language_by_path(struct str path);

/*
 * Appends the spans of one line to `*spans` (array in `arena`). `*state` is 0
 * before the first line and carries open comments and strings over lines.
 * Span offsets are increased by `offset`. `language` may be NULL: no spans.
 */
void highlight_line(struct arena *arena, const struct language *language,
                    unsigned *state, struct str line, size_t offset,
                    struct span **spans, size_t *count, size_t *cap);

#endif
