/* Private to sim: the tunnels of one program. */
#ifndef SIM_TUNNELS_H
#define SIM_TUNNELS_H

#include "tunnel.h"

struct tunnel_entry;

struct tunnels {
    struct loop *loop;
    const struct tunnel_rules *rules;
    struct tunnel_entry *first;
};

/* Adds a tunnel that goes when it has ended. Takes both descriptors. */
void tunnels_add(struct tunnels *tunnels, int client, int server,
                 struct str to_client, struct str to_server);

/* Ends all at once. */
void tunnels_destroy(struct tunnels *tunnels);

#endif
