/*
 * The terminal of the line mode: the kernel edits and echoes lines, and gives
 * them when they are complete. No mode is changed but those a killed program
 * left behind. Private to the app.
 */
#ifndef KERF_APP_LINE_TTY_H
#define KERF_APP_LINE_TTY_H

#include "kerf/base/buf.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/loop/loop.h"

struct line_tty_events {
    void (*lines)(struct str lines, void *ctx); // each with its newline
    void (*ended)(void *ctx);                   // ^D on an empty line
    void (*gone)(void *ctx);                    // hang-up
};

struct line_tty;

/* Opens /dev/tty for input; output goes to standard output. NULL with
 * ERROR_UNSUPPORTED and what to use instead if there is no terminal. */
struct line_tty *line_tty_open(struct loop *loop,
                               const struct line_tty_events *events, void *ctx,
                               struct error *err) KERF_CHECKED;

/* Sends what is queued, waiting a bounded time, and closes. */
void line_tty_close(struct line_tty *tty);

/* Queues bytes and sends what goes out without waiting. */
void line_tty_write(struct line_tty *tty, struct str bytes);

/* Appends the lines that are there and were not given out yet; then says, once,
 * whether ^D stood behind them. */
void line_tty_read(struct line_tty *tty, struct buf *lines);
bool line_tty_end(struct line_tty *tty);

/* Another program reads from the terminal meanwhile. */
void line_tty_release(struct line_tty *tty);
void line_tty_retake(struct line_tty *tty);

#endif
