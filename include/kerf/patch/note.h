/*
 * What the user says about a proposal: notes on lines, ranges, hunks and
 * files. They go to the model with the verdict; a note on a refused hunk is
 * the reason. Setting and removing are steps of selection_undo().
 */
#ifndef KERF_PATCH_NOTE_H
#define KERF_PATCH_NOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/patch/select.h"

#define LIMIT_NOTES 1000
#define LIMIT_NOTE_BYTES ((size_t)64 << 10)

struct note {
    struct target target; // of the effective patch; hunk SELECT_ALL: the file,
                          // line SELECT_ALL: the hunk
    size_t last_line;     // of a range; `target.line` for a single line
    struct str text;
    bool sent; // the model has it
};

/*
 * Sets the note of a target (text copied); one on exactly the same lines is
 * replaced, an empty text removes it. ERROR_NOT_FOUND for a target that is
 * not there, ERROR_LIMIT.
 */
bool selection_note_set(struct selection *sel, struct target target,
                        size_t last_line, struct str text,
                        struct error *err) KERF_CHECKED;

/* Removes the note of exactly these lines. False if there is none. */
bool selection_note_remove(struct selection *sel, struct target target,
                           size_t last_line);

/* The notes in the order of the patch, a file's before those of its hunks.
 * Borrowed until the next change of the review. `index` is below the count. */
size_t selection_note_count(const struct selection *sel);
const struct note *selection_note_at(const struct selection *sel, size_t index);

/* Marks all notes as sent. */
void selection_notes_sent(struct selection *sel);

/* Says whether the model would be told something new: a note that was not
 * sent, or a hunk that was refused in whole or in part. */
bool selection_has_feedback(const struct selection *sel);

#endif
