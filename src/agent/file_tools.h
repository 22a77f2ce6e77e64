/* The tools that only read the tree. Private to the agent. */
#ifndef KERF_AGENT_FILE_TOOLS_H
#define KERF_AGENT_FILE_TOOLS_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/agent/tools.h"
#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/str.h"

#define LIMIT_SEARCH_MATCHES 500

/* A call: filled by the loop, run by a worker. Its output keeps head and tail,
 * as that of a command. */
struct file_call {
    struct arena arena;
    enum tool_kind kind;
    struct str root, call_id, arguments; // arguments: JSON as the model wrote
    size_t output_bytes;
    struct buf out; // the text for the model
    bool well;
};

/* Runs the call; blocks. What goes wrong is told in `out`. */
void file_call_run(struct file_call *call);

#endif
