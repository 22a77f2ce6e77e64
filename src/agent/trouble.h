/* How the ends of connections and requests become failures, whose cures stand
 * in one table (wire/failure.h). Private to the agent. */
#ifndef KERF_AGENT_TROUBLE_H
#define KERF_AGENT_TROUBLE_H

#include <stdbool.h>

#include "kerf/net/http.h"
#include "kerf/net/ws.h"
#include "kerf/wire/failure.h"

/* `ready`: the handshake was done. Texts live in `arena` or in `end`. */
struct failure trouble_of_ws(struct arena *arena, const struct ws_end *end,
                             bool ready);

/* `head` is what came before the end; zero if nothing did. */
struct failure trouble_of_http(struct arena *arena, const struct http_end *end,
                               const struct http_head *head);

/* A failure that kerf itself finds: no key, no event for too long. */
struct failure trouble_of_us(enum failure_origin origin, struct str message);

#endif
