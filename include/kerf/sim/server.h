/* The model server as a whole: it listens, and each client is a visit. */
#ifndef KERF_SIM_SERVER_H
#define KERF_SIM_SERVER_H

#include <stdbool.h>

#include "kerf/base/error.h"
#include "kerf/loop/loop.h"
#include "kerf/sim/peer.h"

struct server_plan {
    struct world *world;  // borrowed
    const char *token;    // clients must send it
    bool token_is_secret; // came from the environment: never printed
};

/*
 * Listens, prints the one line that says where, and serves until SIGTERM,
 * SIGINT or (if the options say so) the end of standard input. False with an
 * error if it cannot listen.
 */
bool server_run(const struct server_plan *plan, struct error *err) KERF_CHECKED;

/*
 * The same on a loop of the caller's, without a word and without signals: the
 * plan, its world and options stay borrowed until server_stop(), and may be
 * changed between two requests. NULL with an error if it cannot listen.
 */
struct server;
struct server *server_start(struct loop *loop, const struct server_plan *plan,
                            struct error *err) KERF_CHECKED;

/* The port it listens on; 0 of a unix socket. */
uint16_t server_port(const struct server *server);

/* Ends all connections and stops listening; NULL is fine. */
void server_stop(struct server *server);

#endif
