/*
 * libgit2 keeps one index a repository and reads it once; others may have
 * written it since, so it is read again each time it is opened here.
 */
#include "index.h"

git_index *index_open(struct repo *repo, struct error *err)
{
    git_index *index = NULL;

    if (git_repository_index(&index, repo->git) == 0
        && git_index_read(index, 1) == 0)
        return index;
    git_index_free(index);
    git_complaint(err, "the index of git");
    return NULL;
}

bool index_save(git_index *index, struct error *err)
{
    int result = git_index_write(index);

    if (result == GIT_ELOCKED)
        return error_set(err, ERROR_CONFLICT,
                         "nothing was staged: another git is changing the "
                         "index (index.lock is there)");
    return result == 0 || git_complaint(err, "the index of git");
}

bool index_is_unmerged(git_index *index, const char *path)
{
    for (int stage = 1; stage <= 3; stage++)
        if (git_index_get_bypath(index, path, stage))
            return true;
    return false;
}

static bool convert(git_filter_list *filters, struct arena *arena,
                    struct str bytes, struct str *stored)
{
    git_buf out = GIT_BUF_INIT;
    bool fine = git_filter_list_apply_to_buffer(
                    &out, filters, bytes.at ? bytes.at : "", bytes.len)
                == 0;

    if (fine)
        *stored = arena_copy(arena, (struct str){ out.ptr, out.size });
    git_buf_dispose(&out);
    return fine;
}

bool index_stored_form(struct repo *repo, struct arena *arena, struct str path,
                       struct str bytes, struct str *stored, struct error *err)
{
    git_filter_list *filters = NULL;
    bool fine = git_filter_list_load(&filters, repo->git, NULL,
                                     arena_cstr(arena, path), GIT_FILTER_TO_ODB,
                                     GIT_FILTER_ALLOW_UNSAFE)
                == 0;

    *stored = bytes;
    if (fine && filters)
        fine = convert(filters, arena, bytes, stored);
    git_filter_list_free(filters);
    return fine || git_complaint(err, "the ends of lines");
}
