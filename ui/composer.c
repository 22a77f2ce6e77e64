/*
 * Keys are a table of functions; each moves the caret or replaces bytes of the
 * draft (composer_draft.c). Motion up and down goes by screen rows, so it uses
 * the width of the last drawing. An entry of the history is shown by replacing
 * the draft, which undo can take back.
 */
#include "kerf/ui/composer.h"

#include <stdlib.h>

#include "composer_parts.h"
#include "composer_words.h"
#include "kerf/base/arena.h"

#define FIRST_WIDTH 77 // before anything is drawn: 80 columns

typedef enum composer_result (*run_fn)(struct composer *composer);

struct composer *composer_create(void)
{
    struct composer *composer = mem_alloc(sizeof(*composer));

    composer->width = FIRST_WIDTH;
    return composer;
}

void composer_destroy(struct composer *composer)
{
    if (!composer)
        return;
    draft_release(&composer->draft);
    draft_rows_release(&composer->rows);
    kills_release(&composer->kills);
    history_release(&composer->history);
    vi_release(&composer->vi);
    buf_release(&composer->stash);
    buf_release(&composer->search.pattern);
    buf_release(&composer->full);
    free(composer);
}

const struct draft_rows *composer_layout(struct composer *c)
{
    draft_rows_update(&c->rows, &c->draft, c->width);
    return &c->rows;
}

// --- motion ----------------------------------------------------------------

static enum composer_result move_to(struct composer *c, size_t at)
{
    c->draft.caret = at;
    c->draft.joins = false;
    return COMPOSER_MOVED;
}

static enum composer_result left(struct composer *c)
{
    return move_to(c, draft_previous(&c->draft, c->draft.caret));
}

static enum composer_result right(struct composer *c)
{
    return move_to(c, draft_next(&c->draft, c->draft.caret));
}

static enum composer_result word_left(struct composer *c)
{
    return move_to(c, draft_word_start(&c->draft, c->draft.caret));
}

static enum composer_result word_right(struct composer *c)
{
    return move_to(c, draft_word_end(&c->draft, c->draft.caret));
}

static enum composer_result line_start(struct composer *c)
{
    return move_to(c, draft_line_start(&c->draft, c->draft.caret));
}

static enum composer_result line_end(struct composer *c)
{
    return move_to(c, draft_line_end(&c->draft, c->draft.caret));
}

static enum composer_result text_start(struct composer *c)
{
    return move_to(c, 0);
}

static enum composer_result text_end(struct composer *c)
{
    return move_to(c, c->draft.text.len);
}

bool composer_move_row(struct composer *c, int by)
{
    const struct draft_rows *rows = composer_layout(c);
    size_t row = draft_rows_find(rows, c->draft.caret);

    if (by < 0 ? row == 0 : row + 1 == rows->count)
        return false;
    if (c->last != LAST_VERTICAL)
        c->goal_col = draft_rows_col(rows, &c->draft, row, c->draft.caret);
    row = by < 0 ? row - 1 : row + 1;
    move_to(c, draft_rows_place(rows, &c->draft, row, c->goal_col));
    c->now = LAST_VERTICAL;
    return true;
}

// --- history ---------------------------------------------------------------

static bool is_browsing(const struct composer *c)
{
    return c->browsing < c->history.count;
}

static void replace_all(struct composer *c, struct str text)
{
    draft_replace(&c->draft, 0, c->draft.text.len, text);
}

void composer_recall(struct composer *c, size_t index)
{
    if (!is_browsing(c)) {
        buf_reset(&c->stash);
        buf_append(&c->stash, buf_str(&c->draft.text));
    }
    c->browsing = index;
    replace_all(c, c->history.at[index]);
}

static enum composer_result older(struct composer *c)
{
    if (c->browsing == 0 || c->history.count == 0)
        return COMPOSER_IGNORED;
    composer_recall(c, is_browsing(c) ? c->browsing - 1 : c->history.count - 1);
    return COMPOSER_EDITED;
}

static enum composer_result newer(struct composer *c)
{
    if (!is_browsing(c))
        return COMPOSER_IGNORED;
    if (++c->browsing < c->history.count)
        replace_all(c, c->history.at[c->browsing]);
    else
        replace_all(c, buf_str(&c->stash));
    return COMPOSER_EDITED;
}

