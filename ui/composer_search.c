/*
 * ^R: the newest message that contains what is typed; ^R again goes to an older
 * one. Enter or any other key takes what was found; Esc, ^G and ^C go back to
 * the draft, which has not been touched.
 */
#include "composer_parts.h"
#include "kerf/base/utf8.h"

enum composer_result composer_search_begin(struct composer *c)
{
    c->search.on = true;
    c->search.found = SIZE_MAX;
    buf_reset(&c->search.pattern);
    return COMPOSER_MOVED;
}

// Looks below entry `before`; what was found before stays if nothing is.
static void search_below(struct composer *c, size_t before)
{
    struct str pattern = buf_str(&c->search.pattern);

    if (pattern.len == 0)
        return;
    size_t found = history_search(&c->history, pattern, before);
    if (found != SIZE_MAX)
        c->search.found = found;
}

static void search_again(struct composer *c)
{
    c->search.found = SIZE_MAX;
    search_below(c, SIZE_MAX);
}

static void type(struct composer *c, const struct key *key)
{
    utf8_encode(&c->search.pattern, key->ch);
    // An entry that still matches stays.
    if (c->search.found != SIZE_MAX)
        search_below(c, c->search.found + 1);
    if (c->search.found == SIZE_MAX
        || str_find(c->history.at[c->search.found], buf_str(&c->search.pattern))
               == SIZE_MAX)
        search_again(c);
}

static void erase(struct composer *c)
{
    struct buf *pattern = &c->search.pattern;

    while (pattern->len > 0 && (pattern->at[--pattern->len] & 0xc0) == 0x80)
        ;
    search_again(c);
}

static bool is_ctrl(const struct key *key, uint32_t ch)
{
    return key->code == KEYCODE_CHAR && key->ch == ch && key->mods == MOD_CTRL;
}

static bool accept(struct composer *c)
{
    c->search.on = false;
    if (c->search.found == SIZE_MAX)
        return false;
    composer_recall(c, c->search.found);
    return true;
}

bool composer_search_key(struct composer *c, const struct key *key,
                         enum composer_result *result)
{
    *result = COMPOSER_MOVED;
    if (is_ctrl(key, 'r')) {
        search_below(c, c->search.found);
    } else if (key->code == KEYCODE_CHAR && key->mods == 0) {
        type(c, key);
    } else if (key->code == KEYCODE_BACKSPACE) {
        erase(c);
    } else if (key->code == KEYCODE_ESCAPE || is_ctrl(key, 'g')
               || is_ctrl(key, 'c')) {
        c->search.on = false;
    } else if (key->code == KEYCODE_ENTER || key->code == KEYCODE_TAB) {
        if (accept(c))
            *result = COMPOSER_EDITED;
    } else {
        accept(c);
        return false;
    }
    return true;
}
