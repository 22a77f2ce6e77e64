/* kerf's patch engine as `kerf apply` uses it, on a tree in memory. */
#ifndef KERF_TESTS_PATCH_ENGINE_H
#define KERF_TESTS_PATCH_ENGINE_H

#include "../unit/patch/tree.h"

/* Carries a patch out: paths that are not safe cannot be read, all must fit,
 * without anybody's consent unless `fuzzy`; else the tree stays. */
bool engine_apply(struct tree *tree, struct str source, bool fuzzy,
                  struct error *err);

#endif
