/* Private to bindings.c and keys_conf.c: how a keymap is changed. */
#ifndef KERF_UI_BINDINGS_PARTS_H
#define KERF_UI_BINDINGS_PARTS_H

#include "kerf/base/arena.h"
#include "kerf/ui/bindings.h"

struct keymap {
    struct key_binding *rows;
    size_t count, cap;
    struct arena arena; // of rows and keys
};

/* Takes the keys out of the places given. */
void keymap_unbind(struct keymap *keymap, unsigned where, const char *keys);

/* Binds `keys`, which live as long as the keymap, in the places given, to the
 * action of a row of the default table. */
void keymap_bind(struct keymap *keymap, unsigned where, const char *keys,
                 const struct key_binding *action);

#endif
