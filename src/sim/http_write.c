/* Heads and chunks. Names of headers are written as most servers do it. */
#include "http_write.h"

#include <time.h>

#include "status.h"

void http_write_head(const struct http_head *head, struct buf *out)
{
    buf_printf(out, "HTTP/1.1 %d %s\r\n", head->status,
               status_reason(head->status));
    buf_append(out, STR("Server: kerf-sim/" KERF_VERSION "\r\n"));
    if (head->type)
        buf_printf(out, "Content-Type: %s\r\n", head->type);
    if (head->length >= 0)
        buf_printf(out, "Content-Length: %lld\r\n", (long long)head->length);
    else if (head->length == BODY_CHUNKED)
        buf_append(out, STR("Transfer-Encoding: chunked\r\n"));
    if (!head->keep_alive)
        buf_append(out, STR("Connection: close\r\n"));
    buf_append(out, head->headers);
    buf_append(out, STR("\r\n"));
}

void http_write_chunk(struct str piece, struct buf *out)
{
    if (piece.len == 0)
        return;
    buf_printf(out, "%zx\r\n", piece.len);
    buf_append(out, piece);
    buf_append(out, STR("\r\n"));
}

void http_write_last_chunk(struct buf *out)
{
    buf_append(out, STR("0\r\n\r\n"));
}

void http_write_date(int64_t unix_s, struct buf *out)
{
    static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed",
                                     "Thu", "Fri", "Sat" };
    static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr",
                                        "May", "Jun", "Jul", "Aug",
                                        "Sep", "Oct", "Nov", "Dec" };
    time_t at = (time_t)unix_s;
    struct tm tm;

    gmtime_r(&at, &tm);
    buf_printf(out, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday],
               tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour,
               tm.tm_min, tm.tm_sec);
}
