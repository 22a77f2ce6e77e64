/* Growing bytes: capacity doubles, one spare byte is kept for a NUL. */
#include "kerf/base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kerf/base/arena.h"

void buf_release(struct buf *buf)
{
    free(buf->at);
    *buf = (struct buf){ 0 };
}

void buf_wipe(struct buf *buf)
{
    if (buf->at)
        explicit_bzero(buf->at, buf->cap);
    buf_release(buf);
}

void buf_reset(struct buf *buf)
{
    buf->len = 0;
}

void buf_reserve(struct buf *buf, size_t more)
{
    if (more > SIZE_MAX / 2 - buf->len)
        mem_alloc(SIZE_MAX); // aborts, as when memory runs out
    size_t need = buf->len + more + 1;
    if (need <= buf->cap)
        return;
    size_t cap = buf->cap ? buf->cap * 2 : 64;
    buf->cap = cap < need ? need : cap;
    buf->at = mem_realloc(buf->at, buf->cap);
}

void buf_append(struct buf *buf, struct str s)
{
    if (s.len == 0)
        return;
    buf_reserve(buf, s.len);
    memcpy(buf->at + buf->len, s.at, s.len);
    buf->len += s.len;
}

void buf_append_char(struct buf *buf, char c)
{
    buf_reserve(buf, 1);
    buf->at[buf->len++] = c;
}

void buf_vprintf(struct buf *buf, const char *format, va_list args)
{
    va_list again;

    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len > 0) {
        buf_reserve(buf, (size_t)len);
        vsnprintf(buf->at + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    buf_vprintf(buf, format, args);
    va_end(args);
}

void buf_consume(struct buf *buf, size_t count)
{
    if (count >= buf->len) {
        buf->len = 0;
        return;
    }
    memmove(buf->at, buf->at + count, buf->len - count);
    buf->len -= count;
}

struct str buf_str(const struct buf *buf)
{
    return (struct str){ buf->at, buf->len };
}

const char *buf_cstr(struct buf *buf)
{
    buf_reserve(buf, 0);
    buf->at[buf->len] = '\0';
    return buf->at;
}
