/*
 * Merging: a hunk that does not fit into a file that has changed is placed in
 * the text it was written for, and carried over to the file through the
 * difference between the two, as diff3 does (Khanna, Kunal, Pierce 2007).
 */
#ifndef KERF_PATCH_MERGE_H
#define KERF_PATCH_MERGE_H

#include "kerf/patch/select.h"

/*
 * Says whether a hunk of the file is not placed, or not for certain, and the
 * text it was written for could help. `*blob_id` is git's id of that text as
 * the patch has it (hex, perhaps short), or empty: then only who knows what
 * the author saw can help. Borrowed from the patch.
 */
bool selection_wants_base(const struct selection *sel, size_t file,
                          struct str *blob_id);

/*
 * Gives the text the patch was written for (copied), and places the hunks of
 * the file anew: HUNK_OK or MOVED if their lines are untouched, HUNK_MERGED if
 * only context has changed, HUNK_FUZZY with a reason if both sides changed
 * lines side by side, HUNK_CONFLICT if they changed the same lines. A wrong
 * base is no harm: a hunk that is not in it is placed as without. Returns
 * how many decisions were withdrawn.
 */
size_t selection_set_base(struct selection *sel, size_t file, struct str bytes);

/* The lines that both sides changed, each with its 0-based line. */
struct conflict_view {
    struct lines ours, base, theirs; // in the file, before, as proposed
    size_t ours_line, base_line;
};

/* Gives the three texts of a hunk that conflicts with the file's own changes;
 * false for any other. Borrowed until the next call that changes the review. */
bool selection_conflict(const struct selection *sel, size_t file, size_t hunk,
                        struct conflict_view *out);

#endif
