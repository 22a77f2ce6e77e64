/* Nothing is followed: a link is listed and removed as a link. */
#include "disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 8192

static void fail(const char *path)
{
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    exit(1);
}

static int is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void list_bytes(struct buf *out, const char *path)
{
    char bytes[4096];
    ssize_t n;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);

    while (fd >= 0 && (n = read(fd, bytes, sizeof(bytes))) > 0)
        buf_append(out, (struct str){ bytes, (size_t)n });
    if (fd >= 0)
        close(fd);
}

static void list_one(struct buf *out, const char *path, bool strict)
{
    char target[PATH_BYTES];
    struct stat st;

    if (lstat(path, &st) != 0)
        return; // it went in the meantime
    buf_printf(out, "\n%o %s", (unsigned)st.st_mode, path);
    if (strict && !S_ISDIR(st.st_mode))
        buf_printf(out, " %llu %lld.%09ld", (unsigned long long)st.st_ino,
                   (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
    buf_append_char(out, '\n');
    if (S_ISREG(st.st_mode)) {
        list_bytes(out, path);
    } else if (S_ISLNK(st.st_mode)) {
        ssize_t n = readlink(path, target, sizeof(target));
        buf_append(out, (struct str){ target, n > 0 ? (size_t)n : 0 });
    } else if (S_ISDIR(st.st_mode)) {
        disk_list(out, path, strict);
    }
}

void disk_list(struct buf *out, const char *dir, bool strict)
{
    struct dirent **entries;
    char path[PATH_BYTES];
    int count = scandir(dir, &entries, is_entry, by_name);

    if (count < 0)
        return;
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name);
        list_one(out, path, strict);
        free(entries[i]);
    }
    free(entries);
}

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *walk)
{
    (void)st;
    (void)type;
    (void)walk;
    return remove(path);
}

void disk_empty(const char *dir, const char *keep)
{
    struct dirent **entries;
    char path[PATH_BYTES];
    int count = scandir(dir, &entries, is_entry, by_name);

    if (count < 0)
        fail(dir);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name);
        if (strcmp(entries[i]->d_name, keep) != 0
            && nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
            fail(path);
        free(entries[i]);
    }
    free(entries);
}

void disk_folder(const char *path)
{
    char part[PATH_BYTES];

    snprintf(part, sizeof(part), "%s/", path);
    for (char *c = part + 1; *c; c++)
        if (*c == '/') {
            *c = '\0';
            if (mkdir(part, 0755) != 0 && errno != EEXIST)
                fail(part);
            *c = '/';
        }
}

void disk_put(const char *path, struct str bytes, bool executable)
{
    char folder[PATH_BYTES];

    snprintf(folder, sizeof(folder), "%s", path);
    *strrchr(folder, '/') = '\0';
    disk_folder(folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, executable ? 0755 : 0644);
    if (fd < 0 || write(fd, bytes.at, bytes.len) != (ssize_t)bytes.len)
        fail(path);
    close(fd);
}
