/*
 * A review as a patch again: what `git apply` takes, byte for byte what kerf
 * would write; and the way back for a single hunk that was written.
 */
#ifndef KERF_PATCH_PRINT_H
#define KERF_PATCH_PRINT_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/patch/select.h"

enum print_which {
    PRINT_FITTING,  // all that can be applied, whatever was decided
    PRINT_ACCEPTED, // only what was accepted
};

/*
 * Appends a diff (git-diff(1)) of what a target does to the files as they
 * were given: all of the patch (`target.file` SELECT_ALL), a file, a hunk or
 * a line. Nothing is appended for what does nothing. ERROR_CONFLICT if hunks
 * overlap or one needs an earlier one that is left out.
 */
bool selection_print(const struct selection *sel, enum print_which which,
                     struct target target, struct buf *out,
                     struct error *err) KERF_CHECKED;

/*
 * Appends one hunk as a diff, for copying: of a hunk decided line by line its
 * accepted lines; of one that does not fit the lines as the patch has them,
 * at the line the patch names.
 */
void selection_hunk_patch(const struct selection *sel, size_t file, size_t hunk,
                          struct buf *out);

/*
 * Computes the file without one accepted hunk, after it was written: `now` is
 * what the file holds. The hunk's new lines and three lines around them must
 * stand there exactly once as they were written; else ERROR_CONFLICT. The
 * preimage is the one the write was computed from. `result->preimage` is
 * `now`. Only for files that stay where they are.
 */
bool selection_revert_hunk(const struct selection *sel, size_t file,
                           size_t hunk, struct str now, struct arena *arena,
                           struct file_result *result,
                           struct error *err) KERF_CHECKED;

#endif
