/* A hunk in the review, and a file of it: what is known and decided. */
#ifndef KERF_SRC_PATCH_SLOT_H
#define KERF_SRC_PATCH_SLOT_H

#include "kerf/patch/select.h"
#include "diff3.h"
#include "text.h"

#define NO_FILE SIZE_MAX
#define NO_LINE SIZE_MAX

/* A hunk in the review. */
struct slot {
    struct hunk_place place;
    enum decision decision;
    unsigned char *lines; // enum decision per line if MIXED; on the heap
    uint64_t bound;       // slot_hash() when the decision was made
    bool fits;            // it may be accepted
    bool drop_tail;       // its last, empty context line is not in the file
    bool literal;         // the patch's own line endings are those of the file
    bool unmarked;        // context lacks its blank mark, and one blank so
    bool asked;           // another version was asked for
    bool carried;         // decided as in the version before
    bool trusted;         // decided before the file was known
    bool taken_back;      // written, and taken back by itself
    bool weighed;         // the version before was looked at
    struct versions *versions; // in the journal's arena; NULL: only this one
    size_t version;            // the one in force
    bool lone;      // exact, and no other place fits: it proves a shift
    size_t witness; // 0-based line where its lines stand, once only, above
                    // the hunk before; NO_LINE if they do not
    const struct merge_step *steps; // what is to be done, if not line by line
    size_t step_count;              // from place.line on; else NULL
    struct conflict *conflict;      // what both sides did, or NULL
};

/* The versions of a hunk; the one in force stands in the patch, and here as
 * it was when it was last chosen. */
struct versions {
    struct hunk *at;
    size_t count, cap;
};

/* Where the next hunk of a file may be; moves as hunks are placed. */
struct cursor {
    size_t behind_block;   // after all lines of the hunk before
    size_t behind_changes; // after its last changed line
    long shift;            // how far the hunk before had moved
    long new_shift;        // the same by the numbers of the new side
};

struct review_file {
    bool given; // the preimage is known
    bool taken; // the name it moves to exists
    bool feeds; // a later section works on the result of this one
    bool twin_known;
    size_t twin; // the earlier section with the same names; NO_FILE if none
    size_t base; // the earlier section whose result it works on
    struct preimage pre;
    struct text text;
    struct arena words; // reasons
    struct slot *slots;
    size_t count, cap;
    size_t placed; // the first so many hunks have been placed
    bool settled;  // all of them, and they were compared with each other
    struct cursor cursor;
    struct hunk *hunks; // on the heap; NULL while they are those of the patch
    size_t hunk_cap;
    size_t drawn;     // so many hunks of the patch are complete and stand here
    size_t fixed;     // as so many hunks
    bool reshaped;    // by the user: not made anew for another preimage
    unsigned edition; // of the preimage: how many were given
    unsigned whole;   // the edition that a whole file was compared with
    struct ancestor *ancestor; // on the heap; NULL if not known
};

#endif
