/* What a text may lead to: targets that can be handed to a terminal. */
#ifndef KERF_TEXT_LINK_H
#define KERF_TEXT_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/str.h"

#define LIMIT_LINK_BYTES 2000 // terminals take a little more than that

/*
 * Says whether a target may be given to a terminal: http, https or mailto with
 * something behind, printable ASCII without blanks, not longer than the limit.
 * Nothing is escaped or mended: what is not fine is no link.
 */
bool link_is_safe(struct str target);

/* Finds the first address in plain text that begins at or behind byte `*at` and
 * is such a target, http or https: sets `*at` to it and returns its bytes; 0 if
 * there is none. Punctuation at its end belongs to the text, a closing bracket
 * too unless it was opened in the address. */
size_t link_find(struct str text, size_t *at);

#endif
