/*
 * Marks are tags (U+E0020 and up), which text never has: it is sanitised, and
 * make_cell() leaves them out. ncurses compares them as it compares accents, so
 * that it sends a cell again whose link has changed, and moves links along when
 * it scrolls.
 */
#include "screen_links.h"

#include "kerf/base/utf8.h"

#define MARK_FIRST 0xe0020u
#define MARK_BASE 64u // LIMIT_LINKS is its square
#define MARK_LEAD STR("\xf3\xa0")
#define FIRST_TAG 0xe0000u
#define LAST_TAG 0xe007fu

_Static_assert(LIMIT_LINKS <= MARK_BASE * MARK_BASE, "two marks are a number");

bool links_is_mark(uint32_t code)
{
    return code >= FIRST_TAG && code <= LAST_TAG;
}

bool links_can_be_marked(void)
{
    return wcwidth((wchar_t)MARK_FIRST) == 0
           && wcwidth((wchar_t)(MARK_FIRST + MARK_BASE - 1)) == 0;
}

void links_mark(uint32_t link, wchar_t *text, size_t count)
{
    uint32_t number = link - 1;

    if (count + 2 > CELL_CODES || number >= LIMIT_LINKS)
        return;
    text[count] = (wchar_t)(MARK_FIRST + number / MARK_BASE);
    text[count + 1] = (wchar_t)(MARK_FIRST + number % MARK_BASE);
}

// --- writing ---------------------------------------------------------------

// What ncurses draws in one cell, or a control with all that belongs to it.
struct token {
    struct str text; // without marks
    size_t size;     // with them
    uint32_t link;
};

static size_t control_size(struct str rest)
{
    size_t at = 2;

    if (rest.at[0] != '\033' || rest.len < 2)
        return 1;
    if (rest.at[1] == '(' || rest.at[1] == ')')
        return rest.len < 3 ? rest.len : 3;
    if (rest.at[1] != '[')
        return 2;
    while (at < rest.len && (rest.at[at] < '@' || rest.at[at] > '~'))
        at++;
    return at < rest.len ? at + 1 : at;
}

// Reads the marks behind a character; they are the last of a cell.
static uint32_t read_marks(struct str rest, size_t *size)
{
    uint32_t code, number = 0;
    size_t count = 0;

    for (;; count++) {
        size_t len = utf8_decode(str_skip(rest, *size), &code);
        if (len == 0 || !links_is_mark(code))
            break;
        number = number * MARK_BASE + (code - MARK_FIRST);
        *size += len;
    }
    return count == 2 ? number + 1 : 0;
}

static bool is_accent(struct str rest)
{
    uint32_t code;

    return utf8_decode(rest, &code) > 0 && code >= 0x80 && code != UTF8_INVALID
           && !links_is_mark(code) && wcwidth((wchar_t)code) == 0;
}

static struct token next_token(struct str frame)
{
    struct token token = { 0 };
    uint32_t code;

    if ((unsigned char)frame.at[0] < ' ') {
        token.size = control_size(frame);
        token.text = str_take(frame, token.size);
        return token;
    }
    token.size = utf8_decode(frame, &code);
    while (is_accent(str_skip(frame, token.size)))
        token.size += utf8_decode(str_skip(frame, token.size), &code);
    token.text = str_take(frame, token.size);
    token.link = read_marks(frame, &token.size);
    return token;
}

static uint32_t change(const struct canvas *canvas, uint32_t from, uint32_t to,
                       struct buf *out)
{
    struct str target = canvas_link(canvas, to);

    if (target.len == 0)
        to = 0;
    if (from == to)
        return to;
    if (from != 0)
        buf_append(out, LINKS_CLOSE);
    if (to != 0)
        buf_printf(out, "\033]8;id=%u;%.*s\033\\", to, STR_ARG(target));
    return to;
}

void links_write(const struct canvas *canvas, struct str frame, struct buf *out)
{
    uint32_t open = 0;

    if (str_find(frame, MARK_LEAD) == SIZE_MAX) {
        buf_append(out, frame);
        return;
    }
    while (frame.len > 0) {
        struct token token = next_token(frame);
        open = change(canvas, open, token.link, out);
        buf_append(out, token.text);
        frame = str_skip(frame, token.size);
    }
    change(canvas, open, 0, out);
}
