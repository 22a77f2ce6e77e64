/* Order and trust of the settings: design.md 5. What lies in the work tree
 * itself is never read as settings. */
#include "kerf/app/setup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/random.h>
#include <unistd.h>

#include "kerf/base/buf.h"
#include "kerf/base/env.h"
#include "kerf/loop/loop.h"
#include "kerf/repo/repo.h"

#define MACHINE_SETTINGS "/etc/kerf/config"
#define MACHINE_POLICY "/etc/kerf/policy"
#define TREE_POLICY ".kerf/policy"

struct str setup_session_id(struct setup *setup)
{
    uint32_t random = 0;

    if (getrandom(&random, sizeof(random), 0) != sizeof(random))
        random = (uint32_t)loop_now_ns();
    return arena_printf(&setup->arena, "%013lld-%08x",
                        (long long)loop_wall_ms(), random);
}

struct str setup_env(const struct setup *setup, const char *name)
{
    return env_value(setup->env, name);
}

struct str setup_user_path(struct setup *setup, const char *name)
{
    struct str config = paths_config(&setup->arena, &setup->folders);
    size_t slash = str_rfind_char(config, '/');

    if (slash == SIZE_MAX)
        return (struct str){ 0 };
    return arena_printf(&setup->arena, "%.*s/%s",
                        STR_ARG(str_take(config, slash)), name);
}

static bool read_all(int fd, const char *path, size_t limit, struct buf *out,
                     struct error *err)
{
    for (;;) {
        buf_reserve(out, 65536);
        ssize_t n = read(fd, out->at + out->len, 65536);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(err, errno, "%s", path);
        if (n == 0)
            return true;
        out->len += (size_t)n;
        if (out->len > limit)
            return error_set(err, ERROR_LIMIT,
                             "%s: larger than %zu bytes, the limit", path,
                             limit);
    }
}

bool setup_read_file(struct arena *arena, const char *path, size_t limit,
                     struct str *text, struct error *err)
{
    struct buf out = { 0 };
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return error_errno(err, errno, "%s", path);
    bool read = read_all(fd, path, limit, &out, err);
    close(fd);
    if (read)
        *text = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return read;
}

// A file that is not there, or can be nowhere, sets nothing.
static bool read_settings(struct setup *setup, struct str path,
                          struct error *err)
{
    struct str text;
    struct error missing = { 0 };

    if (path.len == 0)
        return true;
    if (!setup_read_file(&setup->arena, path.at, LIMIT_CONFIG_BYTES, &text,
                         &missing)) {
        if (missing.kind == ERROR_NOT_FOUND)
            return true;
        *err = missing;
        return false;
    }
    return config_read(&setup->arena, &setup->config, text, path, true, err);
}

// $GIT_DIR/kerf.conf; a `.git` file (worktree, submodule) names the folder.
static bool read_tree_settings(struct setup *setup, struct error *err)
{
    struct arena *arena = &setup->arena;
    struct error ignored = { 0 };
    struct str link;
    struct str git = arena_printf(arena, "%.*s/.git", STR_ARG(setup->root));

    if (setup_read_file(arena, git.at, PATH_MAX, &link, &ignored)
        && str_starts_with(link, STR("gitdir: "))) {
        git = str_trim(str_skip(link, 8));
        if (!str_starts_with(git, STR("/")))
            git = arena_printf(arena, "%.*s/%.*s", STR_ARG(setup->root),
                               STR_ARG(git));
    }
    struct str file = arena_printf(arena, "%.*s/kerf.conf", STR_ARG(git));
    return read_settings(setup, file, err);
}

static bool load_settings(struct setup *setup,
                          const struct setup_options *options,
                          struct error *err)
{
    struct str user = paths_config(&setup->arena, &setup->folders);

    setup->config = config_defaults();
    if (!read_settings(setup, STR(MACHINE_SETTINGS), err)
        || !read_settings(setup, user, err))
        return false;
    if (setup->root.len > 0 && !read_tree_settings(setup, err))
        return false;
    for (size_t i = 0; i < options->setting_count; i++)
        if (!config_set(&setup->arena, &setup->config, options->settings[i],
                        err))
            return false;
    return config_check(&setup->config, err);
}

