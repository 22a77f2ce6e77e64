/*
 * Scrolling over blocks of rows whose heights are known only once they are
 * made. The position is a block and a row in it, never a sum over everything
 * above: so a session of ten thousand turns costs what is on the screen.
 */
#ifndef KERF_UI_VIEW_SCROLL_H
#define KERF_UI_VIEW_SCROLL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/text/style.h"
#include "kerf/ui/canvas.h"

struct scroll_source {
    void *self;
    size_t blocks, cols;
    size_t (*rows)(void *self, size_t block);
    /* Valid until the next call. */
    const struct row *(*row)(void *self, size_t block, size_t row);
    /* Changes with the rows of the block at one width; 0: not known. Makes no
     * rows. NULL: never known. */
    uint64_t (*stamp)(void *self, size_t block);
};

struct scroll_at {
    size_t block, row;
};

/* What stood at a position, to find it again when its block has other rows. */
struct scroll_anchor {
    bool set;
    size_t block, row, below; // the row that is known stands `below` the one
                              // that is held: that one may be blank
    size_t rows, cols;        // of the block
    uint64_t hash;            // of the row that is known, without margins
};

struct scroll {
    struct scroll_at top; // the first row shown
    bool away;            // the user scrolled; else the end is followed
    struct scroll_anchor anchor;
};

/* Moves by at most `by` rows; returns how many there were. A position behind
 * the last row is the end of the last block. */
size_t scroll_forward(const struct scroll_source *source, struct scroll_at *at,
                      size_t by);
size_t scroll_back(const struct scroll_source *source, struct scroll_at *at,
                   size_t by);

/* The position of the row, the first of an empty source. */
struct scroll_at scroll_clamp(const struct scroll_source *source,
                              struct scroll_at at);

/* Says whether `a` stands before `b`. */
bool scroll_is_before(struct scroll_at a, struct scroll_at b);

/* The first row of a window of `height` rows that shows the end. */
struct scroll_at scroll_end(const struct scroll_source *source, size_t height);

/* Notes what stands at a position; moves the position to where that stands
 * now: the nearest row of the block with that text; else, at another width, as
 * far down in the block as before. */
void scroll_note(struct scroll_anchor *anchor,
                 const struct scroll_source *source, struct scroll_at at);
void scroll_hold(const struct scroll_anchor *anchor,
                 const struct scroll_source *source, struct scroll_at *at);

/* Before drawing: follows the end, or keeps what is read where it is. */
void scroll_settle(struct scroll *scroll, const struct scroll_source *source,
                   size_t height);

/* The user scrolls; negative is up. Reaching the end follows it again. */
void scroll_by(struct scroll *scroll, const struct scroll_source *source,
               size_t height, long by);

/* Says whether rows lie below the window. */
bool scroll_has_more(const struct scroll *scroll,
                     const struct scroll_source *source, size_t height);

/* Draws the window; returns how many rows it used. */
size_t scroll_draw(const struct scroll *scroll,
                   const struct scroll_source *source, struct canvas *canvas,
                   struct area area);

#endif
