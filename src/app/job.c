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
    tcsetpgrp(tty, pid);
    if (known)
        tcsetattr(tty, TCSANOW, &modes);
    kill(-pid, SIGCONT);
}

int job_run(const char *const argv[])
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC), status = -1;
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
    return here && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
