/*
 * A greedy two-pass scorer as in fzf's first algorithm: forwards to the
 * earliest place where the pattern ends, backwards from there to the shortest
 * run, then points for that run. One pass over each candidate, no memory; the
 * best are kept in a small heap whose root is the worst of them.
 *
 * A path is mostly known by its last part, so a match there counts more; the
 * second try looks at the file name alone.
 */
#include "kerf/text/fuzzy.h"

#include <stdbool.h>

enum {
    SCORE_CHAR = 16,
    SCORE_WORD_START = 8, // behind a separator, or a capital in camelCase
    SCORE_NAME_START = 6, // in addition: the first of the file name
    SCORE_RUN = 6,        // at least, next to the character before
    SCORE_NAME = 10,      // once, if all of it lies in the file name
    PRICE_GAP = 3,        // for the first character left out
    PRICE_GAP_MORE = 1,   // for each other
    PRICE_GAP_MOST = 12,
};

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static char lower(char c)
{
    return is_upper(c) ? (char)(c + 32) : c;
}

static bool is_separator(char c)
{
    return c == '/' || c == '_' || c == '-' || c == '.' || c == ' ';
}

static bool has_capital(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (is_upper(s.at[i]))
            return true;
    return false;
}

static bool same(char pattern, char c, bool exact)
{
    return exact ? pattern == c : lower(pattern) == lower(c);
}

// Finds the shortest stretch that ends where the pattern is first complete.
static bool find_stretch(struct str pattern, struct str s, bool exact,
                         size_t *start, size_t *end)
{
    size_t i = 0, p = 0;

    for (; i < s.len && p < pattern.len; i++)
        if (same(pattern.at[p], s.at[i], exact))
            p++;
    if (p < pattern.len)
        return false;
    *end = i;
    while (p > 0)
        if (same(pattern.at[p - 1], s.at[--i], exact))
            p--;
    *start = i;
    return true;
}

static int place_bonus(struct str s, size_t at)
{
    if (at == 0 || s.at[at - 1] == '/')
        return SCORE_WORD_START + SCORE_NAME_START;
    if (is_separator(s.at[at - 1]))
        return SCORE_WORD_START;
    return is_upper(s.at[at]) && !is_upper(s.at[at - 1]) ? SCORE_WORD_START : 0;
}

static int gap_price(size_t gap)
{
    if (gap == 0)
        return 0;
    size_t more = (gap - 1) * PRICE_GAP_MORE;
    return more > PRICE_GAP_MOST - PRICE_GAP ? PRICE_GAP_MOST
                                             : PRICE_GAP + (int)more;
}

// Scores the pattern inside [start, end) of `s`, where it is known to be.
static int score_stretch(struct str pattern, struct str s, bool exact,
                         size_t start, size_t end)
{
    int score = 0, run = 0; // what the run began with goes on in it
    size_t p = 0, gap = 0;

    for (size_t i = start; i < end && p < pattern.len; i++) {
        if (!same(pattern.at[p], s.at[i], exact)) {
            gap++;
            continue;
        }
        int bonus = place_bonus(s, i);
        if (p == 0 || gap > 0)
            run = bonus > SCORE_RUN ? bonus : SCORE_RUN;
        else if (bonus < run)
            bonus = run;
        score += SCORE_CHAR + bonus - gap_price(gap);
        gap = 0;
        p++;
    }
    return score > 0 ? score : 0;
}

static int score_from(struct str pattern, struct str s, size_t from, bool exact)
{
    size_t start, end;

    if (!find_stretch(pattern, str_skip(s, from), exact, &start, &end))
        return -1;
    return score_stretch(pattern, s, exact, from + start, from + end);
}

static int score_case(struct str pattern, struct str candidate, bool exact)
{
    if (pattern.len == 0)
        return 0;
    int anywhere = score_from(pattern, candidate, 0, exact);
    size_t slash = str_rfind_char(candidate, '/');
    if (anywhere < 0)
        return -1;
    size_t name = slash == SIZE_MAX ? 0 : slash + 1;
    int in_name = score_from(pattern, candidate, name, exact);
    if (in_name >= 0)
        in_name += SCORE_NAME;
    return in_name > anywhere ? in_name : anywhere;
}

int fuzzy_score(struct str pattern, struct str candidate)
{
    return score_case(pattern, candidate, has_capital(pattern));
}

// Says whether `a` is to stand before `b`.
static bool is_better(const struct str *candidates, struct fuzzy_hit a,
                      struct fuzzy_hit b)
{
    if (a.score != b.score)
        return a.score > b.score;
    if (candidates[a.index].len != candidates[b.index].len)
        return candidates[a.index].len < candidates[b.index].len;
    return a.index < b.index;
}

static void swap(struct fuzzy_hit *a, struct fuzzy_hit *b)
{
    struct fuzzy_hit keep = *a;
    *a = *b;
    *b = keep;
}

// Lets the root sink until no child is worse than its parent.
static void sink(const struct str *candidates, struct fuzzy_hit *heap,
                 size_t count)
{
    for (size_t at = 0;;) {
        size_t child = 2 * at + 1;
        if (child >= count)
            return;
        if (child + 1 < count
            && is_better(candidates, heap[child], heap[child + 1]))
            child++;
        if (!is_better(candidates, heap[at], heap[child]))
            return;
        swap(&heap[at], &heap[child]);
        at = child;
    }
}

static void rise(const struct str *candidates, struct fuzzy_hit *heap,
                 size_t at)
{
    while (at > 0 && is_better(candidates, heap[(at - 1) / 2], heap[at])) {
        swap(&heap[(at - 1) / 2], &heap[at]);
        at = (at - 1) / 2;
    }
}

size_t fuzzy_top(struct str pattern, const struct str *candidates, size_t count,
                 struct fuzzy_hit *hits, size_t max)
{
    bool exact = has_capital(pattern);
    size_t kept = 0;

    for (size_t i = 0; i < count && max > 0; i++) {
        struct fuzzy_hit hit = { i, score_case(pattern, candidates[i], exact) };
        if (hit.score < 0)
            continue;
        if (kept < max) {
            hits[kept] = hit;
            rise(candidates, hits, kept++);
        } else if (is_better(candidates, hit, hits[0])) {
            hits[0] = hit;
            sink(candidates, hits, kept);
        }
    }
    for (size_t left = kept; left > 1; left--) { // heap sort, worst last
        swap(&hits[0], &hits[left - 1]);
        sink(candidates, hits, left - 1);
    }
    return kept;
}
