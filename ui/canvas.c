/*
 * A grapheme cluster may take more cells than one character can have (a joined
 * emoji is 2 + 0 + 2 for the C library, a flag 1 + 1): each code point with a
 * width begins a cell, those without join the cell before. A cluster is put as
 * a whole or not at all. Whoever overwrites one half of a wide character
 * blanks the other half.
 */
#include "kerf/ui/canvas.h"

#include <stdlib.h>

#include "kerf/base/arena.h"
#include "kerf/base/utf8.h"
#include "kerf/text/link.h"
#include "kerf/text/width.h"

static const struct cell blank = { .width = 1, .role = ROLE_TEXT };

void canvas_init(struct canvas *canvas, size_t rows, size_t cols)
{
    *canvas = (struct canvas){ 0 };
    canvas_resize(canvas, rows, cols);
}

void canvas_release(struct canvas *canvas)
{
    free(canvas->cells);
    free(canvas->links.targets);
    arena_release(&canvas->links.arena);
    *canvas = (struct canvas){ 0 };
}

void canvas_resize(struct canvas *canvas, size_t rows, size_t cols)
{
    size_t bytes;

    if (__builtin_mul_overflow(rows, cols, &bytes)
        || __builtin_mul_overflow(bytes, sizeof(struct cell), &bytes))
        abort();
    canvas->cells = mem_realloc(canvas->cells, bytes ? bytes : 1);
    canvas->rows = rows;
    canvas->cols = cols;
    canvas_clear(canvas);
}

// Makes room for new targets while no cell leads anywhere.
static void links_renew(struct canvas_links *links)
{
    if (links->count <= LIMIT_LINKS / 2)
        return;
    arena_reset(&links->arena);
    links->count = 0;
    links->epoch++;
}

void canvas_clear(struct canvas *canvas)
{
    links_renew(&canvas->links);
    for (size_t i = 0; i < canvas->rows * canvas->cols; i++)
        canvas->cells[i] = blank;
    canvas->cursor_row = 0;
    canvas->cursor_col = 0;
}

// --- putting cells ---------------------------------------------------------

// Where text goes: one row, from `col` up to `end`, in the canvas' own columns.
struct strip {
    struct cell *cells;
    size_t cols; // of the whole row
    size_t start, col, end;
    uint8_t role;
    uint32_t link;
};

// The part of `area` that lies on the canvas.
static struct area clipped(const struct canvas *canvas, struct area area)
{
    if (area.row > canvas->rows)
        area.row = canvas->rows;
    if (area.col > canvas->cols)
        area.col = canvas->cols;
    if (area.rows > canvas->rows - area.row)
        area.rows = canvas->rows - area.row;
    if (area.cols > canvas->cols - area.col)
        area.cols = canvas->cols - area.col;
    return area;
}

static bool strip_open(struct strip *strip, struct canvas *canvas,
                       struct area area, size_t row, size_t col)
{
    area = clipped(canvas, area);
    if (row >= area.rows || col >= area.cols)
        return false;
    *strip = (struct strip){
        .cells = canvas->cells + (area.row + row) * canvas->cols,
        .cols = canvas->cols,
        .start = area.col + col,
        .col = area.col + col,
        .end = area.col + area.cols,
    };
    return true;
}

// Blanks what would be left of wide characters cut by overwriting [from, to).
static void free_halves(struct strip *strip, size_t from, size_t to)
{
    if (from > 0 && strip->cells[from].width == 0)
        strip->cells[from - 1] = blank;
    if (to < strip->cols && strip->cells[to].width == 0)
        strip->cells[to] = blank;
}

static void put_code(struct strip *strip, uint32_t code, size_t width)
{
    free_halves(strip, strip->col, strip->col + width);
    struct cell *cell = &strip->cells[strip->col];
    *cell = (struct cell){ .code = { code },
                           .width = (uint8_t)width,
                           .role = strip->role,
                           .link = strip->link };
    if (width == 2)
        cell[1] = (struct cell){ .role = strip->role, .link = strip->link };
    strip->col += width;
}

// The cell that was put last.
static struct cell *last_cell(struct strip *strip)
{
    struct cell *cell = &strip->cells[strip->col - 1];

    return cell->width == 0 ? cell - 1 : cell;
}

// Adds a character without width to the cell before, if there is room.
static void join_code(struct strip *strip, uint32_t code)
{
    if (strip->col == strip->start)
        return;
    struct cell *cell = last_cell(strip);
    for (size_t i = 1; i < CELL_CODES; i++) {
        if (cell->code[i] == 0) {
            cell->code[i] = code;
            return;
        }
    }
}

// Makes the cell before two cells wide.
static void widen(struct strip *strip)
{
    if (strip->col == strip->start || strip->col == strip->end)
        return;
    free_halves(strip, strip->col, strip->col + 1);
    strip->cells[strip->col - 1].width = 2;
    strip->cells[strip->col] =
        (struct cell){ .role = strip->role, .link = strip->link };
    strip->col++;
}

static void put_cluster(struct strip *strip, struct str cluster)
{
    uint32_t before = 0;
    size_t first = strip->col;

    while (cluster.len > 0) {
        uint32_t code;
        cluster = str_skip(cluster, utf8_decode(cluster, &code));
        if (code == UTF8_INVALID)
            code = 0xfffd;
        int width = width_of_code(code);
        bool wider = before && width_behind(before, code) > width;
        before = code;
        if (width == 0) {
            join_code(strip, code);
            if (wider)
                widen(strip);
        } else if (strip->col + (size_t)width <= strip->end) {
            put_code(strip, code, (size_t)width);
            last_cell(strip)->joined = strip->col - (size_t)width > first;
        }
    }
}

