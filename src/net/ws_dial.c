/*
 * One dial and the life after it. The link's callbacks come from inside
 * libwebsockets and only note what happened; `pump` does the rest from the
 * loop: starts the next address, tells of readiness, hands messages over for
 * at most a few milliseconds a turn, and last of all the end. So the user's
 * callbacks may do anything, destroying included.
 *
 * Addresses are tried in turn; if one does not connect within a moment the
 * next is tried beside it, and the first that is up wins (RFC 8305 5).
 */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kerf/base/arena.h"
#include "kerf/net/ws.h"

#include "inbox.h"
#include "link.h"
#include "lookup.h"
#include "outbox.h"
#include "target.h"
#include "ws_end.h"

#define STAGGER_MS 250
#define STAY_MS 10000   // how often a link that is not read is kept alive
#define TURN_NS 4000000 // for messages in one turn
#define GATHER_AFTER 32 // turns with messages, closely one after another
#define GATHER_GAP_MS 50
#define GATHER_MS 8
#define GATHER_MOST_BYTES ((size_t)16 << 10)
#define BACKLOG_HIGH_BYTES ((size_t)256 << 10)
#define BACKLOG_LOW_BYTES ((size_t)64 << 10)
#define CLOSE_UNSUPPORTED 1003
#define CLOSE_BAD_TEXT 1007
#define CLOSE_TOO_BIG 1009

struct attempt {
    struct ws *ws;
    struct link *link; // NULL: ended or not begun
};

struct ws {
    struct client_user user;  // first: found by its address
    struct ws_client *client; // NULL: it went
    struct loop *loop;
    struct ws_events events;
    void *ctx;
    struct ws_patience patience;

    struct arena arena; // the strings of the target
    struct target target;

    struct lookup *lookup;
    struct address addresses[LIMIT_ADDRESSES];
    size_t address_count, next_address;
    struct attempt attempts[LIMIT_ADDRESSES];
    struct attempt *winner;
    struct link_end failure; // of the last attempt
    bool has_failure;

    struct loop_timer *limit; // of the dial, then of sending
    struct loop_timer *step;  // of the lookup, between attempts, then STAY_MS
    struct inbox inbox;
    struct outbox outbox;
    bool paused, flow_off;
    struct loop_timer *gather;
    bool gathering;  // not read for a few milliseconds
    unsigned steady; // turns with messages, each soon after the last one
    int64_t heard_ms;

    bool has_end, dropped; // dropped: by us, so what waits is not told
    struct ws_end end;
    bool told_ready, told_end;
    bool scheduled, busy, destroyed;
};

static void pump(void *ctx);

static void schedule(struct ws *ws)
{
    if (ws->scheduled || ws->told_end || ws->destroyed)
        return;
    ws->scheduled = true;
    loop_defer(ws->loop, pump, ws);
}

static void set_end(struct ws *ws, struct ws_end end)
{
    if (ws->has_end)
        return;
    ws->has_end = true;
    ws->end = end;
    schedule(ws);
}

static void let_go_of_links(struct ws *ws, bool politely)
{
    for (size_t i = 0; i < LIMIT_ADDRESSES; i++) {
        struct attempt *attempt = &ws->attempts[i];
        struct link *link = attempt->link;
        attempt->link = NULL;
        if (link && politely && attempt == ws->winner)
            link_close(link);
        else if (link)
            link_kill(link);
    }
}

// After the end nothing goes on by itself. Not from inside the library.
static void quiet_down(struct ws *ws, bool politely)
{
    lookup_destroy(ws->lookup);
    ws->lookup = NULL;
    let_go_of_links(ws, politely);
    loop_timer_stop(ws->limit);
    loop_timer_stop(ws->gather);
    loop_timer_stop(ws->step);
    outbox_release(&ws->outbox);
    target_wipe_key(&ws->target);
}

// --- what the link tells: from inside the library ----------------------------

static void on_up(void *ctx)
{
    struct attempt *attempt = ctx;
    struct ws *ws = attempt->ws;

    if (!ws->winner && !ws->has_end)
        ws->winner = attempt;
    schedule(ws);
}

static int end_by_fault(struct ws *ws, struct attempt *attempt, int code,
                        const char *words)
{
    attempt->link = NULL;
    set_end(ws, ws_end_make(NET_END_PROTOCOL, code, "%.*s: %s",
                            STR_ARG(ws->target.where), words));
    return code;
}

static void hold_back(struct ws *ws)
{
    if (ws->flow_off || inbox_waiting_bytes(&ws->inbox) < BACKLOG_HIGH_BYTES)
        return;
    ws->flow_off = true;
    link_flow(ws->winner->link, false);
    loop_timer_start(ws->step, STAY_MS);
}

