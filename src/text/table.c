/*
 * Widths by water-filling: columns that are narrower than an equal share keep
 * what they need, the others divide the rest, and so on until nobody is
 * narrower than the share.
 */
#include "table.h"

#include "kerf/text/width.h"

#define COLUMN_MIN_CELLS 6 // narrower ones are not worth reading
#define SEPARATOR STR(" | ")
#define CROSSING STR("-+-")

static struct ink cell_at(const struct table *table, size_t row, size_t col)
{
    return table->cells[row * table->cols + col];
}

static size_t row_count(const struct table *table)
{
    return table->count / table->cols;
}

static void natural_widths(const struct table *table, size_t *widths)
{
    for (size_t i = 0; i < row_count(table) * table->cols; i++) {
        size_t cells = width_of(table->cells[i].text);
        size_t *width = &widths[i % table->cols];
        if (cells > *width)
            *width = cells;
    }
}

static size_t sum_of(const size_t *widths, size_t count)
{
    size_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += widths[i];
    return sum;
}

// Returns the width that columns may have at most to fit into `room`.
static size_t fair_share(const size_t *widths, size_t count, size_t room)
{
    size_t share = room / count, before;

    do {
        size_t narrow = 0, taken = 0;
        before = share;
        for (size_t i = 0; i < count; i++)
            if (widths[i] <= share) {
                narrow++;
                taken += widths[i];
            }
        if (narrow < count)
            share = (room - taken) / (count - narrow);
    } while (share > before);
    return share;
}

// Makes the widths fit; false if there is no sense in columns.
static bool fit_widths(size_t *widths, size_t count, size_t room)
{
    size_t between = SEPARATOR.len * (count - 1);

    if (room < between + count)
        return false;
    room -= between;
    if (sum_of(widths, count) <= room)
        return true;
    size_t share = fair_share(widths, count, room);
    if (share < COLUMN_MIN_CELLS)
        return false;
    for (size_t i = 0; i < count; i++)
        if (widths[i] > share)
            widths[i] = share;
    return true;
}

static void pad(struct compose *c, size_t cells)
{
    for (size_t i = 0; i < cells; i++)
        compose_text(c, STR(" "), ROLE_TEXT);
}

// Appends a row's text with its roles; what no span covers is plain.
static void append_row(struct compose *c, struct row row)
{
    size_t at = 0;

    for (size_t i = 0; i < row.span_count; i++) {
        struct span span = row.spans[i];
        compose_text(c, str_take(str_skip(row.text, at), span.start - at),
                     ROLE_TEXT);
        compose_link(c, str_take(str_skip(row.text, span.start), span.len),
                     span.role, span.link);
        at = span.start + span.len;
    }
    compose_text(c, str_skip(row.text, at), ROLE_TEXT);
}

static void append_cell(struct compose *c, struct row row, size_t width,
                        enum align align, bool last)
{
    size_t cells = width_of(row.text);
    size_t free_cells = cells < width ? width - cells : 0;
    size_t before = align == ALIGN_RIGHT    ? free_cells
                    : align == ALIGN_CENTER ? free_cells / 2
                                            : 0;

    pad(c, before);
    append_row(c, row);
    if (!last)
        pad(c, free_cells - before);
}

// The cells of one table row, each wrapped to its column.
static size_t wrap_cells(struct compose *c, const struct table *table,
                         size_t row, const size_t *widths, struct rows *cells)
{
    size_t height = 0;

    for (size_t col = 0; col < table->cols; col++) {
        struct ink ink = cell_at(table, row, col);
        struct wrap wrap = { .width_cells = widths[col], .at_words = true };
        cells[col] = (struct rows){ 0 };
        wrap_text(c->arena, &cells[col], ink.text, ink.spans, ink.span_count,
                  &wrap);
        if (cells[col].count > height)
            height = cells[col].count;
    }
    return height;
}

static void add_row(struct compose *c, const struct table *table, size_t row,
                    const size_t *widths)
{
    struct rows *cells = arena_array(c->arena, table->cols, sizeof(*cells));
    size_t height = wrap_cells(c, table, row, widths, cells);

    for (size_t line = 0; line < height; line++) {
        for (size_t col = 0; col < table->cols; col++) {
            struct row piece = { 0 };
            if (line < cells[col].count)
                piece = cells[col].at[line];
            if (col > 0)
                compose_text(c, SEPARATOR, ROLE_RULE);
            append_cell(c, piece, widths[col], table->align[col],
                        col + 1 == table->cols);
        }
        compose_ink(c, compose_take(c), false);
    }
}

static void add_rule(struct compose *c, const size_t *widths, size_t count)
{
    for (size_t col = 0; col < count; col++) {
        if (col > 0)
            compose_text(c, CROSSING, ROLE_RULE);
        for (size_t i = 0; i < widths[col]; i++)
            compose_text(c, STR("-"), ROLE_RULE);
    }
    compose_paragraph(c);
}

static void append_ink(struct compose *c, struct ink ink)
{
    append_row(c, (struct row){ .text = ink.text,
                                .spans = ink.spans,
                                .span_count = ink.span_count });
}

static void add_record(struct compose *c, const struct table *table, size_t row)
{
    compose_open(c, (struct container){ .kind = CONTAINER_ITEM,
                                        .tight = true,
                                        .marker = STR("- ") });
    for (size_t col = 0; col < table->cols; col++) {
        append_ink(c, cell_at(table, 0, col));
        if (row > 0) {
            compose_text(c, STR(": "), ROLE_RULE);
            append_ink(c, cell_at(table, row, col));
        }
        compose_paragraph(c);
    }
    compose_close(c);
}

// The table as a list: a group of "head: cell" for each row.
static void add_records(struct compose *c, const struct table *table)
{
    if (row_count(table) == 1)
        add_record(c, table, 0); // nothing but the head so far
    for (size_t row = 1; row < row_count(table); row++)
        add_record(c, table, row);
}

void table_rows(struct compose *c, const struct table *table)
{
    size_t *widths = arena_array(c->arena, table->cols, sizeof(*widths));

    natural_widths(table, widths);
    if (!fit_widths(widths, table->cols, compose_room(c))) {
        add_records(c, table);
        return;
    }
    for (size_t row = 0; row < row_count(table); row++) {
        add_row(c, table, row, widths);
        if (row == 0)
            add_rule(c, widths, table->cols);
    }
}
