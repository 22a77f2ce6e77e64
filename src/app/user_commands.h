/* Private to the app: the user's own slash commands. */
#ifndef KERF_APP_USER_COMMANDS_H
#define KERF_APP_USER_COMMANDS_H

#include "kerf/base/arena.h"
#include "kerf/ui/ui.h"

#define LIMIT_USER_COMMANDS 200
#define LIMIT_USER_COMMAND_BYTES ((size_t)64 << 10)

struct app;

/* What was read; the ui borrows it. */
struct user_commands {
    struct arena arena;
    struct ui_command *at;
    size_t count, cap;
};

/* Reads the folder `commands` beside the user's config in a worker, and gives
 * the ui what it finds. */
void user_commands_load(struct app *app);
void user_commands_release(struct app *app);

#endif
