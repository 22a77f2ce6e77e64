/*
 * keys.conf: whatever it says, the keymap stays one that can be used: no row
 * without a place, no key twice in a place, and each key can be read again.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kerf/ui/bindings.h"
#include "kerf/ui/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_keys(const char *keys)
{
    struct str rest = str_from(keys), piece;

    while (str_split(&rest, ' ', &piece)) {
        struct key key;
        struct error err = { 0 };
        char name[KEY_NAME_BYTES];
        if (!key_parse(piece, &key, &err))
            abort();
        key_name(&key, name, sizeof(name));
        if (!str_is(piece, name))
            abort();
    }
}

static void check(const struct keymap *keymap)
{
    size_t count;
    const struct key_binding *rows = keymap_bindings(keymap, &count);

    for (size_t i = 0; i < count; i++) {
        if (rows[i].where == 0)
            abort();
        check_keys(rows[i].keys);
        for (size_t k = 0; k < i; k++)
            if ((rows[k].where & rows[i].where)
                && !strcmp(rows[k].keys, rows[i].keys))
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct keymap *keymap = keymap_create();
    struct error err = { 0 };

    if (!keymap_read(keymap, (struct str){ (const char *)data, size },
                     STR("keys.conf"), &err)
        && err.text[0] == '\0')
        abort();
    check(keymap);
    keymap_destroy(keymap);
    return 0;
}
