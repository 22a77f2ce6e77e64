/*
 * Staging what was written and nothing else: where the index holds another
 * text than the tree had, because not all of the user's own changes are
 * staged, the difference that the write made is placed in the index's text.
 */
#include "index.h"
#include "update.h"

#include "kerf/patch/diff.h"
#include "kerf/patch/parse.h"
#include "kerf/repo/diff.h"

#define DIFF_CONTEXT 3

// What `git add` would store of these bytes.
static bool stored_form(struct repo *repo, struct arena *arena, struct str path,
                        struct str bytes, struct str *stored)
{
    struct error unused;
    struct str id;

    if (repo->git)
        return index_stored_form(repo, arena, path, bytes, stored, &unused);
    struct update update = update_begin(repo, arena, 0);
    return update_store_file(&update, path, bytes, &id, &unused)
           && repo_read_blob(repo, arena, id, stored, &unused);
}

// Only lines that stand there as they are may be changed unseen.
static bool fits(const struct selection *sel, size_t hunks)
{
    for (size_t i = 0; i < hunks; i++) {
        enum hunk_state state = selection_place(sel, 0, i)->state;
        if (state != HUNK_OK && state != HUNK_MOVED)
            return false;
    }
    return hunks > 0;
}

static bool place(struct arena *arena, const struct file_result *change,
                  const struct preimage *index, struct str *bytes)
{
    struct target all = { 0, SELECT_ALL, SELECT_ALL };
    struct buf diff = { 0 };
    struct error err = { 0 };
    struct file_result result;

    diff_print_result(&diff, change, index->mode, DIFF_CONTEXT);
    struct str text = arena_copy(arena, buf_str(&diff));
    buf_release(&diff);
    const struct patch *patch = patch_parse(arena, text, PATCH_UNIFIED, &err);
    if (!patch || patch->file_count != 1)
        return false;
    struct selection *sel = selection_create(patch);
    selection_set_preimage(sel, 0, index, false);
    bool fine = fits(sel, patch->files[0].hunk_count)
                && selection_decide(sel, all, DECISION_YES, &err)
                && selection_result(sel, 0, arena, &result, &err)
                && result.kind == RESULT_WRITE;
    if (fine)
        *bytes = arena_copy(arena, result.bytes);
    selection_destroy(sel);
    return fine;
}

bool repo_only_change(struct repo *repo, struct arena *arena,
                      struct file_result *result)
{
    struct preimage index = { 0 };
    struct file_result change = *result;

    if (result->kind != RESULT_WRITE || !result->existed
        || result->remove.len > 0)
        return true;
    repo_read_index(repo, arena, result->path, &index);
    if (!index.exists || index.unreadable.len > 0)
        return true;
    if (!stored_form(repo, arena, result->path, result->preimage,
                     &change.preimage)
        || str_equal(change.preimage, index.bytes)
        || !stored_form(repo, arena, result->path, result->bytes,
                        &change.bytes))
        return true;
    return place(arena, &change, &index, &result->bytes);
}