enum composer_result composer_recall_by(struct composer *c, int by)
{
    return by < 0 ? older(c) : newer(c);
}

static enum composer_result up(struct composer *c)
{
    return composer_move_row(c, -1) ? COMPOSER_MOVED : older(c);
}

static enum composer_result down(struct composer *c)
{
    return composer_move_row(c, 1) ? COMPOSER_MOVED : newer(c);
}

// --- editing ---------------------------------------------------------------

static enum composer_result cut(struct composer *c, size_t from, size_t to)
{
    if (from == to)
        return COMPOSER_MOVED;
    draft_replace(&c->draft, from, to, STR(""));
    return COMPOSER_EDITED;
}

static enum composer_result erase_left(struct composer *c)
{
    size_t caret = c->draft.caret;

    return cut(c, draft_previous(&c->draft, caret), caret);
}

static enum composer_result erase_right(struct composer *c)
{
    size_t caret = c->draft.caret;

    return cut(c, caret, draft_next(&c->draft, caret));
}

// ^D on an empty draft means something else to the program.
static enum composer_result erase_or_leave(struct composer *c)
{
    return composer_is_empty(c) ? COMPOSER_IGNORED : erase_right(c);
}

static enum composer_result newline(struct composer *c)
{
    draft_replace(&c->draft, c->draft.caret, c->draft.caret, STR("\n"));
    return COMPOSER_EDITED;
}

static enum composer_result enter(struct composer *c)
{
    size_t caret = c->draft.caret;

    if (caret == 0 || c->draft.text.at[caret - 1] != '\\')
        return COMPOSER_IGNORED;
    draft_replace(&c->draft, caret - 1, caret, STR("\n"));
    return COMPOSER_EDITED;
}

static enum composer_result undo(struct composer *c)
{
    return draft_undo(&c->draft) ? COMPOSER_EDITED : COMPOSER_MOVED;
}

// --- kill and yank ---------------------------------------------------------

static enum composer_result kill(struct composer *c, size_t from, size_t to)
{
    struct buf text = { 0 };

    if (from == to)
        return COMPOSER_MOVED;
    draft_expand(&c->draft, from, to, &text);
    kills_add(&c->kills, buf_str(&text), c->last == LAST_KILL,
              from < c->draft.caret);
    buf_release(&text);
    cut(c, from, to);
    c->now = LAST_KILL;
    return COMPOSER_EDITED;
}

static enum composer_result kill_word_left(struct composer *c)
{
    return kill(c, draft_word_start(&c->draft, c->draft.caret), c->draft.caret);
}

static enum composer_result kill_word_right(struct composer *c)
{
    return kill(c, c->draft.caret, draft_word_end(&c->draft, c->draft.caret));
}

static enum composer_result kill_blank_left(struct composer *c)
{
    return kill(c, draft_blank_start(&c->draft, c->draft.caret),
                c->draft.caret);
}

// At the edge of a line the newline goes.
static enum composer_result kill_line_start(struct composer *c)
{
    size_t caret = c->draft.caret;
    size_t start = draft_line_start(&c->draft, caret);

    return kill(c, start < caret || caret == 0 ? start : caret - 1, caret);
}

static enum composer_result kill_line_end(struct composer *c)
{
    size_t caret = c->draft.caret;
    size_t end = draft_line_end(&c->draft, caret);

    return kill(c, caret, end > caret ? end : draft_next(&c->draft, caret));
}

// Puts a kill in place of the bytes from `start` to the caret.
static enum composer_result yank_back(struct composer *c, size_t start,
                                      size_t back)
{
    struct str text = kills_get(&c->kills, back);

    if (text.len == 0)
        return COMPOSER_MOVED;
    draft_insert(&c->draft, start, text, SIZE_MAX);
    c->yank_start = start;
    c->yank_back = back;
    c->now = LAST_YANK;
    return COMPOSER_EDITED;
}

static enum composer_result yank(struct composer *c)
{
    return yank_back(c, c->draft.caret, 0);
}

static enum composer_result yank_older(struct composer *c)
{
    if (c->last != LAST_YANK)
        return COMPOSER_MOVED;
    return yank_back(c, c->yank_start, c->yank_back + 1);
}

// --- the table -------------------------------------------------------------

struct binding {
    enum key_code code;
    uint32_t ch;
    unsigned mods;
    run_fn run;
};

