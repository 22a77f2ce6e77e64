/*
 * A new file takes over what the old one had beside its bytes: owner (as far
 * as we may), ACL and extended attributes, then the mode; in this order,
 * because a change of the owner drops mode bits. Security labels are tried
 * and left to the system's policy; file capabilities are not carried over to
 * bytes they were not given to.
 */
#include "temp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "folder.h"
#include "path.h"

#define SET_ID_BITS 06000 // set-user-id and set-group-id

bool temp_name_all(struct set *set, struct error *err)
{
    uint32_t number;

    for (size_t i = 0; i < set->count; i++) {
        if (getrandom(&number, sizeof(number), 0) != sizeof(number))
            return error_errno(err, errno, "no random number");
        snprintf(set->entries[i].temp, TEMP_NAME_BYTES, ".kerf-%08x.tmp",
                 number);
        set->entries[i].temp_depth = NO_TEMP;
    }
    return true;
}

// The folder of `path`, cut before the first component that the set makes,
// removes or turns into a file.
static struct str lasting_folder(const struct set *set, struct str path)
{
    struct str folder = path_folder(path);

    for (size_t i = 1; i <= folder.len; i++) {
        if (i < folder.len && folder.at[i] != '/')
            continue;
        if (set_names(set, str_take(folder, i)))
            return path_folder(str_take(folder, i));
    }
    return folder;
}

int temp_folder(struct change *change, struct entry *entry, struct error *err)
{
    if (entry->temp_depth != NO_TEMP)
        return folder_open(change->tree,
                           str_take(entry->path, entry->temp_depth), err);
    struct str folder = lasting_folder(change->set, entry->path);
    size_t depth;
    int fd = folder_open_deepest(change->tree, folder, &depth, err);
    if (fd >= 0)
        entry->temp_depth = depth;
    return fd;
}

static bool keep_owner(struct change *change, int fd, const struct stat *old,
                       struct error *err)
{
    struct stat now;

    if (fstat(fd, &now) < 0)
        return error_errno(err, errno, "it cannot be looked at");
    if (now.st_uid == old->st_uid && now.st_gid == old->st_gid)
        return true;
    if (step_chown(change->steps, fd, old->st_uid, old->st_gid) == 0)
        return true;
    if (old->st_mode & SET_ID_BITS)
        return error_set(err, ERROR_DENIED,
                         "it runs as its owner, who cannot be kept");
    // The group alone may be allowed; if not, the file becomes ours.
    if (step_chown(change->steps, fd, (uid_t)-1, old->st_gid) < 0)
        return true;
    return true;
}

static bool is_kept(const char *name)
{
    struct str text = str_from(name);
    return str_starts_with(text, STR("user."))
           || str_is(text, "system.posix_acl_access");
}

static bool keep_attribute(struct change *change, int fd, int donor,
                           const char *name, struct error *err)
{
    if (!is_kept(name) && strcmp(name, "security.selinux") != 0)
        return true;
    ssize_t size = fgetxattr(donor, name, NULL, 0);
    if (size < 0)
        return true; // gone by now
    char *value = arena_alloc(change->arena, (size_t)size + 1);
    size = fgetxattr(donor, name, value, (size_t)size);
    if (size < 0)
        return error_errno(err, errno, "attribute %s cannot be read", name);
    struct str bytes = { value, (size_t)size };
    if (step_attribute(change->steps, fd, name, bytes) == 0 || !is_kept(name))
        return true;
    return error_errno(err, errno, "attribute %s cannot be kept", name);
}

static bool keep_attributes(struct change *change, int fd, int donor,
                            struct error *err)
{
    ssize_t size = flistxattr(donor, NULL, 0);

    if (size <= 0)
        return true; // none, or a file system that knows none
    char *names = arena_alloc(change->arena, (size_t)size + 1);
    size = flistxattr(donor, names, (size_t)size);
    for (const char *name = names; name < names + size;
         name += strlen(name) + 1)
        if (!keep_attribute(change, fd, donor, name, err))
            return false;
    return true;
}

static bool take_over(struct change *change, const struct entry *entry, int fd,
                      struct error *err)
{
    struct error unused;
    struct stat old;
    int donor = file_open(change->tree, entry->path, &unused);

    if (donor < 0 && entry->donor.len)
        donor = file_open(change->tree, entry->donor, &unused);
    if (donor < 0)
        return true;
    bool fine = fstat(donor, &old) == 0 && keep_owner(change, fd, &old, err)
                && keep_attributes(change, fd, donor, err);
    close(donor);
    return fine;
}

static bool fill(struct change *change, const struct entry *entry, int fd,
                 enum side side, struct error *err)
{
    const struct image *image = &entry->at[side];

    if (step_write(change->steps, fd, image->bytes) < 0)
        return error_errno(err, errno, "it cannot be written");
    if (!take_over(change, entry, fd, err))
        return false;
    if (step_chmod(change->steps, fd, image->mode) < 0)
        return error_errno(err, errno, "its mode cannot be set");
    if (step_sync(change->steps, fd) < 0)
        return error_errno(err, errno, "it cannot be written");
    return true;
}

bool temp_make(struct change *change, struct entry *entry, enum side side,
               struct error *err)
{
    int folder = temp_folder(change, entry, err);

    if (folder < 0)
        return false;
    int fd = step_create(change->steps, folder, entry->temp, 0600);
    if (fd < 0) {
        error_errno(err, errno, "%s cannot be written",
                    path_text(entry->path).at);
        entry->temp_depth = NO_TEMP;
        close(folder);
        return false;
    }
    bool fine = fill(change, entry, fd, side, err);
    if (!fine)
        error_prefix(err, "%s", path_text(entry->path).at);
    close(fd);
    close(folder);
    return fine;
}

static bool is_there(struct change *change, const struct entry *entry,
                     struct str folder)
{
    struct error unused;
    struct stat st;
    int fd = folder_open(change->tree, folder, &unused);

    if (fd < 0)
        return false;
    bool there = fstatat(fd, entry->temp, &st, AT_SYMLINK_NOFOLLOW) == 0;
    close(fd);
    return there;
}

void temp_find(struct change *change, struct entry *entry)
{
    struct str folder = path_folder(entry->path);

    entry->temp_depth = NO_TEMP;
    for (;; folder = path_folder(folder)) {
        if (is_there(change, entry, folder)) {
            entry->temp_depth = folder.len;
            return;
        }
        if (folder.len == 0)
            return;
    }
}

struct image temp_look(struct change *change, struct entry *entry)
{
    struct error unused;
    struct image image = { 0 };
    struct stat st;

    if (entry->temp_depth == NO_TEMP)
        return image;
    int folder = temp_folder(change, entry, &unused);
    if (folder < 0)
        return image;
    int fd = openat(folder, entry->temp,
                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    close(folder);
    if (fd < 0)
        return image;
    image.exists =
        fstat(fd, &st) == 0 && S_ISREG(st.st_mode)
        && file_read(fd, change->arena, &image.bytes, &image.mode, &unused);
    close(fd);
    return image;
}

bool temp_drop(struct change *change, struct entry *entry, struct error *err)
{
    if (entry->temp_depth == NO_TEMP)
        return true;
    int folder = temp_folder(change, entry, err);
    if (folder < 0)
        return false;
    int result = step_unlink(change->steps, folder, entry->temp, 0);
    if (result < 0 && errno != ENOENT)
        error_errno(err, errno, "%s/%s cannot be removed",
                    path_text(str_take(entry->path, entry->temp_depth)).at,
                    entry->temp);
    else
        entry->temp_depth = NO_TEMP, result = 0;
    close(folder);
    return result == 0;
}