// The tree's policy may be anything that a clone can bring: only a plain file
// is read.
static bool read_plain_file(int fd, const char *path, size_t limit,
                            struct buf *out, struct error *err)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return error_errno(err, errno, "%s", path);
    if (!S_ISREG(st.st_mode))
        return error_set(err, ERROR_POLICY, "%s is no plain file", path);
    return read_all(fd, path, limit, out, err);
}

// A policy that is there and cannot be read forbids everything. `name` is what
// messages call it.
static bool read_policy(struct setup *setup, const char *path, const char *name,
                        struct error *err)
{
    struct buf text = { 0 };
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return true;
    bool fine = fd < 0
                    ? error_errno(err, errno, "%s", name)
                    : read_plain_file(fd, name, LIMIT_POLICY_BYTES, &text, err);
    if (fd >= 0)
        close(fd);
    if (fine)
        fine = policy_read(&setup->arena, &setup->policy, buf_str(&text),
                           str_from(name), err);
    else
        err->kind = ERROR_POLICY;
    buf_release(&text);
    return fine;
}

static bool load_policy(struct setup *setup, struct error *err)
{
    struct str path =
        arena_printf(&setup->arena, "%.*s/" TREE_POLICY, STR_ARG(setup->root));

    return read_policy(setup, MACHINE_POLICY, MACHINE_POLICY, err)
           && (setup->root.len == 0
               || read_policy(setup, path.at, TREE_POLICY, err));
}

static bool find_tree(struct setup *setup, const struct setup_options *options,
                      struct error *err)
{
    struct error why = { 0 };
    struct str dir = options->dir.len > 0 ? options->dir : STR(".");

    if (repo_find_root(&setup->arena, dir, &setup->root, &why))
        return true;
    setup->root = (struct str){ 0 };
    if (!options->needs_tree && why.kind == ERROR_NOT_FOUND)
        return true;
    *err = why;
    return false;
}

// Not being able to save is told, and no reason not to work.
static void find_state(struct setup *setup)
{
    struct error err = { 0 };

    if (!paths_state(&setup->arena, &setup->folders, &setup->state_dir, &err)
        || (setup->root.len > 0
            && !paths_tree(&setup->arena, &setup->folders, setup->root,
                           &setup->tree_dir, &err)))
        setup->state_problem = arena_copy(&setup->arena, str_from(err.text));
}

static void find_program(struct setup *setup)
{
    char path[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof(path));
    struct str whole = { path, len > 0 ? (size_t)len : 0 };
    size_t slash = str_rfind_char(whole, '/');

    if (slash != SIZE_MAX)
        setup->program_dir = arena_copy(&setup->arena, str_take(whole, slash));
}

bool setup_load(struct setup *setup, const struct setup_options *options,
                char *const *env, struct error *err)
{
    *setup = (struct setup){ .env = env };
    setup->folders = (struct environment){
        .home = setup_env(setup, "HOME"),
        .config_home = setup_env(setup, "XDG_CONFIG_HOME"),
        .state_home = setup_env(setup, "XDG_STATE_HOME"),
        .runtime_dir = setup_env(setup, "XDG_RUNTIME_DIR"),
    };
    find_program(setup);
    if (!find_tree(setup, options, err) || !load_settings(setup, options, err)
        || !load_policy(setup, err))
        return false;
    find_state(setup);
    return true;
}

void setup_release(struct setup *setup)
{
    arena_release(&setup->arena);
}

bool setup_find_data(struct setup *setup, const char *name, struct str *path)
{
    // build/kerf finds ../themes; bin/kerf finds ../share/kerf/themes.
    static const char *const places[] = { "/..", "/../share/kerf" };

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        *path = arena_printf(&setup->arena, "%.*s%s/%s",
                             STR_ARG(setup->program_dir), places[i], name);
        if (access(path->at, R_OK) == 0)
            return true;
    }
    *path = arena_printf(&setup->arena, KERF_DATADIR "/%s", name);
    return access(path->at, R_OK) == 0;
}
