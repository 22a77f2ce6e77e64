/*
 * Putting hunks in the place of others: what split, edit and the choice of a
 * version have in common. A step keeps both runs of hunks with all that was
 * decided about them, so that undo is the same exchange the other way round.
 */
#include "slots.h"

#include <string.h>

static struct cell cell_of(struct selection *sel, size_t file, size_t h)
{
    const struct slot *slot = &sel->files[file].slots[h];
    const struct hunk *hunk = &sel->patch->files[file].hunks[h];

    return (struct cell){
        .hunk = *hunk,
        .decision = slot->decision,
        .lines = slot_copy_lines(&sel->journal.arena, slot, hunk->line_count),
        .bound = slot->bound,
        .versions = slot->versions,
        .version = slot->version,
        .asked = slot->asked,
        .carried = slot->carried,
    };
}

struct cells cells_of(struct selection *sel, size_t file, size_t hunk,
                      size_t count)
{
    struct cells cells = {
        arena_array(&sel->journal.arena, count, sizeof(*cells.at)), count
    };

    for (size_t i = 0; i < count; i++)
        cells.at[i] = cell_of(sel, file, hunk + i);
    return cells;
}

static void fill_slot(struct review_file *rf, const struct cell *cell,
                      struct slot *slot)
{
    enum decision decision = cell->decision;

    if (decision != DECISION_NO && !slot->fits && rf->given)
        decision = DECISION_NONE;
    slot_set(slot, decision, cell->lines, cell->hunk.line_count);
    slot->bound = slot_hash(rf, &cell->hunk, slot);
    slot->trusted = !rf->given;
    slot->carried = cell->carried && decision != DECISION_NONE;
}

static void exchange(struct selection *sel, const struct reshape *reshape,
                     const struct cells *old, const struct cells *new)
{
    struct arena *scratch = &sel->scratch;
    struct hunk *hunks = arena_array(scratch, new->count, sizeof(*hunks));
    struct review_file *rf;

    for (size_t i = 0; i < new->count; i++)
        hunks[i] = new->at[i].hunk;
    view_replace(sel, reshape->file, reshape->hunk, old->count, hunks,
                 new->count);
    arena_reset(scratch);
    rf = &sel->files[reshape->file];
    rf->reshaped = true;
    for (size_t i = 0; i < new->count; i++) {
        struct slot *slot = &rf->slots[reshape->hunk + i];
        slot->versions = new->at[i].versions;
        slot->version = new->at[i].version;
        slot->asked = new->at[i].asked;
        slot->weighed = true;
    }
    selection_place_again(sel, reshape->file);
    for (size_t i = 0; i < new->count; i++)
        fill_slot(rf, &new->at[i], &rf->slots[reshape->hunk + i]);
    selection_feed(sel, reshape->file);
}

void reshape_replay(struct selection *sel, const struct reshape *reshape,
                    int side)
{
    exchange(sel, reshape, &reshape->cells[1 - side], &reshape->cells[side]);
}

void reshape_do(struct selection *sel, struct reshape *reshape)
{
    struct step step = { .noted = true, .notes = { sel->notes, sel->notes } };

    step.reshape = arena_alloc(&sel->journal.arena, sizeof(*step.reshape));
    *step.reshape = *reshape;
    step.notes[1] = notes_moved(sel, reshape);
    reshape_replay(sel, step.reshape, 1);
    sel->notes = step.notes[1];
    journal_push(&sel->journal, &step);
}

bool reshape_may(const struct selection *sel, size_t file, size_t hunk,
                 struct error *err)
{
    if (file >= sel->count || hunk >= sel->files[file].count)
        return error_set(err, ERROR_NOT_FOUND, "no such hunk");
    const struct file_patch *what = &sel->patch->files[file];
    if (!what->hunks[hunk].complete
        || (!sel->files[file].given && !sel->trusting))
        return error_set(err, ERROR_CONFLICT,
                         "the hunk has not been placed yet");
    if (what->hunks[hunk].line_count == 0)
        return error_set(err, ERROR_UNSUPPORTED, "the hunk has no lines");
    return true;
}

size_t reshape_hint(const struct hunk *hunk, const struct slot *slot)
{
    if (hunk->hint != HUNK_NO_HINT || !slot->fits
        || slot->place.fit == FIT_NONE)
        return hunk->hint;
    return slot->place.line;
}
