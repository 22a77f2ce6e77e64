/* Private: reads the URL of a proxy. */
#ifndef KERF_NET_PROXY_H
#define KERF_NET_PROXY_H

#include "kerf/base/arena.h"
#include "kerf/base/error.h"

#define PROXY_LINE_BYTES 256

struct proxy {
    struct str scheme; // "http", "https", "socks4" "socks4a" "socks5" "socks5h"
    bool has_login;
    struct str user, password; // percent signs undone; no ":" in the user
    struct str host;           // without brackets
    unsigned port;
};

/* Reads [scheme://][user[:password]@]host[:port][/], http if no scheme is
 * given. The error never shows the login. */
bool proxy_parse(struct arena *arena, struct str text, struct proxy *proxy,
                 struct error *err) KERF_CHECKED;

/* Writes "login@address:port" as libwebsockets wants it; `address` is numeric,
 * `login` may be empty. */
void proxy_line(char line[PROXY_LINE_BYTES], const char *login,
                const char *address, unsigned port);

#endif
