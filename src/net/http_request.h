/* Private: a request as its two files see it: http_request.c has its life,
 * http_transfer.c what libcurl does for it. */
#ifndef KERF_NET_HTTP_REQUEST_H
#define KERF_NET_HTTP_REQUEST_H

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"

#include "http_client.h"
#include "http_end.h"
#include "kerf/net/head.h"
#include "http_target.h"

#define HTTP_BACKLOG_BYTES ((size_t)256 << 10) // then libcurl does not read

enum http_phase {
    PHASE_CONNECT, // libcurl has the clock
    PHASE_SEND,
    PHASE_WAIT,
    PHASE_HEAD,
    PHASE_BODY,
    PHASE_ERROR_BODY,
};

struct http {
    struct http_link link;      // first: found by its address
    struct http_client *client; // NULL: it went, or the end was told
    struct loop *loop;
    struct http_events events;
    void *ctx;

    struct arena arena; // the strings of the target
    struct http_target target;
    uint64_t origin; // of the target
    enum http_method method;
    enum http_accept accept;
    size_t limit_bytes;
    int64_t idle_ms;
    struct str body;
    struct buf body_copy;
    size_t sent_bytes;

    CURL *easy; // NULL: not begun, or over
    char words[CURL_ERROR_SIZE];
    struct head_reader head;
    bool wrong_type;
    struct buf error_body;
    struct buf waiting; // data that has not been told
    size_t came_bytes;
    enum http_fault fault;
    struct http_timing timing;

    enum http_phase phase;
    int64_t since_ms; // its beginning, or the last sign of life
    struct loop_timer *clock;
    bool paused, flow_off; // flow_off: libcurl does not read

    bool has_end, dropped; // dropped: by us, so what waits is not told
    struct http_end end;
    bool told_head, told_end;
    bool scheduled, busy, destroyed;
};
/* --- http_request.c: what the transfer tells ------------------------------ */

/* A phase begins, and its clock. */
void http_request_enter(struct http *http, enum http_phase phase);

/* There is something to tell the user. */
void http_request_schedule(struct http *http);

/* --- http_transfer.c ------------------------------------------------------ */

/* Sets everything up and gives it to libcurl. */
void http_transfer_begin(struct http *http);

/* What came of it, for the end: notes the times. */
struct http_end http_transfer_end(struct http *http, CURLcode code);

/* Takes it from libcurl; not from inside one of its callbacks. Nothing happens
 * if it is not there. */
void http_transfer_take(struct http *http);

#endif
