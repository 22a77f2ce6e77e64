/*
 * What the git program says of a repository: porcelain formats with NULs,
 * which git promises not to change (git-status(1), git-ls-files(1)).
 */
#include "repo_parts.h"

#include <sys/stat.h>

#include "git_program.h"

#define SHORT_ID_CHARS 7
#define SUBMODULE_MODE "160000"

bool repo_ask(struct repo *repo, struct arena *arena, const char *const *args,
              const char *const *env, struct str *output, int *status,
              struct error *err)
{
    struct git_call call = { .program = repo->program,
                             .root = repo->root.at,
                             .args = args,
                             .env = env };

    return git_program_run(&call, arena, output, status, err);
}

bool repo_ask_undriven(struct repo *repo, struct arena *arena,
                       const char *const *args, struct str *output,
                       struct error *err)
{
    const char *const *env;
    int status;

    return git_program_no_filters(repo->program, repo->root.at, arena, &env,
                                  err)
           && repo_ask(repo, arena, args, env, output, &status, err);
}

struct head {
    struct str id, name;
};

static void name_branch(const struct head *head, struct arena *arena,
                        struct repo_status *status)
{
    if (str_is(head->name, "(detached)"))
        status->branch =
            arena_printf(arena, "%.*s (detached)",
                         STR_ARG(str_take(head->id, SHORT_ID_CHARS)));
    else if (str_is(head->id, "(initial)"))
        status->branch =
            arena_printf(arena, "%.*s (empty)", STR_ARG(head->name));
    else
        status->branch = arena_copy(arena, head->name);
}

// "+2 -1"
static void read_distance(struct str text, struct repo_status *status)
{
    struct str ahead, behind;
    uint64_t number;

    if (!str_split(&text, ' ', &ahead) || !str_split(&text, ' ', &behind))
        return;
    if (str_to_u64(str_skip(ahead, 1), &number))
        status->ahead = (int64_t)number;
    if (str_to_u64(str_skip(behind, 1), &number))
        status->behind = (int64_t)number;
}

static void read_head_line(struct str line, struct head *head,
                           struct repo_status *status)
{
    if (str_cut_prefix(&line, STR("# branch.oid ")))
        head->id = line;
    else if (str_cut_prefix(&line, STR("# branch.head ")))
        head->name = line;
    else if (str_cut_prefix(&line, STR("# branch.ab ")))
        read_distance(line, status);
}

// "1 XY ...", "2 XY ..." (an old name follows), "u XY ...", "? PATH"
static void read_status_line(struct str line, struct str *rest,
                             struct repo_status *status)
{
    struct str old_name;

    switch (line.at[0]) {
    case '2': (void)!str_split(rest, '\0', &old_name); // fall through
    case '1':
        status->staged += line.len > 2 && line.at[2] != '.';
        status->modified += line.len > 3 && line.at[3] != '.';
        return;
    case 'u': status->modified++; return;
    case '?': status->untracked++; return;
    default: return;
    }
}

bool status_by_program(struct repo *repo, struct arena *arena,
                       struct repo_status *status, struct error *err)
{
    static const char *const args[] = { "status",
                                        "--porcelain=v2",
                                        "-z",
                                        "--branch",
                                        "--ignore-submodules=dirty",
                                        NULL };
    struct arena scratch = { 0 };
    struct head head = { 0 };
    struct str rest, line;

    bool fine = repo_ask_undriven(repo, &scratch, args, &rest, err);
    while (fine && str_split(&rest, '\0', &line)) {
        if (str_starts_with(line, STR("# ")))
            read_head_line(line, &head, status);
        else if (line.len)
            read_status_line(line, &rest, status);
    }
    if (fine)
        name_branch(&head, arena, status);
    arena_release(&scratch);
    return fine;
}

// "H 100644 ID STAGE<tab>PATH": S marks what a sparse checkout leaves out.
static bool add_tracked(struct str line, struct path_list *list,
                        struct arena *arena, struct error *err)
{
    size_t tab = str_find_char(line, '\t');
    struct str path = str_skip(line, tab == SIZE_MAX ? line.len : tab + 1);
    struct str last = list->count ? list->at[list->count - 1] : path;

    if (path.len == 0 || line.at[0] == 'S'
        || str_starts_with(str_skip(line, 2), STR(SUBMODULE_MODE " ")))
        return true;
    if (list->count && str_equal(last, path))
        return true; // stages of a conflict
    return path_list_add(list, arena, path, err);
}

static bool add_untracked(struct str line, struct path_list *list,
                          struct arena *arena, struct error *err)
{
    // A repository inside this one is shown as a folder.
    return str_ends_with(line, STR("/"))
           || path_list_add(list, arena, line, err);
}

typedef bool (*add_fn)(struct str line, struct path_list *list,
                       struct arena *arena, struct error *err);

static bool list_lines(struct repo *repo, const char *const *args, add_fn add,
                       struct path_list *list, struct arena *arena,
                       struct error *err)
{
    struct arena scratch = { 0 };
    struct str rest, line;
    int code;

    bool fine = repo_ask(repo, &scratch, args, NULL, &rest, &code, err);
    while (fine && str_split(&rest, '\0', &line))
        fine = line.len == 0 || add(line, list, arena, err);
    arena_release(&scratch);
    return fine;
}

// Returns the path of .kerfignore if it is a file, else NULL.
static const char *own_rules(struct repo *repo, struct arena *arena)
{
    struct stat st;
    struct str path =
        arena_printf(arena, "%.*s/.kerfignore", STR_ARG(repo->root));

    if (lstat(path.at, &st) < 0 || !S_ISREG(st.st_mode))
        return NULL;
    return path.at;
}

bool list_by_program(struct repo *repo, struct arena *arena,
                     struct repo_files *files, struct error *err)
{
    static const char *const tracked[] = { "ls-files", "-z", "-s", "-t", NULL };
    const char *untracked[] = { "ls-files",
                                "-z",
                                "-o",
                                "--exclude-standard",
                                own_rules(repo, arena)
                                    ? "--exclude-from=.kerfignore"
                                    : NULL,
                                NULL };
    struct path_list list = { 0 };

    if (!list_lines(repo, tracked, add_tracked, &list, arena, err)
        || !list_lines(repo, untracked, add_untracked, &list, arena, err))
        return false;
    path_list_finish(&list, files);
    return true;
}

static bool is_ignored_with(struct repo *repo, const char *const *args)
{
    struct arena scratch = { 0 };
    struct error unused;
    struct str output;
    int code = 1;

    bool ran = repo_ask(repo, &scratch, args, NULL, &output, &code, &unused);
    arena_release(&scratch);
    return ran && code == 0;
}

bool is_ignored_by_program(struct repo *repo, struct str path)
{
    struct arena scratch = { 0 };
    // "./" keeps a leading colon from being read as pathspec magic.
    const char *name = arena_printf(&scratch, "./%.*s", STR_ARG(path)).at;
    const char *rules = own_rules(repo, &scratch);
    const char *by_git[] = { "check-ignore", "-q", "--no-index",
                             "--",           name, NULL };
    bool ignored = is_ignored_with(repo, by_git);

    if (!ignored && rules) {
        struct str file = arena_printf(&scratch, "core.excludesFile=%s", rules);
        const char *by_us[] = { "-c",         file.at, "check-ignore", "-q",
                                "--no-index", "--",    name,           NULL };
        ignored = is_ignored_with(repo, by_us);
    }
    arena_release(&scratch);
    return ignored;
}
