/* kerf log: the sessions of this tree, newest first. */
#include "parts.h"

#include <stdio.h>
#include <time.h>

#include "kerf/store/journal.h"

#define SESSIONS_SHOWN 100

static void print_session(const struct session_info *info)
{
    time_t seconds = (time_t)(info->changed_ms / 1000);
    struct tm when;
    char text[32] = "";

    if (localtime_r(&seconds, &when))
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &when);
    printf("%.*s  %s  %3zu turns  ", STR_ARG(info->id), text, info->turns);
    print_safe(str_take(info->title, str_find_char(info->title, '\n')));
    putchar('\n');
}

int cli_log(struct invocation *call)
{
    struct setup setup;
    struct error err = { 0 };
    struct session_info *list;
    size_t count = 0;

    if (!words_are_at_most(call, 0))
        return EXIT_USAGE;
    int status = load(call, &setup, true);
    if (status == EXIT_DONE
        && !journal_sessions(setup.state_dir, &call->arena, setup.root,
                             SESSIONS_SHOWN, &list, &count, &err))
        status = complain(&err);
    for (size_t i = 0; i < count; i++)
        print_session(&list[i]);
    setup_release(&setup);
    return status;
}
