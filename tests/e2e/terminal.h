/*
 * A terminal for tests: a program on a pty, its screen kept by libvterm. Tests
 * wait for content, never for time; the time limit only ends a broken test.
 */
#ifndef KERF_TESTS_TERMINAL_H
#define KERF_TESTS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define WAIT_MS 20000

struct terminal;

struct terminal_options {
    int rows, cols;
    const char *dir;         // working folder
    const char *const *argv; // NULL at the end
    const char *const *env;  // "NAME=value" beside a plain environment
    const char *stdin_file;  // standard input from a file; NULL: the pty
};

struct terminal *terminal_start(const struct terminal_options *options);

/* Ends the program if it runs, and frees. */
void terminal_end(struct terminal *terminal);

void terminal_type(struct terminal *terminal, const char *bytes);
void terminal_resize(struct terminal *terminal, int rows, int cols);
/* What another program on the same terminal does: writes, and sets the line
 * discipline as it was before the program started. */
void terminal_show(struct terminal *terminal, const char *bytes);
void terminal_restore(struct terminal *terminal);

/* From now on the terminal answers no question; the test may. */
void terminal_mute(struct terminal *terminal);

/* Closes the other end, as a lost connection does. */
void terminal_hang_up(struct terminal *terminal);

pid_t terminal_pid(const struct terminal *terminal);

/* Reads output until the screen holds `text`; false after WAIT_MS (the screen
 * is printed then). */
bool terminal_wait(struct terminal *terminal, const char *text);
bool terminal_wait_gone(struct terminal *terminal, const char *text);

/* Says whether the screen holds `text` now; reads nothing. */
bool terminal_shows(struct terminal *terminal, const char *text);

/* The screen as lines, blanks at their ends cut; valid until the next call. */
const char *terminal_text(struct terminal *terminal);

/* All bytes the program wrote so far. */
const char *terminal_bytes(const struct terminal *terminal, size_t *size);

/* Reads until the program ended; returns its exit status (128 + n after a
 * signal), or -1 after WAIT_MS. */
int terminal_wait_exit(struct terminal *terminal);

/* Reads what is there, waiting at most `ms`; false when the pty is closed. */
bool terminal_read(struct terminal *terminal, int ms);

/* The same, but at most so many bytes: a slow line. */
bool terminal_read_some(struct terminal *terminal, int ms, size_t most);

/* Says whether nothing more can be written until something is read. */
bool terminal_is_full(const struct terminal *terminal);

/* Says whether the line discipline is as it was before the program started. */
bool terminal_is_restored(struct terminal *terminal);

/* What stands in a cell: an ASCII character, 0 for nothing, `?` for others. */
char terminal_char_at(struct terminal *terminal, int row, int col);

void terminal_cursor(struct terminal *terminal, int *row, int *col);

#endif
