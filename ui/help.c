/* Keys that do the same stand in one row, at the first of them. */
#include "help.h"

#include "kerf/text/width.h"
#include "kerf/text/wrap.h"

#define KEY_COLS 20 // the column of keys and command names
#define NARROW 50   // below it the explanation gets its own row

static const char *const editing[][2] = {
    { "^J, M-Enter, \\Enter", "a new line" },
    { "@ and /", "a file or a command; Tab completes" },
    { "^A ^E M-b M-f", "begin and end of the line, word by word" },
    { "^W ^U ^K ^Y", "kill a word, to the start, to the end; yank" },
    { "^_", "undo an edit" },
    { "^P ^N, Up Down", "earlier messages" },
    { "^R", "search in earlier messages" },
};

struct writer {
    struct arena *arena;
    struct rows *rows;
    size_t cols;
    const struct keymap *keymap;
};

static void write_title(struct writer *w, const char *title)
{
    if (w->rows->count > 0)
        rows_add_text(w->arena, w->rows, STR(""), ROLE_TEXT);
    rows_add_text(w->arena, w->rows, str_from(title), ROLE_HEADING);
}

// Keys (or a name) on the left, words on the right, wrapped.
static void write_entry(struct writer *w, struct str left, const char *right)
{
    struct view_line line = { .arena = w->arena };
    bool narrow = w->cols < NARROW || width_of(left) + 3 > KEY_COLS;

    line_printf(&line, ROLE_TEXT, "  ");
    line_add(&line, ROLE_KEY, left);
    if (narrow) {
        rows_add(w->arena, w->rows, line_row(&line));
        line_printf(&line, ROLE_TEXT, "%*s", w->cols < NARROW ? 4 : KEY_COLS,
                    "");
    } else {
        line_pad(&line, KEY_COLS);
    }
    line_add(&line, ROLE_TEXT, str_from(right));
    struct row row = line_row(&line);
    struct wrap wrap = {
        .width_cells = w->cols > 0 ? w->cols : 1,
        .rest = w->cols < NARROW ? STR("    ") : STR("                    "),
        .at_words = true,
    };
    wrap_text(w->arena, w->rows, row.text, row.spans, row.span_count, &wrap);
}

static bool is_first_of(const struct key_binding *all, size_t at,
                        unsigned where)
{
    for (size_t i = 0; i < at; i++)
        if ((all[i].where & where) && all[i].number == all[at].number)
            return false;
    return (all[at].where & where) != 0;
}

static struct str keys_of(struct arena *arena, const struct key_binding *all,
                          size_t count, size_t at, unsigned where)
{
    struct buf keys = { 0 };

    for (size_t i = at; i < count; i++)
        if ((all[i].where & where) && all[i].number == all[at].number)
            buf_printf(&keys, "%s%s", keys.len ? ", " : "", all[i].keys);
    struct str copy = arena_copy(arena, buf_str(&keys));
    buf_release(&keys);
    return copy;
}

static void write_keys(struct writer *w, const struct key_place *place)
{
    size_t count;
    const struct key_binding *all = keymap_bindings(w->keymap, &count);

    write_title(w, place->title);
    for (size_t i = 0; i < count; i++)
        if (is_first_of(all, i, place->where))
            write_entry(w, keys_of(w->arena, all, count, i, place->where),
                        all[i].help);
    if (place->where != IN_COMPOSER)
        return;
    for (size_t i = 0; i < sizeof(editing) / sizeof(editing[0]); i++)
        write_entry(w, str_from(editing[i][0]), editing[i][1]);
}

static void write_commands(struct writer *w)
{
    write_title(w, "Commands");
    for (enum command_kind kind = 0; kind < CMD_COUNT; kind++) {
        const struct command_info *info = command_info(kind);
        if (!info->slash)
            continue;
        write_entry(w,
                    arena_printf(w->arena, "/%s%s%s", info->name,
                                 info->arguments[0] ? " " : "",
                                 info->arguments),
                    info->help);
    }
}

