/* A set of 64-bit hashes with open addressing, never more than half full; 0
 * stands for an empty place. */
#include <stdlib.h>

#include "review_parts.h"

#define SEEN_LEAST 64

static size_t place_of(const struct seen *seen, uint64_t hash)
{
    size_t at = hash & (seen->cap - 1);

    while (seen->at[at] != 0 && seen->at[at] != hash)
        at = (at + 1) & (seen->cap - 1);
    return at;
}

static uint64_t not_zero(uint64_t hash)
{
    return hash ? hash : 1;
}

bool seen_has(const struct seen *seen, uint64_t hash)
{
    hash = not_zero(hash);
    return seen->cap > 0 && seen->at[place_of(seen, hash)] == hash;
}

static void grow(struct seen *seen)
{
    struct seen wider = { .cap = seen->cap ? 2 * seen->cap : SEEN_LEAST };

    wider.at = mem_alloc(wider.cap * sizeof(*wider.at));
    for (size_t i = 0; i < seen->cap; i++)
        if (seen->at[i] != 0)
            wider.at[place_of(&wider, seen->at[i])] = seen->at[i];
    wider.count = seen->count;
    free(seen->at);
    *seen = wider;
}

void seen_add(struct seen *seen, uint64_t hash)
{
    hash = not_zero(hash);
    if (2 * (seen->count + 1) > seen->cap)
        grow(seen);
    size_t at = place_of(seen, hash);
    seen->count += seen->at[at] == 0;
    seen->at[at] = hash;
}
