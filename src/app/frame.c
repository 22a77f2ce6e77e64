/*
 * Frames. Whatever happens asks for one; it is drawn as soon as the running
 * callbacks are done if the pace allows, else when it does, and never while the
 * system has not taken the one before.
 *
 * Behind the first frame the terminal is asked what it can; nothing waits for
 * the answers. If it answers, it is asked now and then whether it has drawn all
 * it was sent. What is still to be answered when the terminal is given away is
 * waited for shortly, or it would be typed into the shell.
 */
#include "parts.h"

#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kerf/ui/links.h"

#define LIMIT_ANSWERS_MS 200 // that leaving waits for answers on their way
#define LIMIT_PAPER_MS 1000  // after that the colours do not change any more
// Clicks and the wheel as SGR reports, and when the window gets the focus;
// leaving the screen takes them back in any case.
#define MOUSE_ON "\033[?1000h\033[?1006h\033[?1004h"

static void send_frame(struct app *app)
{
    struct frame *f = &app->frame;

    if (pace_sent(&f->pace, f->bytes.len, f->last_ms)) {
        buf_append(&f->bytes, STR("\033[5n"));
        f->unanswered++;
    }
    terminal_write(f->terminal, buf_str(&f->bytes));
    if (!terminal_is_clear(f->terminal))
        pace_blocked(&f->pace);
}

static void draw(struct app *app)
{
    struct frame *f = &app->frame;
    int64_t now = loop_now_ms();

    f->dirty = false;
    f->last_ms = now;
    canvas_clear(&f->canvas);
    ui_draw(app->ui, app->session, &f->canvas, now, loop_wall_ms());
    buf_reset(&f->bytes);
    screen_draw(f->screen, &f->canvas, &f->bytes);
    send_frame(app);
    int64_t wake = ui_wake_ms(app->ui, app->session, now);
    if (wake >= 0)
        loop_timer_start(f->wake, wake);
    else
        loop_timer_stop(f->wake);
}

static bool is_wanted(const struct app *app)
{
    const struct frame *f = &app->frame;

    return f->dirty && !app->leaving && f->terminal && !f->lent
           && terminal_is_clear(f->terminal);
}

// Draws if a frame is due, else when it will be.
static void draw_if_due(void *ctx)
{
    struct app *app = ctx;
    struct frame *f = &app->frame;

    if (!is_wanted(app))
        return;
    int64_t wait = pace_due(&f->pace, f->why, loop_now_ms());
    if (wait > 0) {
        loop_timer_start(f->timer, wait);
        return;
    }
    loop_timer_stop(f->timer);
    draw(app);
}

void frame_want_for(struct app *app, enum pace_reason why)
{
    struct frame *f = &app->frame;

    if (!f->terminal || (f->dirty && why <= f->why))
        return;
    f->dirty = true;
    f->why = why;
    int64_t wait = pace_due(&f->pace, why, loop_now_ms());
    if (wait == 0)
        loop_defer(app->loop, draw_if_due, app);
    else
        loop_timer_start(f->timer, wait);
}

void frame_want(struct app *app)
{
    frame_want_for(app, PACE_STATE);
}

static void on_wake(void *ctx)
{
    frame_want(ctx);
}

static void on_key(const struct key *key, void *ctx)
{
    struct app *app = ctx;
    struct command command = { 0 };

    if (app->leaving || app->frame.closing)
        return;
    app_wake_link(app);
    pace_key(&app->frame.pace, loop_now_ms());
    safekeep_touch(app);
    if (ui_key(app->ui, app->session, key, loop_now_ms(), &command))
        frame_want_for(app, PACE_KEY);
    if (ui_wants_repaint(app->ui))
        screen_forget(app->frame.screen);
    if (command.kind == CMD_NONE)
        return;
    command_run(app, &command);
    while (!app->leaving && ui_next_command(app->ui, &command))
        command_run(app, &command);
}

