/*
 * Programs run with what the tests need of an environment: the path, and a
 * home and a state that are in the scratch folder.
 */
#include "outside.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static int redirect(const char *path, int flags, int to)
{
    int fd = open(path, flags, 0600);
    return fd < 0 ? -1 : dup2(fd, to);
}

static void become(struct outside *outside, const char *const *argv)
{
    if (chdir(outside->tree) != 0 || setenv("HOME", outside->dir, 1) != 0
        || setenv("XDG_STATE_HOME", outside->dir, 1) != 0
        || setenv("XDG_CONFIG_HOME", outside->dir, 1) != 0
        || setenv("GIT_CONFIG_NOSYSTEM", "1", 1) != 0
        || redirect("/dev/null", O_RDONLY, 0) < 0
        || redirect(outside->output, O_WRONLY | O_CREAT | O_TRUNC, 1) < 0
        || redirect("/dev/null", O_WRONLY, 2) < 0)
        _exit(126);
    execvp(argv[0], (char *const *)argv);
    _exit(127);
}

int outside_run(struct outside *outside, const char *const *argv)
{
    int status = 0;

    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        become(outside, argv);
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        fail(argv[0]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void must_run(struct outside *outside, const char *const *argv)
{
    if (outside_run(outside, argv) != 0) {
        fprintf(stderr, "%s %s failed\n", argv[0], argv[1]);
        exit(1);
    }
}

#define RUN(outside, ...) \
    must_run(outside, (const char *[]){ __VA_ARGS__, NULL })

void outside_open(struct outside *outside)
{
    snprintf(outside->dir, sizeof(outside->dir), "/tmp/kerf-mutate-XXXXXX");
    if (!mkdtemp(outside->dir))
        fail(outside->dir);
    snprintf(outside->tree, sizeof(outside->tree), "%s/tree", outside->dir);
    snprintf(outside->output, sizeof(outside->output), "%s/output",
             outside->dir);
    if (mkdir(outside->tree, 0700) != 0)
        fail(outside->tree);
    RUN(outside, "git", "init", "-q");
}

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *walk)
{
    (void)st;
    (void)type;
    (void)walk;
    return remove(path) == 0 ? 0 : -1;
}

static void remove_all(const char *path)
{
    if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
        fail(path);
}

void outside_close(struct outside *outside)
{
    remove_all(outside->dir);
}

static void empty_tree(struct outside *outside)
{
    char path[512];
    struct dirent *entry;
    DIR *dir = opendir(outside->tree);

    if (!dir)
        fail(outside->tree);
    while ((entry = readdir(dir))) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0
            || strcmp(name, ".git") == 0)
            continue;
        snprintf(path, sizeof(path), "%s/%s", outside->tree, name);
        remove_all(path);
    }
    closedir(dir);
}

static void put_file(const char *path, struct str bytes, unsigned mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);

    if (fd < 0 || write(fd, bytes.at, bytes.len) != (ssize_t)bytes.len
        || fchmod(fd, mode) != 0)
        fail(path);
    close(fd);
}

void outside_put(struct outside *outside, const struct tree *tree)
{
    char path[512];

    empty_tree(outside);
    for (size_t i = 0; i < tree->count; i++) {
        snprintf(path, sizeof(path), "%s/%s", outside->tree,
                 tree->files[i].path.at);
        for (char *c = path + strlen(outside->tree) + 1; *c; c++)
            if (*c == '/') {
                *c = '\0';
                if (mkdir(path, 0700) != 0 && errno != EEXIST)
                    fail(path);
                *c = '/';
            }
        put_file(path, tree->files[i].bytes, tree->files[i].mode);
    }
}

void outside_get(struct outside *outside, struct tree *tree)
{
    tree_load(tree, outside->tree, "");
}

const char *outside_patch(struct outside *outside, struct str patch)
{
    char path[80];

    snprintf(path, sizeof(path), "%s/patch", outside->dir);
    put_file(path, patch, 0600);
    return "../patch";
}

struct str outside_output(struct outside *outside, struct arena *arena)
{
    return tree_slurp(arena, outside->output);
}

// The object of one side of the change.
static const char *put_side(struct outside *outside, const struct truth *truth,
                            enum side side)
{
    struct tree tree = { .arena = truth->arena };

    truth_tree(truth, &tree, side);
    outside_put(outside, &tree);
    RUN(outside, "git", "add", "-A");
    RUN(outside, "git", "write-tree");
    struct str id = str_trim(outside_output(outside, truth->arena));
    return arena_cstr(truth->arena, id);
}

struct str outside_print(const struct truth *truth, size_t context, void *ctx)
{
    struct outside *outside = ctx;
    char lines[32];
    const char *before = put_side(outside, truth, BEFORE);
    const char *after = put_side(outside, truth, AFTER);

    snprintf(lines, sizeof(lines), "-U%zu", context);
    RUN(outside, "git", "diff", "-M", lines, before, after);
    return outside_output(outside, truth->arena);
}
