/*
 * Reads HTTP/1.1 requests as they arrive, more strictly than servers of the
 * wild do (RFC 9112): a client that bends the rules is told so. Pure.
 */
#ifndef KERF_SIM_HTTP_READ_H
#define KERF_SIM_HTTP_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/buf.h"

#define LIMIT_HEAD_BYTES ((size_t)64 << 10)
#define LIMIT_HEADERS 100
#define LIMIT_BODY_BYTES ((size_t)64 << 20)
#define LIMIT_CHUNK_LINE_BYTES 256

struct http_header {
    struct str name, value; // as sent; the value is trimmed
};

/* Views into the reader's memory, valid until it is reset. */
struct http_request {
    struct str method;
    struct str target; // as sent
    struct str path;   // the target without its query
    struct http_header headers[LIMIT_HEADERS];
    size_t header_count;
    struct str body;
    bool keep_alive;
    bool wants_continue; // "Expect: 100-continue"
};

enum http_step {
    HTTP_MORE,  // everything was taken, the request is not whole yet
    HTTP_HEAD,  // the head is whole: `request` has all but the body
    HTTP_READY, // the request is whole
    HTTP_WRONG, // `status` and `problem` say what; the connection is to close
};

enum http_phase {
    HTTP_PHASE_HEAD,
    HTTP_PHASE_BODY,
    HTTP_PHASE_CHUNK_LINE,
    HTTP_PHASE_CHUNK,
    HTTP_PHASE_CHUNK_END,
    HTTP_PHASE_TRAILER,
    HTTP_PHASE_OVER,
};

/* Zero-initialised it is ready for the first request. */
struct http_reader {
    enum http_phase phase;
    struct buf head, body, line;
    size_t scanned; // bytes of the head that hold no end of it
    uint64_t left;  // bytes of the body or chunk to come
    size_t trailers;
    int status;          // after HTTP_WRONG
    const char *problem; // static
};

/*
 * Takes bytes off the front of `*bytes` up to the next step. HTTP_HEAD comes
 * once before the body, so that "100 Continue" can be sent; go on calling.
 * After HTTP_READY call http_reset for the next request.
 */
enum http_step http_read(struct http_reader *reader, struct str *bytes,
                         struct http_request *request);

/* Forgets the request; the reader is ready for the next. */
void http_reset(struct http_reader *reader);
void http_release(struct http_reader *reader);

/* Returns the value of the first header of that name (in any case), or the
 * empty view. */
struct str http_header(const struct http_request *request, const char *name);

/* Says whether a header that lists words holds this one, in any case. */
bool http_header_has(const struct http_request *request, const char *name,
                     const char *word);

/* Says whether two texts are equal but for the case of ASCII letters. */
bool http_word_is(struct str a, const char *b);

#endif
