/*
 * The proxy: talks with a client until it knows where it wants to go, then
 * gives both descriptors to a tunnel. The talk has a link of its own, which
 * must be gone before the tunnel's begins; so that step is a deferred call.
 */
#include "kerf/sim/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "dial.h"
#include "kerf/base/arena.h"
#include "kerf/base/json.h"
#include "kerf/sim/proxy_talk.h"
#include "link.h"
#include "serve.h"
#include "tunnels.h"

struct caller;

struct proxy {
    const struct proxy_options *options;
    struct tunnels tunnels;
    struct caller *callers;
    int record; // descriptor; -1: none
};

// A client that is still being talked with.
struct caller {
    struct caller *next;
    struct proxy *proxy;
    struct link *link;
    struct proxy_talk talk;
    struct buf rest; // what came behind its request
    bool is_through; // nothing more is read from it here
};

static void record(struct caller *caller, int status)
{
    struct buf line = { 0 };
    struct json_writer w = { &line, false };

    if (caller->proxy->record < 0)
        return;
    json_begin_object(&w);
    json_member_str(&w, "event", STR("connect"));
    json_member_bool(&w, "socks", caller->talk.phase != TALK_HTTP);
    json_member_str(&w, "target", str_from(caller->talk.target));
    json_member_bool(&w, "credentials", caller->talk.has_credentials);
    json_member_int(&w, "status", status);
    json_member_int(&w, "at_ns", loop_now_ns());
    json_end_object(&w);
    buf_append_char(&line, '\n');
    if (write(caller->proxy->record, line.at, line.len) < 0)
        perror("kerf-sim: the record");
    buf_release(&line);
}

static void open_way(void *ctx);
static void reap(void *ctx);

static void caller_remove(struct caller *caller)
{
    struct loop *loop = caller->proxy->tunnels.loop;

    loop_undefer(loop, open_way, caller);
    loop_undefer(loop, reap, caller);
    for (struct caller **at = &caller->proxy->callers; *at; at = &(*at)->next)
        if (*at == caller) {
            *at = caller->next;
            break;
        }
    link_destroy(caller->link);
    proxy_talk_release(&caller->talk);
    buf_release(&caller->rest);
    free(caller);
}

static void reap(void *ctx)
{
    caller_remove(ctx);
}

static void on_ended(void *ctx)
{
    struct caller *caller = ctx;

    caller->is_through = true;
    loop_defer(caller->proxy->tunnels.loop, reap, caller);
}

static void on_drained(void *ctx)
{
    (void)ctx;
}

static void say(struct caller *caller, struct buf *reply, bool is_last)
{
    link_send(caller->link, buf_str(reply));
    link_flush(caller->link);
    buf_release(reply);
    if (!is_last)
        return;
    caller->is_through = true;
    link_finish(caller->link);
}

static int status_of_dial(void)
{
    return errno == EACCES ? 403 : 502;
}

// Opens the way, or says why there is none.
static void open_way(void *ctx)
{
    struct caller *caller = ctx;
    struct proxy *proxy = caller->proxy;
    const char *to = proxy->options->to;
    int server = dial(str_from(to ? to : caller->talk.target));
    int status = server < 0 ? status_of_dial() : 200;
    struct buf reply = { 0 };

    record(caller, status);
    proxy_talk_answer(&caller->talk, status, &reply);
    if (server < 0) {
        say(caller, &reply, true);
        return;
    }
    int client = link_steal(caller->link);
    caller->link = NULL;
    tunnels_add(&proxy->tunnels, client, server, buf_str(&reply),
                buf_str(&caller->rest));
    buf_release(&reply);
    caller_remove(caller);
}

// Plays the fault instead of opening the way; false if there is none.
static bool misbehave(struct caller *caller)
{
    struct buf reply = { 0 };
    enum proxy_fault fault = (enum proxy_fault)caller->proxy->options->fault;

    switch (fault) {
    case PROXY_WORKS:
    case PROXY_407: return false;
    case PROXY_403:
    case PROXY_502:
        record(caller, fault == PROXY_403 ? 403 : 502);
        proxy_talk_answer(&caller->talk, fault == PROXY_403 ? 403 : 502,
                          &reply);
        break;
    case PROXY_SILENT:
        record(caller, 0);
        caller->is_through = true;
        return true;
    case PROXY_CLOSE: record(caller, 0); break;
    case PROXY_BODY:
        record(caller, 200);
        buf_append(&reply, STR("HTTP/1.1 200 OK\r\nContent-Length: 17\r\n"
                               "Content-Type: text/html\r\n\r\n"
                               "<html>hi</html>\r\n"));
        break;
    }
    say(caller, &reply, true);
    return true;
}

static void on_received(struct str bytes, void *ctx)
{
    struct caller *caller = ctx;
    struct buf reply = { 0 };

    if (caller->is_through)
        return;
    switch (proxy_talk(&caller->talk, &bytes, &reply)) {
    case TALK_MORE: say(caller, &reply, false); return;
    case TALK_REFUSED:
        record(caller, caller->talk.phase == TALK_HTTP ? 407 : 0);
        say(caller, &reply, true);
        return;
    case TALK_CONNECT: break;
    }
    say(caller, &reply, false);
    if (caller->talk.phase == TALK_SOCKS_REQUEST)
        bytes = buf_str(&caller->talk.bytes);
    buf_append(&caller->rest, bytes);
    if (misbehave(caller))
        return;
    caller->is_through = true;
    link_listen(caller->link, false); // the rest belongs to the tunnel
    loop_defer(caller->proxy->tunnels.loop, open_way, caller);
}

static void on_client(int fd, void *ctx)
{
    struct proxy *proxy = ctx;
    struct caller *caller = mem_alloc(sizeof(*caller));
    struct link_plan plan = { .loop = proxy->tunnels.loop,
                              .fd = fd,
                              .ctx = caller,
                              .received = on_received,
                              .drained = on_drained,
                              .ended = on_ended };

    caller->proxy = proxy;
    caller->talk.user = proxy->options->user;
    caller->talk.always_407 = proxy->options->fault == PROXY_407;
    caller->next = proxy->callers;
    proxy->callers = caller;
    caller->link = link_create(&plan);
}

static void announce(uint16_t port, void *ctx)
{
    const struct proxy *proxy = ctx;

    if (proxy->options->unix_path)
        printf("kerf-sim: proxying unix:%s\n", proxy->options->unix_path);
    else
        printf("kerf-sim: proxying 127.0.0.1:%d\n", port);
    fflush(stdout);
}

static bool open_record(struct proxy *proxy, struct error *err)
{
    const char *path = proxy->options->record;

    if (!path)
        return true;
    proxy->record = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return proxy->record >= 0 || error_errno(err, errno, "%s", path);
}

static void close_all(struct proxy *proxy)
{
    struct loop *loop = proxy->tunnels.loop;

    while (proxy->callers)
        caller_remove(proxy->callers);
    tunnels_destroy(&proxy->tunnels);
    loop_destroy(loop);
    if (proxy->record >= 0)
        close(proxy->record);
}

bool proxy_run(const struct proxy_options *options, struct error *err)
{
    struct proxy proxy = { .options = options,
                           .tunnels = { loop_create(), &options->rules, NULL },
                           .record = -1 };
    struct serve_plan plan = {
        .loop = proxy.tunnels.loop,
        .unix_path = options->unix_path,
        .port = options->port,
        .exit_with_stdin = options->exit_with_stdin,
        .client = on_client,
        .ctx = &proxy,
        .announce = announce,
    };
    bool good = open_record(&proxy, err) && serve(&plan, err);

    close_all(&proxy);
    return good;
}
