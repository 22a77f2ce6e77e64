/* Private to screen.c: what stands for a character on a terminal that has only
 * ASCII. */
#ifndef KERF_UI_SCREEN_ASCII_H
#define KERF_UI_SCREEN_ASCII_H

#include <stdint.h>

/* The nearest ASCII character: quotes, dashes and rules have one; the picture
 * of a control gives its letter (`[` for escape, as in ^[); `?` for all else.
 */
uint32_t ascii_twin(uint32_t code);

#endif
