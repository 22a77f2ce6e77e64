/*
 * The life of one request. What libcurl tells is noted (http_transfer.c);
 * `pump` tells it from the loop: the head, the data for at most a few
 * milliseconds a turn, and last of all the end. So the user's callbacks may do
 * anything, destroying included.
 */
#include "http_request.h"

#include <stdlib.h>

#define TURN_NS 4000000 // for data in one turn
#define SLICE_BYTES ((size_t)16 << 10)
#define BACKLOG_LOW_BYTES ((size_t)64 << 10) // then libcurl reads again

static void pump(void *ctx);

void http_request_schedule(struct http *http)
{
    if (http->scheduled || http->told_end || http->destroyed)
        return;
    http->scheduled = true;
    loop_defer(http->loop, pump, http);
}

// --- clocks ------------------------------------------------------------------

static int64_t phase_limit_ms(const struct http *http)
{
    switch (http->phase) {
    case PHASE_CONNECT: return 0;
    case PHASE_SEND: return HTTP_SEND_STALL_MS;
    case PHASE_HEAD: return HTTP_HEAD_MS;
    case PHASE_ERROR_BODY: return HTTP_ERROR_BODY_MS;
    case PHASE_WAIT:
    case PHASE_BODY: return http->idle_ms;
    }
    return 0;
}

void http_request_enter(struct http *http, enum http_phase phase)
{
    http->phase = phase;
    http->since_ms = loop_now_ms();
    int64_t limit_ms = phase_limit_ms(http);
    if (limit_ms > 0)
        loop_timer_start(http->clock, limit_ms);
    else
        loop_timer_stop(http->clock);
}

static enum http_fault fault_of(enum http_phase phase)
{
    switch (phase) {
    case PHASE_CONNECT:
    case PHASE_WAIT:
    case PHASE_BODY: return HTTP_FAULT_SILENT;
    case PHASE_SEND: return HTTP_FAULT_SEND;
    case PHASE_HEAD: return HTTP_FAULT_SLOW_HEAD;
    case PHASE_ERROR_BODY: return HTTP_FAULT_ERROR;
    }
    return HTTP_FAULT_SILENT;
}

// --- ends --------------------------------------------------------------------

static void set_end(struct http *http, struct http_end end)
{
    if (http->has_end)
        return;
    http->has_end = true;
    http->end = end;
    loop_timer_stop(http->clock);
    http_request_schedule(http);
}

static void end_transfer(struct http *http, CURLcode code)
{
    set_end(http, http_transfer_end(http, code));
    http_transfer_take(http);
    http_target_wipe(&http->target);
}

void http_request_done(struct http_link *link, CURLcode code)
{
    end_transfer((struct http *)link, code);
}

// While we do not listen the silence is ours.
static void on_clock(void *ctx)
{
    struct http *http = ctx;
    int64_t limit_ms = phase_limit_ms(http);

    if (http->phase == PHASE_BODY && (http->flow_off || http->paused))
        http->since_ms = loop_now_ms();
    int64_t left_ms = http->since_ms + limit_ms - loop_now_ms();
    if (left_ms > 0) {
        loop_timer_start(http->clock, left_ms);
        return;
    }
    http->fault = fault_of(http->phase);
    end_transfer(http, CURLE_OPERATION_TIMEDOUT);
}

// Other libraries of TLS than ours read the certificates by themselves.
static bool has_trust(struct http *http)
{
    struct http_client *client = http->client;
    struct error err;
    void *store;

    if (!http->target.tls || !client->library.has_our_openssl)
        return true;
    switch (
        http_trust_state(client->trust, http->target.ca_file, &store, &err)) {
    case HTTP_TRUST_READING: return false;
    case HTTP_TRUST_FINE: return true;
    case HTTP_TRUST_BAD:
        set_end(http, http_end_make(NET_END_TLS, "%s", err.text));
        return false;
    }
    return false;
}

void http_request_ready(struct http_link *link)
{
    struct http *http = (struct http *)link;

    if (http->has_end || http->easy)
        return;
    if (http->client->failed)
        set_end(http, http_end_make(NET_END_REFUSED, "%s",
                                    http->client->failure.text));
    else if (http->client->multi && has_trust(http))
        http_transfer_begin(http);
}

// --- the pump ----------------------------------------------------------------

static void leave_client(struct http *http)
{
    struct http_link *link = &http->link;

    if (!http->client)
        return;
    if (link->prev)
        link->prev->next = link->next;
    else
        http->client->requests = link->next;
    if (link->next)
        link->next->prev = link->prev;
    http->client = NULL;
}

