/*
 * The review: all files of a proposal in one scroll, hunk by hunk as they
 * arrive, each with its state and what was decided. What was never on the
 * screen cannot be accepted.
 */
#ifndef KERF_UI_REVIEW_H
#define KERF_UI_REVIEW_H

#include "view.h"

struct review;

/* `only`: there is no composer to go back to (kerf review). Never NULL. */
struct review *review_create(bool only);
void review_destroy(struct review *review);

/* The proposal to show: under review, else the newest; NO_INDEX: none. */
size_t review_proposal(const struct session *session);

/* Keys go to the search line while it is open. */
bool review_is_typing(const struct review *review);
struct str review_pattern(const struct review *review);

/* Says whether single lines are being decided. */
bool review_in_lines(const struct review *review);

/* Forgets a question that waits for the same key again. */
void review_disarm(struct review *review);

extern const struct view_ops review_view;

#endif
