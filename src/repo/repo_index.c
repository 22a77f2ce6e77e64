/*
 * Adding what was written to git's index: the blob of each result, not of
 * whatever stands in the tree by now; all other entries stay as they are. The
 * ends of lines are converted as `git add` would (libgit2 does that itself and
 * runs no filter drivers, which are commands of the repository). Where the
 * library cannot read the repository, the program is asked, with the drivers
 * switched off.
 */
#include <sys/stat.h>

#include "git_program.h"
#include "repo_parts.h"

#define EXECUTE_BITS 0111

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

static bool add_bytes(git_index *index, const git_index_entry *entry,
                      git_filter_list *filters, struct str bytes)
{
    git_buf out = GIT_BUF_INIT;
    const char *at = bytes.at ? bytes.at : "";
    bool fine =
        filters
            ? git_filter_list_apply_to_buffer(&out, filters, at, bytes.len) == 0
                  && git_index_add_from_buffer(index, entry,
                                               out.ptr ? out.ptr : "", out.size)
                         == 0
            : git_index_add_from_buffer(index, entry, at, bytes.len) == 0;

    git_buf_dispose(&out);
    return fine;
}

static bool add_result(struct repo *repo, git_index *index,
                       const struct file_result *result, struct arena *scratch)
{
    const char *path = arena_cstr(scratch, result->path);
    git_filter_list *filters = NULL;
    git_index_entry entry = {
        .path = path,
        .mode = is_program(repo, scratch, result) ? GIT_FILEMODE_BLOB_EXECUTABLE
                                                  : GIT_FILEMODE_BLOB,
    };
    bool fine = git_filter_list_load(&filters, repo->git, NULL, path,
                                     GIT_FILTER_TO_ODB, GIT_FILTER_ALLOW_UNSAFE)
                    == 0
                && add_bytes(index, &entry, filters, result->bytes);

    git_filter_list_free(filters);
    return fine;
}

static bool drop_path(git_index *index, struct str path, struct arena *scratch)
{
    return git_index_remove_bypath(index, arena_cstr(scratch, path)) == 0;
}

static bool stage_result(struct repo *repo, git_index *index,
                         const struct file_result *result,
                         struct arena *scratch)
{
    switch (result->kind) {
    case RESULT_NONE: return true;
    case RESULT_DELETE: return drop_path(index, result->path, scratch);
    case RESULT_WRITE: return add_result(repo, index, result, scratch);
    }
    return true;
}

// First the names that go, since another file may take them.
static bool stage_all(struct repo *repo, git_index *index,
                      const struct file_result *results, size_t count,
                      struct arena *scratch)
{
    for (size_t i = 0; i < count; i++)
        if (results[i].kind == RESULT_WRITE && results[i].remove.len > 0
            && !drop_path(index, results[i].remove, scratch))
            return false;
    for (size_t i = 0; i < count; i++)
        if (!stage_result(repo, index, &results[i], scratch))
            return false;
    return true;
}

static bool write_index(git_index *index, struct error *err)
{
    int result = git_index_write(index);

    if (result == GIT_ELOCKED)
        return error_set(err, ERROR_CONFLICT,
                         "nothing was staged: another git is changing the "
                         "index (index.lock is there)");
    return result == 0 || git_complaint(err, "the index of git");
}

static bool add_by_library(struct repo *repo, const struct file_result *results,
                           size_t count, struct arena *scratch,
                           struct error *err)
{
    git_index *index = NULL;
    bool fine = git_repository_index(&index, repo->git) == 0
                && git_index_read(index, 1) == 0
                && stage_all(repo, index, results, count, scratch);

    fine = fine ? write_index(index, err)
                : git_complaint(err, "the index of git");
    git_index_free(index);
    return fine;
}

static bool add_by_program(struct repo *repo, const struct file_result *results,
                           size_t count, struct arena *scratch,
                           struct error *err)
{
    static const char *const first[] = { "update-index", "--add", "--remove",
                                         "--" };
    size_t given = sizeof(first) / sizeof(first[0]), words = 0;
    const char **args =
        arena_array(scratch, given + 2 * count + 1, sizeof(*args));
    struct git_call call = { .program = repo->program,
                             .root = repo->root.at,
                             .args = args };
    struct str output;
    int status = 0;

    while (words < given)
        args[words] = first[words], words++;
    for (size_t i = 0; i < count; i++) {
        if (results[i].kind != RESULT_NONE)
            args[words++] = arena_cstr(scratch, results[i].path);
        if (results[i].kind == RESULT_WRITE && results[i].remove.len > 0)
            args[words++] = arena_cstr(scratch, results[i].remove);
    }
    if (!git_program_no_filters(repo->program, repo->root.at, scratch,
                                &call.env, err)
        || !git_program_run(&call, scratch, &output, &status, err))
        return false;
    return status == 0
           || error_set(err, ERROR_FAILED, "git could not stage the files");
}

bool repo_stage(struct repo *repo, const struct file_result *results,
                size_t count, struct error *err)
{
    struct arena scratch = { 0 };
    bool fine = repo->git ? add_by_library(repo, results, count, &scratch, err)
                          : add_by_program(repo, results, count, &scratch, err);

    arena_release(&scratch);
    return fine;
}
