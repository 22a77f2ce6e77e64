/* The subcommands that open the screen: kerf, fix, resume. */
#include "parts.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kerf/store/journal.h"

// Lines were asked for, or are all that the terminal can show, or what the
// person can use.
static bool wants_lines(const struct invocation *call,
                        const struct setup *setup)
{
    struct str term = setup_env(setup, "TERM");
    struct str accessible = setup_env(setup, "ACCESSIBLE");

    if (call->line_mode || !str_is(setup->config.line_mode, "auto"))
        return call->line_mode || str_is(setup->config.line_mode, "true");
    return term.len == 0 || str_is(term, "dumb")
           || (accessible.len > 0 && !str_is(accessible, "0"));
}

int open_screen(struct invocation *call, struct setup *setup,
                struct app_options *options)
{
    struct error err = { 0 };

    options->line_mode = wants_lines(call, setup);
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

    call->line_mode |= take_flag(call, "--inline");
    if (!words_are_at_most(call, 0))
        return EXIT_USAGE;
    int status = load(call, &setup, true);
    if (status == EXIT_DONE)
        status = open_screen(call, &setup, &options);
    setup_release(&setup);
    return status;
}

int cli_fix(struct invocation *call)
{
    struct setup setup;
    struct app_options options = { 0 };

    // Behind the first word of the command it would be the command's.
    if (call->count > 0 && strcmp(call->args[0], "--inline") == 0) {
        call->line_mode = true;
        call->args++;
        call->count--;
    }
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
        status = open_screen(call, &setup, &options);
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

    call->line_mode |= take_flag(call, "--inline");
    if (!words_are_at_most(call, 1))
        return EXIT_USAGE;
    int status = load(call, &setup, true);
    if (status == EXIT_DONE)
        status = find_session(&setup, call, &options.resume_id, &err)
                     ? open_screen(call, &setup, &options)
                     : complain(&err);
    setup_release(&setup);
    return status;
}
