/*
 * The system calls by which a write changes anything, each counted as a step,
 * so that tests can let any of them fail or be the last thing that happens.
 */
#ifndef KERF_SRC_REPO_STEPS_H
#define KERF_SRC_REPO_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "kerf/base/str.h"

struct steps {
    size_t count;    // steps taken so far
    size_t fault_at; // 1-based step that goes wrong; 0: none
    int fault;       // errno it fails with; 0: the process is killed there
    bool lasting;    // and so does every later step
    // Called before each step, for tests; NULL otherwise.
    void (*watch)(size_t step, void *ctx);
    void *watch_ctx;
};

/* All as the call they are named after: -1 and errno on failure. */
int step_create(struct steps *steps, int folder, const char *name, mode_t mode);
int step_write(struct steps *steps, int fd, struct str bytes);
int step_chown(struct steps *steps, int fd, uid_t user, gid_t group);
int step_chmod(struct steps *steps, int fd, mode_t mode);
int step_attribute(struct steps *steps, int fd, const char *name,
                   struct str value);
int step_sync(struct steps *steps, int fd);
int step_mkdir(struct steps *steps, int folder, const char *name);
int step_unlink(struct steps *steps, int folder, const char *name, int flags);
int step_rename(struct steps *steps, int from, const char *old, int to,
                const char *name, unsigned flags);

#endif
