/* The list above the composer: files and what else there is to name behind `@`,
 * commands behind a `/` that begins the draft, then what the command takes. It
 * follows the word at the caret. */
#include "kerf/model/mention.h"
#include "ui_parts.h"

static void prepare_words(struct ui *ui)
{
    const struct mention_word *words = mention_words();

    ui->word_count = 0;
    while (words[ui->word_count].name)
        ui->word_count++;
    ui->words = arena_array(&ui->arena, ui->word_count, sizeof(struct str));
    ui->word_notes =
        arena_array(&ui->arena, ui->word_count, sizeof(struct str));
    for (size_t i = 0; i < ui->word_count; i++) {
        ui->words[i] = str_from(words[i].name);
        ui->word_notes[i] = str_from(words[i].help);
    }
}

void ui_popup_prepare(struct ui *ui)
{
    size_t most = CMD_COUNT + ui->own_count;

    prepare_words(ui);
    ui->command_count = 0;
    ui->commands = arena_array(&ui->arena, most, sizeof(struct str));
    ui->command_notes = arena_array(&ui->arena, most, sizeof(struct str));
    for (enum command_kind kind = 0; kind < CMD_COUNT; kind++) {
        const struct command_info *info = command_info(kind);
        if (!info->slash)
            continue;
        ui->commands[ui->command_count] = str_from(info->name);
        ui->command_notes[ui->command_count++] =
            arena_printf(&ui->arena, "%s%s%s", info->arguments,
                         info->arguments[0] ? "  " : "", info->help);
    }
    for (size_t i = 0; i < ui->own_count; i++) {
        ui->commands[ui->command_count] = ui->own[i].name;
        ui->command_notes[ui->command_count++] = ui->own[i].help;
    }
}

void ui_popup_close(struct ui *ui)
{
    ui->popup = POPUP_NONE;
    ui->closed_start = NO_INDEX;
}

// What the argument of a command is completed from.
static const struct {
    enum command_kind command;
    enum popup popup;
} arguments[] = {
    { CMD_ADD, POPUP_PATHS },
    { CMD_BACKEND, POPUP_BACKENDS },
};

static enum popup wanted_argument(struct ui *ui, size_t *start,
                                  struct str *word)
{
    struct str head = composer_head(ui->composer);
    size_t blank = str_find_char(head, ' ');

    if (!str_starts_with(head, STR("/")) || blank == SIZE_MAX
        || str_find_char(head, '\n') != SIZE_MAX)
        return POPUP_NONE;
    enum command_kind kind = command_find(str_skip(str_take(head, blank), 1));
    for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++)
        if (arguments[i].command == kind && kind != CMD_NONE) {
            *start = blank + 1;
            *word = str_skip(head, *start);
            return arguments[i].popup;
        }
    return POPUP_NONE;
}

// Behind the `@` a `!` (it may be secret) and a quote may stand.
static struct str bare_name(struct str word)
{
    word = str_skip(word, str_starts_with(word, STR("!")));
    return str_skip(word, str_starts_with(word, STR("\"")));
}

static enum popup wanted(struct ui *ui, size_t *start, struct str *word)
{
    if (composer_mode(ui->composer) >= COMPOSER_NORMAL)
        return POPUP_NONE;
    if (composer_word(ui->composer, '/', start, word) && *start == 0)
        return POPUP_COMMANDS;
    if (composer_word(ui->composer, '@', start, word)) {
        *word = bare_name(*word);
        return POPUP_FILES;
    }
    return wanted_argument(ui, start, word);
}

static void fill(struct ui *ui, enum popup popup)
{
    switch (popup) {
    case POPUP_NONE:
    case POPUP_QUEUE:
    case POPUP_STASH: break;
    case POPUP_FILES:
        finder_set(ui->finder, ui->files, NULL, ui->file_count);
        finder_lead(ui->finder, ui->words, ui->word_notes, ui->word_count);
        break;
    case POPUP_COMMANDS:
        finder_set(ui->finder, ui->commands, ui->command_notes,
                   ui->command_count);
        break;
    case POPUP_PATHS:
        finder_set(ui->finder, ui->files, NULL, ui->file_count);
        break;
    case POPUP_BACKENDS:
        finder_set(ui->finder, ui->backends, NULL, ui->backend_count);
        break;
    }
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
    if (popup != ui->popup)
        fill(ui, popup);
    ui->popup = popup;
    ui->popup_start = start;
    if (popup != POPUP_NONE)
        finder_search(ui->finder, word);
}

size_t ui_popup_rows(const struct ui *ui)
{
    return ui->popup == POPUP_NONE ? 0 : finder_count(ui->finder);
}

static void write_mention(struct ui *ui, struct str chosen, struct buf *text)
{
    struct str head = str_skip(composer_head(ui->composer), ui->popup_start);

    if (finder_leads(ui->finder)) {
        buf_printf(text, "@%.*s", STR_ARG(chosen));
        return;
    }
    mention_write(text, chosen);
    if (!str_starts_with(head, STR("@!")))
        return;
    struct str plain = arena_copy(&ui->key_arena, str_skip(buf_str(text), 1));
    buf_reset(text);
    buf_printf(text, "@!%.*s", STR_ARG(plain));
}

static void complete(struct ui *ui, struct str chosen)
{
    struct buf text = { 0 };

    if (ui->popup == POPUP_FILES)
        write_mention(ui, chosen, &text);
    else
        buf_printf(&text, "%s%.*s", ui->popup == POPUP_COMMANDS ? "/" : "",
                   STR_ARG(chosen));
    if (ui->popup == POPUP_FILES || ui->popup == POPUP_COMMANDS)
        buf_append_char(&text, ' ');
    composer_complete(ui->composer, ui->popup_start, buf_str(&text));
    buf_release(&text);
    ui_popup_close(ui);
    ui_popup_update(ui); // a command's argument follows
}

// Enter on a word that is complete already sends; else it completes. A command
// without its argument is complete too.
static bool is_complete(struct ui *ui, struct str chosen)
{
    size_t start;
    struct str word;
    enum popup popup = wanted(ui, &start, &word);
    bool argument = popup == POPUP_PATHS || popup == POPUP_BACKENDS;

    return popup != POPUP_NONE
           && (str_equal(word, chosen) || (argument && word.len == 0));
}

static bool is_for_list(const struct key *key)
{
    return key->code == KEYCODE_UP || key->code == KEYCODE_DOWN
           || key->code == KEYCODE_TAB || key->code == KEYCODE_ENTER;
}

bool ui_popup_key(struct ui *ui, const struct key *key)
{
    struct str chosen;

    if (ui->popup == POPUP_NONE || ui_lists(ui))
        return false;
    if (key->code == KEYCODE_ESCAPE) {
        ui->popup = POPUP_NONE;
        ui->closed_start = ui->popup_start;
        return true;
    }
    if (!is_for_list(key) || !finder_selected(ui->finder, &chosen))
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
