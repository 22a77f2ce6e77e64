/* Texts about kerf itself, made from the key table and the command table. */
#ifndef KERF_UI_HELP_H
#define KERF_UI_HELP_H

#include "view.h"

/* Appends the help: keys by place, then the commands. */
void help_rows(struct arena *arena, struct rows *rows,
               const struct keymap *keymap, size_t cols);

/* Makes the rows of an empty session: what works now, how to add a backend,
 * what to try; less of it if that is more than the area has rows. */
void help_first_rows(struct arena *arena, struct rows *rows,
                     const struct view_call *call, struct area area);

#endif
