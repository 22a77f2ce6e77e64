/*
 * What comes in beside the keyboard: the output of `kerf fix`'s command, or
 * standard input. It is shown while it comes and becomes context at its end,
 * with head and tail; a command that fails makes the first message.
 */
#include "parts.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kerf/agent/secret.h"

#define INTAKE_ID STR("intake")
#define FIX_TIMEOUT_MS ((int64_t)3600 * 1000)

static void show_bytes(struct app *app, struct str bytes)
{
    struct event event = { .kind = EVENT_TOOL_OUTPUT,
                           .call_id = INTAKE_ID,
                           .text = bytes };

    output_add(&app->intake.output, bytes);
    app_post(app, &event);
}

static void begin(struct app *app, struct str name)
{
    struct event event = {
        .kind = EVENT_CONTEXT_ADDED,
        .id = INTAKE_ID,
        .name = name,
        .flag = true,
    };

    output_init(&app->intake.output, (size_t)app->setup->config.output_bytes);
    app_post(app, &event);
}

static void finish(struct app *app, struct str name, int exit_status)
{
    struct buf text = { 0 };

    output_write(&app->intake.output, &text);
    struct event event = {
        .kind = EVENT_CONTEXT_ADDED,
        .id = INTAKE_ID,
        .name = name,
        .text = buf_str(&text),
        .number = exit_status,
    };
    app_post(app, &event);
    buf_release(&text);
}

// --- kerf fix --------------------------------------------------------------

static void on_fix_output(struct str bytes, void *ctx)
{
    show_bytes(ctx, bytes);
}

static void on_fix_end(const struct child_end *end, void *ctx)
{
    struct app *app = ctx;
    struct str command = app->options->fix_command;
    struct arena arena = { 0 };

    finish(app, command, end->exit_status);
    if (end->exit_status == 0)
        app_notice(app,
                   arena_printf(&arena, "%.*s passes: nothing to fix",
                                STR_ARG(command)),
                   false);
    else
        agent_send(app->agent,
                   arena_printf(&arena,
                                "`%.*s` fails with exit status %d. Find out "
                                "why and fix it.",
                                STR_ARG(command), end->exit_status));
    arena_release(&arena);
}

// The user typed this command: it needs no question, now or for checking.
static bool start_fix(struct app *app, struct error *err)
{
    struct arena arena = { 0 };
    const char *argv[] = { "/bin/sh", "-c",
                           arena_cstr(&arena, app->options->fix_command),
                           NULL };
    struct child_options options = {
        .argv = argv,
        .env = secret_free_env(&arena, app->setup->env, &app->setup->config),
        .dir = arena_cstr(&arena, app->setup->root),
        .timeout_ms = FIX_TIMEOUT_MS,
    };

    begin(app, app->options->fix_command);
    agent_allow(app->agent, app->options->fix_command);
    app->intake.child =
        child_start(app->loop, &options, on_fix_output, on_fix_end, app, err);
    arena_release(&arena);
    return app->intake.child != NULL;
}

// --- standard input --------------------------------------------------------

static void stdin_ends(struct app *app)
{
    loop_watch_destroy(app->intake.stdin_watch);
    app->intake.stdin_watch = NULL;
    finish(app, STR("standard input"), 0);
    if (app->options->message.len > 0)
        agent_send(app->agent, app->options->message);
}

static void on_stdin(int ready, void *ctx)
{
    struct app *app = ctx;
    char bytes[32768];
    ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));

    (void)ready;
    if (n > 0)
        show_bytes(app, (struct str){ bytes, (size_t)n });
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        stdin_ends(app);
}

// A file cannot be watched, and need not be: it never makes one wait.
static void read_stdin_file(struct app *app)
{
    char bytes[32768];
    ssize_t n;

    while ((n = read(STDIN_FILENO, bytes, sizeof(bytes))) > 0)
        show_bytes(app, (struct str){ bytes, (size_t)n });
    stdin_ends(app);
}

static void start_stdin(struct app *app)
{
    struct stat st;

    begin(app, STR("standard input"));
    if (fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode)) {
        read_stdin_file(app);
        return;
    }
    app->intake.stdin_watch =
        loop_watch_create(app->loop, STDIN_FILENO, on_stdin, app);
    loop_watch_set(app->intake.stdin_watch, LOOP_READABLE);
}

bool intake_start(struct app *app, struct error *err)
{
    if (app->options->fix_command.len > 0)
        return start_fix(app, err);
    if (app->options->read_stdin) {
        start_stdin(app);
    } else if (app->options->message.len > 0) {
        agent_send(app->agent, app->options->message);
    }
    return true;
}

void intake_release(struct app *app)
{
    child_destroy(app->intake.child);
    loop_watch_destroy(app->intake.stdin_watch);
    output_release(&app->intake.output);
}
