/*
 * Private to screen.c: which rows of a canvas have moved up since the last one.
 */
#ifndef KERF_UI_SCREEN_SHIFT_H
#define KERF_UI_SCREEN_SHIFT_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/ui/canvas.h"

/* Rows that have moved up: [top, top + rows) stood `by` rows lower. */
struct shift {
    size_t top, rows, by;
    size_t gain; // rows that would have to be drawn otherwise
};

/* Says whether row `row` of `now` is row `before` of `last`; both are equally
 * wide. */
bool shift_is_row(const struct canvas *now, size_t row,
                  const struct canvas *last, size_t before);

/* The shift that saves most; no rows if none saves enough. */
struct shift shift_find(const struct canvas *now, const struct canvas *last);

#endif
