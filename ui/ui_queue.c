/*
 * The queue as a list over the composer: what waits, in the order in which it
 * will be sent. It is read from the session at every key, because a turn that
 * ends takes the first one away.
 */
#include "kerf/base/utf8.h"
#include "ui_parts.h"

#define HINT "  Enter edits  d drops  K J move  Esc closes"
#define HINT_ROWS 1

static size_t chosen(const struct ui *ui, const struct session *session)
{
    size_t last = session->queue_count - 1;

    return ui->queue_row < last ? ui->queue_row : last;
}

void ui_queue_open(struct ui *ui, const struct view_call *call,
                   struct view_reply *reply)
{
    if (call->session->queue_count == 0) {
        view_say(reply, "the queue is empty");
        return;
    }
    ui->popup = POPUP_QUEUE;
    ui->queue_row = call->session->queue_count - 1;
}

// --- keys ------------------------------------------------------------------

static void go(struct ui *ui, const struct session *session, int by)
{
    size_t row = chosen(ui, session);

    if (by < 0)
        ui->queue_row = row > 0 ? row - 1 : 0;
    else
        ui->queue_row = row + 1 < session->queue_count ? row + 1 : row;
}

static void edit(struct ui *ui, const struct session *session,
                 struct view_reply *reply)
{
    size_t row = chosen(ui, session);

    if (!composer_is_empty(ui->composer)) {
        view_warn(reply, "the draft is in use: send it or clear it first");
        return;
    }
    composer_set(ui->composer, session->queue[row]);
    view_want(reply, CMD_UNQUEUE)->index = row;
    ui_popup_close(ui);
}

static void drop(struct ui *ui, const struct session *session,
                 struct view_reply *reply)
{
    size_t row = chosen(ui, session);

    composer_remember(ui->composer, session->queue[row]);
    view_want(reply, CMD_UNQUEUE)->index = row;
    view_say(reply, "dropped; ^P brings it back");
    if (session->queue_count == 1)
        ui_popup_close(ui);
}

static void move(struct ui *ui, const struct session *session, int by,
                 struct view_reply *reply)
{
    size_t row = chosen(ui, session);

    struct command *command = view_want(reply, CMD_MOVE_QUEUED);
    command->index = row;
    command->by = by;
    go(ui, session, by);
}

// The letter of a key without Ctrl or Alt, or of an arrow; 0: another key.
static uint32_t letter(const struct key *key)
{
    if (key->code == KEYCODE_UP)
        return 'k';
    if (key->code == KEYCODE_DOWN)
        return 'j';
    return key->code == KEYCODE_CHAR && !(key->mods & (MOD_CTRL | MOD_ALT))
               ? key->ch
               : 0;
}

bool ui_queue_key(struct ui *ui, const struct view_call *call,
                  const struct key *key, struct view_reply *reply)
{
    const struct session *session = call->session;

    if (ui->popup != POPUP_QUEUE)
        return false;
    if (session->queue_count == 0 || key->code == KEYCODE_ESCAPE) {
        ui_popup_close(ui);
        return key->code == KEYCODE_ESCAPE;
    }
    if (key->code == KEYCODE_ENTER) {
        edit(ui, session, reply);
        return true;
    }
    switch (letter(key)) {
    case 'k': go(ui, session, -1); return true;
    case 'j': go(ui, session, 1); return true;
    case 'K': move(ui, session, -1, reply); return true;
    case 'J': move(ui, session, 1, reply); return true;
    case 'd': drop(ui, session, reply); return true;
    }
    ui_popup_close(ui);
    return false;
}

// --- drawing ---------------------------------------------------------------

size_t ui_queue_rows(const struct ui *ui, const struct session *session)
{
    size_t rows = session->queue_count;

    if (ui->popup != POPUP_QUEUE || rows == 0)
        return 0;
    return HINT_ROWS + (rows < FINDER_ROWS ? rows : FINDER_ROWS);
}

static void draw_message(struct canvas *canvas, struct area area, size_t row,
                         struct str text, bool selected)
{
    struct buf shown = { 0 };

    buf_append(&shown, selected ? STR("> ") : STR("  "));
    utf8_sanitise(&shown, str_take(text, str_find_char(text, '\n')), false);
    if (str_find_char(text, '\n') < text.len)
        buf_append(&shown, STR(" ..."));
    canvas_put(canvas, area, row, 0, buf_str(&shown), ROLE_TEXT);
    if (selected)
        canvas_mark_row(canvas, area, row, ROLE_SELECTED, false);
    buf_release(&shown);
}

void ui_queue_draw(struct ui *ui, const struct session *session,
                   struct canvas *canvas, struct area area)
{
    size_t count = session->queue_count;
    size_t rows = area.rows > HINT_ROWS ? area.rows - HINT_ROWS : 0;

    if (count == 0)
        return;
    size_t row = chosen(ui, session);
    size_t top = row >= rows ? row - rows + 1 : 0;
    canvas_put(canvas, area, 0, 0, STR(HINT), ROLE_DIM);
    for (size_t i = 0; i < rows && top + i < count; i++)
        draw_message(canvas, area, HINT_ROWS + i, session->queue[top + i],
                     top + i == row);
}
