/* What a hunk owes to the text both sides came from. */
#ifndef KERF_SRC_PATCH_DIFF3_H
#define KERF_SRC_PATCH_DIFF3_H

#include "text.h"

struct job;

/* A changed line of a hunk that was merged, and the preimage line that it
 * removes or stands before. In the order of the file. */
struct merge_step {
    size_t line; // of the hunk
    size_t at;   // of the preimage
};

/* Ranges of lines that both sides changed. */
struct conflict {
    size_t ours_line, ours_count; // of the preimage
    size_t base_line, base_count; // of the text both came from
    struct lines theirs;
};

/* The text both sides came from, and how it became the preimage. */
struct ancestor {
    struct text text;
    struct arena arena; // the runs
    struct diff_run *runs;
    size_t run_count;
    bool compared; // the runs are those of the preimage
};

/* Places the hunk in the text both sides came from and carries it over.
 * Returns false if it is not there; otherwise the outcome is noted. */
bool merge_try(struct job *job);

/* merge.c: NULL is fine. */
void ancestor_destroy(struct ancestor *ancestor);

#endif
