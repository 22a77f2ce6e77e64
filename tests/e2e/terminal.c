/* The child gets the pty as its own terminal; what it writes goes to libvterm,
 * and a wait reads until the screen says what is waited for. */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

#include "kerf/base/buf.h"
#include "kerf/base/utf8.h"

struct terminal {
    int fd, slave;
    pid_t pid;
    int status;
    bool ended, mute;
    int rows, cols;
    VTerm *vt;
    VTermScreen *screen;
    struct termios before;
    struct buf bytes, text;
};

static long long now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void run_child(const struct terminal_options *options, int slave)
{
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    int in = options->stdin_file ? open(options->stdin_file, O_RDONLY) : slave;
    dup2(in, 0);
    dup2(slave, 1);
    dup2(slave, 2);
    for (int fd = 3; fd < 64; fd++)
        close(fd);
    if (options->dir && chdir(options->dir) != 0)
        _exit(126);
    for (size_t i = 0; options->env && options->env[i]; i++)
        putenv((char *)options->env[i]);
    execv(options->argv[0], (char *const *)options->argv);
    _exit(127);
}

struct terminal *terminal_start(const struct terminal_options *options)
{
    struct terminal *terminal = calloc(1, sizeof(*terminal));
    struct winsize size = { .ws_row = (unsigned short)options->rows,
                            .ws_col = (unsigned short)options->cols };

    terminal->rows = options->rows;
    terminal->cols = options->cols;
    terminal->vt = vterm_new(options->rows, options->cols);
    vterm_set_utf8(terminal->vt, 1);
    terminal->screen = vterm_obtain_screen(terminal->vt);
    vterm_screen_enable_altscreen(terminal->screen, 1);
    vterm_screen_reset(terminal->screen, 1);
    if (openpty(&terminal->fd, &terminal->slave, NULL, NULL, &size) != 0)
        abort();
    tcgetattr(terminal->slave, &terminal->before);
    fcntl(terminal->fd, F_SETFD, FD_CLOEXEC);
    fflush(NULL);
    terminal->pid = fork();
    if (terminal->pid == 0) {
        close(terminal->fd);
        run_child(options, terminal->slave);
    }
    return terminal;
}

void terminal_end(struct terminal *terminal)
{
    if (!terminal)
        return;
    if (!terminal->ended) {
        kill(terminal->pid, SIGKILL);
        waitpid(terminal->pid, NULL, 0);
    }
    if (terminal->fd >= 0)
        close(terminal->fd);
    close(terminal->slave);
    vterm_free(terminal->vt);
    buf_release(&terminal->bytes);
    buf_release(&terminal->text);
    free(terminal);
}

void terminal_type(struct terminal *terminal, const char *bytes)
{
    size_t left = strlen(bytes);

    while (left > 0) {
        ssize_t n = write(terminal->fd, bytes, left);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return;
        if (n > 0) {
            bytes += n;
            left -= (size_t)n;
        }
    }
}

void terminal_resize(struct terminal *terminal, int rows, int cols)
{
    struct winsize size = { .ws_row = (unsigned short)rows,
                            .ws_col = (unsigned short)cols };

    terminal->rows = rows;
    terminal->cols = cols;
    vterm_set_size(terminal->vt, rows, cols);
    ioctl(terminal->fd, TIOCSWINSZ, &size);
}

void terminal_show(struct terminal *terminal, const char *bytes)
{
    vterm_input_write(terminal->vt, bytes, strlen(bytes));
    buf_append(&terminal->bytes, str_from(bytes));
}

void terminal_restore(struct terminal *terminal)
{
    tcsetattr(terminal->slave, TCSANOW, &terminal->before);
}

void terminal_mute(struct terminal *terminal)
{
    terminal->mute = true;
}

void terminal_hang_up(struct terminal *terminal)
{
    close(terminal->fd);
    terminal->fd = -1;
}

pid_t terminal_pid(const struct terminal *terminal)
{
    return terminal->pid;
}

// Answers of the emulated terminal go back, as a real one would send them.
static void answer(struct terminal *terminal)
{
    char out[4096];
    size_t n;

    while ((n = vterm_output_read(terminal->vt, out, sizeof(out))) > 0)
        if (!terminal->mute && write(terminal->fd, out, n) < 0)
            return;
}

static bool reap(struct terminal *terminal)
{
    int status;

    if (terminal->ended)
        return true;
    if (waitpid(terminal->pid, &status, WNOHANG) != terminal->pid)
        return false;
    terminal->ended = true;
    terminal->status = WIFEXITED(status) ? WEXITSTATUS(status)
                                         : 128 + WTERMSIG(status);
    return true;
}

