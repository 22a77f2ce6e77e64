/*
 * The conversation as blocks of rows, one block an item of the session. Rows
 * are made when a block comes near the screen and kept by (width, version);
 * of a text that streams only the open tail is made anew.
 */
#ifndef KERF_UI_TRANSCRIPT_H
#define KERF_UI_TRANSCRIPT_H

#include "transcript_copy.h"
#include "view.h"
#include "view_scroll.h"
#include "view_search.h"

#define LIMIT_FRESH_ROWS 1000 // new ones that are counted; it stands for more

struct transcript;

/* `whole` unfolds everything: for the pager. Never NULL. */
struct transcript *transcript_create(bool whole);
void transcript_destroy(struct transcript *transcript);

/* Brings the blocks up to the session and returns them as rows; valid until
 * the next call or the end of the frame. */
struct scroll_source transcript_source(struct transcript *transcript,
                                       const struct view_call *call,
                                       size_t cols);

/* What a row of the source shows. */
struct spot transcript_spot(struct transcript *transcript, struct scroll_at at);

/* Moves to the first row of the next turn (back: of this one, then of the one
 * before), or of the next code block or hunk. False: there is none. */
bool transcript_next_turn(struct transcript *transcript,
                          const struct scroll_source *source,
                          struct scroll_at *at, bool back);
bool transcript_next_part(const struct scroll_source *source,
                          struct scroll_at *at, bool back);

/* Folds or unfolds a block; false if it cannot be folded. */
bool transcript_turn_over(struct transcript *transcript,
                          const struct session *session, size_t index);

/* Folds or unfolds all reasoning; returns whether it is shown now. */
bool transcript_turn_thinking(struct transcript *transcript,
                              const struct session *session);

/* Goes to the end and follows it; says whether the user left it; the first
 * row drawn last. */
void transcript_follow(struct transcript *transcript);
bool transcript_is_away(const struct transcript *transcript);
struct scroll_at transcript_top(const struct transcript *transcript);

/* Says whether rows lie below what was drawn last; `*fresh` tells how many of
 * them came since the user scrolled away. */
bool transcript_below(const struct transcript *transcript, size_t *fresh);

/* How often rows of a block were made, for tests and benches. */
size_t transcript_made(const struct transcript *transcript);

extern const struct view_ops transcript_view;

#endif
