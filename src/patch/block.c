/*
 * Finds the old lines of a hunk. The order of attempts: every line exact; the
 * result is already there; blanks at line ends; blanks at both ends;
 * punctuation. Two places that are about equally good are refused, because a
 * wrong place is worse than a question.
 */
#include "job.h"

// A second place must be this many times farther off than the first.
#define CLEARLY_NEARER 3

static bool is_ambiguous(struct job *job, const struct found *found)
{
    if (found->count < 2)
        return false;
    if (job->hunk->anchor_count > 0)
        return anchors_repeat(job, found);
    if (job->expected == HUNK_NO_HINT)
        return true;
    size_t near = line_distance(found->place[0], job->expected);
    size_t far = line_distance(found->place[1], job->expected);
    return near > 0 && far < near * CLEARLY_NEARER;
}

// Diffs have less context on one side only at an edge of the file.
static bool prefer_edge(struct job *job, struct lines want, enum fit fit,
                        struct found *found)
{
    size_t count = job->rf->text.lines.count, edge;

    if (job->patch->format != PATCH_UNIFIED || job->leading == job->trailing)
        return false;
    edge = job->leading < job->trailing ? 0 : count - want.count;
    if (edge < job->from)
        return false;
    *found = text_find(&job->rf->text, job->scratch, want, fit, edge,
                       edge + want.count, HUNK_NO_HINT);
    return found->count > 0;
}

static void settle(struct job *job, struct lines want, enum fit fit,
                   struct found found)
{
    if (is_ambiguous(job, &found) && !prefer_edge(job, want, fit, &found)) {
        job_ambiguous(job, fit, found.place[0], found.place[1], want.count);
        return;
    }
    size_t line = found.place[0];
    bool moved = job->hunk->hint != HUNK_NO_HINT && line != job->hunk->hint;
    job_fit(job,
            fit != FIT_EXACT ? HUNK_FUZZY
            : moved          ? HUNK_MOVED
                             : HUNK_OK,
            fit, line, want.count);
}

static bool try_pass(struct job *job, enum fit fit)
{
    for (size_t drop = 0; drop <= job->bare_tail; drop++) {
        struct lines want = { job->pre.at, job->pre.count - drop };
        struct found found = { 0 };
        if (want.count > 0)
            found = job_find(job, want, fit, job->from);
        if (found.count == 0)
            continue;
        job->slot->drop_tail = drop;
        settle(job, want, fit, found);
        return true;
    }
    return false;
}

static bool is_change(const struct job *job)
{
    return job->pre.count != job->leading || job->post.count != job->leading;
}

// Says whether only removed lines, and no new ones for them, stand at one end
// of the hunk: nothing of the result shows then that they are gone.
static bool ends_in_removal(const struct hunk *hunk, bool last)
{
    size_t count = hunk->line_count, i = 0;

    while (i < count
           && hunk->lines[last ? count - 1 - i : i].kind == LINE_REMOVED)
        i++;
    return i > 0
           && (i == count
               || hunk->lines[last ? count - 1 - i : i].kind == LINE_CONTEXT);
}

static bool proves_applied(struct job *job, const struct found *found,
                           size_t count)
{
    size_t line = found->place[0];

    if (found->count == 0 || is_ambiguous(job, found))
        return false;
    if (count < 2 && line != job->expected) // one line alone may be any
        return false;
    if (ends_in_removal(job->hunk, false) && line != 0)
        return false;
    return !ends_in_removal(job->hunk, true)
           || line + count == job->rf->text.lines.count;
}

// The result stands there already.
static bool try_applied(struct job *job)
{
    for (size_t drop = 0; is_change(job) && drop <= job->bare_tail; drop++) {
        struct lines want = { job->post.at, job->post.count - drop };
        struct found found = { 0 };
        if (job->post.count > drop)
            found = job_find(job, want, FIT_EXACT, job->from);
        if (proves_applied(job, &found, want.count)) {
            job_fit(job, HUNK_APPLIED, FIT_EXACT, found.place[0], want.count);
            return true;
        }
    }
    return false;
}

bool block_try(struct job *job, size_t from)
{
    job->from = from;
    for (size_t i = 0; i < FIT_PASSES; i++) {
        if (try_pass(job, fit_passes[i]))
            return true;
        if (fit_passes[i] == FIT_EXACT && try_applied(job))
            return true;
    }
    return false;
}

// --- why not ----------------------------------------------------------------

// The lines are there, but above the hunk before or not at the end.
static bool explain_order(struct job *job)
{
    struct found found = text_find(&job->rf->text, job->scratch, job->pre,
                                   FIT_EXACT, 0, job->rf->text.lines.count,
                                   HUNK_NO_HINT);
    if (found.count == 0)
        return false;
    struct arena *words = &job->rf->words;
    size_t line = found.place[0] + 1;
    struct str reason =
        job->hunk->at_end
            ? arena_printf(words, "stands at line %zu, which is not the end",
                           line)
            : arena_printf(words,
                           "stands at line %zu, but is sought from "
                           "line %zu on: hunks keep their order",
                           line, job->from + 1);
    job_conflict(job, reason, found.place[0]);
    return true;
}

void block_explain(struct job *job)
{
    size_t same;

    if (explain_order(job))
        return;
    size_t nearest = text_nearest(&job->rf->text, job->scratch, job->pre,
                                  job->expected, &same);
    if (same == 0)
        job_conflict(job, STR("no such lines in the file"), 0);
    else
        job_conflict(job,
                     arena_printf(&job->rf->words,
                                  "no such lines; nearest is line %zu, "
                                  "%zu of %zu equal",
                                  nearest + 1, same, job->pre.count),
                     nearest);
}
