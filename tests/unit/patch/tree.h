/* A tree of files in memory, and patches carried out on it: what the tests of
 * whole results share. Everything lives in one arena. */
#ifndef KERF_TESTS_PATCH_TREE_H
#define KERF_TESTS_PATCH_TREE_H

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/patch/parse.h"
#include "kerf/patch/select.h"
#include "kerf/patch/stream.h"

struct tree_file {
    struct str path, bytes;
    unsigned mode;
};

struct tree {
    struct arena *arena;
    struct tree_file *files;
    size_t count, cap;
};

static inline struct tree_file *tree_find(struct tree *tree, struct str path)
{
    for (size_t i = 0; i < tree->count; i++)
        if (str_equal(tree->files[i].path, path))
            return &tree->files[i];
    return NULL;
}

static inline void tree_put(struct tree *tree, struct str path,
                            struct str bytes, unsigned mode)
{
    struct tree_file *file = tree_find(tree, path);

    if (!file) {
        tree->files = arena_grow(tree->arena, tree->files, &tree->cap,
                                 tree->count + 1, sizeof(*file));
        file = &tree->files[tree->count++];
        *file = (struct tree_file){ .mode = 0644 };
    }
    file->path = arena_copy(tree->arena, path);
    file->bytes = arena_copy(tree->arena, bytes);
    if (mode != 0)
        file->mode = mode;
}

static inline void tree_remove(struct tree *tree, struct str path)
{
    struct tree_file *file = tree_find(tree, path);
    if (file)
        *file = tree->files[--tree->count];
}

/* Reads a file whole; the empty view if it is not there. */
static inline struct str tree_slurp(struct arena *arena, const char *path)
{
    struct buf bytes = { 0 };
    char piece[4096];
    size_t got;
    FILE *in = fopen(path, "rb");

    if (!in)
        return (struct str){ 0 };
    while ((got = fread(piece, 1, sizeof(piece), in)) > 0)
        buf_append(&bytes, (struct str){ piece, got });
    fclose(in);
    struct str all = arena_copy(arena, buf_str(&bytes));
    buf_release(&bytes);
    return all;
}

/* Reads all files below `folder`; their paths are relative to it. */
static inline void tree_load(struct tree *tree, const char *folder,
                             const char *below)
{
    char path[4096], name[1024];
    struct dirent *entry;
    struct stat st;
    DIR *dir;

    snprintf(path, sizeof(path), "%s/%s", folder, below);
    dir = opendir(path);
    while (dir && (entry = readdir(dir))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0
            || strcmp(entry->d_name, ".keep") == 0
            || strcmp(entry->d_name, ".git") == 0)
            continue;
        snprintf(name, sizeof(name), "%s%s%s", below, *below ? "/" : "",
                 entry->d_name);
        snprintf(path, sizeof(path), "%s/%s", folder, name);
        if (lstat(path, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode))
            tree_load(tree, folder, name);
        else
            tree_put(tree, str_from(name), tree_slurp(tree->arena, path),
                     st.st_mode & 0777);
    }
    if (dir)
        closedir(dir);
}

/* Gives the review every preimage it asks for. */
static inline void tree_offer(struct tree *tree, const struct patch *patch,
                              struct selection *sel)
{
    selection_refresh(sel);
    for (size_t f = 0; f < patch->file_count; f++) {
        if (!selection_wants_preimage(sel, f))
            continue;
        const struct tree_file *file = tree_find(tree, patch->files[f].path);
        struct str to = patch->files[f].move_to;
        struct preimage pre = { .exists = file };
        if (file) {
            pre.bytes = file->bytes;
            pre.mode = file->mode;
            if (str_find_char(file->bytes, '\0') != SIZE_MAX)
                pre.unreadable = STR("a binary file");
        }
        selection_set_preimage(sel, f, &pre, to.len && tree_find(tree, to));
    }
    selection_refresh(sel);
}

/* Accepts everything. Fails if one hunk cannot be accepted. */
static inline bool tree_accept(const struct patch *patch, struct selection *sel,
                               struct error *err)
{
    for (size_t f = 0; f < patch->file_count; f++)
        for (size_t h = 0; h < patch->files[f].hunk_count; h++) {
            struct target target = { f, h, SELECT_ALL };
            if (!selection_decide(sel, target, DECISION_YES, err))
                return false;
        }
    return true;
}

/* Carries out what is accepted: all or nothing. */
static inline bool tree_write(struct tree *tree, const struct patch *patch,
                              const struct selection *sel, struct error *err)
{
    struct file_result *results =
        arena_array(tree->arena, patch->file_count, sizeof(*results));

    for (size_t f = 0; f < patch->file_count; f++)
        if (!selection_result(sel, f, tree->arena, &results[f], err))
            return false;
    for (size_t f = 0; f < patch->file_count; f++) {
        struct file_result *result = &results[f];
        if (result->remove.len && tree_find(tree, result->remove)
            && !result->mode)
            result->mode = tree_find(tree, result->remove)->mode;
    }
    for (size_t f = 0; f < patch->file_count; f++) {
        tree_remove(tree, results[f].remove);
        if (results[f].kind == RESULT_DELETE)
            tree_remove(tree, results[f].path);
    }
    for (size_t f = 0; f < patch->file_count; f++)
        if (results[f].kind == RESULT_WRITE)
            tree_put(tree, results[f].path, results[f].bytes, results[f].mode);
    return true;
}

/* Reads a patch and carries it out, as `kerf apply` would. */
static inline bool tree_apply(struct tree *tree, struct str source,
                              enum patch_format format, struct error *err)
{
    const struct patch *patch = patch_parse(tree->arena, source, format, err);

    if (!patch)
        return false;
    struct selection *sel = selection_create(patch);
    tree_offer(tree, patch, sel);
    bool fine = tree_accept(patch, sel, err)
                && tree_write(tree, patch, sel, err);
    selection_destroy(sel);
    return fine;
}

#endif
