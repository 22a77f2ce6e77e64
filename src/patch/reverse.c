/*
 * The way back: added and removed lines change sides (removed ones first again,
 * as diffs have them), additions and deletions, old and new names too. The last
 * file comes first, because a later part of a file built on an earlier one.
 */
#include "kerf/patch/rewrite.h"

#include "kerf/patch/binary.h"

static bool refuse(const struct file_patch *file, struct error *err,
                   const char *why)
{
    return error_set(err, ERROR_UNSUPPORTED, "%.*s: cannot be taken back: %s",
                     STR_ARG(file->path), why);
}

// What must be known about the time before.
static bool is_reversible(const struct file_patch *file, struct error *err)
{
    bool lineless = file->hunks[0].line_count == 0;

    if (file->action == FILE_REPLACE)
        return refuse(file, err, "the patch does not say what was there");
    if (file->binary && !file->binary->has_reverse)
        return refuse(file, err, "its binary data lack the way back");
    if (file->action == FILE_DELETE && lineless && !file->binary
        && file->old_id.len == 0)
        return refuse(file, err, "the patch does not say what it deletes");
    if (file->action == FILE_UPDATE && file->mode != 0)
        return refuse(file, err, "the patch does not keep the old mode");
    return true;
}

static void swap_names(struct str *a, struct str *b)
{
    struct str kept = *a;

    *a = *b;
    *b = kept;
}

static size_t put_kind(const struct hunk *hunk, size_t from, size_t until,
                       enum line_kind kind, enum line_kind as,
                       struct patch_line *out)
{
    size_t count = 0;

    for (size_t i = from; i < until; i++)
        if (hunk->lines[i].kind == kind) {
            out[count] = hunk->lines[i];
            out[count++].kind = as;
        }
    return count;
}

static void reverse_lines(const struct hunk *hunk, struct patch_line *out)
{
    for (size_t i = 0; i < hunk->line_count;) {
        size_t end = i;
        if (hunk->lines[i].kind == LINE_CONTEXT) {
            *out++ = hunk->lines[i++];
            continue;
        }
        while (end < hunk->line_count && hunk->lines[end].kind != LINE_CONTEXT)
            end++;
        out += put_kind(hunk, i, end, LINE_ADDED, LINE_REMOVED, out);
        out += put_kind(hunk, i, end, LINE_REMOVED, LINE_ADDED, out);
        i = end;
    }
}

static long growth(const struct hunk *hunk)
{
    long lines = 0;

    for (size_t i = 0; i < hunk->line_count; i++)
        lines += (hunk->lines[i].kind == LINE_ADDED)
                 - (hunk->lines[i].kind == LINE_REMOVED);
    return lines;
}

static void reverse_hunks(struct arena *arena, const struct file_patch *file,
                          struct file_patch *back)
{
    long shift = 0;

    back->hunks = arena_array(arena, file->hunk_count, sizeof(*back->hunks));
    back->hunk_cap = file->hunk_count;
    for (size_t h = 0; h < file->hunk_count; h++) {
        const struct hunk *hunk = &file->hunks[h];
        struct hunk *turned = &back->hunks[h];
        *turned = *hunk;
        turned->lines =
            arena_array(arena, hunk->line_count + 1, sizeof(*turned->lines));
        turned->line_cap = hunk->line_count + 1;
        reverse_lines(hunk, turned->lines);
        if (hunk->hint != HUNK_NO_HINT)
            turned->hint = (size_t)((long)hunk->hint + shift);
        shift += growth(hunk);
    }
}

static const struct binary_patch *reverse_binary(struct arena *arena,
                                                 const struct binary_patch *way)
{
    struct binary_patch *back = arena_alloc(arena, sizeof(*back));

    *back = *way;
    back->forward = way->reverse;
    back->reverse = way->forward;
    return back;
}

static void reverse_file(struct arena *arena, const struct file_patch *file,
                         struct file_patch *back)
{
    *back = *file;
    if (file->action == FILE_ADD)
        back->action = FILE_DELETE;
    if (file->action == FILE_DELETE)
        back->action = FILE_ADD;
    if (file->move_to.len > 0) {
        swap_names(&back->path, &back->move_to);
        swap_names(&back->full_path, &back->full_move_to);
    }
    swap_names(&back->old_id, &back->new_id);
    reverse_hunks(arena, file, back);
    if (file->binary)
        back->binary = reverse_binary(arena, file->binary);
}

const struct patch *patch_reverse(struct arena *arena,
                                  const struct patch *patch, struct error *err)
{
    struct patch *back = arena_alloc(arena, sizeof(*back));
    size_t count = patch->file_count;

    back->format = patch->format;
    back->files = arena_array(arena, count + 1, sizeof(*back->files));
    back->file_count = count;
    back->file_cap = count + 1;
    for (size_t i = 0; i < count; i++) {
        const struct file_patch *file = &patch->files[i];
        if (file->is_copy && !refuse(file, err, "it is a copy"))
            return NULL;
        if (!is_reversible(file, err))
            return NULL;
        reverse_file(arena, file, &back->files[count - 1 - i]);
    }
    return back;
}
