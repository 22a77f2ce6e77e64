/* Private: forks and executes, and says why if it could not. */
#ifndef KERF_LOOP_CHILD_SPAWN_H
#define KERF_LOOP_CHILD_SPAWN_H

#include "kerf/loop/child.h"

struct spawned {
    int pid;
    int in_fd;  // our end of its stdin, non-blocking; -1: it reads nothing
    int out_fd; // our end of its stdout and stderr, non-blocking
};

/* Starts `options->argv` as the leader of its own session. Waits for the exec,
 * not for the program. False with an error that names the program. */
bool child_spawn(const struct child_options *options, struct spawned *spawned,
                 struct error *err) KERF_CHECKED;

#endif
