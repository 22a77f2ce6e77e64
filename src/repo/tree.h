/* What the folder walk needs to know of an opened work tree. */
#ifndef KERF_SRC_REPO_TREE_H
#define KERF_SRC_REPO_TREE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "kerf/repo/worktree.h"

/* The root's descriptor; it stays with the tree. */
int tree_fd(const struct worktree *tree);

/* Says whether `st` is the git folder of this tree (or the one it shares). */
bool tree_is_git_folder(const struct worktree *tree, const struct stat *st);

#endif
