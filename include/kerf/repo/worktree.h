/*
 * Safe access to the files of a work tree, by opened descriptor: each folder
 * of a path is opened without following links, so that nothing outside the
 * tree and nothing in `.git` (under any spelling) is reached. No libgit2.
 */
#ifndef KERF_REPO_WORKTREE_H
#define KERF_REPO_WORKTREE_H

#include <stdbool.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/patch/select.h"

struct worktree; // holds the root's descriptor

/* NULL with an error if the folder cannot be opened. */
struct worktree *worktree_open(struct str root, struct error *err) KERF_CHECKED;
void worktree_close(struct worktree *tree);
struct str worktree_root(const struct worktree *tree);

/*
 * Judges a path from a patch or a model: relative, no empty, `.` or `..`
 * component, no NUL or control, no `.git` under any spelling (case, trailing
 * dots and blanks, `git~1`, ignorable Unicode), lengths in bounds.
 * ERROR_POLICY says why not.
 */
bool worktree_path_is_safe(struct str path, struct error *err) KERF_CHECKED;

/*
 * Reads a regular file. `pre->exists` is false if it is not there (that is no
 * error). Links, devices, folders, files over LIMIT_FILE_BYTES, with NUL
 * bytes or in UTF-16 give `pre->unreadable`; the last two have their bytes
 * and their id nevertheless, for binary patches. Bytes live in `arena`.
 */
void worktree_read(struct worktree *tree, struct arena *arena, struct str path,
                   struct preimage *pre);

/* Says whether something stands at a safe path, even if it may not be read. */
bool worktree_has(struct worktree *tree, struct str path);

/* How many names a regular file has; 0 if there is none. Above 1 it has hard
 * links: a write gives `path` a new file, the other names keep the old one. */
size_t worktree_links(struct worktree *tree, struct str path);

#endif