static int on_received(const struct piece *piece, void *ctx)
{
    struct attempt *attempt = ctx;
    struct ws *ws = attempt->ws;

    if (attempt != ws->winner)
        return 0;
    switch (inbox_add(&ws->inbox, piece)) {
    case INBOX_FINE: break;
    case INBOX_BINARY:
        return end_by_fault(ws, attempt, CLOSE_UNSUPPORTED,
                            "the server sent a binary message");
    case INBOX_TOO_BIG:
        return end_by_fault(ws, attempt, CLOSE_TOO_BIG,
                            "the server sent a message that is too big");
    case INBOX_TOO_MANY:
        return end_by_fault(ws, attempt, CLOSE_TOO_BIG,
                            "the server sent a message in too many pieces");
    case INBOX_NOT_UTF8:
        return end_by_fault(ws, attempt, CLOSE_BAD_TEXT,
                            "the server sent malformed UTF-8");
    }
    hold_back(ws);
    schedule(ws);
    return 0;
}

static bool on_peek(struct frame *frame, void *ctx)
{
    struct attempt *attempt = ctx;
    struct ws *ws = attempt->ws;

    if (attempt != ws->winner)
        return false;
    if (outbox_peek(&ws->outbox, frame))
        return true;
    loop_timer_stop(ws->limit);
    return false;
}

static void on_sent(void *ctx)
{
    struct ws *ws = ((struct attempt *)ctx)->ws;

    outbox_advance(&ws->outbox);
    loop_timer_start(ws->limit, ws->patience.stall_ms);
}

// Says whether another address may do better.
static bool is_local_failure(enum link_end_kind kind)
{
    return kind == LINK_END_CONNECT || kind == LINK_END_TLS
           || kind == LINK_END_EARLY;
}

static void note_failure(struct ws *ws, const struct link_end *end)
{
    if (!is_local_failure(end->kind)) {
        set_end(ws, ws_end_of_link(end, ws->target.where));
        return;
    }
    ws->failure = *end;
    ws->has_failure = true;
    schedule(ws);
}

static void on_ended(const struct link_end *end, void *ctx)
{
    struct attempt *attempt = ctx;
    struct ws *ws = attempt->ws;

    attempt->link = NULL;
    if (attempt == ws->winner)
        set_end(ws, ws_end_of_link(end, ws->target.where));
    else if (!ws->winner)
        note_failure(ws, end);
}

static const struct link_ops link_ops = {
    .up = on_up,
    .received = on_received,
    .peek = on_peek,
    .sent = on_sent,
    .ended = on_ended,
};

// --- attempts ----------------------------------------------------------------

static bool has_live_attempt(const struct ws *ws)
{
    for (size_t i = 0; i < ws->next_address; i++)
        if (ws->attempts[i].link)
            return true;
    return false;
}

static bool has_connected_attempt(const struct ws *ws)
{
    for (size_t i = 0; i < ws->next_address; i++)
        if (ws->attempts[i].link && link_is_connected(ws->attempts[i].link))
            return true;
    return false;
}

static void start_attempt(struct ws *ws)
{
    size_t index = ws->next_address++;
    struct attempt *attempt = &ws->attempts[index];
    const char *address = ws->addresses[index].text;
    struct link_end end;

    attempt->ws = ws;
    ws->target.options.address = address;
    attempt->link =
        link_dial(ws->client, &ws->target.options, &link_ops, attempt, &end);
    loop_timer_start(ws->step, STAGGER_MS);
    if (attempt->link)
        return;
    if (end.kind == LINK_END_CONNECT)
        end.number = target_connect_errno(&ws->target, address);
    note_failure(ws, &end);
}

// Starts attempts until one is under way; ends when none is left.
static void go_on_dialling(struct ws *ws)
{
    while (!ws->has_end && !has_live_attempt(ws)) {
        if (ws->next_address < ws->address_count)
            start_attempt(ws);
        else if (ws->has_failure)
            set_end(ws, ws_end_of_link(&ws->failure, ws->target.where));
        else
            return; // still looking the name up
    }
}

static void on_answer(const struct answer *answer, void *ctx)
{
    struct ws *ws = ctx;

    ws->lookup = NULL;
    if (answer->status != 0) {
        set_end(ws, ws_end_make(NET_END_LOST, 0, "%.*s: %s",
                                STR_ARG(ws->target.where),
                                gai_strerror(answer->status)));
        return;
    }
    memcpy(ws->addresses, answer->at, sizeof(ws->addresses));
    ws->address_count = answer->count;
    schedule(ws);
}

// --- clocks ------------------------------------------------------------------

