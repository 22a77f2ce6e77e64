/* The subcommands that open the screen: kerf, fix, review, resume. */
#include "parts.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kerf/app/app.h"
#include "kerf/patch/parse.h"
#include "kerf/store/journal.h"

static int open_screen(struct setup *setup, const struct app_options *options)
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

// A patch that cannot be read is told before the screen opens.
static bool read_patch(struct invocation *call, struct app_options *options,
                       struct error *err)
{
    const char *name = call->count > 0 ? call->args[0] : "-";

    if (!read_input(&call->arena, name, LIMIT_PATCH_BYTES, &options->patch,
                    &options->patch_label, err))
        return false;
    if (!patch_parse(&call->arena, options->patch, PATCH_UNKNOWN, err))
        return error_prefix(err, "%.*s", STR_ARG(options->patch_label));
    return true;
}

int cli_review(struct invocation *call)
{
    struct setup setup;
    struct error err = { 0 };
    struct app_options options = { .review_only = true };

    if (!words_are_at_most(call, 1))
        return EXIT_USAGE;
    if (call->count == 0 && isatty(STDIN_FILENO))
        return complain_usage(call, "which patch? Give a file, or - for "
                                    "standard input");
    int status = load(call, &setup, true);
    if (status == EXIT_DONE)
        status = read_patch(call, &options, &err)
                     ? open_screen(&setup, &options)
                     : complain(&err);
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
