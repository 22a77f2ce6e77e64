/*
 * The last resort: some context lines may differ. What the hunk changes must
 * stand there (forgiving no more than blanks and punctuation), and so must the
 * lines right beside an insertion; of the context at most a third may differ,
 * and something telling must be equal. A second place that is as good, or
 * worse by one line only, makes it a question. The user is asked in any case.
 */
#include "job.h"

#define FUZZY_SHARE 3       // one in so many context lines may differ
#define FUZZY_STARTS 4096   // more candidates are not looked at
#define FUZZY_NEARLY_GOOD 1 // context lines by which a second place is worse

struct fuzzy {
    struct job *job;
    const bool *must; // of each old line: it may not differ
    const bool *removed;
    size_t context, allowed;
};

struct candidate {
    size_t line, differ;
    bool telling; // an equal context line, or removed lines that are exact
};

// Requires the lines on both sides of line `at`.
static void require_beside(bool *must, size_t at, size_t count)
{
    if (at > 0)
        must[at - 1] = true;
    if (at < count)
        must[at] = true;
}

static void note_must(const struct hunk *hunk, size_t count, bool *must,
                      bool *removed)
{
    bool inserted = false, gone = false; // since the last context line
    size_t at = 0;                       // the next old line

    for (size_t i = 0; i < hunk->line_count; i++) {
        switch (hunk->lines[i].kind) {
        case LINE_ADDED: inserted = true; break;
        case LINE_REMOVED:
            removed[at] = must[at] = gone = true;
            at++;
            break;
        case LINE_CONTEXT:
            if (inserted && !gone)
                require_beside(must, at, count);
            inserted = gone = false;
            at++;
            break;
        }
    }
    if (inserted && !gone)
        require_beside(must, at, count);
}

// The required line that stands least often in the file.
static size_t rarest(const struct fuzzy *f, struct bucket *bucket)
{
    struct lines want = f->job->pre;
    size_t best = want.count;

    for (size_t i = 0; i < want.count; i++) {
        if (!f->must[i])
            continue;
        struct bucket these =
            text_bucket(&f->job->rf->text, want.at[i], FIT_PUNCTUATION);
        if (best == want.count || these.count < bucket->count) {
            best = i;
            *bucket = these;
        }
    }
    return best;
}

// Compares the block at a line; false if it cannot be there. Context may
// differ by one line more than is allowed and than a good place would.
static bool judge(const struct fuzzy *f, size_t line, struct candidate *c)
{
    struct lines want = f->job->pre, text = f->job->rf->text.lines;
    bool exact = true, named = false;

    *c = (struct candidate){ .line = line };
    for (size_t i = 0; i < want.count; i++) {
        bool equal = fit_equal(text.at[line + i], want.at[i], FIT_FUZZY);
        bool telling = line_is_telling(want.at[i]);
        f->job->rf->text.work++;
        if (!equal && f->must[i])
            return false;
        c->differ += !equal;
        if (c->differ > f->allowed + FUZZY_NEARLY_GOOD)
            return false;
        c->telling |= equal && telling && !f->removed[i];
        named |= telling && f->removed[i];
        exact &= !f->removed[i]
                 || fit_equal(text.at[line + i], want.at[i], FIT_EXACT);
    }
    c->telling |= named && exact;
    return true;
}

// The best place and the second best; how many there are.
static size_t best_two(const struct fuzzy *f, struct candidate best[2])
{
    struct job *job = f->job;
    struct bucket bucket = { 0 };
    size_t back = rarest(f, &bucket), count = 0;
    struct candidate c;

    if (bucket.count > FUZZY_STARTS)
        return 0;
    for (size_t i = 0; i < bucket.count; i++) {
        size_t line = bucket.lines[i] - back;
        if (bucket.lines[i] < job->from + back
            || line + job->pre.count > job->until
            || text_is_exhausted(&job->rf->text) || !judge(f, line, &c))
            continue;
        if (count == 0 || c.differ < best[0].differ) {
            best[1] = best[0];
            best[0] = c;
        } else if (count == 1 || c.differ < best[1].differ) {
            best[1] = c;
        }
        count++;
    }
    return count < 2 ? count : 2;
}

static bool is_good(const struct fuzzy *f, const struct candidate *c)
{
    size_t end = c->line + f->job->pre.count;

    return c->telling && c->differ <= f->allowed
           && (!f->job->hunk->at_end || end == f->job->rf->text.lines.count);
}

static void note(const struct fuzzy *f, const struct candidate best[2],
                 size_t count)
{
    struct job *job = f->job;
    struct arena *words = &job->rf->words;

    if (count > 1 && best[1].differ <= best[0].differ + FUZZY_NEARLY_GOOD) {
        job_ambiguous(job, FIT_FUZZY, best[0].line, best[1].line,
                      job->pre.count);
        job->slot->place.reason =
            arena_printf(words, "nearly fits at line %zu and at line %zu",
                         best[0].line + 1, best[1].line + 1);
        return;
    }
    job_fit(job, HUNK_FUZZY, FIT_FUZZY, best[0].line, job->pre.count);
    job->slot->place.reason = arena_printf(
        words, "%zu of %zu context lines differ", best[0].differ, f->context);
}

bool fuzzy_try(struct job *job)
{
    size_t count = job->pre.count;
    bool *must = arena_array(job->scratch, count + 1, sizeof(*must));
    bool *removed = arena_array(job->scratch, count + 1, sizeof(*removed));
    struct fuzzy f = { .job = job, .must = must, .removed = removed };
    struct candidate best[2] = { { 0 } };

    if (count == 0 || text_is_exhausted(&job->rf->text))
        return false;
    note_must(job->hunk, count, must, removed);
    for (size_t i = 0; i < count; i++)
        f.context += !removed[i];
    f.allowed = f.context / FUZZY_SHARE;
    if (f.allowed == 0)
        return false;
    size_t found = best_two(&f, best);
    if (found == 0 || !is_good(&f, &best[0]))
        return false;
    note(&f, best, found);
    return true;
}
