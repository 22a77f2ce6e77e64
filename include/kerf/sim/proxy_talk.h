/*
 * What a proxy and its client say before a tunnel stands: HTTP CONNECT (RFC
 * 9110 9.3.6) with basic authentication, or SOCKS5 (RFC 1928, 1929); the first
 * byte tells which. Pure.
 */
#ifndef KERF_SIM_PROXY_TALK_H
#define KERF_SIM_PROXY_TALK_H

#include "kerf/sim/http_read.h"

#define LIMIT_TARGET 300

enum talk_step {
    TALK_MORE,    // more bytes are needed; `reply` may hold an answer
    TALK_CONNECT, // the client wants a way to `target`
    TALK_REFUSED, // `reply` says why; the connection ends behind it
};

enum talk_phase {
    TALK_FIRST,
    TALK_HTTP,
    TALK_SOCKS_METHODS,
    TALK_SOCKS_PASSWORD,
    TALK_SOCKS_REQUEST,
};

/* Zero-initialised but for `user` it is ready. */
struct proxy_talk {
    const char *user; // NAME:PASSWORD that is wanted; NULL: none
    bool always_407;  // refuses every credential
    enum talk_phase phase;
    struct http_reader http;
    struct http_request request;
    struct buf bytes;          // of SOCKS, that are not a whole message yet
    char target[LIMIT_TARGET]; // HOST:PORT, NUL-terminated
    bool has_credentials;      // the client sent some
};

/* Takes bytes off the front of `*bytes`; what is left belongs to the tunnel.
 * Answers are appended to `reply`. */
enum talk_step proxy_talk(struct proxy_talk *talk, struct str *bytes,
                          struct buf *reply);

/* Appends the answer to TALK_CONNECT: the way is open, or `status` (of HTTP)
 * says why not. */
void proxy_talk_answer(const struct proxy_talk *talk, int status,
                       struct buf *reply);

/* Frees what the talk holds. */
void proxy_talk_release(struct proxy_talk *talk);

#endif
