/*
 * Private to sim: one connection from accept to end. It speaks HTTP until an
 * upgrade makes it a WebSocket.
 */
#ifndef SIM_VISIT_H
#define SIM_VISIT_H

#include "kerf/loop/loop.h"
#include "kerf/sim/peer.h"

struct tls_server;
struct visit;

/* What all visits of a server share. */
struct host {
    struct world *world;
    struct loop *loop;
    struct tls_server *tls; // NULL: plain
    const char *token;
    struct visit *visits;
    struct loop_timer *timer; // wakes those whose next message is due
};

/* A client came; takes the descriptor. */
void visit_create(struct host *host, int fd);

/* Ends all visits at once. */
void visits_destroy(struct host *host);

/* Is what the timer of the host calls; `ctx` is the host. */
void visits_on_timer(void *ctx);

#endif
