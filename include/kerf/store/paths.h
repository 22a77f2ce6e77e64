/* Where kerf keeps its state: XDG folders, 0700, owner checked. */
#ifndef KERF_STORE_PATHS_H
#define KERF_STORE_PATHS_H

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"

/* What the environment says; empty if unset. The caller reads it. */
struct environment {
    struct str home, config_home, state_home, runtime_dir;
};

/* $XDG_STATE_HOME/kerf or ~/.local/state/kerf, made with 0700 if missing.
 * ERROR_POLICY if it is a link or belongs to someone else. */
bool paths_state(struct arena *arena, const struct environment *env,
                 struct str *dir, struct error *err) KERF_CHECKED;

/* The state folder of one work tree: <state>/trees/<name>-<hash of root>. */
bool paths_tree(struct arena *arena, const struct environment *env,
                struct str root, struct str *dir,
                struct error *err) KERF_CHECKED;

/* $XDG_CONFIG_HOME/kerf/config or ~/.config/kerf/config; not created. */
struct str paths_config(struct arena *arena, const struct environment *env);

#endif
