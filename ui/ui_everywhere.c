/*
 * What keys do wherever they are pressed: actions that are one command, the
 * chords of an open first key, and lists to pick from. The palette is such a
 * list, of all actions of the place and all slash commands.
 */
#include "ui_parts.h"

#include <string.h>

#define CHORD_MS 400 // then the bottom tells what can follow

struct plain_action {
    enum action action;
    enum command_kind command;
};

static const struct plain_action plain_actions[] = {
    { ACTION_SUSPEND, CMD_SUSPEND },
    { ACTION_BACKENDS, CMD_BACKEND },
    { ACTION_SESSIONS, CMD_SESSIONS },
};

// --- chords ----------------------------------------------------------------

static void show_chords(struct ui *ui, struct view_reply *reply)
{
    const char *keys =
        keymap_keys(ui->keymap, IN_COMPOSER | IN_REVIEW, ACTION_CHORDS);
    const char *end = strrchr(keys, ' ');
    size_t len = end ? (size_t)(end - keys) : 0;

    if (len == 0 || len >= sizeof(ui->chord.first)) {
        view_say(reply, "no chord shows the chords");
        return;
    }
    memcpy(ui->chord.first, keys, len);
    ui->chord.first[len] = '\0';
    ui->chord_ms = NEVER_MS;
}

const char *ui_shown_chord(const struct ui *ui, int64_t now_ms)
{
    bool shown =
        ui->chord.first[0]
        && (ui->chord_ms == NEVER_MS || now_ms - ui->chord_ms >= CHORD_MS);

    return shown ? ui->chord.first : NULL;
}

int64_t ui_chord_wake_ms(const struct ui *ui, int64_t now_ms)
{
    if (!ui->chord.first[0] || ui->chord_ms == NEVER_MS
        || now_ms - ui->chord_ms >= CHORD_MS)
        return -1;
    return ui->chord_ms + CHORD_MS - now_ms;
}

void ui_broken_chord(struct ui *ui, const char *first, const struct key *key,
                     struct view_reply *reply)
{
    const char *list =
        keymap_keys(ui->keymap, IN_COMPOSER | IN_REVIEW, ACTION_CHORDS);
    char name[KEY_NAME_BYTES];

    if (key->code == KEYCODE_ESCAPE
        || (key->mods == MOD_CTRL && (key->ch == 'c' || key->ch == 'g')))
        return;
    key_name(key, name, sizeof(name));
    view_say(reply, "%s %s is bound to nothing%s%s%s", first, name,
             *list ? ": " : "", list, *list ? " lists what is" : "");
}

// --- the palette -----------------------------------------------------------

// Numbers of choices: actions as they are, commands behind them.
#define COMMANDS_FROM ACTION_COUNT
#define OWN_FROM (COMMANDS_FROM + CMD_COUNT) // the user's

struct choices {
    struct arena *arena;
    struct ui_choice *at;
    size_t count, cap;
};

static void add_choice(struct choices *all, int number, struct str label,
                       struct str note)
{
    all->at = arena_grow(all->arena, all->at, &all->cap, all->count + 1,
                         sizeof(*all->at));
    all->at[all->count++] =
        (struct ui_choice){ .label = label, .note = note, .number = number };
}

static bool is_listed(const struct choices *all, int number)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->at[i].number == number)
            return true;
    return false;
}

static void add_actions(struct choices *all, const struct keymap *keymap,
                        unsigned where)
{
    size_t count;
    const struct key_binding *rows = keymap_bindings(keymap, &count);

    for (size_t i = 0; i < count; i++)
        if ((rows[i].where & where) && rows[i].number != ACTION_PALETTE
            && !is_listed(all, rows[i].number))
            add_choice(
                all, rows[i].number, str_from(rows[i].action),
                arena_printf(all->arena, "%s  %s", rows[i].keys, rows[i].help));
}

static void add_commands(struct choices *all)
{
    for (enum command_kind kind = 0; kind < CMD_COUNT; kind++) {
        const struct command_info *info = command_info(kind);
        if (info->slash)
            add_choice(all, COMMANDS_FROM + (int)kind,
                       arena_printf(all->arena, "/%s", info->name),
                       arena_printf(all->arena, "%s%s%s", info->arguments,
                                    info->arguments[0] ? "  " : "",
                                    info->help));
    }
}

