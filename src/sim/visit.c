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
#include "visit.h"

#include <stdlib.h>

#include "deflate.h"
#include "exchange.h"
#include "kerf/sim/ws_frame.h"
#include "link.h"
#include "record.h"
#include "tape.h"
#include "ws_accept.h"

#define BURST_BYTES ((size_t)256 * 1024) // queued before others get their turn
#define NEVER INT64_MAX
#define US_PER_S 1000000

struct visit {
    struct visit *next;
    struct host *host;
    struct link *link;
    uint64_t number;    // of the connection
    struct buf waiting; // bytes that were not taken yet
    struct http_reader http;
    struct http_request request;
    struct verdict verdict;    // of the last request; its wishes are borrowed
    struct exchange *exchange; // NULL: none runs
    struct ws_reader ws;
    struct peer *peer; // NULL: speaks HTTP
    struct buf message, frames;
    int64_t due_us;
    bool is_deaf, is_dead, is_leaving, drips_head, deflate;
    bool has_cut;
    uint64_t cut_bytes; // left until the end
    int cut_code;
    struct record_answer times;
    struct tape tape;
};

static struct moment now(void)
{
    return (struct moment){ loop_now_ns() / 1000, loop_wall_ms() / 1000 };
}

// --- waking ------------------------------------------------------------------

// Sets the timer to the earliest due time. Rounds up: never a busy loop.
static void arm(struct host *host)
{
    int64_t due_us = NEVER;

    for (struct visit *v = host->visits; v; v = v->next)
        due_us = v->due_us < due_us ? v->due_us : due_us;
    if (due_us == NEVER) {
        loop_timer_stop(host->timer);
        return;
    }
    int64_t wait_us = due_us - now().mono_us;
    loop_timer_start(host->timer, wait_us > 0 ? (wait_us + 999) / 1000 : 0);
}

static void pump(void *ctx);

void visits_on_timer(void *ctx)
{
    struct host *host = ctx;
    int64_t at_us = now().mono_us;

    for (struct visit *v = host->visits; v; v = v->next)
        if (v->due_us <= at_us)
            pump(v);
    arm(host);
}

// --- ends --------------------------------------------------------------------

