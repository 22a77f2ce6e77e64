/* Private to the composer: messages sent before, oldest first. */
#ifndef KERF_UI_HISTORY_H
#define KERF_UI_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/str.h"

#define LIMIT_HISTORY 1000
#define LIMIT_HISTORY_BYTES ((size_t)8 << 20)

/* Zero-initialised it is empty and ready. */
struct history {
    struct str *at; // owned
    size_t count, cap;
    size_t bytes;
};

void history_release(struct history *history);

/* Adds a text (copied) unless it is empty or equal to the newest; the oldest
 * go when a limit is passed. */
void history_add(struct history *history, struct str text);

/* The newest entry below `before` that contains `text`; SIZE_MAX: none. */
size_t history_search(const struct history *history, struct str text,
                      size_t before);

#endif
