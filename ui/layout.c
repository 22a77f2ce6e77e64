/*
 * From top to bottom: title, rule, pane or panes, rule, composer or question,
 * rule, numbers and keys. Two panes are side by side only where both have
 * room; else the pane with the focus has it all.
 */
#include <stdio.h>

#include "help.h"
#include "kerf/text/width.h"
#include "kerf/ui/ui.h"
#include "status.h"
#include "transcript_rows.h"
#include "ui_parts.h"

#define LEFT_PERCENT 41 // of two panes, for the conversation
#define STATUS_ROWS 2   // at the bottom
#define REVIEW_STATUS_ROWS 3
#define TALL_ROWS 20    // from which the review shows more keys
#define QUESTION_ROWS 8 // that a question may have on any screen
#define NO_ROW SIZE_MAX

struct layout {
    struct ui *ui;
    struct view_call call;
    struct canvas *canvas;
    unsigned where;
    const char *chord; // whose second keys are listed; NULL: none
    bool two_panes;
    struct area body, input, status, picker;
    size_t summary_row, upper_rule, lower_rule; // NO_ROW: none
};

// --- measuring -------------------------------------------------------------

static bool shows_review(const struct layout *l)
{
    return l->ui->focus == FOCUS_REVIEW
           && pager_kind(l->ui->pager) == PAGER_CLOSED;
}

// Rows of what is above the lower rule: composer, question, or nothing.
static size_t input_rows(const struct layout *l, size_t free_rows)
{
    size_t most = free_rows / 2 > 1 ? free_rows / 2 : 1;

    if (l->where == IN_PAGER)
        return 0;
    if (l->where == IN_APPROVAL) {
        size_t all = free_rows > 1 ? free_rows - 1 : 1;
        size_t least = all < QUESTION_ROWS ? all : QUESTION_ROWS;
        return approval_view.measure(l->ui->approval, &l->call, l->canvas->cols,
                                     most > least ? most : least);
    }
    if (l->ui->options.review_only || (shows_review(l) && !l->two_panes))
        return 0;
    return composer_rows(l->ui->composer, l->canvas->cols, most);
}

static bool has_summary(const struct layout *l)
{
    return !l->two_panes && l->where == IN_COMPOSER
           && session_reviewing(l->call.session) != NO_INDEX;
}

static void divide(struct layout *l)
{
    size_t rows = l->canvas->rows, cols = l->canvas->cols;
    bool tall = l->where == IN_REVIEW && rows >= TALL_ROWS;
    size_t status = tall ? REVIEW_STATUS_ROWS : STATUS_ROWS;

    if (l->chord)
        status = 1 + status_chord_rows(&l->call, l->where, l->chord, cols);
    if (status > rows / 2)
        status = rows / 2;
    size_t bottom = rows - status;

    l->status = (struct area){ bottom, 0, status, cols };
    l->lower_rule = --bottom;
    l->upper_rule = NO_ROW;
    l->summary_row = NO_ROW;
    size_t input = input_rows(l, bottom - 2);
    if (input > 0) {
        bottom -= input;
        l->input = (struct area){ bottom, 0, input, cols };
        l->upper_rule = --bottom;
    }
    if (has_summary(l) && bottom > 6)
        l->summary_row = --bottom;
    l->body = (struct area){ 2, 0, bottom > 2 ? bottom - 2 : 0, cols };
}

// --- drawing ---------------------------------------------------------------

static void draw_first(struct layout *l, struct area area)
{
    struct rows rows = { 0 };

    help_first_rows(l->call.arena, &rows, &l->call, area);
    for (size_t i = 0; i < rows.count && i < area.rows; i++)
        canvas_put_row(l->canvas, area, i, 0, &rows.at[i]);
}

static void draw_conversation(struct layout *l, struct area area)
{
    l->ui->talk_area = area;
    if (transcript_is_empty(l->call.session)) {
        draw_first(l, area);
        return;
    }
    transcript_view.draw(l->ui->transcript, &l->call, l->canvas, area);
}

