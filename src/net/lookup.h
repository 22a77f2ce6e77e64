/* Private: resolves a host name without blocking the loop. */
#ifndef KERF_NET_LOOKUP_H
#define KERF_NET_LOOKUP_H

#include <stddef.h>

#include "kerf/loop/loop.h"

#define LIMIT_ADDRESSES 16
#define ADDRESS_BYTES 112 // room for "+" and the path of a socket, too

struct address {
    char text[ADDRESS_BYTES]; // numeric
};

struct answer {
    int status; // of getaddrinfo; 0: `at` holds at least one address
    size_t count;
    struct address at[LIMIT_ADDRESSES]; // families take turns
};

struct lookup;
typedef void (*lookup_fn)(const struct answer *answer, void *ctx);

/* Asks the system's resolver. `fn` comes once from the loop, unless the
 * lookup is destroyed before. */
struct lookup *lookup_start(struct loop *loop, const char *host, lookup_fn fn,
                            void *ctx);

/* Takes no time, in whatever state. Not from inside `fn`, which does it. */
void lookup_destroy(struct lookup *lookup);

#endif
