/*
 * Parents are made one after another as mkdir -p would; only the last folder
 * is judged, since a home may well be reached through links. It is judged
 * through its descriptor, so that it cannot be swapped after the look.
 */
#include "kerf/base/private_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIMIT_FOLDER_PATH_BYTES 4096

static bool make_folder(const char *path, struct error *err)
{
    if (mkdir(path, 0700) < 0) {
        if (errno == EEXIST || errno == EISDIR)
            return true;
        return error_errno(err, errno, "%s cannot be made", path);
    }
    // An odd umask may have taken bits away that we need.
    if (chmod(path, 0700) < 0)
        return error_errno(err, errno, "%s", path);
    return true;
}

static bool make_folders(char *path, struct error *err)
{
    for (char *at = path + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        struct stat there;
        bool fine = stat(path, &there) == 0 || make_folder(path, err);
        *at = '/';
        if (!fine)
            return false;
    }
    return make_folder(path, err);
}

static bool is_ours(int fd, const char *path, struct error *err)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return error_errno(err, errno, "%s", path);
    if (st.st_uid != geteuid())
        return error_set(err, ERROR_POLICY,
                         "%s belongs to another user (uid %u)", path,
                         (unsigned)st.st_uid);
    if ((st.st_mode & 07777) != 0700 && fchmod(fd, 0700) < 0)
        return error_errno(err, errno, "%s", path);
    return true;
}

// Says why the folder could not be opened: a link gives ENOTDIR or ELOOP.
static bool cannot_open(const char *path, int number, struct error *err)
{
    struct stat st;

    if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
        return error_set(err, ERROR_POLICY,
                         "%s is a symbolic link, which is not followed", path);
    return error_errno(err, number, "%s", path);
}

int private_folder_open(struct str path, struct error *err)
{
    char name[LIMIT_FOLDER_PATH_BYTES];

    while (path.len > 1 && path.at[path.len - 1] == '/')
        path.len--;
    if (path.len == 0 || path.len >= sizeof(name) || path.at[0] != '/') {
        error_set(err, ERROR_INVALID, "\"%.*s\" is no absolute path",
                  STR_ARG(str_take(path, 100)));
        return -1;
    }
    memcpy(name, path.at, path.len);
    name[path.len] = '\0';
    if (!make_folders(name, err))
        return -1;
    int fd = open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        cannot_open(name, errno, err);
        return -1;
    }
    if (!is_ours(fd, name, err)) {
        close(fd);
        return -1;
    }
    return fd;
}
