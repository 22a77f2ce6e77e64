/* One setting: do the names exist, may this file set it, where is it kept. */
#include "assign.h"

#include <string.h>

#include "kerf/base/utf8.h"

#include "options.h"
#include "kerf/config/suggest.h"

#define BACKEND_NAME_BYTES 32

// What people call the option that must not be: the key itself.
static const char *const key_names[] = {
    "key",    "apiKey",   "api_key", "api-key", "token",
    "secret", "password", "bearer",  "passwd",  "authorization",
};

bool is_printable(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if ((c < ' ' && c != '\t') || c == 0x7f)
            return false;
    }
    return utf8_is_valid(text);
}

static struct str safe(struct arena *arena, struct str name)
{
    return utf8_sanitised(arena, str_take(name, BACKEND_NAME_BYTES), false);
}

static bool is_backend_name(struct str name)
{
    if (name.len == 0 || name.len > BACKEND_NAME_BYTES)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
                      || (c >= '0' && c <= '9');
        if (!letter && str_find_char(STR("._-"), c) == SIZE_MAX)
            return false;
    }
    return true;
}

static bool no_section(struct arena *arena, struct str section,
                       struct error *err)
{
    struct suggestion near = { 0 };
    size_t count;
    const struct option_info *options = config_options(&count);

    for (size_t i = 0; i < count; i++)
        suggest(&near, section, str_from(options[i].section));
    struct str name = safe(arena, section);
    if (near.best.len > 0)
        return error_set(err, ERROR_USAGE,
                         "[%.*s]: no such section; did you mean [%.*s]?",
                         STR_ARG(name), STR_ARG(near.best));
    return error_set(err, ERROR_USAGE,
                     "[%.*s]: no such section; there are kerf, backend, "
                     "route, ui, tools and verify",
                     STR_ARG(name));
}

bool target_find(struct arena *arena, struct str section, struct str backend,
                 struct target *target, struct error *err)
{
    const char *found = option_section(section);

    if (!found)
        return no_section(arena, section, err);
    if (section_is_backend(found) && !is_backend_name(backend))
        return error_set(err, ERROR_USAGE,
                         "[backend]: wants a name of letters, digits and "
                         "._- such as [backend \"fast\"]");
    if (!section_is_backend(found) && backend.len > 0)
        return error_set(err, ERROR_USAGE, "[%s]: has no name behind it",
                         found);
    *target = (struct target){ found, arena_copy(arena, backend) };
    return true;
}

static struct backend *find_backend(const struct config *config,
                                    struct str name)
{
    for (size_t i = 0; i < config->backend_count; i++)
        if (str_equal(config->backends[i].name, name))
            return &config->backends[i];
    return NULL;
}

bool target_declare(struct arena *arena, struct config *config,
                    const struct target *target, struct error *err)
{
    size_t count = config->backend_count;

    if (!section_is_backend(target->section)
        || find_backend(config, target->backend))
        return true;
    if (count == LIMIT_BACKENDS)
        return error_set(err, ERROR_LIMIT, "more than %d backends",
                         LIMIT_BACKENDS);
    struct backend *all = arena_array(arena, count + 1, sizeof(*all));
    if (count > 0)
        memcpy(all, config->backends, count * sizeof(*all));
    option_defaults(SECTION_BACKEND, &all[count]);
    all[count].name = target->backend;
    config->backends = all;
    config->backend_count++;
    return true;
}

static bool is_key_name(struct str key)
{
    for (size_t i = 0; i < sizeof(key_names) / sizeof(key_names[0]); i++)
        if (same_letters(key, str_from(key_names[i])))
            return true;
    return false;
}

// Says what the user may have meant by a key that the section has not.
static bool no_option(const char *section, struct str key, struct error *err)
{
    struct suggestion near = { 0 };
    size_t count;
    const struct option_info *options = config_options(&count);

    if (is_key_name(key))
        return error_set(err, ERROR_USAGE,
                         "a key does not belong into this file; use keyEnv = "
                         "VARIABLE or keyCommand = COMMAND");
    for (size_t i = 0; i < count; i++)
        if (str_is(str_from(section), options[i].section))
            suggest(&near, key, str_from(options[i].name));
    if (near.best.len > 0)
        return error_set(err, ERROR_USAGE, "no such option; did you mean %.*s?",
                         STR_ARG(near.best));
    for (size_t i = 0; i < count; i++)
        if (same_letters(key, str_from(options[i].name)))
            return error_set(err, ERROR_USAGE,
                             "no such option here; it belongs to [%s]",
                             options[i].section);
    return error_set(err, ERROR_USAGE,
                     "no such option; see kerf-config(5) for all of them");
}

static bool assign(struct arena *arena, struct config *config,
                   const struct target *target, struct str key,
                   struct str value, bool trusted, struct error *err)
{
    const struct option_info *option = option_find(target->section, key);

    if (!option)
        return no_option(target->section, key, err);
    if (option->guarded && !trusted)
        return error_set(err, ERROR_POLICY,
                         "a file that may have come with a clone cannot set "
                         "this; set it in your own config");
    if (!is_printable(value))
        return error_set(err, ERROR_USAGE,
                         "not UTF-8 text, or a control character in it");
    if (!target_declare(arena, config, target, err))
        return false;
    void *base = section_is_backend(target->section)
                     ? (void *)find_backend(config, target->backend)
                     : (void *)config;
    return option_store(arena, option, base, arena_copy(arena, value), err);
}

bool target_assign(struct arena *arena, struct config *config,
                   const struct target *target, struct str key,
                   struct str value, bool trusted, struct error *err)
{
    struct str name = safe(arena, key);

    if (assign(arena, config, target, key, value, trusted, err))
        return true;
    if (section_is_backend(target->section))
        return error_prefix(err, "[backend \"%.*s\"] %.*s",
                            STR_ARG(target->backend), STR_ARG(name));
    return error_prefix(err, "[%s] %.*s", target->section, STR_ARG(name));
}
