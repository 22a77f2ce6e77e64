/*
 * The screen in memory: rows of cells with a character cluster and a role
 * each. Views draw here; tests read it as text; screen.h sends it on.
 */
#ifndef KERF_UI_CANVAS_H
#define KERF_UI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/buf.h"
#include "kerf/text/style.h"

#define CELL_CODES 5     // as many as ncurses keeps in one cell
#define LIMIT_LINKS 4096 // different targets; more do not lead anywhere

struct cell {
    uint32_t code[CELL_CODES]; // base and combining; 0 ends; {0} is a blank
    uint8_t width;             // 1 or 2; 0: right half of the cell before
    uint8_t role;              // enum role
    bool reverse;
    bool joined;   // goes on with the cluster of the cells before
    uint32_t link; // where it leads: see canvas_link; 0: nowhere
};

/* Where cells lead. A number keeps its meaning until `epoch` changes. */
struct canvas_links {
    struct str *targets;
    size_t count, cap;
    unsigned epoch;
    struct arena arena;
};

struct canvas {
    size_t rows, cols;
    struct cell *cells; // rows * cols
    size_t cursor_row, cursor_col;
    struct canvas_links links;
};

/* Starts blank, frees, and changes the size; what was drawn is gone then. */
void canvas_init(struct canvas *canvas, size_t rows, size_t cols);
void canvas_release(struct canvas *canvas);
void canvas_resize(struct canvas *canvas, size_t rows, size_t cols);

/* Makes everything blank. */
void canvas_clear(struct canvas *canvas);

/* A part of the canvas; what is put beyond it is cut. */
struct area {
    size_t row, col, rows, cols;
};

/*
 * Puts valid UTF-8 without controls at (row, col) inside `area`; what does not
 * fit is cut, a wide character is never split. Returns the cells used.
 */
size_t canvas_put(struct canvas *canvas, struct area area, size_t row,
                  size_t col, struct str text, enum role role);

/* The same with spans, whose links are taken over if a terminal may be given
 * them (link_is_safe). */
size_t canvas_put_row(struct canvas *canvas, struct area area, size_t row,
                      size_t col, const struct row *content);

/* Puts text so that it ends at the right edge of the area. */
void canvas_put_right(struct canvas *canvas, struct area area, size_t row,
                      struct str text, enum role role);

/* Fills a row with a character ('-' for rules; drawn as a line where the
 * screen can) or gives a whole row a role and reverse video. */
void canvas_rule(struct canvas *canvas, struct area area, size_t row);
void canvas_mark_row(struct canvas *canvas, struct area area, size_t row,
                     enum role role, bool reverse);

/* Gives some cells of a row another role and reverse video. */
void canvas_mark(struct canvas *canvas, struct area area, size_t row,
                 size_t col, size_t cells, enum role role, bool reverse);

/* Returns where the cells with this number lead; empty for others. */
struct str canvas_link(const struct canvas *canvas, uint32_t link);

/* Appends all rows as lines of text, blanks at their ends cut. */
void canvas_text(const struct canvas *canvas, struct buf *out);

#endif
