/*
 * The user interface as a whole: panes, focus, keys. Reads the session, never
 * changes it; what the user wants comes out as a command. No I/O: bytes and
 * clock come in, a canvas goes out.
 */
#ifndef KERF_UI_UI_H
#define KERF_UI_UI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/str.h"
#include "kerf/model/command.h"
#include "kerf/model/session.h"
#include "kerf/ui/bindings.h"
#include "kerf/ui/canvas.h"
#include "kerf/ui/keys.h"

#define UI_TWO_PANES_COLS 120
#define UI_LEAST_COLS 40
#define UI_LEAST_ROWS 10
// Keys that came before a question was seen are no answer to it.
#define UI_ANSWER_GUARD_MS 300

struct ui_options {
    bool review_only;            // kerf review: no conversation, no composer
    bool vi;                     // the composer has the modes of vi
    const struct keymap *keymap; // borrowed; NULL: the default keys
};

/* Starts with an empty draft; `options` is copied. NULL may be destroyed. */
struct ui;
struct ui *ui_create(const struct ui_options *options);
void ui_destroy(struct ui *ui);

/*
 * Takes a key. Returns true if the screen must be drawn anew. `*command` says
 * what the user wants (CMD_NONE: nothing); its text is valid until the next
 * call. `now_ms` is a monotonic clock.
 */
bool ui_key(struct ui *ui, const struct session *session, const struct key *key,
            int64_t now_ms, struct command *command);

/*
 * Some keys want more than one thing (a range of lines; "no, and stop"): after
 * ui_key() gave a command, call this until it returns false. The texts are
 * valid until the next ui_key().
 */
bool ui_next_command(struct ui *ui, struct command *command);

/* Says once that the user asked for a repaint (^L): screen_forget() first. */
bool ui_wants_repaint(struct ui *ui);

/* Draws everything for the canvas' size and puts the cursor. Also takes note
 * of what is on the screen now: only that can be decided or approved. */
void ui_draw(struct ui *ui, const struct session *session,
             struct canvas *canvas, int64_t now_ms, int64_t wall_ms);

/* When it wants to be drawn again without an event (progress clock, at most
 * 4 times a second while something runs): milliseconds from now, -1: never. */
int64_t ui_wake_ms(const struct ui *ui, const struct session *session,
                   int64_t now_ms);

/* How often the conversation's items were laid out as rows so far: what tests
 * and benches count instead of time. */
size_t ui_layouts(const struct ui *ui);

/* Files for the finder, borrowed until replaced. */
void ui_set_files(struct ui *ui, const struct str *paths, size_t count);

/* Names of the backends that `/backend` completes, borrowed likewise. */
void ui_set_backends(struct ui *ui, const struct str *names, size_t count);

/* The user's own slash commands, borrowed until replaced: `/name words` sends
 * the text with the words for each $ARGUMENTS, or else below it. The names are
 * none of kerf's own. */
struct ui_command {
    struct str name, help, text;
};
void ui_set_commands(struct ui *ui, const struct ui_command *commands,
                     size_t count);

/* Puts a text into the composer: from an editor, or a refused message. */
void ui_set_draft(struct ui *ui, struct str text);
struct str ui_draft(struct ui *ui);

/* Keeps a hunk as edited that could not be read (copied), so that the next try
 * begins with it. */
void ui_keep_edit(struct ui *ui, struct target target, struct str text);

/*
 * Opens a list to pick from, below a title of one word (not copied); the
 * choices are copied. What is taken comes back as a command of that kind with
 * the choice's value as its text. A question about a command closes it.
 */
struct ui_choice {
    struct str value;
    struct str label, note; // shown; the label is what is searched
    int number;             // for the ui itself
};
void ui_pick(struct ui *ui, const char *title, const struct ui_choice *choices,
             size_t count, enum command_kind kind);

/* Adds an earlier message to the history, oldest first. */
void ui_remember(struct ui *ui, struct str text);

/* A one-line message at the bottom until the next key. */
void ui_tell(struct ui *ui, struct str text, bool warning);
/* A warning came into the conversation: it is put there as well where the
 * conversation is not in view. */
void ui_hear(struct ui *ui, struct str text);

#endif
