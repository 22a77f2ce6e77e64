/*
 * A hunk as rows: its heading, lines of the file around it if asked for, its
 * lines wrapped to the width (a line that is cut could hide its end), and for
 * a conflict the reason and what stands there instead. Only positions are
 * kept; texts are fetched again when they are drawn.
 */
#include "review_parts.h"

#include <stdio.h>
#include <string.h>

#include "kerf/patch/shape.h"
#include "kerf/text/width.h"

bool review_is_placed(const struct hunk_place *place)
{
    switch (place->state) {
    case HUNK_OK:
    case HUNK_MOVED:
    case HUNK_FUZZY:
    case HUNK_MERGED: return true;
    case HUNK_ARRIVING:
    case HUNK_APPLIED:
    case HUNK_AMBIGUOUS:
    case HUNK_CONFLICT:
    case HUNK_STALE: return false;
    }
    return false;
}

const struct hunk_place *review_place(const struct review_call *call,
                                      const struct review_block *block)
{
    return selection_place(call->proposal->selection, block->file, block->hunk);
}

const struct hunk *review_hunk(const struct review_call *call,
                               const struct review_block *block)
{
    return &call->patch->files[block->file].hunks[block->hunk];
}

static struct lines file_lines(const struct review_call *call, size_t file)
{
    return selection_lines(call->proposal->selection, file);
}

size_t review_number_cells(const struct review_call *call, size_t file)
{
    size_t count = file_lines(call, file).count + 1000;
    size_t cells = 4;

    while (count >= 100000 && cells < 9) {
        count /= 10;
        cells++;
    }
    return count >= 10000 && cells == 4 ? 5 : cells;
}

// --- the text of a row -----------------------------------------------------

// A placed hunk shows its unchanged and removed lines as the file has them.
static struct str patch_line_text(const struct review_call *call,
                                  const struct review_block *block, size_t line)
{
    const struct hunk *hunk = review_hunk(call, block);
    const struct hunk_place *place = review_place(call, block);
    struct lines lines = file_lines(call, block->file);
    size_t at = place->line;

    if (place->state != HUNK_FUZZY || hunk->lines[line].kind == LINE_ADDED)
        return hunk->lines[line].text;
    for (size_t i = 0; i < line; i++)
        at += hunk->lines[i].kind != LINE_ADDED;
    return at < lines.count ? lines.at[at] : hunk->lines[line].text;
}

static struct str row_source(const struct review_call *call,
                             const struct review_block *block,
                             const struct review_row *row)
{
    struct lines lines = file_lines(call, block->file);

    switch (row->kind) {
    case ROW_LINE: return patch_line_text(call, block, row->line);
    case ROW_AROUND:
    case ROW_FOUND:
        return row->line < lines.count ? lines.at[row->line] : STR("");
    case ROW_REASON: return review_place(call, block)->reason;
    case ROW_NOTE:
        return selection_preimage(call->proposal->selection, block->file)
            ->unreadable;
    case ROW_BLANK:
    case ROW_FILE:
    case ROW_HUNK:
    case ROW_FOUND_TITLE: return STR("");
    }
    return STR("");
}

struct str review_line_text(const struct review_call *call,
                            const struct review_block *block,
                            const struct review_row *row)
{
    return width_line(call->view->arena, row_source(call, block, row), 0,
                      TAB_CELLS);
}

// --- making rows -----------------------------------------------------------

struct maker {
    const struct review_call *call;
    struct review_block *block;
    size_t text_cols; // for the text of a line
    struct arena arena;
};

static void add_row(struct maker *m, struct review_row row)
{
    struct review_block *block = m->block;

    if (block->row_count == block->row_cap) {
        block->row_cap = block->row_cap ? 2 * block->row_cap : 8;
        block->rows =
            mem_realloc(block->rows, block->row_cap * sizeof(*block->rows));
    }
    block->rows[block->row_count++] = row;
}

static void add_plain(struct maker *m, enum row_kind kind)
{
    add_row(m, (struct review_row){ .kind = kind });
}

static bool is_short_ascii(struct str text, size_t cols)
{
    if (text.len > cols)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < 0x20 || text.at[i] == 0x7f)
            return false;
    return true;
}

// Adds the rows of one line, wrapped between clusters.
static void add_line(struct maker *m, enum row_kind kind, size_t line)
{
    struct review_row row = { .kind = kind, .line = line };
    struct str text = row_source(m->call, m->block, &row);

    if (is_short_ascii(text, m->text_cols)) {
        row.len = text.len;
        add_row(m, row);
        return;
    }
    arena_reset(&m->arena);
    text = width_line(&m->arena, text, 0, TAB_CELLS);
    do {
        struct str fit = width_fit(text, m->text_cols, NULL);
        if (fit.len == 0 && text.len > 0)
            fit = str_take(text, width_step(text, &(size_t){ 0 }));
        row.len = fit.len;
        add_row(m, row);
        row.start += fit.len;
        text = str_skip(text, fit.len);
    } while (text.len > 0);
}

static size_t preimage_count(const struct hunk *hunk)
{
    size_t count = 0;

    for (size_t i = 0; i < hunk->line_count; i++)
        count += hunk->lines[i].kind != LINE_ADDED;
    return count;
}

