/* Fences of code blocks in Markdown: lines of three or more ` or ~,
 * CommonMark 4.5. */
#ifndef KERF_SRC_PATCH_FENCE_H
#define KERF_SRC_PATCH_FENCE_H

#include <stdbool.h>

#include "kerf/base/str.h"

struct fence {
    char mark; // 0: none
    size_t count;
    struct str info; // trimmed; empty in a closing fence
};

/* Returns the fence that `line`, indented or not, is; `mark` 0 if none. */
struct fence fence_read(struct str line);

/* Says whether `line` closes what `open` opened. */
bool fence_is_end(struct fence open, struct fence line);

#endif
