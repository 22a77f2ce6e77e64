/* Private to the app: a program that gets the terminal, as a shell's job. */
#ifndef KERF_APP_JOB_H
#define KERF_APP_JOB_H

/*
 * Runs a program (argv, NULL at the end; argv[0] is its path) on the terminal
 * and waits for its end; kerf must have left the terminal. ^C and ^Z are for
 * the program alone. If it stops, kerf and its job stop as well, for the shell;
 * when kerf is continued, so is the program. Returns the exit status; -1 if it
 * could not run, or a signal ended it.
 */
int job_run(const char *const argv[]);

#endif
