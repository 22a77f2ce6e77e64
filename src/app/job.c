/*
 * The program is a process group of its own in the foreground of the terminal,
 * so that the keys that stop or interrupt reach it and not kerf. Whoever takes
 * the terminal from the background blocks SIGTTOU, which would stop it. Giving
 * it to a program that goes on does not: `bg` has brought kerf back into the
 * background then, and there it waits for `fg`.
 */
#include "job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

// Puts a process group in the foreground, from wherever kerf is.
static void take_terminal(int tty, pid_t group)
{
    sigset_t output, before;

    sigemptyset(&output);
    sigaddset(&output, SIGTTOU);
    sigprocmask(SIG_BLOCK, &output, &before);
    tcsetpgrp(tty, group);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

// What keys send: to kerf by mistake, in the moment before the program has the
// terminal.
static const int keyed[] = { SIGINT, SIGQUIT, SIGTSTP };
#define KEYED (sizeof(keyed) / sizeof(keyed[0]))

static void ignore_keyed(struct sigaction *before)
{
    struct sigaction ignore = { .sa_handler = SIG_IGN };

    for (size_t i = 0; i < KEYED; i++)
        sigaction(keyed[i], &ignore, &before[i]);
}

static void heed_keyed(const struct sigaction *before)
{
    for (size_t i = 0; i < KEYED; i++)
        sigaction(keyed[i], &before[i], NULL);
}

// In the child. What kerf handles is the default again by itself.
static void become(const char *const argv[], int tty)
{
    if (tty >= 0) {
        setpgid(0, 0);
        take_terminal(tty, getpid());
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
            dup2(tty, fd);
    }
    signal(SIGPIPE, SIG_DFL);
    for (size_t i = 0; i < KEYED; i++)
        signal(keyed[i], SIG_DFL);
    execv(argv[0], (char *const *)argv);
    _exit(127);
}

// Waits for the end or a stop; false if there is nobody to wait for.
static bool wait_for(pid_t pid, int *status)
{
    pid_t got;

    do
        got = waitpid(pid, status, WUNTRACED);
    while (got < 0 && errno == EINTR);
    return got == pid;
}

// Lets the shell have the terminal, until it gives it back.
static void stop_together(int tty, pid_t pid)
{
    struct termios modes;
    bool known = tcgetattr(tty, &modes) == 0;

    take_terminal(tty, getpgrp());
    kill(0, SIGSTOP);
    if (known)
        tcsetattr(tty, TCSANOW, &modes);
    tcsetpgrp(tty, pid); // from here on kerf is in the background
    kill(-pid, SIGCONT);
}

int job_run(const char *const argv[])
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC), status = -1;
    struct sigaction before[KEYED];

    ignore_keyed(before);
    pid_t pid = fork();

    if (pid == 0)
        become(argv, tty);
    bool here = pid > 0 && wait_for(pid, &status);
    while (here && WIFSTOPPED(status)) {
        stop_together(tty, pid);
        here = wait_for(pid, &status);
    }
    if (tty >= 0) {
        take_terminal(tty, getpgrp());
        close(tty);
    }
    heed_keyed(before);
    return here && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
