/* The option table from inside: finding an entry and storing a value. */
#ifndef KERF_CONFIG_OPTIONS_H
#define KERF_CONFIG_OPTIONS_H

#include "kerf/config/config.h"

#define SECTION_BACKEND "backend"

/* Finds an option, names in any case; NULL if there is none. */
const struct option_info *option_find(const char *section, struct str name);

/* Returns the section's name as the table has it, or NULL. */
const char *option_section(struct str name);

/* Says whether the section holds one backend per name. */
bool section_is_backend(const char *section);

/* Sets all options of a section to their defaults; `base` is the struct
 * config, or the struct backend. */
void option_defaults(const char *section, void *base);

/*
 * Reads `value` (which lives as long as the config) and stores it in `base`.
 * ERROR_USAGE says what would be right. `arena` for the message only.
 */
bool option_store(struct arena *arena, const struct option_info *option,
                  void *base, struct str value, struct error *err) KERF_CHECKED;

#endif
