/*
 * Which of several equal places a hunk means. What tells, strongest first: a
 * place where the hunks before and behind it have moved to; the function that
 * a diff names behind `@@`; the number of its line. A place that is merely
 * nearer is taken only if it is clearly nearer, because a wrong place is worse
 * than a question.
 */
#include "job.h"

// A second place must be this many times farther off than the first. In files
// made of repeated blocks with random changes, 3 places a hunk wrongly ten
// times as often as 40, and 40 no more often than only the exact number.
#define CLEARLY_NEARER 40

#define SECTION_REACH 2000 // lines above a place that are looked at

static void to_front(struct found *found, size_t i)
{
    size_t place = found->place[i];

    for (; i > 0; i--)
        found->place[i] = found->place[i - 1];
    found->place[0] = place;
}

// As git finds the line that opens a function.
static bool opens_function(struct str line)
{
    char c = line.len ? line.at[0] : ' ';

    return c == '_' || c == '$' || (c >= 'a' && c <= 'z')
           || (c >= 'A' && c <= 'Z');
}

// Says whether the function around `line` is the one the diff names.
static bool in_section(struct job *job, size_t line)
{
    const struct text *text = &job->rf->text;
    size_t last = line > SECTION_REACH ? line - SECTION_REACH : 0;

    for (size_t i = line; i > last; i--) {
        struct str above = text->lines.at[i - 1];
        job->rf->text.work++;
        if (str_starts_with(str_trim_start(above), job->hunk->section))
            return true;
        if (opens_function(above))
            return false;
    }
    return false;
}

// Marks the places in the function that the diff names; returns how many.
static size_t mark_section(struct job *job, const struct found *found,
                           bool inside[FOUND_MAX])
{
    size_t count = 0;

    if (!line_is_telling(job->hunk->section) || found->count == FOUND_MAX)
        return 0;
    for (size_t i = 0; i < found->count; i++) {
        inside[i] = in_section(job, found->place[i]);
        count += inside[i];
    }
    return count;
}

static bool is_clearly_nearer(const struct job *job, const struct found *found)
{
    size_t near = line_distance(found->place[0], job->expected);
    size_t far = line_distance(found->place[1], job->expected);
    bool bare = job->leading + job->trailing == 0;

    return near == 0 || (!bare && far >= near * CLEARLY_NEARER);
}

// Diffs have less context on one side only at an edge of the file.
static bool is_at_edge(struct job *job, struct lines want, struct found *found)
{
    size_t count = job->rf->text.lines.count;

    if (job->patch->format != PATCH_UNIFIED || job->hunk->split
        || job->leading == job->trailing)
        return false;
    size_t edge = job->leading < job->trailing ? 0 : count - want.count;
    size_t i = found_index(found, edge);
    if (i < found->count)
        to_front(found, i);
    return i < found->count;
}

// The line that the numbers of the new side tell, moved as the hunk before was;
// HUNK_NO_HINT if they say nothing else than those of the old side.
static size_t expected_by_new(const struct job *job)
{
    size_t hint = job->hunk->new_hint;
    long shift = job->rf->cursor.new_shift;

    if (hint == HUNK_NO_HINT || (shift < 0 && hint < (size_t)-shift))
        return HUNK_NO_HINT;
    return hint + (size_t)shift;
}

// The place whose number is right; `found->count` if it cannot be told.
static size_t by_number(struct job *job, struct lines want, struct found *found)
{
    size_t before = found_index(found, job->expected);
    size_t after = found_index(found, job->expected_after);
    size_t none = found->count;

    if (before < none && after < none && before != after)
        return none; // the lines between could have come on either side
    size_t first = before < none ? before : after;
    size_t by_new = found_index(found, expected_by_new(job));
    if (first < none && by_new < none && by_new != first)
        return none; // the two sides of the header disagree
    if (first < none)
        return first;
    if (by_new < none || job->hunk->new_hint != HUNK_NO_HINT)
        return by_new; // where they disagree, nearness says nothing
    if (is_clearly_nearer(job, found) || is_at_edge(job, want, found))
        return 0;
    return none;
}

// The function has a say, and so has the number: they may not disagree.
static bool by_evidence(struct job *job, struct lines want, struct found *found)
{
    bool inside[FOUND_MAX] = { false };
    size_t in_function = mark_section(job, found, inside);
    bool numbered = found_index(found, job->expected) < found->count
                    || found_index(found, job->expected_after) < found->count;
    size_t which = 0;

    if (in_function == 1 && !numbered)
        while (!inside[which])
            which++;
    else
        which = by_number(job, want, found);
    if (which == found->count || (in_function > 0 && !inside[which]))
        return false;
    to_front(found, which);
    return true;
}

bool choose_place(struct job *job, struct lines want, struct found *found)
{
    if (found->count < 2)
        return true;
    if (job->hunk->anchor_count > 0)
        return !anchors_repeat(job, found);
    if (job->expected == HUNK_NO_HINT)
        return found->count < FOUND_MAX && is_at_edge(job, want, found);
    return by_evidence(job, want, found);
}
