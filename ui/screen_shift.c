/*
 * A text that scrolls moves by few rows a frame, so each distance is tried, and
 * for each the run of equal rows with the most gain is taken.
 */
#include "screen_shift.h"

#include <string.h>

#define MOST_SHIFT 8 // rows a text may scroll in one frame
#define LEAST_GAIN 2 // rows; fewer are drawn anew

static const struct cell *row_of(const struct canvas *canvas, size_t row)
{
    return canvas->cells + row * canvas->cols;
}

bool shift_is_row(const struct canvas *now, size_t row,
                  const struct canvas *last, size_t before)
{
    return memcmp(row_of(now, row), row_of(last, before),
                  now->cols * sizeof(struct cell))
           == 0;
}

static struct shift longest_shift(const struct canvas *now,
                                  const struct canvas *last, size_t by)
{
    struct shift best = { 0 }, run = { .by = by };

    for (size_t row = 0; row + by < now->rows; row++) {
        if (!shift_is_row(now, row, last, row + by)) {
            run = (struct shift){ .top = row + 1, .by = by };
            continue;
        }
        run.rows++;
        run.gain += !shift_is_row(now, row, last, row);
        if (run.gain > best.gain)
            best = run;
    }
    return best;
}

struct shift shift_find(const struct canvas *now, const struct canvas *last)
{
    struct shift best = { .gain = LEAST_GAIN };

    for (size_t by = 1; by <= MOST_SHIFT; by++) {
        struct shift shift = longest_shift(now, last, by);
        if (shift.gain > best.gain)
            best = shift;
    }
    return best;
}