static bool is_plain(struct str text)
{
    return text.at[0] >= 0x20 && text.at[0] < 0x7f
           && (text.len == 1 || (text.at[1] >= 0x20 && text.at[1] < 0x7f));
}

// Returns false if something had to be cut.
static bool put_text(struct strip *strip, struct str text, enum role role)
{
    strip->role = (uint8_t)role;
    while (text.len > 0) {
        size_t cells = 1;
        bool plain = is_plain(text);
        size_t bytes = plain ? 1 : width_step(text, &cells);
        if (bytes == 0 || strip->col + cells > strip->end)
            return false;
        if (plain)
            put_code(strip, (unsigned char)text.at[0], 1);
        else
            put_cluster(strip, str_take(text, bytes));
        text = str_skip(text, bytes);
    }
    return true;
}

size_t canvas_put(struct canvas *canvas, struct area area, size_t row,
                  size_t col, struct str text, enum role role)
{
    struct strip strip;

    if (!strip_open(&strip, canvas, area, row, col))
        return 0;
    put_text(&strip, text, role);
    return strip.col - strip.start;
}

// The number of a target, 0 if it may not or cannot be kept.
static uint32_t link_number(struct canvas_links *links, struct str target)
{
    size_t i = 0;

    if (!link_is_safe(target))
        return 0;
    while (i < links->count && !str_equal(links->targets[i], target))
        i++;
    if (i == LIMIT_LINKS)
        return 0;
    if (i == links->count) {
        if (i == links->cap) {
            links->cap = links->cap ? 2 * links->cap : 16;
            links->targets =
                mem_realloc(links->targets, links->cap * sizeof(struct str));
        }
        links->targets[links->count++] = arena_copy(&links->arena, target);
    }
    return (uint32_t)i + 1;
}

struct str canvas_link(const struct canvas *canvas, uint32_t link)
{
    return link > 0 && link <= canvas->links.count
               ? canvas->links.targets[link - 1]
               : (struct str){ 0 };
}

static bool put_span(struct strip *strip, struct canvas_links *links,
                     struct str text, const struct span *span)
{
    strip->link = span->link.len > 0 ? link_number(links, span->link) : 0;
    bool fits = put_text(
        strip, str_take(str_skip(text, span->start), span->len), span->role);
    strip->link = 0;
    return fits;
}

size_t canvas_put_row(struct canvas *canvas, struct area area, size_t row,
                      size_t col, const struct row *content)
{
    struct strip strip;
    struct str text = content->text;
    size_t at = 0;

    if (!strip_open(&strip, canvas, area, row, col))
        return 0;
    bool fits = true;
    for (size_t i = 0; i < content->span_count && fits; i++) {
        const struct span *span = &content->spans[i];
        if (span->start < at)
            continue;
        fits = put_text(&strip, str_take(str_skip(text, at), span->start - at),
                        ROLE_TEXT)
               && put_span(&strip, &canvas->links, text, span);
        at = span->start + span->len;
    }
    if (fits)
        put_text(&strip, str_skip(text, at), ROLE_TEXT);
    return strip.col - strip.start;
}

void canvas_put_right(struct canvas *canvas, struct area area, size_t row,
                      struct str text, enum role role)
{
    size_t cells = width_of(text);

    area = clipped(canvas, area);
    canvas_put(canvas, area, row, cells < area.cols ? area.cols - cells : 0,
               text, role);
}

void canvas_rule(struct canvas *canvas, struct area area, size_t row)
{
    struct strip strip;

    if (!strip_open(&strip, canvas, area, row, 0))
        return;
    strip.role = ROLE_RULE;
    while (strip.col < strip.end)
        put_code(&strip, '-', 1);
}

void canvas_mark(struct canvas *canvas, struct area area, size_t row,
                 size_t col, size_t cells, enum role role, bool reverse)
{
    struct strip strip;

    if (!strip_open(&strip, canvas, area, row, col))
        return;
    for (size_t at = strip.start; at < strip.end && cells-- > 0; at++) {
        strip.cells[at].role = (uint8_t)role;
        strip.cells[at].reverse = reverse;
    }
}

void canvas_mark_row(struct canvas *canvas, struct area area, size_t row,
                     enum role role, bool reverse)
{
    canvas_mark(canvas, area, row, 0, area.cols, role, reverse);
}

// --- reading back ----------------------------------------------------------

static void append_cell(struct buf *out, const struct cell *cell)
{
    if (cell->width == 0)
        return;
    if (cell->code[0] == 0)
        buf_append_char(out, ' ');
    for (size_t i = 0; i < CELL_CODES && cell->code[i] != 0; i++)
        utf8_encode(out, cell->code[i]);
}

void canvas_text(const struct canvas *canvas, struct buf *out)
{
    for (size_t row = 0; row < canvas->rows; row++) {
        size_t start = out->len;
        for (size_t col = 0; col < canvas->cols; col++)
            append_cell(out, &canvas->cells[row * canvas->cols + col]);
        while (out->len > start && out->at[out->len - 1] == ' ')
            out->len--;
        buf_append_char(out, '\n');
    }
}
