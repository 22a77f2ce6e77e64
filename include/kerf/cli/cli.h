/* The command line: one file per subcommand, one table of them. */
#ifndef KERF_CLI_CLI_H
#define KERF_CLI_CLI_H

/* Exit statuses, everywhere: design.md 1. */
enum exit_status {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_NO_PATCH = 3,
    EXIT_NOT_APPLICABLE = 4, // the patch does not apply, nothing was changed
    EXIT_POLICY = 6,
    EXIT_UNREACHABLE = 7,
    EXIT_INTERRUPTED = 130,
};

/* Runs the program; returns its exit status. */
int cli_main(int argc, char **argv, char *const *env);

#endif
