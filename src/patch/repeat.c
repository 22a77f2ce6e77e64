/*
 * A model that repeats itself: a section or a hunk that stands in the patch
 * twice, word for word, is meant once. It counts as applied where the earlier
 * one has done what it says, so that nothing is inserted a second time.
 */
#include "job.h"

#define REPEAT_REACH 256 // hunks above that are compared

static bool same_hunk(const struct hunk *a, const struct hunk *b)
{
    if (a->hint != b->hint || a->anchor_count != b->anchor_count)
        return false;
    for (size_t i = 0; i < a->anchor_count; i++)
        if (!str_equal(a->anchors[i], b->anchors[i]))
            return false;
    return hunk_equal(a, b);
}

static bool same_names(const struct file_patch *a, const struct file_patch *b)
{
    return a->action == b->action && str_equal(a->path, b->path)
           && str_equal(a->move_to, b->move_to) && a->is_copy == b->is_copy
           && a->mode == b->mode && !a->binary && !b->binary;
}

// The last earlier section with the same names; NULL if there is none.
static const struct file_patch *find_twin(const struct job *job)
{
    struct review_file *rf = job->rf;
    size_t at = (size_t)(job->file - job->patch->files);

    if (!rf->twin_known) {
        rf->twin_known = true;
        rf->twin = NO_FILE;
        for (size_t i = 0; i < at; i++)
            if (same_names(&job->patch->files[i], job->file))
                rf->twin = i;
    }
    return rf->twin == NO_FILE ? NULL : &job->patch->files[rf->twin];
}

static bool same_section(const struct file_patch *a, const struct file_patch *b)
{
    if (a->hunk_count != b->hunk_count || !a->complete || !b->complete)
        return false;
    for (size_t h = 0; h < a->hunk_count; h++)
        if (!same_hunk(&a->hunks[h], &b->hunks[h]))
            return false;
    return true;
}

bool repeat_try_section(struct job *job)
{
    const struct file_patch *file = job->file;
    bool once = file->move_to.len > 0
                || (file->action == FILE_DELETE && !job->rf->pre.exists);
    const struct file_patch *twin = once ? find_twin(job) : NULL;

    if (!twin || !same_section(twin, file))
        return false;
    job_fit(job, HUNK_APPLIED, FIT_EXACT, 0, 0);
    job->slot->place.moved_by = 0;
    return true;
}

// Says whether an earlier section holds the hunk, and has done it.
static bool is_in_twin(const struct job *job)
{
    const struct file_patch *twin = find_twin(job);
    size_t h = (size_t)(job->hunk - job->file->hunks);

    return twin && h < twin->hunk_count
           && same_hunk(&twin->hunks[h], job->hunk);
}

// The line of the same hunk further up in the section; NO_LINE if none.
static size_t line_of_same(const struct job *job)
{
    size_t h = (size_t)(job->hunk - job->file->hunks);
    size_t last = h > REPEAT_REACH ? h - REPEAT_REACH : 0;

    for (size_t i = h; i > last; i--)
        if (job->rf->slots[i - 1].fits
            && same_hunk(&job->file->hunks[i - 1], job->hunk))
            return job->rf->slots[i - 1].place.line;
    return NO_LINE;
}

static struct found find_anywhere(struct job *job, struct lines want)
{
    struct query query = { .want = want,
                           .fit = FIT_EXACT,
                           .until = job->rf->text.lines.count,
                           .hint = job->expected,
                           .most = 2 };
    return text_find(&job->rf->text, job->scratch, &query);
}

// The result stands where the hunk says, or in one place only.
static bool try_result(struct job *job)
{
    struct found found = { 0 };

    if (job->post.count > 0)
        found = find_anywhere(job, job->post);
    if (found.count == 0
        || (found.count > 1 && found.place[0] != job->expected
            && job->expected != HUNK_NO_HINT))
        return false;
    job_fit(job, HUNK_APPLIED, FIT_EXACT, found.place[0], job->post.count);
    return true;
}

// Nothing was done to the file between the two sections.
static bool try_directly(struct job *job)
{
    size_t count = job->rf->text.lines.count;
    size_t line = job->expected < count ? job->expected : count;

    if (job->rf->base != job->rf->twin)
        return false;
    job_fit(job, HUNK_APPLIED, FIT_EXACT, line, 0);
    return true;
}

bool repeat_try_hunk(struct job *job)
{
    if (is_in_twin(job) && (try_result(job) || try_directly(job)))
        return true;
    size_t line = line_of_same(job);
    if (line == NO_LINE || job->pre.count == 0)
        return false;
    struct found found = find_anywhere(job, job->pre);
    if (found.count != 1 || found.place[0] != line)
        return false;
    job_fit(job, HUNK_APPLIED, FIT_EXACT, line, job->pre.count);
    return true;
}