static void draw_review(struct layout *l, struct area area)
{
    struct view_call call = l->call;

    l->ui->review_area = area;
    call.focused = l->where == IN_REVIEW;
    review_view.draw(l->ui->review, &call, l->canvas, area);
}

static void put_mark(struct layout *l, size_t row, size_t col, const char *mark)
{
    struct area all = { 0, 0, l->canvas->rows, l->canvas->cols };

    if (row != NO_ROW)
        canvas_put(l->canvas, all, row, col, str_from(mark), ROLE_RULE);
}

// The open panel takes the lower part of an area, half of it at most.
static void draw_panel(struct layout *l, struct area *area)
{
    struct rows rows = { 0 };
    size_t first;

    if (l->ui->panel == PANEL_NONE || area->rows < 4)
        return;
    panel_rows(l->ui->panel, &l->call, &l->ui->figures, area->cols, &rows);
    size_t count = rows.count < area->rows / 2 ? rows.count : area->rows / 2;
    area->rows -= count;
    first = area->row + area->rows;
    struct area part = { first, area->col, count, area->cols };
    for (size_t i = 0; i < count; i++)
        canvas_put_row(l->canvas, part, i, 0, &rows.at[i]);
    size_t more = rows.count - count;
    if (more > 0)
        canvas_put_right(l->canvas, part, 0,
                         arena_printf(l->call.arena, " %zu more row%s -", more,
                                      more == 1 ? "" : "s"),
                         ROLE_RULE);
}

static void draw_panes(struct layout *l)
{
    size_t left = l->canvas->cols * LEFT_PERCENT / 100;
    struct area talk = l->body, review = l->body;
    size_t below = l->upper_rule != NO_ROW ? l->upper_rule : l->lower_rule;

    talk.cols = left;
    review.col = left + 1;
    review.cols = l->body.cols - left - 1;
    draw_panel(l, &talk);
    draw_conversation(l, talk);
    draw_review(l, review);
    for (size_t i = 0; i < l->body.rows; i++)
        put_mark(l, l->body.row + i, left, "|");
    put_mark(l, 1, left, "+");
    put_mark(l, below, left, "+");
}

static void draw_one_pane(struct layout *l)
{
    struct area area = l->body;

    draw_panel(l, &area);
    if (shows_review(l))
        draw_review(l, area);
    else
        draw_conversation(l, area);
}

static void draw_body(struct layout *l)
{
    if (l->where == IN_PAGER)
        pager_view.draw(l->ui->pager, &l->call, l->canvas, l->body);
    else if (l->two_panes)
        draw_panes(l);
    else
        draw_one_pane(l);
}

static void make_room_for_picker(struct layout *l)
{
    size_t rows = picker_rows(l->ui->picker);

    if (rows == 0 || l->where == IN_APPROVAL)
        return;
    if (rows >= l->body.rows)
        rows = l->body.rows > 1 ? l->body.rows - 1 : l->body.rows;
    l->body.rows -= rows;
    l->picker =
        (struct area){ l->body.row + l->body.rows, 0, rows, l->body.cols };
}

static void draw_popup(struct layout *l)
{
    size_t rows = l->where == IN_COMPOSER ? ui_popup_rows(l->ui) : 0;

    if (l->where == IN_COMPOSER && ui_lists(l->ui))
        rows = ui_list_rows(l->ui, l->call.session);

    if (rows == 0 || l->body.rows == 0)
        return;
    if (rows >= l->body.rows)
        rows = l->body.rows > 1 ? l->body.rows - 1 : 1;
    l->body.rows -= rows;
    struct area area = { l->body.row + l->body.rows, 0, rows, l->body.cols };
    if (ui_lists(l->ui))
        ui_list_draw(l->ui, l->call.session, l->canvas, area);
    else
        finder_draw(l->ui->finder, l->canvas, area);
}

