/*
 * The model server: the host of its visits, TLS if it is wanted, and as a
 * program the one line that says where and with which token.
 */
#include "kerf/sim/server.h"

#include <stdio.h>
#include <stdlib.h>

#include "serve.h"
#include "tls.h"
#include "visit.h"

struct server {
    const struct server_plan *plan;
    struct host host;
    struct listener *listener; // NULL: serve() has it
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

static bool open_server(struct server *server, struct loop *loop,
                        const struct server_plan *plan, struct error *err)
{
    const struct sim_options *options = plan->world->options;

    server->plan = plan;
    server->host = (struct host){ .world = plan->world,
                                  .token = plan->token,
                                  .loop = loop };
    server->host.timer =
        loop_timer_create(loop, visits_on_timer, &server->host);
    return !options->tls
           || (server->host.tls = tls_server_create(options, err)) != NULL;
}

static void close_server(struct server *server)
{
    listener_destroy(server->listener);
    visits_destroy(&server->host);
    loop_timer_destroy(server->host.timer);
    tls_server_destroy(server->host.tls);
}

bool server_run(const struct server_plan *plan, struct error *err)
{
    const struct sim_options *options = plan->world->options;
    struct server server = { 0 };
    struct loop *loop = loop_create();
    struct serve_plan serving = {
        .loop = loop,
        .unix_path = options->unix_path,
        .port = options->port,
        .exit_with_stdin = options->exit_with_stdin,
        .client = on_client,
        .ctx = &server,
        .announce = announce,
    };

    bool good = open_server(&server, loop, plan, err) && serve(&serving, err);
    close_server(&server);
    loop_destroy(loop);
    return good;
}

struct server *server_start(struct loop *loop, const struct server_plan *plan,
                            struct error *err)
{
    const struct sim_options *options = plan->world->options;
    struct server *server = mem_alloc(sizeof(*server));

    if (open_server(server, loop, plan, err))
        server->listener = listener_create(
            loop, options->unix_path, options->port, on_client, server, err);
    if (server->listener)
        return server;
    server_stop(server);
    return NULL;
}

uint16_t server_port(const struct server *server)
{
    return listener_port(server->listener);
}

void server_stop(struct server *server)
{
    if (!server)
        return;
    close_server(server);
    free(server);
}
