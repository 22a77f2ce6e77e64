/*
 * The mouse, if it is asked for. A click is an answer only where a key would be
 * one: not before what came up could be seen, and not if it merely brought the
 * window to the front.
 */
#include "ui_parts.h"

#define WHEEL_ROWS 3
#define RAISE_MS 300  // a click so soon behind the focus only raised the window
#define DOUBLE_MS 400 // between the two clicks of a double click
#define STATE_CELLS 9 // of a hunk's heading: its mark, number and letter

enum { BUTTON_LEFT = 0, WHEEL_UP = 64, WHEEL_DOWN = 65 };

static bool is_in(struct area area, const struct key *key)
{
    return key->row >= area.row && key->row - area.row < area.rows
           && key->col >= area.col && key->col - area.col < area.cols;
}

static void act(const struct view_ops *view, void *self,
                const struct view_call *call, const struct key *key,
                enum action action, struct view_reply *reply)
{
    struct view_key acted = { key, action };

    view->key(self, call, &acted, reply);
}

// --- the wheel -------------------------------------------------------------

static void turn_wheel(struct ui *ui, unsigned where,
                       const struct view_call *call, const struct key *key,
                       struct view_reply *reply)
{
    enum action action = key->ch == WHEEL_UP ? ACTION_LINE_UP
                                             : ACTION_LINE_DOWN;

    for (int i = 0; i < WHEEL_ROWS; i++)
        if (where == IN_PAGER)
            act(&pager_view, ui->pager, call, key, action, reply);
        else if (where == IN_APPROVAL && is_in(ui->input_area, key))
            act(&approval_view, ui->approval, call, key, action, reply);
        else if (is_in(ui->review_area, key) && !review_is_typing(ui->review))
            act(&review_view, ui->review, call, key, action, reply);
        else if (is_in(ui->talk_area, key))
            act(&transcript_view, ui->transcript, call, key, action, reply);
}

// --- clicks ----------------------------------------------------------------

static bool is_double(const struct ui *ui, const struct key *key,
                      int64_t now_ms)
{
    return ui->click_ms != NEVER_MS && now_ms - ui->click_ms < DOUBLE_MS
           && ui->click_row == key->row && ui->click_col == key->col;
}

// The first click goes to the pane; only one in the pane decides.
static void click_review(struct ui *ui, const struct view_call *call,
                         const struct key *key, struct view_reply *reply)
{
    bool there = ui->focus == FOCUS_REVIEW;
    bool twice = is_double(ui, key, call->now_ms);

    if (review_is_typing(ui->review)
        || !review_click(ui->review, call, key->row, key->col))
        return;
    if (!there) {
        ui->focus = FOCUS_REVIEW;
        return;
    }
    if (ui_guard_ms(ui, call->session, call->now_ms) > 0)
        return;
    if (review_on_heading(ui->review)
        && key->col - ui->review_area.col < STATE_CELLS)
        act(&review_view, ui->review, call, key, ACTION_TOGGLE, reply);
    else if (twice)
        act(&review_view, ui->review, call, key, ACTION_FOLD_FILE, reply);
}

static void click(struct ui *ui, unsigned where, const struct view_call *call,
                  const struct key *key, struct view_reply *reply)
{
    bool raised = ui->focused_ms != NEVER_MS
                  && call->now_ms - ui->focused_ms < RAISE_MS;

    if (raised || where == IN_PAGER || where == IN_APPROVAL
        || picker_is_open(ui->picker))
        return;
    if (is_in(ui->review_area, key))
        click_review(ui, call, key, reply);
    else if (!ui->options.review_only
             && (is_in(ui->talk_area, key) || is_in(ui->input_area, key)))
        ui->focus = FOCUS_COMPOSER;
}

void ui_mouse(struct ui *ui, const struct view_call *call,
              const struct key *key, struct view_reply *reply)
{
    unsigned where = ui_place(ui, call->session);

    if (key->ch == WHEEL_UP || key->ch == WHEEL_DOWN) {
        turn_wheel(ui, where, call, key, reply);
        return;
    }
    if (key->ch != BUTTON_LEFT)
        return;
    click(ui, where, call, key, reply);
    ui->click_ms = call->now_ms;
    ui->click_row = key->row;
    ui->click_col = key->col;
}
