/*
 * The review: all files of a proposal in one scroll, hunk by hunk as they
 * arrive, each with its state and what was decided. What was never on the
 * screen cannot be accepted.
 */
#ifndef KERF_UI_REVIEW_H
#define KERF_UI_REVIEW_H

#include "hints.h"
#include "view.h"

struct review;

/* `only`: there is no composer to go back to (kerf review). Never NULL. */
struct review *review_create(bool only);
void review_destroy(struct review *review);

/* The proposal to show: under review, else the newest; NO_INDEX: none. */
size_t review_proposal(const struct session *session);

/* Keys go to a line that is typed: a search, a note, a wish. */
bool review_is_typing(const struct review *review);

/* The search line while it is open, and its pattern. */
bool review_is_searching(const struct review *review);
struct str review_pattern(const struct review *review);

/* Says whether single lines are being decided. */
bool review_in_lines(const struct review *review);

/* What its keys would do now. */
enum hint_set review_hints(const struct review *review,
                           const struct session *session);

/* Says whether the review wants the whole width of the screen. */
bool review_is_wide(const struct review *review);

/* Says whether the cursor is on the heading of a hunk. */
bool review_on_heading(const struct review *review);

/* Keeps the text of an edited hunk that could not be read (copied): the key
 * that edits goes on with it. `why` is told by the caller. */
void review_keep_edit(struct review *review, struct target target,
                      struct str text);

/* A click at a cell of the screen: the cursor goes there, or to the file of a
 * row of the table. False if the review was not drawn there. */
bool review_click(struct review *review, const struct view_call *view,
                  size_t row, size_t col);

extern const struct view_ops review_view;

#endif
