/*
 * Versions of one hunk, shown as tabs: the original, and what the model wrote
 * when it was asked again. What the user edits stays with its version.
 */
#include "slots.h"

#include <string.h>

struct hunk_marks selection_marks(const struct selection *sel, size_t file,
                                  size_t hunk)
{
    if (file >= sel->count || hunk >= sel->files[file].count)
        return (struct hunk_marks){ .alternatives = 1 };
    const struct slot *slot = &sel->files[file].slots[hunk];
    return (struct hunk_marks){
        .carried = slot->carried,
        .asked = slot->asked,
        .taken_back = slot->taken_back,
        .alternatives = slot->versions ? slot->versions->count : 1,
        .alternative = slot->version,
    };
}

static struct hunk copy_hunk(struct arena *arena, const struct hunk *hunk)
{
    struct hunk copy = *hunk;

    copy.lines = arena_array(arena, hunk->line_count, sizeof(*copy.lines));
    for (size_t i = 0; i < hunk->line_count; i++) {
        copy.lines[i] = hunk->lines[i];
        copy.lines[i].text = arena_copy(arena, hunk->lines[i].text);
    }
    copy.anchors =
        arena_array(arena, hunk->anchor_count, sizeof(*copy.anchors));
    for (size_t i = 0; i < hunk->anchor_count; i++)
        copy.anchors[i] = arena_copy(arena, hunk->anchors[i]);
    copy.section = arena_copy(arena, hunk->section);
    copy.line_cap = 0;
    copy.complete = true;
    return copy;
}

static void add_version(struct arena *arena, struct versions *versions,
                        const struct hunk *hunk)
{
    versions->at = arena_grow(arena, versions->at, &versions->cap,
                              versions->count + 1, sizeof(*versions->at));
    versions->at[versions->count++] = *hunk;
}

static void choose(struct selection *sel, size_t file, size_t hunk,
                   size_t number)
{
    struct slot *slot = &sel->files[file].slots[hunk];
    struct reshape reshape = { .file = file, .hunk = hunk };

    slot->versions->at[slot->version] = sel->patch->files[file].hunks[hunk];
    reshape.cells[0] = cells_of(sel, file, hunk, 1);
    reshape.cells[1] = cells_of(sel, file, hunk, 1);
    struct cell *cell = &reshape.cells[1].at[0];
    cell->hunk = slot->versions->at[number];
    cell->version = number;
    cell->decision = DECISION_NONE;
    cell->lines = NULL;
    cell->asked = false;
    reshape_do(sel, &reshape);
}

bool selection_add_alternative(struct selection *sel, size_t file, size_t hunk,
                               const struct hunk *version, struct error *err)
{
    struct arena *arena = &sel->journal.arena;

    if (!reshape_may(sel, file, hunk, err))
        return false;
    struct slot *slot = &sel->files[file].slots[hunk];
    const struct hunk *now = &sel->patch->files[file].hunks[hunk];
    if (slot->versions && slot->versions->count >= LIMIT_ALTERNATIVES)
        return error_set(err, ERROR_LIMIT, "more than %d versions of a hunk",
                         LIMIT_ALTERNATIVES);
    if (version->line_count == 0)
        return error_set(err, ERROR_INVALID, "the version has no lines");
    if (!slot->versions) {
        slot->versions = arena_alloc(arena, sizeof(*slot->versions));
        add_version(arena, slot->versions, now);
    }
    struct hunk copy = copy_hunk(arena, version);
    if (copy.hint == HUNK_NO_HINT)
        copy.hint = reshape_hint(now, slot);
    copy.split = now->split;
    add_version(arena, slot->versions, &copy);
    slot->asked = false;
    choose(sel, file, hunk, slot->versions->count - 1);
    return true;
}

bool selection_choose_alternative(struct selection *sel, size_t file,
                                  size_t hunk, size_t number, struct error *err)
{
    if (!reshape_may(sel, file, hunk, err))
        return false;
    struct slot *slot = &sel->files[file].slots[hunk];
    if (!slot->versions || number >= slot->versions->count)
        return error_set(err, ERROR_NOT_FOUND, "no such version of the hunk");
    if (number != slot->version)
        choose(sel, file, hunk, number);
    return true;
}

void selection_ask(struct selection *sel, size_t file, size_t hunk)
{
    for (size_t f = 0; f < sel->count; f++)
        for (size_t h = 0; h < sel->files[f].count; h++)
            sel->files[f].slots[h].asked = f == file && h == hunk;
}

bool selection_asked(const struct selection *sel, struct target *target)
{
    for (size_t f = 0; f < sel->count; f++)
        for (size_t h = 0; h < sel->files[f].count; h++)
            if (sel->files[f].slots[h].asked) {
                *target = (struct target){ f, h, SELECT_ALL };
                return true;
            }
    return false;
}

void selection_take_back(struct selection *sel, size_t file, size_t hunk,
                         bool taken_back)
{
    if (file < sel->count && hunk < sel->files[file].count)
        sel->files[file].slots[hunk].taken_back = taken_back;
}
