/*
 * Text with roles: what the views compose and the screen colours. A role says
 * what a piece is; the theme says how it looks.
 */
#ifndef KERF_TEXT_STYLE_H
#define KERF_TEXT_STYLE_H

#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/str.h"

enum role {
    ROLE_TEXT,
    ROLE_DIM, // times, counters, hints
    ROLE_STRONG,
    ROLE_EMPHASIS,
    ROLE_HEADING,
    ROLE_CODE,
    ROLE_KEYWORD,
    ROLE_TYPE,
    ROLE_STRING,
    ROLE_NUMBER,
    ROLE_COMMENT,
    ROLE_LINK,
    ROLE_QUOTE,
    ROLE_USER,     // what the user said
    ROLE_TITLE,    // title line
    ROLE_STATUS,   // bottom lines
    ROLE_KEY,      // a key in a hint
    ROLE_RULE,     // dividers
    ROLE_FOCUS,    // the title of the pane that has the focus
    ROLE_SELECTED, // the line or entry under the cursor
    ROLE_ADDED,
    ROLE_REMOVED,
    ROLE_ADDED_WORD, // what is new inside a line that was changed
    ROLE_REMOVED_WORD,
    ROLE_HUNK, // hunk headers
    ROLE_OK,
    ROLE_WARNING,
    ROLE_ERROR,
    ROLE_COUNT,
};

/* The name a theme file uses: "text", "dim" ... */
const char *role_name(enum role role);

/* Bytes [start, start + len) of a row have a role; sorted, not overlapping;
 * what no span covers is ROLE_TEXT. */
struct span {
    size_t start, len;
    enum role role;
    struct str link; // where it leads, as its source says; empty: nowhere
};

/* One screen row: valid UTF-8 without controls, tabs expanded. `part` says to
 * which piece of its source it belongs: of Markdown the code block, counted as
 * markdown_code_block() does but from 1; 0 for the rest. */
struct row {
    struct str text;
    const struct span *spans;
    size_t span_count;
    size_t part;
};

/* A list of rows that grows in an arena. */
struct rows {
    struct row *at;
    size_t count, cap;
};

/* Appends a row (text and spans borrowed: they live as long as `arena`). */
void rows_add(struct arena *arena, struct rows *rows, struct row row);

/* Appends a row of one role, text copied. */
void rows_add_text(struct arena *arena, struct rows *rows, struct str text,
                   enum role role);

/* Appends a span to an array in `arena`; one that continues the last span of
 * the same role and link makes it longer, an empty or plain one is left out. */
void spans_add(struct arena *arena, struct span **spans, size_t *count,
               size_t *cap, struct span span);

#endif
