/* The tools that a model may call, as one table. */
#ifndef KERF_AGENT_TOOLS_H
#define KERF_AGENT_TOOLS_H

#include <stddef.h>

#include "kerf/base/buf.h"
#include "kerf/base/str.h"

enum tool_kind {
    TOOL_NONE,
    TOOL_SHELL,
    TOOL_READ_FILE,
    TOOL_LIST_FILES,
    TOOL_SEARCH,
    TOOL_APPLY_PATCH,
};

/* Finds a tool by the name that the model used. */
enum tool_kind tool_find(struct str name);

/* Appends the JSON array of tool declarations (protocol.md 2.4). The same
 * bytes every time: servers cache by them. */
void tools_declare(struct buf *out);

#endif
