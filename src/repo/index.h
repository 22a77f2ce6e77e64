/* git's index through libgit2: what staging and unstaging have in common. */
#ifndef KERF_SRC_REPO_INDEX_H
#define KERF_SRC_REPO_INDEX_H

#include "repo_parts.h"

#define EXECUTE_BITS 0111

/* The index as it is on the disk now, to be freed by the caller; NULL with an
 * error. */
git_index *index_open(struct repo *repo, struct error *err);

/* Writes it. ERROR_CONFLICT if another git holds it: then nothing has
 * changed. */
bool index_save(git_index *index, struct error *err) KERF_CHECKED;

/* Says whether a path has several entries, of a merge. */
bool index_is_unmerged(git_index *index, const char *path);

/* What `git add` would store of a file's bytes: the ends of lines converted,
 * no filter driver run. In `arena`, or `bytes` themselves. */
bool index_stored_form(struct repo *repo, struct arena *arena, struct str path,
                       struct str bytes, struct str *stored,
                       struct error *err) KERF_CHECKED;

#endif
