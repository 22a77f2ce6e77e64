/* Where keys come from, and what must never leave the machine. */
#ifndef KERF_AGENT_SECRET_H
#define KERF_AGENT_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/str.h"

/*
 * Returns the environment for a child without names that tell of secrets
 * (KEY, TOKEN, SECRET, PASSWORD ... ), agent sockets, `also` (may be NULL), and
 * kerf's own. NULL-terminated, in `arena`.
 */
const char *const *secret_free_env(struct arena *arena, char *const *env,
                                   const char *also);

/* Says whether a path looks like a file of secrets: .env, keys, credentials. */
bool secret_is_path(struct str path);

#endif
