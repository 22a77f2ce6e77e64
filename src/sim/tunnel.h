/* Private to sim: two connected sockets, and bytes that pass between them under
 * the rules of relay.h. */
#ifndef SIM_TUNNEL_H
#define SIM_TUNNEL_H

#include "kerf/loop/loop.h"
#include "kerf/sim/relay.h"

struct tunnel;

struct tunnel_plan {
    struct loop *loop;
    const struct tunnel_rules *rules; // borrowed
    int client, server;               // descriptors; owned from now on
    struct str to_client, to_server;  // to be passed before anything else
    void (*ended)(struct tunnel *tunnel, void *ctx);
    void *ctx;
};

/* `ended` is called once, from the loop, when both sides are gone; the tunnel
 * may be destroyed in it. */
struct tunnel *tunnel_create(const struct tunnel_plan *plan);
void tunnel_destroy(struct tunnel *tunnel);

#endif
