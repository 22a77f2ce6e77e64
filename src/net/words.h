/* Private: texts for a person, out of foreign bytes. */
#ifndef KERF_NET_WORDS_H
#define KERF_NET_WORDS_H

#include <stdarg.h>
#include <stddef.h>

#include "kerf/base/error.h"

/* Formats into `text`: sanitised, one line, cut between characters. */
void words_format(char *text, size_t size, const char *format, va_list args)
    KERF_PRINTF(3, 0);
void words_put(char *text, size_t size, const char *format, ...)
    KERF_PRINTF(3, 4);

#endif
