/* The environment as an argument: only main() takes it from the process. */
#ifndef KERF_BASE_ENV_H
#define KERF_BASE_ENV_H

#include "kerf/base/str.h"

/* Returns the value of `name` in a NULL-terminated list of "NAME=value", or
 * an empty view. `env` may be NULL. The view is followed by a NUL. */
struct str env_value(char *const *env, const char *name);

#endif
