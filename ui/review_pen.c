/*
 * Lines with their numbers, marks and colours. The text before and the text
 * after are passed each for itself, because side by side their lines do not
 * come in the order of the patch; both begin with what the lexer knows of the
 * file above. A line that fills several rows is made once.
 */
#include "review_pen.h"

#include <stdio.h>
#include <stdlib.h>

#include "kerf/base/utf8.h"
#include "kerf/text/width.h"
#include "kerf/text/words.h"

#define LEXER_LINES 200 // read before the first visible line

static const enum role line_roles[] = {
    [LINE_CONTEXT] = ROLE_TEXT,
    [LINE_REMOVED] = ROLE_REMOVED,
    [LINE_ADDED] = ROLE_ADDED,
};

static const enum role word_roles[] = {
    [LINE_CONTEXT] = ROLE_TEXT,
    [LINE_REMOVED] = ROLE_REMOVED_WORD,
    [LINE_ADDED] = ROLE_ADDED_WORD,
};

void pen_begin(struct pen *pen, const struct review_call *call,
               struct review_block *block)
{
    const struct file_patch *file = &call->patch->files[block->file];

    *pen = (struct pen){ .call = call, .block = block };
    pen->cells = review_number_cells(call, block->file);
    if (block->hunk == NO_INDEX)
        return;
    const struct hunk_place *place = review_place(call, block);
    const struct hunk *hunk = review_hunk(call, block);
    bool placed = review_is_placed(place);
    size_t at = placed ? place->line : hunk->hint;
    bool known = placed || at != HUNK_NO_HINT;
    pen->language = language_by_path(file->path);
    pen->side[PEN_OLD].numbered = known;
    pen->side[PEN_NEW].numbered = known || file->action == FILE_ADD;
    if (file->action == FILE_ADD)
        at = 0;
    pen->side[PEN_OLD].number = at;
    pen->side[PEN_NEW].number = (size_t)((long)at + block->delta);
    if (!placed || block->row_count == 0)
        return;
    unsigned state =
        lexed_state(call->review->lexed, call, block->file, place->line);
    pen->side[PEN_OLD].state = pen->side[PEN_NEW].state = state;
}

// --- passing lines ---------------------------------------------------------

static bool is_on_side(enum line_kind kind, int side)
{
    return kind == LINE_CONTEXT
           || (kind == LINE_REMOVED ? side == PEN_OLD : side == PEN_NEW);
}

static const struct span *lex(struct pen *pen, struct pen_side *side,
                              struct str text, size_t *count)
{
    struct span *spans = NULL;
    size_t cap = 0;

    *count = 0;
    if (pen->language && text.len <= LIMIT_LEXED_BYTES)
        highlight_line(pen->call->view->arena, pen->language, &side->state,
                       text, 0, &spans, count, &cap);
    return spans;
}

// Passes the lines before `line`; those far above it are not read.
static void reach(struct pen *pen, struct pen_side *side, size_t line)
{
    const struct hunk *hunk = review_hunk(pen->call, pen->block);
    int which = side == &pen->side[PEN_OLD] ? PEN_OLD : PEN_NEW;
    size_t count;

    for (; side->line < line; side->line++) {
        if (!is_on_side(hunk->lines[side->line].kind, which))
            continue;
        if (side->line + LEXER_LINES >= line)
            lex(pen, side, hunk->lines[side->line].text, &count);
        side->number++;
    }
}

// --- changed words ---------------------------------------------------------

static size_t run_end(const struct hunk *hunk, size_t at, enum line_kind kind)
{
    while (at < hunk->line_count && hunk->lines[at].kind == kind)
        at++;
    return at;
}

static void pair_change(const struct hunk *hunk, size_t from, size_t middle,
                        size_t to, struct arena *arena, size_t *partners)
{
    size_t removed = middle - from, added = to - middle;
    struct str *texts = arena_array(arena, to - from, sizeof(*texts));
    size_t *found = arena_array(arena, removed + 1, sizeof(*found));

    for (size_t i = from; i < to; i++)
        texts[i - from] = hunk->lines[i].text;
    words_pair(texts, removed, texts + removed, added, found);
    for (size_t i = 0; i < removed; i++) {
        if (found[i] == WORDS_NO_PARTNER)
            continue;
        partners[from + i] = middle + found[i];
        partners[middle + found[i]] = from + i;
    }
}

// For each line of a complete hunk the other version of it, or NO_INDEX.
static void make_partners(struct pen *pen)
{
    const struct hunk *hunk = review_hunk(pen->call, pen->block);
    struct arena arena = { 0 };
    size_t *partners = mem_alloc((hunk->line_count + 1) * sizeof(*partners));

    for (size_t i = 0; i < hunk->line_count; i++)
        partners[i] = NO_INDEX;
    for (size_t at = 0; at < hunk->line_count;) {
        size_t middle = run_end(hunk, at, LINE_REMOVED);
        size_t to = run_end(hunk, middle, LINE_ADDED);
        if (middle > at && to > middle)
            pair_change(hunk, at, middle, to, &arena, partners);
        at = to > at ? to : at + 1;
    }
    pen->block->partners = partners;
    arena_release(&arena);
}

