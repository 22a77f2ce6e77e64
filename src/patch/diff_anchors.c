/*
 * Anchors for a difference that is too large to be searched as a whole, as in
 * Cohen's patience diff: lines that are unique in both texts are the same
 * line; of those the longest sequence in the same order is taken, found by
 * patience sorting.
 */
#include "diff_anchors.h"

#include <stdlib.h>

#define SEED 1
#define NONE SIZE_MAX

struct entry {
    uint64_t hash;
    size_t line;
    bool of_b;
};

static int by_hash(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (int)x->of_b - (int)y->of_b;
}

static int by_line(const void *a, const void *b)
{
    const struct diff_anchor *x = a, *y = b;

    return x->a < y->a ? -1 : x->a > y->a;
}

static struct entry *entries_of(struct arena *arena, struct lines a,
                                struct lines b)
{
    struct entry *all = arena_array(arena, a.count + b.count, sizeof(*all));

    for (size_t i = 0; i < a.count; i++)
        all[i] = (struct entry){ str_hash(a.at[i], SEED), i, false };
    for (size_t i = 0; i < b.count; i++)
        all[a.count + i] = (struct entry){ str_hash(b.at[i], SEED), i, true };
    qsort(all, a.count + b.count, sizeof(*all), by_hash);
    return all;
}

// The lines that stand once in `a` and once in `b`, in the order of `a`.
static struct diff_anchor *unique_lines(struct arena *arena, struct lines a,
                                        struct lines b, size_t *count)
{
    size_t total = a.count + b.count,
           most = a.count < b.count ? a.count : b.count;
    struct entry *all = entries_of(arena, a, b);
    struct diff_anchor *pairs = arena_array(arena, most, sizeof(*pairs));

    *count = 0;
    for (size_t i = 0, next; i < total; i = next) {
        for (next = i + 1; next < total && all[next].hash == all[i].hash;)
            next++;
        if (next - i == 2 && !all[i].of_b && all[i + 1].of_b
            && str_equal(a.at[all[i].line], b.at[all[i + 1].line]))
            pairs[(*count)++] =
                (struct diff_anchor){ all[i].line, all[i + 1].line };
    }
    if (*count > 0)
        qsort(pairs, *count, sizeof(*pairs), by_line);
    return pairs;
}

// The first pile whose top is at or behind line `b`.
static size_t find_pile(const struct diff_anchor *pairs, const size_t *tops,
                        size_t piles, size_t b)
{
    size_t low = 0, high = piles;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pairs[tops[middle]].b < b)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct diff_anchor *diff_anchors(struct arena *arena, struct lines a,
                                 struct lines b, size_t *count)
{
    size_t all, piles = 0;
    struct diff_anchor *pairs = unique_lines(arena, a, b, &all);
    size_t *tops = arena_array(arena, all, sizeof(*tops));
    size_t *before = arena_array(arena, all, sizeof(*before));

    for (size_t i = 0; i < all; i++) {
        size_t pile = find_pile(pairs, tops, piles, pairs[i].b);
        before[i] = pile > 0 ? tops[pile - 1] : NONE;
        tops[pile] = i;
        piles += pile == piles;
    }
    struct diff_anchor *kept = arena_array(arena, piles, sizeof(*kept));
    size_t at = piles > 0 ? tops[piles - 1] : NONE;
    for (size_t i = piles; i > 0; i--, at = before[at])
        kept[i - 1] = pairs[at];
    *count = piles;
    return kept;
}
