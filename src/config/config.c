/* What is asked of a config that has been read, and `-c`. */
#include "kerf/config/config.h"

#include "assign.h"
#include "kerf/config/suggest.h"

bool config_set(struct arena *arena, struct config *config, struct str setting,
                struct error *err)
{
    size_t sign = str_find_char(setting, '=');
    struct str name = str_trim(str_take(setting, sign));
    size_t first = str_find_char(name, '.');
    size_t last = str_rfind_char(name, '.');
    struct str backend = { 0 };
    struct target target;

    if (sign == SIZE_MAX || first == SIZE_MAX || last + 1 == name.len)
        return error_set(err, ERROR_USAGE,
                         "-c wants section.name=value, such as ui.theme=dark "
                         "or backend.NAME.model=MODEL");
    if (last > first)
        backend = str_take(str_skip(name, first + 1), last - first - 1);
    struct str value = str_trim(str_skip(setting, sign + 1));
    if (target_find(arena, str_take(name, first), backend, &target, err)
        && target_assign(arena, config, &target, str_skip(name, last + 1),
                         value, true, err))
        return true;
    return error_prefix(err, "-c");
}

static bool check_backend(const struct backend *b, struct error *err)
{
    if (b->url.len == 0)
        return error_set(err, ERROR_USAGE,
                         "[backend \"%.*s\"]: no url; add one such as url = "
                         "https://host/v1",
                         STR_ARG(b->name));
    if (b->model.len == 0)
        return error_set(err, ERROR_USAGE,
                         "[backend \"%.*s\"]: no model; add model = NAME",
                         STR_ARG(b->name));
    if (b->key_env.len > 0 && b->key_command.len > 0)
        return error_set(err, ERROR_USAGE,
                         "[backend \"%.*s\"]: keyEnv and keyCommand are both "
                         "set; take one",
                         STR_ARG(b->name));
    return true;
}

// Checks an option that names a backend.
static bool check_name(const struct config *config, const char *option,
                       struct str name, struct error *err)
{
    struct suggestion near = { 0 };

    if (name.len == 0 || config_backend(config, name))
        return true;
    for (size_t i = 0; i < config->backend_count; i++)
        suggest(&near, name, config->backends[i].name);
    if (near.best.len > 0)
        return error_set(err, ERROR_USAGE,
                         "%s: there is no backend \"%.*s\"; did you mean "
                         "%.*s?",
                         option, STR_ARG(str_take(name, 40)),
                         STR_ARG(near.best));
    return error_set(err, ERROR_USAGE,
                     "%s: there is no section [backend \"%.*s\"]", option,
                     STR_ARG(str_take(name, 40)));
}

bool config_check(const struct config *config, struct error *err)
{
    for (size_t i = 0; i < config->backend_count; i++)
        if (!check_backend(&config->backends[i], err))
            return false;
    return check_name(config, "[kerf] backend", config->backend, err)
           && check_name(config, "[route] canary", config->route.canary, err);
}

const struct backend *config_backend(const struct config *config,
                                     struct str name)
{
    for (size_t i = 0; i < config->backend_count; i++)
        if (str_equal(config->backends[i].name, name))
            return &config->backends[i];
    return NULL;
}

const struct backend *config_choose(const struct config *config)
{
    const struct backend *preferred = config_backend(config, config->backend);

    if (preferred || config->backend_count == 0)
        return preferred;
    return &config->backends[0];
}
