/* The window is where the cursor is: `cursor_row` rows above it are shown.
 * Moves change both together, so that a move inside the window scrolls
 * nothing. */
#include "review_move.h"

static size_t rows_of_block(void *self, size_t block)
{
    const struct review *review = self;

    return review->blocks[block].row_count;
}

struct scroll_source review_source(struct review *review)
{
    return (struct scroll_source){ .self = review,
                                   .blocks = review->count,
                                   .rows = rows_of_block };
}

struct scroll_at review_top(struct review *review)
{
    struct scroll_source source = review_source(review);
    size_t rows = review->window.rows > 0 ? review->window.rows : 1;

    review->cursor = scroll_clamp(&source, review->cursor);
    if (review->cursor_row >= rows)
        review->cursor_row = rows - 1;
    struct scroll_at below = review->cursor;
    size_t under = scroll_forward(&source, &below, rows);
    // Never leave blank rows at the end while there is something above.
    if (under < rows - review->cursor_row)
        review->cursor_row = rows - under;
    struct scroll_at top = review->cursor;
    review->cursor_row = scroll_back(&source, &top, review->cursor_row);
    return top;
}

void review_move_by(struct review *review, long by)
{
    struct scroll_source source = review_source(review);
    size_t page = review->window.rows > 0 ? review->window.rows : 1;
    size_t moved;

    review->touched = true;
    if (by < 0) {
        size_t back = by < -(long)page * 4 ? SIZE_MAX : (size_t)-by;
        moved = scroll_back(&source, &review->cursor, back);
        if (moved < page / 2 || back == SIZE_MAX)
            review->cursor_row -=
                moved < review->cursor_row ? moved : review->cursor_row;
        return;
    }
    moved = scroll_forward(&source, &review->cursor, (size_t)by);
    review->cursor = scroll_clamp(&source, review->cursor);
    if (moved < page / 2 || by > (long)page)
        review->cursor_row += moved < page ? moved : page;
}

// Rows from the top of the window to `to`; `limit` if it is not in there.
static size_t offset_in_window(struct review *review, struct scroll_at to,
                               size_t limit)
{
    struct scroll_source source = review_source(review);
    struct scroll_at at = review_top(review);

    for (size_t row = 0; row < limit; row++) {
        if (at.block == to.block && at.row == to.row)
            return row;
        scroll_forward(&source, &at, 1);
    }
    return limit;
}

void review_go(struct review *review, struct scroll_at at)
{
    size_t rows = review->window.rows;
    size_t row = offset_in_window(review, at, rows);

    review->touched = true;
    review->cursor = at;
    review->cursor_row = row < rows ? row : rows / 3;
}

static struct scroll_at first_row(const struct review *review, size_t block)
{
    // What is folded is behind the heading of its file.
    while (review->blocks[block].row_count == 0 && block > 0)
        block--;
    return (struct scroll_at){ block, 0 };
}

void review_show_block(struct review *review, size_t block)
{
    struct scroll_at at = first_row(review, block);
    size_t rows = review->blocks[at.block].row_count;

    review_go(review, at);
    if (review->cursor_row + rows > review->window.rows)
        review->cursor_row =
            rows < review->window.rows ? review->window.rows - rows : 0;
}

void review_show_end(struct review *review, size_t block)
{
    struct scroll_at at = first_row(review, block);
    size_t rows = review->blocks[at.block].row_count;

    if (at.block == block && rows > 0)
        at.row = rows - 1;
    review_go(review, at);
}

size_t review_selected(const struct review *review)
{
    size_t block = review->cursor.block;

    if (block < review->count && review->blocks[block].hunk == NO_INDEX)
        block++;
    if (block >= review->count || review->blocks[block].hunk == NO_INDEX
        || review->blocks[block].row_count == 0)
        return NO_INDEX;
    return block;
}

const struct review_row *review_row(const struct review *review)
{
    if (review->cursor.block >= review->count)
        return NULL;
    const struct review_block *block = &review->blocks[review->cursor.block];
    return review->cursor.row < block->row_count
               ? &block->rows[review->cursor.row]
               : NULL;
}

bool review_on_heading(const struct review *review)
{
    const struct review_row *row = review_row(review);

    return row && row->kind == ROW_HUNK;
}

void review_row_range(const struct review *review, size_t *from, size_t *to)
{
    bool range = review->in_range
                 && review->range.block == review->cursor.block;
    size_t other = range ? review->range.row : review->cursor.row;

    *from = other < review->cursor.row ? other : review->cursor.row;
    *to = other < review->cursor.row ? review->cursor.row : other;
}

size_t review_neighbour(const struct review *review, size_t from, bool back)
{
    for (size_t i = from; back ? i-- > 0 : ++i < review->count;)
        if (review->blocks[i].hunk != NO_INDEX)
            return i;
    return NO_INDEX;
}

static bool is_undecided(const struct review_call *call, size_t block)
{
    return call->review->blocks[block].complete
           && review_decision(call, block) == DECISION_NONE;
}

size_t review_undecided(const struct review_call *call, size_t from, bool back)
{
    const struct review *review = call->review;
    size_t block = from;

    while ((block = review_neighbour(review, block, back)) != NO_INDEX)
        if (is_undecided(call, block))
            return block;
    // Around the end: the first or last one there is.
    block = back ? review->count : 0;
    while ((block = review_neighbour(review, block, back)) != NO_INDEX
           && block != from)
        if (is_undecided(call, block))
            return block;
    return NO_INDEX;
}
