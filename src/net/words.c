/* One place where what a server said becomes something to show. */
#include "words.h"

#include <stdio.h>
#include <string.h>

#include "kerf/base/buf.h"
#include "kerf/base/utf8.h"

#define RAW_BYTES 500 // before it is cut

void words_format(char *text, size_t size, const char *format, va_list args)
{
    struct buf safe = { .at = NULL };
    char raw[RAW_BYTES];

    vsnprintf(raw, sizeof(raw), format, args);
    utf8_sanitise(&safe, str_from(raw), false);
    struct str cut = str_take(buf_str(&safe), size - 1);
    cut.len -= utf8_incomplete_tail(cut);
    if (cut.len > 0)
        memcpy(text, cut.at, cut.len);
    text[cut.len] = '\0';
    buf_release(&safe);
}

void words_put(char *text, size_t size, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    words_format(text, size, format, args);
    va_end(args);
}
