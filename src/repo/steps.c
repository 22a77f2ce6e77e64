/* Thin wrappers: the fault first, then the call, repeated after a signal. */
#include "steps.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "kerf/base/fd.h"

static bool goes_wrong(struct steps *steps)
{
    steps->count++;
    if (steps->watch)
        steps->watch(steps->count, steps->watch_ctx);
    if (steps->fault_at == 0 || steps->count < steps->fault_at)
        return false;
    if (steps->count > steps->fault_at && !steps->lasting)
        return false;
    if (steps->fault == 0)
        raise(SIGKILL);
    errno = steps->fault;
    return true;
}

int step_create(struct steps *steps, int folder, const char *name, mode_t mode)
{
    if (goes_wrong(steps))
        return -1;
    return openat(folder, name,
                  O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
}

// In two halves, so that a fault can leave a torn file.
int step_write(struct steps *steps, int fd, struct str bytes)
{
    size_t half = bytes.len / 2;

    if (goes_wrong(steps) || !fd_write_all(fd, str_take(bytes, half)))
        return -1;
    if (goes_wrong(steps))
        return -1;
    return fd_write_all(fd, str_skip(bytes, half)) ? 0 : -1;
}

int step_chown(struct steps *steps, int fd, uid_t user, gid_t group)
{
    return goes_wrong(steps) ? -1 : fchown(fd, user, group);
}

int step_chmod(struct steps *steps, int fd, mode_t mode)
{
    return goes_wrong(steps) ? -1 : fchmod(fd, mode);
}

int step_attribute(struct steps *steps, int fd, const char *name,
                   struct str value)
{
    if (goes_wrong(steps))
        return -1;
    return fsetxattr(fd, name, value.at, value.len, 0);
}

int step_sync(struct steps *steps, int fd)
{
    int result;

    if (goes_wrong(steps))
        return -1;
    do {
        result = fsync(fd);
    } while (result < 0 && errno == EINTR);
    return result;
}

int step_mkdir(struct steps *steps, int folder, const char *name)
{
    return goes_wrong(steps) ? -1 : mkdirat(folder, name, 0777);
}

int step_unlink(struct steps *steps, int folder, const char *name, int flags)
{
    return goes_wrong(steps) ? -1 : unlinkat(folder, name, flags);
}

int step_rename(struct steps *steps, int from, const char *old, int to,
                const char *name, unsigned flags)
{
    return goes_wrong(steps) ? -1 : renameat2(from, old, to, name, flags);
}