static void add_own(struct choices *all, const struct ui *ui)
{
    for (size_t i = 0; i < ui->own_count; i++)
        add_choice(all, OWN_FROM + (int)i,
                   arena_printf(all->arena, "/%.*s", STR_ARG(ui->own[i].name)),
                   ui->own[i].help);
}

static void open_palette(struct ui *ui, unsigned where)
{
    struct choices all = { .arena = &ui->key_arena };

    add_actions(&all, ui->keymap, where);
    if (!ui->options.review_only) {
        add_commands(&all);
        add_own(&all, ui);
    }
    ui->picking = CMD_NONE;
    picker_open(ui->picker, "do", all.at, all.count);
}

static void draft_command(struct ui *ui, struct str name)
{
    ui->focus = FOCUS_COMPOSER;
    composer_set(ui->composer,
                 arena_printf(&ui->key_arena, "/%.*s ", STR_ARG(name)));
}

// A command that wants words is put into the draft for them; two are for the
// draft that is there.
static void give_command(struct ui *ui, const struct session *session,
                         enum command_kind kind, struct view_reply *reply)
{
    const struct command_info *info = command_info(kind);
    bool of_draft = kind == CMD_STASH || kind == CMD_EDITOR;
    struct str draft = of_draft ? composer_text(ui->composer) : STR("");

    if (ui_needs_argument(info))
        draft_command(ui, str_from(info->name));
    else
        ui_give_command(ui, session, kind, arena_copy(reply->arena, draft),
                        reply);
}

void ui_pick(struct ui *ui, const char *title, const struct ui_choice *choices,
             size_t count, enum command_kind kind)
{
    ui->picking = kind;
    picker_open(ui->picker, title, choices, count);
}

enum action ui_picker_key(struct ui *ui, const struct view_call *call,
                          const struct key *key, struct view_reply *reply)
{
    size_t index = 0;

    if (picker_key(ui->picker, key, &index) != PICK_TAKEN)
        return ACTION_NONE;
    const struct ui_choice *choice = picker_choice(ui->picker, index);
    if (ui->picking != CMD_NONE)
        view_want_text(reply, ui->picking, choice->value);
    else if (choice->number < COMMANDS_FROM)
        return (enum action)choice->number;
    else if (choice->number >= OWN_FROM)
        draft_command(ui, str_skip(choice->label, 1));
    else
        give_command(ui, call->session,
                     (enum command_kind)(choice->number - COMMANDS_FROM),
                     reply);
    return ACTION_NONE;
}

// --- actions ---------------------------------------------------------------

static bool act_plainly(struct ui *ui, enum action action,
                        struct view_reply *reply)
{
    for (size_t i = 0; i < sizeof(plain_actions) / sizeof(plain_actions[0]);
         i++) {
        if (plain_actions[i].action != action)
            continue;
        if (ui->options.review_only && action != ACTION_SUSPEND)
            view_say(reply, "there is no conversation here, only a review");
        else
            view_want(reply, plain_actions[i].command);
        return true;
    }
    return false;
}

// The key that opened a panel closes it.
static bool turn_panel(struct ui *ui, enum action action)
{
    enum panel panel = panel_of(action);

    if (panel == PANEL_NONE)
        return false;
    ui->panel = ui->panel == panel ? PANEL_NONE : panel;
    return true;
}

bool ui_act_everywhere(struct ui *ui, unsigned where, enum action action,
                       struct view_reply *reply)
{
    if (action == ACTION_REPAINT)
        ui->repaint = true;
    else if (action == ACTION_CHORDS)
        show_chords(ui, reply);
    else if (action == ACTION_PALETTE)
        open_palette(ui, where);
    else if (action == ACTION_REDO_WRITE)
        view_want(reply, CMD_REDO_WRITE);
    else if (action == ACTION_UNDO_WRITE && where == IN_COMPOSER)
        view_want(reply, CMD_UNDO_WRITE);
    else
        return turn_panel(ui, action) || act_plainly(ui, action, reply);
    return true;
}
