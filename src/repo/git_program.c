/*
 * posix_spawn, a pipe for the output, an unnamed file for complaints (two
 * pipes could block each other). The environment is made anew: HOME and the
 * configuration folders, so that the user's own git settings (safe.directory,
 * excludes) hold, and nothing else of ours.
 */
#include "git_program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kerf/base/utf8.h"
#include "kerf/loop/child.h"

#define LIMIT_PROGRAM_PATH_BYTES 4096
#define COMPLAINT_BYTES 400
#define READ_BYTES ((size_t)64 << 10)

static const char *const fixed_args[] = {
    "--no-pager", "--no-optional-locks",
    "-c",         "core.fsmonitor=false",
    "-c",         "core.hooksPath=/dev/null",
    "-c",         "core.pager=cat",
    "-c",         "core.sshCommand=false",
    "-c",         "core.askPass=false",
    "-c",         "core.quotePath=false",
    "-c",         "credential.helper=",
    "-c",         "diff.external=",
    "-c",         "protocol.allow=never",
    "-c",         "status.renames=false",
    "-c",         "status.showUntrackedFiles=normal",
};

static const char *const fixed_env[] = {
    "LC_ALL=C",
    "PATH=/usr/local/bin:/usr/bin:/bin",
    "GIT_OPTIONAL_LOCKS=0",
    "GIT_TERMINAL_PROMPT=0",
    "GIT_NO_LAZY_FETCH=1",
    "GIT_PAGER=cat",
};

static const char *const kept_names[] = { "HOME", "XDG_CONFIG_HOME" };

const char *git_program_find(struct arena *arena, const char *root)
{
    char path[LIMIT_PROGRAM_PATH_BYTES];

    if (!child_find("git", root, path, sizeof(path)))
        return NULL;
    return arena_cstr(arena, str_from(path));
}

static size_t count_of(const char *const *list)
{
    size_t count = 0;

    while (list && list[count])
        count++;
    return count;
}

static char **make_argv(const struct git_call *call, struct arena *arena)
{
    size_t fixed = sizeof(fixed_args) / sizeof(*fixed_args), count = 0;
    char **argv =
        arena_array(arena, fixed + count_of(call->args) + 4, sizeof(*argv));

    argv[count++] = arena_cstr(arena, str_from(call->program));
    argv[count++] = arena_cstr(arena, STR("-C"));
    argv[count++] = arena_cstr(arena, str_from(call->root));
    for (size_t i = 0; i < fixed; i++)
        argv[count++] = arena_cstr(arena, str_from(fixed_args[i]));
    for (size_t i = 0; i < count_of(call->args); i++)
        argv[count++] = arena_cstr(arena, str_from(call->args[i]));
    return argv;
}

static char **make_env(const struct git_call *call, struct arena *arena)
{
    size_t fixed = sizeof(fixed_env) / sizeof(*fixed_env);
    size_t kept = sizeof(kept_names) / sizeof(*kept_names), count = 0;
    char **env = arena_array(arena, fixed + kept + count_of(call->env) + 1,
                             sizeof(*env));

    for (size_t i = 0; i < fixed; i++)
        env[count++] = arena_cstr(arena, str_from(fixed_env[i]));
    for (size_t i = 0; i < kept; i++) {
        const char *value = getenv(kept_names[i]);
        if (value)
            env[count++] = arena_cstr(
                arena, arena_printf(arena, "%s=%s", kept_names[i], value));
    }
    for (size_t i = 0; i < count_of(call->env); i++)
        env[count++] = arena_cstr(arena, str_from(call->env[i]));
    return env;
}

// Starts git in its own process group. Returns 0 or an errno value.
static int start(const struct git_call *call, struct arena *arena, int out,
                 int complaints, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_adddup2(&actions, complaints, 2);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK
                                              | POSIX_SPAWN_SETSIGDEF
                                              | POSIX_SPAWN_SETPGROUP);
    int number = posix_spawn(pid, call->program, &actions, &attributes,
                             make_argv(call, arena), make_env(call, arena));
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return number;
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Waits until the pipe can be read. False when the time is over.
static bool wait_readable(int fd, int64_t deadline_ms)
{
    struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

    for (;;) {
        int64_t left = deadline_ms - now_ms();
        int ready = left > 0 ? poll(&poll_fd, 1, (int)left) : 0;
        if (ready >= 0 || errno != EINTR)
            return ready > 0;
    }
}