static void draw_input(struct layout *l)
{
    l->ui->input_area = l->input;
    if (l->input.rows == 0)
        return;
    if (l->where == IN_APPROVAL)
        approval_view.draw(l->ui->approval, &l->call, l->canvas, l->input);
    else
        composer_draw(l->ui->composer, l->canvas, l->input,
                      l->where == IN_COMPOSER);
}

static void draw_rules(struct layout *l)
{
    struct area all = { 0, 0, l->canvas->rows, l->canvas->cols };

    canvas_rule(l->canvas, all, 1);
    canvas_rule(l->canvas, all, l->lower_rule);
    if (l->upper_rule != NO_ROW)
        canvas_rule(l->canvas, all, l->upper_rule);
}

// The rule below a conversation that goes on below the window says so.
static struct str below_words(const struct layout *l)
{
    size_t fresh;

    if (transcript_is_empty(l->call.session)
        || (!l->two_panes && shows_review(l))
        || !transcript_below(l->ui->transcript, &fresh))
        return STR("");
    if (fresh == 0)
        return STR(" more below  PgDn ");
    bool end = l->where == IN_COMPOSER && composer_is_empty(l->ui->composer);
    return arena_printf(l->call.arena, " %s%s new line%s  %s ",
                        number_grouped((int64_t)fresh).at,
                        fresh == LIMIT_FRESH_ROWS ? "+" : "",
                        fresh == 1 ? "" : "s", end ? "End" : "PgDn");
}

// The rule below the pager says what a copy would be of.
static struct str spot_words(const struct layout *l)
{
    const char *spot = pager_spot(l->ui->pager);

    return spot[0] ? arena_printf(l->call.arena, " %s ", spot) : STR("");
}

static void draw_more(struct layout *l)
{
    struct area all = { 0, 0, l->canvas->rows, l->canvas->cols };
    size_t below = l->upper_rule != NO_ROW ? l->upper_rule : l->lower_rule;
    struct str words = l->where == IN_PAGER ? spot_words(l) : below_words(l);

    if (words.len > 0)
        canvas_put_right(l->canvas, all, below, words, ROLE_STATUS);
}

// What a draft holds that cannot be seen is said before it is sent.
static void draw_draft_size(struct layout *l)
{
    struct area all = { 0, 0, l->canvas->rows, l->canvas->cols };
    struct buf text = { 0 };

    if (l->upper_rule == NO_ROW || l->where == IN_APPROVAL)
        return;
    composer_describe(l->ui->composer, &text);
    if (text.len > 0)
        canvas_put(l->canvas, all, l->upper_rule, 2, buf_str(&text),
                   ROLE_STATUS);
    buf_release(&text);
}

static void draw_summary(struct layout *l)
{
    struct area all = { 0, 0, l->canvas->rows, l->canvas->cols };
    struct row row;

    if (l->summary_row == NO_ROW || !status_patch(&l->call, &row))
        return;
    size_t used = canvas_put_row(l->canvas, all, l->summary_row, 0, &row);
    struct str way =
        arena_printf(l->call.arena, "%s to review ",
                     keymap_keys(l->call.keymap, IN_COMPOSER, ACTION_TAB));
    if (used + way.len + 2 < l->canvas->cols)
        canvas_put_right(l->canvas, all, l->summary_row, way, ROLE_KEY);
}

// --- title and bottom ------------------------------------------------------

static const char *focus_word(const struct layout *l)
{
    switch (l->where) {
    case IN_PAGER:
        return pager_kind(l->ui->pager) == PAGER_HELP ? "HELP" : "TRANSCRIPT";
    case IN_APPROVAL: return "APPROVE";
    case IN_REVIEW: return review_in_lines(l->ui->review) ? "LINES" : "REVIEW";
    default: return "COMPOSE";
    }
}

