/*
 * Child processes: a session of their own (so no /dev/tty of ours), output by
 * pipe or pty, a time limit, an end that takes the whole group. The
 * environment given is the whole one: what is not in it the child does not see.
 */
#ifndef KERF_LOOP_CHILD_H
#define KERF_LOOP_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/str.h"
#include "kerf/loop/loop.h"

struct child;

struct child_options {
    const char *const *argv; // absolute path first, NULL at the end
    const char *const *env;  // "NAME=value", NULL at the end
    const char *dir;         // working folder
    struct str input;        // written to stdin, which is then closed
    bool keep_stdin;         // stdin is a pipe that nothing comes by, and whose
                             // end tells the child that we are gone
    bool pty;                // stdout and stderr are a pty of rows x cols
    unsigned short rows, cols;
    int64_t timeout_ms; // 0: none; then SIGTERM, 2 s later SIGKILL
};

/* Output as it comes, stdout and stderr in one stream. */
typedef void (*child_output_fn)(struct str bytes, void *ctx);

/* How it ended; called exactly once, after all output. */
struct child_end {
    int exit_status; // 0-255; 128 + n if a signal ended it
    bool timed_out, killed;
    int64_t wall_ms;
};
typedef void (*child_end_fn)(const struct child_end *end, void *ctx);

/* Starts a child in its own session and process group; signals, masks and
 * descriptors are reset. NULL with an error if it cannot be started. What it
 * left running in its group is killed when it has ended. */
struct child *child_start(struct loop *loop,
                          const struct child_options *options,
                          child_output_fn output, child_end_fn end, void *ctx,
                          struct error *err) KERF_CHECKED;

/* Ends the whole group: SIGTERM, 2 s later SIGKILL. The end still comes. */
void child_kill(struct child *child);

/* Frees; after `end` was called, or before: then it is killed at once and
 * `end` does not come. */
void child_destroy(struct child *child);

/* Its process id, also when it has ended. */
int child_pid(const struct child *child);

/* Finds `name` in PATH without empty, relative entries or entries inside
 * `outside_of` (may be NULL): what a tree brings along is never run by name.
 * Returns false if it is not there. */
bool child_find(const char *name, const char *outside_of, char *path,
                size_t size);

#endif
