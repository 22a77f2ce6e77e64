/*
 * Private to sim: who may come in. Every request needs the token and no
 * Origin (a browser's page has no business here).
 */
#ifndef SIM_HTTP_GATE_H
#define SIM_HTTP_GATE_H

#include <libwebsockets.h>

#include "kerf/sim/options.h"

struct http_gate {
    const struct sim_options *options;
    const char *token;
    uint64_t handshakes; // upgrades asked for so far
};

/* Judges an upgrade: 0 lets it through, 1 refused it with an HTTP answer. */
int http_gate_upgrade(struct http_gate *gate, struct lws *wsi);

/* Answers a plain request for `path`; returns what the callback returns. */
int http_gate_request(struct http_gate *gate, struct lws *wsi, struct str path);

#endif
