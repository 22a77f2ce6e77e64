/*
 * Adding what was written to git's index: the blob of each result, not of
 * whatever stands in the tree by now; all other entries stay as they are. The
 * ends of lines are converted as `git add` would, and no filter driver is run,
 * which is a command of the repository.
 */
#include <sys/stat.h>

#include "index.h"
#include "update.h"

// The mode that the file has, which is what git would take over.
static bool is_program(const struct repo *repo, struct arena *scratch,
                       const struct file_result *result)
{
    struct stat st;
    struct str path = arena_printf(scratch, "%.*s/%.*s", STR_ARG(repo->root),
                                   STR_ARG(result->path));

    if (lstat(path.at, &st) == 0 && S_ISREG(st.st_mode))
        return st.st_mode & S_IXUSR;
    return result->mode & EXECUTE_BITS;
}

static bool add_result(struct repo *repo, git_index *index,
                       const struct file_result *result, struct arena *scratch,
                       struct error *err)
{
    git_index_entry entry = {
        .path = arena_cstr(scratch, result->path),
        .mode = is_program(repo, scratch, result) ? GIT_FILEMODE_BLOB_EXECUTABLE
                                                  : GIT_FILEMODE_BLOB,
    };
    struct str stored;

    if (!index_stored_form(repo, scratch, result->path, result->bytes, &stored,
                           err))
        return false;
    return git_index_add_from_buffer(index, &entry, stored.at ? stored.at : "",
                                     stored.len)
               == 0
           || git_complaint(err, "the index of git");
}

static bool drop_path(git_index *index, struct str path, struct arena *scratch,
                      struct error *err)
{
    return git_index_remove_bypath(index, arena_cstr(scratch, path)) == 0
           || git_complaint(err, "the index of git");
}

// The name that goes with a result; empty if none does.
static struct str gone_name(const struct file_result *result)
{
    switch (result->kind) {
    case RESULT_NONE: return STR("");
    case RESULT_DELETE: return result->path;
    case RESULT_WRITE: return result->remove;
    }
    return STR("");
}

// First the names that go, since another file may take them.
static bool stage_all(struct repo *repo, git_index *index,
                      const struct file_result *results, size_t count,
                      struct arena *scratch, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (gone_name(&results[i]).len > 0
            && !drop_path(index, gone_name(&results[i]), scratch, err))
            return false;
    for (size_t i = 0; i < count; i++)
        if (results[i].kind == RESULT_WRITE
            && !add_result(repo, index, &results[i], scratch, err))
            return false;
    return true;
}

static bool add_by_library(struct repo *repo, const struct file_result *results,
                           size_t count, struct arena *scratch,
                           struct error *err)
{
    git_index *index = index_open(repo, err);
    bool fine = index && stage_all(repo, index, results, count, scratch, err)
                && index_save(index, err);

    git_index_free(index);
    return fine;
}

static bool update_result(struct update *update,
                          const struct file_result *result, struct error *err)
{
    struct str id;

    if (gone_name(result).len > 0)
        update_drop(update, gone_name(result));
    if (result->kind != RESULT_WRITE)
        return true;
    if (!update_store_file(update, result->path, result->bytes, &id, err))
        return false;
    update_put(update, result->path,
               is_program(update->repo, update->arena, result), id);
    return true;
}

static bool add_by_program(struct repo *repo, const struct file_result *results,
                           size_t count, struct arena *scratch,
                           struct error *err)
{
    struct update update = update_begin(repo, scratch, count);

    for (size_t i = 0; i < count; i++)
        if (!update_result(&update, &results[i], err))
            return false;
    return update_run(&update, err);
}

bool repo_stage(struct repo *repo, const struct file_result *results,
                size_t count, struct error *err)
{
    struct arena scratch = { 0 };
    bool fine = is_for_library(repo)
                    ? add_by_library(repo, results, count, &scratch, err)
                    : add_by_program(repo, results, count, &scratch, err);

    arena_release(&scratch);
    return fine;
}
