/* Splits base URLs of backends. */
#ifndef KERF_NET_URL_H
#define KERF_NET_URL_H

#include <stdbool.h>

#include "kerf/base/arena.h"
#include "kerf/base/error.h"

struct url {
    bool tls;
    bool is_unix;    // `host` is the path of a unix socket
    struct str host; // without brackets
    unsigned port;
    struct str path; // begins with "/"
};

#define LIMIT_URL_BYTES 2000
#define LIMIT_HOST_BYTES 110
#define LIMIT_UNIX_PATH_BYTES 107
#define URL_UNIX_BASE "/v1" // the path behind a unix socket

/* Reads http://, https://, ws://, wss:// or unix:PATH (absolute); no user,
 * query or fragment. A path ends without "/" unless it is "/". The parts are
 * copied into the arena. ERROR_USAGE names what is wrong. */
bool url_parse(struct arena *arena, struct str text, struct url *url,
               struct error *err) KERF_CHECKED;

#endif
