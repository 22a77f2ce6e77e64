/*
 * The walk: openat() with O_NOFOLLOW for one component after another. Links
 * swapped in while we walk make the next openat() fail; a check of strings
 * beforehand could not promise that. What was opened is compared, by device
 * and inode, with the git folder: that finds it under any name.
 */
#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kerf/repo/repo.h"
#include "path.h"
#include "tree.h"

#define READ_ATTEMPTS 3

static bool component_error(int parent, const char *name, struct str path,
                            int number, struct error *err)
{
    struct stat st;

    if (number == ENOENT)
        return error_set(err, ERROR_NOT_FOUND, "%s is not there",
                         path_text(path).at);
    if (number == ENAMETOOLONG)
        return error_set(err, ERROR_POLICY, "%s: a name is too long",
                         path_text(path).at);
    if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        if (S_ISLNK(st.st_mode))
            return error_set(err, ERROR_POLICY, "%s: %s is a symbolic link",
                             path_text(path).at, path_text(str_from(name)).at);
        if (!S_ISDIR(st.st_mode))
            return error_set(err, ERROR_POLICY, "%s: %s is no folder",
                             path_text(path).at, path_text(str_from(name)).at);
    }
    if (number == ENOTDIR || number == ELOOP)
        return error_set(err, ERROR_POLICY, "%s: %s was no folder a moment ago",
                         path_text(path).at, path_text(str_from(name)).at);
    return error_errno(err, number, "%s", path_text(path).at);
}

static int open_child(const struct worktree *tree, int parent, struct str name,
                      struct str path, struct error *err)
{
    char text[LIMIT_NAME_BYTES + 1];
    struct stat st;

    if (name.len >= sizeof(text)) {
        component_error(parent, "", path, ENAMETOOLONG, err);
        return -1;
    }
    memcpy(text, name.at, name.len);
    text[name.len] = '\0';
    int fd =
        openat(parent, text, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        component_error(parent, text, path, errno, err);
        return -1;
    }
    if (fstat(fd, &st) < 0 || tree_is_git_folder(tree, &st)) {
        error_set(err, ERROR_POLICY, "%s leads into the git folder",
                  path_text(path).at);
        close(fd);
        return -1;
    }
    return fd;
}

int folder_open_deepest(const struct worktree *tree, struct str path,
                        size_t *depth, struct error *err)
{
    int fd = fcntl(tree_fd(tree), F_DUPFD_CLOEXEC, 0);
    struct str rest = path, name;

    *depth = 0;
    if (fd < 0)
        error_errno(err, errno, "%s", path_text(path).at);
    while (fd >= 0 && str_split(&rest, '/', &name)) {
        struct error why;
        int child = open_child(tree, fd, name, path, &why);
        if (child < 0 && why.kind == ERROR_NOT_FOUND)
            return fd;
        close(fd);
        fd = child;
        if (child < 0)
            *err = why;
        else
            *depth = (size_t)(name.at - path.at) + name.len;
    }
    return fd;
}

int folder_open(const struct worktree *tree, struct str path, struct error *err)
{
    size_t depth;
    int fd = folder_open_deepest(tree, path, &depth, err);

    if (fd >= 0 && depth < path.len) {
        close(fd);
        error_set(err, ERROR_NOT_FOUND, "%s is not there", path_text(path).at);
        return -1;
    }
    return fd;
}

static bool is_regular(int fd, struct str path, struct error *err)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return error_errno(err, errno, "%s", path_text(path).at);
    if (S_ISREG(st.st_mode))
        return true;
    return error_set(err, ERROR_POLICY, "%s is %s", path_text(path).at,
                     S_ISDIR(st.st_mode)    ? "a folder"
                     : S_ISFIFO(st.st_mode) ? "a pipe"
                                            : "no regular file");
}

static bool file_error(int folder, const char *name, struct str path,
                       int number, struct error *err)
{
    struct stat st;

    if (number == ENOENT)
        return error_set(err, ERROR_NOT_FOUND, "%s is not there",
                         path_text(path).at);
    if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        if (S_ISLNK(st.st_mode))
            return error_set(err, ERROR_POLICY, "%s is a symbolic link",
                             path_text(path).at);
        if (!S_ISREG(st.st_mode))
            return error_set(err, ERROR_POLICY, "%s is no regular file",
                             path_text(path).at);
    }
    return error_errno(err, number, "%s", path_text(path).at);
}

int file_open(const struct worktree *tree, struct str path, struct error *err)
{
    struct str leaf = path_leaf(path);
    char name[LIMIT_NAME_BYTES + 1];

    if (leaf.len >= sizeof(name)) {
        error_set(err, ERROR_POLICY, "%s: a name is too long",
                  path_text(path).at);
        return -1;
    }
    memcpy(name, leaf.at, leaf.len);
    name[leaf.len] = '\0';
    int folder = folder_open(tree, path_folder(path), err);
    if (folder < 0)
        return -1;
    // Without O_NONBLOCK a pipe would wait for its writer.
    int fd = openat(folder, name,
                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        file_error(folder, name, path, errno, err);
    } else if (!is_regular(fd, path, err)) {
        close(fd);
        fd = -1;
    }
    close(folder);
    return fd;
}

ssize_t read_up_to(int fd, char *at, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t got = pread(fd, at + done, size - done, (off_t)done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec
           && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

bool file_read(int fd, struct arena *arena, struct str *bytes, unsigned *mode,
               struct error *err)
{
    struct stat before, after;

    for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
        if (fstat(fd, &before) < 0)
            return error_errno(err, errno, "it cannot be read");
        if (before.st_size > (off_t)LIMIT_FILE_BYTES)
            return error_set(err, ERROR_LIMIT, "it is larger than %zu MiB",
                             LIMIT_FILE_BYTES >> 20);
        size_t size = (size_t)before.st_size;
        char *at = arena_alloc(arena, size + 1);
        ssize_t got = read_up_to(fd, at, size + 1);
        if (got < 0 || fstat(fd, &after) < 0)
            return error_errno(err, errno, "it cannot be read");
        if ((size_t)got == size && is_same(&before, &after)) {
            at[size] = '\0';
            *bytes = (struct str){ at, size };
            *mode = after.st_mode & 07777;
            return true;
        }
    }
    return error_set(err, ERROR_CONFLICT, "it changes while it is read");
}
