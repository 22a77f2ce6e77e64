/*
 * Decisions and their journal. A hunk has one decision; only when its lines
 * differ does it carry one for each. Undo puts back what was there before the
 * step, as far as the hunk can still be accepted.
 */
#include "slots.h"

#include <stdlib.h>
#include <string.h>

enum decision slot_line(const struct slot *slot, size_t line)
{
    if (slot->decision != DECISION_MIXED)
        return slot->decision;
    return (enum decision)slot->lines[line];
}

uint64_t slot_hash(const struct review_file *rf, const struct hunk *hunk,
                   const struct slot *slot)
{
    uint64_t hash = 1;

    for (size_t i = 0; i < hunk->line_count; i++)
        hash =
            str_hash(hunk->lines[i].text, hash + (uint64_t)hunk->lines[i].kind);
    size_t end = slot->place.line + slot->place.count;
    for (size_t i = slot->place.line; i < end && i < rf->text.lines.count; i++)
        hash = str_hash(text_whole_line(&rf->text, i), hash);
    return hash + slot->fits;
}

void slot_set(struct slot *slot, enum decision decision,
              const unsigned char *lines, size_t count)
{
    free(slot->lines);
    slot->lines = NULL;
    slot->decision = decision;
    if (decision != DECISION_MIXED)
        return;
    slot->lines = mem_alloc(count);
    memcpy(slot->lines, lines, count);
}

void journal_release(struct journal *journal)
{
    arena_release(&journal->arena);
    *journal = (struct journal){ 0 };
}

static const struct hunk *hunk_at(const struct selection *sel, size_t file,
                                  size_t hunk)
{
    return &sel->patch->files[file].hunks[hunk];
}

// Adds a step; what could be redone is forgotten.
void journal_push(struct journal *journal, const struct step *step)
{
    journal->steps = arena_grow(&journal->arena, journal->steps, &journal->cap,
                                journal->done + 1, sizeof(*journal->steps));
    journal->steps[journal->done++] = *step;
    journal->count = journal->done;
}

static void forget_in_step(struct step *step, size_t file)
{
    size_t kept = 0;

    for (size_t i = 0; i < step->count; i++)
        if (step->changes[i].file != file)
            step->changes[kept++] = step->changes[i];
    step->count = kept;
    if (step->reshape && step->reshape->file == file)
        step->reshape = NULL;
}

// Forgets what was done to a file whose hunks are made anew.
void journal_forget(struct journal *journal, size_t file)
{
    size_t kept = 0, done = 0;

    for (size_t i = 0; i < journal->count; i++) {
        struct step *step = &journal->steps[i];
        forget_in_step(step, file);
        if (step->count == 0 && !step->reshape && !step->noted)
            continue;
        done += i < journal->done;
        journal->steps[kept++] = *step;
    }
    journal->count = kept;
    journal->done = done;
}

unsigned char *slot_copy_lines(struct arena *arena, const struct slot *slot,
                               size_t count)
{
    if (slot->decision != DECISION_MIXED)
        return NULL;
    return memcpy(arena_alloc(arena, count), slot->lines, count);
}

// Gives a hunk a decision and notes the change in the step.
static void change_hunk(struct selection *sel, struct step *step, size_t file,
                        size_t hunk, enum decision decision,
                        const unsigned char *lines)
{
    struct journal *journal = &sel->journal;
    struct slot *slot = &sel->files[file].slots[hunk];
    const struct hunk *what = hunk_at(sel, file, hunk);
    struct change change = { .file = file, .hunk = hunk };

    change.decision[0] = slot->decision;
    change.lines[0] = slot_copy_lines(&journal->arena, slot, what->line_count);
    slot_set(slot, decision, lines, what->line_count);
    change.decision[1] = slot->decision;
    change.lines[1] = slot_copy_lines(&journal->arena, slot, what->line_count);
    slot->bound = slot_hash(&sel->files[file], what, slot);
    slot->trusted = !sel->files[file].given;
    slot->carried = false;
    step->changes = arena_grow(&journal->arena, step->changes, &step->cap,
                               step->count + 1, sizeof(*step->changes));
    step->changes[step->count++] = change;
}

static bool refuse(const struct selection *sel, size_t file, size_t hunk,
                   struct error *err)
{
    const struct slot *slot = &sel->files[file].slots[hunk];
    struct str why = slot->place.state == HUNK_ARRIVING
                         ? STR("has not been placed yet")
                         : slot->place.reason;
    return error_set(err, ERROR_CONFLICT, "%.*s: hunk %zu: %.*s",
                     STR_ARG(sel->patch->files[file].path), hunk + 1,
                     STR_ARG(why));
}

static bool may_decide(const struct selection *sel, size_t file, size_t hunk,
                       enum decision decision)
{
    const struct review_file *rf = &sel->files[file];
    const struct slot *slot = &rf->slots[hunk];

    if (slot->place.state == HUNK_ARRIVING)
        return sel->trusting && !rf->given
               && hunk_at(sel, file, hunk)->complete;
    return decision != DECISION_YES || slot->fits;
}

static bool decide_file(struct selection *sel, struct step *step, size_t file,
                        enum decision decision, struct error *err)
{
    const struct review_file *rf = &sel->files[file];
    size_t refused = SIZE_MAX;