static const struct binding bindings[] = {
    { KEYCODE_LEFT, 0, 0, left },
    { KEYCODE_RIGHT, 0, 0, right },
    { KEYCODE_UP, 0, 0, up },
    { KEYCODE_DOWN, 0, 0, down },
    { KEYCODE_HOME, 0, 0, line_start },
    { KEYCODE_END, 0, 0, line_end },
    { KEYCODE_HOME, 0, MOD_CTRL, text_start },
    { KEYCODE_END, 0, MOD_CTRL, text_end },
    { KEYCODE_LEFT, 0, MOD_CTRL, word_left },
    { KEYCODE_RIGHT, 0, MOD_CTRL, word_right },
    { KEYCODE_LEFT, 0, MOD_ALT, word_left },
    { KEYCODE_RIGHT, 0, MOD_ALT, word_right },
    { KEYCODE_CHAR, 'b', MOD_CTRL, left },
    { KEYCODE_CHAR, 'f', MOD_CTRL, right },
    { KEYCODE_CHAR, 'a', MOD_CTRL, line_start },
    { KEYCODE_CHAR, 'e', MOD_CTRL, line_end },
    { KEYCODE_CHAR, 'b', MOD_ALT, word_left },
    { KEYCODE_CHAR, 'f', MOD_ALT, word_right },
    { KEYCODE_CHAR, '<', MOD_ALT, text_start },
    { KEYCODE_CHAR, '>', MOD_ALT, text_end },
    { KEYCODE_CHAR, 'p', MOD_CTRL, older },
    { KEYCODE_CHAR, 'n', MOD_CTRL, newer },
    { KEYCODE_CHAR, 'r', MOD_CTRL, composer_search_begin },
    { KEYCODE_ENTER, 0, 0, enter },
    { KEYCODE_ENTER, 0, MOD_ALT, newline },
    { KEYCODE_ENTER, 0, MOD_SHIFT, newline },
    { KEYCODE_ENTER, 0, MOD_CTRL, newline },
    { KEYCODE_CHAR, 'j', MOD_CTRL, newline },
    { KEYCODE_BACKSPACE, 0, 0, erase_left },
    { KEYCODE_BACKSPACE, 0, MOD_SHIFT, erase_left },
    { KEYCODE_DELETE, 0, 0, erase_right },
    { KEYCODE_CHAR, 'd', MOD_CTRL, erase_or_leave },
    { KEYCODE_CHAR, 'w', MOD_CTRL, kill_blank_left },
    { KEYCODE_BACKSPACE, 0, MOD_ALT, kill_word_left },
    { KEYCODE_BACKSPACE, 0, MOD_CTRL, kill_word_left },
    { KEYCODE_CHAR, 'd', MOD_ALT, kill_word_right },
    { KEYCODE_DELETE, 0, MOD_CTRL, kill_word_right },
    { KEYCODE_CHAR, 'u', MOD_CTRL, kill_line_start },
    { KEYCODE_CHAR, 'k', MOD_CTRL, kill_line_end },
    { KEYCODE_CHAR, 'y', MOD_CTRL, yank },
    { KEYCODE_CHAR, 'y', MOD_ALT, yank_older },
    { KEYCODE_CHAR, '_', MOD_CTRL, undo },
};

static run_fn find_binding(const struct key *key)
{
    for (size_t i = 0; i < sizeof(bindings) / sizeof(bindings[0]); i++)
        if (bindings[i].code == key->code && bindings[i].ch == key->ch
            && bindings[i].mods == key->mods)
            return bindings[i].run;
    return NULL;
}

enum composer_result composer_edit_key(struct composer *c,
                                       const struct key *key)
{
    bool is_text = key->code == KEYCODE_CHAR
                   && !(key->mods & (MOD_CTRL | MOD_ALT)) && key->ch >= 0x20;

    if (is_text) {
        draft_type(&c->draft, key->ch);
        return COMPOSER_EDITED;
    }
    if (key->code == KEYCODE_PASTE) {
        draft_insert(&c->draft, c->draft.caret, key->text, COMPOSER_FOLD_LINES);
        return COMPOSER_EDITED;
    }
    run_fn run = find_binding(key);
    return run ? run(c) : COMPOSER_IGNORED;
}

