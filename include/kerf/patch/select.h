/*
 * A review: a patch, the files as they are now, the place of every hunk in
 * them and what the user decided about each. Results are computed from the
 * preimages byte for byte; nothing here touches a file.
 *
 * The patch is borrowed and may still be growing: call selection_refresh()
 * after each piece. A decision is bound to the hunk and to the lines it
 * replaces: if a new preimage changes those, the decision is withdrawn.
 */
#ifndef KERF_PATCH_SELECT_H
#define KERF_PATCH_SELECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/patch/locate.h"
#include "kerf/patch/patch.h"

/* What is known of a hunk's place; design.md 4.2. */
enum hunk_state {
    HUNK_ARRIVING,  // not complete, or the file has not been read yet
    HUNK_OK,        // fits where it says
    HUNK_MOVED,     // fits exactly, `moved_by` lines away
    HUNK_FUZZY,     // fits once something is forgiven; with a `reason` it
                    // is more than blanks and punctuation: needs consent
    HUNK_MERGED,    // placed through the text both sides came from
    HUNK_APPLIED,   // the file already holds the result
    HUNK_AMBIGUOUS, // two places fit equally well: refused, both named
    HUNK_CONFLICT,  // no such lines; `reason` and `nearest` tell
    HUNK_STALE,     // the file changed after the decision was made
};

enum decision {
    DECISION_NONE,
    DECISION_YES,
    DECISION_NO,
    DECISION_MIXED, // of a hunk: some lines yes, some no. Never set by a call
};

struct hunk_place {
    enum hunk_state state;
    enum fit fit;
    size_t line;       // 0-based line of the preimage where it fits
    size_t count;      // preimage lines it covers
    long moved_by;     // lines from where the patch said; 0 without a hint
    size_t nearest;    // CONFLICT: 0-based line that comes closest
    struct str reason; // CONFLICT, AMBIGUOUS, STALE: words for a person
};

/* A file as it is now. */
struct preimage {
    bool exists;
    struct str bytes;      // of what is no text too, for binary patches
    unsigned mode;         // permission bits such as 0644; 0 if it is not there
    struct str unreadable; // why it must not be patched (binary, outside the
                           // tree, a directory ...); empty if all is well
    bool forbidden;        // unreadable because the safety rules say so
    struct str id;         // its git blob id in hex, whole; empty if unknown
};

/* Names a file (hunk and line SELECT_ALL), a hunk, or a line of a patch. */
#define SELECT_ALL SIZE_MAX
struct target {
    size_t file, hunk, line; // 0-based
};

struct selection;

/* `patch` is borrowed and outlives the selection. Never NULL. */
struct selection *selection_create(const struct patch *patch);

/* The effective patch: the borrowed one, with what was split, edited or
 * chosen since (kerf/patch/shape.h) and whole files shown as changes. Targets
 * count its files and hunks; new ones come behind. Valid until the next call
 * that changes the review. */
const struct patch *selection_patch(const struct selection *sel);

/* Frees the review; its patch stays. NULL is fine. */
void selection_destroy(struct selection *sel);

/* Says whether the file's path is known and its preimage has not been given. */
bool selection_wants_preimage(const struct selection *sel, size_t file);

/* Says whether any file of the patch still waits for its preimage. */
bool selection_wants_any_preimage(const struct selection *sel);

/*
 * Gives or renews the content of a file (copied), and of the place a file
 * moves to (`destination` says whether that name is taken). Places its hunks.
 * Returns how many decisions were withdrawn because their lines changed.
 */
size_t selection_set_preimage(struct selection *sel, size_t file,
                              const struct preimage *pre, bool destination);

/* Places what has arrived since the last call. Returns true if any hunk
 * changed its state. Cheap when nothing arrived. */
bool selection_refresh(struct selection *sel);

/* What is known of a hunk's place; ARRIVING for one that is not there yet.
 * Borrowed until the next call that changes the review. */
const struct hunk_place *selection_place(const struct selection *sel,
                                         size_t file, size_t hunk);

/* The preimage as it was given; all empty before. Borrowed likewise. */
const struct preimage *selection_preimage(const struct selection *sel,
                                          size_t file);

/* The preimage in lines, for drawing context; valid until the next preimage. */
struct lines selection_lines(const struct selection *sel, size_t file);

/* The decision about a hunk as a whole, or about one line of it (only added
 * and removed lines are decided; context lines give DECISION_NONE). */
enum decision selection_decision(const struct selection *sel,
                                 struct target target);

/*
 * Decides a file, a hunk or a line. YES is refused with ERROR_CONFLICT for a
 * hunk that cannot be placed; deciding a file passes such hunks over and
 * fails only if none could be accepted. DECISION_NONE takes a decision back.
 * An ARRIVING hunk cannot be decided.
 */
bool selection_decide(struct selection *sel, struct target target,
                      enum decision decision, struct error *err) KERF_CHECKED;

/* Takes back or repeats the last selection_decide(). False if there is none. */
bool selection_undo(struct selection *sel);
bool selection_redo(struct selection *sel);

/* Sums over a file (or over all with SELECT_ALL). */
struct selection_counts {
    size_t hunks, arriving, placed, conflicts;
    size_t yes, no, mixed, undecided; // of the complete hunks
    size_t added, removed;            // lines that the accepted part changes
};
struct selection_counts selection_count(const struct selection *sel,
                                        size_t file);

/* What writing the accepted part would do to one file. */
enum result_kind {
    RESULT_NONE,   // nothing accepted
    RESULT_WRITE,  // `path` gets `bytes`; `remove` too if it is a move
    RESULT_DELETE, // `path` goes
};
struct file_result {
    enum result_kind kind;
    struct str path;   // to write, or to delete
    struct str remove; // a move: the old name that goes; else empty
    struct str bytes;
    unsigned mode;       // permission bits; 0 keeps what the file has
    bool existed;        // whether `path` (for a move: `remove`) was there
    struct str preimage; // what it held; to be compared just before writing
};

/*
 * Computes the accepted part of one file into `arena`: bytes outside accepted
 * lines stay as they are, new lines take the line ending of their
 * neighbours, an absent final newline and a BOM stay. ERROR_CONFLICT if the
 * accepted hunks overlap.
 */
bool selection_result(const struct selection *sel, size_t file,
                      struct arena *arena, struct file_result *result,
                      struct error *err) KERF_CHECKED;

/* The same for all files: the results that are not RESULT_NONE, in order, in
 * `arena`; `*count` tells how many. */
bool selection_results(const struct selection *sel, struct arena *arena,
                       struct file_result **results, size_t *count,
                       struct error *err) KERF_CHECKED;

/*
 * Appends the verdict in words for the model: what was accepted, refused, left
 * undecided, what did not apply and what stands there instead.
 */
void selection_verdict(const struct selection *sel, struct buf *out);

#endif
