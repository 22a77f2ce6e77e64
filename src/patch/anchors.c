/*
 * Anchors of apply_patch: `@@ text` names a line in front of the hunk, stacked
 * ones narrow it down in turn. A line is named by the same looseness as old
 * lines are found with, or else by its begin.
 */
#include "job.h"

#include "kerf/base/utf8.h"

// Returns the first line at or behind `from` that an anchor names, by the
// passes or else by its begin; SIZE_MAX if there is none.
static size_t find_anchor(struct job *job, struct str anchor, size_t from)
{
    struct text *text = &job->rf->text;
    struct lines want = { &anchor, 1 };

    for (size_t i = 0; i < FIT_PASSES; i++) {
        struct query query = { .want = want,
                               .fit = fit_passes[i],
                               .from = from,
                               .until = text->lines.count,
                               .hint = HUNK_NO_HINT,
                               .most = 1 };
        struct found found = text_find(text, job->scratch, &query);
        if (found.count > 0)
            return found.place[0];
    }
    if (text_is_exhausted(text))
        return SIZE_MAX;
    text->work += from < text->lines.count ? text->lines.count - from : 0;
    for (size_t i = from; i < text->lines.count; i++)
        if (str_starts_with(str_trim_start(text->lines.at[i]), anchor))
            return i;
    return SIZE_MAX;
}

// Seeks the stacked anchors in turn; returns the line of the last one.
static size_t anchors_seek(struct job *job, size_t from, size_t *missing)
{
    size_t at = SIZE_MAX;

    for (size_t i = 0; i < job->hunk->anchor_count; i++) {
        at = find_anchor(job, job->hunk->anchors[i], from);
        if (missing)
            *missing = i;
        if (at == SIZE_MAX)
            return at;
        from = at + 1;
    }
    return at;
}

bool anchors_pass(struct job *job)
{
    size_t missing = 0;

    if (job->hunk->anchor_count == 0)
        return true;
    size_t at = anchors_seek(job, job->from, &missing);
    if (at != SIZE_MAX) {
        job->from = at + 1;
        return true;
    }
    struct str anchor =
        utf8_sanitised(job->scratch, job->hunk->anchors[missing], false);
    job_conflict(job,
                 arena_printf(&job->rf->words,
                              "no line '%.*s' at or behind line %zu",
                              STR_ARG(anchor), job->from + 1),
                 job->from);
    return false;
}

// The anchors stand a second time between the two places.
bool anchors_repeat(struct job *job, const struct found *found)
{
    size_t at = anchors_seek(job, found->place[0], NULL);
    return at != SIZE_MAX && at < found->place[1];
}
