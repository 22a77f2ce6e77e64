/*
 * The git program, for repositories that libgit2 cannot read. It is found by
 * absolute path outside the tree and started so that nothing of the
 * repository's own configuration runs: no hooks, monitors, pagers, filters,
 * external diffs, no network, no terminal.
 */
#ifndef KERF_SRC_REPO_GIT_PROGRAM_H
#define KERF_SRC_REPO_GIT_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"

#define LIMIT_GIT_OUTPUT_BYTES ((size_t)256 << 20)
#define LIMIT_GIT_WAIT_MS 60000

/* Returns the path of git in `arena`, or NULL if there is none. */
const char *git_program_find(struct arena *arena, const char *root);

struct git_call {
    const char *program, *root;
    const char *const *args; // after "git", NULL at the end
    const char *const *env;  // "NAME=value" beside the fixed ones, or NULL
};

/*
 * Runs git and waits. Output in `arena`, exit status in `*status`. False with
 * an error if it cannot be run, writes too much or takes too long; with
 * git's own first line of complaint if it ends with a status above 1.
 */
bool git_program_run(const struct git_call *call, struct arena *arena,
                     struct str *output, int *status,
                     struct error *err) KERF_CHECKED;

/*
 * The variables that switch off the filter drivers which the repository
 * configures, for `git_call.env`. They live in `arena`.
 */
bool git_program_no_filters(const char *program, const char *root,
                            struct arena *arena, const char *const **env,
                            struct error *err) KERF_CHECKED;

#endif
