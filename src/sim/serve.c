/* Signals, standard input, the listening socket; then the loop. */
#include "serve.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

struct service {
    struct loop *loop;
    struct listener *listener;
    struct loop_signal *sigterm, *sigint;
    struct loop_watch *input; // NULL: not watched
};

static void on_signal(int number, void *ctx)
{
    struct service *service = ctx;

    (void)number;
    loop_stop(service->loop);
}

// What is typed at us is thrown away; its end is ours.
static void on_input(int ready, void *ctx)
{
    struct service *service = ctx;
    char sink[512];

    (void)ready;
    if (read(STDIN_FILENO, sink, sizeof(sink)) > 0)
        return;
    loop_watch_set(service->input, 0);
    loop_stop(service->loop);
}

static bool watch_input(struct service *service, struct error *err)
{
    struct stat info;

    if (fstat(STDIN_FILENO, &info) != 0
        || !(S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode)))
        return error_set(err, ERROR_USAGE,
                         "--exit-with-stdin: standard input is no pipe");
    service->input =
        loop_watch_create(service->loop, STDIN_FILENO, on_input, service);
    loop_watch_set(service->input, LOOP_READABLE);
    return true;
}

static void close_all(struct service *service)
{
    listener_destroy(service->listener);
    loop_watch_destroy(service->input);
    loop_signal_destroy(service->sigterm);
    loop_signal_destroy(service->sigint);
}

bool serve(const struct serve_plan *plan, struct error *err)
{
    struct service service = { .loop = plan->loop };
    bool good = !plan->exit_with_stdin || watch_input(&service, err);

    service.sigterm =
        loop_signal_create(plan->loop, SIGTERM, on_signal, &service);
    service.sigint =
        loop_signal_create(plan->loop, SIGINT, on_signal, &service);
    if (good)
        service.listener = listener_create(plan->loop, plan->unix_path,
                                           plan->port, plan->client, plan->ctx,
                                           err);
    good = service.listener != NULL;
    if (good) {
        plan->announce(listener_port(service.listener), plan->ctx);
        loop_run(plan->loop);
    }
    close_all(&service);
    return good;
}
