/* Puts back a terminal that a killed program left behind. */
#ifndef KERF_APP_RESET_H
#define KERF_APP_RESET_H

#include <stdbool.h>

#include "kerf/base/error.h"

/* Gives /dev/tty the modes that a shell wants and ends whatever kerf can have
 * begun there: second screen, hidden cursor, pastes, mouse, colours. ERROR_
 * UNSUPPORTED if there is no terminal. */
bool reset_terminal(struct error *err) KERF_CHECKED;

#endif
