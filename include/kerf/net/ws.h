/*
 * One WebSocket to a model server (RFC 6455), client side, over libwebsockets
 * on the loop. Resolves off the loop, verifies TLS, pings, puts fragments
 * together and bounds sizes. Whatever ends it is told once, as one event.
 */
#ifndef KERF_NET_WS_H
#define KERF_NET_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/loop/loop.h"
#include "kerf/net/end.h"
#include "kerf/net/route.h"

#define LIMIT_WS_MESSAGE_BYTES ((size_t)64 << 20) // protocol.md 1.6
#define LIMIT_WS_QUEUE_BYTES ((size_t)16 << 20)
#define WS_PING_SECONDS 20
#define WS_HANGUP_SECONDS 45   // no sign of life for so long: lost
#define WS_CONNECT_MS 15000    // name, connection, TLS and upgrade together
#define WS_LOOKUP_MS 10000     // the name alone
#define WS_SEND_STALL_MS 30000 // the server takes nothing for so long: lost

/* Owns the library context; made lazily, at the first dial. */
struct ws_client;
struct ws_client *ws_client_create(struct loop *loop);
/* Closes every socket and lets go; finishes while the loop runs on. Call
 * before loop_destroy and run the loop until it has nothing left. A `struct
 * ws` that still lives gets its `ended` as from ws_close. */
void ws_client_destroy(struct ws_client *client);

struct ws;

/* How long a socket waits for what; 0: as the constants above say. */
struct ws_patience {
    int connect_ms, stall_ms;
    int ping_s, hangup_s;
};

struct ws_options {
    struct str url;    // base URL; "/responses" is appended to its path
    struct str bearer; // copied, wiped after the handshake
    struct str beta;   // OpenAI-Beta header, may be empty
    struct str user_agent;
    struct net_access access;
    bool deflate; // offer permessage-deflate (RFC 7692)
    struct ws_patience patience;
};

/* How a WebSocket ended. libwebsockets shows the close codes 1012 to 1015 as
 * 1002. */
struct ws_end {
    enum net_end_class end_class;
    int code;          // close code, HTTP status, or 0
    int retry_after_s; // Retry-After of an HTTP status, or 0
    char text[200];    // for a person, sanitised, one line
};

struct ws_events {
    void (*ready)(void *ctx);                           // handshake done
    void (*message)(struct str text, void *ctx);        // whole, valid UTF-8
    void (*ended)(const struct ws_end *end, void *ctx); // exactly once
};

/* Starts to dial. Never NULL; failures come as `ended`. */
struct ws *ws_dial(struct ws_client *client, const struct ws_options *options,
                   const struct ws_events *events, void *ctx);

/* Queues one text message (copied). False with ERROR_LIMIT if it is 16 MiB or
 * more, ERROR_UNREACHABLE if the socket is not ready. */
bool ws_send(struct ws *ws, struct str text, struct error *err) KERF_CHECKED;

/* Says whether the machine lost the address of the connection, which is dead
 * then although nothing has said so yet. */
bool ws_is_stranded(const struct ws *ws);

/* Stops and resumes `message`, for when the screen is behind; beyond a small
 * backlog the socket is not read either. `ended` waits behind what is held. */
void ws_pause(struct ws *ws, bool pause);

/* Closes; `ended` still comes (NET_END_CLOSED_BY_US), from the loop. */
void ws_close(struct ws *ws);

/* Frees; no callback comes after it. */
void ws_destroy(struct ws *ws);

#endif
