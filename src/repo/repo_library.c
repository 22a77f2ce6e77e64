/*
 * What libgit2 says of a repository. Its status scan also lists untracked
 * files, but takes 200 ms for 80,000 of them, because it looks at every file;
 * for a list of names our own walk (names and types only) beside the index
 * does in a fraction of that, and asks libgit2 only about what is not
 * tracked.
 */
#include "repo_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHORT_ID_CHARS 7
#define LIMIT_DEPTH 200 // folders below each other
#define STAGED                                             \
    (GIT_STATUS_INDEX_NEW | GIT_STATUS_INDEX_MODIFIED      \
     | GIT_STATUS_INDEX_DELETED | GIT_STATUS_INDEX_RENAMED \
     | GIT_STATUS_INDEX_TYPECHANGE)
#define MODIFIED                                                               \
    (GIT_STATUS_WT_MODIFIED | GIT_STATUS_WT_DELETED | GIT_STATUS_WT_TYPECHANGE \
     | GIT_STATUS_WT_RENAMED | GIT_STATUS_WT_UNREADABLE                        \
     | GIT_STATUS_CONFLICTED)

// --- status ------------------------------------------------------------------

static bool name_unborn(struct repo *repo, struct arena *arena,
                        struct repo_status *status, struct error *err)
{
    git_reference *head = NULL;

    if (git_reference_lookup(&head, repo->git, "HEAD") < 0)
        return git_complaint(err, "HEAD cannot be read");
    struct str target = str_from(git_reference_symbolic_target(head));
    if (str_starts_with(target, STR("refs/heads/")))
        target = str_skip(target, 11);
    status->branch = arena_printf(arena, "%.*s (empty)", STR_ARG(target));
    git_reference_free(head);
    return true;
}

// Without an upstream there is no distance, and that is no error.
static void measure(struct repo *repo, git_reference *head,
                    struct repo_status *status)
{
    git_reference *upstream = NULL;
    size_t ahead = 0, behind = 0;

    if (git_branch_upstream(&upstream, head) < 0)
        return;
    const git_oid *ours = git_reference_target(head);
    const git_oid *theirs = git_reference_target(upstream);
    if (ours && theirs
        && git_graph_ahead_behind(&ahead, &behind, repo->git, ours, theirs)
               == 0) {
        status->ahead = (int64_t)ahead;
        status->behind = (int64_t)behind;
    }
    git_reference_free(upstream);
}

static bool name_branch(struct repo *repo, struct arena *arena,
                        struct repo_status *status, struct error *err)
{
    git_reference *head = NULL;
    char id[SHORT_ID_CHARS + 1];
    int result = git_repository_head(&head, repo->git);

    if (result == GIT_EUNBORNBRANCH)
        return name_unborn(repo, arena, status, err);
    if (result < 0)
        return git_complaint(err, "HEAD cannot be read");
    if (git_repository_head_detached(repo->git) == 1) {
        git_oid_tostr(id, sizeof(id), git_reference_target(head));
        status->branch = arena_printf(arena, "%s (detached)", id);
    } else {
        status->branch =
            arena_copy(arena, str_from(git_reference_shorthand(head)));
        measure(repo, head, status);
    }
    git_reference_free(head);
    return true;
}

static bool count_changes(struct repo *repo, struct repo_status *status,
                          struct error *err)
{
    git_status_options options;
    git_status_list *list = NULL;

    git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
    options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR;
    options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED;
    if (git_status_list_new(&list, repo->git, &options) < 0)
        return git_complaint(err, "the status cannot be read");
    for (size_t i = 0; i < git_status_list_entrycount(list); i++) {
        unsigned flags = git_status_byindex(list, i)->status;
        status->staged += (flags & STAGED) != 0;
        status->modified += (flags & MODIFIED) != 0;
        status->untracked += (flags & GIT_STATUS_WT_NEW) != 0;
    }
    git_status_list_free(list);
    return true;
}

bool status_by_library(struct repo *repo, struct arena *arena,
                       struct repo_status *status, struct error *err)
{
    return name_branch(repo, arena, status, err)
           && count_changes(repo, status, err);
}

// --- files -------------------------------------------------------------------

struct walk {
    struct repo *repo;
    struct arena *arena;
    struct path_list tracked; // sorted, without submodules
    struct path_list modules; // sorted paths of submodules
    struct path_list untracked;
    struct buf path; // of the folder being read, with its slash
};

