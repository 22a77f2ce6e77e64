/*
 * Private to screen.c: palette colours in a frame made true colours. ncurses
 * knows numbers of a palette only; numbers that stand for a colour of a theme
 * are replaced in the bytes that it wrote.
 */
#ifndef KERF_UI_SCREEN_SGR_H
#define KERF_UI_SCREEN_SGR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/buf.h"
#include "kerf/ui/theme.h"

#define SGR_FIRST_SLOT 16 // below are the user's own colours

struct sgr_palette {
    size_t count; // slots in use, from SGR_FIRST_SLOT
    struct colour slots[2 * ROLE_COUNT];
};

/* The palette number that stands for a colour. */
unsigned sgr_slot(struct sgr_palette *palette, struct colour colour);

/* Appends `frame` with `38;5;N` and `48;5;N` made `38;2;r;g;b` where N is a
 * slot; all else is copied. */
void sgr_rewrite(const struct sgr_palette *palette, struct str frame,
                 struct buf *out);

#endif
