/*
 * Text is all that a paste without brackets can be: the first byte that only a
 * key or an answer of the terminal has (ESC, ^C ...) ends it. Line ends are CR
 * or LF, as terminals differ there.
 */
#include "kerf/ui/burst.h"

void burst_release(struct burst *burst)
{
    buf_release(&burst->text);
    *burst = (struct burst){ 0 };
}

static bool is_text(unsigned char byte)
{
    return (byte >= 0x20 && byte != 0x7f) || byte == '\t' || byte == '\n'
           || byte == '\r';
}

static size_t text_len(struct str bytes)
{
    size_t len = 0;

    while (len < bytes.len && is_text((unsigned char)bytes.at[len]))
        len++;
    return len;
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

// A line typed ahead ends with Enter; a paste goes on behind a line's end.
static bool has_second_line(struct str text)
{
    for (size_t i = 0; i + 1 < text.len; i++)
        if (is_line_end(text.at[i]) && !is_line_end(text.at[i + 1]))
            return true;
    return false;
}

size_t burst_feed(struct burst *burst, struct str bytes)
{
    struct str text = str_take(bytes, text_len(bytes));

    if (str_find(bytes, STR("\033[200~")) != SIZE_MAX)
        burst->useless = true;
    if (burst->useless && !burst->open)
        return 0;
    if (!burst->open && (text.len < BURST_BYTES || !has_second_line(text)))
        return 0;
    if (burst->text.len + text.len > LIMIT_PASTE_BYTES)
        text = str_take(text, LIMIT_PASTE_BYTES - burst->text.len);
    burst->open = true;
    buf_append(&burst->text, text);
    return text.len;
}

// CR LF and CR become LF, in place.
static void make_newlines(struct buf *text)
{
    size_t to = 0;

    for (size_t i = 0; i < text->len; i++) {
        bool pair = text->at[i] == '\r' && i + 1 < text->len
                    && text->at[i + 1] == '\n';
        if (!pair)
            text->at[to++] = text->at[i] == '\r' ? '\n' : text->at[i];
    }
    text->len = to;
}

void burst_end(struct burst *burst, key_fn fn, void *ctx)
{
    if (!burst->open)
        return;
    struct buf text = burst->text;
    burst->text = (struct buf){ 0 };
    burst->open = false;
    make_newlines(&text);
    struct key key = { .code = KEYCODE_PASTE, .text = buf_str(&text) };
    fn(&key, ctx);
    buf_release(&text);
}
