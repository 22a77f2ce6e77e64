/* What a slash command of the user says. */
#ifndef KERF_UI_OWN_COMMAND_H
#define KERF_UI_OWN_COMMAND_H

#include "kerf/base/buf.h"
#include "kerf/base/str.h"

/* Appends the message that a command's text and the words typed behind it make;
 * false if that would be too long. */
bool own_command_text(struct buf *out, struct str text, struct str words);

#endif
