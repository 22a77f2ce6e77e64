/* Why an upgrade to a WebSocket was refused, in the server's own words: the
 * same request over HTTP, whose library shows the body of the answer. Private
 * to the agent. */
#ifndef KERF_AGENT_INQUIRY_H
#define KERF_AGENT_INQUIRY_H

#include "kerf/net/http.h"
#include "kerf/wire/failure.h"

#define INQUIRY_MS 3000 // without an answer the status has to do

/* Is told once: the failure with better words, or as it was. */
typedef void (*inquiry_fn)(const struct failure *failure, void *ctx);

struct inquiry;

/* Says whether the words of such a failure are worth a request: the key,
 * the request, the path or the plan was not good enough. */
bool inquiry_helps(const struct failure *failure);

/* Asks: `options` are those of a GET of the path that was refused, headers and
 * patience come from here. `failure` is copied. */
struct inquiry *inquiry_start(struct http_client *http,
                              const struct http_options *options,
                              const struct failure *failure, inquiry_fn done,
                              void *ctx);

/* Frees; `done` does not come any more. NULL is fine. */
void inquiry_destroy(struct inquiry *inquiry);

#endif
