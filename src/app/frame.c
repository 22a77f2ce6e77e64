/*
 * Frames. Whatever happens asks for one; it is drawn as soon as the running
 * callbacks are done if the last one is long enough ago, else when it is, and
 * never while the terminal has not taken the one before.
 */
#include "parts.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kerf/base/base64.h"

#define FRAME_MS 17
#define ESCAPE_MS 25
#define ESCAPE_SSH_MS 60
#define LIMIT_CLIPBOARD_BYTES ((size_t)74 << 10) // most terminals take no more

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
    terminal_write(f->terminal, buf_str(&f->bytes));
    int64_t wake = ui_wake_ms(app->ui, app->session, now);
    if (wake >= 0)
        loop_timer_start(f->wake, wake);
    else
        loop_timer_stop(f->wake);
}

static void draw_if_due(void *ctx)
{
    struct app *app = ctx;
    struct frame *f = &app->frame;

    if (f->dirty && !app->leaving && terminal_is_clear(f->terminal))
        draw(app);
}

void frame_want(struct app *app)
{
    struct frame *f = &app->frame;

    if (f->dirty || !f->terminal)
        return;
    f->dirty = true;
    int64_t since = loop_now_ms() - f->last_ms;
    if (since >= FRAME_MS)
        loop_defer(app->loop, draw_if_due, app);
    else
        loop_timer_start(f->timer, FRAME_MS - since);
}

static void on_wake(void *ctx)
{
    frame_want(ctx);
}

static void on_key(const struct key *key, void *ctx)
{
    struct app *app = ctx;
    struct command command = { 0 };

    if (app->leaving)
        return;
    if (ui_key(app->ui, app->session, key, loop_now_ms(), &command))
        frame_want(app);
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
        loop_timer_start(f->escape, f->over_ssh ? ESCAPE_SSH_MS : ESCAPE_MS);
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

// A key's echo does not wait for the next frame of a stream.
static void draw_now(struct app *app)
{
    struct frame *f = &app->frame;

    if (!f->dirty || app->leaving || !terminal_is_clear(f->terminal))
        return;
    loop_timer_stop(f->timer);
    draw(app);
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

    app_wake_link(app);
    take_keys(app, bytes);
    await_more(app);
    draw_now(app);
}

static void on_drained(void *ctx)
{
    draw_if_due(ctx);
}

static void on_gone(void *ctx)
{
    app_leave(ctx, 1);
}

// --- opening and closing ---------------------------------------------------

static const char *env_or_null(const struct app *app, const char *name)
{
    struct str value = setup_env(app->setup, name);
    return value.len > 0 ? value.at : NULL;
}

// A theme by name lies among our files; a bad one is an error with its line.
static bool load_theme(struct app *app, enum colour_depth depth,
                       struct theme *theme, struct error *err)
{
    struct setup *setup = app->setup;
    struct str name = setup->config.theme, path, text;

    *theme = depth == DEPTH_MONO ? theme_mono() : theme_default();
    if (name.len == 0 || depth == DEPTH_MONO)
        return true;
    if (str_find_char(name, '/') == SIZE_MAX) {
        struct str file =
            arena_printf(&setup->arena, "themes/%.*s.ini", STR_ARG(name));
        if (!setup_find_data(setup, file.at, &path))
            return error_set(err, ERROR_USAGE,
                             "[ui] theme: there is no theme \"%.*s\"; try "
                             "dark, light or mono",
                             STR_ARG(name));
    } else {
        path = name;
    }
    return setup_read_file(&setup->arena, path.at, LIMIT_CONFIG_BYTES, &text,
                           err)
           && theme_read(theme, text, path, err);
}

static bool open_screen(struct app *app, struct error *err)
{
    struct frame *f = &app->frame;
    const char *term = env_or_null(app, "TERM");
    struct theme theme;
    struct screen_options options = {
        .term = term ? term : "dumb",
        .utf8 = true,
        .synchronised = true,
        .theme = &theme,
    };

    options.depth = theme_depth(options.term, env_or_null(app, "COLORTERM"),
                                env_or_null(app, "NO_COLOR"),
                                screen_terminfo_colours(options.term));
    if (!load_theme(app, options.depth, &theme, err))
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
    terminal_write(f->terminal, buf_str(&f->bytes));
}

static void leave(struct app *app)
{
    struct frame *f = &app->frame;

    buf_reset(&f->bytes);
    screen_leave(f->screen, &f->bytes);
    terminal_write(f->terminal, buf_str(&f->bytes));
}

bool frame_open(struct app *app, struct error *err)
{
    static const struct terminal_events events = { .input = on_input,
                                                   .drained = on_drained,
                                                   .gone = on_gone };
    struct frame *f = &app->frame;

    f->over_ssh = setup_env(app->setup, "SSH_CONNECTION").len > 0;
    f->terminal = terminal_open(app->loop, &events, app, err);
    if (!f->terminal || !open_screen(app, err))
        return false;
    f->keys = key_decoder_create();
    f->timer = loop_timer_create(app->loop, draw_if_due, app);
    f->wake = loop_timer_create(app->loop, on_wake, app);
    f->escape = loop_timer_create(app->loop, on_escape, app);
    enter(app);
    return true;
}

void frame_close(struct app *app)
{
    struct frame *f = &app->frame;

    if (f->terminal && f->screen)
        leave(app);
    terminal_close(f->terminal);
    f->terminal = NULL;
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

void frame_lend(struct app *app)
{
    leave(app);
    terminal_release(app->frame.terminal);
}

void frame_reclaim(struct app *app)
{
    terminal_retake(app->frame.terminal);
    enter(app);
    screen_forget(app->frame.screen);
    frame_resize(app);
}

void frame_suspend(struct app *app)
{
    frame_lend(app);
    kill(0, SIGSTOP); // the whole job, as the shell's own Ctrl-Z would
    frame_reclaim(app);
}

void frame_copy(struct app *app, struct str text)
{
    struct buf out = { 0 };

    if (text.len > LIMIT_CLIPBOARD_BYTES) {
        app_notice(app, STR("too long for the terminal's clipboard"), true);
        return;
    }
    buf_append(&out, STR("\033]52;c;"));
    base64_encode(&out, text);
    buf_append(&out, STR("\a"));
    terminal_write(app->frame.terminal, buf_str(&out));
    buf_release(&out);
    app_notice(app,
               STR("sent to the terminal's clipboard (OSC 52); whether it "
                   "took it cannot be known"),
               false);
}
