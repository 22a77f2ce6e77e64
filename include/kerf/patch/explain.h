/* Why a hunk does not fit, line by line. */
#ifndef KERF_PATCH_EXPLAIN_H
#define KERF_PATCH_EXPLAIN_H

#include "kerf/base/buf.h"
#include "kerf/patch/select.h"

#define EXPLAIN_LINES_MAX 12

/*
 * Appends what a hunk wants and what the file has where it comes closest, as
 * a small difference with the file's line numbers, every line ended:
 *
 *     11 |  int old(void)
 *        | -    return 1;
 *     12 | +    return one;
 *
 * `-` lines are wanted and not there, `+` lines are there instead. At most
 * EXPLAIN_LINES_MAX lines, around the first that differs, sanitised for a
 * terminal. Nothing for a hunk that fits in all lines or is like no place.
 */
void selection_explain(const struct selection *sel, size_t file, size_t hunk,
                       struct buf *out);

#endif
