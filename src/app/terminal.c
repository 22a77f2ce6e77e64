/*
 * Input and output have an open file description of their own (/dev/tty opened
 * anew), so that non-blocking mode is not put on the shell's. If kerf crashes,
 * a handler restores the modes with one tcsetattr and one write.
 */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "kerf/base/arena.h"
#include "kerf/ui/screen.h"

#define INPUT_BYTES ((size_t)64 << 10)
#define LAST_WORDS_MS 1000 // how long leaving waits for a slow line

struct terminal {
    struct loop *loop;
    struct terminal_events events;
    void *ctx;
    int fd;
    struct termios before;
    struct loop_watch *watch;
    struct buf out;
    size_t sent; // bytes of `out` that are out
    bool raw, gone;
};

// The one thing that a signal handler must know: kerf has one terminal.
static struct {
    int fd;
    struct termios before;
    volatile sig_atomic_t armed;
} rescue;

// What would end kerf and is not watched by the loop.
static const int deadly[] = { SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,    SIGABRT,
                              SIGTRAP, SIGSYS,  SIGXCPU, SIGXFSZ,   SIGALRM,
                              SIGUSR1, SIGUSR2, SIGPROF, SIGVTALRM, SIGIO };

static void on_deadly_signal(int number)
{
    struct str bytes = screen_rescue_bytes();

    if (rescue.armed) {
        rescue.armed = 0;
        if (write(rescue.fd, bytes.at, bytes.len) < 0)
            _exit(128 + number);
        tcsetattr(rescue.fd, TCSANOW, &rescue.before);
    }
    signal(number, SIG_DFL);
    raise(number);
}

static void arm_rescue(const struct terminal *terminal)
{
    struct sigaction action = { .sa_handler = on_deadly_signal,
                                .sa_flags = SA_RESETHAND };

    rescue.fd = terminal->fd;
    rescue.before = terminal->before;
    rescue.armed = 1;
    for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
        sigaction(deadly[i], &action, NULL);
}

static void enter_raw(struct terminal *terminal)
{
    struct termios raw = terminal->before;

    cfmakeraw(&raw);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(terminal->fd, TCSANOW, &raw); // draining could take for ever
    terminal->raw = true;
    arm_rescue(terminal);
}

static void leave_raw(struct terminal *terminal)
{
    if (!terminal->raw)
        return;
    tcsetattr(terminal->fd, TCSANOW, &terminal->before);
    terminal->raw = false;
    rescue.armed = 0;
}

static void lose(struct terminal *terminal)
{
    if (terminal->gone)
        return;
    terminal->gone = true;
    loop_watch_set(terminal->watch, 0);
    terminal->events.gone(terminal->ctx);
}

// Sends what goes without waiting; returns false when the line is full.
static bool send_some(struct terminal *terminal)
{
    while (terminal->sent < terminal->out.len && !terminal->gone) {
        ssize_t n = write(terminal->fd, terminal->out.at + terminal->sent,
                          terminal->out.len - terminal->sent);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return false;
        if (n < 0) {
            lose(terminal);
            return true;
        }
        terminal->sent += (size_t)n;
    }
    buf_reset(&terminal->out);
    terminal->sent = 0;
    return true;
}

static void watch_again(struct terminal *terminal)
{
    if (!terminal->gone)
        loop_watch_set(terminal->watch,
                       LOOP_READABLE
                           | (terminal_is_clear(terminal) ? 0 : LOOP_WRITABLE));
}

static void read_input(struct terminal *terminal)
{
    char bytes[INPUT_BYTES];
    ssize_t n = read(terminal->fd, bytes, sizeof(bytes));

    if (n > 0)
        terminal->events.input((struct str){ bytes, (size_t)n }, terminal->ctx);
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        lose(terminal);
}

static void on_ready(int ready, void *ctx)
{
    struct terminal *terminal = ctx;

    if ((ready & LOOP_WRITABLE) && !terminal_is_clear(terminal)
        && send_some(terminal)) {
        watch_again(terminal);
        if (!terminal->gone)
            terminal->events.drained(terminal->ctx);
    }
    if ((ready & LOOP_READABLE) && !terminal->gone)
        read_input(terminal);
}

// Sends the rest, waiting a bounded time: for the way out.
static void send_all(struct terminal *terminal)
{
    int64_t until = loop_now_ms() + LAST_WORDS_MS;

    while (!send_some(terminal) && loop_now_ms() < until) {
        struct pollfd poll_fd = { .fd = terminal->fd, .events = POLLOUT };
        poll(&poll_fd, 1, (int)(until - loop_now_ms()));
    }
}

struct terminal *terminal_open(struct loop *loop,
                               const struct terminal_events *events, void *ctx,
                               struct error *err)
{
    int fd = open("/dev/tty", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    if (fd < 0 || !isatty(STDOUT_FILENO)) {
        if (fd >= 0)
            close(fd);
        error_set(err, ERROR_UNSUPPORTED,
                  "no terminal to draw on: use `kerf run` or `kerf apply`");
        return NULL;
    }
    struct terminal *terminal = mem_alloc(sizeof(*terminal));
    terminal->loop = loop;
    terminal->events = *events;
    terminal->ctx = ctx;
    terminal->fd = fd;
    tcgetattr(fd, &terminal->before);
    if (terminal_is_raw(&terminal->before)) // a kerf before was killed
        terminal_make_sane(&terminal->before);
    terminal->watch = loop_watch_create(loop, fd, on_ready, terminal);
    terminal_retake(terminal);
    return terminal;
}

void terminal_close(struct terminal *terminal)
{
    if (!terminal)
        return;
    send_all(terminal);
    leave_raw(terminal);
    loop_watch_destroy(terminal->watch);
    close(terminal->fd);
    buf_release(&terminal->out);
    free(terminal);
}

void terminal_size(const struct terminal *terminal, size_t *rows, size_t *cols)
{
    struct winsize size = { 0 };

    ioctl(terminal->fd, TIOCGWINSZ, &size);
    *rows = size.ws_row ? size.ws_row : 24;
    *cols = size.ws_col ? size.ws_col : 80;
}

void terminal_write(struct terminal *terminal, struct str bytes)
{
    if (terminal->gone)
        return;
    buf_append(&terminal->out, bytes);
    send_some(terminal);
    watch_again(terminal);
}

bool terminal_is_clear(const struct terminal *terminal)
{
    return terminal->out.len == terminal->sent;
}

void terminal_release(struct terminal *terminal)
{
    send_all(terminal);
    leave_raw(terminal);
    loop_watch_set(terminal->watch, 0);
}

void terminal_await(struct terminal *terminal, int64_t limit_ms,
                    bool (*done)(void *ctx), void *ctx)
{
    int64_t until = loop_now_ms() + limit_ms, left;

    while (!done(ctx) && !terminal->gone
           && (left = until - loop_now_ms()) > 0) {
        struct pollfd poll_fd = { .fd = terminal->fd, .events = POLLIN };
        send_some(terminal);
        if (!terminal_is_clear(terminal))
            poll_fd.events |= POLLOUT;
        if (poll(&poll_fd, 1, (int)left) > 0
            && (poll_fd.revents & (POLLIN | POLLHUP | POLLERR)))
            read_input(terminal);
    }
}

void terminal_retake(struct terminal *terminal)
{
    enter_raw(terminal);
    watch_again(terminal);
}
