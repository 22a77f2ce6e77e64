/* Setting one option by its names, wherever they come from. */
#ifndef KERF_CONFIG_ASSIGN_H
#define KERF_CONFIG_ASSIGN_H

#include "kerf/config/config.h"

/* Where a setting goes: `section` is the table's own name; `backend` is only
 * for backends. */
struct target {
    const char *section;
    struct str backend;
};

/* Says whether a line is UTF-8 without control characters (but tabs). */
bool is_printable(struct str text);

/* Checks the names of a section: `[section]` or `[section "backend"]`.
 * ERROR_USAGE, with the section in front of the text. */
bool target_find(struct arena *arena, struct str section, struct str backend,
                 struct target *target, struct error *err) KERF_CHECKED;

/* Adds the backend of the target if it is new. ERROR_LIMIT. */
bool target_declare(struct arena *arena, struct config *config,
                    const struct target *target,
                    struct error *err) KERF_CHECKED;

/* Stores a value (copied). The error tells what would be right; the caller
 * puts the place in front. */
bool target_assign(struct arena *arena, struct config *config,
                   const struct target *target, struct str key,
                   struct str value, bool trusted,
                   struct error *err) KERF_CHECKED;

#endif
