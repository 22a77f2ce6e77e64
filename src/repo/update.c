/*
 * The program reads a blob from a file only, so its bytes go through one in
 * the git folder. A name that goes and comes in one update (two files that
 * change names) only comes.
 */
#include "update.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "git_program.h"
#include "kerf/base/fd.h"
#include "path.h"

struct update update_begin(struct repo *repo, struct arena *arena, size_t count)
{
    struct update update = {
        .repo = repo,
        .arena = arena,
        .words = arena_array(arena, 3 * count + 6, sizeof(char *)),
        .gone = arena_array(arena, count + 1, sizeof(char *)),
        .come = arena_array(arena, count + 1, sizeof(struct str)),
    };

    update.words[update.count++] = "update-index";
    update.words[update.count++] = "--add";
    update.words[update.count++] = "--replace"; // a file by a folder, or back
    return update;
}

static bool cannot_store(const char *file, int number, struct error *err)
{
    return error_errno(err, number, "%s", path_text(str_from(file)).at);
}

// `how` is an option of git-hash-object(1).
static bool hash_file(struct update *update, const char *how, const char *file,
                      struct str *id, struct error *err)
{
    const char *args[] = {
        "-c", "core.safecrlf=false", "hash-object", "-w", how, "--", file, NULL
    };
    int status;

    if (!repo_ask(update->repo, update->arena, args, update->env, id, &status,
                  err))
        return false;
    *id = str_trim(*id);
    return status == 0
           || error_set(err, ERROR_FAILED, "git could not store a file");
}

static bool store(struct update *update, const char *how, struct str bytes,
                  struct str *id, struct error *err)
{
    struct str name = arena_printf(update->arena, "%.*s/kerf-XXXXXX",
                                   STR_ARG(update->repo->git_dir));
    char *file = arena_cstr(update->arena, name);
    int fd = mkostemp(file, O_CLOEXEC);

    if (fd < 0)
        return cannot_store(file, errno, err);
    bool fine = fd_write_all(fd, bytes) || cannot_store(file, errno, err);
    close(fd);
    fine = fine && hash_file(update, how, file, id, err);
    unlink(file);
    return fine;
}

bool update_store(struct update *update, struct str bytes, struct str *id,
                  struct error *err)
{
    return store(update, "--no-filters", bytes, id, err);
}

bool update_store_file(struct update *update, struct str path, struct str bytes,
                       struct str *id, struct error *err)
{
    struct repo *repo = update->repo;
    struct str how = arena_printf(update->arena, "--path=%.*s", STR_ARG(path));

    if (!update->env
        && !git_program_no_filters(repo->program, repo->root.at, update->arena,
                                   &update->env, err))
        return false;
    return store(update, how.at, bytes, id, err);
}

void update_put(struct update *update, struct str path, bool is_program,
                struct str id)
{
    struct str entry = arena_printf(update->arena, "%s,%.*s,%.*s",
                                    is_program ? "100755" : "100644",
                                    STR_ARG(id), STR_ARG(path));

    update->words[update->count++] = "--cacheinfo";
    update->words[update->count++] = entry.at;
    update->come[update->come_count++] = path;
}

void update_drop(struct update *update, struct str path)
{
    update->gone[update->gone_count++] = arena_cstr(update->arena, path);
}

static bool comes(const struct update *update, const char *path)
{
    for (size_t i = 0; i < update->come_count; i++)
        if (str_is(update->come[i], path))
            return true;
    return false;
}

bool update_run(struct update *update, struct error *err)
{
    struct str output;
    int status;

    update->words[update->count++] = "--force-remove";
    update->words[update->count++] = "--";
    for (size_t i = 0; i < update->gone_count; i++)
        if (!comes(update, update->gone[i]))
            update->words[update->count++] = update->gone[i];
    update->words[update->count] = NULL;
    return repo_ask(update->repo, update->arena, update->words, NULL, &output,
                    &status, err)
           && (status == 0
               || error_set(err, ERROR_FAILED, "git could not stage that"));
}
