/* A WebSocket client for tests: dials, keeps what comes. Include client.c. */
#ifndef TESTS_NET_CLIENT_H
#define TESTS_NET_CLIENT_H

#include "kerf/net/ws.h"
#include "server.h"

struct client {
    struct loop *loop;
    struct ws_client *ws_client;
    struct ws *ws;
    struct ws_options options;
    char url[200];

    int ready, messages, ends;
    struct buf text; // each message followed by "|", cut at 40 bytes
    size_t bytes;    // of all messages
    struct ws_end end;

    struct str send_when_ready;
    int close_after, pause_after, destroy_after; // messages; 0: never
    int close_at_ready, destroy_at_ready, destroy_at_end;
};

/* Dials `url`, or the server's port if NULL, and runs the loop until the end
 * came. */
void client_play(struct client *client, const struct server *server,
                 const char *url);

/* The parts of client_play. */
void client_dial(struct client *client, const struct server *server,
                 const char *url);
void client_run(struct client *client); // until the end
void client_sweep(struct client *client);

#endif
