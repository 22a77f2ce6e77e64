/* Searching rows: all that match, in order, with their line numbers. */
#ifndef KERF_UI_PAGER_FIND_H
#define KERF_UI_PAGER_FIND_H

#include "view_scroll.h"
#include "view_search.h"

struct match {
    struct scroll_at at;
    size_t line; // of the row, from 0
};

struct searched; // what was found in a block

struct matches {
    struct match *at; // in `arena`
    size_t count, cap;
    size_t lines; // of the whole source
    struct searched *blocks;
    size_t block_count;
    size_t cols;        // of the rows
    struct str pattern; // in `arena`
    struct arena arena;
};

/* Looks through all rows. What was found in blocks that are still the same is
 * kept: only for the others it costs as much as making their rows. */
void matches_collect(struct matches *matches, const struct search *search,
                     const struct scroll_source *source);
void matches_release(struct matches *matches);

/* The index of the next match behind `from` (or before it, with `back`),
 * around the ends: then `*wrapped` is true. `count` is not 0. */
size_t matches_next(const struct matches *matches, struct scroll_at from,
                    bool back, bool *wrapped);

#endif
