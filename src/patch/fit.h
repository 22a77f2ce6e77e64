/* How two lines are compared at each looseness; see enum fit. */
#ifndef KERF_SRC_PATCH_FIT_H
#define KERF_SRC_PATCH_FIT_H

#include <stdint.h>

#include "kerf/patch/locate.h"
#include "kerf/patch/patch.h"

/* The ways of comparing, strictest first; each is one pass over a file. */
#define FIT_PASSES 4
extern const enum fit fit_passes[FIT_PASSES];

/* Says whether two lines are equal under `fit`. */
bool fit_equal(struct str a, struct str b, enum fit fit);

/* A hash that is equal for lines that are equal under `fit`. */
uint32_t fit_hash(struct str line, enum fit fit);

/* Candidate places in ascending order: candidates[i] - back, or, without a
 * table, every line. */
struct search {
    struct lines text, want;
    enum fit fit;
    const uint32_t *text_hash, *want_hash; // NULL: bytes alone are compared
    const uint32_t *candidates;
    size_t candidate_count;
    size_t back;
    size_t from, until; // the place lies in [from, until - want.count]
    size_t hint;        // or HUNK_NO_HINT: upwards from `from`
    size_t most;        // places to find, at most FOUND_MAX
    size_t *work;       // lines compared so far; ends at LIMIT_SEARCH_WORK
};

#define FOUND_MAX 16
#define LIMIT_SEARCH_WORK ((size_t)32 << 20)

/* The places nearest to the hint, in this order; of two equally near the
 * lower in the file comes first. */
struct found {
    size_t count;
    size_t place[FOUND_MAX];
};

struct found search_places(const struct search *s);

/* The index of the place at `line`; `found->count` if it is not among them. */
size_t found_index(const struct found *found, size_t line);

/* The distance between two lines. */
size_t line_distance(size_t a, size_t b);

#endif
