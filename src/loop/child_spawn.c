/*
 * fork and exec by hand: uv_spawn knows neither sessions nor ptys. Everything
 * that allocates or may fail happens before the fork; the child makes system
 * calls only, and writes errno into a close-on-exec pipe if one of them fails.
 * An end of file there means that the program runs.
 */
#include "child_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#define PTY_NAME_BYTES 64
#define REPORT_FD 3           // where the child keeps the pipe for errno
#define LIMIT_CLOSE_FDS 65536 // where close_range is missing

// Descriptors by who holds them. -1: not there.
struct plumbing {
    int child_in, our_in;
    int child_out, our_out;
    int report_read, report_write;
    char pty_name[PTY_NAME_BYTES]; // empty: a pipe
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void plumbing_close_child_side(struct plumbing *p)
{
    close_fd(&p->child_in);
    close_fd(&p->child_out);
    close_fd(&p->report_write);
}

static void plumbing_close(struct plumbing *p)
{
    plumbing_close_child_side(p);
    close_fd(&p->our_in);
    close_fd(&p->our_out);
    close_fd(&p->report_read);
}

static bool open_pipe(int *read_fd, int *write_fd)
{
    int fds[2];

    if (pipe2(fds, O_CLOEXEC) != 0)
        return false;
    *read_fd = fds[0];
    *write_fd = fds[1];
    return true;
}

// Output is text for us, not for a screen: no newline translation, no echo.
static void make_pty_plain(int fd)
{
    struct termios mode;

    if (tcgetattr(fd, &mode) != 0)
        return;
    mode.c_oflag &= ~(tcflag_t)OPOST;
    mode.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(fd, TCSANOW, &mode);
}

static bool open_pty(const struct child_options *options, struct plumbing *p)
{
    struct winsize size = { .ws_row = options->rows, .ws_col = options->cols };

    p->our_out = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (p->our_out < 0 || grantpt(p->our_out) != 0 || unlockpt(p->our_out) != 0)
        return false;
    if (ptsname_r(p->our_out, p->pty_name, sizeof(p->pty_name)) != 0)
        return false;
    p->child_out = open(p->pty_name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (p->child_out < 0)
        return false;
    make_pty_plain(p->child_out);
    return ioctl(p->our_out, TIOCSWINSZ, &size) == 0;
}

static bool open_stdin(const struct child_options *options, struct plumbing *p)
{
    if (options->input.len > 0 || options->keep_stdin)
        return open_pipe(&p->child_in, &p->our_in);
    p->child_in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return p->child_in >= 0;
}

static bool set_nonblocking(int fd)
{
    return fd < 0 || fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0;
}

// Our pipes must not land on 0 to 2, where the child puts its own.
static bool lift(int *fd)
{
    if (*fd < 0 || *fd > REPORT_FD)
        return true;
    int higher = fcntl(*fd, F_DUPFD_CLOEXEC, REPORT_FD + 1);
    if (higher < 0)
        return false;
    close(*fd);
    *fd = higher;
    return true;
}

static bool plumbing_open(const struct child_options *options,
                          struct plumbing *p)
{
    bool ok = open_stdin(options, p)
              && (options->pty ? open_pty(options, p)
                               : open_pipe(&p->our_out, &p->child_out))
              && open_pipe(&p->report_read, &p->report_write);
    return ok && lift(&p->child_in) && lift(&p->child_out)
           && lift(&p->report_write) && set_nonblocking(p->our_in)
           && set_nonblocking(p->our_out);
}

// --- in the child: async-signal-safe calls only ------------------------------

static void reset_signals(void)
{
    struct sigaction plain = { .sa_handler = SIG_DFL };
    sigset_t none;

    for (int number = 1; number < NSIG; number++)
        sigaction(number, &plain, NULL); // fails for KILL and STOP: fine
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_others(void)
{
#ifdef __linux__
    if (close_range(REPORT_FD + 1, ~0U, 0) == 0)
        return;
#endif
    struct rlimit limit = { .rlim_cur = LIMIT_CLOSE_FDS };
    getrlimit(RLIMIT_NOFILE, &limit);
    for (rlim_t fd = REPORT_FD + 1; fd < limit.rlim_cur && fd < LIMIT_CLOSE_FDS;
         fd++)
        close((int)fd);
}

// A child outlives us in no case, not even after kill -9.
static void die_with_parent(pid_t parent)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1); // it died before that
#else
    (void)parent;
#endif
}

static bool arrange_fds(const struct plumbing *p)
{
    return dup2(p->child_in, STDIN_FILENO) >= 0
           && dup2(p->child_out, STDOUT_FILENO) >= 0
           && dup2(p->child_out, STDERR_FILENO) >= 0
           && dup3(p->report_write, REPORT_FD, O_CLOEXEC) >= 0;
}

static _Noreturn void run_child(const struct child_options *options,
                                const struct plumbing *p, pid_t parent)
{
    int report = p->report_write;
    ssize_t sent;

    reset_signals();
    die_with_parent(parent);
    if (setsid() < 0)
        goto failed;
    if (!arrange_fds(p))
        goto failed;
    report = REPORT_FD;
    if (options->pty && ioctl(STDOUT_FILENO, TIOCSCTTY, 0) != 0)
        goto failed;
    if (options->dir && chdir(options->dir) != 0)
        goto failed;
    close_others();
    // execve takes pointers to non-const for history's sake; it changes nothing
    execve(options->argv[0], (char *const *)options->argv,
           (char *const *)options->env);
failed:
    sent = write(report, &errno, sizeof(errno));
    (void)sent;
    _exit(127);
}

// --- in the parent -----------------------------------------------------------

// Waits for the exec. Returns 0, or the errno that the child reports.
static int read_report(int fd)
{
    int number = 0;
    ssize_t got;

    do
        got = read(fd, &number, sizeof(number));
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof(number) ? number : 0;
}

static void reap(pid_t pid)
{
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

// No handler of ours may run in the child: signals wait until it reset them.
static pid_t fork_quietly(sigset_t *before)
{
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, before);
    return fork();
}

bool child_spawn(const struct child_options *options, struct spawned *spawned,
                 struct error *err)
{
    struct plumbing p = { -1, -1, -1, -1, -1, -1, "" };
    pid_t parent = getpid();
    sigset_t before;
    int number = 0;

    if (!plumbing_open(options, &p)) {
        error_errno(err, errno, "%s", options->argv[0]);
        plumbing_close(&p);
        return false;
    }
    pid_t pid = fork_quietly(&before);
    if (pid == 0)
        run_child(options, &p, parent);
    if (pid < 0)
        number = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    plumbing_close_child_side(&p);
    if (pid > 0)
        number = read_report(p.report_read);
    if (number) {
        if (pid > 0)
            reap(pid);
        plumbing_close(&p);
        return error_errno(err, number, "%s", options->argv[0]);
    }
    close_fd(&p.report_read);
    *spawned = (struct spawned){ (int)pid, p.our_in, p.our_out };
    return true;
}
