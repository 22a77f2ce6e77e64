/*
 * Finds where a hunk belongs in a text that has moved on since the hunk was
 * written. Pure: borrows its arguments, allocates nothing, has no I/O.
 */
#ifndef KERF_PATCH_LOCATE_H
#define KERF_PATCH_LOCATE_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/str.h"

struct lines {
    const struct str *at; // newlines (and a CR before them) removed
    size_t count;
};

/* How well a place fits, best first. */
enum fit {
    FIT_NONE,
    FIT_EXACT,       // every byte is equal
    FIT_BLANKS,      // equal once blanks at line ends are dropped
    FIT_INDENT,      // equal once blanks at both ends are dropped
    FIT_PUNCTUATION, // and typographic dashes, quotes, spaces made plain
    FIT_FUZZY,       // a few context lines differ; only a review gives it
};

struct place {
    enum fit fit;
    size_t line;    // 0-based index into the text; 0 if FIT_NONE
    bool ambiguous; // another place fits as well and is equally near, or
                    // there was no hint and more than one place fits
    size_t other;   // if ambiguous: the 0-based line of that other place
};

/*
 * Returns the place of `want` in `text` nearest to the 0-based line `hint`,
 * at or behind line `from` (earlier hunks of the file own what is above).
 *
 * `want` holds the context and removed lines of one hunk, in order. `hint` may
 * lie beyond the end or be HUNK_NO_HINT: then the first place counts. An exact
 * fit far away beats a loose fit nearby; of two equally near places the lower
 * one in the file wins and `ambiguous` is set. `at_end` asks for a place that
 * ends the text. An empty `want` fits at the hint, or at the end without one.
 * Cost O(text.count * want.count) at worst.
 */
struct place patch_locate(struct lines text, struct lines want, size_t from,
                          size_t hint, bool at_end);

/*
 * Returns the 0-based line where most lines of `want` stand in order, for
 * telling a person what was found instead; `*same` is how many are equal.
 */
size_t patch_nearest(struct lines text, struct lines want, size_t hint,
                     size_t *same);

#endif
