/* Where keys come from, and what must never leave the machine. */
#ifndef KERF_AGENT_SECRET_H
#define KERF_AGENT_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/arena.h"
#include "kerf/base/str.h"
#include "kerf/config/config.h"

/*
 * Returns the environment for a child without names that tell of secrets
 * (KEY, TOKEN, SECRET, PASSWORD ... ), agent sockets, the variables from which
 * `config` (may be NULL) takes keys, and kerf's own. NULL-terminated, in
 * `arena`; the entries are those of `env`.
 */
const char *const *secret_free_env(struct arena *arena, char *const *env,
                                   const struct config *config);

/* Says whether a path looks like a file of secrets: .env, keys, credentials. */
bool secret_is_path(struct str path);

#endif
