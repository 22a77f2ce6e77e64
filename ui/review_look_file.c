/* The whole file as rows: as it is, with the lines marked that the hunk takes
 * away, or as it would be with the hunk alone. */
#include <stdio.h>

#include "kerf/text/width.h"

#include "review_act.h"

#define LIMIT_COLOURED_LINES 10000 // bigger files have no colours here

struct filler {
    struct review_look *look;
    const struct language *language;
    unsigned state; // of the lexer
    size_t number;  // of the next line, from 1
    size_t cells, text_cols;
};

static void add_rows(struct filler *f, char mark, enum role role,
                     struct str text)
{
    struct arena *arena = &f->look->arena;
    struct span *spans = NULL;
    size_t count = 0, cap = 0, start = 0;

    text = width_line(arena, text, 0, TAB_CELLS);
    if (f->language && text.len <= LIMIT_LEXED_BYTES)
        highlight_line(arena, f->language, &f->state, text, 0, &spans, &count,
                       &cap);
    do {
        struct view_line line = { .arena = arena };
        struct str rest = str_skip(text, start);
        struct str fit = width_fit(rest, f->text_cols, NULL);
        if (fit.len == 0 && rest.len > 0)
            fit = str_take(rest, width_step(rest, &(size_t){ 0 }));
        if (start == 0)
            line_printf(&line, ROLE_DIM, "%*zu  ", (int)f->cells, f->number);
        else
            line_printf(&line, ROLE_DIM, "%*s \\", (int)f->cells, "");
        line_printf(&line, role, "%c", mark);
        line_spans(&line, text, spans, count, role, start, start + fit.len);
        rows_add(arena, &f->look->rows, line_row(&line));
        start += fit.len;
    } while (start < text.len);
}

static void add_file_lines(struct filler *f, struct lines lines, size_t from,
                           size_t to, char mark, enum role role)
{
    for (size_t i = from; i < to && i < lines.count; i++) {
        add_rows(f, mark, role, lines.at[i]);
        f->number++;
    }
}

static void add_hunk_after(struct filler *f, const struct hunk *hunk,
                           struct lines lines, size_t at)
{
    for (size_t i = 0; i < hunk->line_count; i++) {
        enum line_kind kind = hunk->lines[i].kind;
        bool of_file = kind == LINE_CONTEXT && at < lines.count;
        if (kind != LINE_REMOVED) {
            add_rows(f, kind == LINE_ADDED ? '+' : ' ',
                     kind == LINE_ADDED ? ROLE_ADDED : ROLE_TEXT,
                     of_file ? lines.at[at] : hunk->lines[i].text);
            f->number++;
        }
        at += kind != LINE_ADDED;
    }
}

// The lines of the file that the hunk stands on; those it removes are marked.
static void add_hunk_before(struct filler *f, const struct hunk *hunk,
                            struct lines lines, size_t at)
{
    for (size_t i = 0; i < hunk->line_count; i++) {
        enum line_kind kind = hunk->lines[i].kind;
        if (kind == LINE_ADDED)
            continue;
        add_file_lines(f, lines, at, at + 1, kind == LINE_REMOVED ? '-' : ' ',
                       kind == LINE_REMOVED ? ROLE_REMOVED : ROLE_TEXT);
        at++;
    }
}

void look_file_rows(const struct review_call *call, struct review_look *look)
{
    const struct selection *sel = call->proposal->selection;
    const struct file_patch *file = &call->patch->files[look->file];
    const struct hunk *hunk = &file->hunks[look->hunk];
    const struct hunk_place *place =
        selection_place(sel, look->file, look->hunk);
    struct lines lines = selection_lines(sel, look->file);
    struct filler f = { .look = look, .number = 1 };
    bool placed = review_is_placed(place);

    f.cells = review_number_cells(call, look->file);
    f.text_cols = look->cols > f.cells + 12 ? look->cols - f.cells - 3 : 8;
    if (lines.count <= LIMIT_COLOURED_LINES)
        f.language = language_by_path(file->path);
    size_t from = placed ? place->line : lines.count;
    add_file_lines(&f, lines, 0, from, ' ', ROLE_TEXT);
    look->at = look->rows.count;
    if (placed && look->before)
        add_hunk_before(&f, hunk, lines, place->line);
    else if (placed)
        add_hunk_after(&f, hunk, lines, place->line);
    else
        look->at = place->nearest < look->rows.count ? place->nearest : 0;
    if (placed)
        add_file_lines(&f, lines, place->line + place->count, lines.count, ' ',
                       ROLE_TEXT);
}
