/* The list above the composer: files behind `@`, commands behind a `/` that
 * begins the draft. It follows the word at the caret. */
#include "ui_parts.h"

void ui_popup_prepare(struct ui *ui)
{
    ui->commands = arena_array(&ui->arena, CMD_COUNT, sizeof(struct str));
    ui->command_notes = arena_array(&ui->arena, CMD_COUNT, sizeof(struct str));
    for (enum command_kind kind = 0; kind < CMD_COUNT; kind++) {
        const struct command_info *info = command_info(kind);
        if (!info->slash)
            continue;
        ui->commands[ui->command_count] = str_from(info->name);
        ui->command_notes[ui->command_count++] =
            arena_printf(&ui->arena, "%s%s%s", info->arguments,
                         info->arguments[0] ? "  " : "", info->help);
    }
}

void ui_popup_close(struct ui *ui)
{
    ui->popup = POPUP_NONE;
    ui->closed_start = NO_INDEX;
}

static enum popup wanted(struct ui *ui, size_t *start, struct str *word)
{
    if (composer_word(ui->composer, '/', start, word) && *start == 0)
        return POPUP_COMMANDS;
    if (ui->file_count > 0 && composer_word(ui->composer, '@', start, word))
        return POPUP_FILES;
    return POPUP_NONE;
}

void ui_popup_update(struct ui *ui)
{
    size_t start = 0;
    struct str word = { 0 };
    enum popup popup = wanted(ui, &start, &word);

    if (popup == POPUP_NONE || start != ui->closed_start)
        ui->closed_start = NO_INDEX;
    else
        popup = POPUP_NONE;
    if (popup != ui->popup && popup == POPUP_COMMANDS)
        finder_set(ui->finder, ui->commands, ui->command_notes,
                   ui->command_count);
    else if (popup != ui->popup && popup == POPUP_FILES)
        finder_set(ui->finder, ui->files, NULL, ui->file_count);
    ui->popup = popup;
    ui->popup_start = start;
    if (popup != POPUP_NONE)
        finder_search(ui->finder, word);
}

size_t ui_popup_rows(const struct ui *ui)
{
    return ui->popup == POPUP_NONE ? 0 : finder_count(ui->finder);
}

static void complete(struct ui *ui, struct str chosen)
{
    char mark = ui->popup == POPUP_FILES ? '@' : '/';
    struct str text =
        arena_printf(&ui->key_arena, "%c%.*s ", mark, STR_ARG(chosen));

    composer_complete(ui->composer, ui->popup_start, text);
    ui_popup_close(ui);
}

// Enter on a word that is complete already sends; else it completes.
static bool is_complete(struct ui *ui, struct str chosen)
{
    size_t start;
    struct str word;

    return wanted(ui, &start, &word) != POPUP_NONE && str_equal(word, chosen);
}

bool ui_popup_key(struct ui *ui, const struct key *key)
{
    struct str chosen;

    if (ui->popup == POPUP_NONE)
        return false;
    if (key->code == KEYCODE_ESCAPE) {
        ui->popup = POPUP_NONE;
        ui->closed_start = ui->popup_start;
        return true;
    }
    if (!finder_selected(ui->finder, &chosen))
        return false;
    if (key->code == KEYCODE_UP || key->code == KEYCODE_DOWN) {
        finder_move(ui->finder, key->code == KEYCODE_UP ? -1 : 1);
        return true;
    }
    if (key->code == KEYCODE_TAB
        || (key->code == KEYCODE_ENTER && !is_complete(ui, chosen))) {
        complete(ui, chosen);
        return true;
    }
    return false;
}
