/* Drawing of what is in the window, row by row, and taking note of what was
 * seen. */
#include <stdio.h>

#include "review_move.h"
#include "review_pen.h"

static char cursor_mark(const struct review_call *call, size_t block,
                        size_t row)
{
    const struct review *review = call->review;
    bool here = review->cursor.block == block && review->cursor.row == row;
    bool heading = row == 0 && review_selected(review) == block;

    return here || heading ? '>' : ' ';
}

static void version_title(const struct pen *pen, struct view_line *line)
{
    struct hunk_marks marks = selection_marks(
        pen->call->proposal->selection, pen->block->file, pen->block->hunk);

    line_printf(line, ROLE_DIM, "%*sversion %zu is arriving, ",
                (int)(2 * pen->cells + 2), "", marks.alternatives + 1);
    line_counted(line, ROLE_DIM, pen->call->version->line_count, "line");
    line_add(line, ROLE_DIM, STR(" so far:"));
}

static void row_content(struct pen *pen, size_t index, size_t at,
                        struct view_line *line)
{
    const struct review_row *row = &pen->block->rows[at];

    switch (row->kind) {
    case ROW_BLANK: break;
    case ROW_FILE:
        line_add(line, ROLE_TEXT, STR(" "));
        review_file_heading(pen->call, pen->block, line);
        break;
    case ROW_HUNK: review_hunk_heading(pen->call, index, line); break;
    case ROW_LINE: pen_line_row(pen, line, row); break;
    case ROW_PAIR: pen_pair_row(pen, line, row); break;
    case ROW_AROUND: pen_around_row(pen, line, row); break;
    case ROW_FOUND:
    case ROW_VERSION:
    case ROW_NOTE:
    case ROW_PROBLEM:
    case ROW_REASON: pen_plain_row(pen, line, row); break;
    case ROW_VERSION_TITLE: version_title(pen, line); break;
    case ROW_FOUND_TITLE:
        line_printf(line, ROLE_DIM,
                    "%*sfound at line %zu:", (int)(2 * pen->cells + 2), "",
                    row->piece.line + 1);
        break;
    }
}

static struct row make_row(struct pen *pen, size_t index, size_t at)
{
    struct view_line line = { .arena = pen->call->view->arena };
    char mark = cursor_mark(pen->call, index, at);

    line_printf(&line, mark == ' ' ? ROLE_TEXT : ROLE_SELECTED, "%c", mark);
    row_content(pen, index, at, &line);
    return line_row(&line);
}

// --- the window ------------------------------------------------------------

// Notes that rows [from, to) of a block have been on the screen.
static void note_seen(struct review *review, struct review_block *block,
                      size_t from, size_t to)
{
    if (from == to)
        return;
    if (from > block->seen_to || to < block->seen_from
        || block->seen_from == block->seen_to) {
        block->seen_from = from;
        block->seen_to = to;
    } else {
        block->seen_from = from < block->seen_from ? from : block->seen_from;
        block->seen_to = to > block->seen_to ? to : block->seen_to;
    }
    if (!block->complete || to < block->row_count || block->seen_end)
        return;
    block->seen_end = true;
    seen_add(&review->seen, block->content);
}

static bool in_range(const struct review *review, size_t block, size_t row)
{
    size_t from, to;

    if (!review->lines || block != review->cursor.block)
        return false;
    review_row_range(review, &from, &to);
    return row >= from && row <= to;
}

// The byte of a drawn row behind its numbers, which nobody searches for.
static size_t text_start(const struct pen *pen, const struct review_row *row)
{
    switch (row->kind) {
    case ROW_PAIR: return pen->cells + 2;
    case ROW_AROUND:
    case ROW_LINE: return 2 * pen->cells + 2;
    case ROW_FILE:
    case ROW_NOTE:
    case ROW_PROBLEM:
    case ROW_REASON:
    case ROW_FOUND:
    case ROW_VERSION: return 1;
    case ROW_BLANK:
    case ROW_HUNK:
    case ROW_FOUND_TITLE:
    case ROW_VERSION_TITLE: return SIZE_MAX;
    }
    return SIZE_MAX;
}

void review_draw_rows(const struct review_call *call, struct canvas *canvas,
                      struct area area)
{
    struct review *review = call->review;
    struct scroll_at at = review_top(review);
    size_t used = 0;

    while (used < area.rows && at.block < review->count) {
        struct review_block *block = &review->blocks[at.block];
        struct pen pen;
        size_t from = at.row;
        pen_begin(&pen, call, block);
        for (; at.row < block->row_count && used < area.rows; at.row++) {
            struct row row = make_row(&pen, at.block, at.row);
            canvas_put_row(canvas, area, used, 0, &row);
            bool marked = in_range(review, at.block, at.row);
            if (marked)
                canvas_mark_row(canvas, area, used, ROLE_SELECTED, true);
            search_mark(&review->search, canvas, area, used, row.text,
                        text_start(&pen, &block->rows[at.row]), !marked);
            used++;
        }
        note_seen(review, block, from, at.row);
        at = (struct scroll_at){ at.block + 1, 0 };
    }
    if (call->view->focused && review->input.kind == INPUT_NONE) {
        canvas->cursor_row = area.row + review->cursor_row;
        canvas->cursor_col = area.col;
    }
}
