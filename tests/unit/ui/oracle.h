/*
 * Says whether bytes for a terminal are only what a screen needs: printable
 * text, and the sequences that move, colour and erase. Anything else (OSC, DCS,
 * reports, modes that are not ours, C1, halves of sequences) is a leak. Links
 * (OSC 8) are one too, unless they were asked for; then each is opened with a
 * number and a plain target, and closed behind nothing but text.
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

/* Length of what opens a link, behind the ESC; 0 if it is not our form. */
static inline size_t oracle_link_opens(struct str rest)
{
    size_t at = strlen("]8;id="), first = at;

    if (!str_starts_with(rest, STR("]8;id=")))
        return 0;
    while (at < rest.len && rest.at[at] >= '0' && rest.at[at] <= '9')
        at++;
    struct str target = str_skip(rest, at + 1);
    if (at == first || at >= rest.len || rest.at[at] != ';'
        || !(str_starts_with(target, STR("http://"))
             || str_starts_with(target, STR("https://"))
             || str_starts_with(target, STR("mailto:"))))
        return 0;
    for (first = ++at;
         at < rest.len && rest.at[at] > ' ' && rest.at[at] <= '~';)
        at++;
    return at - first <= 2000
                   && str_starts_with(str_skip(rest, at), STR("\033\\"))
               ? at + 2
               : 0;
}

/* Length of a whole link behind its first ESC: opened, text, closed. */
static inline size_t oracle_link(struct str rest)
{
    size_t at = oracle_link_opens(rest);

    while (at > 0 && at < rest.len && (unsigned char)rest.at[at] >= ' ')
        at++;
    return at > 0 && str_starts_with(str_skip(rest, at), STR("\033]8;;\033\\"))
               ? at
               : 0;
}

/* Returns the offset of the first leak, or SIZE_MAX. */
static inline size_t oracle_search(struct str bytes, bool links)
{
    size_t at = 0, closes = SIZE_MAX; // where an open link has its end

    while (at < bytes.len) {
        struct str rest = str_skip(bytes, at);
        unsigned char c = (unsigned char)rest.at[0];
        uint32_t code;
        size_t len;
        if (at == closes) {
            at += strlen("\033]8;;\033\\");
        } else if (links && c == 0x1b && oracle_link(str_skip(rest, 1)) > 0) {
            closes = at + 1 + oracle_link(str_skip(rest, 1));
            at += 1 + oracle_link_opens(str_skip(rest, 1));
        } else if (c == 0x1b) {
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

static inline size_t oracle_leak(struct str bytes)
{
    return oracle_search(bytes, false);
}

/* The same for a screen that was asked for links. */
static inline size_t oracle_leak_but_links(struct str bytes)
{
    return oracle_search(bytes, true);
}

#endif
