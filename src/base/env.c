/* A walk over the list; the first entry of a name counts. */
#include "kerf/base/env.h"

#include <string.h>

struct str env_value(char *const *env, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; env && env[i]; i++)
        if (strncmp(env[i], name, len) == 0 && env[i][len] == '=')
            return str_from(env[i] + len + 1);
    return (struct str){ 0 };
}
