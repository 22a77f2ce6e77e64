/*
 * Copying. No way tells whether it arrived, so several are used and named:
 * the terminal gets OSC 52; inside tmux, which drops that by default, the text
 * goes into a buffer of tmux too, and tmux passes it on; what is too long for
 * a terminal, or meets one without a clipboard, lies in a file of our own.
 */
#include "parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kerf/base/base64.h"
#include "kerf/base/fd.h"

#define LIMIT_CLIPBOARD_BYTES ((size_t)74 << 10) // most terminals take no more
#define TMUX_TIMEOUT_MS 5000

// Terminals that show OSC 52 or swallow it.
static const char *const without_clipboard[] = { "linux", "vt100", "vt220",
                                                 "dumb", "ansi" };

static bool has_clipboard(const struct app *app)
{
    struct str term = setup_env(app->setup, "TERM");

    for (size_t i = 0;
         i < sizeof(without_clipboard) / sizeof(without_clipboard[0]); i++)
        if (str_is(term, without_clipboard[i]))
            return false;
    return true;
}

// --- the ways --------------------------------------------------------------

static bool give_to_terminal(struct app *app, struct str text)
{
    struct buf out = { 0 };

    if (text.len > LIMIT_CLIPBOARD_BYTES || !has_clipboard(app)
        || !app->frame.terminal)
        return false;
    buf_append(&out, STR("\033]52;c;"));
    base64_encode(&out, text);
    buf_append(&out, STR("\a"));
    terminal_write(app->frame.terminal, buf_str(&out));
    buf_release(&out);
    return true;
}

static bool give_to_file(struct app *app, struct str text, const char *path)
{
    int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;

    if (app->setup->state_dir.len == 0)
        return false;
    int fd = open(path, flags, 0600);
    if (fd < 0)
        return false;
    bool done = fchmod(fd, 0600) == 0 && fd_write_all(fd, text);
    return close(fd) == 0 && done;
}

// --- what is said about it -------------------------------------------------

static void say_outcome(struct app *app)
{
    const struct clipboard *c = &app->clipboard;
    struct buf line = { 0 };

    if (c->bytes < 1000)
        buf_printf(&line, "%zu bytes", c->bytes);
    else
        buf_printf(&line, "%.1f kB", (double)c->bytes / 1e3);
    if (c->in_tmux)
        buf_append(&line, STR(" in a buffer of tmux, and"));
    if (c->in_terminal)
        buf_append(&line, STR(" to the terminal (OSC 52), if it takes them"));
    else if (c->path.len > 0)
        buf_printf(&line, " in %.*s", STR_ARG(buf_str(&c->path)));
    else
        buf_append(&line, STR(" copied nowhere: there is no state folder"));
    if (c->problem[0])
        buf_printf(&line, "; tmux: %s", c->problem);
    app_notice(app, buf_str(&line),
               c->problem[0] || (!c->in_terminal && c->path.len == 0));
    buf_release(&line);
}

// --- tmux ------------------------------------------------------------------

// tmux says only what went wrong.
static void on_output(struct str bytes, void *ctx)
{
    struct app *app = ctx;
    struct clipboard *c = &app->clipboard;
    size_t newline = str_find_char(bytes, '\n');

    if (!c->problem[0])
        snprintf(c->problem, sizeof(c->problem), "%.*s",
                 STR_ARG(str_take(bytes, newline)));
}

static void on_end(const struct child_end *end, void *ctx)
{
    struct app *app = ctx;
    struct clipboard *c = &app->clipboard;

    child_destroy(c->child);
    c->child = NULL;
    c->in_tmux = end->exit_status == 0;
    if (c->in_tmux)
        c->problem[0] = '\0';
    else if (!c->problem[0])
        snprintf(c->problem, sizeof(c->problem), "exit %d", end->exit_status);
    say_outcome(app);
}

// The child sees no more than it needs to find its server.
static size_t tmux_env(struct app *app, struct arena *arena, const char **env,
                       size_t count)
{
    static const char *const names[] = { "TMUX", "TMUX_PANE", "TMUX_TMPDIR",
                                         "PATH", "LC_ALL",    "LC_CTYPE",
                                         "LANG" };
    size_t used = 0;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct str value = setup_env(app->setup, names[i]);
        if (value.len > 0 && used + 1 < count)
            env[used++] = arena_cstr(
                arena,
                arena_printf(arena, "%s=%.*s", names[i], STR_ARG(value)));
    }
    env[used] = NULL;
    return used;
}

// Says whether tmux was started: then on_end() tells how it went.
static bool give_to_tmux(struct app *app, struct str text)
{
    struct clipboard *c = &app->clipboard;
    struct arena arena = { 0 };
    struct error err;
    const char *env[16];
    char path[4096];
    struct str root = app->setup->root;

    if (setup_env(app->setup, "TMUX").len == 0)
        return false;
    if (!child_find("tmux", root.len > 0 ? arena_cstr(&arena, root) : NULL,
                    path, sizeof(path))) {
        snprintf(c->problem, sizeof(c->problem), "not found in PATH");
        arena_release(&arena);
        return false;
    }
    tmux_env(app, &arena, env, sizeof(env) / sizeof(env[0]));
    struct child_options options = {
        .argv = (const char *const[]){ path, "load-buffer", "-w", "-", NULL },
        .env = env,
        .dir = "/",
        .input = text,
        .timeout_ms = TMUX_TIMEOUT_MS,
    };
    c->child = child_start(app->loop, &options, on_output, on_end, app, &err);
    if (!c->child)
        snprintf(c->problem, sizeof(c->problem), "%.100s", err.text);
    arena_release(&arena);
    return c->child != NULL;
}

// --- all of it -------------------------------------------------------------

void clipboard_copy(struct app *app, struct str text)
{
    struct clipboard *c = &app->clipboard;

    clipboard_release(c);
    c->bytes = text.len;
    c->in_terminal = give_to_terminal(app, text);
    if (!c->in_terminal) {
        buf_printf(&c->path, "%.*s/clipboard", STR_ARG(app->setup->state_dir));
        if (!give_to_file(app, text, buf_cstr(&c->path)))
            buf_reset(&c->path);
    }
    if (!give_to_tmux(app, text))
        say_outcome(app);
}

void clipboard_release(struct clipboard *clipboard)
{
    child_destroy(clipboard->child);
    buf_release(&clipboard->path);
    *clipboard = (struct clipboard){ 0 };
}
