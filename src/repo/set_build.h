/* Makes a write set of the results of a review. */
#ifndef KERF_SRC_REPO_SET_BUILD_H
#define KERF_SRC_REPO_SET_BUILD_H

#include "kerf/patch/select.h"
#include "kerf/repo/worktree.h"
#include "write_set.h"

/*
 * Judges the paths, compares the files with the preimages (ERROR_CONFLICT),
 * works out modes and missing folders. The set lives in `arena` and borrows
 * the bytes of `results`; files that would not change are not in it.
 */
bool set_build(struct worktree *tree, struct arena *arena,
               const struct file_result *results, size_t count, struct set *set,
               struct error *err) KERF_CHECKED;

#endif
