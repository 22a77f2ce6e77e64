/* The user's keys, and what a terminal really sends. */
#ifndef KERF_APP_KEYS_H
#define KERF_APP_KEYS_H

#include "kerf/app/setup.h"
#include "kerf/base/error.h"
#include "kerf/ui/bindings.h"

/* The preset of the settings with keys.conf over it, which lies beside the
 * user's config and never in a tree; destroy it. NULL with file and line of
 * what is wrong. */
struct keymap *setup_keymap(struct setup *setup,
                            struct error *err) KERF_CHECKED;

/* Takes the terminal and shows for each key its bytes, its name and what it
 * does, until q, Esc or ^C comes twice. ERROR_UNSUPPORTED without a
 * terminal. The terminal is as it was on each way out. */
bool keys_watch(struct setup *setup, const struct keymap *keymap,
                struct error *err) KERF_CHECKED;

#endif
