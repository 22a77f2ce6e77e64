/*
 * A throw-away folder for tests with files: `tree/` is the work tree, `state/`
 * what kerf keeps, `outside/` what nobody may touch.
 */
#ifndef KERF_TESTS_SANDBOX_H
#define KERF_TESTS_SANDBOX_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kerf/base/arena.h"
#include "kerf/base/str.h"

struct sandbox {
    struct arena arena;
    char root[4096]; // realpath() asks for PATH_MAX
};

static inline const char *sandbox_path(struct sandbox *box, const char *name)
{
    return arena_printf(&box->arena, "%s/%s", box->root, name).at;
}

static inline int sandbox_remove_one(const char *path, const struct stat *st,
                                     int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline void sandbox_mkdir(struct sandbox *box, const char *name)
{
    assert_int_equal(mkdir(sandbox_path(box, name), 0755), 0);
}

static inline int sandbox_setup_in(void **state, const char *base)
{
    struct sandbox *box = calloc(1, sizeof(*box));
    char name[200];

    umask(022);
    snprintf(name, sizeof(name), "%s/kerf-test-XXXXXX", base);
    if (!box || !mkdtemp(name) || !realpath(name, box->root))
        return -1;
    sandbox_mkdir(box, "tree");
    sandbox_mkdir(box, "outside");
    *state = box;
    return 0;
}

static inline const char *sandbox_base(void)
{
    const char *base = getenv("TMPDIR");
    return base ? base : "/tmp";
}

static inline int sandbox_setup(void **state)
{
    return sandbox_setup_in(state, sandbox_base());
}

/* In memory, where the system offers it: for tests that sync very often. */
static inline int sandbox_setup_fast(void **state)
{
    bool memory = !getenv("TMPDIR") && access("/dev/shm", W_OK) == 0;
    return sandbox_setup_in(state, memory ? "/dev/shm" : sandbox_base());
}

static inline void sandbox_clear(struct sandbox *box, const char *name)
{
    nftw(sandbox_path(box, name), sandbox_remove_one, 32, FTW_DEPTH | FTW_PHYS);
}

static inline int sandbox_teardown(void **state)
{
    struct sandbox *box = *state;

    nftw(box->root, sandbox_remove_one, 32, FTW_DEPTH | FTW_PHYS);
    arena_release(&box->arena);
    free(box);
    return 0;
}

/* Writes a file of the sandbox, in place, with mode 0644 if it is new. */
static inline void sandbox_put(struct sandbox *box, const char *name,
                               const char *text)
{
    int fd = open(sandbox_path(box, name), O_WRONLY | O_CREAT | O_TRUNC, 0644);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

/* Returns the content, or NULL if there is no such file. */
static inline const char *sandbox_get(struct sandbox *box, const char *name)
{
    char *text = arena_alloc(&box->arena, 65536);
    int fd = open(sandbox_path(box, name), O_RDONLY);

    if (fd < 0)
        return NULL;
    assert_true(read(fd, text, 65535) >= 0);
    close(fd);
    return text;
}

static inline bool sandbox_has(struct sandbox *box, const char *name)
{
    struct stat st;
    return lstat(sandbox_path(box, name), &st) == 0;
}

static inline unsigned sandbox_mode(struct sandbox *box, const char *name)
{
    struct stat st;
    assert_int_equal(stat(sandbox_path(box, name), &st), 0);
    return st.st_mode & 07777;
}

/* Runs a command line in a folder of the sandbox; it has to succeed. Arguments
 * are cut at blanks. */
static inline void sandbox_run(struct sandbox *box, const char *folder,
                               const char *line)
{
    char copy[1024];
    char *argv[32];
    size_t count = 0;
    int status = -1;

    snprintf(copy, sizeof(copy), "%s", line);
    for (char *at = copy; *at && count < 31;) {
        argv[count++] = at;
        at += strcspn(at, " ");
        if (*at)
            *at++ = '\0';
    }
    argv[count] = NULL;
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 1);
        dup2(null, 2);
        setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
        setenv("GIT_CONFIG_SYSTEM", "/dev/null", 1);
        setenv("GIT_AUTHOR_NAME", "T", 1);
        setenv("GIT_AUTHOR_EMAIL", "t@example.org", 1);
        setenv("GIT_COMMITTER_NAME", "T", 1);
        setenv("GIT_COMMITTER_EMAIL", "t@example.org", 1);
        if (chdir(sandbox_path(box, folder)) == 0)
            execvp(argv[0], argv);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (status != 0)
        fail_msg("\"%s\" ended with %d", line, status);
}

#endif
