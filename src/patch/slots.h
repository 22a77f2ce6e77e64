/* The inside of a review: what place.c, decide.c, result.c, verdict.c and
 * select.c share. */
#ifndef KERF_SRC_PATCH_SLOTS_H
#define KERF_SRC_PATCH_SLOTS_H

#include "kerf/patch/note.h"
#include "kerf/patch/select.h"
#include "kerf/patch/shape.h"
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
};

struct review_file {
    bool given;  // the preimage is known
    bool taken;  // the name it moves to exists
    bool feeds;  // a later section works on the result of this one
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

/* One decision about a hunk, both ways. */
struct change {
    size_t file, hunk;
    enum decision decision[2]; // before and after
    unsigned char *lines[2];   // in the journal's arena, or NULL
};

/* A hunk with what was decided about it, and a run of them. */
struct cell {
    struct hunk hunk;
    enum decision decision;
    unsigned char *lines; // in the journal's arena, or NULL
    uint64_t bound;
    struct versions *versions;
    size_t version;
    bool asked, carried;
};
struct cells {
    struct cell *at;
    size_t count;
};

/* Hunks that stand in for others, both ways. */
struct reshape {
    size_t file, hunk;
    struct cells cells[2];
};

/* Notes never change but for `sent`: another text is another note. */
struct notes {
    struct note **at;
    size_t count;
};

struct step {
    struct change *changes;
    size_t count, cap;
    struct reshape *reshape; // or NULL
    bool noted;
    struct notes notes[2];
};

struct journal {
    struct arena arena;
    struct step *steps;
    size_t count, cap; // steps that can be undone, then redone
    size_t done;       // of those, how many are in force
};

struct selection {
    const struct patch *source;     // borrowed
    const struct patch *patch;      // the effective one: `view`
    struct patch view;              // files on the heap
    bool trusting;                  // takes decisions about unknown files
    const struct selection *before; // decisions are carried over from, or NULL
    struct notes notes;             // sorted
    struct review_file *files;
    size_t count, cap;
    size_t first_open; // files before this one need no more placing
    struct journal journal;
    struct arena scratch;
};

/* place.c: places hunk `h` in the file's text and moves the cursor. */
void place_hunk(const struct patch *patch, const struct file_patch *file,
                struct review_file *rf, size_t h, struct arena *scratch);

/* settle.c: once all hunks of a file are placed, uses what they prove about
 * each other: where lines moved to, and that hunks keep their order. */
void place_settle(const struct patch *patch, const struct file_patch *file,
                  struct review_file *rf, struct arena *scratch);

/* select.c: places all hunks of a file anew. Returns how many decisions were
 * withdrawn. */
size_t selection_place_again(struct selection *sel, size_t file);

/* decide.c */
enum decision slot_line(const struct slot *slot, size_t line);
uint64_t slot_hash(const struct review_file *rf, const struct hunk *hunk,
                   const struct slot *slot);
void slot_set(struct slot *slot, enum decision decision,
              const unsigned char *lines, size_t count);
/* The lines' decisions of a slot in `arena`, or NULL if it is not mixed. */
unsigned char *slot_copy_lines(struct arena *arena, const struct slot *slot,
                               size_t count);
void journal_push(struct journal *journal, const struct step *step);
void journal_forget(struct journal *journal, size_t file);
void journal_release(struct journal *journal);

/* view.c: brings a file of the effective patch up to the borrowed one. */
void view_sync(struct selection *sel, size_t file);

/* view.c: `count` hunks of a file, all complete, in the place of `old` ones
 * from `hunk` on. Their slots are empty. */
void view_replace(struct selection *sel, size_t file, size_t hunk, size_t old,
                  const struct hunk *hunks, size_t count);

/* reshape.c: the run of `count` hunks from `hunk` on as it is, in the
 * journal's arena. */
struct cells cells_of(struct selection *sel, size_t file, size_t hunk,
                      size_t count);

/* reshape.c: puts `after` in the place of what `reshape` holds as before, as
 * a step with the notes moved along. */
void reshape_do(struct selection *sel, struct reshape *reshape);

/* reshape.c: fills `err` and returns false unless the hunk is there, placed
 * or refused, and made of lines. */
bool reshape_may(const struct selection *sel, size_t file, size_t hunk,
                 struct error *err) KERF_CHECKED;

/* reshape.c: the preimage line where a hunk begins, or HUNK_NO_HINT. */
size_t reshape_hint(const struct hunk *hunk, const struct slot *slot);

/* reshape.c: puts one side of a step in force. */
void reshape_replay(struct selection *sel, const struct reshape *reshape,
                    int side);

/* whole.c: shows a whole file as the changes that it makes, if its preimage
 * is known. Returns how many decisions were withdrawn. */
size_t whole_make(struct selection *sel, size_t file);

/* carry.c: says whether two lines, or all of two hunks', are the same. */
bool line_equal(const struct patch_line *a, const struct patch_line *b);
bool hunk_equal(const struct hunk *a, const struct hunk *b);

/* decide.c: the decision of a hunk whose lines have these. */
enum decision lines_decision(const struct hunk *hunk,
                             const unsigned char *lines);

/* carry.c: gives a hunk that was just placed the decision of before. */
void carry_over(struct selection *sel, size_t file, size_t hunk);

/* note_words.c: appends a note in words for the model. */
void note_put(const struct selection *sel, const struct note *note,
              struct buf *out);

/* note.c: the notes once hunks were replaced. */
struct notes notes_moved(struct selection *sel, const struct reshape *reshape);

/* result.c: whether the line of a hunk is carried out; with `assume` what is
 * undecided counts as accepted. */
bool slot_accepts(const struct slot *slot, size_t line, bool assume);
bool slot_accepts_any(const struct slot *slot, const struct hunk *hunk,
                      bool assume);

/* What a section leaves behind. */
struct outcome {
    bool changed; // anything was accepted
    bool exists;
    struct str path;
    struct str bytes; // in the arena
    unsigned mode;
};

/* result.c: computes the outcome of one section. */
bool section_outcome(const struct patch *patch, const struct file_patch *file,
                     const struct review_file *rf, bool assume,
                     struct arena *arena, struct outcome *outcome,
                     struct error *err) KERF_CHECKED;

/* edit.c: appends the text of an update. */
bool edit_text(const struct patch *patch, const struct file_patch *file,
               const struct review_file *rf, bool assume, struct buf *out,
               struct error *err) KERF_CHECKED;

/* select.c: gives sections that build on `file` their new preimage. Returns
 * how many decisions were withdrawn. */
size_t selection_feed(struct selection *sel, size_t file);

#endif
