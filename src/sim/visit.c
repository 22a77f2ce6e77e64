/*
 * Glue between a link and what is pure: a reader of HTTP, the front desk, an
 * exchange, a peer. Bytes that arrive while an exchange runs wait for their
 * turn. A visit writes until nothing is due or enough is queued; then the link
 * says when it is empty, or the one timer of the server wakes those whose next
 * message has become due. Nothing runs while nothing is due.
 *
 * The server reads and writes its sockets itself, without libwebsockets: most
 * of what it is for (broken chunks, cut frames, resets, a byte a second) is
 * what a good library prevents, and a client that is built on libwebsockets is
 * better judged by other eyes.
 */
#include "visit_parts.h"

#include <stdlib.h>

struct moment visit_now(void)
{
    return (struct moment){ loop_now_ns() / 1000, loop_wall_ms() / 1000 };
}

// --- waking ------------------------------------------------------------------

// Sets the timer to the earliest due time. Rounds up: never a busy loop.
void visits_arm(struct host *host)
{
    int64_t due_us = NEVER;

    for (struct visit *v = host->visits; v; v = v->next)
        due_us = v->due_us < due_us ? v->due_us : due_us;
    if (due_us == NEVER) {
        loop_timer_stop(host->timer);
        return;
    }
    int64_t wait_us = due_us - visit_now().mono_us;
    loop_timer_start(host->timer, wait_us > 0 ? (wait_us + 999) / 1000 : 0);
}

void visits_on_timer(void *ctx)
{
    struct host *host = ctx;
    int64_t at_us = visit_now().mono_us;

    for (struct visit *v = host->visits; v; v = v->next)
        if (v->due_us <= at_us)
            visit_pump(v);
    visits_arm(host);
}

// --- ends --------------------------------------------------------------------

static void destroy(struct visit *v)
{
    loop_undefer(v->host->loop, visit_pump, v);
    link_destroy(v->link);
    http_release(&v->http);
    ws_release(&v->ws);
    deflater_destroy(v->deflater);
    exchange_destroy(v->exchange);
    peer_destroy(v->peer);
    buf_release(&v->waiting);
    buf_release(&v->message);
    buf_release(&v->frames);
    tape_close(&v->tape);
    free(v);
}

static void reap(void *ctx)
{
    struct visit *v = ctx;
    struct host *host = v->host;

    for (struct visit **at = &host->visits; *at; at = &(*at)->next)
        if (*at == v) {
            *at = v->next;
            break;
        }
    destroy(v);
    visits_arm(host);
}

// The link is over: the visit goes as soon as the callbacks are through.
static void on_ended(void *ctx)
{
    struct visit *v = ctx;

    v->due_us = NEVER;
    record_event(v->host->world, v->number, "close", 0);
    v->is_dead = true;
    loop_defer(v->host->loop, reap, v);
}

void visits_destroy(struct host *host)
{
    while (host->visits) {
        struct visit *v = host->visits;
        host->visits = v->next;
        loop_undefer(host->loop, reap, v);
        destroy(v);
    }
}

// 1006 resets, 0 just ends; both without a word.
void visit_leave(struct visit *v, int code)
{
    v->is_leaving = true;
    v->due_us = NEVER;
    link_flush(v->link);
    if (code == 1006)
        link_reset(v->link);
    else
        link_finish(v->link);
}

void visit_close(struct visit *v, int code)
{
    struct buf frame = { 0 };

    record_event(v->host->world, v->number, "closing", code);
    if (code != 1006 && code != 0) {
        ws_write_close(code, STR(""), &frame);
        link_send(v->link, buf_str(&frame));
        buf_release(&frame);
    }
    visit_leave(v, code);
}

void visit_go_deaf(struct visit *v)
{
    v->is_deaf = true;
    link_listen(v->link, false);
}

void visit_send(struct visit *v, struct buf *bytes)
{
    link_send(v->link, buf_str(bytes));
    buf_release(bytes);
    link_flush(v->link);
}

static void on_received(struct str bytes, void *ctx)
{
    struct visit *v = ctx;

    if (v->is_leaving)
        return;
    buf_append(&v->waiting, bytes);
    if (v->peer)
        visit_read_frames(v);
    else
        visit_read_http(v);
    // What is sent while an answer is written stays in the socket.
    if (v->exchange && v->waiting.len > LIMIT_BEHIND_BYTES)
        link_listen(v->link, false);
}

// --- the beginning -----------------------------------------------------------

void visit_create(struct host *host, int fd)
{
    struct visit *v = mem_alloc(sizeof(*v));
    struct link_plan plan = { .loop = host->loop,
                              .fd = fd,
                              .tls = host->tls,
                              .ctx = v,
                              .received = on_received,
                              .drained = visit_on_drained,
                              .ended = on_ended };
    struct fault fault;

    v->host = host;
    v->number = ++host->world->connections;
    v->due_us = NEVER;
    v->next = host->visits;
    host->visits = v;
    v->link = link_create(&plan);
    record_event(host->world, v->number, "open", 0);
    if (!fault_find(&host->world->options->faults, SCOPE_CONNECTION, v->number,
                    &fault))
        return;
    if (fault.kind == FAULT_SILENT)
        visit_go_deaf(v);
    else if (fault.kind == FAULT_ACCEPT_CLOSE)
        visit_leave(v, fault.code);
    else if (fault.kind == FAULT_TLS_CLOSE)
        link_break_handshake(v->link);
}
