/*
 * Adding files to git's index: what was written becomes staged. By libgit2,
 * or by the program where that one cannot read the repository; its filter
 * drivers are switched off, since they are commands of the repository.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "git_program.h"
#include "repo_parts.h"

static bool is_there(const struct repo *repo, struct arena *scratch,
                     struct str path)
{
    struct stat st;
    struct str full =
        arena_printf(scratch, "%.*s/%.*s", STR_ARG(repo->root), STR_ARG(path));
    return lstat(full.at, &st) == 0;
}

static bool add_by_library(struct repo *repo, const struct str *paths,
                           size_t count, struct arena *scratch,
                           struct error *err)
{
    git_index *index = NULL;
    bool fine = git_repository_index(&index, repo->git) == 0
                && git_index_read(index, 0) == 0;

    for (size_t i = 0; fine && i < count; i++) {
        const char *path = arena_cstr(scratch, paths[i]);
        fine = (is_there(repo, scratch, paths[i])
                    ? git_index_add_bypath(index, path)
                    : git_index_remove_bypath(index, path))
               == 0;
    }
    fine = fine && git_index_write(index) == 0;
    if (!fine)
        git_complaint(err, "the index of git");
    git_index_free(index);
    return fine;
}

static bool add_by_program(struct repo *repo, const struct str *paths,
                           size_t count, struct arena *scratch,
                           struct error *err)
{
    static const char *const first[] = { "update-index", "--add", "--remove",
                                         "--" };
    size_t given = sizeof(first) / sizeof(first[0]);
    const char **args = arena_array(scratch, given + count + 1, sizeof(*args));
    struct git_call call = { .program = repo->program,
                             .root = repo->root.at,
                             .args = args };
    struct str output;
    int status = 0;

    for (size_t i = 0; i < given; i++)
        args[i] = first[i];
    for (size_t i = 0; i < count; i++)
        args[given + i] = arena_cstr(scratch, paths[i]);
    if (!git_program_no_filters(repo->program, repo->root.at, scratch,
                                &call.env, err)
        || !git_program_run(&call, scratch, &output, &status, err))
        return false;
    return status == 0
           || error_set(err, ERROR_FAILED, "git could not stage the files");
}

bool repo_stage(struct repo *repo, const struct str *paths, size_t count,
                struct error *err)
{
    struct arena scratch = { 0 };
    bool fine = repo->git ? add_by_library(repo, paths, count, &scratch, err)
                          : add_by_program(repo, paths, count, &scratch, err);

    arena_release(&scratch);
    return fine;
}
