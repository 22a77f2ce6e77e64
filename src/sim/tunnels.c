/* A list, and the one callback that takes an ended tunnel out of it. */
#include "tunnels.h"

#include <stdlib.h>

#include "kerf/base/arena.h"

struct tunnel_entry {
    struct tunnel_entry *next;
    struct tunnel *tunnel;
};

static void on_ended(struct tunnel *tunnel, void *ctx)
{
    struct tunnels *tunnels = ctx;

    for (struct tunnel_entry **at = &tunnels->first; *at; at = &(*at)->next) {
        struct tunnel_entry *entry = *at;
        if (entry->tunnel != tunnel)
            continue;
        *at = entry->next;
        tunnel_destroy(tunnel);
        free(entry);
        return;
    }
}

void tunnels_add(struct tunnels *tunnels, int client, int server,
                 struct str to_client, struct str to_server)
{
    struct tunnel_plan plan = {
        .loop = tunnels->loop,
        .rules = tunnels->rules,
        .client = client,
        .server = server,
        .to_client = to_client,
        .to_server = to_server,
        .ended = on_ended,
        .ctx = tunnels,
    };
    struct tunnel_entry *entry = mem_alloc(sizeof(*entry));

    *entry = (struct tunnel_entry){ tunnels->first, tunnel_create(&plan) };
    tunnels->first = entry;
}

void tunnels_destroy(struct tunnels *tunnels)
{
    while (tunnels->first) {
        struct tunnel_entry *entry = tunnels->first;
        tunnels->first = entry->next;
        tunnel_destroy(entry->tunnel);
        free(entry);
    }
}
