/* The programs are found by KERF and KERF_SIM, so that any build can be played;
 * home, state and token are of the scene alone. */
#include "scene.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *absolute(const char *variable, const char *fallback,
                            char *path)
{
    const char *value = getenv(variable);

    if (!realpath(value ? value : fallback, path)) {
        fprintf(stderr, "%s is not there: build it or set %s\n",
                value ? value : fallback, variable);
        exit(1);
    }
    return path;
}

const char *kerf_path(void)
{
    static char path[4096];
    return *path ? path : absolute("KERF", "build/kerf", path);
}

const char *kerf_sim_path(void)
{
    static char path[4096];
    return *path ? path : absolute("KERF_SIM", "build/kerf-sim", path);
}

void scene_set_env(struct scene *scene, const char *setting)
{
    size_t name = strcspn(setting, "=") + 1, at = 0;

    while (scene->env[at] && strncmp(scene->env[at], setting, name) != 0)
        at++;
    if (at + 1 >= sizeof(scene->env) / sizeof(scene->env[0]))
        abort();
    free(scene->env[at]);
    scene->env[at] = strdup(setting);
}

static void set_env(struct scene *scene, const char *name, const char *value,
                    const char *more)
{
    char text[8192];

    snprintf(text, sizeof(text), "%s=%s%s", name, value, more);
    scene_set_env(scene, text);
}

void scene_shell(struct scene *scene, const char *command)
{
    fflush(NULL);
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        if (chdir(scene->tree) != 0)
            _exit(126);
        execl("/bin/sh", "sh", "-ec", command, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, &status, 0);
    if (status != 0) {
        fprintf(stderr, "failed: %s\n", command);
        abort();
    }
}

void scene_open(struct scene *scene)
{
    char path[128];
    static const char *const dirs[] = { "tree", "home", "home/.config",
                                        "home/.config/kerf", "state" };

    *scene = (struct scene){ .sim = -1 };
    kerf_path();
    kerf_sim_path();
    snprintf(scene->dir, sizeof(scene->dir), "/tmp/kerf-e2e-XXXXXX");
    if (!mkdtemp(scene->dir))
        abort();
    for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", scene->dir, dirs[i]);
        mkdir(path, 0700);
    }
    snprintf(scene->tree, sizeof(scene->tree), "%s/tree", scene->dir);
    snprintf(scene->record, sizeof(scene->record), "%s/record", scene->dir);
    set_env(scene, "HOME", scene->dir, "/home");
    set_env(scene, "XDG_STATE_HOME", scene->dir, "/state");
    set_env(scene, "XDG_CONFIG_HOME", scene->dir, "/home/.config");
    set_env(scene, "TERM", "xterm-256color", "");
    set_env(scene, "LC_ALL", "C.UTF-8", "");
    set_env(scene, "PATH", getenv("PATH"), "");
    set_env(scene, "SIM_TOKEN", "scene-token", "");
    set_env(scene, "EDITOR", "true", "");
    set_env(scene, "XDG_RUNTIME_DIR", scene->dir, "/state");
    set_env(scene, "SSH_CONNECTION", "", "");
    if (getenv("LSAN_OPTIONS"))
        set_env(scene, "LSAN_OPTIONS", getenv("LSAN_OPTIONS"), "");
    scene_shell(scene, "git init -q -b main . && git config user.name t && "
                       "git config user.email t@example.org");
}