    for (size_t h = 0; h < rf->count; h++) {
        if (may_decide(sel, file, h, decision))
            change_hunk(sel, step, file, h, decision, NULL);
        else if (refused == SIZE_MAX)
            refused = h;
    }
    if (step->count > 0)
        return true;
    if (refused != SIZE_MAX)
        return refuse(sel, file, refused, err);
    return error_set(err, ERROR_NOT_FOUND, "the file has no hunk yet");
}

// Says what the hunk's decision is if its lines have these ones.
enum decision lines_decision(const struct hunk *hunk,
                             const unsigned char *lines)
{
    enum decision sum = DECISION_MIXED;

    for (size_t i = 0; i < hunk->line_count; i++) {
        if (hunk->lines[i].kind == LINE_CONTEXT)
            continue;
        if (sum != DECISION_MIXED && sum != (enum decision)lines[i])
            return DECISION_MIXED;
        sum = (enum decision)lines[i];
    }
    return sum;
}

static bool decide_line(struct selection *sel, struct step *step,
                        struct target target, enum decision decision,
                        struct error *err)
{
    const struct slot *slot = &sel->files[target.file].slots[target.hunk];
    const struct hunk *hunk = hunk_at(sel, target.file, target.hunk);

    if (target.line >= hunk->line_count
        || hunk->lines[target.line].kind == LINE_CONTEXT)
        return error_set(err, ERROR_NOT_FOUND, "no line to decide");
    unsigned char *lines = arena_alloc(&sel->scratch, hunk->line_count);
    for (size_t i = 0; i < hunk->line_count; i++)
        lines[i] = (unsigned char)slot_line(slot, i);
    lines[target.line] = (unsigned char)decision;
    change_hunk(sel, step, target.file, target.hunk,
                lines_decision(hunk, lines), lines);
    arena_reset(&sel->scratch);
    return true;
}

static bool decide(struct selection *sel, struct step *step,
                   struct target target, enum decision decision,
                   struct error *err)
{
    if (target.hunk == SELECT_ALL)
        return decide_file(sel, step, target.file, decision, err);
    if (target.hunk >= sel->files[target.file].count)
        return error_set(err, ERROR_NOT_FOUND, "no such hunk");
    if (!may_decide(sel, target.file, target.hunk, decision))
        return refuse(sel, target.file, target.hunk, err);
    if (target.line != SELECT_ALL)
        return decide_line(sel, step, target, decision, err);
    change_hunk(sel, step, target.file, target.hunk, decision, NULL);
    return true;
}

bool selection_decide(struct selection *sel, struct target target,
                      enum decision decision, struct error *err)
{
    struct step step = { 0 };

    if (target.file >= sel->count)
        return error_set(err, ERROR_NOT_FOUND, "no such file in the patch");
    if (!decide(sel, &step, target, decision, err))
        return false;
    journal_push(&sel->journal, &step);
    selection_feed(sel, target.file);
    return true;
}

static void replay_decisions(struct selection *sel, const struct step *step,
                             int side)
{
    for (size_t i = 0; i < step->count; i++) {
        const struct change *change = &step->changes[i];
        struct review_file *rf = &sel->files[change->file];
        struct slot *slot = &rf->slots[change->hunk];
        const struct hunk *hunk = hunk_at(sel, change->file, change->hunk);
        enum decision decision = change->decision[side];
        bool yes = decision == DECISION_YES || decision == DECISION_MIXED;
        if (yes && !slot->fits && rf->given)
            decision = DECISION_NONE;
        slot_set(slot, decision, change->lines[side], hunk->line_count);
        slot->bound = slot_hash(rf, hunk, slot);
        slot->trusted = !rf->given;
    }
    for (size_t i = 0; i < step->count; i++)
        if (i == 0 || step->changes[i].file != step->changes[i - 1].file)
            selection_feed(sel, step->changes[i].file);
}

// Puts one side of a step in force.
static void replay(struct selection *sel, const struct step *step, int side)
{
    if (step->reshape)
        reshape_replay(sel, step->reshape, side);
    if (step->noted)
        sel->notes = step->notes[side];
    replay_decisions(sel, step, side);
}

bool selection_undo(struct selection *sel)
{
    struct journal *journal = &sel->journal;

    if (journal->done == 0)
        return false;
    replay(sel, &journal->steps[--journal->done], 0);
    return true;
}

bool selection_redo(struct selection *sel)
{
    struct journal *journal = &sel->journal;

    if (journal->done == journal->count)
        return false;
    replay(sel, &journal->steps[journal->done++], 1);
    return true;
}

enum decision selection_decision(const struct selection *sel,
                                 struct target target)
{
    if (target.file >= sel->count
        || target.hunk >= sel->files[target.file].count)
        return DECISION_NONE;
    const struct slot *slot = &sel->files[target.file].slots[target.hunk];
    if (target.line == SELECT_ALL)
        return slot->decision;
    const struct hunk *hunk = hunk_at(sel, target.file, target.hunk);
    if (target.line >= hunk->line_count
        || hunk->lines[target.line].kind == LINE_CONTEXT)
        return DECISION_NONE;
    return slot_line(slot, target.line);
}

void selection_trust(struct selection *sel, bool trusting)
{
    sel->trusting = trusting;
}
