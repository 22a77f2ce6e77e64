/* Private: the client as links see it (link.c), and a link as the client does
 * (ws_client.c). */
#ifndef KERF_NET_WS_CLIENT_H
#define KERF_NET_WS_CLIENT_H

#include <libwebsockets.h>

#include "handles.h"
#include "link.h"
#include "realm.h"

/* A context and what it put on our loop. */
struct library {
    struct lws_context *context;
    struct handles lasting;
    int pipe_fd; // of the library's own pipe
};

struct ws_client {
    struct loop *loop;
    struct library libraries[2]; // without and with TLS
    struct realm *realms;
    struct link *links;
    struct client_users users;
    bool destroyed;
};

/* Makes the context unless it is there; false: the library cannot. */
bool ws_client_need_context(struct ws_client *client, bool tls) KERF_CHECKED;

/* The realm of a dial, in that context. A CA file that cannot be read comes as
 * an error, a vhost that cannot be made as a realm without one. */
struct realm *ws_client_need_realm(struct ws_client *client,
                                   const struct link_options *options,
                                   struct error *err) KERF_CHECKED;

/* What the library calls, for every socket. */
int link_on_library_event(struct lws *wsi, enum lws_callback_reasons reason,
                          void *user, void *in, size_t len);

/* Every owner lets go. Later, when the library is through: frees them all. */
void link_orphan_all(struct ws_client *client);
void link_free_all(struct ws_client *client);

#endif
