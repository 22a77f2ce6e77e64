/* The relay: each client gets a way to the server, and a tunnel between. */
#include "kerf/sim/relay.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dial.h"
#include "serve.h"
#include "tunnels.h"

struct relay {
    const struct relay_options *options;
    struct tunnels tunnels;
};

static void on_client(int fd, void *ctx)
{
    struct relay *relay = ctx;
    int server = dial(str_from(relay->options->to));

    if (server < 0) {
        fprintf(stderr, "kerf-sim: %s: %s\n", relay->options->to,
                strerror(errno));
        close(fd);
        return;
    }
    tunnels_add(&relay->tunnels, fd, server, STR(""), STR(""));
}

static void announce(uint16_t port, void *ctx)
{
    const struct relay *relay = ctx;

    if (relay->options->unix_path)
        printf("kerf-sim: relaying unix:%s\n", relay->options->unix_path);
    else
        printf("kerf-sim: relaying 127.0.0.1:%d\n", port);
    fflush(stdout);
}

bool relay_run(const struct relay_options *options, struct error *err)
{
    struct loop *loop = loop_create();
    struct relay relay = { options, { loop, &options->rules, NULL } };
    struct serve_plan plan = {
        .loop = loop,
        .unix_path = options->unix_path,
        .port = options->port,
        .exit_with_stdin = options->exit_with_stdin,
        .client = on_client,
        .ctx = &relay,
        .announce = announce,
    };
    bool good = serve(&plan, err);

    tunnels_destroy(&relay.tunnels);
    loop_destroy(loop);
    return good;
}
