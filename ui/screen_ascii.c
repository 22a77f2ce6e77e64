/*
 * A twin is one character, because a cell is: what it stands for is said by the
 * reverse video that the screen adds. Models like typographic quotes, dashes,
 * arrows and boxes; the rest of the world's letters have no twin.
 */
#include "screen_ascii.h"

#include <stddef.h>

#define CONTROL_PICTURES 0x2400 // U+2400 for NUL to U+241F, U+2420 for a blank
#define PICTURE_OF_DELETE 0x2421

struct twin {
    uint32_t first, last;
    char ascii;
};

static const struct twin twins[] = {
    { 0x00a0, 0x00a0, ' ' }, { 0x00ab, 0x00ab, '<' }, { 0x00ad, 0x00ad, '-' },
    { 0x00b7, 0x00b7, '*' }, { 0x00bb, 0x00bb, '>' }, { 0x00d7, 0x00d7, 'x' },
    { 0x2000, 0x200a, ' ' }, { 0x2010, 0x2015, '-' }, { 0x2018, 0x201b, '\'' },
    { 0x201c, 0x201f, '"' }, { 0x2022, 0x2023, '*' }, { 0x2026, 0x2026, '.' },
    { 0x202f, 0x202f, ' ' }, { 0x2039, 0x2039, '<' }, { 0x203a, 0x203a, '>' },
    { 0x2190, 0x2190, '<' }, { 0x2191, 0x2191, '^' }, { 0x2192, 0x2192, '>' },
    { 0x2193, 0x2193, 'v' }, { 0x2212, 0x2212, '-' }, { 0x2264, 0x2264, '<' },
    { 0x2265, 0x2265, '>' }, { 0x2500, 0x2501, '-' }, { 0x2502, 0x2503, '|' },
    { 0x2504, 0x2505, '-' }, { 0x2506, 0x2507, '|' }, { 0x2508, 0x2509, '-' },
    { 0x250a, 0x250b, '|' }, { 0x250c, 0x254b, '+' }, { 0x2550, 0x2550, '=' },
    { 0x2551, 0x2551, '|' }, { 0x2552, 0x256c, '+' }, { 0x256d, 0x2570, '+' },
    { 0x2580, 0x259f, '#' }, { 0x25a0, 0x25ff, '*' }, { 0x2713, 0x2714, 'v' },
    { 0x2717, 0x2718, 'x' },
};

uint32_t ascii_twin(uint32_t code)
{
    if (code < 0x7f)
        return code >= ' ' ? code : '?';
    if (code >= CONTROL_PICTURES && code < CONTROL_PICTURES + 0x20)
        return '@' + code - CONTROL_PICTURES;
    if (code == PICTURE_OF_DELETE)
        return '?';
    for (size_t i = 0; i < sizeof(twins) / sizeof(twins[0]); i++)
        if (code >= twins[i].first && code <= twins[i].last)
            return (unsigned char)twins[i].ascii;
    return '?';
}
