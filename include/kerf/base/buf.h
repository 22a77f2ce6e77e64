/* A byte string that grows. Zero-initialised it is empty and ready. */
#ifndef KERF_BASE_BUF_H
#define KERF_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"

struct buf {
    char *at;
    size_t len;
    size_t cap;
};

/* Frees the bytes; the buffer is empty and ready again. */
void buf_release(struct buf *buf);

/* The same for a secret: what it held cannot be found in memory any more, but
 * for what stayed behind where it grew. */
void buf_wipe(struct buf *buf);

/* Empties the buffer and keeps its memory. */
void buf_reset(struct buf *buf);

/* Makes room for `more` bytes behind the end. */
void buf_reserve(struct buf *buf, size_t more);

/* Append bytes, one byte, or formatted text as printf and vprintf do. */
void buf_append(struct buf *buf, struct str s);
void buf_append_char(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...) KERF_PRINTF(2, 3);
void buf_vprintf(struct buf *buf, const char *format, va_list args)
    KERF_PRINTF(2, 0);

/* Drops the first `count` bytes (all of them at most). */
void buf_consume(struct buf *buf, size_t count);

/* Returns a view, valid until the buffer changes. */
struct str buf_str(const struct buf *buf);

/* Returns the content as a NUL-terminated string, valid as long as the view. */
const char *buf_cstr(struct buf *buf);

#endif
