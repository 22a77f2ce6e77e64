/*
 * The scanner of small flat messages: it walks over an object once, checks
 * the nesting by counting and strings by their quotes, and leaves numbers and
 * words to whoever uses them. Deep or odd values are skipped as a whole.
 */
#include "kerf/base/json.h"

#include "kerf/base/utf8.h"

static size_t skip_blanks(struct str text, size_t at)
{
    while (at < text.len
           && (text.at[at] == ' ' || text.at[at] == '\t' || text.at[at] == '\n'
               || text.at[at] == '\r'))
        at++;
    return at;
}

// Returns the index behind the closing quote, or 0 if there is none.
static size_t skip_string(struct str text, size_t at)
{
    size_t from = at + 1;

    for (;;) {
        size_t quote = str_find_char(str_skip(text, from), '"');
        if (quote == SIZE_MAX)
            return 0;
        from += quote + 1;
        size_t back = 0;
        while (text.at[from - 2 - back] == '\\')
            back++;
        if (back % 2 == 0)
            return from;
    }
}

// Returns the index behind an object or array, or 0 if it never closes.
static size_t skip_nested(struct str text, size_t at)
{
    size_t depth = 0;

    while (at < text.len) {
        char c = text.at[at];
        if (c == '"') {
            at = skip_string(text, at);
            if (at == 0)
                return 0;
            continue;
        }
        at++;
        if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && --depth == 0)
            return at;
    }
    return 0;
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
           || (c >= 'A' && c <= 'Z') || c == '+' || c == '-' || c == '.';
}

static size_t skip_value(struct str text, size_t at)
{
    if (at >= text.len)
        return 0;
    if (text.at[at] == '"')
        return skip_string(text, at);
    if (text.at[at] == '{' || text.at[at] == '[')
        return skip_nested(text, at);
    size_t end = at;
    while (end < text.len && is_word(text.at[end]))
        end++;
    return end > at ? end : 0;
}

// Moves over "{" at the start or "," later. At the closing brace `*at`
// becomes text.len (if only blanks follow) and the walk ends.
static bool enter_member(struct str text, size_t *at)
{
    size_t i = skip_blanks(text, *at);
    char opener = *at == 0 ? '{' : ',';

    if (i < text.len && text.at[i] == '}' && *at != 0) {
        i = skip_blanks(text, i + 1);
        *at = i == text.len ? i : *at;
        return false;
    }
    if (i >= text.len || text.at[i] != opener)
        return false;
    i = skip_blanks(text, i + 1);
    if (opener == '{' && i < text.len && text.at[i] == '}') {
        size_t end = skip_blanks(text, i + 1);
        *at = end == text.len ? end : *at;
        return false;
    }
    *at = i;
    return true;
}

bool json_scan_member(struct str text, size_t *at, struct str *key,
                      struct str *value)
{
    size_t i = *at;

    if (i >= text.len || !enter_member(text, &i)) {
        *at = i;
        return false;
    }
    if (i >= text.len || text.at[i] != '"')
        return false;
    size_t key_end = skip_string(text, i);
    if (key_end == 0)
        return false;
    size_t colon = skip_blanks(text, key_end);
    if (colon >= text.len || text.at[colon] != ':')
        return false;
    size_t start = skip_blanks(text, colon + 1);
    size_t end = skip_value(text, start);
    if (end == 0 || end == text.len) // the object does not end with a value
        return false;
    *key = (struct str){ text.at + i + 1, key_end - i - 2 };
    *value = (struct str){ text.at + start, end - start };
    *at = end;
    return true;
}

static bool hex4(struct str s, uint32_t *code)
{
    uint32_t sum = 0;

    if (s.len < 4)
        return false;
    for (size_t i = 0; i < 4; i++) {
        char c = s.at[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                                : 16;
        if (digit == 16)
            return false;
        sum = sum << 4 | digit;
    }
    *code = sum;
    return true;
}

// Reads what follows "\u"; a surrogate pair takes ten bytes, else four.
// A lone surrogate becomes U+FFFD.
static size_t unescape_unicode(struct str s, struct buf *out)
{
    uint32_t code, low;

    if (!hex4(s, &code))
        return 0;
    if (code >= 0xd800 && code < 0xdc00 && s.len >= 10 && s.at[4] == '\\'
        && s.at[5] == 'u' && hex4(str_skip(s, 6), &low) && low >= 0xdc00
        && low < 0xe000) {
        utf8_encode(out, 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00));
        return 10;
    }
    utf8_encode(out, code);
    return 4;
}

// Undoes the escape behind a backslash; returns its length or 0.
static size_t unescape_one(struct str s, struct buf *out)
{
    static const char letter[] = "\"\\/bfnrt";
    static const char plain[] = "\"\\/\b\f\n\r\t";

    if (s.len == 0)
        return 0;
    if (s.at[0] == 'u') {
        size_t used = unescape_unicode(str_skip(s, 1), out);
        return used ? used + 1 : 0;
    }
    size_t i = str_find_char(STR(letter), s.at[0]);
    if (i == SIZE_MAX)
        return 0;
    buf_append_char(out, plain[i]);
    return 1;
}

bool json_unescape(struct str raw, struct buf *out)
{
    if (raw.len < 2 || raw.at[0] != '"' || raw.at[raw.len - 1] != '"')
        return false;
    struct str rest = { raw.at + 1, raw.len - 2 };

    while (rest.len > 0) {
        size_t run = str_find_char(rest, '\\');
        struct str plain = str_take(rest, run);
        for (size_t i = 0; i < plain.len; i++)
            if ((unsigned char)plain.at[i] < 0x20 || plain.at[i] == '"')
                return false;
        buf_append(out, plain);
        rest = str_skip(rest, plain.len);
        if (rest.len == 0)
            break;
        size_t used = unescape_one(str_skip(rest, 1), out);
        if (used == 0)
            return false;
        rest = str_skip(rest, 1 + used);
    }
    return true;
}
