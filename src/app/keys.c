/* Where the keys come from: the preset, then keys.conf of the user. */
#include "kerf/app/keys.h"

static bool read_file(struct setup *setup, struct keymap *keymap,
                      struct error *err)
{
    struct str path = setup_user_path(setup, "keys.conf"), text;
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
