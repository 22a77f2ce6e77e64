/*
 * From a canvas to terminal bytes. ncurses draws into a memory file and finds
 * the smallest change against what was sent last; the bytes come out in a
 * buffer, so a slow line skips frames and never blocks. deps.md 3.
 */
#ifndef KERF_UI_SCREEN_H
#define KERF_UI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/buf.h"
#include "kerf/base/error.h"
#include "kerf/ui/canvas.h"
#include "kerf/ui/theme.h"

struct screen_options {
    const char *term; // TERM
    size_t rows, cols;
    enum colour_depth depth;   // see theme_depth; lowered if terminfo says so
    bool utf8;                 // line drawing and text beyond ASCII
    bool synchronised;         // wrap frames in DECSET 2026
    bool links;                // cells that lead somewhere say so (OSC 8)
    const struct theme *theme; // copied
};

struct screen; // one at a time: ncurses has global state

/* The locale must be set before, and the terminal be raw, without output
 * processing (OPOST), while frames are sent. Signals and the environment are
 * left as they are. NULL if terminfo does not know TERM or it cannot address
 * the cursor (ERROR_UNSUPPORTED, with what to use instead). */
struct screen *screen_create(const struct screen_options *options,
                             struct error *err) KERF_CHECKED;
void screen_destroy(struct screen *screen);

/* Colours terminfo grants to TERM; -1 if TERM is unknown. */
int screen_terminfo_colours(const char *term);

/* Appends what begins and ends full-screen mode: alternate screen, bracketed
 * paste, keypad and cursor modes; leaving puts everything back. */
void screen_enter(struct screen *screen, struct buf *out);
void screen_leave(struct screen *screen, struct buf *out);

/* Appends questions to the terminal: does it know synchronised output, what is
 * its background, what is it (answer.h). Nothing if it would show them. */
void screen_ask(const struct screen *screen, struct buf *out);

/* What the answers bring: frames wrapped in DECSET 2026 or not; other colours,
 * copied, with which the next draw sends everything. */
void screen_synchronise(struct screen *screen, bool synchronised);
void screen_set_theme(struct screen *screen, const struct theme *theme);

/* Bytes that put a terminal back from any state, for a crash handler: a
 * constant, to be sent with one write(). */
struct str screen_rescue_bytes(void);

/* New size; the next draw sends everything. */
void screen_resize(struct screen *screen, size_t rows, size_t cols);

/* The next draw sends everything (Ctrl-L, return from an editor). */
void screen_forget(struct screen *screen);

/* Appends the change from the last drawn canvas to this one, cursor
 * included; nothing if there is none. Sizes must match the screen's. */
void screen_draw(struct screen *screen, const struct canvas *canvas,
                 struct buf *out);

#endif
