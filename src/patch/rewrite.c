/*
 * Names are changed in a copy of the file list; hunks are shared. "a//b" counts
 * as "a/b" when components are taken off, as patch(1) counts.
 */
#include "kerf/patch/rewrite.h"

#include <string.h>

static struct str full_name(struct str full, struct str name)
{
    return full.len > 0 ? full : name;
}

static struct patch *copy_of(struct arena *arena, const struct patch *patch)
{
    struct patch *copy = arena_alloc(arena, sizeof(*copy));

    *copy = *patch;
    copy->files =
        arena_array(arena, patch->file_count + 1, sizeof(*copy->files));
    copy->file_cap = patch->file_count + 1;
    for (size_t i = 0; i < patch->file_count; i++)
        copy->files[i] = patch->files[i];
    return copy;
}

const struct patch *patch_join(struct arena *arena,
                               const struct patch *const *patches, size_t count,
                               struct error *err)
{
    struct patch *all = arena_alloc(arena, sizeof(*all));
    size_t total = 0;

    all->format = patches[0]->format;
    for (size_t i = 0; i < count; i++) {
        total += patches[i]->file_count;
        if (patches[i]->format != all->format) {
            error_set(err, ERROR_UNSUPPORTED,
                      "patches in different languages: one at a time, please");
            return NULL;
        }
    }
    if (total > LIMIT_PATCH_FILES) {
        error_set(err, ERROR_LIMIT, "more than %d files in the patches",
                  LIMIT_PATCH_FILES);
        return NULL;
    }
    all->files = arena_array(arena, total + 1, sizeof(*all->files));
    all->file_cap = total + 1;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < patches[i]->file_count; k++)
            all->files[all->file_count++] = patches[i]->files[k];
    return all;
}

// Takes `count` components off. False if nothing would be left.
static bool strip(struct str *name, size_t count)
{
    for (; count > 0; count--) {
        size_t slash = str_find_char(*name, '/');
        if (slash == SIZE_MAX)
            return false;
        while (slash < name->len && name->at[slash] == '/')
            slash++;
        *name = str_skip(*name, slash);
    }
    return name->len > 0;
}

static bool rename_one(struct arena *arena, struct str *name, struct str full,
                       size_t count, struct str folder, struct error *err)
{
    struct str left = full_name(full, *name);

    if (count == STRIP_NONE)
        left = *name;
    else if (!strip(&left, count))
        return error_set(err, ERROR_CONFLICT,
                         "%.*s: has no %zu folders to strip", STR_ARG(*name),
                         count);
    if (folder.len > 0)
        left = arena_printf(arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(left));
    *name = left;
    return true;
}

const struct patch *patch_rename(struct arena *arena, const struct patch *patch,
                                 size_t count, struct str folder,
                                 struct error *err)
{
    struct patch *copy = copy_of(arena, patch);

    for (size_t i = 0; i < copy->file_count; i++) {
        struct file_patch *file = &copy->files[i];
        if (!rename_one(arena, &file->path, file->full_path, count, folder, err)
            || (file->move_to.len > 0
                && !rename_one(arena, &file->move_to, file->full_move_to, count,
                               folder, err)))
            return NULL;
    }
    return copy;
}

static size_t count_slashes(struct str name)
{
    size_t count = 0;

    for (size_t i = 0; i < name.len; i++)
        count += name.at[i] == '/';
    return count;
}

size_t patch_depth(const struct patch *patch)
{
    size_t depth = 0;

    for (size_t i = 0; i < patch->file_count; i++) {
        const struct file_patch *file = &patch->files[i];
        size_t more = count_slashes(full_name(file->full_path, file->path));
        depth = more > depth ? more : depth;
    }
    return depth;
}