static bool read_output(int fd, struct buf *out, struct error *err)
{
    int64_t deadline_ms = now_ms() + LIMIT_GIT_WAIT_MS;

    for (;;) {
        if (!wait_readable(fd, deadline_ms))
            return error_set(err, ERROR_LIMIT, "git takes longer than %d s",
                             LIMIT_GIT_WAIT_MS / 1000);
        buf_reserve(out, READ_BYTES);
        ssize_t got = read(fd, out->at + out->len, READ_BYTES);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_errno(err, errno, "git cannot be read");
        if (got == 0)
            return true;
        out->len += (size_t)got;
        if (out->len > LIMIT_GIT_OUTPUT_BYTES)
            return error_set(err, ERROR_LIMIT, "git says more than %zu MiB",
                             LIMIT_GIT_OUTPUT_BYTES >> 20);
    }
}

static bool complain(int complaints, int status, struct error *err)
{
    char text[COMPLAINT_BYTES];
    struct buf shown = { 0 };
    ssize_t got = pread(complaints, text, sizeof(text), 0);
    struct str rest = { text, got > 0 ? (size_t)got : 0 }, line = { 0 };

    (void)!str_split(&rest, '\n', &line);
    utf8_sanitise(&shown, line, false);
    error_set(err, ERROR_FAILED, "git ended with %d: %s", status,
              buf_cstr(&shown));
    buf_release(&shown);
    return false;
}

static bool finish(pid_t pid, int complaints, int *status, struct error *err)
{
    int raw;

    while (waitpid(pid, &raw, 0) < 0)
        if (errno != EINTR)
            return error_errno(err, errno, "git");
    *status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    return *status <= 1 || complain(complaints, *status, err);
}

static bool run_with(const struct git_call *call, struct arena *arena,
                     const int pipe_fds[2], int complaints, struct str *output,
                     int *status, struct error *err)
{
    struct error unused;
    struct buf out = { 0 };
    pid_t pid;
    int number = start(call, arena, pipe_fds[1], complaints, &pid);

    close(pipe_fds[1]);
    if (number != 0)
        return error_errno(err, number, "%s cannot be run", call->program);
    bool fine = read_output(pipe_fds[0], &out, err);
    if (!fine)
        kill(-pid, SIGKILL);
    fine = finish(pid, complaints, status, fine ? err : &unused) && fine;
    if (fine)
        *output = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return fine;
}

bool git_program_run(const struct git_call *call, struct arena *arena,
                     struct str *output, int *status, struct error *err)
{
    int fds[2];
    int complaints = memfd_create("git", MFD_CLOEXEC);

    if (complaints < 0 || pipe2(fds, O_CLOEXEC) < 0) {
        error_errno(err, errno, "git cannot be run");
        if (complaints >= 0)
            close(complaints);
        return false;
    }
    bool fine = run_with(call, arena, fds, complaints, output, status, err);
    close(fds[0]);
    close(complaints);
    return fine;
}

struct filters {
    struct arena *arena;
    const char **env;
    size_t count, cap, pairs;
};

static void add_variable(struct filters *filters, struct str text)
{
    filters->env = arena_grow(filters->arena, filters->env, &filters->cap,
                              filters->count + 2, sizeof(*filters->env));
    filters->env[filters->count++] = text.at;
    filters->env[filters->count] = NULL;
}

static void switch_off(struct filters *filters, struct str key)
{
    bool required = str_ends_with(key, STR(".required"));

    add_variable(filters,
                 arena_printf(filters->arena, "GIT_CONFIG_KEY_%zu=%.*s",
                              filters->pairs, STR_ARG(key)));
    add_variable(filters,
                 arena_printf(filters->arena, "GIT_CONFIG_VALUE_%zu=%s",
                              filters->pairs, required ? "false" : ""));
    filters->pairs++;
}

bool git_program_no_filters(const char *program, const char *root,
                            struct arena *arena, const char *const **env,
                            struct error *err)
{
    static const char *const args[] = { "config",       "--show-scope", "-z",
                                        "--get-regexp", "^filter\\..*", NULL };
    struct git_call call = { .program = program, .root = root, .args = args };
    struct filters filters = { .arena = arena };
    struct str rest, scope, entry, key;
    int status;

    if (!git_program_run(&call, arena, &rest, &status, err))
        return false;
    while (str_split(&rest, '\0', &scope) && str_split(&rest, '\0', &entry)) {
        // The user's own filters are the user's business.
        bool own = str_is(scope, "system") || str_is(scope, "global");
        if (!own && str_split(&entry, '\n', &key))
            switch_off(&filters, key);
    }
    add_variable(&filters,
                 arena_printf(arena, "GIT_CONFIG_COUNT=%zu", filters.pairs));
    *env = filters.env;
    return true;
}
