/* One running command of the shell tool. Private to the agent. */
#ifndef KERF_AGENT_SHELL_H
#define KERF_AGENT_SHELL_H

#include <stdbool.h>
#include <stdint.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/config/config.h"
#include "kerf/loop/loop.h"

struct shell;

struct shell_options {
    struct str command; // exactly what the user was shown
    struct str root;    // working folder
    char *const *env;   // the process environment; secrets are left out
    const struct config *config; // whose key variables are left out as well
    int64_t timeout_ms;
    size_t output_bytes; // kept of the output
    bool bare;           // give the output alone, without status and time
};

/* Live output, and the end: text for the model, and the status. In the end's
 * callback the shell may be destroyed. */
typedef void (*shell_output_fn)(struct str bytes, void *ctx);
typedef void (*shell_end_fn)(struct str text, int exit_status, void *ctx);

/* Runs the command as the one argument of `/bin/sh -c`, in a process group of
 * its own, standard input empty. NULL if it cannot be started. */
struct shell *shell_start(struct loop *loop,
                          const struct shell_options *options,
                          shell_output_fn output, shell_end_fn end, void *ctx,
                          struct error *err) KERF_CHECKED;

/* Ends the process group; the end still comes. */
void shell_kill(struct shell *shell);

/* Frees; a command that still runs is killed and its end does not come. */
void shell_destroy(struct shell *shell);

#endif
