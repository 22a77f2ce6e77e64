/*
 * Goes to a server step by step and tells how far it came and what it saw, for
 * kerf doctor: name, connection, proxy, certificates, WebSocket upgrade, and
 * whether the server hangs up right after it. Sends no request.
 */
#ifndef KERF_NET_PROBE_H
#define KERF_NET_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/loop/loop.h"
#include "kerf/net/route.h"

#define PROBE_LIMIT_MS 15000 // for all steps together
#define PROBE_HOLD_MS 250    // protocol.md 1.3: an early close comes by then
#define LIMIT_PROBE_CHAIN 6
#define LIMIT_PROBE_HEAD_BYTES ((size_t)32 << 10)

enum probe_step {
    PROBE_URL,       // what was asked for can be understood
    PROBE_LOOKUP,    // the name, or the proxy's, has addresses
    PROBE_CONNECT,   // one of them takes a connection
    PROBE_PROXY_TLS, // of an https:// proxy the certificate is good
    PROBE_PROXY,     // the proxy leads on to the server
    PROBE_TLS,       // the certificate is good
    PROBE_UPGRADE,   // 101, with the right answer to our key
    PROBE_HOLD,      // and it does not close at once
    PROBE_STEPS,
};

enum probe_end {
    PROBE_SKIPPED, // not needed, or a step before failed
    PROBE_FINE,
    PROBE_FAILED,
};

struct probe_options {
    struct str url;    // base URL; "/responses" is appended for the upgrade
    struct str bearer; // sent with the upgrade only, over a good connection
    struct str beta;
    struct net_access access;
    bool upgrade; // else it ends after TLS
    bool deflate; // offer permessage-deflate with the upgrade
};

/* Texts are safe to show. */
struct probe_certificate {
    char subject[80], issuer[80];
    int64_t expires_s; // Unix seconds
};

struct probe {
    struct {
        enum probe_end end;
        int64_t ms;
        char text[160]; // what was seen, or what went wrong
    } steps[PROBE_STEPS];
    struct probe_certificate chain[LIMIT_PROBE_CHAIN]; // the server's first
    size_t chain_count;
    int status;     // of the upgrade; 0: none came
    int close_code; // of an early close; 0: none came
};

/* The word for a step: "DNS", "TCP" ... */
const char *probe_step_name(enum probe_step step);

/* Blocking, PROBE_LIMIT_MS at most: for commands, not for a callback. The loop
 * is stepped. Always fills `probe`; true if every step that was taken is fine.
 */
bool probe_run(struct loop *loop, const struct probe_options *options,
               struct probe *probe);

#endif
