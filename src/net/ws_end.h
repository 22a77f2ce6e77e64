/* Private: what the end of a link means, and how to tell a person. */
#ifndef KERF_NET_WS_END_H
#define KERF_NET_WS_END_H

#include "kerf/net/ws.h"
#include "link.h"

/* `where` is the server as shown to a person: "host:port" or a path. Pure. */
struct ws_end ws_end_of_link(const struct link_end *end, struct str where);

/* What is known of a link that failed before it was up. */
struct link_facts {
    bool tls, proxied;
    bool connected, tls_up; // how far it came
    int socket_errno;       // of the connection
    int http_status;        // 0: no head came
    int retry_after_s;
    char location[160];
    char cert_fault[160]; // empty: the certificate is fine
};

/* `words` is what libwebsockets says. Pure. */
struct link_end ws_end_of_failure(const struct link_facts *facts,
                                  struct str words);

/* Reads the body of a close frame. Pure. */
struct link_end ws_end_of_frame(struct str body);

/* An end of our own making. The text is sanitised and cut. */
struct ws_end ws_end_make(enum net_end_class end_class, int code,
                          const char *format, ...) KERF_PRINTF(3, 4);

#endif
