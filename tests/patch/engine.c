/*
 * All results are computed before the first is taken, as the real writer
 * does.
 */
#include "engine.h"

#include "kerf/repo/worktree.h"

static void offer(struct tree *tree, const struct patch *patch,
                  struct selection *sel)
{
    struct error err;

    for (size_t f = 0; f < patch->file_count; f++) {
        const struct file_patch *file = &patch->files[f];
        if (!selection_wants_preimage(sel, f))
            continue;
        const struct tree_file *there = tree_find(tree, file->path);
        struct preimage pre = { .exists = there };
        if (there) {
            pre.bytes = there->bytes;
            pre.mode = there->mode;
        }
        if (!worktree_path_is_safe(file->path, &err)
            || (file->move_to.len > 0
                && !worktree_path_is_safe(file->move_to, &err)))
            pre.unreadable = arena_copy(tree->arena, str_from(err.text));
        selection_set_preimage(
            sel, f, &pre, file->move_to.len && tree_find(tree, file->move_to));
    }
    selection_refresh(sel);
}

// What needs a person's consent is refused, as without --fuzzy.
static bool accept(const struct patch *patch, struct selection *sel, bool fuzzy,
                   struct error *err)
{
    for (size_t f = 0; f < patch->file_count; f++)
        for (size_t h = 0; h < patch->files[f].hunk_count; h++) {
            struct target target = { f, h, SELECT_ALL };
            const struct hunk_place *place = selection_place(sel, f, h);
            if (!fuzzy && place->state == HUNK_FUZZY && place->reason.len > 0)
                return error_set(err, ERROR_CONFLICT, "%.*s: fuzzy: %.*s",
                                 STR_ARG(patch->files[f].path),
                                 STR_ARG(place->reason));
            if (!selection_decide(sel, target, DECISION_YES, err))
                return false;
        }
    return true;
}

static void take(struct tree *tree, const struct file_result *result)
{
    const struct tree_file *old = tree_find(tree, result->remove);
    unsigned mode = result->mode;

    if (old && mode == 0)
        mode = old->mode;
    if (result->remove.len)
        tree_remove(tree, result->remove);
    if (result->kind == RESULT_DELETE)
        tree_remove(tree, result->path);
    else
        tree_put(tree, result->path, result->bytes, mode);
}

bool engine_apply(struct tree *tree, struct str source, bool fuzzy,
                  struct error *err)
{
    const struct patch *patch =
        patch_parse(tree->arena, source, PATCH_UNKNOWN, err);
    struct file_result *results;
    size_t count = 0;

    if (!patch)
        return false;
    struct selection *sel = selection_create(patch);
    offer(tree, patch, sel);
    bool fine = accept(patch, sel, fuzzy, err)
                && selection_results(sel, tree->arena, &results, &count, err);
    for (size_t i = 0; fine && i < count; i++)
        take(tree, &results[i]);
    selection_destroy(sel);
    return fine;
}
