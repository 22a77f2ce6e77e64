/*
 * Private to screen.c: rules, drawn on the canvas with '-', '|' and '+', as
 * line drawing characters.
 */
#ifndef KERF_UI_SCREEN_RULES_H
#define KERF_UI_SCREEN_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/ui/canvas.h"

bool rules_is_rule(const struct cell *cell);

/* The character for the rule at (row, col); that of a '+' depends on the rules
 * that meet there. */
uint32_t rules_code(const struct canvas *canvas, size_t row, size_t col);

/* Says whether a row changes with the rows around it: it has a '+'. */
bool rules_has_corner(const struct canvas *canvas, size_t row);

#endif
