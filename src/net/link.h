/*
 * Private: one client socket of libwebsockets, from dialling to its end. Knows
 * frames and reasons, no policy: that is ws_dial.c. Its callbacks come from
 * inside the library, so they note and defer; they must not call link_close,
 * link_kill or link_dial.
 */
#ifndef KERF_NET_LINK_H
#define KERF_NET_LINK_H

#include "inbox.h"
#include "kerf/net/ws.h"
#include "outbox.h"
#include "tls.h"

#define LINK_HEADERS 3

struct link;

struct link_header {
    const char *name; // with its colon
    struct str value; // empty: not sent
};

/* Borrowed until the link is up or has ended. */
struct link_options {
    bool tls;
    bool deflate; // permessage-deflate is offered
    int ping_s, hangup_s;
    const char *address; // numeric, or "+" and the path of a unix socket
    const char *host;    // name, and port unless it is the usual one
    const char *name;    // the name alone, for a proxy
    const char *path;
    unsigned port;
    struct tls_files files;
    const char *proxy_login; // NULL: no proxy; else `address` is the proxy's
    unsigned proxy_port;
    struct link_header headers[LINK_HEADERS];
};

enum link_end_kind {
    LINK_END_SETUP,     // text: what is missing here
    LINK_END_FILES,     // text: what is wrong with it
    LINK_END_CONNECT,   // number: errno or 0
    LINK_END_PROXY,     // the proxy refuses
    LINK_END_CERT,      // text: what is wrong with the certificate
    LINK_END_TLS,       // the handshake failed in another way
    LINK_END_HTTP,      // number: status; text: Location of a redirect
    LINK_END_HANDSHAKE, // 101, but not as RFC 6455 4.2.2 wants it
    LINK_END_EARLY,     // cut, or nonsense, in place of an HTTP head
    LINK_END_CLOSE,     // number: close code, 1005 if none; text: reason
    LINK_END_CUT,       // no close frame
    LINK_END_SILENT,    // no sign of life; number: for so many seconds
    LINK_END_FRAMES,    // frames against RFC 6455 5
};

struct link_end {
    enum link_end_kind kind;
    int number;
    int retry_after_s;
    char text[240]; // foreign bytes, not sanitised
};

struct link_ops {
    void (*up)(void *ctx);
    /* Returns 0, or the close code that ends the link: no `ended` then. */
    int (*received)(const struct piece *piece, void *ctx);
    /* What to send now; false: nothing, and everything before is out. */
    bool (*peek)(struct frame *frame, void *ctx);
    void (*sent)(void *ctx);
    /* Once. The link is gone: do not use it any more. */
    void (*ended)(const struct link_end *end, void *ctx);
};

/* Starts. NULL with `end` filled if it failed at once. */
struct link *link_dial(struct ws_client *client,
                       const struct link_options *options,
                       const struct link_ops *ops, void *ctx,
                       struct link_end *end);

/* Says whether TCP (to the server or the proxy) is connected. */
bool link_is_connected(const struct link *link);

/* Says whether the machine lost the address that the socket is bound to: no
 * byte goes either way any more, and no error tells. */
bool link_is_stranded(const struct link *link);

/* Asks for `peek`. */
void link_want_to_send(struct link *link);

/* Stops and resumes reading. While it is stopped call link_stay at times: no
 * pong is seen then, and silence would end the link. */
void link_flow(struct link *link, bool on);
void link_stay(struct link *link);

/* Ends it with a close frame, or at once; no callback comes any more. */
void link_close(struct link *link);
void link_kill(struct link *link);

/* Who must hear that the client goes: `client_goes` leaves the list. */
struct client_user {
    struct client_user *next, *prev;
    void (*client_goes)(struct client_user *user);
};
struct client_users {
    struct client_user *first;
};
struct client_users *client_users(struct ws_client *client);
struct loop *client_loop(const struct ws_client *client);

#endif
