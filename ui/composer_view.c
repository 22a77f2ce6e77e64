/*
 * Two cells of prompt, then the text, then one cell that only the caret uses.
 * If the rows are more than the area has, the part with the caret is shown.
 */
#include "composer_parts.h"
#include "kerf/base/utf8.h"
#include "kerf/text/width.h"

#define PROMPT_CELLS 2
#define CARET_CELLS 1

static size_t text_width(size_t cols)
{
    size_t others = PROMPT_CELLS + CARET_CELLS;

    return cols > others ? cols - others : 1;
}

size_t composer_rows(struct composer *c, size_t cols, size_t max_rows)
{
    size_t count = 1;

    c->width = text_width(cols);
    if (!c->search.on)
        count = composer_layout(c)->count + vi_is_searching(&c->vi);
    return count < max_rows ? count : max_rows;
}

// What is marked in the text: what is selected, or matches.
static struct vi_range marked(const struct composer *c)
{
    struct vi_range range = { 0 };

    if (!vi_selected(c, &range))
        vi_matched(c, &range);
    return range;
}

static void draw_row(const struct composer *c, struct canvas *canvas,
                     struct area area, size_t row, const struct draft_row *line,
                     struct vi_range mark)
{
    struct buf shown = { 0 };
    size_t col = 0, at = line->start;

    while (at < line->end) {
        buf_reset(&shown);
        draft_show(&c->draft, at, col, &shown);
        bool folded = c->draft.text.at[at] == '\xff';
        canvas_put(canvas, area, row, PROMPT_CELLS + col, buf_str(&shown),
                   folded ? ROLE_DIM : ROLE_TEXT);
        size_t cells = width_of(buf_str(&shown));
        if (at >= mark.from && at < mark.to) // an empty line is a cell, too
            canvas_mark(canvas, area, row, PROMPT_CELLS + col,
                        cells > 0 ? cells : 1, ROLE_SELECTED, true);
        col += cells;
        at = draft_next(&c->draft, at);
    }
    buf_release(&shown);
}

// Puts the cursor at a place of the area, or at its edge.
static void put_cursor(struct canvas *canvas, struct area area, size_t row,
                       size_t col)
{
    canvas->cursor_row = area.row + (row < area.rows ? row : area.rows - 1);
    canvas->cursor_col = area.col + (col < area.cols ? col : area.cols - 1);
}

// `(search) text: match`
static void draw_search(const struct composer *c, struct canvas *canvas,
                        struct area area, bool focused)
{
    struct str pattern = buf_str(&c->search.pattern);
    struct buf shown = { 0 };

    size_t col = canvas_put(canvas, area, 0, 0, STR("(search) "), ROLE_DIM);
    utf8_sanitise(&shown, pattern, false);
    col += canvas_put(canvas, area, 0, col, buf_str(&shown), ROLE_TEXT);
    if (focused)
        put_cursor(canvas, area, 0, col);
    col += canvas_put(canvas, area, 0, col, STR(": "), ROLE_DIM);
    buf_reset(&shown);
    if (c->search.found != SIZE_MAX)
        utf8_sanitise(&shown, c->history.at[c->search.found], false);
    else if (pattern.len > 0)
        buf_append(&shown, STR("no match"));
    canvas_put(canvas, area, 0, col, buf_str(&shown),
               c->search.found != SIZE_MAX ? ROLE_TEXT : ROLE_WARNING);
    buf_release(&shown);
}

// `/pattern` in the last row; nothing is done if none is being typed.
static void draw_pattern(const struct composer *c, struct canvas *canvas,
                         struct area *area, bool focused)
{
    struct buf shown = { 0 };

    if (!vi_is_searching(&c->vi))
        return;
    area->rows--;
    utf8_sanitise(&shown, buf_str(&c->vi.line.pattern), false);
    struct area row = { area->row + area->rows, area->col, 1, area->cols };
    canvas_put(canvas, row, 0, 0, c->vi.back ? STR("?") : STR("/"), ROLE_KEY);
    size_t cells = canvas_put(canvas, row, 0, 1, buf_str(&shown), ROLE_TEXT);
    if (focused)
        put_cursor(canvas, row, 0, 1 + cells);
    buf_release(&shown);
}

// Moves the shown part so that the caret's row is in it and nothing is wasted.
static void scroll(struct composer *c, size_t row, size_t rows)
{
    size_t count = c->rows.count;

    if (row < c->top)
        c->top = row;
    if (row >= c->top + rows)
        c->top = row - rows + 1;
    if (c->top + rows > count)
        c->top = count > rows ? count - rows : 0;
}

void composer_draw(struct composer *c, struct canvas *canvas, struct area area,
                   bool focused)
{
    if (area.rows == 0 || area.cols == 0)
        return;
    if (c->search.on) {
        draw_search(c, canvas, area, focused);
        return;
    }
    c->width = text_width(area.cols);
    draw_pattern(c, canvas, &area, focused);
    if (area.rows == 0)
        return;
    const struct draft_rows *rows = composer_layout(c);
    struct vi_range match = { .from = c->draft.caret };
    vi_matched(c, &match);
    size_t caret_row = draft_rows_find(rows, match.from);
    struct vi_range mark = marked(c);
    scroll(c, caret_row, area.rows);
    if (c->top == 0)
        canvas_put(canvas, area, 0, 0,
                   composer_mode(c) >= COMPOSER_NORMAL ? STR(": ") : STR("> "),
                   ROLE_KEY);
    for (size_t i = 0; i < area.rows && c->top + i < rows->count; i++)
        draw_row(c, canvas, area, i, &rows->at[c->top + i], mark);
    if (focused && !vi_is_searching(&c->vi))
        put_cursor(
            canvas, area, caret_row - c->top,
            PROMPT_CELLS
                + draft_rows_col(rows, &c->draft, caret_row, c->draft.caret));
}

void composer_describe(const struct composer *c, struct buf *out)
{
    struct composer_size size = composer_size(c);

    if (!size.folded && size.bytes <= COMPOSER_TOLD_BYTES)
        return;
    buf_printf(out, " to send: %zu line%s, ", size.lines,
               size.lines == 1 ? "" : "s");
    paste_show_bytes(out, size.bytes);
    buf_append_char(out, ' ');
}
