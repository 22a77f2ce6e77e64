/*
 * How roles look. A theme is a small INI file: `added = green`,
 * `title = #d7d7d7 on #303030 bold`. Colours: names of the 16, 0-255, #rrggbb.
 */
#ifndef KERF_UI_THEME_H
#define KERF_UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/text/style.h"

enum colour_depth {
    DEPTH_MONO,
    DEPTH_8,
    DEPTH_16,
    DEPTH_256,
    DEPTH_TRUE,
};

struct colour {
    enum { COLOUR_DEFAULT, COLOUR_INDEX, COLOUR_RGB } kind;
    uint8_t index;   // 0-255
    uint8_t r, g, b; // of an index too, for finding the nearest
};

struct look {
    struct colour ink, paper;
    bool bold, dim, underline, reverse, italic;
};

struct theme {
    struct look looks[ROLE_COUNT];
};

/* The theme without a file: the terminal's own 16 colours. */
struct theme theme_default(void);

/* Only bold, underline and reverse: for NO_COLOR and mono terminals. */
struct theme theme_mono(void);

/* Reads a theme file's text over the default. ERROR_USAGE "NAME:3: ...". */
bool theme_read(struct theme *theme, struct str text, struct str name,
                struct error *err) KERF_CHECKED;

/* What the terminal can show, from TERM, COLORTERM and NO_COLOR (NULL: unset);
 * `terminfo_colours` is what terminfo says (-1: unknown). */
enum colour_depth theme_depth(const char *term, const char *colorterm,
                              const char *no_color, int terminfo_colours);

/* The nearest of the first `count` (8, 16 or 256) palette entries. */
uint8_t theme_nearest(struct colour colour, unsigned count);

#endif
