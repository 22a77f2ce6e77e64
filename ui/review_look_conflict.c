/*
 * A conflict as rows: the reason, the place that comes nearest with what
 * differs there, and the texts: ours, base, proposed, below each other or, on a
 * wide screen, beside each other.
 */
#include <stdio.h>

#include "kerf/patch/explain.h"
#include "kerf/patch/merge.h"
#include "kerf/text/width.h"

#include "review_act.h"

#define NUMBER_CELLS 6

static void add_text(struct review_look *look, enum role role, struct str text)
{
    struct arena *arena = &look->arena;
    size_t cols = look->cols > 10 ? look->cols - 2 : 8;

    text = width_line(arena, text, 0, TAB_CELLS);
    do {
        struct view_line line = { .arena = arena };
        struct str fit = width_fit(text, cols, NULL);
        if (fit.len == 0 && text.len > 0)
            fit = str_take(text, width_step(text, &(size_t){ 0 }));
        line_add(&line, ROLE_TEXT, STR(" "));
        line_add(&line, role, fit);
        rows_add(arena, &look->rows, line_row(&line));
        text = str_skip(text, fit.len);
    } while (text.len > 0);
}

static void add_blank(struct review_look *look)
{
    rows_add(&look->arena, &look->rows, (struct row){ .text = STR("") });
}

static void add_numbered(struct review_look *look, enum role role,
                         size_t number, struct str text)
{
    add_text(look, role,
             arena_printf(&look->arena, "%*zu  %.*s", NUMBER_CELLS, number,
                          STR_ARG(text)));
}

static void add_lines(struct review_look *look, enum role role,
                      struct lines lines, size_t first)
{
    for (size_t i = 0; i < lines.count; i++)
        add_numbered(look, role, first + i + 1, lines.at[i]);
    if (lines.count == 0)
        add_text(look, ROLE_DIM, STR("        (no line)"));
}

// --- three texts beside each other -----------------------------------------

struct column {
    const char *title;
    struct lines lines;
    enum role role;
    size_t next; // line
    struct str rest;
    bool open; // `rest` continues a line
};

static bool has_more(const struct column *column)
{
    return column->open || column->next < column->lines.count;
}

static struct str take_cell(struct review_look *look, struct column *column,
                            size_t cols)
{
    if (!has_more(column))
        return STR("");
    if (!column->open)
        column->rest = width_line(
            &look->arena, column->lines.at[column->next++], 0, TAB_CELLS);
    struct str fit = width_fit(column->rest, cols, NULL);
    if (fit.len == 0 && column->rest.len > 0)
        fit = str_take(column->rest, width_step(column->rest, &(size_t){ 0 }));
    column->rest = str_skip(column->rest, fit.len);
    column->open = column->rest.len > 0;
    return fit;
}

static void add_cells(struct review_look *look, struct column *columns,
                      bool titles)
{
    struct view_line line = { .arena = &look->arena };
    size_t cols = (look->cols - 4) / 3;

    for (size_t i = 0; i < 3; i++) {
        line_pad(&line, 1 + i * (cols + 1));
        if (i > 0)
            line_add(&line, ROLE_RULE, STR("|"));
        if (titles)
            line_add(&line, ROLE_STRONG, str_from(columns[i].title));
        else
            line_add(&line, columns[i].role,
                     take_cell(look, &columns[i], cols - 2));
    }
    rows_add(&look->arena, &look->rows, line_row(&line));
}

static void add_beside(struct review_look *look,
                       const struct conflict_view *view)
{
    struct column columns[3] = {
        { .title = "ours, in the file now", .lines = view->ours },
        { .title = "base, before both", .lines = view->base, .role = ROLE_DIM },
        { .title = "proposed", .lines = view->theirs, .role = ROLE_ADDED },
    };

    add_cells(look, columns, true);
    while (has_more(&columns[0]) || has_more(&columns[1])
           || has_more(&columns[2]))
        add_cells(look, columns, false);
}

static void add_below(struct review_look *look,
                      const struct conflict_view *view)
{
    add_text(look, ROLE_STRONG, STR("ours, in the file now:"));
    add_lines(look, ROLE_TEXT, view->ours, view->ours_line);
    add_text(look, ROLE_STRONG, STR("base, before both:"));
    add_lines(look, ROLE_DIM, view->base, view->base_line);
    add_text(look, ROLE_STRONG, STR("proposed:"));
    add_lines(look, ROLE_ADDED, view->theirs, view->base_line);
}

// --- the whole -------------------------------------------------------------

static void add_proposed(const struct review_call *call,
                         struct review_look *look)
{
    static const enum role roles[] = {
        [LINE_CONTEXT] = ROLE_TEXT,
        [LINE_REMOVED] = ROLE_REMOVED,
        [LINE_ADDED] = ROLE_ADDED,
    };
    const struct hunk *hunk = &call->patch->files[look->file].hunks[look->hunk];

    add_text(look, ROLE_STRONG, STR("proposed:"));
    for (size_t i = 0; i < hunk->line_count; i++) {
        enum line_kind kind = hunk->lines[i].kind;
        add_text(look, roles[kind],
                 arena_printf(&look->arena, "%*s%c %.*s", NUMBER_CELLS, "",
                              " -+"[kind], STR_ARG(hunk->lines[i].text)));
    }
}

static void add_difference(const struct review_call *call,
                           struct review_look *look)
{
    struct buf out = { 0 };
    struct str rest, line;

    selection_explain(call->proposal->selection, look->file, look->hunk, &out);
    if (out.len > 0)
        add_text(look, ROLE_STRONG,
                 STR("nearest place; - is wanted, + is there instead:"));
    rest = arena_copy(&look->arena, buf_str(&out));
    while (str_split(&rest, '\n', &line))
        if (line.len > 0)
            add_text(look, ROLE_TEXT, line);
    if (out.len > 0)
        add_blank(look);
    buf_release(&out);
}

void look_conflict_rows(const struct review_call *call,
                        struct review_look *look)
{
    const struct selection *sel = call->proposal->selection;
    const struct hunk_place *place =
        selection_place(sel, look->file, look->hunk);
    struct conflict_view view;

    add_text(look, hunk_role(place->state),
             arena_printf(&look->arena, "%s: %.*s", hunk_words(place).at,
                          STR_ARG(place->reason)));
    add_blank(look);
    add_difference(call, look);
    if (!selection_conflict(sel, look->file, look->hunk, &view)) {
        add_proposed(call, look);
        return;
    }
    if (look->cols >= SIDES_COLS)
        add_beside(look, &view);
    else
        add_below(look, &view);
}
