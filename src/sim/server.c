/*
 * The process around the connections: a loop, a listening socket, signals, and
 * the one line that says where.
 */
#include "kerf/sim/server.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "listen.h"
#include "tls.h"
#include "visit.h"

struct server {
    const struct server_plan *plan;
    struct host host;
    struct listener *listener;
    struct loop_signal *sigterm, *sigint;
    struct loop_watch *input; // NULL: not watched
};

static void on_signal(int number, void *ctx)
{
    struct server *server = ctx;

    (void)number;
    loop_stop(server->host.loop);
}

// What is typed at us is thrown away; its end is ours.
static void on_input(int ready, void *ctx)
{
    struct server *server = ctx;
    char sink[512];

    (void)ready;
    if (read(STDIN_FILENO, sink, sizeof(sink)) <= 0) {
        loop_watch_set(server->input, 0);
        loop_stop(server->host.loop);
    }
}

static bool watch_input(struct server *server, struct error *err)
{
    struct stat info;

    if (!server->plan->world->options->exit_with_stdin)
        return true;
    if (fstat(STDIN_FILENO, &info) != 0
        || !(S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode)))
        return error_set(err, ERROR_USAGE,
                         "--exit-with-stdin: standard input is no pipe");
    server->input =
        loop_watch_create(server->host.loop, STDIN_FILENO, on_input, server);
    loop_watch_set(server->input, LOOP_READABLE);
    return true;
}

static void on_client(int fd, void *ctx)
{
    struct server *server = ctx;

    visit_create(&server->host, fd);
}

static bool open_all(struct server *server, struct error *err)
{
    const struct sim_options *options = server->plan->world->options;
    struct loop *loop = server->host.loop;

    server->sigterm = loop_signal_create(loop, SIGTERM, on_signal, server);
    server->sigint = loop_signal_create(loop, SIGINT, on_signal, server);
    server->host.timer =
        loop_timer_create(loop, visits_on_timer, &server->host);
    if (!watch_input(server, err))
        return false;
    if (options->tls && !(server->host.tls = tls_server_create(options, err)))
        return false;
    server->listener = listener_create(loop, options->unix_path, options->port,
                                       on_client, server, err);
    return server->listener != NULL;
}

static void announce(const struct server *server)
{
    const struct server_plan *plan = server->plan;
    const struct sim_options *options = plan->world->options;

    if (options->unix_path)
        printf("kerf-sim: listening on unix:%s", options->unix_path);
    else
        printf("kerf-sim: listening on %s://127.0.0.1:%d/v1",
               options->tls ? "https" : "http",
               listener_port(server->listener));
    if (!plan->token_is_secret)
        printf(" token %s", plan->token);
    putchar('\n');
    fflush(stdout);
}

static void close_all(struct server *server)
{
    listener_destroy(server->listener);
    visits_destroy(&server->host);
    loop_watch_destroy(server->input);
    loop_timer_destroy(server->host.timer);
    loop_signal_destroy(server->sigterm);
    loop_signal_destroy(server->sigint);
    tls_server_destroy(server->host.tls);
    loop_destroy(server->host.loop);
}

bool server_run(const struct server_plan *plan, struct error *err)
{
    struct server server = {
        .plan = plan,
        .host = { .world = plan->world,
                  .token = plan->token,
                  .loop = loop_create() },
    };
    bool good = open_all(&server, err);

    if (good) {
        announce(&server);
        loop_run(server.host.loop);
    }
    close_all(&server);
    return good;
}
