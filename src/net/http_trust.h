/* Private: the certificates that count, read once by a worker for all
 * connections of a client. */
#ifndef KERF_NET_HTTP_TRUST_H
#define KERF_NET_HTTP_TRUST_H

#include "kerf/base/error.h"
#include "kerf/loop/loop.h"

struct http_trust;

/* Begins to read the CA file (NULL: the system's), unless that is done or
 * under way. `read` comes from the loop. */
void http_trust_need(struct http_trust **list, struct loop *loop,
                     const char *ca_file, void (*read)(void *ctx), void *ctx);

enum http_trust_state { HTTP_TRUST_READING, HTTP_TRUST_FINE, HTTP_TRUST_BAD };

/* How far it is. `*store` is the X509_STORE if it is fine, `*err` names the
 * file if it is bad. */
enum http_trust_state http_trust_state(const struct http_trust *list,
                                       const char *ca_file, void **store,
                                       struct error *err);

/* Forgets what was bad: the user may have mended it. */
void http_trust_forget_bad(struct http_trust **list);

/* Frees all; `read` does not come any more. */
void http_trust_release(struct http_trust **list);

#endif
