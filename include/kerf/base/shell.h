/* Words for a command line of sh(1). */
#ifndef KERF_BASE_SHELL_H
#define KERF_BASE_SHELL_H

#include <stdbool.h>

#include "kerf/base/buf.h"
#include "kerf/base/json.h"
#include "kerf/base/str.h"

/* Appends the word in single quotes, so that the shell takes it as it is. */
void shell_quote(struct buf *out, struct str word);

/* Appends the command line that an argument vector stands for: the script of
 * `sh -c SCRIPT` or `bash -lc SCRIPT`, else its words, quoted where they have
 * to be. False, with nothing appended, if `argv` is no array of strings. */
bool shell_join(struct buf *out, const struct json *argv) KERF_CHECKED;

#endif
