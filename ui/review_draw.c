/*
 * Drawing of what is in the window. Line numbers and the state of the lexer
 * are carried from row to row by a pen; for a hunk whose top is far above the
 * lexer starts a few hundred lines before the window.
 */
#include "review_parts.h"

#include <stdio.h>

#include "kerf/base/utf8.h"
#include "kerf/text/width.h"

#define LEXER_LINES 200 // read before the first visible line

struct pen {
    const struct review_call *call;
    const struct review_block *block;
    const struct language *language;
    size_t cells;              // of a line number
    size_t line;               // next line of the hunk to be passed
    size_t old_line, new_line; // 0-based numbers of that line
    bool old_known, new_known;
    unsigned old_state, new_state; // of the lexer
    bool in_window;
};

static void pen_begin(struct pen *pen, const struct review_call *call,
                      const struct review_block *block)
{
    const struct file_patch *file = &call->patch->files[block->file];

    *pen = (struct pen){ .call = call, .block = block };
    pen->cells = review_number_cells(call, block->file);
    pen->language = language_by_path(file->path);
    if (block->hunk == NO_INDEX)
        return;
    const struct hunk_place *place = review_place(call, block);
    const struct hunk *hunk = review_hunk(call, block);
    bool placed = review_is_placed(place);
    size_t at = placed ? place->line : hunk->hint;
    pen->old_known = placed || at != HUNK_NO_HINT;
    pen->new_known = pen->old_known;
    if (file->action == FILE_ADD) {
        at = 0;
        pen->new_known = true;
    }
    pen->old_line = at;
    pen->new_line = (size_t)((long)at + block->delta);
}

static void pen_lex(struct pen *pen, struct arena *arena, struct str text,
                    enum line_kind kind, struct span **spans, size_t *count,
                    size_t *cap)
{
    if (kind == LINE_REMOVED) {
        highlight_line(arena, pen->language, &pen->old_state, text, 0, spans,
                       count, cap);
        return;
    }
    highlight_line(arena, pen->language, &pen->new_state, text, 0, spans, count,
                   cap);
    if (kind == LINE_CONTEXT)
        pen->old_state = pen->new_state;
}

// Passes a line that is not drawn, or not drawn any more.
static void pen_pass(struct pen *pen, bool lex)
{
    const struct patch_line *line =
        &review_hunk(pen->call, pen->block)->lines[pen->line++];

    if (lex && pen->language) {
        struct span *spans = NULL;
        size_t count = 0, cap = 0;
        struct arena *arena = pen->call->view->arena;
        pen_lex(pen, arena, width_line(arena, line->text, 0, TAB_CELLS),
                line->kind, &spans, &count, &cap);
    }
    pen->old_line += line->kind != LINE_ADDED;
    pen->new_line += line->kind != LINE_REMOVED;
}

static void pen_reach(struct pen *pen, size_t line)
{
    while (pen->line < line)
        pen_pass(pen, pen->line + LEXER_LINES >= line);
}

// --- rows ------------------------------------------------------------------

static char cursor_mark(const struct review_call *call, size_t block,
                        size_t row)
{
    const struct review *review = call->review;
    bool here = review->cursor.block == block && review->cursor.row == row;
    bool heading = row == 0 && review_selected(review) == block;

    return here || heading ? '>' : ' ';
}

static const char *action_words(const struct file_patch *file)
{
    switch (file->action) {
    case FILE_ADD: return "new file";
    case FILE_DELETE: return "deleted";
    case FILE_REPLACE: return "whole file";
    case FILE_UPDATE:
        return file->move_to.len == 0 ? ""
               : file->is_copy        ? "copied to "
                                      : "moved to ";
    }
    return "";
}

