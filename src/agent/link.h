/*
 * The connection to the chosen backend: fetches the key, dials, waits between
 * tries, says what state it is in. Private to the agent.
 */
#ifndef KERF_AGENT_LINK_H
#define KERF_AGENT_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "kerf/base/error.h"
#include "kerf/config/config.h"
#include "kerf/loop/loop.h"
#include "kerf/model/event.h"
#include "kerf/net/ws.h"

#define LINK_ROTATE_MS ((int64_t)55 * 60 * 1000) // protocol.md 1.7

struct link_events {
    void (*state)(enum link_state state, struct str why, void *ctx);
    void (*ready)(void *ctx);
    void (*message)(struct str text, void *ctx);
    void (*ended)(const struct ws_end *end, void *ctx);
};

struct link;

struct link *link_create(struct loop *loop, struct ws_client *sockets,
                         char *const *env, const struct link_events *events,
                         void *ctx);
void link_destroy(struct link *link);

/* Sets where to go; closes what was open. `url` and `bearer` override the
 * backend's own if not empty (copied). */
void link_configure(struct link *link, const struct backend *backend,
                    struct str url, struct str bearer);

/* Dials unless it is dialling or ready; try `attempt` waits before. */
void link_dial(struct link *link, unsigned attempt);

/* Gives up the socket without a word: interrupt, rotation. */
void link_drop(struct link *link);

bool link_is_ready(const struct link *link);

/* Says whether the connection is so old that the next turn wants a new one. */
bool link_is_old(const struct link *link);

/* How long the last dial took, in ms; -1 if there was none. */
int64_t link_dial_ms(const struct link *link);

bool link_send(struct link *link, struct str text,
               struct error *err) KERF_CHECKED;

#endif
