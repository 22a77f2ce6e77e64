/*
 * Myers' greedy O(ND) difference (1986, section 4b's linear refinement left
 * out): the furthest points of each D are kept for the way back. Equal lines
 * at both ends are taken off first; beyond DIFF_LIMIT edits the texts are
 * cut at lines that are unique in both, and what still differs too much in
 * between is given as one replacement, which is correct though not short.
 */
#include "kerf/patch/diff.h"

#include <stdlib.h>
#include <string.h>

#include "diff_anchors.h"

#define DIFF_LIMIT 1000    // edits; memory grows with its square
#define DIFF_GAP_LIMIT 200 // between two anchors, of which there may be many

struct trim {
    size_t head, a_end, b_end;
};

static struct trim trim_ends(struct lines a, struct lines b)
{
    struct trim t = { 0, a.count, b.count };

    while (t.head < t.a_end && t.head < t.b_end
           && str_equal(a.at[t.head], b.at[t.head]))
        t.head++;
    while (t.a_end > t.head && t.b_end > t.head
           && str_equal(a.at[t.a_end - 1], b.at[t.b_end - 1]))
        t.a_end--, t.b_end--;
    return t;
}

// The furthest x of each diagonal after d edits, for d = 0, 1, ...: row d has
// 2d + 1 entries and begins at d * d.
struct trace {
    long *x;
    size_t cap;
    long edits; // found distance; -1 beyond the limit
};

static long *row(const struct trace *trace, long d)
{
    return trace->x + d * d + d; // indexed by the diagonal -d .. d
}

// The furthest point of diagonal `k` after `d` edits, before equal lines are
// followed; -1 if there is none within n lines and m lines. `*down` tells
// whether the last edit was an insertion.
static long furthest(const struct trace *trace, long d, long k, long n, long m,
                     bool *down)
{
    *down = false;
    if (d == 0)
        return 0;
    const long *before = row(trace, d - 1);
    long below = k + 1 <= d - 1 ? before[k + 1] : -1;
    long left = k - 1 >= 1 - d ? before[k - 1] : -1;
    if (below - k > m)
        below = -1;
    left = left < 0 || left == n ? -1 : left + 1;
    *down = below >= left;
    return *down ? below : left;
}

static void reserve_row(struct trace *trace, long d)
{
    size_t need = (size_t)(d + 1) * (size_t)(d + 1);

    if (need <= trace->cap)
        return;
    trace->cap = need * 2;
    trace->x = mem_realloc(trace->x, trace->cap * sizeof(*trace->x));
}

static struct trace search(struct lines a, struct lines b, long limit)
{
    struct trace trace = { .edits = -1 };
    long n = (long)a.count, m = (long)b.count;
    bool down;

    for (long d = 0; d <= n + m && d <= limit; d++) {
        reserve_row(&trace, d);
        long *now = row(&trace, d);
        for (long k = -d; k <= d; k++)
            now[k] = -1; // the other parity, and beyond the edges
        for (long k = -d; k <= d; k += 2) {
            long x = furthest(&trace, d, k, n, m, &down);
            if (x < 0)
                continue;
            while (x < n && x - k < m && str_equal(a.at[x], b.at[x - k]))
                x++;
            now[k] = x;
            if (x == n && x - k == m) {
                trace.edits = d;
                return trace;
            }
        }
    }
    return trace;
}

// Walks back and marks the lines that differ.
static void mark(const struct trace *trace, long n, long m, bool *a_gone,
                 bool *b_new)
{
    long k = n - m;

    for (long d = trace->edits; d > 0; d--) {
        bool down;
        long x = furthest(trace, d, k, n, m, &down);
        if (down)
            b_new[x - k - 1] = true;
        else
            a_gone[x - 1] = true;
        k += down ? 1 : -1;
    }
}

// Gathers the runs, or with NULL only counts them.
static size_t collect(struct diff_run *runs, size_t n, size_t m,
                      const bool *gone, const bool *new)
{
    size_t count = 0;

    for (size_t i = 0, j = 0; i < n || j < m; i++, j++) {
        struct diff_run run = { .a = i, .b = j };
        for (; i < n && gone[i]; i++)
            run.a_count++;
        for (; j < m && new[j]; j++)
            run.b_count++;
        if (run.a_count + run.b_count == 0)
            continue;
        if (runs)
            runs[count] = run;
        count++;
    }
    return count;
}

static struct lines middle(struct lines all, size_t from, size_t count)
{
    // Without lines there may be no array to point into.
    return (struct lines){ count ? all.at + from : NULL, count };
}

// Marks what differs between two ranges of lines. False, with nothing marked,
// if that takes more than `limit` edits.
static bool compare(struct lines a, struct lines b, long limit, bool *gone,
                    bool *new)
{
    struct trim t = trim_ends(a, b);
    size_t n = t.a_end - t.head, m = t.b_end - t.head;
    struct trace trace =
        search(middle(a, t.head, n), middle(b, t.head, m), limit);
    bool found = trace.edits >= 0;

    if (found)
        mark(&trace, (long)n, (long)m, gone + t.head, new + t.head);
    free(trace.x);
    return found;
}

// The same for a range between anchors, or the whole of it.
static void compare_gap(struct lines a, struct lines b, bool *gone, bool *new)
{
    if (compare(a, b, DIFF_GAP_LIMIT, gone, new))
        return;
    struct trim t = trim_ends(a, b);
    memset(gone + t.head, true, t.a_end - t.head);
    memset(new + t.head, true, t.b_end - t.head);
}

static void compare_by_anchors(struct lines a, struct lines b, bool *gone,
                               bool *new)
{
    struct arena arena = { 0 };
    size_t count, at = 0, bt = 0;
    struct diff_anchor *anchors = diff_anchors(&arena, a, b, &count);

    for (size_t i = 0; i <= count; i++) {
        size_t a_end = i < count ? anchors[i].a : a.count;
        size_t b_end = i < count ? anchors[i].b : b.count;
        compare_gap(middle(a, at, a_end - at), middle(b, bt, b_end - bt),
                    gone + at, new + bt);
        at = a_end + 1;
        bt = b_end + 1;
    }
    arena_release(&arena);
}

struct diff_run *diff_lines(struct arena *arena, struct lines a, struct lines b,
                            size_t *count)
{
    bool *gone = mem_alloc(a.count + b.count + 1), *new = gone + a.count;

    if (!compare(a, b, DIFF_LIMIT, gone, new))
        compare_by_anchors(a, b, gone, new);
    size_t most = collect(NULL, a.count, b.count, gone, new);
    struct diff_run *runs = arena_array(arena, most, sizeof(*runs));
    *count = collect(runs, a.count, b.count, gone, new);
    free(gone);
    return runs;
}
