/* What git knows of a tree, as text for a reader: changes and commits. */
#ifndef KERF_REPO_TEXT_H
#define KERF_REPO_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/repo/repo.h"

#define LIMIT_DIFF_BYTES ((size_t)8 << 20)

/*
 * The changes against HEAD as a unified diff in `arena`: of the tracked files
 * as they are in the tree, or (`staged`) of the index. Empty if there are
 * none. Blocks; runs no filter, no external diff. ERROR_LIMIT beyond
 * LIMIT_DIFF_BYTES.
 */
bool repo_diff_text(struct repo *repo, struct arena *arena, bool staged,
                    struct str *text, struct error *err) KERF_CHECKED;

/* The newest `count` commits of HEAD, a line each: "1a2b3c4 2026-11-21 Ada
 * Lovelace: subject". ERROR_NOT_FOUND if there is none yet. */
bool repo_log_text(struct repo *repo, struct arena *arena, size_t count,
                   struct str *text, struct error *err) KERF_CHECKED;

#endif
