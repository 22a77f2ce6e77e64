/* Where the cursor of a review is, and where the window. */
#ifndef KERF_UI_REVIEW_MOVE_H
#define KERF_UI_REVIEW_MOVE_H

#include "review_parts.h"

struct scroll_source review_source(struct review *review);
void review_move_by(struct review *review, long by);
void review_go(struct review *review, struct scroll_at at);
void review_show_block(struct review *review, size_t block);
void review_show_end(struct review *review, size_t block);
struct scroll_at review_top(struct review *review);
/* The block of the hunk under the cursor, or NO_INDEX. */
size_t review_selected(const struct review *review);
/* The next hunk block behind `from` (before it if `back`), or NO_INDEX. */
size_t review_neighbour(const struct review *review, size_t from, bool back);
size_t review_undecided(const struct review_call *call, size_t from, bool back);
/* The row under the cursor; NULL if there is none. */
const struct review_row *review_row(const struct review *review);
/* The rows the cursor or the range covers, [*from, *to] of its block. */
void review_row_range(const struct review *review, size_t *from, size_t *to);

#endif
