/*
 * Routes requests to lanes and takes events from the lanes in turn, so that no
 * lane starves another. The order in peer_next is what matters: the end of the
 * connection first, then errors that belong to no lane, then new responses,
 * then events.
 */
#include "kerf/sim/peer.h"

#include <stdlib.h>

#include "kerf/base/utf8.h"
#include "lane.h"

struct peer {
    struct world *world;
    uint64_t number;
    int64_t die_us;     // when the connection is too old
    struct lane *lanes; // the default lane first
    struct lane *turn;  // whose event was the last one
    size_t named_lanes;
    size_t queued;
    struct buf stray; // an error that belongs to no lane, with its newline
    int close_code;   // 0: open
    bool is_last;     // close after what has been said
};

struct peer *peer_create(struct world *world, uint64_t number,
                         struct moment now)
{
    struct peer *peer = mem_alloc(sizeof(*peer));
    const struct fault *fault;

    peer->world = world;
    peer->number = number;
    peer->die_us = now.mono_us + (int64_t)world->options->max_age_s * 1000000;
    peer->lanes = peer->turn = lane_create(STR(""));
    fault = fault_for(&world->options->faults, true, peer->number);
    if (fault && fault->kind == FAULT_EARLY_CLOSE)
        peer->close_code = fault->code;
    return peer;
}

void peer_destroy(struct peer *peer)
{
    if (!peer)
        return;
    while (peer->lanes) {
        struct lane *lane = peer->lanes;
        peer->lanes = lane->next;
        lane_destroy(lane);
    }
    buf_release(&peer->stray);
    free(peer);
}

int peer_close_code(const struct peer *peer)
{
    return peer->close_code;
}

static struct lane *find_lane(struct peer *peer, struct str name)
{
    for (struct lane *lane = peer->lanes; lane; lane = lane->next)
        if (str_is(name, lane->name))
            return lane;
    return NULL;
}

static struct lane *add_lane(struct peer *peer, struct str name,
                             struct refusal *refusal)
{
    struct lane **end = &peer->lanes;

    if (peer->named_lanes >= peer->world->options->lanes) {
        refuse(refusal, "websocket_stream_limit_reached", "stream_id",
               "This connection has used its %zu lanes.", peer->named_lanes);
        return NULL;
    }
    while (*end)
        end = &(*end)->next;
    peer->named_lanes++;
    return *end = lane_create(name);
}

static void put_stray(struct peer *peer, const struct refusal *refusal,
                      struct str stream_id)
{
    refusal_write(refusal, stream_id, &peer->stray);
    buf_append_char(&peer->stray, '\n');
}

static void record(struct peer *peer, struct str message,
                   const struct create *create)
{
    const struct json *input = json_member(create->root, "input");
    bool is_text = json_kind(input) == JSON_KIND_STRING;
    struct buf line = { 0 };
    struct json_writer w = { &line, false };

    json_begin_object(&w);
    json_member_int(&w, "connection", (int64_t)peer->number);
    json_member_int(&w, "bytes", (int64_t)message.len);
    json_member_str(&w, "kind",
                    create->previous_id.len > 0 ? STR("delta") : STR("full"));
    json_member_bool(&w, "warm_up", !create->generate);
    json_member_int(&w, "items", is_text ? 1 : (int64_t)json_count(input));
    json_key(&w, "parent");
    if (create->previous_id.len > 0)
        json_put_str(&w, create->previous_id);
    else
        json_put_null(&w);
    json_member_str(&w, "stream_id", create->stream_id);
    json_member_str(&w, "message", message);
    json_end_object(&w);
    buf_append_char(&line, '\n');
    peer->world->record(buf_str(&line), peer->world->record_ctx);
    buf_release(&line);
}

static void drop(struct pending *pending)
{
    create_release(&pending->create);
    free(pending);
}

static void route(struct peer *peer, struct pending *pending)
{
    struct str name = pending->create.stream_id;
    struct lane *lane = find_lane(peer, name);
    struct refusal refusal;

    if (peer->queued >= LIMIT_QUEUED)
        refuse(&refusal, "rate_limit_exceeded", NULL,
               "More than %d requests are waiting.", LIMIT_QUEUED);
    else if (lane || (lane = add_lane(peer, name, &refusal))) {
        peer->queued++;
        lane_push(lane, pending);
        return;
    }
    put_stray(peer, &refusal, name);
    drop(pending);
}