void review_draw_file(const struct review_call *call,
                      const struct review_block *block, struct view_line *line)
{
    const struct file_patch *file = &call->patch->files[block->file];
    struct selection_counts counts =
        selection_count(call->proposal->selection, block->file);
    size_t added, removed;

    patch_file_counts(file, &added, &removed);
    line_foreign(line, ROLE_STRONG, file->path);
    line_pad(line, line_cells(line) + 3);
    line_printf(line, ROLE_ADDED, "+%zu ", added);
    line_printf(line, ROLE_REMOVED, "-%zu", removed);
    line_printf(line, ROLE_TEXT, "   y%zu n%zu ?%zu", counts.yes + counts.mixed,
                counts.no, counts.undecided);
    if (counts.arriving > 0)
        line_add(line, ROLE_DIM, STR("   arriving"));
    if (counts.conflicts > 0)
        line_printf(line, ROLE_ERROR, "   %zu conflict%s", counts.conflicts,
                    counts.conflicts == 1 ? "" : "s");
    if (action_words(file)[0])
        line_printf(line, ROLE_DIM, "   %s", action_words(file));
    line_foreign(line, ROLE_DIM, file->move_to);
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// The line that tells where a hunk is: its anchor, or as git does the nearest
// line above that begins with a letter.
static struct str section_of(const struct review_call *call,
                             const struct review_block *block)
{
    const struct hunk *hunk = review_hunk(call, block);
    const struct hunk_place *place = review_place(call, block);
    struct lines lines =
        selection_lines(call->proposal->selection, block->file);

    if (hunk->anchor_count > 0)
        return hunk->anchors[hunk->anchor_count - 1];
    if (!review_is_placed(place))
        return STR("");
    size_t above = place->line < lines.count ? place->line : lines.count;
    for (size_t i = above; i-- > 0 && above - i <= LEXER_LINES;)
        if (lines.at[i].len > 0 && is_name_char(lines.at[i].at[0]))
            return lines.at[i];
    return STR("");
}

static void add_range(struct view_line *line, const struct review_call *call,
                      const struct review_block *block)
{
    const struct hunk *hunk = review_hunk(call, block);
    struct pen pen;
    size_t old = 0;

    pen_begin(&pen, call, block);
    for (size_t i = 0; i < hunk->line_count; i++)
        old += hunk->lines[i].kind != LINE_ADDED;
    size_t fresh = old + block->added - block->removed;
    line_add(line, ROLE_HUNK, STR("@@ "));
    if (pen.old_known && old > 0)
        line_printf(line, ROLE_HUNK, "%zu,%zu ", pen.old_line + 1, old);
    if (pen.new_known)
        line_printf(line, ROLE_HUNK, "+%zu,%zu ",
                    fresh > 0 ? pen.new_line + 1 : pen.new_line, fresh);
    if (pen.old_known || pen.new_known)
        line_add(line, ROLE_HUNK, STR("@@ "));
    line_foreign(line, ROLE_DIM, section_of(call, block));
}

static void heading(struct view_line *line, const struct review_call *call,
                    size_t index)
{
    const struct review_block *block = &call->review->blocks[index];
    const struct hunk_place *place = review_place(call, block);
    char letter = decision_letter(review_decision(call, index));

    line_printf(line, ROLE_STRONG, " h%zu %c", block->number, letter);
    line_pad(line, line_cells(line) + 2);
    line_add(line, hunk_role(place->state), str_from(hunk_words(place).at));
    line_pad(line, 20);
    if (block->deceptive)
        line_add(line, ROLE_ERROR, STR("HIDDEN CHARACTERS "));
    add_range(line, call, block);
}

static void add_number(struct view_line *line, size_t cells, bool shown,
                       size_t number)
{
    if (shown)
        line_printf(line, ROLE_DIM, "%*zu", (int)cells, number + 1);
    else
        line_printf(line, ROLE_DIM, "%*s", (int)cells, "");
}

static void add_text(struct view_line *line, const struct review_row *row,
                     struct str text, const struct span *spans, size_t count)
{
    size_t end = row->start + row->len < text.len ? row->start + row->len
                                                  : text.len;
    size_t at = row->start < end ? row->start : end;

    for (size_t i = 0; i < count && at < end; i++) {
        size_t stop = spans[i].start + spans[i].len;
        if (stop <= at)
            continue;
        if (stop > end)
            stop = end;
        line_add(line, spans[i].role, (struct str){ text.at + at, stop - at });
        at = stop;
    }
}

static char line_decision(const struct review_call *call,
                          const struct review_block *block, size_t line)
{
    const struct hunk *hunk = review_hunk(call, block);
    struct target target = { block->file, block->hunk, line };
    enum decision whole = selection_decision(
        call->proposal->selection,
        (struct target){ block->file, block->hunk, SELECT_ALL });

    if (whole != DECISION_MIXED || hunk->lines[line].kind == LINE_CONTEXT)
        return ' ';
    return decision_letter(
        selection_decision(call->proposal->selection, target));
}

static const enum role line_roles[] = {
    [LINE_CONTEXT] = ROLE_TEXT,
    [LINE_REMOVED] = ROLE_REMOVED,
    [LINE_ADDED] = ROLE_ADDED,
};

static void patch_row(struct view_line *line, struct pen *pen,
                      const struct review_row *row)
{
    const struct patch_line *entry =
        &review_hunk(pen->call, pen->block)->lines[row->line];
    enum role role = line_roles[entry->kind];
    bool begins = row->start == 0;
    struct str text = review_line_text(pen->call, pen->block, row);
    struct span *spans = NULL;
    size_t count = 0, cap = 0;

    pen_reach(pen, row->line);
    add_number(line, pen->cells,
               begins && pen->old_known && entry->kind != LINE_ADDED,
               pen->old_line);
    add_number(line, pen->cells,
               begins && pen->new_known && entry->kind != LINE_REMOVED,
               pen->new_line);
    line_printf(line, ROLE_STRONG, "%c",
                begins ? line_decision(pen->call, pen->block, row->line) : ' ');
    line_printf(line, role, "%c", " -+"[entry->kind]);
    struct pen before = *pen; // a wrapped line is lexed once a row
    pen_lex(pen, line->arena, text, entry->kind, &spans, &count, &cap);
    *pen = before;
    const struct span *all =
        spans_filled(line->arena, spans, count, text.len, role, &count);
    add_text(line, row, text, all, count);
    if (entry->no_newline && row->start + row->len >= text.len)
        line_add(line, ROLE_DIM, STR("  (no newline)"));
}

static void around_row(struct view_line *line, const struct pen *pen,
                       const struct review_row *row, bool numbered)
{
    const struct hunk_place *place = review_place(pen->call, pen->block);
    struct str text = review_line_text(pen->call, pen->block, row);
    struct span whole = { 0, text.len, ROLE_DIM };
    long delta = pen->block->delta;

    if (row->line >= place->line)
        delta += (long)pen->block->added - (long)pen->block->removed;
    add_number(line, pen->cells, row->start == 0, row->line);
    add_number(line, pen->cells, numbered && row->start == 0,
               (size_t)((long)row->line + delta));
    line_add(line, ROLE_DIM, numbered ? STR("  ") : STR(" |"));
    add_text(line, row, text, &whole, 1);
}

static void reason_row(struct view_line *line, const struct pen *pen,
                       const struct review_row *row)
{
    struct str text = review_line_text(pen->call, pen->block, row);
    struct span whole = { 0, text.len, ROLE_ERROR };

    line_printf(line, ROLE_ERROR, "%*s", (int)(2 * pen->cells + 2),
                row->start == 0 ? "! " : "");
    add_text(line, row, text, &whole, 1);
}

static struct row make_row(struct pen *pen, size_t index, size_t at)
{
    const struct review_row *row = &pen->block->rows[at];
    struct view_line line = { .arena = pen->call->view->arena };

    char mark = cursor_mark(pen->call, index, at);

    line_printf(&line, mark == ' ' ? ROLE_TEXT : ROLE_SELECTED, "%c", mark);
    switch (row->kind) {
    case ROW_BLANK: break;
    case ROW_FILE:
        line_add(&line, ROLE_TEXT, STR(" "));
        review_draw_file(pen->call, pen->block, &line);
        break;
    case ROW_HUNK: heading(&line, pen->call, index); break;
    case ROW_LINE: patch_row(&line, pen, row); break;
    case ROW_AROUND: around_row(&line, pen, row, true); break;
    case ROW_FOUND: around_row(&line, pen, row, false); break;
    case ROW_NOTE:
    case ROW_REASON: reason_row(&line, pen, row); break;
    case ROW_FOUND_TITLE:
        line_printf(&line, ROLE_DIM,
                    "%*sfound at line %zu:", (int)(2 * pen->cells + 2), "",
                    row->line + 1);
        break;
    }
    return line_row(&line);
}

// --- the window ------------------------------------------------------------

// Notes that rows [from, to) of a block have been on the screen.
static void note_seen(struct review_block *block, size_t from, size_t to)
{
    if (from > block->seen_to || to < block->seen_from
        || block->seen_from == block->seen_to) {
        block->seen_from = from;
        block->seen_to = to;
    } else {
        block->seen_from = from < block->seen_from ? from : block->seen_from;
        block->seen_to = to > block->seen_to ? to : block->seen_to;
    }
    if (block->complete && to == block->row_count)
        block->seen_end = true;
}

static bool in_range(const struct review *review, size_t block, size_t row)
{
    size_t a = review->range.row, b = review->cursor.row;

    if (!review->lines || block != review->cursor.block)
        return false;
    if (!review->in_range || review->range.block != block)
        return row == b;
    return a < b ? row >= a && row <= b : row >= b && row <= a;
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
            if (in_range(review, at.block, at.row))
                canvas_mark_row(canvas, area, used, ROLE_SELECTED, true);
            used++;
        }
        note_seen(block, from, at.row);
        at = (struct scroll_at){ at.block + 1, 0 };
    }
    if (call->view->focused) {
        canvas->cursor_row = area.row + review->cursor_row;
        canvas->cursor_col = area.col;
    }
}
