/* Tool declarations of the Responses API as those of Chat Completions. */
#ifndef KERF_SRC_WIRE_CHAT_TOOLS_H
#define KERF_SRC_WIRE_CHAT_TOOLS_H

#include <stdbool.h>

#include "kerf/base/json.h"

/* Writes the array. A freeform tool becomes a function with one string
 * `input`; what only a server can run is left out. `*any` says whether a tool
 * is left. False with ERROR_INVALID if `tools` is no array. */
bool chat_tools_write(struct json_writer *w, struct str tools, bool *any,
                      struct error *err) KERF_CHECKED;

#endif
