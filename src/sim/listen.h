/* Private to sim: a listening socket on the loopback interface, or a unix
 * socket that only this user may use. Nothing listens elsewhere. */
#ifndef SIM_LISTEN_H
#define SIM_LISTEN_H

#include <stdint.h>

#include "kerf/base/error.h"
#include "kerf/loop/loop.h"

struct listener;

/* Gets a connected, non-blocking socket (owned from now on). */
typedef void (*listen_fn)(int fd, void *ctx);

/*
 * Listens on the unix socket `unix_path`, or on 127.0.0.1 `port` (0: any). A
 * stale socket of that name is replaced; anything else stays and is an error.
 * NULL with an error.
 */
struct listener *listener_create(struct loop *loop, const char *unix_path,
                                 uint16_t port, listen_fn fn, void *ctx,
                                 struct error *err) KERF_CHECKED;

/* Stops and removes the socket that was made, if it still stands there. */
void listener_destroy(struct listener *listener);

/* The port that was taken; 0 of a unix socket. */
uint16_t listener_port(const struct listener *listener);

#endif
