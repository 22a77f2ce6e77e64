/*
 * The connection to the chosen backend: fetches the key, dials, waits between
 * tries, says what state it is in. Private to the agent.
 */
#ifndef KERF_AGENT_UPLINK_H
#define KERF_AGENT_UPLINK_H

#include <stdbool.h>
#include <stdint.h>

#include "kerf/base/error.h"
#include "kerf/config/config.h"
#include "kerf/loop/loop.h"
#include "kerf/model/event.h"
#include "kerf/net/ws.h"

#define LINK_ROTATE_MS ((int64_t)55 * 60 * 1000) // protocol.md 1.7

struct uplink_events {
    void (*state)(enum link_state state, struct str why, void *ctx);
    void (*ready)(void *ctx);
    void (*message)(struct str text, void *ctx);
    void (*ended)(const struct ws_end *end, void *ctx);
};

struct uplink;

struct uplink *uplink_create(struct loop *loop, struct ws_client *sockets,
                             char *const *env,
                             const struct uplink_events *events, void *ctx);
void uplink_destroy(struct uplink *link);

/* Sets where to go; closes what was open. `url` and `bearer` override the
 * backend's own if not empty (copied). */
void uplink_configure(struct uplink *link, const struct backend *backend,
                      struct str url, struct str bearer);

/* Dials unless it is dialling or ready; try `attempt` waits before. */
void uplink_dial(struct uplink *link, unsigned attempt);

/* Gives up the socket without a word: interrupt, rotation. */
void uplink_drop(struct uplink *link);

bool uplink_is_ready(const struct uplink *link);

/* Says whether the connection is so old that the next turn wants a new one. */
bool uplink_is_old(const struct uplink *link);

/* How long the last dial took, in ms; -1 if there was none. */
int64_t uplink_dial_ms(const struct uplink *link);

bool uplink_send(struct uplink *link, struct str text,
                 struct error *err) KERF_CHECKED;

#endif
