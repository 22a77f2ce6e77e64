/* The subcommands that open the screen: kerf, fix, resume. */
#include "parts.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kerf/store/journal.h"

int open_screen(struct setup *setup, const struct app_options *options)
{
    struct error err = { 0 };
    int status = app_run(setup, options, &err);

    return err.kind != ERROR_NONE ? complain(&err) : status;
}

int cli_open(struct invocation *call)
{
    struct setup setup;
    struct app_options options = {
        .message = call->message,
        .read_stdin = !isatty(STDIN_FILENO),
    };

    if (!words_are_at_most(call, 0))
        return EXIT_USAGE;
    int status = load(call, &setup, true);
    if (status == EXIT_DONE)
        status = open_screen(&setup, &options);
    setup_release(&setup);
    return status;
}

int cli_fix(struct invocation *call)
{
    struct setup setup;
    struct app_options options = { 0 };

    if (call->count > 0 && strcmp(call->args[0], "--") == 0) {
        call->args++;
        call->count--;
    }
    if (call->count == 0)
        return complain_usage(call, "which command? For example: "
                                    "kerf fix -- make");
    options.fix_command = join_command(&call->arena, call->args, call->count);
    int status = load(call, &setup, true);
    if (status == EXIT_DONE)
        status = open_screen(&setup, &options);
    setup_release(&setup);
    return status;
}

static bool find_session(struct setup *setup, struct invocation *call,
                         struct str *id, struct error *err)
{
    struct session_info *list;
    size_t count = 0;

    if (call->count > 0) {
        *id = str_from(call->args[0]);
        return true;
    }
    if (!journal_sessions(setup->state_dir, &call->arena, setup->root, 1, &list,
                          &count, err))
        return false;
    if (count == 0)
        return error_set(err, ERROR_NOT_FOUND,
                         "there is no session of this tree yet");
    *id = list[0].id;
    return true;
}

int cli_resume(struct invocation *call)
{
    struct setup setup;
    struct error err = { 0 };
    struct app_options options = { 0 };

    if (!words_are_at_most(call, 1))
        return EXIT_USAGE;
    int status = load(call, &setup, true);
    if (status == EXIT_DONE)
        status = find_session(&setup, call, &options.resume_id, &err)
                     ? open_screen(&setup, &options)
                     : complain(&err);
    setup_release(&setup);
    return status;
}
