/*
 * A terminal has cells, Unicode has clusters, and terminals differ in what they
 * make of them. A cluster decides where a text may be cut, and the sum of
 * wcwidth() over its code points how many cells it gets: what a terminal needs
 * that knows nothing of clusters. Others need less and leave the rest blank.
 * Two cases need more elsewhere than here and get it: an emoji by U+FE0F, and
 * those that are younger than the C library. Plain ASCII, by far the most
 * frequent, never reaches the libraries.
 */
#include "kerf/text/width.h"

#include <wchar.h>

#include <utf8proc.h>

#include "kerf/base/buf.h"
#include "kerf/base/utf8.h"

#define EMOJI_STYLE 0xfe0f
#define FIRST_EMOJI 0x1f300
#define LAST_EMOJI 0x1faff

static bool is_ascii(char c)
{
    return (unsigned char)c < 0x80;
}

int width_of_code(uint32_t code)
{
    if (code >= 0x20 && code < 0x7f)
        return 1;
    int cells = code == UTF8_INVALID ? -1 : wcwidth((wchar_t)code);
    if (cells < 0 && code >= FIRST_EMOJI && code <= LAST_EMOJI)
        return 2;
    return cells < 0 || cells > 2 ? 1 : code == 0 ? 1 : cells;
}

int width_behind(uint32_t before, uint32_t code)
{
    if (code == EMOJI_STYLE && width_of_code(before) == 1)
        return 1;
    return width_of_code(code);
}

size_t width_step(struct str s, size_t *cells)
{
    uint32_t before, code;
    utf8proc_int32_t state = 0;

    *cells = 0;
    if (s.len == 0)
        return 0;
    *cells = 1;
    if (is_ascii(s.at[0]) && (s.len == 1 || is_ascii(s.at[1])))
        return 1;
    size_t len = utf8_decode(s, &before);
    if (before == UTF8_INVALID)
        return 1;
    *cells = (size_t)width_of_code(before);
    while (len < s.len) {
        size_t more = utf8_decode(str_skip(s, len), &code);
        if (code == UTF8_INVALID
            || utf8proc_grapheme_break_stateful((utf8proc_int32_t)before,
                                                (utf8proc_int32_t)code, &state))
            break;
        *cells += (size_t)width_behind(before, code);
        len += more;
        before = code;
    }
    return len;
}

size_t width_of(struct str s)
{
    size_t cells = 0;
    uint32_t before = EMOJI_STYLE;

    for (size_t i = 0; i < s.len;) {
        uint32_t code = (unsigned char)s.at[i];
        size_t len = 1;
        if (code >= 0x80)
            len = utf8_decode(str_skip(s, i), &code);
        cells += (size_t)width_behind(before, code);
        before = code;
        i += len;
    }
    return cells;
}

struct str width_fit(struct str s, size_t cells, size_t *used)
{
    size_t len = 0, sum = 0;

    while (len < s.len) {
        size_t wide;
        size_t step = width_step(str_skip(s, len), &wide);
        if (sum + wide > cells)
            break;
        sum += wide;
        len += step;
    }
    if (used)
        *used = sum;
    return str_take(s, len);
}

static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < 0x20 || s.at[i] == 0x7f)
            return false; // a negative char is not ASCII
    return true;
}

// Appends `s`, which has no tab, and moves the column.
static void add_piece(struct buf *out, struct str s, size_t *column)
{
    size_t from = out->len;

    utf8_sanitise(out, s, false);
    *column += width_of(str_skip(buf_str(out), from));
}

static void add_tab(struct buf *out, size_t tab_cells, size_t *column)
{
    do
        buf_append_char(out, ' ');
    while (++*column % tab_cells != 0);
}

struct str width_line(struct arena *arena, struct str s, size_t column,
                      size_t tab_cells)
{
    struct buf out = { 0 };

    if (is_plain(s))
        return arena_copy(arena, s);
    while (s.len > 0) {
        size_t tab = str_find_char(s, '\t');
        add_piece(&out, str_take(s, tab), &column);
        if (tab != SIZE_MAX)
            add_tab(&out, tab_cells ? tab_cells : 1, &column);
        s = str_skip(s, tab == SIZE_MAX ? s.len : tab + 1);
    }
    struct str line = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return line;
}
