/*
 * Which words of a line changed: a removed line and the added one that took
 * its place are compared word by word, so that a view can point at what is
 * different. Words are runs of letters and digits, blanks are runs too, every
 * other character stands alone.
 */
#ifndef KERF_TEXT_WORDS_H
#define KERF_TEXT_WORDS_H

#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/str.h"

#define LIMIT_WORDS 200 // of a line, between what is equal at both ends
#define LIMIT_WORDS_BYTES ((size_t)8 << 10) // longer lines are not compared
#define WORDS_ALIKE 40 // percent from which two lines are versions of one
#define WORDS_NO_PARTNER SIZE_MAX

/* Bytes [start, start + len) of a line are not in the other one. */
struct word_run {
    size_t start, len;
};

struct word_changes {
    struct word_run *removed, *added; // in order, not touching; in the arena
    size_t removed_count, added_count;
    unsigned alike; // percent of the bytes that are in both, blanks left out
};

/* Compares two lines. Beyond LIMIT_WORDS all between the equal ends counts as
 * changed; beyond LIMIT_WORDS_BYTES nothing is alike and no run is given.
 * Cost O(words * words) at worst. */
struct word_changes words_compare(struct arena *arena, struct str before,
                                  struct str after);

/*
 * Finds for each of `count` removed lines the added line that is its new
 * version: at least WORDS_ALIKE, in order, no added line twice. `partners` gets
 * an index into `after` or WORDS_NO_PARTNER. Looks a few lines ahead only.
 */
void words_pair(const struct str *before, size_t before_count,
                const struct str *after, size_t after_count, size_t *partners);

#endif
