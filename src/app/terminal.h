/*
 * The terminal as a descriptor: raw mode, size, input bytes, and an output
 * queue that never blocks. Private to the app.
 */
#ifndef KERF_APP_TERMINAL_H
#define KERF_APP_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

#include "kerf/base/buf.h"
#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/loop/loop.h"

/* How long a lone ESC waits for the rest of a sequence, which takes longer on
 * its way through a network. */
#define ESCAPE_MS 25
#define ESCAPE_SSH_MS 60

struct terminal_events {
    void (*input)(struct str bytes, void *ctx);
    void (*drained)(void *ctx); // all output is out
    void (*gone)(void *ctx);    // hang-up: the other end is no more
};

struct terminal;

/* Opens /dev/tty and enters raw mode. NULL with ERROR_UNSUPPORTED and what to
 * use instead if there is no terminal. */
struct terminal *terminal_open(struct loop *loop,
                               const struct terminal_events *events, void *ctx,
                               struct error *err) KERF_CHECKED;

/* Sends what is queued, waiting a bounded time, restores the modes, closes. */
void terminal_close(struct terminal *terminal);

/* Rows and columns; 24 x 80 if the terminal does not say. */
void terminal_size(const struct terminal *terminal, size_t *rows, size_t *cols);

/* Queues bytes and sends what goes out without waiting. */
void terminal_write(struct terminal *terminal, struct str bytes);

/* Says whether nothing is queued: only then is a new frame worth drawing. */
bool terminal_is_clear(const struct terminal *terminal);

/* Gives the terminal back for an editor or the shell, and takes it again.
 * Before giving it back everything queued is sent, waiting if needed. */
void terminal_release(struct terminal *terminal);
void terminal_retake(struct terminal *terminal);

/* Takes input, and gives it to `input`, until `done` says so, the terminal is
 * gone or the time is over: the loop stands still meanwhile. */
void terminal_await(struct terminal *terminal, int64_t limit_ms,
                    bool (*done)(void *ctx), void *ctx);

/* Modes that no shell leaves behind, but a program that was killed; and those
 * that a shell wants: lines, echo, keys that interrupt. reset.c. */
bool terminal_is_raw(const struct termios *modes);
void terminal_make_sane(struct termios *modes);

#endif
