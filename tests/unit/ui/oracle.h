/*
 * Says whether bytes for a terminal are only what a screen needs: printable
 * text, and the sequences that move, colour and erase. Anything else (OSC, DCS,
 * reports, modes that are not ours, C1, halves of sequences) is a leak.
 */
#ifndef KERF_TESTS_ORACLE_H
#define KERF_TESTS_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "kerf/base/str.h"
#include "kerf/base/utf8.h"

// Final bytes of CSI sequences without a private mark: cursor, erasing,
// inserting, scrolling, repeating, colours.
#define ORACLE_FINALS "@ABCDGHIJKLMPSTXZdmr`ab"

static inline bool oracle_mode_is_ours(struct str digits)
{
    static const char *const modes[] = { "1",    "7",    "12",   "25",  "1004",
                                         "1049", "2004", "2026", "2031" };

    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
        if (str_is(digits, modes[i]))
            return true;
    return false;
}

/* Length of the CSI sequence behind "ESC [", 0 if it is not one of ours. */
static inline size_t oracle_csi(struct str rest)
{
    bool private = str_starts_with(rest, STR("?"));
    size_t at = private ? 1 : 0, first = at;

    while (at < rest.len && at < 40
           && ((rest.at[at] >= '0' && rest.at[at] <= '9') || rest.at[at] == ';'
               || rest.at[at] == ':'))
        at++;
    if (at >= rest.len)
        return 0;
    char final = rest.at[at];
    if (private)
        return (final == 'h' || final == 'l')
                       && oracle_mode_is_ours(
                           str_skip(str_take(rest, at), first))
                   ? at + 1
                   : 0;
    return strchr(ORACLE_FINALS, final) ? at + 1 : 0;
}

/* Length of what follows an ESC, 0 if it is a leak. */
static inline size_t oracle_escape(struct str rest)
{
    if (rest.len == 0)
        return 0;
    if (rest.at[0] == '[') {
        size_t len = oracle_csi(str_skip(rest, 1));
        return len ? len + 1 : 0;
    }
    if (rest.at[0] == '(' || rest.at[0] == ')') // character sets
        return rest.len > 1 && strchr("B0", rest.at[1]) ? 2 : 0;
    return strchr("78M=>", rest.at[0]) ? 1 : 0;
}

/* Characters that nobody should get to see raw: controls, what reorders or
 * hides text, tags, what is no character. */
static inline bool oracle_code_is_fine(uint32_t code)
{
    return code >= 0x20 && !(code >= 0x7f && code <= 0x9f)
           && !(code >= 0x200b && code <= 0x200f && code != 0x200d)
           && !(code >= 0x2028 && code <= 0x202e)
           && !(code >= 0x2060 && code <= 0x206f) && code != 0x061c
           && code != 0xfeff && !(code >= 0xfff9 && code <= 0xfffb)
           && (code & 0xfffe) != 0xfffe && !(code >= 0xe0000 && code <= 0xe007f)
           && !(code >= 0xd800 && code <= 0xdfff) && code <= 0x10ffff;
}

/* Returns the offset of the first leak, or SIZE_MAX. */
static inline size_t oracle_leak(struct str bytes)
{
    size_t at = 0;

    while (at < bytes.len) {
        struct str rest = str_skip(bytes, at);
        unsigned char c = (unsigned char)rest.at[0];
        uint32_t code;
        size_t len;
        if (c == 0x1b) {
            len = oracle_escape(str_skip(rest, 1));
            if (len == 0)
                return at;
            at += 1 + len;
        } else if (c == '\r' || c == '\n' || c == '\b' || c == 0x0e
                   || c == 0x0f) {
            at++;
        } else {
            len = utf8_decode(rest, &code);
            if (code == UTF8_INVALID || !oracle_code_is_fine(code))
                return at;
            at += len;
        }
    }
    return SIZE_MAX;
}

#endif
