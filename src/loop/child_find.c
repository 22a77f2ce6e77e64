/* Looks a program up in PATH, trusting no entry that the tree could fill. */
#include "kerf/loop/child.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Says whether the real place of `path` lies in the real folder `folder`.
static bool is_inside(const char *path, const char *folder)
{
    char real_path[PATH_MAX], real_folder[PATH_MAX];

    if (!folder || !realpath(folder, real_folder))
        return false;
    if (!realpath(path, real_path))
        return true; // cannot be judged: not trusted
    size_t len = strlen(real_folder);
    if (len == 1)
        return true; // the tree is "/": nothing lies outside
    return strncmp(real_path, real_folder, len) == 0
           && (real_path[len] == '/' || real_path[len] == '\0');
}

static bool is_program(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode)
           && access(path, X_OK) == 0;
}

static bool find_in(struct str folder, const char *name, const char *outside_of,
                    char *path, size_t size)
{
    if (folder.len == 0 || folder.at[0] != '/')
        return false;
    int len = snprintf(path, size, "%.*s/%s", STR_ARG(folder), name);
    return len > 0 && (size_t)len < size && is_program(path)
           && !is_inside(path, outside_of);
}

bool child_find(const char *name, const char *outside_of, char *path,
                size_t size)
{
    struct str rest = str_from(getenv("PATH"));
    struct str folder;

    if (!*name || strchr(name, '/'))
        return false;
    while (str_split(&rest, ':', &folder))
        if (find_in(folder, name, outside_of, path, size))
            return true;
    return false;
}
