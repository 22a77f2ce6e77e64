/* Words for a command line of sh(1). */
#ifndef KERF_BASE_SHELL_H
#define KERF_BASE_SHELL_H

#include "kerf/base/buf.h"
#include "kerf/base/str.h"

/* Appends the word in single quotes, so that the shell takes it as it is. */
void shell_quote(struct buf *out, struct str word);

#endif
