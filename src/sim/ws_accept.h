/* Private to sim: the opening handshake of a WebSocket (RFC 6455 4.2). */
#ifndef SIM_WS_ACCEPT_H
#define SIM_WS_ACCEPT_H

#include "front.h"
#include "kerf/sim/deflate.h"

/*
 * Judges the headers of an upgrade. False with a refusal. `*terms` are those
 * of permessage-deflate that the client offers and that can be met.
 */
bool ws_accept_check(const struct http_request *request,
                     struct deflate_terms *terms,
                     struct refusal *refusal) KERF_CHECKED;

/* Appends the answer 101, bent as the fault wants it. */
void ws_accept_write(const struct http_request *request,
                     const struct fault *fault,
                     const struct deflate_terms *terms,
                     const struct world *world, struct buf *out);

#endif
