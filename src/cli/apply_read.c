/*
 * What is to be applied, and to what: patches, names, files, bases. A name
 * that the tree does not have is given one, if only one way of stripping makes
 * all names of the patch exist.
 */
#include "apply.h"

#include "kerf/patch/merge.h"
#include "kerf/patch/parse.h"
#include "kerf/patch/rewrite.h"

#define LIMIT_APPLY_INPUTS 1000
#define LIMIT_STRIP_TRIES 32

static const struct patch *read_one(struct application *app, const char *name,
                                    struct error *err)
{
    struct arena *arena = &app->call->arena;
    struct str text, label;

    if (!read_input(arena, name, LIMIT_PATCH_BYTES, &text, &label, err))
        return NULL;
    const struct patch *patch =
        patch_parse(arena, text, app->options.format, err);
    if (!patch) {
        error_prefix(err, "%.*s", STR_ARG(label));
        err->kind = ERROR_CONFLICT; // a patch that cannot be read
    }
    return patch;
}

const struct patch *apply_read(struct application *app, struct error *err)
{
    static const char *const standard_input[] = { "-" };
    size_t count = app->call->count ? app->call->count : 1;
    const char *const *names = app->call->count ? app->call->args
                                                : standard_input;

    if (count > LIMIT_APPLY_INPUTS) {
        error_set(err, ERROR_LIMIT, "more than %d patches", LIMIT_APPLY_INPUTS);
        return NULL;
    }
    const struct patch **patches =
        arena_array(&app->call->arena, count, sizeof(*patches));
    for (size_t i = 0; i < count; i++) {
        patches[i] = read_one(app, names[i], err);
        if (!patches[i])
            return NULL;
    }
    if (count == 1)
        return patches[0];
    return patch_join(&app->call->arena, patches, count, err);
}

// --- names -----------------------------------------------------------------

// Whether an earlier part of the patch leaves a file of that name behind.
static bool is_made(const struct patch *patch, size_t file)
{
    for (size_t i = 0; i < file; i++) {
        const struct file_patch *other = &patch->files[i];
        struct str made = other->move_to.len > 0 ? other->move_to : other->path;
        if (other->action != FILE_DELETE
            && str_equal(made, patch->files[file].path))
            return true;
    }
    return false;
}

static bool needs_file(const struct file_patch *file)
{
    return file->action == FILE_UPDATE || file->action == FILE_DELETE;
}

static bool all_exist(const struct application *app, const struct patch *patch)
{
    for (size_t i = 0; i < patch->file_count; i++)
        if (needs_file(&patch->files[i])
            && !worktree_has(app->tree, patch->files[i].path)
            && !is_made(patch, i))
            return false;
    return true;
}

// Names that were meant to lead elsewhere are not bent into something else.
static bool may_be_stripped(const struct patch *patch)
{
    struct error unused;

    for (size_t i = 0; i < patch->file_count; i++)
        if (patch->files[i].full_path.len == 0
            || !worktree_path_is_safe(patch->files[i].path, &unused))
            return false;
    return true;
}

// Returns the one count that makes all names exist, or STRIP_NONE.
static size_t find_strip(struct application *app)
{
    struct arena *arena = &app->call->arena;
    size_t depth = patch_depth(app->patch), found = STRIP_NONE, ways = 0;
    struct error unused;

    for (size_t n = 0; n <= depth && n < LIMIT_STRIP_TRIES; n++) {
        const struct patch *tried =
            patch_rename(arena, app->patch, n, app->options.directory, &unused);
        if (!tried || !all_exist(app, tried))
            continue;
        found = n;
        ways++;
    }
    return ways == 1 ? found : STRIP_NONE;
}

bool apply_names(struct application *app, struct error *err)
{
    size_t strip = app->options.strip;
    const struct patch *as_read = patch_rename(
        &app->call->arena, app->patch, strip, app->options.directory, err);

    if (!as_read)
        return false;
    if (strip == STRIP_NONE && may_be_stripped(app->patch)
        && !all_exist(app, as_read)) {
        strip = find_strip(app);
        if (strip != STRIP_NONE) {
            remark("the names exist only as -p%zu has them: taken so", strip);
            as_read = patch_rename(&app->call->arena, app->patch, strip,
                                   app->options.directory, err);
        }
    }
    app->patch = as_read;
    return as_read != NULL;
}

// --- files -----------------------------------------------------------------

// A tree without git, or one that cannot be read, has no older texts.
static struct repo *repo_of(struct application *app)
{
    struct error unused;

    if (!app->repo_tried)
        app->repo = repo_open(app->setup->root, &unused);
    app->repo_tried = true;
    return app->repo;
}

static void read_file(struct application *app, size_t i)
{
    const struct file_patch *file = &app->patch->files[i];
    struct arena *arena = &app->call->arena;
    struct preimage pre = { 0 }, there = { 0 };

    worktree_read(app->tree, arena, file->path, &pre);
    if (file->move_to.len > 0)
        worktree_read(app->tree, arena, file->move_to, &there);
    if (pre.forbidden || there.forbidden)
        app->forbidden = true;
    if (there.forbidden && pre.unreadable.len == 0)
        pre.unreadable = there.unreadable;
    if (file->binary && pre.exists && repo_of(app))
        pre.id = repo_blob_id(app->repo, arena, pre.bytes);
    selection_set_preimage(app->selection, i, &pre,
                           there.exists || there.unreadable.len > 0);
}

static bool is_no_file(struct str id)
{
    for (size_t i = 0; i < id.len; i++)
        if (id.at[i] != '0')
            return false;
    return true;
}

static void give_base(struct application *app, size_t i)
{
    struct str id, bytes;
    struct error err = { 0 };

    if (!selection_wants_base(app->selection, i, &id) || is_no_file(id)
        || !repo_of(app))
        return;
    if (repo_read_blob(app->repo, &app->call->arena, id, &bytes, &err)) {
        selection_set_base(app->selection, i, bytes);
    } else if (err.kind == ERROR_INVALID) { // ambiguous
        error_prefix(&err, "%.*s", STR_ARG(app->patch->files[i].path));
        complain(&err);
    }
}

void apply_files(struct application *app)
{
    for (size_t i = 0; i < app->patch->file_count; i++)
        if (selection_wants_preimage(app->selection, i))
            read_file(app, i); // else a later part of a file that was read
    selection_refresh(app->selection);
    for (size_t i = 0; i < app->patch->file_count; i++)
        give_base(app, i);
    selection_refresh(app->selection);
}
