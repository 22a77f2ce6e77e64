/* Where a work tree's git folder lies, found without libgit2. */
#ifndef KERF_SRC_REPO_GIT_FOLDER_H
#define KERF_SRC_REPO_GIT_FOLDER_H

#include <stdbool.h>

#include "kerf/base/arena.h"
#include "kerf/base/str.h"

/*
 * Finds the git folder of the work tree at `root`: `.git` itself, or what the
 * file `.git` of a linked worktree or submodule names. Returns false if
 * there is none. The path lives in `arena`.
 */
bool git_folder_find(struct arena *arena, struct str root, struct str *folder);

/* The folder that a linked worktree shares with its main one ("commondir");
 * false if this is the only one. */
bool git_folder_common(struct arena *arena, struct str folder,
                       struct str *common);

#endif
