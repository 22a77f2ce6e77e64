/* Private: reads the URL of an HTTP proxy. */
#ifndef KERF_NET_PROXY_H
#define KERF_NET_PROXY_H

#include "kerf/base/arena.h"
#include "kerf/base/error.h"

#define LIMIT_PROXY_LOGIN_BYTES 95 // what libwebsockets takes

#define PROXY_LINE_BYTES 256

struct proxy {
    struct str login; // "user:password", percent signs undone; may be empty
    struct str host;  // without brackets
    unsigned port;
};

/* Reads [http://][user:password@]host[:port][/]. The error never shows the
 * login. */
bool proxy_parse(struct arena *arena, struct str text, struct proxy *proxy,
                 struct error *err) KERF_CHECKED;

/* Writes "login@address:port" as libwebsockets wants it; `address` is numeric,
 * `login` may be empty. */
void proxy_line(char line[PROXY_LINE_BYTES], const char *login,
                const char *address, unsigned port);

#endif
