/*
 * Which keys do what. One table holds what kerf comes with; a keymap is that
 * table as a preset and the user's keys.conf have changed it. Help, hints,
 * `kerf keys` and the palette are made from the keymap in use.
 */
#ifndef KERF_UI_BINDINGS_H
#define KERF_UI_BINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/model/command.h"

enum { IN_PAGER = 8 }; // one more bit beside those of enum command_where

struct key_binding {
    unsigned where;     // bits of enum command_where, and IN_PAGER
    const char *keys;   // "^J", "y", or a chord "^X ^E"
    const char *action; // its name: "accept-hunk"
    const char *help;   // a phrase
    int number;         // of the action, for the ui itself
};

/* The default keys, for the manual. */
const struct key_binding *ui_bindings(size_t *count);

/* A place that takes keys: its section in keys.conf, and its title. */
struct key_place {
    unsigned where;
    const char *name;  // "composer"
    const char *title; // "Writing a message"
};
const struct key_place *ui_places(size_t *count);

/* Starts with the default keys. NULL may be destroyed. */
struct keymap;
struct keymap *keymap_create(void);
void keymap_destroy(struct keymap *keymap);

/* Changes the keys to a preset: "default", "vim", "lazygit". ERROR_USAGE. */
bool keymap_use(struct keymap *keymap, struct str preset,
                struct error *err) KERF_CHECKED;

/*
 * Reads a keys.conf: sections are places, `keys = action` binds and `keys =
 * none` unbinds. `name` is the file's name for messages, ERROR_USAGE
 * "FILE:3: [review] y = acept: there is no such action; did you mean accept?".
 * On an error the keymap holds what came before it.
 */
bool keymap_read(struct keymap *keymap, struct str text, struct str name,
                 struct error *err) KERF_CHECKED;

/* All rows; they live until the keymap is changed. */
const struct key_binding *keymap_bindings(const struct keymap *keymap,
                                          size_t *count);

/* What a key or a chord ("^X l") does in a place (one bit), or NULL. */
const struct key_binding *keymap_binding(const struct keymap *keymap,
                                         unsigned where, const char *keys);

/* Says whether a key begins chords in a place. */
bool keymap_begins_chord(const struct keymap *keymap, unsigned where,
                         const char *keys);

#endif
