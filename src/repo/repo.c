/*
 * Opening and asking. libgit2 answers unless it cannot: SHA-256, reftable,
 * per-worktree configuration, a sparse index; or unless it would answer
 * wrongly: in a sparse checkout it takes every file left out for deleted.
 * Then the git program is asked, if it gets along with the repository.
 */
#include "kerf/repo/repo.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "git_folder.h"
#include "git_program.h"
#include "kerf/base/utf8.h"
#include "path.h"
#include "repo_parts.h"

// --- finding the root --------------------------------------------------------

static bool is_there(struct arena *arena, struct str folder, const char *name)
{
    struct stat st;
    struct str path = arena_printf(arena, "%.*s/%s", STR_ARG(folder), name);
    return lstat(path.at, &st) == 0;
}

// A git folder without files around it: a bare one, or `.git` itself.
static bool is_git_folder(struct arena *arena, struct str folder)
{
    return is_there(arena, folder, "HEAD") && is_there(arena, folder, "refs")
           && is_there(arena, folder, "objects");
}

static bool is_bare(struct str folder, struct error *err)
{
    return error_set(err, ERROR_UNSUPPORTED,
                     "%s is a bare repository: it has no files to work on",
                     path_text(folder).at);
}

static bool walk_up(struct arena *scratch, struct str start, struct str *root,
                    struct error *err)
{
    struct str folder = start, unused;

    for (;;) {
        if (git_folder_find(scratch, folder, &unused)) {
            *root = folder.len ? folder : STR("/");
            return true;
        }
        if (is_git_folder(scratch, folder))
            return is_bare(folder, err);
        if (folder.len == 0)
            return error_set(err, ERROR_NOT_FOUND,
                             "no git tree around %s (git init makes one)",
                             path_text(start).at);
        folder = path_folder(folder);
    }
}

bool repo_find_root(struct arena *arena, struct str dir, struct str *root,
                    struct error *err)
{
    struct arena scratch = { 0 };
    char real[PATH_MAX];

    if (!realpath(arena_cstr(&scratch, dir), real)) {
        int number = errno;
        arena_release(&scratch);
        return error_errno(err, number, "%s", path_text(dir).at);
    }
    struct str start = str_is(str_from(real), "/") ? STR("") : str_from(real);
    bool fine = walk_up(&scratch, start, root, err);
    if (fine)
        *root = arena_copy(arena, *root);
    arena_release(&scratch);
    return fine;
}

// --- why a repository cannot be opened ---------------------------------------

bool git_complaint(struct error *err, const char *what)
{
    const git_error *last = git_error_last();
    struct buf text = { 0 };

    utf8_sanitise(&text, str_from(last ? last->message : "unknown reason"),
                  false);
    error_set(err, ERROR_FAILED, "%s: %s", what, buf_cstr(&text));
    buf_release(&text);
    return false;
}

// Says whether `path` is there and belongs to somebody else.
static bool is_foreign(struct str path)
{
    const char *sudo = getenv("SUDO_UID");
    struct stat st;
    uint64_t uid;

    if (lstat(path.at, &st) < 0 || st.st_uid == geteuid())
        return false;
    // As git: under sudo the tree of who called it is fine.
    return !(geteuid() == 0 && sudo && str_to_u64(str_from(sudo), &uid)
             && uid == st.st_uid);
}

static bool foreign(const struct repo *repo, struct error *err)
{
    return error_set(err, ERROR_POLICY,
                     "%s belongs to another user; if you trust it: git config "
                     "--global --add safe.directory '%s'",
                     path_text(repo->root).at, path_text(repo->root).at);
}

// The repository's own configuration file alone; NULL if it cannot be read.
static git_config *own_config(struct repo *repo)
{
    git_config *config = NULL;
    struct str common = repo->git_dir;

    (void)git_folder_common(&repo->arena, repo->git_dir, &common);
    struct str file =
        arena_printf(&repo->arena, "%.*s/config", STR_ARG(common));
    return git_config_open_ondisk(&config, file.at) == 0 ? config : NULL;
}

// An extension of the format, or the empty view.
static struct str extension(struct repo *repo, const char *name)
{
    git_config *config = own_config(repo);
    git_buf value = GIT_BUF_INIT;
    struct str found = { 0 };

