/*
 * The shape of a review: hunks split into parts, edited by the user, or
 * replaced by another version of the model. The result is the effective patch,
 * selection_patch(); whoever shows or counts hunks goes by that one. A hunk
 * whose lines change is placed and checked again at once; each change is a
 * step that selection_undo() takes back.
 */
#ifndef KERF_PATCH_SHAPE_H
#define KERF_PATCH_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/buf.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/patch/patch.h"
#include "kerf/patch/select.h"

#define LIMIT_EDIT_BYTES ((size_t)16 << 20) // of one edited hunk
#define LIMIT_ALTERNATIVES 100              // of one hunk

/* What happened to a hunk besides decisions. */
struct hunk_marks {
    bool carried;        // decided in the version before, and the same since
    bool asked;          // another version was asked for and has not come
    bool taken_back;     // written, and taken back by itself
    size_t alternatives; // how many versions there are; 1 without others
    size_t alternative;  // 0-based; the one in force. 0 is the original
};

/* All unset, and one alternative, for a hunk that is not there. */
struct hunk_marks selection_marks(const struct selection *sel, size_t file,
                                  size_t hunk);

/*
 * Splits a hunk wherever context stands between two changes, as `s` of `git
 * add -p` does: the parts share that context, and the lines keep what was
 * decided about them. False if there is nothing to split, with the reason.
 */
bool selection_split(struct selection *sel, size_t file, size_t hunk,
                     struct error *err) KERF_CHECKED;

/* Splits a hunk in two in front of its 0-based line `line`, which is context
 * or begins a change; lines on both sides must change something. */
bool selection_split_at(struct selection *sel, size_t file, size_t hunk,
                        size_t line, struct error *err) KERF_CHECKED;

/*
 * Appends what the editor gets to edit a hunk: comment lines that explain it
 * and the lines of the hunk with their marks. selection_edit() takes it back.
 */
void selection_hunk_text(const struct selection *sel, size_t file, size_t hunk,
                         struct buf *out);

/*
 * Replaces a hunk's lines by the edited text: lines begin with ' ', '-' or
 * '+' (an empty line is empty context), those with '#' are passed over. The
 * hunk's decision is withdrawn. ERROR_CANCELLED if no line is left or nothing
 * was changed, ERROR_INVALID "line 3: ..." for a line that is none.
 */
bool selection_edit(struct selection *sel, size_t file, size_t hunk,
                    struct str text, struct error *err) KERF_CHECKED;

/* Says whether selection_edit() would take the text, and if not why. */
bool selection_may_edit(const struct selection *sel, size_t file, size_t hunk,
                        struct str text, struct error *err) KERF_CHECKED;

/*
 * Adds another version of a hunk (copied) and puts it in force; its decision
 * is withdrawn. The hunk as it is becomes the version before it.
 */
bool selection_add_alternative(struct selection *sel, size_t file, size_t hunk,
                               const struct hunk *version,
                               struct error *err) KERF_CHECKED;

/* Puts the 0-based version `number` of a hunk in force. */
bool selection_choose_alternative(struct selection *sel, size_t file,
                                  size_t hunk, size_t number,
                                  struct error *err) KERF_CHECKED;

/* Marks a hunk as asked for again, or with SELECT_ALL nothing; one hunk at
 * most is marked. selection_asked() names it, and is false if there is none. */
void selection_ask(struct selection *sel, size_t file, size_t hunk);
bool selection_asked(const struct selection *sel, struct target *target);

/*
 * Takes the decisions of an earlier version (borrowed, outlives `sel`): a
 * hunk that is placed from now on and stands line for line in the same file
 * there gets the decision it had, and is marked as carried.
 */
void selection_carry(struct selection *sel, const struct selection *from);

/*
 * While it is trusting, the review takes steps about complete hunks whose file
 * is not known yet, as they come from a journal: a decision falls away once
 * the file is known and the hunk cannot be placed.
 */
void selection_trust(struct selection *sel, bool trusting);

/* Notes that a written hunk was taken back by itself, or that it is there
 * again. selection_revert_hunk() goes by it. */
void selection_take_back(struct selection *sel, size_t file, size_t hunk,
                         bool taken_back);

/* Says whether a hunk adds characters that hide or reorder text
 * (utf8_is_deceptive()): it must not be accepted in passing. */
bool hunk_has_hidden(const struct hunk *hunk);

/* The first of these characters, and the 0-based line that adds it; 0 if there
 * is none. */
uint32_t hunk_hidden(const struct hunk *hunk, size_t *line);

#endif
