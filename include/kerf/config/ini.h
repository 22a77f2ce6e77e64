/*
 * Files of sections and settings, as git writes them. Pure: text in, calls
 * out. What may stand in them is the business of who reads.
 */
#ifndef KERF_CONFIG_INI_H
#define KERF_CONFIG_INI_H

#include <stdbool.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"

/* What takes the lines; each returns false with an error, which ends the
 * reading. All texts are UTF-8 without control characters. */
struct ini_taker {
    /* `[name]` or `[name "label"]`; borrowed for the call. */
    bool (*section)(struct str name, struct str label, void *ctx,
                    struct error *err);
    /* `key = value`, the value without its quotes; in the arena. */
    bool (*setting)(struct str key, struct str value, void *ctx,
                    struct error *err);
    void *ctx;
    /* Keys may hold `=`, `:` and `[`: the last `=` of a line is the sign. */
    bool signs_in_keys;
};

/*
 * Reads a text of at most LIMIT_CONFIG_BYTES. Comments begin with `;` or `#`
 * at the start of a line or behind a blank. `name` is the file's name for
 * messages: ERROR_USAGE "FILE:12: ...", ERROR_LIMIT.
 */
bool ini_read(struct arena *arena, struct str text, struct str name,
              const struct ini_taker *taker, struct error *err) KERF_CHECKED;

#endif