    if (config && git_config_get_string_buf(&value, config, name) == 0)
        found = arena_copy(&repo->arena, str_from(value.ptr));
    git_buf_dispose(&value);
    git_config_free(config);
    return found;
}

// Formats above 0 have extensions, of which libgit2 1.5 knows none that matters
// (and while it looks for them it leaks memory for each line).
static bool has_extensions(struct repo *repo)
{
    git_config *config = own_config(repo);
    int32_t format = 0;
    bool found =
        config
        && git_config_get_int32(&format, config, "core.repositoryformatversion")
               == 0;

    git_config_free(config);
    return found && format > 0;
}

static bool format_unknown(struct repo *repo, struct error *err)
{
    struct str hash = extension(repo, "extensions.objectformat");
    struct str refs = extension(repo, "extensions.refstorage");
    const char *need = repo->program ? "this git cannot read it either"
                                     : "only a git program could read it";

    if (hash.len && !str_is(hash, "sha1"))
        return !error_set(err, ERROR_UNSUPPORTED,
                          "the repository uses the object format %s: %s",
                          path_text(hash).at, need);
    if (refs.len && !str_is(refs, "files"))
        return !error_set(err, ERROR_UNSUPPORTED,
                          "the repository uses the ref storage %s: %s",
                          path_text(refs).at, need);
    return false;
}

// Called right after libgit2 and git have refused. Always false.
static bool explain(struct repo *repo, struct error *err)
{
    struct error library;

    git_complaint(&library, "the repository cannot be opened");
    if (has_extensions(repo))
        error_set(&library, ERROR_UNSUPPORTED,
                  "the repository has extensions that cannot be read");
    if (is_foreign(repo->root) || is_foreign(repo->git_dir))
        return foreign(repo, err);
    if (access(repo->git_dir.at, R_OK | X_OK) < 0)
        return error_errno(err, errno, "%s", path_text(repo->git_dir).at);
    if (format_unknown(repo, err))
        return false;
    *err = library;
    return false;
}

// --- opening -----------------------------------------------------------------

static bool is_set(git_config *config, const char *name)
{
    int value = 0;
    return git_config_get_bool(&value, config, name) == 0 && value;
}

// The library does not read config.worktree, where git puts the switch for
// sparse checkouts nowadays.
static bool may_be_sparse(git_repository *git)
{
    git_config *config = NULL;

    if (git_repository_config_snapshot(&config, git) < 0)
        return true; // not readable by the library
    bool sparse = is_set(config, "core.sparsecheckout")
                  || is_set(config, "extensions.worktreeconfig");
    git_config_free(config);
    return sparse;
}

// Leaves `repo->git` NULL if the library cannot be asked.
static void open_by_library(struct repo *repo)
{
    if (has_extensions(repo)
        || git_repository_open_ext(&repo->git, repo->root.at,
                                   GIT_REPOSITORY_OPEN_NO_SEARCH, NULL)
               < 0) {
        repo->git = NULL;
        return;
    }
    if (may_be_sparse(repo->git)) {
        git_repository_free(repo->git);
        repo->git = NULL;
    }
}

static bool program_gets_along(struct repo *repo)
{
    static const char *const args[] = { "rev-parse", "--is-inside-work-tree",
                                        NULL };
    struct git_call call = { .program = repo->program,
                             .root = repo->root.at,
                             .args = args };
    struct arena scratch = { 0 };
    struct error unused;
    struct str output;
    int status = 1;

    bool fine = repo->program
                && git_program_run(&call, &scratch, &output, &status, &unused)
                && status == 0 && str_is(str_trim(output), "true");
    arena_release(&scratch);
    return fine;
}

static bool find_git_dir(struct repo *repo, struct error *err)
{
    struct str folder;
    char real[PATH_MAX];

    if (!git_folder_find(&repo->arena, repo->root, &folder)) {
        if (is_git_folder(&repo->arena, repo->root))
            return is_bare(repo->root, err);
        return error_set(err, ERROR_NOT_FOUND, "%s is no git tree",
                         path_text(repo->root).at);
    }
    if (realpath(folder.at, real))
        folder = arena_copy(&repo->arena, str_from(real));
    repo->git_dir = folder;
    return true;
}

