/*
 * Decisions carried over from the version before: the same lines in the same
 * file are the same hunk, wherever they stand. A yes is carried only to a
 * place that needs no consent.
 */
#include "slots.h"

bool line_equal(const struct patch_line *a, const struct patch_line *b)
{
    return a->kind == b->kind && a->no_newline == b->no_newline
           && str_equal(a->text, b->text);
}

bool hunk_equal(const struct hunk *a, const struct hunk *b)
{
    if (a->line_count != b->line_count)
        return false;
    for (size_t i = 0; i < a->line_count; i++)
        if (!line_equal(&a->lines[i], &b->lines[i]))
            return false;
    return true;
}

static bool same_file(const struct file_patch *a, const struct file_patch *b)
{
    return a->action == b->action && str_equal(a->path, b->path)
           && str_equal(a->move_to, b->move_to) && a->mode == b->mode
           && a->is_copy == b->is_copy && a->binary == b->binary;
}

// The decided slot of the same hunk in the version before. NULL if there is
// none, or if the same lines stood twice and were decided differently.
static const struct slot *find_before(const struct selection *before,
                                      const struct file_patch *file,
                                      const struct hunk *hunk)
{
    const struct slot *found = NULL;

    for (size_t f = 0; f < before->count; f++) {
        const struct file_patch *other = &before->patch->files[f];
        const struct slot *slots = before->files[f].slots;
        if (!same_file(file, other))
            continue;
        for (size_t h = 0; h < before->files[f].count; h++) {
            if (!hunk_equal(hunk, &other->hunks[h]))
                continue;
            if (found && found->decision != slots[h].decision)
                return NULL;
            found = &slots[h];
        }
    }
    return found;
}

static bool may_carry(const struct slot *slot, enum decision decision)
{
    switch (slot->place.state) {
    case HUNK_OK:
    case HUNK_MOVED:
    case HUNK_MERGED: return slot->fits || decision == DECISION_NO;
    case HUNK_FUZZY:
        return slot->place.reason.len == 0 || decision == DECISION_NO;
    case HUNK_ARRIVING:
    case HUNK_APPLIED:
    case HUNK_STALE: return false;
    case HUNK_AMBIGUOUS:
    case HUNK_CONFLICT: return decision == DECISION_NO;
    }
    return false;
}

void carry_over(struct selection *sel, size_t file, size_t hunk)
{
    struct review_file *rf = &sel->files[file];
    struct slot *slot = &rf->slots[hunk];
    const struct hunk *what = &sel->patch->files[file].hunks[hunk];

    if (!sel->before || slot->weighed)
        return;
    slot->weighed = true;
    const struct slot *found =
        find_before(sel->before, &sel->patch->files[file], what);
    if (!found || found->decision == DECISION_NONE
        || slot->decision != DECISION_NONE || !may_carry(slot, found->decision))
        return;
    slot_set(slot, found->decision, found->lines, what->line_count);
    slot->bound = slot_hash(rf, what, slot);
    slot->carried = true;
}

void selection_carry(struct selection *sel, const struct selection *from)
{
    sel->before = from;
}
