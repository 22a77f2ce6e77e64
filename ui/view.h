/*
 * What every view is: something that knows its height, draws itself into an
 * area and takes keys. Beside it the little things views share: building rows
 * of several roles, and numbers as people read them.
 */
#ifndef KERF_UI_VIEW_H
#define KERF_UI_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/model/command.h"
#include "kerf/model/session.h"
#include "kerf/text/style.h"
#include "kerf/ui/canvas.h"
#include "kerf/ui/keys.h"

#include "keymap.h"

/* What a view may look at; borrowed for the call. */
struct view_call {
    const struct session *session;
    int64_t now_ms;  // monotonic
    int64_t wall_ms; // Unix epoch; 0 while keys are handled
    bool focused;
    struct arena *arena; // drawing: until the frame is drawn; keys: until the
                         // next key
    const struct keymap *keymap;
};

struct view_key {
    const struct key *key;
    enum action action; // what the keymap makes of it
};

/* What came of a key. */
struct view_reply {
    struct arena *arena;
    struct command *commands;
    size_t count, cap;
    struct str say; // a line for the bottom; empty: nothing
    bool warning;
    bool leave; // the view gives the focus back
};

struct view_ops {
    /* Rows it would like at this width, at most `max_rows`. NULL: it takes
     * what there is. */
    size_t (*measure)(void *self, const struct view_call *call, size_t cols,
                      size_t max_rows);
    /* Draws; may note in its own state what is on the screen now. */
    void (*draw)(void *self, const struct view_call *call,
                 struct canvas *canvas, struct area area);
    /* Takes a key. Returns false if it is not a key for this view. */
    bool (*key)(void *self, const struct view_call *call,
                const struct view_key *key, struct view_reply *reply);
};

/* Adds a command to the reply; fill in the rest. Valid until the next one. */
struct command *view_want(struct view_reply *reply, enum command_kind kind);

/* The same with a text, which is copied. */
struct command *view_want_text(struct view_reply *reply, enum command_kind kind,
                               struct str text);

/* Puts a line at the bottom of the screen. */
void view_say(struct view_reply *reply, const char *format, ...)
    KERF_PRINTF(2, 3);
void view_warn(struct view_reply *reply, const char *format, ...)
    KERF_PRINTF(2, 3);

/* A row made of pieces. Zero it but for the arena; line_row() ends it. */
struct view_line {
    struct arena *arena;
    struct buf text;
    struct span *spans;
    size_t count, cap;
};

/* Adds text that is fit for the screen already. */
void line_add(struct view_line *line, enum role role, struct str text);
void line_printf(struct view_line *line, enum role role, const char *format,
                 ...) KERF_PRINTF(3, 4);
/* Adds foreign text on one line, controls made visible. */
void line_foreign(struct view_line *line, enum role role, struct str text);
/* Adds a foreign path in so many cells: of a long one the end, which tells
 * files apart. */
void line_path(struct view_line *line, enum role role, struct str path,
               size_t cells);
/* Adds bytes [from, to) of a text that is fit for the screen, with its spans;
 * what they leave out gets `role`. */
void line_spans(struct view_line *line, struct str text,
                const struct span *spans, size_t span_count, enum role role,
                size_t from, size_t to);
/* Adds blanks up to a column; at least one if the column is behind. */
void line_pad(struct view_line *line, size_t col);
size_t line_cells(const struct view_line *line);
struct row line_row(struct view_line *line);

/* Returns spans of one role over all of a text that is fit for the screen and
 * lives as long as `arena`; addresses in it lead where they say. */
const struct span *spans_linked(struct arena *arena, struct str text,
                                enum role role, size_t *count);

/* Returns spans over [0, len): those given, and `role` where they leave gaps;
 * `*count` tells how many. */
const struct span *spans_filled(struct arena *arena, const struct span *spans,
                                size_t span_count, size_t len, enum role role,
                                size_t *count);

/* Numbers: "31.0k", "2,114", "1.3 kB", "$0.042", "180 ms" or "1.9 s", and the
 * local time of day "14:02". */
struct number {
    char at[24];
};
struct number number_short(int64_t value);
struct number number_grouped(int64_t value);
struct number number_bytes(size_t bytes);
struct number number_money(double usd);
struct number number_time(int64_t ms);
struct number number_clock(int64_t wall_ms);

/* Counts lines: newlines, and a last line without one. */
size_t text_lines(struct str text);

/* The last `count` lines of a text, without the newline at its end. */
struct str text_tail(struct str text, size_t count);

#endif
