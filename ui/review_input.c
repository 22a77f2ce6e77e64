/* A line typed at the bottom of the pane: a note, or what another version of a
 * hunk should be like. The list above keeps its place. */
#include "review_act.h"

#define INPUT_ROWS 6 // of the text, at most

void input_open(const struct review_call *call, enum input_kind kind,
                struct target target, size_t last_line, struct str text)
{
    struct review *review = call->review;
    struct review_input *input = &review->input;

    input->kind = kind;
    input->target = target;
    input->last_line = last_line;
    input->cursor_row = review->cursor_row;
    composer_set(input->composer, text);
}

void input_close(struct review *review)
{
    if (review->input.kind == INPUT_NONE)
        return;
    composer_clear(review->input.composer);
    review->input.kind = INPUT_NONE;
    review->cursor_row = review->input.cursor_row;
}

static void give_out(const struct review_call *call)
{
    struct review_input *input = &call->review->input;
    struct str text = str_trim(composer_text(input->composer));
    bool is_note = input->kind == INPUT_NOTE;

    if (is_note && text.len > LIMIT_NOTE_BYTES) {
        view_warn(call->reply, "a note has at most %zu bytes",
                  LIMIT_NOTE_BYTES);
        return;
    }
    struct command *command =
        view_want_text(call->reply, is_note ? CMD_NOTE : CMD_REASK, text);
    command->target = input->target;
    command->last_line = input->last_line;
    input_close(call->review);
}

static bool is_control(const struct key *key, uint32_t ch)
{
    return key->code == KEYCODE_CHAR && (key->mods & MOD_CTRL) && key->ch == ch;
}

void input_key(const struct review_call *call, const struct key *key)
{
    struct review_input *input = &call->review->input;

    if (key->code == KEYCODE_ESCAPE || is_control(key, 'c'))
        input_close(call->review);
    else if (composer_key(input->composer, key) == COMPOSER_IGNORED
             && key->code == KEYCODE_ENTER)
        give_out(call);
}

void input_draw(struct review *review, struct canvas *canvas, struct area *area,
                bool focused)
{
    struct review_input *input = &review->input;

    if (input->kind == INPUT_NONE || area->rows < 4)
        return;
    size_t most = area->rows / 2 < INPUT_ROWS ? area->rows / 2 : INPUT_ROWS;
    size_t rows = composer_rows(input->composer, area->cols, most);
    area->rows -= rows + 1;
    struct area bottom = { area->row + area->rows, area->col, rows + 1,
                           area->cols };
    canvas_put(canvas, bottom, 0, 0, buf_str(&input->title), ROLE_FOCUS);
    canvas_mark_row(canvas, bottom, 0, ROLE_FOCUS, false);
    bottom.row++;
    bottom.rows--;
    composer_draw(input->composer, canvas, bottom, focused);
}
