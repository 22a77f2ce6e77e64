/*
 * Where the key of a backend comes from: given outright, a variable of the
 * environment, or a command of the user. Fetched anew for every connection,
 * because keys are rotated; never kept longer than it takes.
 */
#ifndef KERF_AGENT_KEY_H
#define KERF_AGENT_KEY_H

#include "kerf/base/buf.h"
#include "kerf/base/str.h"
#include "kerf/config/config.h"
#include "kerf/loop/loop.h"

struct key_events {
    /* `key` is empty if the backend wants none; valid for the call. */
    void (*found)(struct str key, void *ctx);
    void (*failed)(const char *why, void *ctx);
};

struct key_source;

/* `env` is borrowed. Never NULL. */
struct key_source *key_source_create(struct loop *loop, char *const *env,
                                     const struct key_events *events,
                                     void *ctx);
void key_source_destroy(struct key_source *source);

/* Fetches; `found` or `failed` comes once, maybe before this returns. `given`
 * wins if it is not empty. A fetch that runs is given up. */
void key_fetch(struct key_source *source, const struct backend *backend,
               struct str given);

/* Gives up a running command; nothing is called any more. */
void key_stop(struct key_source *source);

#endif
