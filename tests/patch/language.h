/* Writes a known change as a patch, in each language a patch may come in. */
#ifndef KERF_TESTS_PATCH_LANGUAGE_H
#define KERF_TESTS_PATCH_LANGUAGE_H

#include "truth.h"

enum language {
    LANGUAGE_GIT,    // as `git diff` prints it
    LANGUAGE_PLAIN,  // as `diff -u` prints it
    LANGUAGE_APPLY,  // apply_patch
    LANGUAGE_SEARCH, // SEARCH/REPLACE blocks
    LANGUAGES
};

const char *language_name(enum language language);

/* What a change in this language may hold. */
struct truth_traits language_traits(enum language language);

/*
 * Returns the patch, in the arena of the truth; empty if nothing changes.
 * `context` counts the lines around a change; the languages without line
 * numbers take as many more as make each place the only one.
 */
struct str language_write(enum language language, const struct truth *truth,
                          size_t context, struct dice *dice);

#endif
