/*
 * What the hunks of a file prove about each other. A hunk that fits in one
 * place only shows by how much its part of the file moved, and bounds the
 * hunks in front of it. Those that were placed, or refused, without knowing
 * it are placed once more. A decision is never carried to another place.
 */
#include "job.h"

// What the hunks behind one prove.
struct evidence {
    bool shifted; // `shift` is known
    long shift;
    size_t until;   // they own what is behind
    size_t witness; // a later hunk stands here; NO_LINE if none is so proven
    size_t number;  // of that hunk, from 1
};

static bool has_hint(const struct hunk *hunk)
{
    return hunk->hint != HUNK_NO_HINT;
}

static size_t leading_context(const struct hunk *hunk)
{
    size_t count = 0;

    while (count < hunk->line_count && hunk->lines[count].kind == LINE_CONTEXT)
        count++;
    return count;
}

static void look_at(struct evidence *e, const struct hunk *hunk,
                    const struct slot *slot, size_t number)
{
    if (slot->witness != NO_LINE
        && (e->witness == NO_LINE || slot->witness < e->witness)) {
        e->witness = slot->witness;
        e->number = number;
    }
    if (!slot->lone)
        return;
    e->until = slot->place.line + leading_context(hunk);
    e->shifted = has_hint(hunk);
    e->shift = slot->place.moved_by;
}

// Fills one evidence a hunk, from the last hunk to the first.
static struct evidence *gather(const struct file_patch *file,
                               const struct review_file *rf,
                               struct arena *scratch)
{
    size_t count = rf->placed;
    struct evidence *all = arena_array(scratch, count, sizeof(*all));
    struct evidence e = { .until = rf->text.lines.count, .witness = NO_LINE };

    for (size_t h = count; h > 0; h--) {
        all[h - 1] = e;
        look_at(&e, &file->hunks[h - 1], &rf->slots[h - 1], h);
    }
    return all;
}

static bool has_moved(const struct file_patch *file,
                      const struct review_file *rf)
{
    for (size_t h = 0; h < rf->placed; h++)
        if (rf->slots[h].lone && has_hint(&file->hunks[h])
            && rf->slots[h].place.moved_by != 0)
            return true;
    return false;
}

// A hunk that fits in one place only stands above: this one is too low.
static void doubt(struct job *job, const struct evidence *e)
{
    size_t line = job->slot->place.line;

    job_ambiguous(job, job->slot->place.fit, line, e->witness,
                  job->slot->place.count);
    job->slot->lone = false;
    job->slot->place.reason =
        arena_printf(&job->rf->words,
                     "fits at line %zu, but hunk %zu stands above it, at line "
                     "%zu",
                     line + 1, e->number, e->witness + 1);
}

static void place_anew(struct job *job, const struct evidence *e)
{
    struct slot *slot = job->slot;
    const struct slot before = *slot;
    struct cursor cursor = job->rf->cursor;

    job->until = e->until;
    if (e->shifted && has_hint(job->hunk)
        && (e->shift >= 0 || job->hunk->hint >= (size_t)-e->shift))
        job->expected_after = job->hunk->hint + (size_t)e->shift;
    place_job(job);
    if (slot->decision != DECISION_NONE && before.fits && slot->fits
        && slot->place.line != before.place.line) {
        job->rf->cursor = cursor;
        job_ambiguous(job, slot->place.fit, slot->place.line, before.place.line,
                      slot->place.count);
    }
}

static bool needs_settling(const struct review_file *rf)
{
    for (size_t h = 0; h < rf->placed; h++)
        if (!rf->slots[h].lone)
            return rf->placed > 1;
    return false;
}

void place_settle(const struct patch *patch, const struct file_patch *file,
                  struct review_file *rf, struct arena *scratch)
{
    struct arena kept = { 0 };

    if (file->action != FILE_UPDATE || !needs_settling(rf))
        return;
    const struct evidence *evidence = gather(file, rf, &kept);
    bool moved = has_moved(file, rf);
    rf->cursor = (struct cursor){ 0 };
    for (size_t h = 0; h < rf->placed; h++) {
        struct job job = job_of(patch, file, rf, h, scratch);
        const struct evidence *e = &evidence[h];
        job.file_moved = moved;
        if (!rf->slots[h].lone && rf->slots[h].place.state != HUNK_STALE) {
            place_anew(&job, e);
        } else {
            job_cut(&job);
            place_pass(&job);
        }
        if (!rf->slots[h].lone && rf->slots[h].fits && e->witness != NO_LINE
            && rf->slots[h].place.line >= e->witness)
            doubt(&job, e);
        arena_reset(scratch);
    }
    arena_release(&kept);
}