// A lone ESC comes out at once; the rest of a paste is waited for longer.
static void await_more(struct app *app)
{
    struct frame *f = &app->frame;

    if (key_decoder_is_waiting(f->keys) || f->burst.open)
        loop_timer_start(f->escape, f->escape_ms);
    else
        loop_timer_stop(f->escape);
}

static void on_escape(void *ctx)
{
    struct app *app = ctx;

    burst_end(&app->frame.burst, on_key, app);
    key_decoder_timeout(app->frame.keys, on_key, app);
    await_more(app);
}

// A paste that the terminal does not bracket ends when nothing more comes.
static void take_keys(struct app *app, struct str bytes)
{
    struct frame *f = &app->frame;
    size_t taken = 1;

    while (taken > 0 && !key_decoder_is_waiting(f->keys)) {
        taken = burst_feed(&f->burst, bytes);
        bytes = str_skip(bytes, taken);
        if (bytes.len == 0)
            return;
        burst_end(&f->burst, on_key, app);
    }
    key_decoder_feed(f->keys, bytes, on_key, app);
}

static void on_input(struct str bytes, void *ctx)
{
    struct app *app = ctx;

    take_keys(app, bytes);
    await_more(app);
    if (app->frame.why == PACE_KEY) // its echo waits for nothing else
        draw_if_due(app);
}

static void on_drained(void *ctx)
{
    draw_if_due(ctx);
}

static void on_gone(void *ctx)
{
    app_leave(ctx, 1);
}

// --- answers of the terminal -------------------------------------------------

static void on_paper(struct app *app, bool light)
{
    struct frame *f = &app->frame;
    struct theme theme;

    if (loop_now_ms() - f->asked_ms > LIMIT_PAPER_MS
        || !theme_for_paper(app, light, &theme))
        return;
    screen_set_theme(f->screen, &theme);
    frame_want(app);
}

static void on_answer(struct str text, void *ctx)
{
    struct app *app = ctx;
    struct frame *f = &app->frame;
    struct answer answer = answer_read(text);

    switch (answer.kind) {
    case ANSWER_OTHER: break;
    case ANSWER_SYNC: screen_synchronise(f->screen, answer.yes); break;
    case ANSWER_PAPER: on_paper(app, answer.yes); break;
    case ANSWER_DEVICE:
        f->unanswered = 0;
        pace_trust(&f->pace);
        break;
    case ANSWER_READY:
        f->unanswered -= f->unanswered > 0;
        pace_answered(&f->pace, loop_now_ms());
        draw_if_due(app);
        break;
    }
}

// Asks behind the first frame; a terminal that is not asked is not waited for.
static void ask(void *ctx)
{
    struct app *app = ctx;
    struct frame *f = &app->frame;

    if (app->leaving || !f->terminal)
        return;
    buf_reset(&f->bytes);
    screen_ask(f->screen, &f->bytes);
    f->unanswered += f->bytes.len > 0;
    f->asked_ms = loop_now_ms();
    terminal_write(f->terminal, buf_str(&f->bytes));
}

static bool has_answered(void *ctx)
{
    const struct frame *f = &((struct app *)ctx)->frame;

    return f->unanswered == 0;
}

// Keys typed meanwhile are lost: whom they were meant for is not known.
static void await_answers(struct app *app)
{
    struct frame *f = &app->frame;

    f->closing = true;
    terminal_await(f->terminal, LIMIT_ANSWERS_MS, has_answered, app);
    f->closing = false;
    f->unanswered = 0;
}

// --- opening and closing ---------------------------------------------------

static const char *env_or_null(const struct app *app, const char *name)
{
    struct str value = setup_env(app->setup, name);
    return value.len > 0 ? value.at : NULL;
}

