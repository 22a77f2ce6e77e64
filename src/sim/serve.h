/* Private to sim: what all programs of kerf-sim do around their sockets. */
#ifndef SIM_SERVE_H
#define SIM_SERVE_H

#include "listen.h"

struct serve_plan {
    struct loop *loop;
    const char *unix_path; // NULL: loopback
    uint16_t port;
    bool exit_with_stdin;
    listen_fn client; // gets each client
    void *ctx;
    /* Prints the line that says where; `port` is 0 of a unix socket. */
    void (*announce)(uint16_t port, void *ctx);
};

/* Listens, announces, and runs the loop until SIGTERM, SIGINT or the end of
 * standard input. False with an error if it cannot listen. */
bool serve(const struct serve_plan *plan, struct error *err) KERF_CHECKED;

#endif
