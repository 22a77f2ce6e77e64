/*
 * The line mode as a front. Lines go to the inline ui, its commands are carried
 * out, and what it has to say is written once the running callbacks are done.
 * Before a question is put, lines that were typed ahead of it are taken: they
 * are no answer to it.
 */
#include "parts.h"

#include <signal.h>

static void flush(struct app *app)
{
    struct lines_front *l = &app->lines;

    if (!l->tty || l->lent)
        return;
    buf_reset(&l->bytes);
    inline_take(l->ui, &l->bytes);
    line_tty_write(l->tty, buf_str(&l->bytes));
}

// Texts of a command are gone once the ui takes other lines: it gets none
// while they run.
static void carry_out(struct app *app)
{
    struct command command;

    while (!app->leaving && inline_next_command(app->lines.ui, &command))
        command_run(app, &command);
}

// What the program has measured and read meanwhile.
static void show_figures(struct app *app)
{
    inline_set_figures(app->lines.ui, &app->shown.figures);
    inline_set_commands(app->lines.ui, app->user_commands.at,
                        app->user_commands.count);
}

static void take_early(struct app *app)
{
    struct buf lines = { 0 };

    line_tty_read(app->lines.tty, &lines);
    if (lines.len > 0) {
        show_figures(app);
        inline_input(app->lines.ui, app->session, buf_str(&lines));
        carry_out(app);
    }
    buf_release(&lines);
    if (!app->leaving && line_tty_end(app->lines.tty)) {
        inline_end(app->lines.ui, app->session);
        carry_out(app);
    }
}

static void show(void *ctx)
{
    struct app *app = ctx;
    struct lines_front *l = &app->lines;

    l->due = false;
    if (app->leaving || !l->tty || l->lent)
        return;
    take_early(app);
    if (!app->leaving)
        inline_ask(l->ui, app->session);
    carry_out(app);
    flush(app);
}

static void want(struct app *app)
{
    struct lines_front *l = &app->lines;

    if (l->due || !l->tty)
        return;
    l->due = true;
    loop_defer(app->loop, show, app);
}

static void ask_later(void *ctx)
{
    want(ctx);
}

// --- the terminal ------------------------------------------------------------

static void on_lines(struct str lines, void *ctx)
{
    struct app *app = ctx;

    if (app->leaving)
        return;
    app_wake_link(app);
    show_figures(app);
    inline_input(app->lines.ui, app->session, lines);
    carry_out(app);
    if (inline_draft(app->lines.ui).len + app->session->draft.len > 0)
        safekeep_touch(app);
    want(app);
}

static void on_ended(void *ctx)
{
    struct app *app = ctx;

    inline_end(app->lines.ui, app->session);
    carry_out(app);
    want(app);
}

static void on_gone(void *ctx)
{
    app_leave(ctx, 1);
}

static struct inline_ui *create_ui(struct app *app)
{
    struct str spoken = setup_env(app->setup, "ACCESSIBLE");
    struct inline_options options = {
        .review_only = app->options->review_only,
        .spoken = spoken.len > 0 && !str_is(spoken, "0"),
    };

    return inline_create(&options);
}

static bool open_lines(struct app *app, struct error *err)
{
    static const struct line_tty_events events = { .lines = on_lines,
                                                   .ended = on_ended,
                                                   .gone = on_gone };
    struct lines_front *l = &app->lines;

    l->tty = line_tty_open(app->loop, &events, app, err);
    return l->tty != NULL;
}

static void close_lines(struct app *app)
{
    struct lines_front *l = &app->lines;

    if (l->tty) {
        inline_finish(l->ui);
        flush(app);
    }
    line_tty_close(l->tty);
    l->tty = NULL;
    loop_undefer(app->loop, ask_later, app);
    loop_undefer(app->loop, show, app);
    inline_destroy(l->ui);
    l->ui = NULL;
    buf_release(&l->bytes);
}

// --- what the app says -------------------------------------------------------

static void happened(struct app *app, const struct event *event)
{
    inline_event(app->lines.ui, app->session, event);
    want(app);
}

static void tell(struct app *app, struct str text, bool warning)
{
    inline_tell(app->lines.ui, text, warning);
    want(app);
}

static void lend(struct app *app)
{
    flush(app);
    line_tty_release(app->lines.tty);
    app->lines.lent = true;
}

static void reclaim(struct app *app)
{
    app->lines.lent = false;
    line_tty_retake(app->lines.tty);
    want(app);
}

static void suspend(struct app *app)
{
    lend(app);
    kill(0, SIGSTOP); // the whole job, as the shell's own Ctrl-Z would
    reclaim(app);
}

static void signalled(struct app *app, int number)
{
    switch (number) {
    case SIGINT:
        inline_interrupt(app->lines.ui, app->session);
        carry_out(app);
        want(app);
        break;
    case SIGTSTP: suspend(app); break;
    case SIGWINCH:
    case SIGCONT: break;
    default: app_leave(app, 128 + number); break;
    }
}

static void renew(struct app *app)
{
    inline_destroy(app->lines.ui);
    app->lines.ui = create_ui(app);
}

// The first question stands behind what the first work tells.
static void begin(struct app *app)
{
    inline_begin(app->lines.ui, app->session);
    flush(app);
    loop_defer(app->loop, ask_later, app);
}

static void draft(struct app *app, struct str text)
{
    inline_set_draft(app->lines.ui, text);
}

static struct str typed(struct app *app)
{
    return inline_draft(app->lines.ui);
}

static void remember(struct app *app, struct str text)
{
    inline_remember(app->lines.ui, text);
}

static void keep_edit(struct app *app, struct target target, struct str text)
{
    inline_keep_edit(app->lines.ui, target, text);
}

static void pick(struct app *app, const char *title,
                 const struct ui_choice *choices, size_t count,
                 enum command_kind kind)
{
    inline_pick(app->lines.ui, title, choices, count, kind);
    want(app);
}

const struct front front_lines = {
    .open = open_lines,
    .close = close_lines,
    .happened = happened,
    .want = want,
    .tell = tell,
    .signalled = signalled,
    .lend = lend,
    .reclaim = reclaim,
    .renew = renew,
    .begin = begin,
    .draft = draft,
    .typed = typed,
    .remember = remember,
    .keep_edit = keep_edit,
    .pick = pick,
};
