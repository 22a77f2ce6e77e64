/* A review as if something else had been decided. */
#ifndef KERF_SRC_PATCH_PRINT_PARTS_H
#define KERF_SRC_PATCH_PRINT_PARTS_H

#include "kerf/patch/print.h"
#include "slots.h"

/* A shallow copy in `arena` where only what `which` and `target` choose is
 * accepted: for selection_result() alone. */
struct selection print_shadow(const struct selection *sel,
                              enum print_which which, struct target target,
                              struct arena *arena);

#endif
