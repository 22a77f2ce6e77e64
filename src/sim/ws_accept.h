/* Private to sim: the opening handshake of a WebSocket (RFC 6455 4.2). */
#ifndef SIM_WS_ACCEPT_H
#define SIM_WS_ACCEPT_H

#include "front.h"

/*
 * Judges the headers of an upgrade. False with a refusal. `*deflate` is set if
 * the client offers permessage-deflate in a form that can be taken.
 */
bool ws_accept_check(const struct http_request *request, bool *deflate,
                     struct refusal *refusal) KERF_CHECKED;

/* Appends the answer 101, bent as the fault wants it. */
void ws_accept_write(const struct http_request *request,
                     const struct fault *fault, bool deflate,
                     const struct world *world, struct buf *out);

#endif
