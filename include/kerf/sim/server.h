/* The sockets of kerf-sim: libwebsockets on a libuv loop. */
#ifndef KERF_SIM_SERVER_H
#define KERF_SIM_SERVER_H

#include <stdbool.h>

#include "kerf/base/error.h"
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

#endif
