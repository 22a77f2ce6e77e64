/* Plain search by bytes; letters of ASCII lose their case when asked to. */
#include "view_search.h"

#include "kerf/base/utf8.h"
#include "kerf/text/width.h"

void search_open(struct search *search)
{
    buf_reset(&search->pattern);
    search->typing = true;
}

static void drop_last(struct buf *pattern)
{
    while (pattern->len > 0
           && ((unsigned char)pattern->at[--pattern->len] & 0xc0) == 0x80)
        ;
}

static void type_text(struct search *search, struct str text)
{
    size_t newline = str_find_char(text, '\n');

    text = str_take(text, newline);
    if (search->pattern.len + text.len <= LIMIT_SEARCH_BYTES)
        buf_append(&search->pattern, text);
}

enum search_result search_key(struct search *search, const struct key *key)
{
    bool plain = (key->mods & (MOD_CTRL | MOD_ALT)) == 0;

    if (key->code == KEYCODE_CHAR && plain) {
        if (search->pattern.len + 4 <= LIMIT_SEARCH_BYTES)
            utf8_encode(&search->pattern, key->ch);
    } else if (key->code == KEYCODE_PASTE) {
        type_text(search, key->text);
    } else if (key->code == KEYCODE_BACKSPACE) {
        drop_last(&search->pattern);
    } else if (key->code == KEYCODE_CHAR && key->ch == 'u') {
        buf_reset(&search->pattern);
    } else if (key->code == KEYCODE_ENTER) {
        search->typing = false;
        return SEARCH_DONE;
    } else if (key->code == KEYCODE_ESCAPE
               || (key->code == KEYCODE_CHAR && key->ch == 'c')) {
        search->typing = false;
        buf_reset(&search->pattern);
        return SEARCH_LEFT;
    }
    return SEARCH_TYPED;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static bool has_capital(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (lower(text.at[i]) != text.at[i])
            return true;
    return false;
}

static bool begins_with_any_case(const char *at, struct str pattern)
{
    for (size_t i = 0; i < pattern.len; i++)
        if (lower(at[i]) != pattern.at[i])
            return false;
    return true;
}

size_t search_in(const struct search *search, struct str text, size_t from)
{
    struct str pattern = buf_str(&search->pattern);

    if (pattern.len == 0 || pattern.len > text.len)
        return SIZE_MAX;
    if (has_capital(pattern)) {
        size_t at = str_find(str_skip(text, from), pattern);
        return at == SIZE_MAX ? SIZE_MAX : from + at;
    }
    for (size_t i = from; i + pattern.len <= text.len; i++)
        if (begins_with_any_case(text.at + i, pattern))
            return i;
    return SIZE_MAX;
}

bool search_matches(const struct search *search, struct str text)
{
    return search_in(search, text, 0) != SIZE_MAX;
}

void search_mark(const struct search *search, struct canvas *canvas,
                 struct area area, size_t row, struct str text, size_t from,
                 bool reverse)
{
    size_t len = search->pattern.len, at = from;

    while (at <= text.len && (at = search_in(search, text, at)) != SIZE_MAX) {
        canvas_mark(canvas, area, row, width_of(str_take(text, at)),
                    width_of(str_take(str_skip(text, at), len)), ROLE_SELECTED,
                    reverse);
        at += len;
    }
}

void search_release(struct search *search)
{
    buf_release(&search->pattern);
}
