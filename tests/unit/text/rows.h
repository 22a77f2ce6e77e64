/* Rows as text, to be compared with what a test wrote out. */
#ifndef KERF_TESTS_TEXT_ROWS_H
#define KERF_TESTS_TEXT_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/base/buf.h"
#include "kerf/text/style.h"

/* All rows, each followed by a newline. */
static inline struct str rows_joined(struct arena *arena,
                                     const struct rows *rows)
{
    struct buf out = { 0 };

    for (size_t i = 0; i < rows->count; i++) {
        buf_append(&out, rows->at[i].text);
        buf_append_char(&out, '\n');
    }
    struct str text = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return text;
}

/* A letter for each byte of the row: its role's first, "." for plain text,
 * "M" for emphasis, "D" for dim, "O" for code, "C" for comment. */
static inline struct str row_roles(struct arena *arena, struct row row)
{
    static const char letters[ROLE_COUNT] = {
        [ROLE_DIM] = 'D',     [ROLE_STRONG] = 'B', [ROLE_EMPHASIS] = 'M',
        [ROLE_HEADING] = 'H', [ROLE_CODE] = 'O',   [ROLE_KEYWORD] = 'K',
        [ROLE_TYPE] = 'T',    [ROLE_STRING] = 'S', [ROLE_NUMBER] = 'N',
        [ROLE_COMMENT] = 'C', [ROLE_LINK] = 'L',   [ROLE_QUOTE] = 'Q',
        [ROLE_RULE] = 'R',    [ROLE_ADDED] = '+',  [ROLE_REMOVED] = '-',
        [ROLE_HUNK] = '@',
    };
    char *roles = arena_alloc(arena, row.text.len + 1);

    for (size_t i = 0; i < row.text.len; i++)
        roles[i] = '.';
    for (size_t i = 0; i < row.span_count; i++)
        for (size_t k = 0; k < row.spans[i].len; k++)
            roles[row.spans[i].start + k] = letters[row.spans[i].role];
    return (struct str){ roles, row.text.len };
}

#define assert_text(arena, text, wanted) \
    assert_string_equal(arena_cstr((arena), (text)), (wanted))

#endif
