/* How git writes names and ranges in a diff. */
#ifndef KERF_SRC_PATCH_DIFF_NAMES_H
#define KERF_SRC_PATCH_DIFF_NAMES_H

#include <stddef.h>

#include "kerf/base/buf.h"
#include "kerf/base/str.h"

/* Appends prefix and name, quoted as git does if need be. */
void diff_put_name(struct buf *out, const char *prefix, struct str name);

/* Appends the line `--- a/name`, whose mark is "--- " or "+++ ". */
void diff_put_side(struct buf *out, const char *mark, const char *prefix,
                   struct str name);

/* Appends `-12,3` from a 0-based line. */
void diff_put_range(struct buf *out, char sign, size_t start, size_t count);

#endif
