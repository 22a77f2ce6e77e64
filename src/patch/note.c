/*
 * Notes, in the order of the patch. A note never changes: another text is
 * another note in another list, so that a step keeps two lists and undo puts
 * the first one back. Only that it was sent is not undone.
 */
#include "slots.h"

#include <string.h>

static int compare_sizes(size_t a, size_t b)
{
    return a < b ? -1 : a > b;
}

// SELECT_ALL stands in front: a file before its hunks, those before lines.
static int compare(const struct note *note, struct target target,
                   size_t last_line)
{
    struct target own = note->target;
    int by = compare_sizes(own.file, target.file);

    if (by == 0)
        by = compare_sizes(own.hunk + 1, target.hunk + 1);
    if (by == 0)
        by = compare_sizes(own.line + 1, target.line + 1);
    return by != 0 ? by : compare_sizes(note->last_line, last_line);
}

// The place of the note, or where it would stand.
static size_t find(const struct notes *notes, struct target target,
                   size_t last_line, bool *found)
{
    size_t at = 0;

    while (at < notes->count && compare(notes->at[at], target, last_line) < 0)
        at++;
    *found = at < notes->count
             && compare(notes->at[at], target, last_line) == 0;
    return at;
}

// A list with one note put in the place of `old` (0 or 1) notes at `at`.
static struct notes with(struct selection *sel, size_t at, size_t old,
                         struct note *note)
{
    const struct notes *now = &sel->notes;
    size_t count = now->count - old + (note ? 1 : 0);
    struct notes notes = {
        arena_array(&sel->journal.arena, count, sizeof(*notes.at)), count
    };
    size_t to = 0;

    for (size_t i = 0; i < at; i++)
        notes.at[to++] = now->at[i];
    if (note)
        notes.at[to++] = note;
    for (size_t i = at + old; i < now->count; i++)
        notes.at[to++] = now->at[i];
    return notes;
}

static void put_in_force(struct selection *sel, struct notes notes)
{
    struct step step = { .noted = true, .notes = { sel->notes, notes } };

    sel->notes = notes;
    journal_push(&sel->journal, &step);
}

// A target that is not there cannot be told from one that is meant later.
static bool is_there(const struct selection *sel, struct target target,
                     size_t last_line)
{
    if (target.file >= sel->count)
        return false;
    if (target.hunk == SELECT_ALL)
        return target.line == SELECT_ALL && last_line == SELECT_ALL;
    if (target.hunk >= sel->files[target.file].count)
        return false;
    if (target.line == SELECT_ALL)
        return last_line == SELECT_ALL;
    size_t lines = sel->patch->files[target.file].hunks[target.hunk].line_count;
    return target.line <= last_line && last_line < lines;
}

// The last line counts in a range only.
static size_t last_of(struct target target, size_t last_line)
{
    return target.line == SELECT_ALL ? SELECT_ALL : last_line;
}

bool selection_note_set(struct selection *sel, struct target target,
                        size_t last_line, struct str text, struct error *err)
{
    struct arena *arena = &sel->journal.arena;
    size_t last = last_of(target, last_line);
    bool found;

    if (text.len == 0)
        return selection_note_remove(sel, target, last)
               || error_set(err, ERROR_NOT_FOUND, "there is no note here");
    if (!is_there(sel, target, last))
        return error_set(err, ERROR_NOT_FOUND, "no such lines to note");
    size_t at = find(&sel->notes, target, last, &found);
    if (text.len > LIMIT_NOTE_BYTES
        || (!found && sel->notes.count >= LIMIT_NOTES))
        return error_set(err, ERROR_LIMIT,
                         "more than %d notes, or one of more than %zu bytes",
                         LIMIT_NOTES, LIMIT_NOTE_BYTES);
    struct note *note = arena_alloc(arena, sizeof(*note));
    *note = (struct note){ target, last, arena_copy(arena, text), false };
    put_in_force(sel, with(sel, at, found, note));
    return true;
}

bool selection_note_remove(struct selection *sel, struct target target,
                           size_t last_line)
{
    bool found;
    size_t at = find(&sel->notes, target, last_of(target, last_line), &found);

    if (found)
        put_in_force(sel, with(sel, at, 1, NULL));
    return found;
}

size_t selection_note_count(const struct selection *sel)
{
    return sel->notes.count;
}

const struct note *selection_note_at(const struct selection *sel, size_t index)
{
    return sel->notes.at[index];
}

void selection_notes_sent(struct selection *sel)
{
    for (size_t i = 0; i < sel->notes.count; i++)
        sel->notes.at[i]->sent = true;
}

bool selection_has_feedback(const struct selection *sel)
{
    for (size_t i = 0; i < sel->notes.count; i++)
        if (!sel->notes.at[i]->sent)
            return true;
    struct selection_counts sum = selection_count(sel, SELECT_ALL);
    return sum.no + sum.mixed > 0;
}

// --- notes of hunks that were replaced --------------------------------------

static size_t find_line(const struct hunk *hunk, const struct patch_line *line)
{
    for (size_t i = 0; i < hunk->line_count; i++)
        if (line_equal(&hunk->lines[i], line))
            return i;
    return SELECT_ALL;
}

// The first of the new hunks that has the note's first line, or else the
// first hunk as a whole.
static void move_into(const struct cells *old, const struct cells *new,
                      size_t hunk, struct note *note)
{
    const struct hunk *was = &old->at[note->target.hunk - hunk].hunk;
    size_t length = note->last_line - note->target.line;
    size_t line = note->target.line;

    note->target.hunk = hunk;
    if (line == SELECT_ALL)
        return;
    note->target.line = note->last_line = SELECT_ALL;
    for (size_t i = 0; i < new->count; i++) {
        const struct hunk *part = &new->at[i].hunk;
        size_t at = find_line(part, &was->lines[line]);
        if (at == SELECT_ALL)
            continue;
        size_t last = part->line_count - 1;
        note->target.hunk = hunk + i;
        note->target.line = at;
        note->last_line = length < last - at ? at + length : last;
        return;
    }
}

static struct note *moved(struct selection *sel, const struct reshape *reshape,
                          struct note *note)
{
    const struct cells *old = &reshape->cells[0], *new = &reshape->cells[1];
    struct target target = note->target;

    if (target.file != reshape->file || target.hunk == SELECT_ALL
        || target.hunk < reshape->hunk)
        return note;
    struct note *copy = arena_alloc(&sel->journal.arena, sizeof(*copy));
    *copy = *note;
    if (target.hunk >= reshape->hunk + old->count)
        copy->target.hunk += new->count - old->count;
    else
        move_into(old, new, reshape->hunk, copy);
    return copy;
}

struct notes notes_moved(struct selection *sel, const struct reshape *reshape)
{
    const struct notes *now = &sel->notes;
    struct notes notes = {
        arena_array(&sel->journal.arena, now->count, sizeof(*notes.at)), 0
    };

    for (size_t i = 0; i < now->count; i++) {
        struct note *note = moved(sel, reshape, now->at[i]);
        size_t at = notes.count++;
        for (; at > 0
               && compare(notes.at[at - 1], note->target, note->last_line) > 0;
             at--)
            notes.at[at] = notes.at[at - 1];
        notes.at[at] = note;
    }
    return notes;
}
