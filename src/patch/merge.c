/* The text both sides came from, as part of a review. */
#include "kerf/patch/merge.h"

#include <stdlib.h>

#include "slots.h"

void ancestor_destroy(struct ancestor *ancestor)
{
    if (!ancestor)
        return;
    text_release(&ancestor->text);
    arena_release(&ancestor->arena);
    free(ancestor);
}

// Says whether a base could tell more of the hunk than is known.
static bool is_open(const struct slot *slot)
{
    switch (slot->place.state) {
    case HUNK_AMBIGUOUS:
    case HUNK_CONFLICT:
    case HUNK_FUZZY: return true;
    case HUNK_STALE: return !slot->fits;
    case HUNK_ARRIVING:
    case HUNK_OK:
    case HUNK_MOVED:
    case HUNK_MERGED:
    case HUNK_APPLIED: return false;
    }
    return false;
}

bool selection_wants_base(const struct selection *sel, size_t file,
                          struct str *blob_id)
{
    if (file >= sel->count)
        return false;
    const struct file_patch *what = &sel->patch->files[file];
    const struct review_file *rf = &sel->files[file];
    bool mergeable = what->action == FILE_UPDATE && rf->base == NO_FILE
                     && rf->pre.exists && rf->pre.unreadable.len == 0;
    if (!mergeable || rf->ancestor)
        return false;
    *blob_id = what->old_id;
    for (size_t h = 0; h < rf->placed; h++)
        if (is_open(&rf->slots[h]))
            return true;
    return false;
}

size_t selection_set_base(struct selection *sel, size_t file, struct str bytes)
{
    if (file >= sel->count || sel->files[file].base != NO_FILE)
        return 0;
    struct review_file *rf = &sel->files[file];
    ancestor_destroy(rf->ancestor);
    rf->ancestor = mem_alloc(sizeof(*rf->ancestor));
    text_init(&rf->ancestor->text, bytes);
    return rf->given ? selection_place_again(sel, file) : 0;
}

static struct lines part(struct lines all, size_t from, size_t count)
{
    // Without lines there may be no array to point into.
    return (struct lines){ count ? all.at + from : NULL, count };
}

bool selection_conflict(const struct selection *sel, size_t file, size_t hunk,
                        struct conflict_view *out)
{
    *out = (struct conflict_view){ 0 };
    if (file >= sel->count || hunk >= sel->files[file].count)
        return false;
    const struct review_file *rf = &sel->files[file];
    const struct conflict *conflict = rf->slots[hunk].conflict;
    if (!conflict || !rf->ancestor)
        return false;
    out->ours_line = conflict->ours_line;
    out->ours = part(rf->text.lines, conflict->ours_line, conflict->ours_count);
    out->base_line = conflict->base_line;
    out->base = part(rf->ancestor->text.lines, conflict->base_line,
                     conflict->base_count);
    out->theirs = conflict->theirs;
    return true;
}
