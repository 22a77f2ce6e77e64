/* What every way of placing a hunk needs: its two sides, the search with the
 * hunk's own limits, and the words for the outcome. */
#include "job.h"

struct str job_bare_line(const struct patch_line *line, bool first)
{
    struct str text = line->text;

    if (!line->no_newline && str_ends_with(text, STR("\r")))
        text.len--;
    if (first && str_starts_with(text, STR("\xef\xbb\xbf")))
        text = str_skip(text, 3);
    return text;
}

void job_cut(struct job *job)
{
    const struct hunk *hunk = job->hunk;
    bool at_top = hunk->hint == 0 || hunk->hint == HUNK_NO_HINT;
    struct str *pre = arena_array(job->scratch, hunk->line_count, sizeof(*pre));
    struct str *post =
        arena_array(job->scratch, hunk->line_count, sizeof(*post));

    for (size_t i = 0; i < hunk->line_count; i++) {
        const struct patch_line *line = &hunk->lines[i];
        size_t before = line->kind == LINE_ADDED ? job->post.count
                                                 : job->pre.count;
        struct str text = job_bare_line(line, at_top && before == 0);
        bool context = line->kind == LINE_CONTEXT;
        if (line->kind != LINE_ADDED)
            pre[job->pre.count++] = text;
        if (line->kind != LINE_REMOVED)
            post[job->post.count++] = text;
        job->leading += context && job->leading == i;
        job->trailing = context ? job->trailing + 1 : 0;
        job->bare_tail = context && line->text.len == 0;
    }
    job->bare_tail &= !hunk->cut; // the rest of that line may be lost
    job->pre.at = pre;
    job->post.at = post;
}

void job_conflict(struct job *job, struct str reason, size_t nearest)
{
    job->slot->place.state = HUNK_CONFLICT;
    job->slot->place.reason = reason;
    job->slot->place.nearest = nearest;
    job->slot->fits = false;
}

void job_fit(struct job *job, enum hunk_state state, enum fit fit, size_t line,
             size_t count)
{
    struct hunk_place *place = &job->slot->place;

    place->state = state;
    place->fit = fit;
    place->line = line;
    place->count = count;
    if (job->hunk->hint != HUNK_NO_HINT)
        place->moved_by = (long)line - (long)job->hunk->hint;
    job->slot->fits = true;
}

void job_ambiguous(struct job *job, enum fit fit, size_t line, size_t other,
                   size_t count)
{
    job_fit(job, HUNK_AMBIGUOUS, fit, line, count);
    job->slot->fits = false;
    job->slot->place.nearest = other;
    job->slot->place.reason = arena_printf(&job->rf->words,
                                           "fits at line %zu and at line %zu",
                                           line + 1, other + 1);
}

struct found job_find(struct job *job, struct lines want, enum fit fit)
{
    size_t count = job->rf->text.lines.count;
    struct query query = { .want = want,
                           .fit = fit,
                           .from = job->from,
                           .until = job->until,
                           .hint = job->expected,
                           .most = FOUND_MAX };

    if (job->hunk->at_end && want.count <= count
        && query.from < count - want.count)
        query.from = count - want.count;
    return text_find(&job->rf->text, job->scratch, &query);
}

#define TELLING_BYTES 3

bool line_is_telling(struct str line)
{
    size_t count = 0;

    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = (unsigned char)line.at[i];
        count += c >= 0x80 || c == '_' || (c >= '0' && c <= '9')
                 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
    return count >= TELLING_BYTES;
}
