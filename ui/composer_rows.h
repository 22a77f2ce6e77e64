/* Private to the composer: its draft broken into screen rows. */
#ifndef KERF_UI_COMPOSER_ROWS_H
#define KERF_UI_COMPOSER_ROWS_H

#include "composer_draft.h"

/* Bytes [start, end) stand in one row; a newline belongs to the row it ends. */
struct draft_row {
    size_t start, end;
};

/* Zero-initialised it is empty and ready. */
struct draft_rows {
    struct draft_row *at;
    size_t count, cap;
    size_t width;     // cells
    uint64_t version; // of the draft
};

void draft_rows_release(struct draft_rows *rows);

/* Breaks the draft at blanks into rows of `width` cells; at least one row.
 * Cheap if neither the draft nor the width has changed. */
void draft_rows_update(struct draft_rows *rows, const struct draft *draft,
                       size_t width);

/* The row in which the caret stands if it is at `at`, and its column there. */
size_t draft_rows_find(const struct draft_rows *rows, size_t at);
size_t draft_rows_col(const struct draft_rows *rows, const struct draft *draft,
                      size_t row, size_t at);

/* The place in `row` nearest to column `col`. */
size_t draft_rows_place(const struct draft_rows *rows,
                        const struct draft *draft, size_t row, size_t col);

#endif
