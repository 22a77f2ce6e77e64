/* The command line: one file per subcommand, one table of them. */
#ifndef KERF_CLI_CLI_H
#define KERF_CLI_CLI_H

#include <stddef.h>

/* Exit statuses, everywhere: design.md 1. */
enum exit_status {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_NO_PATCH = 3,
    EXIT_NOT_APPLICABLE = 4, // the patch does not apply, nothing was changed
    EXIT_POLICY = 6,
    EXIT_UNREACHABLE = 7,
    EXIT_BUDGET = 8,
    EXIT_INTERRUPTED = 130,
};

/* A way to call kerf, as `kerf --help` and the manual have it. */
struct cli_usage {
    const char *name;      // of the subcommand; "" for kerf itself
    const char *arguments; // "[--check] [FILE|-]"
    const char *help;      // a phrase
    const char *options;   // more of them, told by `kerf NAME --help`
};

/* Returns the usage at `index`, or one whose name is NULL beyond the last. */
struct cli_usage cli_usage(size_t index);

/* Runs the program; returns its exit status. */
int cli_main(int argc, char **argv, char *const *env);

#endif
