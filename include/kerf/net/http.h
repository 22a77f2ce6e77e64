/*
 * HTTP requests on the loop, over libcurl, which is loaded by a worker when it
 * is first needed. One client keeps connections open for the life of the
 * process. A stream has no time limit as a whole, but one for silence.
 * Redirects are not followed. Whatever ends a request is told once.
 */
#ifndef KERF_NET_HTTP_H
#define KERF_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/str.h"
#include "kerf/loop/loop.h"
#include "kerf/net/end.h"
#include "kerf/net/route.h"

#define HTTP_CONNECT_MS 15000    // name, connection, proxy and TLS together
#define HTTP_SEND_STALL_MS 30000 // the server takes nothing for so long: lost
#define HTTP_HEAD_MS 30000       // from its first byte to its end
#define HTTP_ERROR_BODY_MS 5000  // waited for the text of an error
#define LIMIT_HTTP_HEAD_BYTES ((size_t)32 << 10)
#define LIMIT_HTTP_HEAD_LINES 100
#define LIMIT_HTTP_ERROR_BYTES ((size_t)2 << 10) // kept of an error's body
#define LIMIT_HTTP_RATES 8

/* Owns the library and the open connections; both come with the first
 * request. */
struct http_client;
struct http_client *http_client_create(struct loop *loop);

/* Cancels what is under way (its `ended` comes as from http_close) and closes
 * the connections. Run the loop afterwards until nothing is left. */
void http_client_destroy(struct http_client *client);

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST };

/* What a good answer (2xx) must be; another type ends the request. */
enum http_accept {
    HTTP_ACCEPT_ANY,
    HTTP_ACCEPT_JSON,
    HTTP_ACCEPT_STREAM, // text/event-stream
};

struct http_header {
    struct str name, value;
};

/* Copied, but for `body` if it is borrowed. */
struct http_options {
    enum http_method method;
    struct str url;    // base URL, what url_parse takes
    struct str path;   // appended to it: "/responses"
    struct str bearer; // wiped when the request has ended
    struct str user_agent;
    const struct http_header *headers; // others; empty values are left out
    size_t header_count;
    struct str body;       // JSON of a POST
    bool body_is_borrowed; // it stays until the end instead of being copied
    struct net_access access;
    enum http_accept accept;
    size_t limit_bytes; // of a good answer's body; 0: none
    int64_t idle_ms;    // nothing came for so long: lost; 0: wait for ever
};

/* One limit of the server (protocol.md 6.6); -1: it does not say. */
struct http_rate {
    char what[24]; // "requests", "tokens", "tokens-minute" ...
    int64_t limit, remaining, reset_ms;
};

/* Texts are printable ASCII, cut. */
struct http_head {
    int status;
    char content_type[64];  // lower case, without parameters
    char model[64];         // openai-model: what really answers
    char request_id[96];    // x-request-id
    int64_t retry_after_ms; // 0: the server does not say
    struct http_rate rates[LIMIT_HTTP_RATES];
    size_t rate_count;
};

struct http_end {
    enum net_end_class end_class; // NET_END_NORMAL: the whole answer came
    int status;                   // of HTTP, or 0
    int64_t retry_after_ms;
    char text[240];  // for a person, sanitised, one line
    struct str body; // the beginning of an error's body, foreign bytes; valid
                     // during the call
};

struct http_events {
    void (*head)(const struct http_head *head, void *ctx); // once at most
    void (*data)(struct str bytes, void *ctx);             // of a good answer
    void (*ended)(const struct http_end *end, void *ctx);  // exactly once
};

struct http;

/* Starts a request. Never NULL; failures come as `ended`. `head` and `data`
 * may be NULL. */
struct http *http_start(struct http_client *client,
                        const struct http_options *options,
                        const struct http_events *events, void *ctx);

/* Stops and resumes `data`; beyond a small backlog the connection is not read
 * either. `ended` waits behind what is held, the clock of silence stands. */
void http_pause(struct http *http, bool pause);

/* Cancels; `ended` still comes (NET_END_CLOSED_BY_US), from the loop. */
void http_close(struct http *http);

/* Frees, at any moment; no callback comes after it. */
void http_destroy(struct http *http);

/* Microseconds from the start of the transfer; -1: did not happen (yet). */
struct http_timing {
    int64_t connected_us, tls_us, first_byte_us;
    bool reused; // an open connection was taken
};
struct http_timing http_timing(const struct http *http);

/* Opens a connection ahead, so that the next request finds it: sends a HEAD
 * with the options' url, path, key and access, and drops the answer. What goes
 * wrong is told to nobody. Cheap to call at every key: nothing happens while
 * one is under way, an open connection is there already, or the last try left
 * none and was not long ago. */
void http_warm(struct http_client *client, const struct http_options *options);

#endif
