/* One file an answer; what cannot be written is told once and left out. */
#include "tape.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define LIMIT_PATH 4096

void tape_close(struct tape *tape)
{
    if (tape->fd > 0)
        close(tape->fd - 1);
    tape->fd = 0;
}

void tape_next(struct tape *tape, const char *folder, uint64_t connection,
               const char *suffix)
{
    char path[LIMIT_PATH];

    if (!folder)
        return;
    tape_close(tape);
    int length = snprintf(path, sizeof(path), "%s/%llu-%llu.%s", folder,
                          (unsigned long long)connection,
                          (unsigned long long)++tape->count, suffix);
    int fd = length < LIMIT_PATH
                 ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)
                 : -1;
    if (fd < 0)
        perror("kerf-sim: --record-bytes");
    tape->fd = fd + 1;
}

void tape_write(struct tape *tape, struct str bytes)
{
    while (tape->fd > 0 && bytes.len > 0) {
        ssize_t n = write(tape->fd - 1, bytes.at, bytes.len);
        if (n <= 0) {
            perror("kerf-sim: --record-bytes");
            tape_close(tape);
            return;
        }
        bytes = str_skip(bytes, (size_t)n);
    }
}
