/* Tokens and money of requests. */
#ifndef KERF_MODEL_USAGE_H
#define KERF_MODEL_USAGE_H

#include <stdint.h>

#include "kerf/config/price.h"

/* Token counts as protocol.md 3.5 gives them; cached is part of input,
 * reasoning part of output. All 0 if the server did not report. */
struct usage {
    int64_t input, cached, output, reasoning;
};

/* Returns `a` plus `b`, field by field. */
struct usage usage_add(struct usage a, struct usage b);

/* Returns the cost in US dollars. */
double usage_cost(struct usage usage, struct price price);

#endif
