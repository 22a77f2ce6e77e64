/* Changes for a review: as patch text, from what they are reviewed against. */
#ifndef KERF_REPO_DIFF_H
#define KERF_REPO_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/patch/select.h"
#include "kerf/repo/repo.h"

#define LIMIT_REVIEW_BYTES ((size_t)64 << 20)   // of the patch text
#define LIMIT_DIFF_FILE_BYTES ((size_t)8 << 20) // longer files are binary
#define LIMIT_UNTRACKED_BYTES ((size_t)1 << 20) // longer files are left out

enum diff_kind {
    DIFF_UNSTAGED, // from the index to the tree; untracked files are new ones
    DIFF_STAGED,   // from the index back to HEAD: what unstaging would do
    DIFF_REVISION, // from the tree to a revision: what would make it the same
    DIFF_RANGE,    // from one revision to another
};

struct repo_diff {
    struct str text;  // a unified diff with binary data; empty: no changes
    struct str notes; // a line for each path that was left out, and why
};

/* Which of the last two a user's words mean: REV, REV..REV or REV...REV. */
enum diff_kind diff_kind_of(struct str revisions);

/*
 * Makes the diff; `revisions` is for DIFF_REVISION and DIFF_RANGE: "A..B" is
 * from A to B, "A...B" from where B left A to B; HEAD stands where a side is
 * empty. Texts in `arena`. Blocks; runs no filter, no text conversion, no
 * external diff. Renames are found between revisions. Submodules and unmerged
 * files are left out and noted. ERROR_NOT_FOUND for a revision that is not
 * there, ERROR_LIMIT beyond LIMIT_REVIEW_BYTES.
 */
bool repo_diff(struct repo *repo, struct arena *arena, enum diff_kind kind,
               struct str revisions, struct repo_diff *diff,
               struct error *err) KERF_CHECKED;

/*
 * Reads a file as git's index has it, in `arena`; `pre->exists` is false if it
 * is not there. What is unmerged, a link, a submodule or has NUL bytes gives
 * `pre->unreadable`, as does an index that cannot be read.
 */
void repo_read_index(struct repo *repo, struct arena *arena, struct str path,
                     struct preimage *pre);

/*
 * Puts the results themselves into the index, byte for byte and whatever the
 * tree holds; all or none. ERROR_CONFLICT if an entry is no longer what the
 * result was computed from, or another git holds the index.
 */
bool repo_write_index(struct repo *repo, const struct file_result *results,
                      size_t count, struct error *err) KERF_CHECKED;

#endif
