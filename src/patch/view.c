/*
 * The effective patch. As long as nothing was split, edited or replaced a file
 * of it is a shallow copy of the borrowed one; then it gets hunks of its own,
 * in front of which stand as many of the borrowed ones as were complete. What
 * arrives later is drawn in behind them.
 */
#include "slots.h"

#include <stdlib.h>
#include <string.h>

static void reserve_hunks(struct review_file *rf, size_t count)
{
    if (count <= rf->hunk_cap)
        return;
    rf->hunk_cap = count > 2 * rf->hunk_cap ? count : 2 * rf->hunk_cap;
    rf->hunks = mem_realloc(rf->hunks, rf->hunk_cap * sizeof(*rf->hunks));
}

// Shows the file's own hunks; what else is known comes from the patch.
static void show_own(struct selection *sel, size_t file, size_t count)
{
    struct file_patch *view = &sel->view.files[file];
    enum file_action action = view->action;

    *view = sel->source->files[file];
    view->action = action;
    view->hunks = sel->files[file].hunks;
    view->hunk_count = count;
    view->hunk_cap = 0;
}

void view_sync(struct selection *sel, size_t file)
{
    const struct file_patch *source = &sel->source->files[file];
    struct review_file *rf = &sel->files[file];

    if (!rf->hunks) {
        sel->view.files[file] = *source;
        return;
    }
    size_t more = source->hunk_count - rf->drawn;
    reserve_hunks(rf, rf->fixed + more);
    for (size_t i = 0; i < more; i++)
        rf->hunks[rf->fixed + i] = source->hunks[rf->drawn + i];
    show_own(sel, file, rf->fixed + more);
    while (rf->drawn < source->hunk_count
           && source->hunks[rf->drawn].complete) {
        rf->drawn++;
        rf->fixed++;
    }
}

static void own_hunks(struct selection *sel, size_t file)
{
    struct review_file *rf = &sel->files[file];

    if (rf->hunks)
        return;
    reserve_hunks(rf, sel->source->files[file].hunk_count + 1);
    view_sync(sel, file);
}

static void replace_slots(struct review_file *rf, size_t hunk, size_t old,
                          size_t count)
{
    size_t total = rf->count - old + count;

    for (size_t h = hunk; h < hunk + old; h++)
        free(rf->slots[h].lines);
    if (total > rf->cap) {
        rf->cap = total > 2 * rf->cap ? total : 2 * rf->cap;
        rf->slots = mem_realloc(rf->slots, rf->cap * sizeof(*rf->slots));
    }
    memmove(rf->slots + hunk + count, rf->slots + hunk + old,
            (rf->count - hunk - old) * sizeof(*rf->slots));
    for (size_t h = hunk; h < hunk + count; h++)
        rf->slots[h] = (struct slot){ .place.reason = STR("") };
    rf->count = total;
}

void view_replace(struct selection *sel, size_t file, size_t hunk, size_t old,
                  const struct hunk *hunks, size_t count)
{
    struct review_file *rf = &sel->files[file];

    own_hunks(sel, file);
    size_t total = sel->view.files[file].hunk_count;
    reserve_hunks(rf, total - old + count);
    memmove(rf->hunks + hunk + count, rf->hunks + hunk + old,
            (total - hunk - old) * sizeof(*rf->hunks));
    memcpy(rf->hunks + hunk, hunks, count * sizeof(*hunks));
    rf->fixed = rf->fixed - old + count;
    show_own(sel, file, total - old + count);
    replace_slots(rf, hunk, old, count);
}
