/* XDG Base Directory rules: an absolute variable counts, else the default
 * below $HOME. A tree's folder is named for people and told apart by a hash. */
#include "kerf/store/paths.h"

#include <unistd.h>

#include "kerf/base/private_folder.h"

static struct str base_folder(struct arena *arena, struct str variable,
                              struct str home, const char *fallback)
{
    if (str_starts_with(variable, STR("/")))
        return variable;
    if (!str_starts_with(home, STR("/")))
        return (struct str){ 0 };
    return arena_printf(arena, "%.*s/%s", STR_ARG(home), fallback);
}

static bool make_private(struct str dir, struct error *err)
{
    int fd = private_folder_open(dir, err);

    if (fd < 0)
        return error_prefix(err, "nothing is saved");
    close(fd);
    return true;
}

bool paths_state(struct arena *arena, const struct environment *env,
                 struct str *dir, struct error *err)
{
    struct str base =
        base_folder(arena, env->state_home, env->home, ".local/state");

    if (base.len == 0)
        return error_set(err, ERROR_NOT_FOUND,
                         "nothing is saved: neither HOME nor XDG_STATE_HOME "
                         "is an absolute path");
    *dir = arena_printf(arena, "%.*s/kerf", STR_ARG(base));
    return make_private(*dir, err);
}

bool paths_tree(struct arena *arena, const struct environment *env,
                struct str root, struct str *dir, struct error *err)
{
    struct str state;
    size_t slash = str_rfind_char(root, '/');
    struct str name = slash == SIZE_MAX ? root : str_skip(root, slash + 1);

    if (!paths_state(arena, env, &state, err))
        return false;
    struct str trees = arena_printf(arena, "%.*s/trees", STR_ARG(state));
    *dir = arena_printf(arena, "%.*s/%.*s-%016llx", STR_ARG(trees),
                        STR_ARG(str_take(name, 100)),
                        (unsigned long long)str_hash(root, 0));
    return make_private(trees, err) && make_private(*dir, err);
}

struct str paths_config(struct arena *arena, const struct environment *env)
{
    struct str base =
        base_folder(arena, env->config_home, env->home, ".config");

    return arena_printf(arena, "%.*s/kerf/config", STR_ARG(base));
}
