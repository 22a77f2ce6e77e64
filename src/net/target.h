/* Private: reads what a dial asks for and checks it before anything is sent. */
#ifndef KERF_NET_TARGET_H
#define KERF_NET_TARGET_H

#include "kerf/base/arena.h"
#include "kerf/net/ws.h"
#include "link.h"

struct target {
    struct link_options options; // `address` is not set yet
    struct str where;            // the server (and proxy), for a person
    const char *connect_to;      // name, numeric address, or "+" and a socket
    bool needs_lookup;           // it is a name
    char *bearer;                // "Bearer ...", on the heap, to be wiped
};

/* Strings live in the arena. Release it also after a failure. */
bool target_read(struct arena *arena, const struct ws_options *options,
                 struct target *target, struct error *err) KERF_CHECKED;

/* Overwrites the key; it is not needed any more. */
void target_wipe_key(struct target *target);

/* Says why connect() to `address` fails at once: errno, or 0 if it does not. */
int target_connect_errno(const struct target *target, const char *address);

#endif
