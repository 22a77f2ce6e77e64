/* Staging that can be taken back, and done again. */
#ifndef KERF_REPO_UNSTAGE_H
#define KERF_REPO_UNSTAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/repo/repo.h"

#define INDEX_NOTE_END "end\n" // of a whole note

/* What came of staging; texts in an arena. */
struct staged {
    struct str note;  // what the index held before and after; empty where only
                      // the program can read it: nothing can be taken back
    struct str whole; // files of which all went to the index, a line each
};

/*
 * The same as repo_stage(), but of a file whose index entry is not what the
 * tree had, only what the write changed is staged: the user's other changes
 * stay where they are. Where that does not fit, `staged->whole` names the file.
 */
bool repo_stage_noted(struct repo *repo, struct arena *arena,
                      const struct file_result *results, size_t count,
                      struct staged *staged, struct error *err) KERF_CHECKED;

/*
 * Puts the entries of a note back as they were before (`back`), or as they
 * were after. An entry that is not what the note says, because somebody has
 * staged since, stays as it is: `*left` lists such paths, a line each, in
 * `arena`. ERROR_UNSUPPORTED for a note that is empty or not whole.
 */
bool repo_turn_index(struct repo *repo, struct arena *arena, struct str note,
                     bool back, struct str *left,
                     struct error *err) KERF_CHECKED;

#endif
