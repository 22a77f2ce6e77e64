/*
 * Private to sim: one connected socket on the loop, plain or under TLS. Bytes
 * in by callback, bytes out through a queue; and the ends that a server may
 * need to play: in order, cut, reset, deaf, drop by drop.
 */
#ifndef SIM_LINK_H
#define SIM_LINK_H

#include <stddef.h>

#include "kerf/base/buf.h"
#include "kerf/loop/loop.h"

struct tls_server;
struct link;

struct link_plan {
    struct loop *loop;
    int fd;                 // non-blocking; owned from now on
    struct tls_server *tls; // NULL: plain
    void *ctx;
    /* Bytes arrived (borrowed for the call). */
    void (*received)(struct str bytes, void *ctx);
    /* All that was queued has been written. */
    void (*drained)(void *ctx);
    /* The other side is gone, or will send nothing more. Called once; after
     * link_finish it says that the link may be destroyed. */
    void (*ended)(void *ctx);
};

/* Callbacks come from the loop. None of them may destroy the link. */
struct link *link_create(const struct link_plan *plan);

/* Closes the socket as it is. NULL is fine. */
void link_destroy(struct link *link);

/* Destroys a plain link, but gives its descriptor to the caller. */
int link_steal(struct link *link);

/* Queues bytes; link_flush writes what the socket takes. */
void link_send(struct link *link, struct str bytes);
void link_flush(struct link *link);

/* Bytes that are queued. */
size_t link_pending(const struct link *link);

/* Ends this side behind what is queued, reads on until the other side ends. */
void link_finish(struct link *link);

/* Resets the connection behind what is queued. */
void link_reset(struct link *link);

/* Reads (the default) or leaves what comes in the socket. */
void link_listen(struct link *link, bool listens);

/* Ends in the middle of the TLS handshake: once the client has said hello. */
void link_break_handshake(struct link *link);

/* Writes one byte every `ms` from now on; 0: as fast as it goes. */
void link_drip(struct link *link, int64_t ms);

#endif
