/*
 * The model server as a program: the host of its visits, TLS if it is wanted,
 * and the one line that says where and with which token.
 */
#include "kerf/sim/server.h"

#include <stdio.h>

#include "serve.h"
#include "tls.h"
#include "visit.h"

struct server {
    const struct server_plan *plan;
    struct host host;
};

static void on_client(int fd, void *ctx)
{
    struct server *server = ctx;

    visit_create(&server->host, fd);
}

static void announce(uint16_t port, void *ctx)
{
    const struct server *server = ctx;
    const struct server_plan *plan = server->plan;
    const struct sim_options *options = plan->world->options;

    if (options->unix_path)
        printf("kerf-sim: listening on unix:%s", options->unix_path);
    else
        printf("kerf-sim: listening on %s://127.0.0.1:%d/v1",
               options->tls ? "https" : "http", port);
    if (!plan->token_is_secret)
        printf(" token %s", plan->token);
    putchar('\n');
    fflush(stdout);
}

static bool run(struct server *server, struct error *err)
{
    const struct sim_options *options = server->plan->world->options;
    struct serve_plan plan = {
        .loop = server->host.loop,
        .unix_path = options->unix_path,
        .port = options->port,
        .exit_with_stdin = options->exit_with_stdin,
        .client = on_client,
        .ctx = server,
        .announce = announce,
    };

    if (options->tls && !(server->host.tls = tls_server_create(options, err)))
        return false;
    return serve(&plan, err);
}

bool server_run(const struct server_plan *plan, struct error *err)
{
    struct server server = {
        .plan = plan,
        .host = { .world = plan->world,
                  .token = plan->token,
                  .loop = loop_create() },
    };

    server.host.timer =
        loop_timer_create(server.host.loop, visits_on_timer, &server.host);
    bool good = run(&server, err);
    visits_destroy(&server.host);
    loop_timer_destroy(server.host.timer);
    tls_server_destroy(server.host.tls);
    loop_destroy(server.host.loop);
    return good;
}