static void on_limit(void *ctx)
{
    struct ws *ws = ctx;

    if (ws->winner)
        set_end(ws, ws_end_make(NET_END_LOST, 1006,
                                "%.*s: the server took nothing for %d seconds",
                                STR_ARG(ws->target.where),
                                ws->patience.stall_ms / 1000));
    else
        set_end(ws, ws_end_make(NET_END_LOST, 0,
                                "%.*s: no connection within %d seconds",
                                STR_ARG(ws->target.where),
                                ws->patience.connect_ms / 1000));
}

static void on_step(void *ctx)
{
    struct ws *ws = ctx;

    if (ws->lookup) {
        set_end(ws,
                ws_end_make(NET_END_LOST, 0,
                            "%.*s: no name server answered within %d "
                            "seconds",
                            STR_ARG(ws->target.where), WS_LOOKUP_MS / 1000));
    } else if (ws->winner && ws->winner->link && ws->flow_off) {
        link_stay(ws->winner->link);
        loop_timer_start(ws->step, STAY_MS);
    } else if (!ws->winner && !ws->has_end && !has_connected_attempt(ws)
               && ws->next_address < ws->address_count) {
        start_attempt(ws);
    }
}

// --- the pump ----------------------------------------------------------------

static void become_ready(struct ws *ws)
{
    struct link *link = ws->winner->link;

    ws->winner->link = NULL;
    let_go_of_links(ws, false); // of those that came too late
    ws->winner->link = link;
    if (outbox_is_empty(&ws->outbox))
        loop_timer_stop(ws->limit);
    loop_timer_stop(ws->step);
    target_wipe_key(&ws->target);
    ws->told_ready = true;
    ws->events.ready(ws->ctx);
}

static void read_on(struct ws *ws)
{
    if (!ws->flow_off || ws->paused || !ws->winner->link
        || inbox_waiting_bytes(&ws->inbox) > BACKLOG_LOW_BYTES)
        return;
    ws->flow_off = false;
    loop_timer_stop(ws->step);
    link_flow(ws->winner->link, true);
}

static void on_gathered(void *ctx)
{
    struct ws *ws = ctx;

    ws->gathering = false;
    if (!ws->flow_off && ws->winner && ws->winner->link)
        link_flow(ws->winner->link, true);
}

// A message a millisecond would wake us a thousand times a second, for thirty
// frames. Once a stream runs evenly it is read in small heaps; the first
// messages, and a flood, are read as they come. Not over TLS: libwebsockets
// 4.1 loses its place in the stream there if it is stopped often.
static void gather(struct ws *ws, size_t bytes)
{
    int64_t now = loop_now_ms();
    bool soon = now - ws->heard_ms < GATHER_GAP_MS;

    ws->heard_ms = now;
    ws->steady = soon ? ws->steady + 1 : 0;
    if (ws->target.options.tls || ws->steady < GATHER_AFTER
        || bytes > GATHER_MOST_BYTES || ws->flow_off || ws->gathering
        || !ws->winner->link)
        return;
    ws->gathering = true;
    link_flow(ws->winner->link, false);
    loop_timer_start(ws->gather, GATHER_MS);
}

static void hand_over(struct ws *ws)
{
    int64_t until_ns = loop_now_ns() + TURN_NS;
    struct str message;
    size_t bytes = 0;

    while (!ws->paused && !ws->dropped && !ws->destroyed
           && inbox_take(&ws->inbox, &message)) {
        bytes += message.len;
        ws->events.message(message, ws->ctx);
        if (loop_now_ns() >= until_ns)
            break;
    }
    if (ws->destroyed)
        return;
    inbox_trim(&ws->inbox);
    if (inbox_waiting_bytes(&ws->inbox) > 0 && !ws->paused && !ws->dropped)
        schedule(ws);
    else if (bytes > 0)
        gather(ws, bytes);
}

static bool end_is_due(const struct ws *ws)
{
    return ws->has_end && !ws->told_end
           && (ws->dropped || inbox_waiting_bytes(&ws->inbox) == 0);
}

static void client_leave(struct client_user *user)
{
    struct ws *ws = (struct ws *)user;
    struct client_users *users = client_users(ws->client);

    if (user->prev)
        user->prev->next = user->next;
    else
        users->first = user->next;
    if (user->next)
        user->next->prev = user->prev;
    ws->client = NULL;
}

static void tell_end(struct ws *ws)
{
    ws->told_end = true;
    if (ws->client)
        client_leave(&ws->user);
    inbox_release(&ws->inbox);
    ws->events.ended(&ws->end, ws->ctx);
}

static void run_turn(struct ws *ws)
{
    if (!ws->winner)
        go_on_dialling(ws);
    if (ws->winner && !ws->told_ready && !ws->dropped)
        become_ready(ws);
    if (ws->told_ready && !ws->destroyed)
        hand_over(ws);
    if (ws->has_end && !ws->destroyed)
        quiet_down(ws, true);
    if (!ws->destroyed && end_is_due(ws))
        tell_end(ws);
    if (!ws->destroyed && !ws->has_end && ws->winner)
        read_on(ws);
}