// Lines of the file before the hunk, not those another hunk covers.
static void add_before(struct maker *m, const struct hunk_place *place)
{
    size_t floor = 0;

    if (m->block->hunk > 0) {
        const struct hunk_place *last = selection_place(
            m->call->proposal->selection, m->block->file, m->block->hunk - 1);
        if (review_is_placed(last))
            floor = last->line + last->count;
    }
    size_t from = place->line > m->call->review->context
                      ? place->line - m->call->review->context
                      : 0;
    for (size_t i = from > floor ? from : floor; i < place->line; i++)
        add_line(m, ROW_AROUND, i);
}

// Lines behind it, up to those that the next hunk shows before itself.
static void add_behind(struct maker *m, const struct hunk_place *place)
{
    const struct file_patch *file = &m->call->patch->files[m->block->file];
    size_t context = m->call->review->context;
    size_t end = file_lines(m->call, m->block->file).count;
    size_t from = place->line + place->count;

    if (m->block->hunk + 1 < file->hunk_count) {
        const struct hunk_place *next = selection_place(
            m->call->proposal->selection, m->block->file, m->block->hunk + 1);
        size_t before = next->line > context ? next->line - context : 0;
        if (review_is_placed(next) && before < end)
            end = before;
    }
    for (size_t i = from; i < from + context && i < end; i++)
        add_line(m, ROW_AROUND, i);
}

static void add_conflict(struct maker *m, const struct hunk_place *place)
{
    size_t count = preimage_count(review_hunk(m->call, m->block));
    size_t end = file_lines(m->call, m->block->file).count;

    if (place->reason.len > 0)
        add_line(m, ROW_REASON, 0);
    if (place->state != HUNK_CONFLICT || place->nearest >= end || count == 0)
        return;
    if (count > FOUND_LINES)
        count = FOUND_LINES;
    add_row(m, (struct review_row){ ROW_FOUND_TITLE, place->nearest, 0, 0 });
    for (size_t i = place->nearest; i < place->nearest + count && i < end; i++)
        add_line(m, ROW_FOUND, i);
}

static void make_hunk(struct maker *m)
{
    const struct hunk *hunk = review_hunk(m->call, m->block);
    const struct hunk_place *place = review_place(m->call, m->block);
    bool placed = review_is_placed(place);

    add_plain(m, ROW_HUNK);
    if (placed)
        add_before(m, place);
    for (size_t i = 0; i < hunk->line_count; i++)
        add_line(m, ROW_LINE, i);
    if (placed)
        add_behind(m, place);
    else
        add_conflict(m, place);
}

static void make_file(struct maker *m)
{
    const struct preimage *pre =
        selection_preimage(m->call->proposal->selection, m->block->file);

    if (m->block->file > 0)
        add_plain(m, ROW_BLANK);
    add_plain(m, ROW_FILE);
    if (pre && pre->unreadable.len > 0)
        add_line(m, ROW_NOTE, 0);
}

static void take_stock(const struct review_call *call,
                       struct review_block *block)
{
    const struct hunk *hunk = review_hunk(call, block);

    block->added = 0;
    block->removed = 0;
    for (size_t i = 0; i < hunk->line_count; i++) {
        block->added += hunk->lines[i].kind == LINE_ADDED;
        block->removed += hunk->lines[i].kind == LINE_REMOVED;
    }
    if (block->complete)
        block->deceptive = hunk_has_hidden(hunk);
}

// What was seen counts no more once the content is another one.
static void note_change(struct review_block *block, bool same_width)
{
    block->seen_end = false;
    if (!same_width)
        block->seen_from = block->seen_to = 0;
}

static bool hunk_is_fresh(const struct review_call *call,
                          struct review_block *block, size_t cols)
{
    const struct hunk *hunk = review_hunk(call, block);
    const struct hunk_place *place = review_place(call, block);
    bool complete = hunk->complete && place->state != HUNK_ARRIVING;
    bool same = block->complete == complete && block->state == place->state
                && block->line_count == hunk->line_count
                && block->lines == hunk->lines
                && block->place_line == place->line;
    bool width = block->cols == cols && block->context == call->review->context;

    if (block->made && same && width)
        return true;
    if (!same || !width)
        note_change(block, width);
    block->complete = complete;
    block->state = place->state;
    block->place_line = place->line;
    block->line_count = hunk->line_count;
    block->lines = hunk->lines;
    return false;
}

static bool file_is_fresh(const struct review_call *call,
                          struct review_block *block, size_t cols)
{
    const struct preimage *pre =
        selection_preimage(call->proposal->selection, block->file);
    size_t note = pre ? pre->unreadable.len : 0;
    bool fresh = block->made && block->cols == cols
                 && block->line_count == note;

    block->line_count = note;
    return fresh;
}

void review_make_rows(const struct review_call *call,
                      struct review_block *block, size_t cols)
{
    bool is_hunk = block->hunk != NO_INDEX;
    size_t margin = 2 * review_number_cells(call, block->file) + 3;
    struct maker m = { .call = call, .block = block };

    if (is_hunk ? hunk_is_fresh(call, block, cols)
                : file_is_fresh(call, block, cols))
        return;
    m.text_cols = cols > margin + 8 ? cols - margin : 8;
    block->made = true;
    block->cols = cols;
    block->context = call->review->context;
    block->row_count = 0;
    if (is_hunk) {
        make_hunk(&m);
        take_stock(call, block);
    } else {
        make_file(&m);
    }
    arena_release(&m.arena);
}