static void destroy(struct visit *v)
{
    loop_undefer(v->host->loop, pump, v);
    link_destroy(v->link);
    http_release(&v->http);
    ws_release(&v->ws);
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
    arm(host);
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
static void leave(struct visit *v, int code)
{
    v->is_leaving = true;
    v->due_us = NEVER;
    link_flush(v->link);
    if (code == 1006)
        link_reset(v->link);
    else
        link_finish(v->link);
}

static void close_socket(struct visit *v, int code)
{
    struct buf frame = { 0 };

    record_event(v->host->world, v->number, "closing", code);
    if (code != 1006 && code != 0) {
        ws_write_close(code, STR(""), &frame);
        link_send(v->link, buf_str(&frame));
        buf_release(&frame);
    }
    leave(v, code);
}

static void go_deaf(struct visit *v)
{
    v->is_deaf = true;
    link_listen(v->link, false);
}

// --- writing -----------------------------------------------------------------

static void note_bytes(struct visit *v, size_t count)
{
    int64_t at_ns = loop_now_ns();

    if (v->times.first_ns == 0)
        v->times.first_ns = at_ns;
    v->times.last_ns = at_ns;
    v->times.bytes += count;
}

// Queues bytes, but not beyond a cut; false if the visit ends there.
static bool put_bytes(struct visit *v, struct str bytes)
{
    bool ends = v->has_cut && bytes.len >= v->cut_bytes;

    if (ends)
        bytes = str_take(bytes, (size_t)v->cut_bytes);
    v->cut_bytes -= v->has_cut ? bytes.len : 0;
    note_bytes(v, bytes.len);
    tape_write(&v->tape, bytes);
    link_send(v->link, bytes);
    if (v->host->world->options->segments == SEGMENTS_EVENT)
        link_flush(v->link);
    if (ends)
        leave(v, v->cut_code);
    return !ends;
}

static bool put_message(struct visit *v, struct str message)
{
    const struct sim_options *options = v->host->world->options;
    struct buf small = { 0 };
    bool deflated = v->deflate && deflate_message(message, &small);

    buf_reset(&v->frames);
    ws_write_message(deflated ? buf_str(&small) : message,
                     (size_t)options->fragment_bytes, deflated, &v->frames);
    buf_release(&small);
    return put_bytes(v, buf_str(&v->frames));
}

static bool put_messages(struct visit *v)
{
    struct str rest = buf_str(&v->message), line;

    if (!v->has_cut)
        v->has_cut = peer_take_cut(v->peer, &v->cut_bytes, &v->cut_code);
    while (str_split(&rest, '\n', &line))
        if (!put_message(v, line))
            return false;
    return true;
}

static void next_tape(struct visit *v, const char *suffix)
{
    tape_next(&v->tape, v->host->world->options->record_bytes, v->number,
              suffix);
}

// Answers with recorded bytes; a cut comes as a reset.
static void replay(struct visit *v)
{
    uint64_t cut = v->host->world->options->cut;

    v->has_cut = cut > 0;
    v->cut_bytes = cut;
    v->cut_code = 1006;
    if (put_bytes(v, v->host->world->replay))
        link_flush(v->link);
}

// One step of a WebSocket; false if there is nothing to do now.
static bool step_peer(struct visit *v)
{
    buf_reset(&v->message);
    switch (peer_next(v->peer, now(), &v->due_us, &v->message)) {
    case PEER_MESSAGE: return put_messages(v);
    case PEER_RAW: return put_bytes(v, buf_str(&v->message));
    case PEER_WAIT: break;
    case PEER_CLOSE: close_socket(v, peer_close_code(v->peer)); return false;
    }
    if (peer_is_deaf(v->peer))
        go_deaf(v);
    return false;
}

static void read_http(struct visit *v);

static void end_exchange(struct visit *v)
{
    v->times.status = exchange_status(v->exchange);
    record_answer(v->host->world, &v->times);
    exchange_destroy(v->exchange);
    v->exchange = NULL;
    v->has_cut = false;
    http_reset(&v->http);
}

// One step of an exchange; false if there is nothing to do now.
static bool step_exchange(struct visit *v)
{
    buf_reset(&v->message);
    switch (exchange_next(v->exchange, now(), &v->due_us, &v->message)) {
    case EXCHANGE_BYTES: return put_bytes(v, buf_str(&v->message));
    case EXCHANGE_WAIT: return false;
    case EXCHANGE_STALL: v->due_us = NEVER; return false;
    case EXCHANGE_DEAF:
        v->due_us = NEVER;
        go_deaf(v);
        return false;
    case EXCHANGE_DONE:
        v->due_us = NEVER;
        end_exchange(v);
        read_http(v);
        return v->exchange != NULL;
    case EXCHANGE_END: leave(v, 0); return false;
    case EXCHANGE_RESET: leave(v, 1006); return false;
    }
    return false;
}

static void pump(void *ctx)
{
    struct visit *v = ctx;
    bool holds = v->host->world->options->segments == SEGMENTS_BURST;

    v->due_us = NEVER;
    while (!v->is_dead && !v->is_leaving && (v->peer || v->exchange)) {
        if (!holds && link_pending(v->link) >= BURST_BYTES)
            break;
        if (!(v->peer ? step_peer(v) : step_exchange(v)))
            break;
    }
    if (!v->is_leaving)
        link_flush(v->link);
    if (v->due_us != NEVER)
        arm(v->host);
}

static void pump_soon(struct visit *v)
{
    loop_undefer(v->host->loop, pump, v);
    loop_defer(v->host->loop, pump, v);
}

// The link has taken all: there may be more that is due.
static void on_drained(void *ctx)
{
    struct visit *v = ctx;

    if (v->drips_head) {
        v->drips_head = false;
        link_drip(v->link, 0);
    }
    if (!v->is_leaving && (v->peer || v->exchange))
        pump_soon(v);
}

// --- reading -----------------------------------------------------------------

static void send_buf(struct visit *v, struct buf *bytes)
{
    link_send(v->link, buf_str(bytes));
    buf_release(bytes);
    link_flush(v->link);
}

static void take_message(struct visit *v, struct str payload)
{
    struct buf large = { 0 };

    v->times.request_ns = loop_now_ns();
    next_tape(v, "ws");
    if (v->host->world->replay.len > 0) {
        replay(v);
        return;
    }
    if (!v->ws.is_deflated) {
        peer_receive(v->peer, payload);
    } else if (inflate_message(payload, LIMIT_MESSAGE_BYTES, &large)) {
        peer_receive(v->peer, buf_str(&large));
    } else {
        close_socket(v, 1009);
    }
    buf_release(&large);
}

static void answer_ping(struct visit *v, struct str payload)
{
    struct ws_frame frame = { .opcode = WS_PONG };
    struct buf bytes = { 0 };

    record_event(v->host->world, v->number, "ping", 0);
    ws_write(&frame, payload, &bytes);
    send_buf(v, &bytes);
}

static void read_frames(struct visit *v)
{
    struct str bytes = buf_str(&v->waiting), payload;
    enum ws_step step;

    while (!v->is_leaving
           && (step = ws_read(&v->ws, &bytes, &payload)) != WS_STEP_MORE) {
        if (step == WS_STEP_MESSAGE)
            take_message(v, payload);
        else if (step == WS_STEP_PING)
            answer_ping(v, payload);
        else if (step == WS_STEP_CLOSE || step == WS_STEP_WRONG)
            close_socket(v, v->ws.close_code);
    }
    buf_reset(&v->waiting);
    if (!v->is_leaving)
        pump_soon(v);
}

static void open_peer(struct visit *v)
{
    const struct fault *fault = &v->verdict.fault;
    struct peer_plan plan = {
        .world = v->host->world,
        .connection = v->number,
        .wishes = &v->verdict.wishes,
        .timing = http_word_is(
            http_header(&v->request, "x-responsesapi-include-timing-metrics"),
            "true"),
        .early_close = fault->kind == FAULT_EARLY_CLOSE ? fault->code : 0,
    };

    v->peer = peer_create(&plan, now());
    v->ws.limit_bytes = LIMIT_MESSAGE_BYTES;
    v->ws.deflate = v->deflate;
    if (fault->kind == FAULT_DEAF_AFTER_101)
        go_deaf(v);
}

static void pace_head(struct visit *v)
{
    const struct fault *fault = &v->verdict.fault;

    if (fault->kind != FAULT_SLOW_HEAD && fault->kind != FAULT_DRIP)
        return;
    v->drips_head = fault->kind == FAULT_SLOW_HEAD;
    link_drip(v->link, fault->code);
}

static void upgrade(struct visit *v)
{
    struct buf out = { 0 };
    struct refusal refusal;
    bool offered;

    if (!ws_accept_check(&v->request, &offered, &refusal)) {
        front_refuse(&refusal, false, &out);
        send_buf(v, &out);
        leave(v, 0);
        return;
    }
    v->deflate = offered && v->host->world->options->deflate;
    ws_accept_write(&v->request, &v->verdict.fault, v->deflate, v->host->world,
                    &out);
    if (v->verdict.fault.kind == FAULT_CUT_HEAD) {
        out.len /= 2;
        send_buf(v, &out);
        leave(v, 0);
        return;
    }
    record_event(v->host->world, v->number, "upgrade", 101);
    pace_head(v);
    open_peer(v);
    send_buf(v, &out);
    http_reset(&v->http);
    read_frames(v);
}

static void begin_exchange(struct visit *v)
{
    struct exchange_plan plan = { v->host->world, v->number, &v->request,
                                  &v->verdict, now() };

    v->times.request_ns = loop_now_ns();
    next_tape(v, "http");
    if (v->host->world->replay.len > 0) {
        replay(v);
        http_reset(&v->http);
        return;
    }
    v->exchange = exchange_create(&plan);
    v->has_cut = exchange_cut(v->exchange, &v->cut_bytes, &v->cut_code);
    if (v->verdict.fault.kind == FAULT_CUT_HEAD) {
        v->has_cut = true;
        v->cut_bytes = 40;
        v->cut_code = 0;
    }
    pace_head(v);
    pump_soon(v);
}

// A whole request was read: answers, or begins to.
static void take_request(struct visit *v)
{
    struct buf out = { 0 };
    bool keep_alive = v->request.keep_alive
                      && !http_header_has(&v->request, "upgrade", "websocket");

    v->times = (struct record_answer){ .connection = v->number,
                                       .request_ns = loop_now_ns() };
    front_judge(v->host->world, v->host->token, &v->request, now(), &v->verdict,
                &out);
    if (v->verdict.route == ROUTE_WEBSOCKET) {
        buf_release(&out);
        upgrade(v);
        return;
    }
    if (v->verdict.route != ROUTE_NONE) {
        buf_release(&out);
        begin_exchange(v);
        return;
    }
    record_event(v->host->world, v->number, "answer", v->verdict.status);
    send_buf(v, &out);
    http_reset(&v->http);
    if (!keep_alive || v->verdict.status == 401 || v->verdict.status == 403)
        leave(v, 0);
}

static void refuse_bytes(struct visit *v)
{
    struct buf out = { 0 };
    struct refusal refusal;

    refuse(&refusal, "bad_request", NULL, "%s", v->http.problem);
    refusal.status = v->http.status;
    front_refuse(&refusal, false, &out);
    record_event(v->host->world, v->number, "answer", refusal.status);
    send_buf(v, &out);
    leave(v, 0);
}

static void say_continue(struct visit *v)
{
    struct buf out = { 0 };

    if (!v->request.wants_continue)
        return;
    buf_append(&out, STR("HTTP/1.1 100 Continue\r\n\r\n"));
    send_buf(v, &out);
}

// Takes what waits, up to the end of one request after another.
static void read_http(struct visit *v)
{
    struct str bytes = buf_str(&v->waiting);
    size_t before = bytes.len;

    while (!v->peer && !v->exchange && !v->is_leaving && bytes.len > 0) {
        enum http_step step = http_read(&v->http, &bytes, &v->request);
        buf_consume(&v->waiting, before - bytes.len);
        if (step == HTTP_HEAD)
            say_continue(v);
        if (step == HTTP_HEAD && v->http.left == 0) {
            struct str none = STR("");
            step = http_read(&v->http, &none, &v->request);
        }
        if (step == HTTP_READY)
            take_request(v);
        else if (step == HTTP_WRONG)
            refuse_bytes(v);
        bytes = buf_str(&v->waiting);
        before = bytes.len;
    }
}

static void on_received(struct str bytes, void *ctx)
{
    struct visit *v = ctx;

    if (v->is_leaving)
        return;
    buf_append(&v->waiting, bytes);
    if (v->peer)
        read_frames(v);
    else
        read_http(v);
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
                              .drained = on_drained,
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
        go_deaf(v);
    else if (fault.kind == FAULT_ACCEPT_CLOSE)
        leave(v, fault.code);
    else if (fault.kind == FAULT_TLS_CLOSE)
        link_break_handshake(v->link);
}
