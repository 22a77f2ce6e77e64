/*
 * One file for all sessions; each is one byte of it, at the hash of its id, and
 * a claim is a record lock of POSIX on that byte. Such a lock ends with its
 * process, is not inherited by children, works on NFS as far as SQLite does,
 * and names its holder. The file stays empty and is never removed: there is
 * nothing to clean up. It must not be opened twice in a process, since closing
 * either descriptor would drop the locks of both.
 */
#include "kerf/store/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kerf/base/arena.h"
#include "kerf/base/private_folder.h"

#define FILE_NAME "sessions.lock"
#define NO_BYTE ((off_t)-1)

struct claim {
    char *dir;
    int fd;     // -1: not opened yet, or cannot be
    off_t byte; // that is locked, or NO_BYTE
};

struct claim *claim_create(struct str dir)
{
    struct claim *claim = mem_alloc(sizeof(*claim));

    claim->dir = mem_alloc(dir.len + 1);
    if (dir.len > 0)
        memcpy(claim->dir, dir.at, dir.len);
    claim->fd = -1;
    claim->byte = NO_BYTE;
    return claim;
}

static int open_file(const char *dir)
{
    struct error unused;
    int folder = private_folder_open(str_from(dir), &unused);

    if (folder < 0)
        return -1;
    int fd = openat(folder, FILE_NAME,
                    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    close(folder);
    return fd;
}

static struct flock one_byte(short type, off_t byte)
{
    return (struct flock){
        .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1
    };
}

// Who has the byte: a process of this machine, or 0.
static pid_t holder(int fd, off_t byte)
{
    struct flock lock = one_byte(F_WRLCK, byte);

    if (fcntl(fd, F_GETLK, &lock) < 0 || lock.l_type == F_UNLCK
        || lock.l_pid <= 0)
        return 0;
    return lock.l_pid;
}

static bool refuse(struct str session_id, pid_t pid, struct error *err)
{
    struct str id = str_take(session_id, 60);

    if (pid == 0)
        return error_set(err, ERROR_FAILED,
                         "session %.*s is open in another kerf: end that "
                         "one first",
                         STR_ARG(id));
    return error_set(err, ERROR_FAILED,
                     "session %.*s is open in another kerf (process %ld): "
                     "end that one first",
                     STR_ARG(id), (long)pid);
}

static void let_go(struct claim *claim)
{
    struct flock lock = one_byte(F_UNLCK, claim->byte);

    if (claim->byte != NO_BYTE)
        fcntl(claim->fd, F_SETLK, &lock);
    claim->byte = NO_BYTE;
}

bool claim_take(struct claim *claim, struct str session_id, struct error *err)
{
    off_t byte = (off_t)(str_hash(session_id, 0) >> 2); // room for l_len
    struct flock lock = one_byte(F_WRLCK, byte);

    if (claim->fd < 0)
        claim->fd = open_file(claim->dir);
    if (claim->fd < 0 || byte == claim->byte)
        return true;
    bool locked = fcntl(claim->fd, F_SETLK, &lock) == 0;
    if (!locked && (errno == EACCES || errno == EAGAIN))
        return refuse(session_id, holder(claim->fd, byte), err);
    let_go(claim);
    claim->byte = locked ? byte : NO_BYTE;
    return true;
}

void claim_destroy(struct claim *claim)
{
    if (!claim)
        return;
    if (claim->fd >= 0)
        close(claim->fd);
    free(claim->dir);
    free(claim);
}
