/*
 * A patch made of others: several joined, names changed, the way back. Pure.
 * The result borrows what it does not change from what it was made of.
 */
#ifndef KERF_PATCH_REWRITE_H
#define KERF_PATCH_REWRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/patch/patch.h"

#define STRIP_NONE SIZE_MAX // the names as they were read

/*
 * Puts the files of several patches behind each other. ERROR_UNSUPPORTED if
 * they are written in different languages, ERROR_LIMIT for too many files.
 * `count` is at least 1.
 */
const struct patch *patch_join(struct arena *arena,
                               const struct patch *const *patches, size_t count,
                               struct error *err) KERF_CHECKED;

/*
 * Gives every file the name that is left when `strip` components are taken
 * off its full one, as `-p` of patch(1) does, and puts `folder` (empty, or a
 * path without final slash) before it. ERROR_CONFLICT names a file that has
 * too few components.
 */
const struct patch *patch_rename(struct arena *arena, const struct patch *patch,
                                 size_t strip, struct str folder,
                                 struct error *err) KERF_CHECKED;

/* How many components the deepest full name of the patch has before its last:
 * more cannot be stripped from all. */
size_t patch_depth(const struct patch *patch);

/*
 * Gives the patch that takes this one back. ERROR_UNSUPPORTED for what does
 * not say what was there before: whole files put in place of others, deletions
 * without lines, changes of mode, binary data without a way back.
 */
const struct patch *patch_reverse(struct arena *arena,
                                  const struct patch *patch,
                                  struct error *err) KERF_CHECKED;

#endif
