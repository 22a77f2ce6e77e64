/*
 * Fuzzy matching of paths, as finders do: all characters of the pattern in
 * order, with a bonus at word starts, after separators and for runs, and a
 * price for gaps. Case is ignored unless the pattern has a capital.
 */
#ifndef KERF_TEXT_FUZZY_H
#define KERF_TEXT_FUZZY_H

#include <stddef.h>

#include "kerf/base/str.h"

/* Returns the score, larger is better; -1 if it does not match. The empty
 * pattern matches everything with 0. Cost O(candidate.len). */
int fuzzy_score(struct str pattern, struct str candidate);

struct fuzzy_hit {
    size_t index; // into the candidates
    int score;
};

/*
 * Puts the best `max` candidates into `hits`, best first; ties: shorter, then
 * earlier. Returns how many. 80,000 paths take about ten milliseconds.
 */
size_t fuzzy_top(struct str pattern, const struct str *candidates, size_t count,
                 struct fuzzy_hit *hits, size_t max);

#endif
