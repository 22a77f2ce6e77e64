/* Private to the composer: what was killed, to be yanked. */
#ifndef KERF_UI_COMPOSER_KILLS_H
#define KERF_UI_COMPOSER_KILLS_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/buf.h"

#define KILLS_MAX 8

/* Zero-initialised it is empty and ready. */
struct kills {
    struct buf at[KILLS_MAX];
    size_t newest, count;
};

void kills_release(struct kills *kills);

/* Adds a text; `join`: to the newest one, in front of it if `front`. */
void kills_add(struct kills *kills, struct str text, bool join, bool front);

/* The text killed `back` kills before the newest; wraps around; empty if
 * nothing was killed. */
struct str kills_get(const struct kills *kills, size_t back);

#endif
