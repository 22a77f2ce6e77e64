/*
 * Finds the old lines of a hunk. The order of attempts: every line exact; the
 * result is already there; blanks at line ends; blanks at both ends;
 * punctuation; the result with other blanks.
 */
#include "job.h"

#define NEARLY_SHARE 8 // one line, and one in so many, may differ

static bool any_telling(struct lines lines)
{
    for (size_t i = 0; i < lines.count; i++)
        if (line_is_telling(lines.at[i]))
            return true;
    return false;
}

static bool any_filled(struct lines lines)
{
    for (size_t i = 0; i < lines.count; i++)
        if (str_trim(lines.at[i]).len > 0)
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

// Says whether the result ends in a line without a newline.
static bool ends_file(const struct hunk *hunk)
{
    for (size_t i = hunk->line_count; i > 0; i--)
        if (hunk->lines[i - 1].kind != LINE_REMOVED)
            return hunk->lines[i - 1].no_newline;
    return false;
}

// Where nothing is added, only context shows the result: there must be some on
// both sides of what is gone, and it must tell on both, or stand where the
// hunk says and be more than blank lines.
static bool has_proof(const struct job *job, struct lines want, size_t line)
{
    size_t behind = job->post.count - job->trailing;
    struct lines head = { want.at, job->leading };
    struct lines tail = { want.at + behind, want.count - behind };

    if (adds_text(job->hunk))
        return true;
    if (line != job->expected)
        return any_telling(head) && any_telling(tail);
    bool bounded = head.count > 0 || line == 0;
    bounded &= tail.count > 0 || line + want.count == job->rf->text.lines.count;
    return bounded && any_filled(want);
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
    return !(ends_in_removal(job->hunk, true) || ends_file(job->hunk))
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

// How many lines of the block differ at a line; all if it cannot be there.
// `*filled` counts the equal ones that are not blank.
static size_t count_differing(struct job *job, struct lines want, size_t line,
                              enum fit fit, size_t *filled)
{
    struct lines text = job->rf->text.lines;
    size_t differ = 0;

    *filled = 0;
    if (line < job->from || line > job->until || want.count > job->until - line)
        return want.count;
    for (size_t i = 0; i < want.count; i++) {
        bool equal = fit_equal(text.at[line + i], want.at[i], fit);
        differ += !equal;
        *filled += equal && str_trim(want.at[i]).len > 0;
    }
    job->rf->text.work += want.count;
    return differ;
}

// Where the numbers put the hunk stands all of it, but for blanks at the ends
// of lines: that is the place, though it fits exactly elsewhere.
static bool is_loose_here(struct job *job, struct lines want,
                          const struct found *found)
{
    size_t filled;

    return job->expected != HUNK_NO_HINT && job->hunk->anchor_count == 0
           && found_index(found, job->expected) == found->count
           && found_index(found, job->expected_after) == found->count
           && count_differing(job, want, job->expected, FIT_BLANKS, &filled)
                  == 0
           && filled > 0;
}

// Where the numbers put the hunk stands nearly all of it, and elsewhere all:
// it may have been changed here, and what stands elsewhere be another.
static bool is_nearly_here(struct job *job, struct lines want,
                           const struct found *found)
{
    size_t differ, filled;

    if (job->expected == HUNK_NO_HINT || job->hunk->anchor_count > 0
        || found_index(found, job->expected) < found->count
        || found_index(found, job->expected_after) < found->count)
        return false;
    differ =
        count_differing(job, want, job->expected, FIT_PUNCTUATION, &filled);
    size_t allowed = want.count < 2 ? 0 : 1 + want.count / NEARLY_SHARE;
    return differ <= allowed && filled > 0;
}

static void doubt_place(struct job *job, struct lines want, enum fit fit,
                        size_t line)
{
    job_ambiguous(job, fit, line, job->expected, want.count);
    job->slot->place.reason = arena_printf(
        &job->rf->words,
        "fits at line %zu, but nearly so at line %zu, where the patch says",
        line + 1, job->expected + 1);
}

// Where the numbers put the hunk stands all of it but the empty line behind its
// end, and there the file ends: that line was none of it.
static bool lacks_tail_here(struct job *job, const struct found *found)
{
    size_t end = job->pre.count - 1, filled;
    struct lines want = { job->pre.at, end };

    return job->bare_tail && job->expected != HUNK_NO_HINT && end > 0
           && found_index(found, job->expected) == found->count
           && job->expected + end == job->rf->text.lines.count
           && count_differing(job, want, job->expected, FIT_EXACT, &filled) == 0
           && filled > 0;
}

// Lines like the removed ones stand elsewhere, and here, where the numbers put
// the hunk, they are gone.
static bool is_gone_here(struct job *job, const struct found *found)
{
    size_t count;

    return !adds_text(job->hunk) && job->expected != HUNK_NO_HINT
           && found_index(found, job->expected) == found->count
           && find_applied(job, FIT_EXACT, &count) == job->expected;
}

static bool try_pass(struct job *job, enum fit fit)
{
    for (size_t drop = 0; drop <= job->bare_tail; drop++) {
        struct lines want = { job->pre.at, job->pre.count - drop };
        struct found found = { 0 };
        if (want.count > 0)
            found = job_find(job, want, fit);
        if (found.count == 0
            || (drop == 0 && fit == FIT_EXACT && lacks_tail_here(job, &found)))
            continue;
        if (fit == FIT_EXACT && was_applied_here(job, &found))
            return true;
        if (fit == FIT_EXACT && is_loose_here(job, want, &found))
            return false;
        job->slot->drop_tail = drop;
        if (fit != FIT_EXACT && is_gone_here(job, &found)) {
            doubt_place(job, want, fit, found.place[0]);
            return true;
        }
        if (is_nearly_here(job, want, &found)) {
            doubt_place(job, want, fit, found.place[0]);
            return true;
        }
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
        if (fit_passes[i] == FIT_EXACT && adds_text(job->hunk)
            && try_applied(job, FIT_EXACT))
            return true;
    }
    return try_applied(job, FIT_EXACT) || try_applied(job, FIT_BLANKS);
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
