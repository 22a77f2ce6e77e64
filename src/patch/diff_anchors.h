/* Lines that stand once in each of two texts. */
#ifndef KERF_SRC_PATCH_DIFF_ANCHORS_H
#define KERF_SRC_PATCH_DIFF_ANCHORS_H

#include "kerf/base/arena.h"
#include "kerf/patch/locate.h"

struct diff_anchor {
    size_t a, b; // the same line in both
};

/* Returns the most of them that keep their order in both texts, in that order,
 * in `arena`; `*count` tells how many. Cost O(n log n). */
struct diff_anchor *diff_anchors(struct arena *arena, struct lines a,
                                 struct lines b, size_t *count);

#endif
