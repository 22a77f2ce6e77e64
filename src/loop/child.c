/*
 * A child ends in three steps: its leader exits (seen by SIGCHLD and a waitpid
 * for that pid alone), what it left in its group is killed while the zombie
 * still holds the group's number, what lies in the pipe is read; then `end`.
 * Callbacks may destroy the child: `busy` keeps the memory until they return.
 */
#include "kerf/loop/child.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "child_spawn.h"
#include "kerf/base/arena.h"
#include "kerf/base/buf.h"

#define READ_BYTES ((size_t)64 << 10)
#define READS_PER_TURN 4 // then others have their turn
#define LIMIT_DRAIN_BYTES \
    ((size_t)4 << 20)  // after the end: strays may write on
#define GRACE_MS 2000  // between SIGTERM and SIGKILL
#define REAP_TRIES 100 // 1 ms apart, after SIGKILL

struct child {
    struct loop *loop;
    child_output_fn output;
    child_end_fn end;
    void *ctx;
    int pid, in_fd, out_fd; // -1 once closed; pid 0 once reaped
    struct loop_watch *in_watch, *out_watch;
    struct loop_signal *chld;
    struct loop_timer *limit; // the time limit, then the grace
    struct buf input;         // not written yet
    bool terminating;
    bool busy, destroyed;
    int64_t started_ms;
    int shown_pid;
    struct child_end how;
};

static void close_stdin(struct child *child)
{
    loop_watch_destroy(child->in_watch);
    child->in_watch = NULL;
    if (child->in_fd >= 0)
        close(child->in_fd);
    child->in_fd = -1;
    buf_release(&child->input);
}

static void close_output(struct child *child)
{
    loop_watch_destroy(child->out_watch);
    child->out_watch = NULL;
    if (child->out_fd >= 0)
        close(child->out_fd);
    child->out_fd = -1;
}

static void release(struct child *child)
{
    close_stdin(child);
    close_output(child);
    loop_signal_destroy(child->chld);
    loop_timer_destroy(child->limit);
    child->chld = NULL;
    child->limit = NULL;
}

static void kill_group(const struct child *child, int number)
{
    if (child->pid > 0)
        kill(-child->pid, number);
}

// --- input -------------------------------------------------------------------

static void write_input(struct child *child)
{
    while (child->input.len > 0) {
        ssize_t sent = write(child->in_fd, child->input.at, child->input.len);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno == EAGAIN) {
            loop_watch_set(child->in_watch, LOOP_WRITABLE);
            return;
        }
        if (sent < 0) {
            close_stdin(child); // it does not read any more
            return;
        }
        buf_consume(&child->input, (size_t)sent);
    }
    close_stdin(child);
}

static void on_stdin(int ready, void *ctx)
{
    (void)ready;
    write_input(ctx);
}

// --- output ------------------------------------------------------------------

// Hands over one piece. False: nothing there now, or the child was destroyed.
static bool read_piece(struct child *child, size_t *got_bytes)
{
    char bytes[READ_BYTES];
    ssize_t got;

    do
        got = read(child->out_fd, bytes, sizeof(bytes));
    while (got < 0 && errno == EINTR);
    if (got < 0 && errno == EAGAIN)
        return false;
    if (got <= 0) { // a pty says EIO when the last writer is gone
        close_output(child);
        return false;
    }
    *got_bytes += (size_t)got;
    child->output((struct str){ bytes, (size_t)got }, child->ctx);
    return !child->destroyed;
}

// --- the end -----------------------------------------------------------------

