/* Reads a whole patch in one call: the stream parser, fed once. */
#ifndef KERF_PATCH_PARSE_H
#define KERF_PATCH_PARSE_H

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/patch/patch.h"

/*
 * Returns the patch, whose texts live in `arena`, or NULL with ERROR_INVALID
 * ("line 12: ...") or ERROR_LIMIT. Never returns a part of a patch.
 */
const struct patch *patch_parse(struct arena *arena, struct str source,
                                enum patch_format format,
                                struct error *err) KERF_CHECKED;

#endif