// `spans` cover the text; the runs get a role of their own.
static const struct span *emphasise(struct arena *arena,
                                    const struct span *spans, size_t *count,
                                    const struct word_run *runs,
                                    size_t run_count, enum role role)
{
    struct span *out =
        arena_array(arena, *count + 2 * run_count + 1, sizeof(*out));
    size_t made = 0, run = 0;

    for (size_t i = 0; i < *count; i++) {
        size_t at = spans[i].start, end = at + spans[i].len;
        while (at < end) {
            while (run < run_count && runs[run].start + runs[run].len <= at)
                run++;
            bool inside = run < run_count && runs[run].start <= at;
            size_t stop = run == run_count ? end
                          : inside         ? runs[run].start + runs[run].len
                                           : runs[run].start;
            stop = stop < end ? stop : end;
            out[made++] =
                (struct span){ .start = at,
                               .len = stop - at,
                               .role = inside ? role : spans[i].role };
            at = stop;
        }
    }
    *count = made;
    return out;
}

static void mark_words(struct pen *pen, struct pen_line *line)
{
    const struct hunk *hunk = review_hunk(pen->call, pen->block);
    enum line_kind kind = hunk->lines[line->line].kind;
    struct arena *arena = pen->call->view->arena;

    if (!pen->block->complete || kind == LINE_CONTEXT)
        return;
    if (!pen->block->partners)
        make_partners(pen);
    size_t partner = pen->block->partners[line->line];
    if (partner == NO_INDEX)
        return;
    struct str other =
        review_line_text(pen->call, pen->block, ROW_LINE, partner);
    bool added = kind == LINE_ADDED;
    struct word_changes changes = words_compare(
        arena, added ? other : line->text, added ? line->text : other);
    line->spans = emphasise(arena, line->spans, &line->span_count,
                            added ? changes.added : changes.removed,
                            added ? changes.added_count : changes.removed_count,
                            word_roles[kind]);
}

// --- making lines ----------------------------------------------------------

static const struct pen_line *patch_line(struct pen *pen, int which,
                                         size_t index)
{
    struct pen_side *side = &pen->side[which];
    struct pen_line *kept = &side->kept;
    struct arena *arena = pen->call->view->arena;
    const struct patch_line *entry =
        &review_hunk(pen->call, pen->block)->lines[index];

    if (kept->made && kept->kind == ROW_LINE && kept->line == index)
        return kept;
    reach(pen, side, index);
    *kept = (struct pen_line){
        .made = true,
        .kind = ROW_LINE,
        .line = index,
        .number = side->number,
        .text = review_line_text(pen->call, pen->block, ROW_LINE, index),
    };
    size_t count;
    const struct span *spans = lex(pen, side, kept->text, &count);
    kept->spans = spans_filled(arena, spans, count, kept->text.len,
                               line_roles[entry->kind], &kept->span_count);
    mark_words(pen, kept);
    side->line = index + 1;
    side->number++;
    return kept;
}

// A line that is no line of the patch has one role.
static const struct pen_line *plain_line(struct pen *pen, enum row_kind kind,
                                         size_t index, enum role role)
{
    struct pen_line *kept = &pen->side[PEN_NEW].kept;
    struct arena *arena = pen->call->view->arena;

    if (kept->made && kept->kind == kind && kept->line == index)
        return kept;
    *kept = (struct pen_line){ .made = true, .kind = kind, .line = index };
    kept->text = review_line_text(pen->call, pen->block, kind, index);
    kept->spans =
        spans_filled(arena, NULL, 0, kept->text.len, role, &kept->span_count);
    return kept;
}

static void put_number(struct view_line *line, size_t cells, bool shown,
                       size_t number)
{
    if (shown)
        line_printf(line, ROLE_DIM, "%*zu", (int)cells, number + 1);
    else
        line_printf(line, ROLE_DIM, "%*s", (int)cells, "");
}

static void put_piece(struct view_line *line, const struct pen_line *from,
                      const struct piece *piece)
{
    size_t stop = piece->start + piece->len;
    size_t end = stop < from->text.len ? stop : from->text.len;
    size_t at = piece->start < end ? piece->start : end;

    line_spans(line, from->text, from->spans, from->span_count, ROLE_TEXT, at,
               end);
}

// The letter of a line in a hunk of which only some lines are accepted; a
// backslash where a line goes on from the row above.
static char letter_of(const struct pen *pen, const struct piece *piece)
{
    const struct review_block *block = pen->block;
    const struct selection *sel = pen->call->proposal->selection;
    struct target target = { block->file, block->hunk, SELECT_ALL };

    if (piece->start > 0)
        return '\\';
    if (selection_decision(sel, target) != DECISION_MIXED
        || review_hunk(pen->call, block)->lines[piece->line].kind
               == LINE_CONTEXT)
        return ' ';
    target.line = piece->line;
    return decision_letter(selection_decision(sel, target));
}