static bool open_screen(struct app *app, struct error *err)
{
    struct frame *f = &app->frame;
    const char *term = env_or_null(app, "TERM");
    struct terminal_names names = {
        .term = setup_env(app->setup, "TERM"),
        .program = setup_env(app->setup, "TERM_PROGRAM"),
        .program_version = setup_env(app->setup, "TERM_PROGRAM_VERSION"),
        .vte_version = setup_env(app->setup, "VTE_VERSION"),
        .konsole_version = setup_env(app->setup, "KONSOLE_VERSION"),
        .windows_session = setup_env(app->setup, "WT_SESSION"),
    };
    struct theme theme;
    struct screen_options options = {
        .term = term ? term : "dumb",
        .utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
        .theme = &theme,
    };

    options.depth = theme_depth(options.term, env_or_null(app, "COLORTERM"),
                                env_or_null(app, "NO_COLOR"),
                                screen_terminfo_colours(options.term));
    f->depth = options.depth;
    options.links = links_wanted(app->setup->config.links, &names);
    if (!theme_load(app, &theme, err))
        return false;
    terminal_size(f->terminal, &options.rows, &options.cols);
    f->screen = screen_create(&options, err);
    if (!f->screen)
        return false;
    canvas_init(&f->canvas, options.rows, options.cols);
    return true;
}

static void enter(struct app *app)
{
    struct frame *f = &app->frame;

    buf_reset(&f->bytes);
    screen_enter(f->screen, &f->bytes);
    if (app->setup->config.mouse)
        buf_append(&f->bytes, STR(MOUSE_ON));
    terminal_write(f->terminal, buf_str(&f->bytes));
}

static void leave(struct app *app)
{
    struct frame *f = &app->frame;

    buf_reset(&f->bytes);
    screen_leave(f->screen, &f->bytes);
    terminal_write(f->terminal, buf_str(&f->bytes));
    await_answers(app);
}

bool frame_open(struct app *app, struct error *err)
{
    static const struct terminal_events events = { .input = on_input,
                                                   .drained = on_drained,
                                                   .gone = on_gone };
    struct frame *f = &app->frame;

    bool ssh = setup_env(app->setup, "SSH_CONNECTION").len > 0;

    f->escape_ms = ssh ? ESCAPE_SSH_MS : ESCAPE_MS;
    f->terminal = terminal_open(app->loop, &events, app, err);
    if (!f->terminal || !open_screen(app, err))
        return false;
    f->keys = key_decoder_create();
    key_decoder_on_answer(f->keys, on_answer, app);
    f->pace = pace_start();
    f->timer = loop_timer_create(app->loop, draw_if_due, app);
    f->wake = loop_timer_create(app->loop, on_wake, app);
    f->escape = loop_timer_create(app->loop, on_escape, app);
    enter(app);
    frame_want(app);
    loop_defer(app->loop, ask, app);
    return true;
}

void frame_close(struct app *app)
{
    struct frame *f = &app->frame;

    if (f->terminal && f->screen)
        leave(app);
    terminal_close(f->terminal);
    f->terminal = NULL;
    loop_undefer(app->loop, draw_if_due, app);
    loop_undefer(app->loop, ask, app);
    screen_destroy(f->screen);
    key_decoder_destroy(f->keys);
    burst_release(&f->burst);
    loop_timer_destroy(f->timer);
    loop_timer_destroy(f->wake);
    loop_timer_destroy(f->escape);
    canvas_release(&f->canvas);
    buf_release(&f->bytes);
}

void frame_resize(struct app *app)
{
    struct frame *f = &app->frame;
    size_t rows, cols;

    if (!f->terminal)
        return;
    terminal_size(f->terminal, &rows, &cols);
    canvas_resize(&f->canvas, rows, cols);
    screen_resize(f->screen, rows, cols);
    frame_want(app);
}

void frame_continue(struct app *app)
{
    if (!app->frame.terminal || app->frame.lent)
        return;
    terminal_retake(app->frame.terminal);
    enter(app);
    frame_resize(app);
}

void frame_lend(struct app *app)
{
    leave(app);
    terminal_release(app->frame.terminal);
    app->frame.lent = true;
}

void frame_reclaim(struct app *app)
{
    app->frame.lent = false;
    frame_continue(app);
}

void frame_suspend(struct app *app)
{
    frame_lend(app);
    kill(0, SIGSTOP); // the whole job, as the shell's own Ctrl-Z would
    frame_reclaim(app);
}
