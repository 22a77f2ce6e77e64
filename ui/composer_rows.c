/*
 * Rows are broken behind the last blank that fits, or between units if a word
 * is longer than a row. A blank may stand one cell beyond the width: whoever
 * gives the width keeps one cell for it and for the caret.
 */
#include "composer_rows.h"

#include <stdlib.h>

#include "kerf/base/arena.h"
#include "kerf/text/width.h"

void draft_rows_release(struct draft_rows *rows)
{
    free(rows->at);
    *rows = (struct draft_rows){ 0 };
}

// Cells of the unit at `at` in column `col`.
static size_t cells_at(const struct draft *draft, size_t at, size_t col)
{
    char c = draft->text.at[at];

    if (c == '\n')
        return 0;
    if (c >= 0x20 && c < 0x7f && draft_unit(draft, at) == 1)
        return 1;
    struct buf shown = { 0 };
    draft_show(draft, at, col, &shown);
    size_t cells = width_of(buf_str(&shown));
    buf_release(&shown);
    return cells;
}

static void add_row(struct draft_rows *rows, size_t start, size_t end)
{
    if (rows->count == rows->cap) {
        rows->cap = rows->cap ? rows->cap * 2 : 16;
        rows->at = mem_realloc(rows->at, rows->cap * sizeof(rows->at[0]));
    }
    rows->at[rows->count++] = (struct draft_row){ start, end };
}

static bool is_blank_at(const struct draft *draft, size_t at)
{
    return draft->text.at[at] == ' ';
}

// Returns where the row that begins at `start` ends.
static size_t row_end(const struct draft *draft, size_t start, size_t width)
{
    size_t at = start, col = 0, behind_blank = start;

    while (at < draft->text.len) {
        if (draft->text.at[at] == '\n')
            return col > width ? at : at + 1;
        size_t cells = cells_at(draft, at, col);
        size_t room = width + (is_blank_at(draft, at) ? 1 : 0);
        if (col + cells > room && at > start)
            return behind_blank > start ? behind_blank : at;
        col += cells;
        bool blank = is_blank_at(draft, at);
        at = draft_next(draft, at);
        if (blank)
            behind_blank = at;
    }
    // Beyond the width there is no place for the caret.
    return col > width ? at : draft->text.len + 1;
}

void draft_rows_update(struct draft_rows *rows, const struct draft *draft,
                       size_t width)
{
    if (rows->count > 0 && rows->width == width
        && rows->version == draft->version)
        return;
    rows->count = 0;
    rows->width = width;
    rows->version = draft->version;
    size_t start = 0;
    while (start <= draft->text.len) {
        size_t end = row_end(draft, start, width);
        add_row(rows, start, end);
        start = end;
    }
    rows->at[rows->count - 1].end = draft->text.len;
}

size_t draft_rows_find(const struct draft_rows *rows, size_t at)
{
    size_t low = 0, high = rows->count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (rows->at[middle].start <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

size_t draft_rows_col(const struct draft_rows *rows, const struct draft *draft,
                      size_t row, size_t at)
{
    size_t col = 0;
    size_t i = rows->at[row].start;

    while (i < at) {
        col += cells_at(draft, i, col);
        i = draft_next(draft, i);
    }
    return col;
}

size_t draft_rows_place(const struct draft_rows *rows,
                        const struct draft *draft, size_t row, size_t col)
{
    size_t at = rows->at[row].start, end = rows->at[row].end;
    size_t here = 0;
    bool last = row + 1 == rows->count;

    while (at < end) {
        size_t next = draft_next(draft, at);
        size_t cells = cells_at(draft, at, here);
        bool closes = next >= end && !last;
        if (closes || here + cells > col)
            break;
        here += cells;
        at = next;
    }
    return at;
}
