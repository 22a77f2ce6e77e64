/*
 * The line mode: sentences instead of a screen. Events become lines of text
 * that are only ever added, a review becomes a question for each hunk with the
 * letters of `git add -p`. No control byte but the newline and the tab comes
 * out, whatever goes in. No I/O: lines that were typed come in, text to print
 * and commands go out.
 */
#ifndef KERF_UI_INLINE_H
#define KERF_UI_INLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "kerf/base/buf.h"
#include "kerf/base/str.h"
#include "kerf/model/command.h"
#include "kerf/model/event.h"
#include "kerf/model/session.h"
#include "kerf/ui/ui.h"

#define LIMIT_INLINE_BYTES ((size_t)8 << 20) // of a message of many lines

struct inline_options {
    bool review_only; // kerf review: over when the review is
    bool spoken;      // "added: " instead of "+": for ears
};

/* Nothing is printed or asked yet; `options` is copied. NULL may be
 * destroyed. */
struct inline_ui;
struct inline_ui *inline_create(const struct inline_options *options);
void inline_destroy(struct inline_ui *ui);

/* Tells what there is already: of a session that is taken up again its last
 * turn. Events before that are not told. */
void inline_begin(struct inline_ui *ui, const struct session *session);

/* Tells an event, once session_apply() has taken it. */
void inline_event(struct inline_ui *ui, const struct session *session,
                  const struct event *event);

/* Ends the line that a prompt has left open. */
void inline_finish(struct inline_ui *ui);

/* A line for the person. */
void inline_tell(struct inline_ui *ui, struct str text, bool warning);

/*
 * Takes lines that were typed, each with its newline; several come only from a
 * paste or ahead of what was asked. At the prompt these are gathered and wait
 * for a line with only a period, behind which nothing has come; at a question
 * the first one is the answer. What comes before a question was printed is not
 * taken, and that is told.
 */
void inline_input(struct inline_ui *ui, const struct session *session,
                  struct str lines);

/* ^C, and ^D on an empty line. */
void inline_interrupt(struct inline_ui *ui, const struct session *session);
void inline_end(struct inline_ui *ui, const struct session *session);

/* Prints the question that is open now, or the prompt; nothing if it stands
 * there, or if there is nothing to ask while a turn runs. */
void inline_ask(struct inline_ui *ui, const struct session *session);

/* What was typed means these commands, in order; false if there is no more.
 * The text is valid until the next inline_input(). */
bool inline_next_command(struct inline_ui *ui, struct command *command);

/* Appends what is to be printed and has not been taken. */
void inline_take(struct inline_ui *ui, struct buf *out);

/* A message to be sent by an empty line: from an editor, refused before, or of
 * a session that is taken up. What is not sent is borrowed until other lines
 * come. */
void inline_set_draft(struct inline_ui *ui, struct str text);
struct str inline_draft(const struct inline_ui *ui);

/* Adds an earlier message to the history, oldest first (copied). */
void inline_remember(struct inline_ui *ui, struct str text);

/* What `/latency`, `/cost` and `/route` tell, and the user's own commands; both
 * borrowed until replaced. */
struct figures;
void inline_set_figures(struct inline_ui *ui, const struct figures *figures);
void inline_set_commands(struct inline_ui *ui,
                         const struct ui_command *commands, size_t count);

/* Keeps a hunk as edited that could not be read (copied): `e` goes on. */
void inline_keep_edit(struct inline_ui *ui, struct target target,
                      struct str text);

/* Prints a numbered list; the number typed becomes the command. Copied. */
void inline_pick(struct inline_ui *ui, const char *title,
                 const struct ui_choice *choices, size_t count,
                 enum command_kind kind);

#endif
