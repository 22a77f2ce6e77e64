/* Reviews of one's own changes: git's index instead of the tree, and the way
 * back for a change of the tree. Private to the agent. */
#ifndef KERF_AGENT_INDEXED_H
#define KERF_AGENT_INDEXED_H

#include "kerf/patch/select.h"
#include "kerf/repo/repo.h"

/* Writes the results to the index of git; `*files` lists what was done, as a
 * write of files does. Blocks. */
bool indexed_write(struct repo *repo, struct arena *arena,
                   const struct file_result *results, size_t count,
                   struct str *files, struct error *err) KERF_CHECKED;

/*
 * Computes a file of the tree, as it is `now`, without the hunk: the review's
 * patch is what the tree has beside the index. ERROR_CONFLICT if the hunk is
 * not there any more. Result in `arena`.
 */
bool indexed_discard(const struct selection *sel, struct target target,
                     const struct preimage *now, struct arena *arena,
                     struct file_result *result,
                     struct error *err) KERF_CHECKED;

#endif
