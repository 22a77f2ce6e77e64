/* Breaks styled text into rows of a given width. */
#ifndef KERF_TEXT_WRAP_H
#define KERF_TEXT_WRAP_H

#include <stdbool.h>

#include "kerf/text/style.h"

struct wrap {
    size_t width_cells; // at least 1
    struct str first;   // prefix of the first row ("- ", "  ")
    struct str rest;    // prefix of the others; counted in the width
    enum role prefix_role;
    bool at_words; // break at blanks; false: at any cluster (code)
};

/*
 * Appends the rows of one paragraph (no newline inside; a newline counts as a
 * blank). `spans` relate to `text`. Words longer than a row are cut between
 * clusters, a cluster wider than a row between its code points; a wide
 * character is never split at the edge (it sticks out of a row of one cell).
 * Prefixes are cut to leave room for it. Empty text gives one row.
 */
void wrap_text(struct arena *arena, struct rows *rows, struct str text,
               const struct span *spans, size_t span_count,
               const struct wrap *wrap);

#endif