static int exit_status_of(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static bool has_exited(const struct child *child)
{
    siginfo_t info = { 0 };

    return child->pid > 0
           && waitid(P_PID, (id_t)child->pid, &info,
                     WEXITED | WNOHANG | WNOWAIT)
                  == 0
           && info.si_pid == child->pid;
}

static void take_exit(struct child *child)
{
    int status = 0;

    kill_group(child, SIGKILL);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    child->pid = 0;
    child->how.exit_status = exit_status_of(status);
    child->how.wall_ms = loop_now_ms() - child->started_ms;
}

static void finish(struct child *child)
{
    size_t drained = 0;

    take_exit(child);
    child->busy = true;
    while (child->out_fd >= 0 && drained < LIMIT_DRAIN_BYTES)
        if (!read_piece(child, &drained))
            break;
    if (!child->destroyed) {
        release(child);
        child->end(&child->how, child->ctx);
    }
    child->busy = false;
    if (child->destroyed)
        free(child);
}

static void on_sigchld(int number, void *ctx)
{
    (void)number;
    if (has_exited(ctx))
        finish(ctx);
}

static void on_output(int ready, void *ctx)
{
    struct child *child = ctx;
    size_t got = 0;

    (void)ready;
    child->busy = true;
    for (int i = 0; i < READS_PER_TURN && child->out_fd >= 0; i++)
        if (!read_piece(child, &got))
            break;
    child->busy = false;
    if (child->destroyed)
        free(child);
}

static void terminate(struct child *child)
{
    kill_group(child, SIGTERM);
    kill_group(child, SIGCONT); // a stopped one takes no SIGTERM
    child->terminating = true;
    loop_timer_start(child->limit, GRACE_MS);
}

static void on_limit(void *ctx)
{
    struct child *child = ctx;

    if (child->terminating) {
        kill_group(child, SIGKILL);
        return;
    }
    child->how.timed_out = true;
    terminate(child);
}

// --- public ------------------------------------------------------------------

static void take_up_stdin(struct child *child, struct str input)
{
    if (input.len == 0)
        return;
    child->in_watch =
        loop_watch_create(child->loop, child->in_fd, on_stdin, child);
    buf_append(&child->input, input);
    loop_watch_set(child->in_watch, LOOP_WRITABLE);
}

static void take_up(struct child *child, const struct child_options *options)
{
    take_up_stdin(child, options->input);
    child->out_watch =
        loop_watch_create(child->loop, child->out_fd, on_output, child);
    loop_watch_set(child->out_watch, LOOP_READABLE);
    child->limit = loop_timer_create(child->loop, on_limit, child);
    if (options->timeout_ms > 0)
        loop_timer_start(child->limit, options->timeout_ms);
}

struct child *child_start(struct loop *loop,
                          const struct child_options *options,
                          child_output_fn output, child_end_fn end, void *ctx,
                          struct error *err)
{
    struct child *child = mem_alloc(sizeof(*child));
    struct spawned spawned;

    child->loop = loop;
    child->output = output;
    child->end = end;
    child->ctx = ctx;
    child->started_ms = loop_now_ms();
    // Before the fork: it may exit at once.
    child->chld = loop_signal_create(loop, SIGCHLD, on_sigchld, child);
    if (!child_spawn(options, &spawned, err)) {
        loop_signal_destroy(child->chld);
        free(child);
        return NULL;
    }
    child->pid = child->shown_pid = spawned.pid;
    child->in_fd = spawned.in_fd;
    child->out_fd = spawned.out_fd;
    take_up(child, options);
    return child;
}

void child_kill(struct child *child)
{
    if (child->pid == 0 || child->how.killed)
        return;
    child->how.killed = true;
    terminate(child);
}

// A killed process is gone within a moment, unless it hangs in the kernel.
static void reap_killed(int pid)
{
    struct timespec moment = { .tv_nsec = 1000000 };

    for (int i = 0; i < REAP_TRIES && waitpid(pid, NULL, WNOHANG) == 0; i++)
        nanosleep(&moment, NULL);
}

void child_destroy(struct child *child)
{
    if (!child || child->destroyed)
        return;
    kill_group(child, SIGKILL);
    if (child->pid > 0)
        reap_killed(child->pid);
    child->pid = 0;
    release(child);
    child->destroyed = true;
    if (!child->busy)
        free(child);
}

int child_pid(const struct child *child)
{
    return child->shown_pid;
}
