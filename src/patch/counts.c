/* Sums over a review. */
#include "slots.h"

static void count_state(const struct slot *slot, struct selection_counts *sum)
{
    switch (slot->place.state) {
    case HUNK_ARRIVING: sum->arriving++; return;
    case HUNK_OK:
    case HUNK_MOVED:
    case HUNK_FUZZY:
    case HUNK_MERGED:
    case HUNK_APPLIED: sum->placed++; return;
    case HUNK_AMBIGUOUS:
    case HUNK_CONFLICT: sum->conflicts++; return;
    case HUNK_STALE:
        sum->placed += slot->fits;
        sum->conflicts += !slot->fits;
        return;
    }
}

static void count_decision(const struct slot *slot,
                           struct selection_counts *sum)
{
    if (slot->place.state == HUNK_ARRIVING)
        return;
    switch (slot->decision) {
    case DECISION_NONE: sum->undecided++; return;
    case DECISION_YES: sum->yes++; return;
    case DECISION_NO: sum->no++; return;
    case DECISION_MIXED: sum->mixed++; return;
    }
}

static void count_lines(const struct slot *slot, const struct hunk *hunk,
                        struct selection_counts *sum)
{
    if (slot->decision != DECISION_YES && slot->decision != DECISION_MIXED)
        return;
    for (size_t i = 0; i < hunk->line_count; i++) {
        bool accepted = slot_accepts(slot, i, false);
        sum->added += accepted && hunk->lines[i].kind == LINE_ADDED;
        sum->removed += accepted && hunk->lines[i].kind == LINE_REMOVED;
    }
}

struct selection_counts selection_count(const struct selection *sel,
                                        size_t file)
{
    struct selection_counts sum = { 0 };

    for (size_t f = 0; f < sel->count; f++) {
        const struct review_file *rf = &sel->files[f];
        if (file != SELECT_ALL && file != f)
            continue;
        sum.hunks += rf->count;
        for (size_t h = 0; h < rf->count; h++) {
            count_state(&rf->slots[h], &sum);
            count_decision(&rf->slots[h], &sum);
            count_lines(&rf->slots[h], &sel->patch->files[f].hunks[h], &sum);
        }
    }
    return sum;
}