void scene_close(struct scene *scene)
{
    scene_stop_sim(scene);
    pid_t pid = fork();

    if (pid == 0) {
        execlp("rm", "rm", "-rf", scene->dir, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, NULL, 0);
    for (size_t i = 0; scene->env[i]; i++)
        free(scene->env[i]);
}

static void path_in(const struct scene *scene, const char *path, char *whole,
                    size_t size)
{
    snprintf(whole, size, "%s/%s", scene->dir, path);
}

int scene_setup(void **state)
{
    static struct scene scene;

    scene_open(&scene);
    *state = &scene;
    return 0;
}

int scene_teardown(void **state)
{
    scene_close(*state);
    return 0;
}

void scene_write(struct scene *scene, const char *path, const char *text)
{
    char whole[512];

    path_in(scene, path, whole, sizeof(whole));
    FILE *file = fopen(whole, "w");
    if (!file)
        abort();
    fputs(text, file);
    fclose(file);
}

const char *scene_read(struct scene *scene, const char *path)
{
    static char bytes[1 << 20];
    char whole[512];

    path_in(scene, path, whole, sizeof(whole));
    FILE *file = fopen(whole, "r");
    if (!file)
        return NULL;
    size_t n = fread(bytes, 1, sizeof(bytes) - 1, file);
    fclose(file);
    bytes[n] = '\0';
    return bytes;
}

void scene_config(struct scene *scene, const char *text)
{
    scene_write(scene, "home/.config/kerf/config", text);
}

static void run_sim(struct scene *scene, const char *const *arguments, int out)
{
    const char *argv[32] = { "kerf-sim", "--port", "0", "--record",
                             scene->record };
    size_t count = 5;

    for (size_t i = 0; arguments && arguments[i] && count < 31; i++)
        argv[count++] = arguments[i];
    dup2(out, 1);
    setenv("KERF_SIM_TOKEN", "scene-token", 1);
    execv(kerf_sim_path(), (char *const *)argv);
    _exit(127);
}

void scene_sim(struct scene *scene, const char *const *arguments)
{
    char line[512], config[512];
    int out[2];

    if (pipe2(out, O_CLOEXEC) != 0)
        abort();
    fflush(NULL);
    scene->sim = fork();
    if (scene->sim == 0)
        run_sim(scene, arguments, out[1]);
    close(out[1]);
    ssize_t n = read(out[0], line, sizeof(line) - 1);
    close(out[0]);
    line[n > 0 ? n : 0] = '\0';
    char *url = strstr(line, "http://");
    if (!url)
        abort();
    url[strcspn(url, " \n")] = '\0';
    snprintf(scene->url, sizeof(scene->url), "%s", url);
    snprintf(config, sizeof(config),
             "[backend \"sim\"]\nurl = %s\nmodel = test\nkeyEnv = SIM_TOKEN\n",
             url);
    scene_config(scene, config);
}

void scene_stop_sim(struct scene *scene)
{
    if (scene->sim <= 0)
        return;
    kill(scene->sim, SIGTERM);
    waitpid(scene->sim, NULL, 0);
    scene->sim = -1;
}

// --- running without a terminal ---------------------------------------------

static void take(struct pollfd *from, char *into, size_t size, size_t *used)
{
    char bytes[4096];

    if (from->fd < 0 || !(from->revents & (POLLIN | POLLHUP)))
        return;
    ssize_t n = read(from->fd, bytes, sizeof(bytes));
    if (n <= 0) {
        from->fd = -1;
        return;
    }
    size_t room = size - 1 - *used;
    size_t fits = (size_t)n < room ? (size_t)n : room;
    memcpy(into + *used, bytes, fits);
    *used += fits;
    into[*used] = '\0';
}

static void collect(int out, int err, struct outcome *outcome)
{
    struct pollfd fds[2] = { { .fd = out, .events = POLLIN },
                             { .fd = err, .events = POLLIN } };
    size_t used[2] = { 0, 0 };

    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        if (poll(fds, 2, WAIT_MS) <= 0)
            break;
        take(&fds[0], outcome->out, sizeof(outcome->out), &used[0]);
        take(&fds[1], outcome->err, sizeof(outcome->err), &used[1]);
    }
}

static int input_file(const struct scene *scene, const char *input)
{
    char path[512];

    path_in(scene, "input", path, sizeof(path));
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || (input && write(fd, input, strlen(input)) < 0))
        abort();
    lseek(fd, 0, SEEK_SET);
    return fd;
}

void scene_run(struct scene *scene, const char *const *argv, const char *input,
               struct outcome *outcome)
{
    int out[2], err[2], status = 0;
    int in = input ? input_file(scene, input) : open("/dev/null", O_RDONLY);

    *outcome = (struct outcome){ 0 };
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
        abort();
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        setsid();
        dup2(in, 0);
        dup2(out[1], 1);
        dup2(err[1], 2);
        if (chdir(scene->tree) != 0)
            _exit(126);
        execve(argv[0], (char *const *)argv, scene->env);
        _exit(127);
    }
    close(in);
    close(out[1]);
    close(err[1]);
    collect(out[0], err[0], outcome);
    close(out[0]);
    close(err[0]);
    waitpid(pid, &status, 0);
    outcome->status = WIFEXITED(status) ? WEXITSTATUS(status)
                                        : 128 + WTERMSIG(status);
}

pid_t scene_start(struct scene *scene, const char *const *argv,
                  const char *input)
{
    int in = input_file(scene, input);
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(in, 0);
        dup2(null, 1);
        dup2(null, 2);
        if (chdir(scene->tree) != 0)
            _exit(126);
        execve(argv[0], (char *const *)argv, scene->env);
        _exit(127);
    }
    close(in);
    close(null);
    return pid;
}

struct terminal *scene_terminal(struct scene *scene, int rows, int cols,
                                const char *const *arguments)
{
    const char *argv[32] = { kerf_path() };
    size_t count = 1;

    for (size_t i = 0; arguments && arguments[i] && count < 31; i++)
        argv[count++] = arguments[i];
    struct terminal_options options = {
        .rows = rows,
        .cols = cols,
        .dir = scene->tree,
        .argv = argv,
        .env = (const char *const *)scene->env,
    };
    return terminal_start(&options);
}
