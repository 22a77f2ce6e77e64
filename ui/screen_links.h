/*
 * Private to screen.c: cells that lead somewhere. ncurses knows nothing of
 * links, so a cell carries the number of its link as two characters without
 * width; in ncurses' bytes they become OSC 8 around the cells.
 */
#ifndef KERF_UI_SCREEN_LINKS_H
#define KERF_UI_SCREEN_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#include "kerf/base/buf.h"
#include "kerf/ui/canvas.h"

#define LINKS_CLOSE STR("\033]8;;\033\\")

/* Says whether the C library takes the marks for characters without width. */
bool links_can_be_marked(void);

/* Says whether a character is a mark, or could be taken for one. */
bool links_is_mark(uint32_t code);

/* Adds the marks of a link to a cell's `count` characters, if there is room;
 * `text` holds CELL_CODES and a zero. */
void links_mark(uint32_t link, wchar_t *text, size_t count);

/*
 * Appends a frame with the marks made OSC 8. A link is open only while the
 * characters of its cells go out one behind the other: it is closed before any
 * control, and at the end.
 */
void links_write(const struct canvas *canvas, struct str frame,
                 struct buf *out);

#endif
