/* Private: what the end of a request means, and how to tell a person. */
#ifndef KERF_NET_HTTP_END_H
#define KERF_NET_HTTP_END_H

#include <curl/curl.h>

#include "kerf/net/http.h"

/* Why we ended it ourselves. */
enum http_fault {
    HTTP_FAULT_NONE,
    HTTP_FAULT_ERROR,     // nothing: the text of an error is complete
    HTTP_FAULT_HEAD,      // the head goes beyond a limit
    HTTP_FAULT_BODY,      // the body goes beyond a limit
    HTTP_FAULT_SEND,      // a clock ran out: the server takes nothing
    HTTP_FAULT_SLOW_HEAD, // its head does not end
    HTTP_FAULT_SILENT,    // it sends nothing
};

struct http_facts {
    struct str where;
    enum http_fault fault;
    CURLcode code;        // if there is no fault
    const char *words;    // of libcurl, may be empty
    int os_errno;         // of the connection
    int proxy_status;     // of CONNECT, or 0
    const char *ca_file;  // or NULL
    int64_t idle_ms;      // the limit of HTTP_FAULT_SILENT
    const char *location; // of a redirect, or empty
    bool has_head;        // `head` is complete
    bool wrong_type;      // a 2xx of a type that was not asked for
    const struct http_head *head;
};

/* `body` is not set. Pure. */
struct http_end http_end_of(const struct http_facts *facts);

/* An end of our own making. */
struct http_end http_end_make(enum net_end_class end_class, const char *format,
                              ...) KERF_PRINTF(2, 3);

#endif
