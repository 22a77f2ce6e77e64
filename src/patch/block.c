/*
 * Finds the old lines of a hunk. The order of attempts: every line exact; the
 * result is already there; blanks at line ends; blanks at both ends;
 * punctuation; the result with other blanks.
 */
#include "job.h"

static bool any_telling(struct lines lines)
{
    for (size_t i = 0; i < lines.count; i++)
        if (line_is_telling(lines.at[i]))
            return true;
    return false;
}

static void settle(struct job *job, struct lines want, enum fit fit,
                   struct found found)
{
    if (!choose_place(job, want, &found)) {
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
    job->slot->lone = fit == FIT_EXACT && found.count == 1 && any_telling(want);
    if (moved && job->leading + job->trailing == 0 && !any_telling(want)) {
        job->slot->place.state = HUNK_FUZZY;
        job->slot->place.reason =
            STR("no context, and not where the patch says");
    }
}

// --- the result stands there already ----------------------------------------

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

static bool adds_text(const struct hunk *hunk)
{
    for (size_t i = 0; i < hunk->line_count; i++)
        if (hunk->lines[i].kind == LINE_ADDED
            && str_trim(hunk->lines[i].text).len > 0)
            return true;
    return false;
}

// Where nothing is added, only context shows the result: it must tell on both
// sides of what is gone, or stand where the hunk says.
static bool has_proof(const struct job *job, struct lines want, size_t line)
{
    size_t behind = job->post.count - job->trailing;
    struct lines head = { want.at, job->leading };
    struct lines tail = { want.at + behind, want.count - behind };

    return line == job->expected || adds_text(job->hunk)
           || (any_telling(head) && any_telling(tail));
}

static bool proves_applied(struct job *job, struct lines want,
                           struct found *found)
{
    if (found->count == 0 || !choose_place(job, want, found))
        return false;
    size_t line = found->place[0];
    if (want.count < 2 && line != job->expected) // one line alone may be any
        return false;
    if (!has_proof(job, want, line))
        return false;
    if (ends_in_removal(job->hunk, false) && line != 0)
        return false;
    return !ends_in_removal(job->hunk, true)
           || line + want.count == job->rf->text.lines.count;
}

// Says where the result stands; NO_LINE if it does not.
static size_t find_applied(struct job *job, enum fit fit, size_t *count)
{
    for (size_t drop = 0; is_change(job) && drop <= job->bare_tail; drop++) {
        struct lines want = { job->post.at, job->post.count - drop };
        struct found found = { 0 };
        if (job->post.count > drop && job->trailing >= drop)
            found = job_find(job, want, fit);
        *count = want.count;
        if (proves_applied(job, want, &found))
            return found.place[0];
    }
    return NO_LINE;
}

static bool try_applied(struct job *job, enum fit fit)
{
    size_t count, line = find_applied(job, fit, &count);

    if (line != NO_LINE)
        job_fit(job, HUNK_APPLIED, fit, line, count);
    return line != NO_LINE;
}

// The old lines were found, but not where the hunk says, and there stands the
// result: a second copy of the old lines is no reason to do it again.
static bool was_applied_here(struct job *job, const struct found *found)
{
    size_t count;

    if (job->expected == HUNK_NO_HINT || job->hunk->anchor_count > 0
        || found_index(found, job->expected) < found->count)
        return false;
    size_t line = find_applied(job, FIT_EXACT, &count);
    if (line != job->expected || !adds_text(job->hunk))
        return false;
    job_fit(job, HUNK_APPLIED, FIT_EXACT, line, count);
    return true;
}

// --- the old lines ----------------------------------------------------------

static bool try_pass(struct job *job, enum fit fit)
{
    for (size_t drop = 0; drop <= job->bare_tail; drop++) {
        struct lines want = { job->pre.at, job->pre.count - drop };
        struct found found = { 0 };
        if (want.count > 0)
            found = job_find(job, want, fit);
        if (found.count == 0)
            continue;
        if (fit == FIT_EXACT && was_applied_here(job, &found))
            return true;
        job->slot->drop_tail = drop;
        settle(job, want, fit, found);
        return true;
    }
    return false;
}

bool block_try(struct job *job, size_t from)
{
    job->from = from;
    for (size_t i = 0; i < FIT_PASSES; i++) {
        if (try_pass(job, fit_passes[i]))
            return true;
        if (fit_passes[i] == FIT_EXACT && try_applied(job, FIT_EXACT))
            return true;
    }
    return try_applied(job, FIT_BLANKS);
}

// --- why not ----------------------------------------------------------------

// The lines are there, but above the hunk before or not at the end.
static bool explain_order(struct job *job)
{
    struct query query = { .want = job->pre,
                           .fit = FIT_EXACT,
                           .until = job->rf->text.lines.count,
                           .hint = HUNK_NO_HINT,
                           .most = 2 };
    struct found found = text_find(&job->rf->text, job->scratch, &query);
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
    if (found.count == 1 && !job->hunk->at_end && any_telling(job->pre))
        job->slot->witness = found.place[0];
    return true;
}

void block_explain(struct job *job)
{
    size_t same;

    if (text_is_exhausted(&job->rf->text)) {
        job_conflict(job,
                     STR("the file repeats itself so much that the lines "
                         "were not found in time"),
                     0);
        return;
    }
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