bool terminal_read_some(struct terminal *terminal, int ms, size_t most)
{
    struct pollfd poll_fd = { .fd = terminal->fd, .events = POLLIN };
    char bytes[65536];

    if (poll(&poll_fd, 1, ms) <= 0)
        return true;
    ssize_t n =
        read(terminal->fd, bytes, most < sizeof(bytes) ? most : sizeof(bytes));
    if (n <= 0)
        return false;
    vterm_input_write(terminal->vt, bytes, (size_t)n);
    buf_append(&terminal->bytes, (struct str){ bytes, (size_t)n });
    answer(terminal);
    return true;
}

bool terminal_read(struct terminal *terminal, int ms)
{
    return terminal_read_some(terminal, ms, SIZE_MAX);
}

static void append_cell(struct buf *out, const VTermScreenCell *cell)
{
    if (cell->chars[0] == 0) {
        buf_append_char(out, ' ');
        return;
    }
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++)
        if (cell->chars[i] != (uint32_t)-1)
            utf8_encode(out, cell->chars[i]);
}

const char *terminal_text(struct terminal *terminal)
{
    struct buf *out = &terminal->text;

    buf_reset(out);
    for (int row = 0; row < terminal->rows; row++) {
        size_t start = out->len;
        for (int col = 0; col < terminal->cols; col++) {
            VTermScreenCell cell;
            VTermPos pos = { .row = row, .col = col };
            vterm_screen_get_cell(terminal->screen, pos, &cell);
            append_cell(out, &cell);
            if (cell.width == 2)
                col++;
        }
        while (out->len > start && out->at[out->len - 1] == ' ')
            out->len--;
        buf_append_char(out, '\n');
    }
    return buf_cstr(out);
}

bool terminal_shows(struct terminal *terminal, const char *text)
{
    return strstr(terminal_text(terminal), text) != NULL;
}

static bool wait_until(struct terminal *terminal, const char *text, bool there)
{
    long long until = now_ms() + WAIT_MS;

    while (terminal_shows(terminal, text) != there) {
        if (now_ms() > until || !terminal_read(terminal, 100)) {
            if (terminal_shows(terminal, text) == there)
                return true;
            fprintf(stderr, "waited in vain for %s\"%s\"; the screen:\n%s\n",
                    there ? "" : "the end of ", text, terminal_text(terminal));
            return false;
        }
    }
    return true;
}

bool terminal_wait(struct terminal *terminal, const char *text)
{
    return wait_until(terminal, text, true);
}

bool terminal_wait_gone(struct terminal *terminal, const char *text)
{
    return wait_until(terminal, text, false);
}

const char *terminal_bytes(const struct terminal *terminal, size_t *size)
{
    *size = terminal->bytes.len;
    return terminal->bytes.at;
}

int terminal_wait_exit(struct terminal *terminal)
{
    long long until = now_ms() + WAIT_MS;

    while (!reap(terminal)) {
        if (now_ms() > until) {
            fprintf(stderr, "the program did not end; the screen:\n%s\n",
                    terminal_text(terminal));
            return -1;
        }
        terminal_read(terminal, 20);
    }
    struct pollfd poll_fd = { .fd = terminal->fd, .events = POLLIN };
    while (poll(&poll_fd, 1, 0) > 0 && (poll_fd.revents & POLLIN)
           && terminal_read(terminal, 0))
        continue;
    return terminal->status;
}

bool terminal_is_full(const struct terminal *terminal)
{
    struct pollfd poll_fd = { .fd = terminal->slave, .events = POLLOUT };

    return poll(&poll_fd, 1, 0) == 0;
}

bool terminal_is_restored(struct terminal *terminal)
{
    struct termios now;

    tcgetattr(terminal->slave, &now);
    return now.c_lflag == terminal->before.c_lflag
           && now.c_iflag == terminal->before.c_iflag
           && now.c_oflag == terminal->before.c_oflag
           && now.c_cflag == terminal->before.c_cflag
           && memcmp(now.c_cc, terminal->before.c_cc, sizeof(now.c_cc)) == 0;
}

void terminal_cursor(struct terminal *terminal, int *row, int *col)
{
    VTermPos pos;

    vterm_state_get_cursorpos(vterm_obtain_state(terminal->vt), &pos);
    *row = pos.row;
    *col = pos.col;
}

char terminal_char_at(struct terminal *terminal, int row, int col)
{
    VTermScreenCell cell;
    VTermPos pos = { .row = row, .col = col };

    vterm_screen_get_cell(terminal->screen, pos, &cell);
    return cell.chars[0] < 0x80 ? (char)cell.chars[0] : '?';
}
