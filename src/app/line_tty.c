/*
 * Input has an open file description of its own (/dev/tty opened anew), so that
 * non-blocking mode is not put on the shell's. Output goes the same way if
 * standard output is a terminal, else to standard output, which may be a pipe
 * or a file: then writing waits, as for any filter.
 */
#include "line_tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "kerf/base/arena.h"

#include "terminal.h"

#define INPUT_BYTES 4096
#define LIMIT_UNREAD_BYTES ((size_t)4 << 20) // then lines are given out first
#define LAST_WORDS_MS 1000 // how long leaving waits for a slow line

struct line_tty {
    struct loop *loop;
    struct line_tty_events events;
    void *ctx;
    int fd, out_fd;
    struct loop_watch *watch;
    struct buf out;
    size_t sent;       // bytes of `out` that are out
    struct buf unread; // a line that is not complete
    bool released, gone, ended;
};

// --- output ------------------------------------------------------------------

static bool is_clear(const struct line_tty *tty)
{
    return tty->out.len == tty->sent;
}

static bool wait_for_room(const struct line_tty *tty, int64_t limit_ms)
{
    struct pollfd poll_fd = { .fd = tty->out_fd, .events = POLLOUT };

    return poll(&poll_fd, 1, (int)limit_ms) > 0;
}

// Sends what goes without waiting; returns false when the line is full.
static bool send_some(struct line_tty *tty)
{
    while (!is_clear(tty)) {
        ssize_t n = write(tty->out_fd, tty->out.at + tty->sent,
                          tty->out.len - tty->sent);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN && tty->out_fd == tty->fd)
            return false;
        if (n < 0 && errno == EAGAIN && wait_for_room(tty, -1))
            continue;
        if (n < 0) { // nobody reads it any more
            tty->gone = true;
            break;
        }
        tty->sent += (size_t)n;
    }
    buf_reset(&tty->out);
    tty->sent = 0;
    return true;
}

static void watch_again(struct line_tty *tty)
{
    int interest = tty->released ? 0 : LOOP_READABLE;

    if (!is_clear(tty))
        interest |= LOOP_WRITABLE;
    loop_watch_set(tty->watch, tty->gone ? 0 : interest);
}

static void send_all(struct line_tty *tty)
{
    int64_t until = loop_now_ms() + LAST_WORDS_MS, left;

    while (!send_some(tty) && (left = until - loop_now_ms()) > 0)
        wait_for_room(tty, left);
}

void line_tty_write(struct line_tty *tty, struct str bytes)
{
    if (tty->gone)
        return;
    buf_append(&tty->out, bytes);
    send_some(tty);
    watch_again(tty);
    if (tty->gone)
        tty->events.gone(tty->ctx);
}

// --- input -------------------------------------------------------------------

// One read gives one line at most.
static bool read_some(struct line_tty *tty)
{
    char bytes[INPUT_BYTES];
    ssize_t n = read(tty->fd, bytes, sizeof(bytes));

    if (n > 0)
        buf_append(&tty->unread, (struct str){ bytes, (size_t)n });
    tty->ended = tty->ended || n == 0;
    tty->gone = tty->gone || (n < 0 && errno != EAGAIN && errno != EINTR);
    return n > 0;
}

void line_tty_read(struct line_tty *tty, struct buf *lines)
{
    size_t newline;

    while (!tty->gone && !tty->ended && !tty->released
           && tty->unread.len < LIMIT_UNREAD_BYTES && read_some(tty))
        ;
    newline = str_rfind_char(buf_str(&tty->unread), '\n');
    if (newline == SIZE_MAX && tty->unread.len >= LIMIT_UNREAD_BYTES)
        buf_reset(&tty->unread); // no line of a terminal is that long
    if (newline == SIZE_MAX)
        return;
    buf_append(lines, str_take(buf_str(&tty->unread), newline + 1));
    buf_consume(&tty->unread, newline + 1);
}

bool line_tty_end(struct line_tty *tty)
{
    bool ended = tty->ended && !tty->gone;

    tty->ended = false;
    return ended;
}

static void take_input(struct line_tty *tty)
{
    struct buf lines = { 0 };

    line_tty_read(tty, &lines);
    if (lines.len > 0)
        tty->events.lines(buf_str(&lines), tty->ctx);
    buf_release(&lines);
    if (line_tty_end(tty))
        tty->events.ended(tty->ctx);
    else if (tty->gone)
        tty->events.gone(tty->ctx);
}

static void on_ready(int ready, void *ctx)
{
    struct line_tty *tty = ctx;

    if (ready & LOOP_WRITABLE)
        send_some(tty);
    if ((ready & LOOP_READABLE) && !tty->released)
        take_input(tty);
    watch_again(tty);
}

// --- opening and closing -----------------------------------------------------

static void mend_modes(int fd)
{
    struct termios modes;

    if (tcgetattr(fd, &modes) != 0 || !terminal_is_raw(&modes))
        return;
    terminal_make_sane(&modes); // a program before was killed
    tcsetattr(fd, TCSANOW, &modes);
}

struct line_tty *line_tty_open(struct loop *loop,
                               const struct line_tty_events *events, void *ctx,
                               struct error *err)
{
    int fd = open("/dev/tty", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    if (fd < 0) {
        error_set(err, ERROR_UNSUPPORTED,
                  "no terminal to read from: use `kerf run` or `kerf apply`");
        return NULL;
    }
    struct line_tty *tty = mem_alloc(sizeof(*tty));
    tty->loop = loop;
    tty->events = *events;
    tty->ctx = ctx;
    tty->fd = fd;
    tty->out_fd = isatty(STDOUT_FILENO) ? fd : STDOUT_FILENO;
    mend_modes(fd);
    tty->watch = loop_watch_create(loop, fd, on_ready, tty);
    watch_again(tty);
    return tty;
}

void line_tty_close(struct line_tty *tty)
{
    if (!tty)
        return;
    if (!tty->gone)
        send_all(tty);
    loop_watch_destroy(tty->watch);
    close(tty->fd);
    buf_release(&tty->out);
    buf_release(&tty->unread);
    free(tty);
}

void line_tty_release(struct line_tty *tty)
{
    if (!tty->gone)
        send_all(tty);
    tty->released = true;
    watch_again(tty);
}

void line_tty_retake(struct line_tty *tty)
{
    tty->released = false;
    mend_modes(tty->fd);
    watch_again(tty);
}