enum composer_result composer_key(struct composer *c, const struct key *key)
{
    enum composer_result result;

    c->now = LAST_OTHER;
    bool done = c->search.on && composer_search_key(c, key, &result);
    if (!done && !vi_key(c, key, &result))
        result = composer_edit_key(c, key);
    if (c->search.on)
        c->vi.now.lost = true; // found once is not found again
    vi_settle(c);
    c->last = c->now;
    return result;
}

void composer_use_vi(struct composer *c)
{
    c->vi.on = true;
    vi_begin(c);
}

enum composer_mode composer_mode(const struct composer *c)
{
    if (!c->vi.on)
        return COMPOSER_EMACS;
    if (!c->vi.normal)
        return c->vi.replaces ? COMPOSER_REPLACE : COMPOSER_INSERT;
    switch (c->vi.visual) {
    case VISUAL_NONE: break;
    case VISUAL_CHARS: return COMPOSER_VISUAL;
    case VISUAL_LINES: return COMPOSER_VISUAL_LINES;
    }
    return COMPOSER_NORMAL;
}

bool composer_claims(const struct composer *c, const struct key *key)
{
    bool control = key->code == KEYCODE_CHAR && (key->mods & MOD_CTRL);

    if (c->search.on || vi_is_searching(&c->vi))
        return true;
    if (c->vi.on && (!c->vi.normal || c->vi.visual != VISUAL_NONE)
        && key->code == KEYCODE_ESCAPE)
        return true;
    return vi_is_pending(&c->vi) && !control;
}

// --- the draft from outside ------------------------------------------------

struct str composer_text(struct composer *c)
{
    buf_reset(&c->full);
    draft_expand(&c->draft, 0, c->draft.text.len, &c->full);
    return buf_str(&c->full);
}

struct composer_size composer_size(const struct composer *c)
{
    return draft_size(&c->draft);
}

enum composer_fold composer_fold(struct composer *c)
{
    c->last = LAST_OTHER;
    return c->search.on ? COMPOSER_NO_PASTE : draft_fold(&c->draft);
}

bool composer_is_empty(const struct composer *c)
{
    return c->draft.text.len == 0;
}

void composer_clear(struct composer *c)
{
    draft_clear(&c->draft);
    c->browsing = c->history.count;
    c->search.on = false;
    c->last = LAST_OTHER;
    vi_begin(c);
    buf_release(&c->full);
}

void composer_set(struct composer *c, struct str text)
{
    struct buf copy = { 0 };

    buf_append(&copy, text); // may be what composer_text returned
    composer_clear(c);
    draft_insert(&c->draft, 0, buf_str(&copy), SIZE_MAX);
    buf_release(&copy);
}

void composer_remember(struct composer *c, struct str text)
{
    bool browsing = is_browsing(c);

    history_add(&c->history, text);
    if (!browsing)
        c->browsing = c->history.count;
}

bool composer_is_searching(const struct composer *c)
{
    return c->search.on;
}

static bool is_separator(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\xff';
}

struct str composer_head(const struct composer *c)
{
    return str_take(buf_str(&c->draft.text), c->draft.caret);
}

// Where the mark before an open quote of this line stands, or SIZE_MAX.
static size_t find_open_quote(struct str head, char mark)
{
    for (size_t at = head.len; at-- > 1 && head.at[at] != '\n';) {
        if (head.at[at] != '"')
            continue;
        bool opens = head.at[at - 1] == mark
                     && (at == 1 || is_separator(head.at[at - 2]));
        return opens ? at - 1 : SIZE_MAX;
    }
    return SIZE_MAX;
}

bool composer_word(struct composer *c, char mark, size_t *start,
                   struct str *word)
{
    struct str text = composer_head(c);
    size_t at = text.len, quoted = find_open_quote(text, mark);

    while (at > 0 && !is_separator(text.at[at - 1]))
        at--;
    if (quoted != SIZE_MAX)
        at = quoted;
    if (at == text.len || text.at[at] != mark)
        return false;
    *start = at;
    *word = str_skip(text, at + 1);
    return true;
}

void composer_complete(struct composer *c, size_t start, struct str text)
{
    if (start > c->draft.caret)
        return;
    draft_insert(&c->draft, start, text, SIZE_MAX);
    c->vi.now.lost = true; // no key typed this
    c->last = LAST_OTHER;
}