static void ws_free(struct ws *ws)
{
    inbox_release(&ws->inbox);
    arena_release(&ws->arena);
    free(ws);
}

static void pump(void *ctx)
{
    struct ws *ws = ctx;

    ws->scheduled = false;
    ws->busy = true;
    run_turn(ws);
    ws->busy = false;
    if (ws->destroyed)
        ws_free(ws);
}

// --- public ------------------------------------------------------------------

static struct ws_patience with_defaults(const struct ws_patience *wanted)
{
    struct ws_patience p = *wanted;

    p.connect_ms = p.connect_ms > 0 ? p.connect_ms : WS_CONNECT_MS;
    p.stall_ms = p.stall_ms > 0 ? p.stall_ms : WS_SEND_STALL_MS;
    p.ping_s = p.ping_s > 0 ? p.ping_s : WS_PING_SECONDS;
    p.hangup_s = p.hangup_s > 0 ? p.hangup_s : WS_HANGUP_SECONDS;
    return p;
}

static void set_up(struct ws *ws, const struct ws_options *options)
{
    struct error err;

    if (!target_read(&ws->arena, options, &ws->target, &err)) {
        set_end(ws,
                ws_end_make(err.kind == ERROR_UNSUPPORTED ? NET_END_UNSUPPORTED
                                                          : NET_END_REFUSED,
                            0, "%s", err.text));
        return;
    }
    ws->target.options.ping_s = ws->patience.ping_s;
    ws->target.options.hangup_s = ws->patience.hangup_s;
    loop_timer_start(ws->limit, ws->patience.connect_ms);
    if (ws->target.needs_lookup) {
        ws->lookup =
            lookup_start(ws->loop, ws->target.connect_to, on_answer, ws);
        loop_timer_start(ws->step, WS_LOOKUP_MS);
        return;
    }
    snprintf(ws->addresses[0].text, sizeof(ws->addresses[0].text), "%s",
             ws->target.connect_to);
    ws->address_count = 1;
    schedule(ws);
}

static void drop(struct ws *ws, bool politely)
{
    if (ws->told_end)
        return;
    ws->dropped = true;
    ws->has_end = true;
    ws->end = ws_end_make(NET_END_CLOSED_BY_US, 0, "closed");
    quiet_down(ws, politely);
    schedule(ws);
}

static void on_client_goes(struct client_user *user)
{
    struct ws *ws = (struct ws *)user;

    client_leave(user);
    drop(ws, false);
}

struct ws *ws_dial(struct ws_client *client, const struct ws_options *options,
                   const struct ws_events *events, void *ctx)
{
    struct ws *ws = mem_alloc(sizeof(*ws));
    struct client_users *users = client_users(client);

    ws->client = client;
    ws->loop = client_loop(client);
    ws->events = *events;
    ws->ctx = ctx;
    ws->patience = with_defaults(&options->patience);
    ws->user = (struct client_user){ users->first, NULL, on_client_goes };
    if (users->first)
        users->first->prev = &ws->user;
    users->first = &ws->user;
    ws->limit = loop_timer_create(ws->loop, on_limit, ws);
    ws->step = loop_timer_create(ws->loop, on_step, ws);
    ws->gather = loop_timer_create(ws->loop, on_gathered, ws);
    set_up(ws, options);
    return ws;
}

bool ws_send(struct ws *ws, struct str text, struct error *err)
{
    if (!ws->told_ready || ws->has_end)
        return error_set(err, ERROR_UNREACHABLE, "%.*s: not connected",
                         STR_ARG(ws->target.where));
    bool was_empty = outbox_is_empty(&ws->outbox);
    if (!outbox_add(&ws->outbox, text, err))
        return false;
    if (was_empty)
        loop_timer_start(ws->limit, ws->patience.stall_ms);
    link_want_to_send(ws->winner->link);
    return true;
}

bool ws_is_stranded(const struct ws *ws)
{
    return ws->told_ready && !ws->has_end && link_is_stranded(ws->winner->link);
}

void ws_pause(struct ws *ws, bool pause)
{
    if (ws->paused == pause)
        return;
    ws->paused = pause;
    if (!pause)
        schedule(ws);
}

void ws_close(struct ws *ws)
{
    drop(ws, true);
}

void ws_destroy(struct ws *ws)
{
    if (!ws || ws->destroyed)
        return;
    quiet_down(ws, true);
    if (ws->client)
        client_leave(&ws->user);
    loop_undefer(ws->loop, pump, ws);
    loop_timer_destroy(ws->limit);
    loop_timer_destroy(ws->step);
    loop_timer_destroy(ws->gather);
    ws->destroyed = true;
    if (!ws->busy)
        ws_free(ws);
}
