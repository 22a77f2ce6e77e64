/* A finder with a line to type in above it. The choices are copied, as who
 * gave them may be gone before one is taken. */
#include "picker.h"

#include <stdlib.h>

#include "kerf/base/utf8.h"
#include "kerf/ui/finder.h"

#define LIMIT_PATTERN_BYTES 200
#define HINT "Enter takes, Esc closes "

struct picker {
    struct finder *finder;
    const char *title; // NULL: closed
    struct arena arena;
    struct ui_choice *choices;
    struct str *labels, *notes;
    size_t count;
    struct buf pattern;
};

struct picker *picker_create(void)
{
    struct picker *picker = mem_alloc(sizeof(*picker));

    picker->finder = finder_create();
    return picker;
}

void picker_destroy(struct picker *picker)
{
    if (!picker)
        return;
    finder_destroy(picker->finder);
    arena_release(&picker->arena);
    buf_release(&picker->pattern);
    free(picker);
}

void picker_open(struct picker *picker, const char *title,
                 const struct ui_choice *choices, size_t count)
{
    struct arena *arena = &picker->arena;

    arena_reset(arena);
    buf_reset(&picker->pattern);
    picker->title = title;
    picker->count = count;
    picker->choices = arena_array(arena, count, sizeof(*choices));
    picker->labels = arena_array(arena, count, sizeof(struct str));
    picker->notes = arena_array(arena, count, sizeof(struct str));
    for (size_t i = 0; i < count; i++) {
        picker->choices[i].value = arena_copy(arena, choices[i].value);
        picker->labels[i] = arena_copy(arena, choices[i].label);
        picker->notes[i] = arena_copy(arena, choices[i].note);
        picker->choices[i].label = picker->labels[i];
        picker->choices[i].note = picker->notes[i];
        picker->choices[i].number = choices[i].number;
    }
    finder_set(picker->finder, picker->labels, picker->notes, count);
}

void picker_close(struct picker *picker)
{
    picker->title = NULL;
}

bool picker_is_open(const struct picker *picker)
{
    return picker->title != NULL;
}

const struct ui_choice *picker_choice(const struct picker *picker, size_t index)
{
    return &picker->choices[index];
}

// --- keys ------------------------------------------------------------------

static void narrow(struct picker *picker)
{
    finder_search(picker->finder, buf_str(&picker->pattern));
}

static void erase(struct picker *picker)
{
    struct str pattern = buf_str(&picker->pattern);

    while (pattern.len > 0
           && ((unsigned char)pattern.at[--pattern.len] & 0xc0) == 0x80)
        ;
    picker->pattern.len = pattern.len;
    narrow(picker);
}

static void type(struct picker *picker, const struct key *key)
{
    struct str text = key->text;

    if (picker->pattern.len >= LIMIT_PATTERN_BYTES)
        return;
    if (key->code == KEYCODE_PASTE)
        utf8_sanitise(&picker->pattern,
                      str_take(str_take(text, str_find_char(text, '\n')),
                               LIMIT_PATTERN_BYTES),
                      false);
    else
        utf8_encode(&picker->pattern, key->ch);
    narrow(picker);
}

// How far a key moves the selection; 0 if it does not.
static int step_of(const struct key *key)
{
    bool control = key->code == KEYCODE_CHAR && key->mods == MOD_CTRL;

    if (key->code == KEYCODE_UP || (control && key->ch == 'p'))
        return -1;
    if (key->code == KEYCODE_DOWN || (control && key->ch == 'n'))
        return 1;
    if (key->code == KEYCODE_PAGE_UP)
        return -FINDER_ROWS;
    return key->code == KEYCODE_PAGE_DOWN ? FINDER_ROWS : 0;
}

static bool leaves(const struct key *key)
{
    return key->code == KEYCODE_ESCAPE
           || (key->code == KEYCODE_CHAR && key->mods == MOD_CTRL
               && (key->ch == 'c' || key->ch == 'g'));
}

static enum pick take(struct picker *picker, size_t *index)
{
    struct str chosen;

    if (!finder_selected(picker->finder, &chosen))
        return PICK_ON;
    for (size_t i = 0; i < picker->count; i++)
        if (picker->labels[i].at == chosen.at)
            *index = i;
    picker_close(picker);
    return PICK_TAKEN;
}

enum pick picker_key(struct picker *picker, const struct key *key,
                     size_t *index)
{
    int step = step_of(key);
    bool text = key->code == KEYCODE_PASTE
                || (key->code == KEYCODE_CHAR && key->mods == 0);

    if (key->code == KEYCODE_ENTER)
        return take(picker, index);
    if (leaves(key)) {
        picker_close(picker);
        return PICK_CLOSED;
    }
    if (step != 0) {
        finder_move(picker->finder, step);
    } else if (key->code == KEYCODE_BACKSPACE) {
        erase(picker);
    } else if (text) {
        type(picker, key);
    }
    return PICK_ON;
}

// --- drawing ---------------------------------------------------------------

size_t picker_rows(const struct picker *picker)
{
    return picker_is_open(picker) ? 1 + finder_count(picker->finder) : 0;
}

void picker_draw(struct picker *picker, struct canvas *canvas, struct area area)
{
    struct area list = { area.row + 1, area.col, area.rows - 1, area.cols };
    struct buf line = { 0 };

    buf_printf(&line, " %s: ", picker->title);
    buf_append(&line, buf_str(&picker->pattern));
    size_t used = canvas_put(canvas, area, 0, 0, buf_str(&line), ROLE_STRONG);
    if (finder_count(picker->finder) == 0)
        canvas_put_right(canvas, area, 0, STR("nothing matches, Esc closes "),
                         ROLE_STATUS);
    else if (used + sizeof(HINT) < area.cols)
        canvas_put_right(canvas, area, 0, STR(HINT), ROLE_STATUS);
    finder_draw(picker->finder, canvas, list);
    canvas->cursor_row = area.row;
    canvas->cursor_col = used < area.cols ? used : area.cols - 1;
    buf_release(&line);
}
