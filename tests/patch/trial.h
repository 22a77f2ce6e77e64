/* One trial: a change is made up, written as a patch, damaged, given to kerf,
 * and what kerf makes of it is judged by what is known to be right. */
#ifndef KERF_TESTS_PATCH_TRIAL_H
#define KERF_TESTS_PATCH_TRIAL_H

#include "damage.h"

enum outcome {
    OUTCOME_NONE,    // the damage found no occasion
    OUTCOME_RIGHT,   // the tree is as it is to be
    OUTCOME_REFUSED, // nothing was changed
    OUTCOME_WRONG,   // something else was written
    OUTCOME_ESCAPE,  // a path that may not be touched was to be written
    OUTCOMES
};

/* Which trial: the same plan always makes the same one. */
struct trial_plan {
    const struct damage *damage;
    enum language language;
    uint64_t seed;
    size_t number;
    /* Prints the diff of LANGUAGE_GIT; NULL for kerf's own. The text lives in
     * the arena of the truth and is empty if nothing changes. */
    struct str (*print)(const struct truth *truth, size_t context, void *ctx);
    void *ctx;
};

/* Makes up a trial; false if the plan leads to none. */
bool trial_make(struct trial *trial, struct arena *arena,
                const struct trial_plan *plan);

/* Judges the tree `got`: what was applied to it, or that it was left alone. */
enum outcome trial_judge(struct trial *trial, bool applied);

/* Carries the patch out with kerf's engine, as `kerf apply` would; `reason`
 * tells why it was refused. */
enum outcome trial_run(struct trial *trial, struct error *reason);

/* Appends the patch, the files, and how what came out differs from what is
 * right, for a person to look at. */
void trial_show(struct trial *trial, struct buf *out);

#endif
