/* Where the keys come from: the preset, then keys.conf of the user. */
#include "kerf/app/keys.h"

struct str setup_keys_path(struct setup *setup)
{
    struct str config = paths_config(&setup->arena, &setup->folders);
    size_t slash = str_rfind_char(config, '/');

    if (slash == SIZE_MAX)
        return (struct str){ 0 };
    return arena_printf(&setup->arena, "%.*s/keys.conf",
                        STR_ARG(str_take(config, slash)));
}

static bool read_file(struct setup *setup, struct keymap *keymap,
                      struct error *err)
{
    struct str path = setup_keys_path(setup), text;
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
    return keymap_read(keymap, text, path, err);
}

struct keymap *setup_keymap(struct setup *setup, struct error *err)
{
    struct keymap *keymap = keymap_create();

    if (keymap_use(keymap, setup->config.keys, err)
        && read_file(setup, keymap, err))
        return keymap;
    keymap_destroy(keymap);
    return NULL;
}
