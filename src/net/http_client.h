/* Private: the client as requests see it, and a request as the client does. */
#ifndef KERF_NET_HTTP_CLIENT_H
#define KERF_NET_HTTP_CLIENT_H

#include "http_library.h"
#include "http_pool.h"
#include "http_trust.h"
#include "kerf/net/http.h"

/* A request in the client's list: first member of struct http. */
struct http_link {
    struct http_link *next, *prev;
};

/* The connection that is opened ahead: http_warm.c. */
struct http_warmth {
    struct http *http; // under way, or NULL
    uint64_t origin;   // where it goes
    uint64_t vain_origin;
    int64_t vain_ms; // when one left nothing open there
};

struct http_client {
    struct loop *loop;
    struct http_library library;
    CURLM *multi;      // NULL: the library is not there (yet)
    struct load *load; // under way, or NULL
    bool failed;       // it cannot be loaded
    struct error failure;
    struct http_trust *trust;
    struct loop_timer *timer;
    bool kicked;                // libcurl wants to be called in the next turn
    struct http_poll *polls;    // descriptors it watches
    struct http_link *requests; // whose end has not been told
    struct http_pool pool;
    struct http_warmth warmth;
};

/* Reads what libcurl has finished; after every call that lets it work, and
 * not from inside one of its callbacks. */
void http_client_look(struct http_client *client);

/* Begins to load libcurl, some milliseconds on a worker, if it is not there. */
void http_client_load(struct http_client *client);

/* Begins to read the certificates that count for a connection with TLS. */
void http_client_trust(struct http_client *client, const char *ca_file);

/* What the client calls. `ready`: look again at what the request waits for:
 * the library and the certificates, each of which may have failed. `done`:
 * the transfer has ended. `client_goes`: the end is told without it. */
void http_request_ready(struct http_link *link);
void http_request_done(struct http_link *link, CURLcode code);
void http_request_client_goes(struct http_link *link);

#endif
