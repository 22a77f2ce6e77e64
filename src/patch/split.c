/*
 * Splitting, as `git add -p` does it: where context stands between two
 * changes, that context ends one part and begins the next. Every part is a
 * hunk of its own, and knows where it stood.
 */
#include "slots.h"

#include <string.h>

// A part of a hunk: lines [from, until).
struct part {
    size_t from, until;
};

static bool is_context(const struct hunk *hunk, size_t line)
{
    return hunk->lines[line].kind == LINE_CONTEXT;
}

// The end of the run of context, or of changes, that line `at` belongs to.
static size_t run_end(const struct hunk *hunk, size_t at)
{
    bool context = is_context(hunk, at);

    while (at < hunk->line_count && is_context(hunk, at) == context)
        at++;
    return at;
}

// Cuts the hunk at every run of context between changes; returns the count.
static size_t cut_everywhere(const struct hunk *hunk, struct part *parts)
{
    size_t count = 0, from = 0, at = 0;

    while (at < hunk->line_count) {
        size_t changes = is_context(hunk, at) ? run_end(hunk, at) : at;
        if (changes == hunk->line_count)
            break; // context ends the hunk: it belongs to the part before
        size_t behind = run_end(hunk, changes);
        size_t until = behind < hunk->line_count ? run_end(hunk, behind)
                                                 : behind;
        parts[count++] = (struct part){ from, until };
        from = at = behind;
    }
    return count;
}

// Cuts it in two at the run of context around or in front of `line`.
static size_t cut_at(const struct hunk *hunk, size_t line, struct part *parts)
{
    size_t from = line, until = line;

    while (from > 0 && is_context(hunk, from - 1))
        from--;
    while (until < hunk->line_count && is_context(hunk, until))
        until++;
    if (from == until || from == 0 || until == hunk->line_count)
        return 0;
    parts[0] = (struct part){ 0, until };
    parts[1] = (struct part){ from, hunk->line_count };
    return 2;
}

static size_t old_lines(const struct hunk *hunk, size_t until)
{
    size_t count = 0;

    for (size_t i = 0; i < until; i++)
        count += hunk->lines[i].kind != LINE_ADDED;
    return count;
}

static struct hunk part_hunk(const struct hunk *whole, const struct part *part,
                             size_t hint)
{
    struct hunk hunk = *whole;

    hunk.split = true;
    hunk.lines = whole->lines + part->from;
    hunk.line_count = part->until - part->from;
    hunk.line_cap = 0;
    if (part->until < whole->line_count) {
        hunk.at_end = hunk.cut = false;
        hunk.old_short = hunk.new_short = 0;
    }
    hunk.source_line = whole->source_line + part->from;
    if (hint != HUNK_NO_HINT)
        hunk.hint = hint + old_lines(whole, part->from);
    hunk.new_hint = HUNK_NO_HINT;
    if (part->from > 0)
        hunk.anchor_count = 0; // they stand in front of the first part
    return hunk;
}

// The decision of a part: that of the whole, or what its lines say together.
static void decide_part(struct selection *sel, const struct slot *slot,
                        const struct part *part, struct cell *cell)
{
    size_t count = cell->hunk.line_count;

    cell->decision = slot->decision;
    if (slot->decision != DECISION_MIXED)
        return;
    cell->lines = arena_alloc(&sel->journal.arena, count);
    memcpy(cell->lines, slot->lines + part->from, count);
    cell->decision = lines_decision(&cell->hunk, cell->lines);
}

static void split(struct selection *sel, size_t file, size_t hunk,
                  const struct part *parts, size_t count)
{
    const struct slot *slot = &sel->files[file].slots[hunk];
    const struct hunk *whole = &sel->patch->files[file].hunks[hunk];
    struct reshape reshape = { .file = file, .hunk = hunk };
    size_t hint = reshape_hint(whole, slot);

    reshape.cells[0] = cells_of(sel, file, hunk, 1);
    reshape.cells[1] = (struct cells){
        arena_array(&sel->journal.arena, count, sizeof(struct cell)), count
    };
    for (size_t i = 0; i < count; i++) {
        struct cell *cell = &reshape.cells[1].at[i];
        cell->hunk = part_hunk(whole, &parts[i], hint);
        cell->carried = slot->carried;
        decide_part(sel, slot, &parts[i], cell);
    }
    reshape_do(sel, &reshape);
}

static bool may_split(const struct selection *sel, size_t file, size_t hunk,
                      struct error *err)
{
    if (!reshape_may(sel, file, hunk, err))
        return false;
    if (sel->patch->files[file].action != FILE_UPDATE)
        return error_set(err, ERROR_UNSUPPORTED,
                         "only a change of a file can be split");
    return true;
}

bool selection_split(struct selection *sel, size_t file, size_t hunk,
                     struct error *err)
{
    struct arena arena = { 0 };

    if (!may_split(sel, file, hunk, err))
        return false;
    const struct hunk *whole = &sel->patch->files[file].hunks[hunk];
    struct part *parts = arena_array(&arena, whole->line_count, sizeof(*parts));
    size_t count = cut_everywhere(whole, parts);
    if (count > 1)
        split(sel, file, hunk, parts, count);
    arena_release(&arena);
    return count > 1
           || error_set(err, ERROR_CONFLICT,
                        "no context between changes to split the hunk at");
}

bool selection_split_at(struct selection *sel, size_t file, size_t hunk,
                        size_t line, struct error *err)
{
    struct part parts[2];

    if (!may_split(sel, file, hunk, err))
        return false;
    const struct hunk *whole = &sel->patch->files[file].hunks[hunk];
    if (line >= whole->line_count || cut_at(whole, line, parts) == 0)
        return error_set(err, ERROR_CONFLICT,
                         "no context between changes at this line");
    split(sel, file, hunk, parts, 2);
    return true;
}
