/* Placing one hunk: the job, and the parts that do it. */
#ifndef KERF_SRC_PATCH_JOB_H
#define KERF_SRC_PATCH_JOB_H

#include "slots.h"

struct job {
    const struct patch *patch;
    const struct file_patch *file;
    const struct hunk *hunk;
    struct review_file *rf;
    struct slot *slot;
    struct arena *scratch;
    struct lines pre, post;
    bool bare_tail;           // the last line is empty context
    size_t leading, trailing; // context lines at both ends
    size_t from, until;       // preimage lines that it may have
    size_t expected;          // the hint, moved as the hunk before was
    size_t expected_after;    // the hint, moved as the hunks behind it were;
                              // HUNK_NO_HINT if they do not tell
    bool file_moved;          // another hunk of the file proves it
};

/* A line as it is compared: without the CR of its ending and, if it may be
 * the first of its file, without a byte order mark. */
struct str job_bare_line(const struct patch_line *line, bool first);

/* Fills `pre`, `post` and what goes with them from the hunk. */
void job_cut(struct job *job);

/* Notes the outcome in the slot. `nearest` and `other` are 0-based lines. */
void job_conflict(struct job *job, struct str reason, size_t nearest);
void job_fit(struct job *job, enum hunk_state state, enum fit fit, size_t line,
             size_t count);
void job_ambiguous(struct job *job, enum fit fit, size_t line, size_t other,
                   size_t count);

/* The places of `want` that the hunk may have, nearest to the expected one;
 * only the end of the file counts if the hunk says so. */
struct found job_find(struct job *job, struct lines want, enum fit fit);

/* place.c: the job of placing hunk `h`; placing it, which moves the cursor;
 * moving the cursor behind a hunk that is placed. */
struct job job_of(const struct patch *patch, const struct file_patch *file,
                  struct review_file *rf, size_t h, struct arena *scratch);
void place_job(struct job *job);
void place_pass(struct job *job);

/* Says whether a line has letters or digits enough to be told from others. */
bool line_is_telling(struct str line);

/* choose.c: moves the right one of several places to the front. Returns false
 * if that cannot be told: then the first two are the ones to name. */
bool choose_place(struct job *job, struct lines want, struct found *found);

/* fuzzy_fit.c: seeks a place where a few context lines differ. Returns false
 * if there is none; otherwise the outcome is noted. */
bool fuzzy_try(struct job *job);

/* repeat.c: a section or a hunk that stands in the patch before. Returns false
 * if it does not, or has not been done; otherwise it is noted as applied. */
bool repeat_try_section(struct job *job);
bool repeat_try_hunk(struct job *job);

/* anchors.c: moves `from` behind the hunk's anchors. Notes a conflict and
 * returns false if one is missing. */
bool anchors_pass(struct job *job);

/* anchors.c: says whether the anchors stand a second time between the two
 * places, so that they do not tell them apart. */
bool anchors_repeat(struct job *job, const struct found *found);

/* block.c: seeks the old lines from line `from` on. Returns false if nothing
 * was found; otherwise the outcome is noted. */
bool block_try(struct job *job, size_t from);

/* block.c: notes the conflict, with the nearest place and the reason. */
void block_explain(struct job *job);

#endif
