/* Other programs at work on the files of a trial, in a scratch folder: git to
 * be compared with, git to print diffs, and kerf itself. */
#ifndef KERF_TESTS_PATCH_OUTSIDE_H
#define KERF_TESTS_PATCH_OUTSIDE_H

#include "truth.h"

struct outside {
    char dir[64]; // everything lies below; the files are in dir/tree
    char tree[80];
    char output[80]; // what the last program printed
};

/* Makes the folder and an empty repository in it; ends the program if that
 * fails. */
void outside_open(struct outside *outside);
void outside_close(struct outside *outside);

/* Runs a program in the tree, its standard output in `output`; its exit
 * status. The arguments end with NULL. */
int outside_run(struct outside *outside, const char *const *argv);

/* Replaces the files by those of `tree`, or reads them back. */
void outside_put(struct outside *outside, const struct tree *tree);
void outside_get(struct outside *outside, struct tree *tree);

/* Writes the patch to a file of the folder and returns its name. */
const char *outside_patch(struct outside *outside, struct str patch);

/* What the last program printed. */
struct str outside_output(struct outside *outside, struct arena *arena);

/* Prints the difference as the real git does: a `print` of a trial's plan. */
struct str outside_print(const struct truth *truth, size_t context, void *ctx);

#endif
