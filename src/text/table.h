/* Tables of running text, fitted to the width that is there. */
#ifndef KERF_TEXT_TABLE_H
#define KERF_TEXT_TABLE_H

#include "compose.h"

#define LIMIT_TABLE_CELLS 20000

enum align {
    ALIGN_LEFT,
    ALIGN_CENTER,
    ALIGN_RIGHT,
};

/* Cells row by row, `cols` to a row; the first row is the head. */
struct table {
    size_t cols;
    enum align *align; // `cols` of them
    struct ink *cells;
    size_t count, cap;
};

/* Makes the rows: columns as wide as they need, else the wide ones share what
 * is there and their cells wrap; where even that is too narrow, each row of
 * the table becomes a list of "head: cell". */
void table_rows(struct compose *c, const struct table *table);

#endif
