/*
 * Differences between two texts, printed as git prints them (git-diff(1)), so
 * that `git apply` takes them. Lines are compared as bytes; the algorithm is
 * Myers' O(ND) (1986) with a bound, beyond which unique lines cut the texts.
 */
#ifndef KERF_PATCH_DIFF_H
#define KERF_PATCH_DIFF_H

#include <stddef.h>

#include "kerf/base/buf.h"
#include "kerf/base/str.h"
#include "kerf/patch/select.h"

/* One run of lines that differ: old [a, a+a_count), new [b, b+b_count). */
struct diff_run {
    size_t a, a_count, b, b_count; // 0-based lines
};

/* Returns the runs in order, in `arena`; `*count` tells how many. */
struct diff_run *diff_lines(struct arena *arena, struct lines a, struct lines b,
                            size_t *count);

/* Appends `diff --git ...` for what `result` does, with `context` lines around
 * each change; nothing for RESULT_NONE. `old_mode` is the preimage's mode. Of a
 * file with NUL bytes it only says that it differs. */
void diff_print_result(struct buf *out, const struct file_result *result,
                       unsigned old_mode, size_t context);

#endif
