/* Walks block by block; a block without rows is stepped over. */
#include "view_scroll.h"

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

bool scroll_has_more(const struct scroll *scroll,
                     const struct scroll_source *source, size_t height)
{
    struct scroll_at at = scroll->top;

    return scroll_forward(source, &at, height + 1) > height;
}

void scroll_settle(struct scroll *scroll, const struct scroll_source *source,
                   size_t height)
{
    if (scroll->away)
        scroll->top = scroll_clamp(source, scroll->top);
    else
        scroll->top = scroll_end(source, height);
}

void scroll_by(struct scroll *scroll, const struct scroll_source *source,
               size_t height, long by)
{
    scroll_settle(scroll, source, height);
    if (by < 0) {
        scroll->away |= scroll_back(source, &scroll->top, (size_t)-by) > 0;
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
