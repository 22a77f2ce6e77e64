/*
 * Four forms, told apart by how they begin. A colour is `rgb:R/G/B` or
 * `rgba:R/G/B/A` with one to four hexadecimal digits each, of which the first
 * two decide.
 */
#include "kerf/ui/answer.h"

#include <stddef.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// One channel as 0 to 255; -1 if it is none.
static int channel(struct str digits)
{
    int value[2] = { 0 };

    if (digits.len == 0 || digits.len > 4)
        return -1;
    for (size_t i = 0; i < digits.len; i++) {
        int digit = hex_digit(digits.at[i]);
        if (digit < 0)
            return -1;
        if (i < 2)
            value[i] = digit;
    }
    return digits.len == 1 ? value[0] * 17 : value[0] * 16 + value[1];
}

// As bright as the eye sees it: green most, blue least (ITU-R BT.601).
static struct answer paper(struct str text)
{
    struct str part;
    int bright = 0;
    static const int weight[3] = { 299, 587, 114 };

    if (!str_starts_with(text, STR("rgb:"))
        && !str_starts_with(text, STR("rgba:")))
        return (struct answer){ ANSWER_OTHER, false };
    text = str_skip(text, str_find_char(text, ':') + 1);
    for (size_t i = 0; i < 3; i++) {
        int value = str_split(&text, '/', &part) ? channel(part) : -1;
        if (value < 0)
            return (struct answer){ ANSWER_OTHER, false };
        bright += weight[i] * value;
    }
    return (struct answer){ ANSWER_PAPER, bright > 127 * 1000 };
}

// DECRPM: 1 set, 2 not set, 3 and 4 for ever so, 0 unknown.
static struct answer sync(struct str text)
{
    return (struct answer){ ANSWER_SYNC,
                            str_is(text, "1$y") || str_is(text, "2$y") };
}

struct answer answer_read(struct str text)
{
    struct answer other = { ANSWER_OTHER, false };

    if (str_is(text, "[0n"))
        return (struct answer){ ANSWER_READY, true };
    if (str_starts_with(text, STR("[?2026;")))
        return sync(str_skip(text, 7));
    if (str_starts_with(text, STR("]11;")))
        return paper(str_skip(text, 4));
    if (str_starts_with(text, STR("[?")) && text.at[text.len - 1] == 'c')
        return (struct answer){ ANSWER_DEVICE, true };
    return other;
}
