/*
 * How a server is reached: certificates and proxy, one description for both
 * transports, and the rules of the environment for proxies.
 */
#ifndef KERF_NET_ROUTE_H
#define KERF_NET_ROUTE_H

#include <stdbool.h>

#include "kerf/base/str.h"

/* Who we say we are, over every transport. */
#define ROUTE_USER_AGENT "kerf/" KERF_VERSION " (terminal)"

/* Empty: none. Files are PEM. */
struct net_access {
    struct str ca_file;     // trusted beside the system's certificates
    struct str client_cert; // with the chain; shown if the server asks
    struct str client_key;  // of client_cert; empty: it is in that file
    struct str proxy;       // URL, may hold a login: never show it
};

/* The value of `setting` that wants no proxy whatever the environment says. */
#define ROUTE_NO_PROXY "none"

/*
 * Returns the proxy for `url` (what url_parse takes), empty if it is reached
 * straight; a view of `setting` or of `env`. `setting`, unless empty, decides
 * alone. Else https and wss go by https_proxy, HTTPS_PROXY, all_proxy,
 * ALL_PROXY; http and ws by http_proxy (HTTP_PROXY can be set by a web client
 * of a CGI program and does not count) and the last two; what no_proxy or
 * NO_PROXY lists, loopback and unix sockets go straight. Pure.
 */
struct str route_proxy(char *const *env, struct str setting, struct str url);

/*
 * Says whether `list` (no_proxy: split by commas or blanks) holds the host,
 * given without brackets. An entry is "*", a name that stands for itself and
 * what lies below it (".x.org", "*.x.org" and "x.org" are the same), an
 * address or a range ("10.0.0.0/8", "fd00::/8"); ":port" may follow, IPv6 is
 * in brackets then. Pure.
 */
bool route_is_excluded(struct str list, struct str host, unsigned port);

struct backend; // kerf/config/config.h

/* What a backend's options and the environment (proxies, SSL_CERT_FILE) say
 * about reaching `url`; views of both. Pure. */
struct net_access route_access(char *const *env, const struct backend *backend,
                               struct str url);

#endif
