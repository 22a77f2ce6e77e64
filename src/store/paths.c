/*
 * The XDG Base Directory rules: a variable that holds no absolute path counts
 * as unset. Names of work trees are made of their last component, for people,
 * and a hash of the whole path, for uniqueness.
 */
#include "kerf/store/paths.h"

#include <inttypes.h>
#include <unistd.h>

#include "kerf/base/private_folder.h"

#define TREE_NAME_BYTES 40

static bool is_absolute(struct str path)
{
    return str_starts_with(path, STR("/"));
}

// <first>/kerf or <home>/<below>/kerf; empty if there is neither.
static struct str folder_of(struct arena *arena, struct str first,
                            struct str home, const char *below)
{
    if (is_absolute(first))
        return arena_printf(arena, "%.*s/kerf", STR_ARG(first));
    if (is_absolute(home))
        return arena_printf(arena, "%.*s/%s/kerf", STR_ARG(home), below);
    return (struct str){ 0 };
}

static bool make(struct str dir, struct error *err)
{
    int fd = private_folder_open(dir, err);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

bool paths_state(struct arena *arena, const struct environment *env,
                 struct str *dir, struct error *err)
{
    *dir = folder_of(arena, env->state_home, env->home, ".local/state");
    if (dir->len == 0)
        return error_set(err, ERROR_NOT_FOUND,
                         "neither XDG_STATE_HOME nor HOME names a folder");
    return make(*dir, err);
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

// The last component of a path with odd characters replaced.
static struct str plain_name(struct arena *arena, struct str root)
{
    size_t slash = str_rfind_char(root, '/');
    struct str name = str_skip(root, slash == SIZE_MAX ? 0 : slash + 1);
    char *text = arena_cstr(arena, str_take(name, TREE_NAME_BYTES));
    size_t len = 0;

    for (; text[len]; len++)
        if (!is_plain(text[len]) || (len == 0 && text[len] == '.'))
            text[len] = '_';
    return len ? (struct str){ text, len } : STR("root");
}

bool paths_tree(struct arena *arena, const struct environment *env,
                struct str root, struct str *dir, struct error *err)
{
    struct str state;

    if (!paths_state(arena, env, &state, err))
        return false;
    struct str trees = arena_printf(arena, "%.*s/trees", STR_ARG(state));
    *dir = arena_printf(arena, "%.*s/%.*s-%016" PRIx64, STR_ARG(trees),
                        STR_ARG(plain_name(arena, root)), str_hash(root, 0));
    return make(trees, err) && make(*dir, err);
}

struct str paths_config(struct arena *arena, const struct environment *env)
{
    struct str dir = folder_of(arena, env->config_home, env->home, ".config");

    if (dir.len == 0)
        return dir;
    return arena_printf(arena, "%.*s/config", STR_ARG(dir));
}
