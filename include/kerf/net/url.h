/* Splits base URLs of backends. */
#ifndef KERF_NET_URL_H
#define KERF_NET_URL_H

#include <stdbool.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"

struct url {
    bool tls;
    bool is_unix;      // `host` is the path of a unix socket
    struct str host;   // without brackets
    unsigned port;
    struct str path;   // begins with "/"
};

/* Reads http://, https://, ws://, wss:// or unix:PATH; no user, query or
 * fragment. ERROR_USAGE names what is wrong. */
bool url_parse(struct arena *arena, struct str text, struct url *url,
               struct error *err) KERF_CHECKED;

#endif