void peer_receive(struct peer *peer, struct str message)
{
    struct pending *pending;

    if (peer->close_code)
        return;
    if (message.len > LIMIT_MESSAGE_BYTES) {
        peer->close_code = 1009;
        return;
    }
    if (!utf8_is_valid(message)) {
        peer->close_code = 1007;
        return;
    }
    pending = mem_alloc(sizeof(*pending));
    pending->refused =
        !create_read(message, &pending->create, &pending->refusal);
    if (peer->world->record)
        record(peer, message, &pending->create);
    if (pending->refused && pending->refusal.code
        && str_is(str_from(pending->refusal.code), "invalid_stream_id")) {
        put_stray(peer, &pending->refusal, STR(""));
        drop(pending);
        return;
    }
    route(peer, pending);
}

static void take_stray(struct peer *peer, struct buf *out)
{
    size_t end = str_find_char(buf_str(&peer->stray), '\n');

    buf_append(out, str_take(buf_str(&peer->stray), end));
    buf_consume(&peer->stray, end + 1);
}

static void say_too_old(struct peer *peer, struct buf *out)
{
    struct refusal refusal;

    refuse(&refusal, "websocket_connection_limit_reached", NULL,
           "The connection has reached its age limit of %llu seconds.",
           (unsigned long long)peer->world->options->max_age_s);
    refusal_write(&refusal, STR(""), out);
    peer->is_last = true;
}

static size_t in_flight(const struct peer *peer)
{
    size_t count = 0;
    for (const struct lane *lane = peer->lanes; lane; lane = lane->next)
        count += lane->response != NULL;
    return count;
}

// Starts what may start. False if a request was refused, its error in `out`.
static bool start_lanes(struct peer *peer, struct moment now, struct buf *out)
{
    size_t running = in_flight(peer);
    struct lane_family family = { peer->lanes };

    for (struct lane *lane = peer->lanes; lane; lane = lane->next) {
        if (lane->response || !lane->first || running >= LIMIT_IN_FLIGHT)
            continue;
        peer->queued--;
        if (!lane_start(lane, family, peer->world, now, out))
            return false;
        running++;
    }
    return true;
}

static struct lane *lane_after(const struct peer *peer, struct lane *lane)
{
    return lane->next ? lane->next : peer->lanes;
}

static enum peer_step closes(struct peer *peer, const struct lane *lane)
{
    peer->close_code = response_close_code(lane->response);
    return PEER_CLOSE;
}

// Asks each lane once, beginning behind the one that spoke last.
static enum peer_step next_event(struct peer *peer, struct moment now,
                                 int64_t *due_us, struct buf *out)
{
    struct lane *lane = peer->turn;

    do {
        int64_t due = 0;
        lane = lane_after(peer, lane);
        if (!lane->response)
            continue;
        switch (lane_next(lane, now, &due, out)) {
        case RESPONSE_EVENT: peer->turn = lane; return PEER_MESSAGE;
        case RESPONSE_WAIT: *due_us = due < *due_us ? due : *due_us; break;
        case RESPONSE_CLOSE: return closes(peer, lane);
        case RESPONSE_STALL: break;
        case RESPONSE_DONE:
            *due_us = peer->queued > 0 ? now.mono_us : *due_us;
            break;
        }
    } while (lane != peer->turn);
    return PEER_WAIT;
}

enum peer_step peer_next(struct peer *peer, struct moment now, int64_t *due_us,
                         struct buf *out)
{
    if (peer->is_last)
        peer->close_code = 1000;
    if (peer->close_code)
        return PEER_CLOSE;
    if (now.mono_us >= peer->die_us) {
        say_too_old(peer, out);
        return PEER_MESSAGE;
    }
    if (peer->stray.len > 0) {
        take_stray(peer, out);
        return PEER_MESSAGE;
    }
    *due_us = peer->die_us;
    if (!start_lanes(peer, now, out))
        return PEER_MESSAGE;
    return next_event(peer, now, due_us, out);
}
