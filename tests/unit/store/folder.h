/* A throw-away folder for tests with files. */
#ifndef KERF_TESTS_STORE_FOLDER_H
#define KERF_TESTS_STORE_FOLDER_H

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "kerf/base/arena.h"

struct folder {
    struct arena arena;
    char root[PATH_MAX];
};

static inline const char *folder_path(struct folder *folder, const char *name)
{
    return arena_printf(&folder->arena, "%s/%s", folder->root, name).at;
}

static inline unsigned folder_mode(struct folder *folder, const char *name)
{
    struct stat st;
    assert_int_equal(stat(folder_path(folder, name), &st), 0);
    return st.st_mode & 07777;
}

static inline int folder_setup(void **state)
{
    struct folder *folder = calloc(1, sizeof(*folder));
    const char *base = getenv("TMPDIR");
    char name[200];

    umask(022);
    snprintf(name, sizeof(name), "%s/kerf-test-XXXXXX", base ? base : "/tmp");
    if (!folder || !mkdtemp(name) || !realpath(name, folder->root))
        return -1;
    *state = folder;
    return 0;
}

static inline int folder_remove_one(const char *path, const struct stat *st,
                                    int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline int folder_teardown(void **state)
{
    struct folder *folder = *state;

    nftw(folder->root, folder_remove_one, 32, FTW_DEPTH | FTW_PHYS);
    arena_release(&folder->arena);
    free(folder);
    return 0;
}

#define IN_FOLDER(test) \
    cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

#endif