void help_rows(struct arena *arena, struct rows *rows,
               const struct keymap *keymap, size_t cols)
{
    struct writer w = { arena, rows, cols, keymap };
    size_t count;
    const struct key_place *places = ui_places(&count);

    for (size_t i = 0; i < count; i++)
        write_keys(&w, &places[i]);
    write_commands(&w);
}

// --- the empty session -----------------------------------------------------

// Who sees a line: with the built-in engine or with a backend, and on a screen
// that has the room or on one that has not.
enum {
    ENGINE = 1,
    BACKEND = 2,
    ROOMY = 4,
    SHORT = 8,
    ANY = ENGINE | BACKEND,
    ALWAYS = ROOMY | SHORT,
};

static const struct {
    unsigned when;
    const char *text;
} first_lines[] = {
    { ANY | ROOMY, "kerf: measure twice, cut once" },
    { ANY | ROOMY, "" },
    { ENGINE | ROOMY,
      "No backend is configured, so kerf's built-in engine answers. It is no "
      "neural model. It runs your build or reads a log you give it, turns what "
      "compilers and linters suggest into a patch, and renames whole words." },
    { ENGINE | ROOMY, "" },
    { ENGINE | SHORT, "The built-in engine answers, no neural model: it mends "
                      "what compilers complain about." },
    { ENGINE | ALWAYS,
      "To talk to a model, put this into ~/.config/kerf/config:" },
    { ENGINE | ALWAYS, "  [backend \"fast\"]" },
    { ENGINE | ALWAYS, "      url = https://api.example.com/v1" },
    { ENGINE | ALWAYS, "      model = NAME" },
    { ENGINE | ALWAYS, "      keyEnv = NAME_OF_A_VARIABLE" },
    { ENGINE | ROOMY, "" },
    { BACKEND | ALWAYS,
      "Say what you want to be done. Patches are shown hunk by hunk while they "
      "arrive; nothing is written before you accept it, and what was written "
      "can be taken back." },
    { BACKEND | ROOMY, "" },
    { ANY | ROOMY, "Three things to try:" },
    { ANY | ROOMY, "  run make and fix the warnings             as a message" },
    { ANY | ROOMY, "  rename old_name to new_name in @src/a.c   with a file" },
    { ANY | ROOMY, "  kerf fix make                             in the shell" },
    { ANY | SHORT, "Try `run make and fix the warnings`, @FILE or !COMMAND." },
};

static void write_text(struct writer *w, struct str text)
{
    struct wrap wrap = { .width_cells = w->cols > 0 ? w->cols : 1,
                         .first = STR("  "),
                         .rest = STR("  "),
                         .at_words = true };

    wrap_text(w->arena, w->rows, text, NULL, 0, &wrap);
}

// "? shows all keys", with the user's own keys.
static void write_keys_line(struct writer *w)
{
    const char *help = keymap_keys(w->keymap, IN_COMPOSER, ACTION_HELP);
    const char *leave = keymap_keys(w->keymap, IN_COMPOSER, ACTION_LEAVE);
    struct buf text = { 0 };

    if (*help)
        buf_printf(&text, "%s shows all keys, ", help);
    buf_append(&text, STR("/ the commands"));
    if (*leave)
        buf_printf(&text, ", %s leaves", leave);
    buf_append_char(&text, '.');
    write_text(w, arena_copy(w->arena, buf_str(&text)));
    buf_release(&text);
}

static void write_first(struct writer *w, unsigned who, unsigned room)
{
    for (size_t i = 0; i < sizeof(first_lines) / sizeof(first_lines[0]); i++)
        if ((first_lines[i].when & who) && (first_lines[i].when & room))
            write_text(w, str_from(first_lines[i].text));
    write_keys_line(w);
}

void help_first_rows(struct arena *arena, struct rows *rows,
                     const struct view_call *call, struct area area)
{
    struct writer w = { arena, rows, area.cols, call->keymap };
    unsigned who = call->session->builtin ? ENGINE : BACKEND;

    write_first(&w, who, ROOMY);
    if (rows->count > area.rows) {
        *rows = (struct rows){ 0 };
        write_first(&w, who, SHORT);
    }
}