static const char *mode_word(const struct layout *l)
{
    switch (composer_mode(l->ui->composer)) {
    case COMPOSER_EMACS: return "";
    case COMPOSER_INSERT: return "insert";
    case COMPOSER_REPLACE: return "replace";
    case COMPOSER_NORMAL: return "normal";
    case COMPOSER_VISUAL: return "visual";
    case COMPOSER_VISUAL_LINES: return "visual line";
    }
    return "";
}

static enum hint_set hints_of(const struct layout *l)
{
    switch (l->where) {
    case IN_PAGER:
        return pager_is_typing(l->ui->pager) ? HINTS_SEARCH : HINTS_PAGER;
    case IN_APPROVAL: return approval_hints(l->ui->approval);
    case IN_REVIEW: return review_hints(l->ui->review, l->call.session);
    default: return HINTS_TALK;
    }
}

static void draw_frame(struct layout *l)
{
    struct area title = { 0, 0, 1, l->canvas->cols };
    bool pager_types = l->where == IN_PAGER && pager_is_typing(l->ui->pager);
    bool review_types = l->where == IN_REVIEW
                        && review_is_searching(l->ui->review);
    struct status status = {
        .where = l->where,
        .focus = focus_word(l),
        .mode = mode_word(l),
        .message = buf_str(&l->ui->message),
        .warning = l->ui->warning,
        .searching = pager_types || review_types,
        .guarded = ui_guard_ms(l->ui, l->call.session, l->call.now_ms) > 0,
        .hints = hints_of(l),
        .rows = l->status.rows,
        .chord = l->chord,
    };

    if (pager_types)
        status.message = pager_pattern(l->ui->pager);
    if (review_types)
        status.message = review_pattern(l->ui->review);
    status_title(&status, &l->call, l->canvas, title);
    status_bottom(&status, &l->call, l->canvas, l->status);
}

static void draw_too_small(struct canvas *canvas)
{
    struct area all = { 0, 0, canvas->rows, canvas->cols };
    char text[80];

    snprintf(text, sizeof(text), "%zux%zu is too small: kerf needs %dx%d",
             canvas->cols, canvas->rows, UI_LEAST_COLS, UI_LEAST_ROWS);
    canvas_put(canvas, all, 0, 0, str_from(text), ROLE_WARNING);
    canvas_put(canvas, all, 1, 0, STR("kerf --inline takes any size"),
               ROLE_TEXT);
}

void ui_draw(struct ui *ui, const struct session *session,
             struct canvas *canvas, int64_t now_ms, int64_t wall_ms)
{
    arena_reset(&ui->frame_arena);
    canvas_clear(canvas);
    ui->drawn_ms = now_ms;
    ui->talk_area = ui->review_area = ui->input_area = (struct area){ 0 };
    if (canvas->cols < UI_LEAST_COLS || canvas->rows < UI_LEAST_ROWS) {
        draw_too_small(canvas);
        return;
    }
    ui_follow(ui, session, now_ms);
    struct layout l = {
        .ui = ui,
        .call = { session, now_ms, wall_ms, true, &ui->frame_arena,
                  ui->keymap },
        .canvas = canvas,
        .where = ui_place(ui, session),
        .chord = ui_shown_chord(ui, now_ms),
    };
    l.two_panes = canvas->cols >= UI_TWO_PANES_COLS && l.where != IN_PAGER
                  && !ui->options.review_only
                  && !(l.where == IN_REVIEW && review_is_wide(ui->review))
                  && review_proposal(session) != NO_INDEX;
    divide(&l);
    draw_popup(&l);
    make_room_for_picker(&l);
    draw_input(&l);
    size_t caret_row = canvas->cursor_row, caret_col = canvas->cursor_col;
    draw_rules(&l);
    draw_body(&l);
    draw_more(&l);
    draw_draft_size(&l);
    if (l.where == IN_COMPOSER || l.where == IN_APPROVAL) {
        canvas->cursor_row = caret_row;
        canvas->cursor_col = caret_col;
    }
    draw_summary(&l);
    draw_frame(&l);
    if (l.picker.rows > 0)
        picker_draw(ui->picker, canvas, l.picker);
}
