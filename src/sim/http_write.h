/* Private to sim: answers of HTTP/1.1 as bytes. */
#ifndef SIM_HTTP_WRITE_H
#define SIM_HTTP_WRITE_H

#include <stdint.h>

#include "kerf/base/buf.h"

#define BODY_CHUNKED (-1)    // Transfer-Encoding: chunked
#define BODY_TO_THE_END (-2) // the end of the connection is that of the body
#define BODY_NONE (-3)       // of 101 and 204: no header speaks of a body

struct http_head {
    int status;
    const char *type; // Content-Type; NULL: none
    int64_t length;   // or one of the above
    bool keep_alive;
    struct str headers; // further lines, each with its CRLF
};

/* Appends the head up to and with its blank line. */
void http_write_head(const struct http_head *head, struct buf *out);

/* Appends one chunk; an empty piece appends nothing. */
void http_write_chunk(struct str piece, struct buf *out);

/* Appends the chunk that ends a body. */
void http_write_last_chunk(struct buf *out);

/* Appends a date as headers have it (RFC 9110 5.6.7). */
void http_write_date(int64_t unix_s, struct buf *out);

#endif
