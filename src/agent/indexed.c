/*
 * Staging writes to the index what was computed from the index. Discarding goes
 * the other way: the file's part of the patch is turned around, placed in the
 * file as it stands, and of its hunks only the one is accepted; so the others
 * tell where it is.
 */
#include "indexed.h"

#include "kerf/patch/rewrite.h"
#include "kerf/repo/diff.h"

static char letter_of(const struct file_result *result)
{
    if (result->kind == RESULT_DELETE)
        return 'D';
    return result->existed ? 'M' : 'A';
}

bool indexed_write(struct repo *repo, struct arena *arena,
                   const struct file_result *results, size_t count,
                   struct str *files, struct error *err)
{
    struct buf list = { 0 };

    if (!repo_write_index(repo, results, count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        buf_printf(&list, "%c %.*s\n", letter_of(&results[i]),
                   STR_ARG(results[i].path));
    *files = arena_copy(arena, buf_str(&list));
    buf_release(&list);
    return true;
}

// A hunk that had to be looked for, or that is gone, is not taken out.
static bool is_there(const struct selection *sel, size_t hunk,
                     struct error *err)
{
    switch (selection_place(sel, 0, hunk)->state) {
    case HUNK_OK:
    case HUNK_MOVED: return true;
    case HUNK_ARRIVING:
    case HUNK_FUZZY:
    case HUNK_MERGED:
    case HUNK_APPLIED:
    case HUNK_AMBIGUOUS:
    case HUNK_CONFLICT:
    case HUNK_STALE: break;
    }
    return error_set(err, ERROR_CONFLICT,
                     "the file no longer holds these lines");
}

static bool take_out(const struct patch *back, size_t hunk,
                     const struct preimage *now, struct arena *arena,
                     struct file_result *result, struct error *err)
{
    struct selection *sel = selection_create(back);
    struct target target = { 0, hunk, SELECT_ALL };

    selection_set_preimage(sel, 0, now, false);
    bool fine = is_there(sel, hunk, err)
                && selection_decide(sel, target, DECISION_YES, err)
                && selection_result(sel, 0, arena, result, err);
    if (fine) { // it may lie in the review that goes now
        result->path = arena_copy(arena, result->path);
        result->remove = (struct str){ 0 };
        result->preimage = arena_copy(arena, result->preimage);
    }
    selection_destroy(sel);
    return fine;
}

bool indexed_discard(const struct selection *sel, struct target target,
                     const struct preimage *now, struct arena *arena,
                     struct file_result *result, struct error *err)
{
    const struct patch *patch = selection_patch(sel);

    if (target.file >= patch->file_count
        || target.hunk >= patch->files[target.file].hunk_count)
        return error_set(err, ERROR_NOT_FOUND, "no such hunk");
    struct file_patch file = patch->files[target.file];
    struct patch one = { .format = patch->format,
                         .files = &file,
                         .file_count = 1 };
    const struct patch *back = patch_reverse(arena, &one, err);
    return back && take_out(back, target.hunk, now, arena, result, err);
}
