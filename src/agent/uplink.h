/*
 * The way to one backend: a socket that is kept, and single requests over
 * HTTP where that does not work or is not wanted. Fetches the key, dials,
 * opens a new socket before the old one is too old. Its owner decides about
 * retries and about the way; the uplink only carries out. Private to the
 * agent.
 */
#ifndef KERF_AGENT_UPLINK_H
#define KERF_AGENT_UPLINK_H

#include <stdbool.h>
#include <stdint.h>

#include "kerf/base/error.h"
#include "kerf/config/config.h"
#include "kerf/config/policy.h"
#include "kerf/loop/loop.h"
#include "kerf/model/event.h"
#include "kerf/net/http.h"
#include "kerf/net/ws.h"
#include "kerf/wire/failure.h"

#define LINK_RACE_MS 1500 // no socket after so long: HTTP may be taken too

enum uplink_want {
    UPLINK_WS,
    UPLINK_HTTP,
    UPLINK_EITHER, // the socket; HTTP too if that one is slow
};

struct uplink_options {
    const struct backend *backend; // borrowed
    struct str url, bearer;        // instead of its own if not empty; copied
    struct loop *loop;
    struct ws_client *sockets; // NULL: there is no way at all
    struct http_client *http;
    char *const *env;
    const struct policy *policy; // asked before every connection; NULL: none
    int64_t rotate_ms;     // age at which a socket is replaced; 0: at none
    int64_t (*wall)(void); // see moment_now()
};

struct uplink_events {
    void (*state)(enum link_state state, struct str why, void *ctx);
    void (*ready)(void *ctx);   // a request can be sent
    void (*renewed)(void *ctx); // a new socket: its server remembers nothing
    void (*head)(const struct http_head *head, void *ctx);
    void (*message)(struct str text, void *ctx); // JSON of one event
    void (*alive)(void *ctx);                    // a sign of life without news
    void (*finished)(void *ctx);                 // the answer of HTTP is whole
    // What uplink_explain() asked for.
    void (*explained)(const struct failure *failure, void *ctx);
    // The socket or the request is gone, or cannot be made.
    void (*failed)(const struct failure *failure, enum transport way,
                   void *ctx);
};

struct uplink;

/* How long an answer of the backend may be silent before it is given up. */
int64_t backend_silence_s(const struct backend *backend);

/* Never NULL; nothing is opened yet. */
struct uplink *uplink_create(const struct uplink_options *options,
                             const struct uplink_events *events, void *ctx);

/* Closes what is open; no callback comes any more. */
void uplink_destroy(struct uplink *link);

/* Makes a way, after `delay_ms`, unless one is open or being made. `ready` or
 * `failed` follows. */
void uplink_dial(struct uplink *link, enum uplink_want want, int64_t delay_ms);

/* Opens the connection of the next request ahead if it will go over HTTP and
 * none is open. Cheap if there is nothing to do; what goes wrong is not told,
 * the request will find out. */
void uplink_warm(struct uplink *link);

/* Asks for the words of a failure that `failed` told: `explained` follows,
 * unless uplink_hush() comes first. False if there is nothing to ask. */
bool uplink_explain(struct uplink *link, const struct failure *failure);
void uplink_hush(struct uplink *link);

/* Gives up socket and request without a word: interrupt. */
void uplink_drop(struct uplink *link);

/* The same for a way that is being made, which is told; else nothing. */
void uplink_stop_dialling(struct uplink *link);

/* Says whether a request can be sent now, and over what. A socket that lived
 * through a sleep of the machine is dropped first. */
bool uplink_is_ready(struct uplink *link, enum transport *way);

/* Says whether the machine lost the address of the socket in use. */
bool uplink_is_stranded(const struct uplink *link);

/* Says whether a way is being made. */
bool uplink_is_dialling(const struct uplink *link);

/* Sends over the way that uplink_is_ready() named. The request runs until
 * uplink_rest() or the end of the way. ERROR_UNREACHABLE: the socket is about
 * to end; `failed` follows. */
bool uplink_send(struct uplink *link, enum transport way, struct str text,
                 struct error *err) KERF_CHECKED;

/* Ends the request over HTTP at once; its answer is not wanted any more. */
void uplink_cut(struct uplink *link);

/* The response is over; the connection stays. */
void uplink_rest(struct uplink *link);

/* How long the last dial took, in ms; -1 if there was none. */
int64_t uplink_dial_ms(const struct uplink *link);

#endif