static void hand_over(struct http *http)
{
    int64_t until_ns = loop_now_ns() + TURN_NS;
    size_t told = 0;

    while (!http->paused && !http->dropped && !http->destroyed
           && told < http->waiting.len) {
        struct str slice =
            str_take(str_skip(buf_str(&http->waiting), told), SLICE_BYTES);
        told += slice.len;
        http->events.data(slice, http->ctx);
        if (loop_now_ns() >= until_ns)
            break;
    }
    if (http->destroyed)
        return;
    buf_consume(&http->waiting, told);
    if (http->waiting.len > 0 && !http->paused && !http->dropped)
        http_request_schedule(http);
}

static void read_on(struct http *http)
{
    if (!http->flow_off || http->paused || !http->easy
        || http->waiting.len > BACKLOG_LOW_BYTES)
        return;
    http->flow_off = false;
    http->since_ms = loop_now_ms();
    http->client->library.easy_pause(http->easy, CURLPAUSE_CONT);
    http_client_look(http->client);
}

static void tell_end(struct http *http)
{
    http->told_end = true;
    leave_client(http);
    http->end.body = buf_str(&http->error_body);
    http->events.ended(&http->end, http->ctx);
}

static void run_turn(struct http *http)
{
    if (http->head.complete && !http->told_head && !http->dropped) {
        http->told_head = true;
        if (http->events.head)
            http->events.head(&http->head.head, http->ctx);
    }
    if (!http->destroyed)
        hand_over(http);
    if (!http->destroyed && http->has_end && !http->told_end
        && (http->dropped || http->waiting.len == 0))
        tell_end(http);
    if (!http->destroyed && !http->has_end)
        read_on(http);
}

static void http_free(struct http *http)
{
    http_target_wipe(&http->target);
    buf_release(&http->waiting);
    buf_release(&http->error_body);
    buf_release(&http->body_copy);
    arena_release(&http->arena);
    free(http);
}

static void pump(void *ctx)
{
    struct http *http = ctx;

    http->scheduled = false;
    http->busy = true;
    run_turn(http);
    http->busy = false;
    if (http->destroyed)
        http_free(http);
}

// --- public ------------------------------------------------------------------

static void drop(struct http *http)
{
    if (http->told_end)
        return;
    if (http->client)
        http_transfer_take(http);
    http->dropped = true;
    http->has_end = true;
    http->end = http_end_make(NET_END_CLOSED_BY_US, "closed");
    buf_release(&http->error_body);
    loop_timer_stop(http->clock);
    http_target_wipe(&http->target);
    http_request_schedule(http);
}

void http_request_client_goes(struct http_link *link)
{
    struct http *http = (struct http *)link;

    drop(http);
    leave_client(http);
}

static void set_up(struct http *http, const struct http_options *options)
{
    struct http_client *client = http->client;
    struct error err;

    if (!http_target_read(&http->arena, options, &http->target, &err)) {
        set_end(http, http_end_make(NET_END_REFUSED, "%s", err.text));
        return;
    }
    http->origin = http_target_origin(&http->target);
    http_client_load(client);
    if (http->target.tls)
        http_client_trust(client, http->target.ca_file);
    http_request_ready(&http->link);
}

static void take_body(struct http *http, const struct http_options *options)
{
    http->body = options->body;
    if (options->body_is_borrowed)
        return;
    buf_append(&http->body_copy, options->body);
    http->body = buf_str(&http->body_copy);
}

struct http *http_start(struct http_client *client,
                        const struct http_options *options,
                        const struct http_events *events, void *ctx)
{
    struct http *http = mem_alloc(sizeof(*http));

    http->client = client;
    http->loop = client->loop;
    http->events = *events;
    http->ctx = ctx;
    http->method = options->method;
    http->accept = options->accept;
    http->limit_bytes = options->limit_bytes;
    http->idle_ms = options->idle_ms;
    http->timing = (struct http_timing){ -1, -1, -1, false };
    http->link.next = client->requests;
    if (http->link.next)
        http->link.next->prev = &http->link;
    client->requests = &http->link;
    http->clock = loop_timer_create(http->loop, on_clock, http);
    take_body(http, options);
    set_up(http, options);
    return http;
}

void http_pause(struct http *http, bool pause)
{
    if (http->paused == pause)
        return;
    http->paused = pause;
    if (!pause)
        http_request_schedule(http);
}

void http_close(struct http *http)
{
    drop(http);
}

void http_destroy(struct http *http)
{
    if (!http || http->destroyed)
        return;
    if (http->client)
        http_transfer_take(http);
    leave_client(http);
    loop_undefer(http->loop, pump, http);
    loop_timer_destroy(http->clock);
    http->destroyed = true;
    if (!http->busy)
        http_free(http);
}

struct http_timing http_timing(const struct http *http)
{
    return http->timing;
}