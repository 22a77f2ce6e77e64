/*
 * Cells on the terminal. Widths come from the C library's wcwidth(), as
 * ncurses' do (the locale is the caller's), clusters from UAX 29 (utf8proc).
 */
#ifndef KERF_TEXT_WIDTH_H
#define KERF_TEXT_WIDTH_H

#include <stddef.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/str.h"

/* Cells of one code point: 0, 1 or 2; controls and unassigned ones 1, but those
 * among the emoji 2. */
int width_of_code(uint32_t code);

/* Cells that a code point adds to the one before: as above, but U+FE0F makes an
 * emoji of two cells of a character of one. */
int width_behind(uint32_t before, uint32_t code);

/* Bytes of the first grapheme cluster of `s` (0 if empty); `*cells` its width
 * as ncurses will draw it. */
size_t width_step(struct str s, size_t *cells);

/* Cells of the whole text (no tabs, no newlines). */
size_t width_of(struct str s);

/* The longest beginning of `s`, in whole clusters, that fits into `cells`;
 * `*used` tells how many it takes (may be NULL). */
struct str width_fit(struct str s, size_t cells, size_t *used);

/*
 * Makes one line of foreign text fit for a row: sanitised
 * (utf8_sanitise), tabs expanded to multiples of `tab_cells` counted from
 * column `column`.
 */
struct str width_line(struct arena *arena, struct str s, size_t column,
                      size_t tab_cells);

#endif