static bool open_somehow(struct repo *repo, struct error *err)
{
    if (!find_git_dir(repo, err))
        return false;
    open_by_library(repo);
    if (repo->git && git_repository_is_bare(repo->git))
        return is_bare(repo->root, err);
    if (repo->git) {
        ignore_rules_load(repo);
        return true;
    }
    repo->program = git_program_find(&repo->arena, repo->root.at);
    return program_gets_along(repo) || explain(repo, err);
}

struct repo *repo_open(struct str root, struct error *err)
{
    struct repo *repo = mem_alloc(sizeof(*repo));
    char real[PATH_MAX];

    git_libgit2_init();
    repo->root = arena_copy(&repo->arena, root);
    if (realpath(repo->root.at, real))
        repo->root = arena_copy(&repo->arena, str_from(real));
    if (open_somehow(repo, err))
        return repo;
    repo_close(repo);
    return NULL;
}

void repo_close(struct repo *repo)
{
    if (!repo)
        return;
    git_repository_free(repo->git);
    git_libgit2_shutdown();
    arena_release(&repo->arena);
    free(repo);
}

// --- asking ------------------------------------------------------------------

bool path_list_add(struct path_list *list, struct arena *arena, struct str path,
                   struct error *err)
{
    if (list->count == LIMIT_REPO_FILES)
        return error_set(err, ERROR_LIMIT, "more than %zu files",
                         LIMIT_REPO_FILES);
    list->at = arena_grow(arena, list->at, &list->cap, list->count + 1,
                          sizeof(*list->at));
    list->at[list->count++] = arena_copy(arena, path);
    return true;
}

static int compare_paths(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

void path_list_finish(struct path_list *list, struct repo_files *files)
{
    if (list->count)
        qsort(list->at, list->count, sizeof(*list->at), compare_paths);
    *files = (struct repo_files){ list->at, list->count };
}

void ignore_rules_load(struct repo *repo)
{
    struct arena scratch = { 0 };
    struct str path =
        arena_printf(&scratch, "%.*s/.kerfignore", STR_ARG(repo->root));
    int fd = open(path.at,
                  O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat st;

    git_ignore_clear_internal_rules(repo->git);
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)
        && st.st_size <= (off_t)LIMIT_IGNORE_BYTES) {
        char *rules = arena_alloc(&scratch, (size_t)st.st_size + 1);
        if (read(fd, rules, (size_t)st.st_size) > 0)
            git_ignore_add_rule(repo->git, rules);
    }
    if (fd >= 0)
        close(fd);
    arena_release(&scratch);
}

static bool has_index(git_repository *git)
{
    git_index *index = NULL;
    bool fine = git_repository_index(&index, git) == 0;

    git_index_free(index);
    return fine;
}

// Reading the index is slow for a large tree and so waits until somebody asks.
// Some kinds (split, sparse) only the program understands.
bool is_for_library(struct repo *repo)
{
    if (!repo->git || has_index(repo->git))
        return repo->git != NULL;
    repo->program = git_program_find(&repo->arena, repo->root.at);
    if (!program_gets_along(repo))
        return true; // which will complain
    git_repository_free(repo->git);
    repo->git = NULL;
    return false;
}

bool repo_status(struct repo *repo, struct arena *arena,
                 struct repo_status *status, struct error *err)
{
    *status =
        (struct repo_status){ .git_dir = arena_copy(arena, repo->git_dir) };
    return is_for_library(repo) ? status_by_library(repo, arena, status, err)
                                : status_by_program(repo, arena, status, err);
}

bool repo_list(struct repo *repo, struct arena *arena, struct repo_files *files,
               struct error *err)
{
    *files = (struct repo_files){ 0 };
    return is_for_library(repo) ? list_by_library(repo, arena, files, err)
                                : list_by_program(repo, arena, files, err);
}

bool repo_is_ignored(struct repo *repo, struct str path)
{
    struct arena scratch = { 0 };
    int ignored = 0;

    if (!repo->git)
        return is_ignored_by_program(repo, path);
    bool known = git_ignore_path_is_ignored(&ignored, repo->git,
                                            arena_cstr(&scratch, path))
                 == 0;
    arena_release(&scratch);
    return known && ignored;
}
