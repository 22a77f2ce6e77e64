/*
 * Lists of messages over the composer: the queue in the order in which it will
 * be sent, or the drafts that were put away. They are read from the session at
 * every key, because a turn that ends takes the first of the queue away.
 */
#include "kerf/base/utf8.h"
#include "ui_parts.h"

#define HINT_ROWS 1

struct listed {
    const struct str *at;
    size_t count;
    const char *hint;
};

static struct listed listed_of(const struct ui *ui,
                               const struct session *session)
{
    if (ui->popup == POPUP_STASH)
        return (struct listed){ session->stash, session->stash_count,
                                "  Enter brings it back  d drops  Esc closes" };
    return (struct listed){ session->queue, session->queue_count,
                            "  Enter edits  d drops  K J move  Esc closes" };
}

bool ui_lists(const struct ui *ui)
{
    return ui->popup == POPUP_QUEUE || ui->popup == POPUP_STASH;
}

static size_t chosen(const struct ui *ui, const struct listed *listed)
{
    size_t last = listed->count - 1;

    return ui->list_row < last ? ui->list_row : last;
}

void ui_list_open(struct ui *ui, enum popup popup, size_t count)
{
    ui->popup = popup;
    ui->list_row = count - 1;
}

// --- keys ------------------------------------------------------------------

static void go(struct ui *ui, const struct listed *listed, int by)
{
    size_t row = chosen(ui, listed);

    if (by < 0)
        ui->list_row = row > 0 ? row - 1 : 0;
    else
        ui->list_row = row + 1 < listed->count ? row + 1 : row;
}

static void take_out(const struct ui *ui, const struct listed *listed,
                     size_t row, struct view_reply *reply)
{
    if (ui->popup == POPUP_STASH)
        view_want(reply, CMD_STASH)->index = listed->count - 1 - row;
    else
        view_want(reply, CMD_UNQUEUE)->index = row;
}

static void edit(struct ui *ui, const struct listed *listed,
                 struct view_reply *reply)
{
    size_t row = chosen(ui, listed);

    if (!composer_is_empty(ui->composer)) {
        view_warn(reply, "the draft is in use: send it or clear it first");
        return;
    }
    composer_set(ui->composer, listed->at[row]);
    take_out(ui, listed, row, reply);
    ui_popup_close(ui);
}

static void drop(struct ui *ui, const struct listed *listed,
                 struct view_reply *reply)
{
    size_t row = chosen(ui, listed);

    composer_remember(ui->composer, listed->at[row]);
    take_out(ui, listed, row, reply);
    view_say(reply, "dropped; ^P brings it back");
    if (listed->count == 1)
        ui_popup_close(ui);
}

static void move(struct ui *ui, const struct listed *listed, int by,
                 struct view_reply *reply)
{
    struct command *command = view_want(reply, CMD_MOVE_QUEUED);

    command->index = chosen(ui, listed);
    command->by = by;
    go(ui, listed, by);
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

bool ui_list_key(struct ui *ui, const struct view_call *call,
                 const struct view_key *key, struct view_reply *reply)
{
    struct listed listed = listed_of(ui, call->session);
    bool queue = ui->popup == POPUP_QUEUE;

    if (!ui_lists(ui))
        return false;
    if (listed.count == 0 || key->key->code == KEYCODE_ESCAPE) {
        ui_popup_close(ui);
        return key->key->code == KEYCODE_ESCAPE;
    }
    if (key->key->code == KEYCODE_ENTER
        || (!queue && key->action == ACTION_STASH)) {
        edit(ui, &listed, reply);
        return true;
    }
    uint32_t ch = letter(key->key);
    if (ch == 'k' || ch == 'j') {
        go(ui, &listed, ch == 'k' ? -1 : 1);
    } else if (queue && (ch == 'K' || ch == 'J')) {
        move(ui, &listed, ch == 'K' ? -1 : 1, reply);
    } else if (ch == 'd') {
        drop(ui, &listed, reply);
    } else {
        ui_popup_close(ui);
        return false;
    }
    return true;
}

// --- drawing ---------------------------------------------------------------

size_t ui_list_rows(const struct ui *ui, const struct session *session)
{
    size_t rows = listed_of(ui, session).count;

    if (!ui_lists(ui) || rows == 0)
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

void ui_list_draw(struct ui *ui, const struct session *session,
                  struct canvas *canvas, struct area area)
{
    struct listed listed = listed_of(ui, session);
    size_t rows = area.rows > HINT_ROWS ? area.rows - HINT_ROWS : 0;

    if (listed.count == 0)
        return;
    size_t row = chosen(ui, &listed);
    size_t top = row >= rows ? row - rows + 1 : 0;
    canvas_put(canvas, area, 0, 0, str_from(listed.hint), ROLE_DIM);
    for (size_t i = 0; i < rows && top + i < listed.count; i++)
        draw_message(canvas, area, HINT_ROWS + i, listed.at[top + i],
                     top + i == row);
}