static bool read_index(struct walk *walk, struct error *err)
{
    git_index *index = NULL;
    bool fine = true;

    if (git_repository_index(&index, walk->repo->git) < 0
        || git_index_read(index, 0) < 0) {
        git_index_free(index);
        return git_complaint(err, "the index cannot be read");
    }
    for (size_t i = 0; fine && i < git_index_entrycount(index); i++) {
        const git_index_entry *entry = git_index_get_byindex(index, i);
        bool is_module = entry->mode == GIT_FILEMODE_COMMIT;
        struct path_list *list = is_module ? &walk->modules : &walk->tracked;
        struct str path = str_from(entry->path);
        if (list->count && str_equal(list->at[list->count - 1], path))
            continue; // stages of a conflict
        fine = path_list_add(list, walk->arena, path, err);
    }
    git_index_free(index);
    return fine;
}

// The first path of the list that is not before `path`.
static size_t lower_bound(const struct path_list *list, struct str path)
{
    size_t low = 0, high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_compare(list->at[middle], path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has_path(const struct path_list *list, struct str path)
{
    size_t at = lower_bound(list, path);
    return at < list->count && str_equal(list->at[at], path);
}

// `folder` ends with a slash.
static bool has_below(const struct path_list *list, struct str folder)
{
    size_t at = lower_bound(list, folder);
    return at < list->count && str_starts_with(list->at[at], folder);
}

static bool is_ignored(struct walk *walk, const char *path)
{
    int ignored = 0;
    return git_ignore_path_is_ignored(&ignored, walk->repo->git, path) == 0
           && ignored;
}

static bool walk_folder(struct walk *walk, int parent, const char *name,
                        int depth, struct error *err);

static int type_of(int folder, const struct dirent *found)
{
    struct stat st;

    if (found->d_type != DT_UNKNOWN)
        return found->d_type;
    if (fstatat(folder, found->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return DT_UNKNOWN;
    return S_ISDIR(st.st_mode)   ? DT_DIR
           : S_ISREG(st.st_mode) ? DT_REG
           : S_ISLNK(st.st_mode) ? DT_LNK
                                 : DT_UNKNOWN;
}

static bool visit_file(struct walk *walk, struct error *err)
{
    struct str path = buf_str(&walk->path);

    return has_path(&walk->tracked, path)
           || is_ignored(walk, buf_cstr(&walk->path))
           || path_list_add(&walk->untracked, walk->arena, path, err);
}

static bool visit_folder(struct walk *walk, int parent, const char *name,
                         int depth, struct error *err)
{
    if (has_path(&walk->modules, buf_str(&walk->path)))
        return true;
    buf_append_char(&walk->path, '/');
    if (!has_below(&walk->tracked, buf_str(&walk->path))
        && is_ignored(walk, buf_cstr(&walk->path)))
        return true;
    return walk_folder(walk, parent, name, depth, err);
}

static bool visit(struct walk *walk, int folder, const struct dirent *found,
                  int depth, struct error *err)
{
    const char *name = found->d_name;

    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0
        || strcmp(name, ".git") == 0)
        return true;
    size_t before = walk->path.len;
    buf_append(&walk->path, str_from(name));
    int type = type_of(folder, found);
    bool fine = true;
    if (type == DT_DIR)
        fine = visit_folder(walk, folder, name, depth + 1, err);
    else if (type == DT_REG || type == DT_LNK)
        fine = visit_file(walk, err);
    walk->path.len = before;
    return fine;
}

static bool is_other_repository(int folder, int depth)
{
    return depth > 0
           && faccessat(folder, ".git", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

// A folder that cannot be read or that has gone has nothing to list.
static bool walk_folder(struct walk *walk, int parent, const char *name,
                        int depth, struct error *err)
{
    int fd =
        openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *stream = fd < 0 || depth > LIMIT_DEPTH
                          || is_other_repository(fd, depth)
                      ? NULL
                      : fdopendir(fd);
    const struct dirent *found;
    bool fine = true;

    if (!stream) {
        if (fd >= 0)
            close(fd);
        return true;
    }
    while (fine && (found = readdir(stream)))
        fine = visit(walk, fd, found, depth, err);
    closedir(stream);
    return fine;
}

bool list_by_library(struct repo *repo, struct arena *arena,
                     struct repo_files *files, struct error *err)
{
    struct walk walk = { .repo = repo, .arena = arena };

    ignore_rules_load(repo);
    bool fine = read_index(&walk, err)
                && walk_folder(&walk, AT_FDCWD, repo->root.at, 0, err);
    buf_release(&walk.path);
    for (size_t i = 0; fine && i < walk.untracked.count; i++)
        fine = path_list_add(&walk.tracked, arena, walk.untracked.at[i], err);
    if (fine)
        path_list_finish(&walk.tracked, files);
    return fine;
}