static void put_patch_line(struct pen *pen, struct view_line *line,
                           const struct pen_line *made,
                           const struct piece *piece)
{
    const struct patch_line *entry =
        &review_hunk(pen->call, pen->block)->lines[piece->line];
    bool ends = piece->start + piece->len >= made->text.len;

    line_printf(line, piece->start > 0 ? ROLE_DIM : ROLE_STRONG, "%c",
                letter_of(pen, piece));
    line_printf(line, line_roles[entry->kind], "%c", " -+"[entry->kind]);
    put_piece(line, made, piece);
    if (entry->no_newline && ends)
        line_add(line, ROLE_DIM, STR("  (no newline)"));
}

void pen_line_row(struct pen *pen, struct view_line *line,
                  const struct review_row *row)
{
    size_t index = row->piece.line;
    enum line_kind kind = review_hunk(pen->call, pen->block)->lines[index].kind;
    struct pen_side *sides = pen->side;
    bool begins = row->piece.start == 0;
    const struct pen_line *made;

    if (kind != LINE_ADDED)
        reach(pen, &sides[PEN_OLD], index);
    size_t old_number = sides[PEN_OLD].number;
    made = patch_line(pen, kind == LINE_REMOVED ? PEN_OLD : PEN_NEW, index);
    put_number(line, pen->cells,
               begins && sides[PEN_OLD].numbered && kind != LINE_ADDED,
               old_number);
    put_number(line, pen->cells,
               begins && sides[PEN_NEW].numbered && kind != LINE_REMOVED,
               made->number);
    put_patch_line(pen, line, made, &row->piece);
}

static void put_half(struct pen *pen, struct view_line *line, int which,
                     const struct piece *piece)
{
    const struct pen_line *made = patch_line(pen, which, piece->line);

    put_number(line, pen->cells, piece->start == 0 && pen->side[which].numbered,
               made->number);
    put_patch_line(pen, line, made, piece);
}

void pen_pair_row(struct pen *pen, struct view_line *line,
                  const struct review_row *row)
{
    size_t half = review_half_cols(pen->block->cols);

    if (row->piece.line != NO_INDEX)
        put_half(pen, line, PEN_OLD, &row->piece);
    line_pad(line, 1 + half);
    line_add(line, ROLE_RULE, STR("|"));
    if (row->after.line != NO_INDEX)
        put_half(pen, line, PEN_NEW, &row->after);
}

void pen_around_row(struct pen *pen, struct view_line *line,
                    const struct review_row *row)
{
    const struct hunk_place *place = review_place(pen->call, pen->block);
    const struct pen_line *made =
        plain_line(pen, ROW_AROUND, row->piece.line, ROLE_DIM);
    long delta = pen->block->delta;
    bool begins = row->piece.start == 0;

    if (row->piece.line >= place->line)
        delta += (long)pen->block->added - (long)pen->block->removed;
    size_t fresh = (size_t)((long)row->piece.line + delta);
    put_number(line, pen->cells, begins, row->piece.line);
    if (!pen->block->sides)
        put_number(line, pen->cells, begins, fresh);
    line_add(line, ROLE_DIM, begins ? STR("  ") : STR("\\ "));
    put_piece(line, made, &row->piece);
    if (!pen->block->sides)
        return;
    line_pad(line, 1 + review_half_cols(pen->block->cols));
    line_add(line, ROLE_RULE, STR("|"));
    put_number(line, pen->cells, begins, fresh);
    line_add(line, ROLE_DIM, begins ? STR("  ") : STR("\\ "));
    put_piece(line, made, &row->after);
}

// --- lines that are not of the patch ---------------------------------------

static enum role plain_role(const struct pen *pen, enum row_kind kind)
{
    if (kind == ROW_NOTE)
        return ROLE_USER;
    if (kind == ROW_FOUND || kind == ROW_VERSION)
        return ROLE_DIM;
    return kind == ROW_REASON && hunk_role(pen->block->state) == ROLE_WARNING
               ? ROLE_WARNING
               : ROLE_ERROR;
}

static const char *plain_mark(const struct pen *pen,
                              const struct review_row *row)
{
    if (row->kind == ROW_VERSION) {
        enum line_kind kind = pen->call->version->lines[row->piece.line].kind;
        return kind == LINE_CONTEXT ? "  " : kind == LINE_ADDED ? " +" : " -";
    }
    if (row->kind == ROW_FOUND)
        return " |";
    if (row->piece.start > 0)
        return "  ";
    return row->kind == ROW_NOTE ? ". " : "! ";
}

void pen_plain_row(struct pen *pen, struct view_line *line,
                   const struct review_row *row)
{
    enum role role = plain_role(pen, row->kind);
    const struct pen_line *made =
        plain_line(pen, row->kind, row->piece.line, role);
    bool numbered = row->kind == ROW_FOUND && row->piece.start == 0;

    put_number(line, pen->cells, numbered, row->piece.line);
    put_number(line, pen->cells, false, 0);
    line_add(line, role, str_from(plain_mark(pen, row)));
    put_piece(line, made, &row->piece);
}
