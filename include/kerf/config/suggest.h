/* "Did you mean ...?" */
#ifndef KERF_CONFIG_SUGGEST_H
#define KERF_CONFIG_SUGGEST_H

#include <stdbool.h>

#include "kerf/base/str.h"

/* The nearest of the candidates offered so far; zero-initialised: none. */
struct suggestion {
    struct str best;
    size_t distance;
};

/* Takes `candidate` if it is near enough to `word` and nearer than the best. */
void suggest(struct suggestion *suggestion, struct str word,
             struct str candidate);

/* Says whether two words are equal but for ASCII case. */
bool same_letters(struct str a, struct str b);

#endif
