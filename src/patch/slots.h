/* The inside of a review: what place.c, decide.c, result.c, verdict.c and
 * select.c share. */
#ifndef KERF_SRC_PATCH_SLOTS_H
#define KERF_SRC_PATCH_SLOTS_H

#include "kerf/patch/note.h"
#include "kerf/patch/select.h"
#include "kerf/patch/shape.h"
#include "slot.h"

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
