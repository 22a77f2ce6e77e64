/* Walks block by block; a block without rows is stepped over. */
#include "view_scroll.h"

#define LIMIT_ANCHOR_BELOW 8 // rows to look below a blank one

static size_t rows_of(const struct scroll_source *source, size_t block)
{
    return source->rows(source->self, block);
}

size_t scroll_forward(const struct scroll_source *source, struct scroll_at *at,
                      size_t by)
{
    size_t moved = 0;

    while (at->block < source->blocks) {
        size_t rows = rows_of(source, at->block);
        size_t left = rows > at->row ? rows - at->row : 0;
        if (left > by - moved) {
            at->row += by - moved;
            return by;
        }
        moved += left;
        *at = (struct scroll_at){ at->block + 1, 0 };
    }
    return moved;
}

size_t scroll_back(const struct scroll_source *source, struct scroll_at *at,
                   size_t by)
{
    size_t moved = 0;

    while (moved < by) {
        size_t step = at->row < by - moved ? at->row : by - moved;
        at->row -= step;
        moved += step;
        if (moved == by)
            break;
        size_t block = at->block;
        while (block > 0 && rows_of(source, block - 1) == 0)
            block--;
        if (block == 0)
            break;
        at->block = block - 1;
        at->row = rows_of(source, at->block);
    }
    return moved;
}

struct scroll_at scroll_clamp(const struct scroll_source *source,
                              struct scroll_at at)
{
    if (at.block < source->blocks && at.row < rows_of(source, at.block))
        return at;
    if (at.block < source->blocks)
        at = (struct scroll_at){ at.block, rows_of(source, at.block) };
    else
        at = (struct scroll_at){ source->blocks, 0 };
    if (scroll_back(source, &at, 1) == 0)
        scroll_forward(source, &at, 0);
    return at;
}

struct scroll_at scroll_end(const struct scroll_source *source, size_t height)
{
    struct scroll_at at = { source->blocks, 0 };

    scroll_back(source, &at, height);
    return at;
}

bool scroll_is_before(struct scroll_at a, struct scroll_at b)
{
    return a.block < b.block || (a.block == b.block && a.row < b.row);
}

// --- staying where one is --------------------------------------------------

static struct str text_at(const struct scroll_source *source, size_t block,
                          size_t row)
{
    return source->row(source->self, block, row)->text;
}

void scroll_note(struct scroll_anchor *anchor,
                 const struct scroll_source *source, struct scroll_at at)
{
    *anchor = (struct scroll_anchor){ .block = at.block, .row = at.row };
    if (at.block >= source->blocks)
        return;
    anchor->cols = source->cols;
    anchor->rows = rows_of(source, at.block);
    for (size_t row = at.row; row < anchor->rows; row++) {
        struct str text = text_at(source, at.block, row);
        anchor->set = true;
        anchor->below = row - at.row;
        anchor->hash = str_hash(str_trim(text), 0);
        if (str_trim(text).len > 0 || anchor->below == LIMIT_ANCHOR_BELOW)
            return;
    }
}

static bool is_noted(const struct scroll_anchor *anchor,
                     const struct scroll_source *source, size_t row)
{
    struct str text = str_trim(text_at(source, anchor->block, row));

    return str_hash(text, 0) == anchor->hash;
}

// The row with the text that was noted, nearest to where it stood.
static bool find_noted(const struct scroll_anchor *anchor,
                       const struct scroll_source *source, size_t rows,
                       size_t *row)
{
    size_t start = anchor->row + anchor->below;

    for (size_t away = 0; away < rows || away <= start; away++) {
        bool below = start + away < rows;
        bool above = away > 0 && away <= start && start - away < rows;
        if (below && is_noted(anchor, source, start + away))
            *row = start + away;
        else if (above && is_noted(anchor, source, start - away))
            *row = start - away;
        else
            continue;
        return true;
    }
    return false;
}

void scroll_hold(const struct scroll_anchor *anchor,
                 const struct scroll_source *source, struct scroll_at *at)
{
    size_t row, rows;

    if (!anchor->set || anchor->block != at->block || anchor->row != at->row
        || at->block >= source->blocks)
        return;
    rows = rows_of(source, at->block);
    if (find_noted(anchor, source, rows, &row))
        at->row = row > anchor->below ? row - anchor->below : 0;
    else if (source->cols != anchor->cols)
        at->row = at->row * rows / anchor->rows;
}

bool scroll_has_more(const struct scroll *scroll,
                     const struct scroll_source *source, size_t height)
{
    struct scroll_at at = scroll->top;

    return scroll_forward(source, &at, height + 1) > height;
}

void scroll_settle(struct scroll *scroll, const struct scroll_source *source,
                   size_t height)
{
    if (scroll->away) {
        scroll_hold(&scroll->anchor, source, &scroll->top);
        scroll->top = scroll_clamp(source, scroll->top);
    } else {
        scroll->top = scroll_end(source, height);
    }
    scroll_note(&scroll->anchor, source, scroll->top);
}

void scroll_by(struct scroll *scroll, const struct scroll_source *source,
               size_t height, long by)
{
    scroll_settle(scroll, source, height);
    if (by < 0) {
        scroll->away |= scroll_back(source, &scroll->top, (size_t)-by) > 0;
        scroll_note(&scroll->anchor, source, scroll->top);
        return;
    }
    scroll_forward(source, &scroll->top, (size_t)by);
    if (!scroll_has_more(scroll, source, height))
        scroll->away = false;
    scroll_settle(scroll, source, height);
}

size_t scroll_draw(const struct scroll *scroll,
                   const struct scroll_source *source, struct canvas *canvas,
                   struct area area)
{
    struct scroll_at at = scroll->top;
    size_t used = 0;

    while (used < area.rows && at.block < source->blocks) {
        size_t rows = rows_of(source, at.block);
        for (; at.row < rows && used < area.rows; at.row++, used++)
            canvas_put_row(canvas, area, used, 0,
                           source->row(source->self, at.block, at.row));
        at = (struct scroll_at){ at.block + 1, 0 };
    }
    return used;
}
