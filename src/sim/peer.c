/*
 * Routes requests to lanes and takes events from the lanes in turn, so that no
 * lane starves another. The order in peer_next is what matters: the end of the
 * connection first, then errors that belong to no lane, then new responses,
 * then events.
 */
#include "kerf/sim/peer.h"

#include <stdlib.h>

#include "kerf/base/utf8.h"
#include "kerf/loop/loop.h"
#include "record.h"
#include "steer.h"

struct peer {
    struct peer_plan plan;
    struct world *world;
    int64_t die_us;     // when the connection is too old
    struct lane *lanes; // the default lane first
    struct lane *turn;  // whose event was the last one
    size_t named_lanes;
    size_t queued;
    struct buf stray; // an error that belongs to no lane, with its newline
    int close_code;
    bool is_closing;
    bool is_last; // close after what has been said
    bool is_deaf;
    const struct response *cut; // whose cut has been taken
    uint64_t steers;
    int64_t steer_sequence;
};

struct peer *peer_create(const struct peer_plan *plan, struct moment now)
{
    struct peer *peer = mem_alloc(sizeof(*peer));
    int64_t max_age_s = (int64_t)plan->world->options->max_age_s;

    peer->plan = *plan;
    peer->world = plan->world;
    peer->die_us = now.mono_us + max_age_s * 1000000;
    peer->lanes = peer->turn = lane_create(STR(""));
    peer->close_code = plan->early_close;
    peer->is_closing = plan->early_close != 0;
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

// Takes a message of type response.steer; false if it is another.
static bool receive_steer(struct peer *peer, struct str message)
{
    struct steer_place place = { peer->lanes, &peer->steers,
                                 &peer->steer_sequence,
                                 peer->world->options->no_steer };
    struct error err;

    if (str_find(message, STR("response.steer")) == SIZE_MAX)
        return false;
    struct json *root = json_parse(message, &err);
    bool is_steer =
        str_is(json_str(json_member(root, "type")), "response.steer");
    if (is_steer) {
        record_steer(peer->world, peer->plan.connection, root);
        steer_receive(&place, root, &peer->stray);
        buf_append_char(&peer->stray, '\n');
    }
    json_destroy(root);
    return is_steer;
}

static void record(struct peer *peer, struct str message,
                   const struct create *create)
{
    struct record_request request = {
        .connection = peer->plan.connection,
        .transport = "ws",
        .protocol = "responses",
        .create = create,
        .message = message,
    };

    record_request(peer->world, &request);
}

static void close_with(struct peer *peer, int code)
{
    peer->close_code = code;
    peer->is_closing = true;
}

void peer_receive(struct peer *peer, struct str message)
{
    struct pending *pending;

    if (peer->is_closing)
        return;
    if (message.len > LIMIT_MESSAGE_BYTES) {
        close_with(peer, 1009);
        return;
    }
    if (!utf8_is_valid(message)) {
        close_with(peer, 1007);
        return;
    }
    if (receive_steer(peer, message))
        return;
    pending = mem_alloc(sizeof(*pending));
    pending->refused = !create_read(message, FORM_WEBSOCKET, &pending->create,
                                    &pending->refusal);
    pending->received_ns = loop_now_ns();
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
        count += lane->turn.response != NULL;
    return count;
}

static struct lane_family family_of(const struct peer *peer)
{
    return (struct lane_family){ peer->lanes, peer->world, peer->plan.wishes,
                                 peer->plan.timing };
}

// Starts what may start. False if a request was refused, its error in `out`.
static bool start_lanes(struct peer *peer, struct moment now, struct buf *out)
{
    size_t running = in_flight(peer);
    struct lane_family family = family_of(peer);

    for (struct lane *lane = peer->lanes; lane; lane = lane->next) {
        if (lane->turn.response || !lane->first || running >= LIMIT_IN_FLIGHT)
            continue;
        peer->queued--;
        if (!lane_start(lane, &family, now, out))
            return false;
        running++;
    }
    return true;
}

static struct lane *lane_after(const struct peer *peer, struct lane *lane)
{
    return lane->next ? lane->next : peer->lanes;
}

// What a step of a lane means for the connection; PEER_WAIT: ask the next.
static enum peer_step take_step(struct peer *peer, struct lane *lane,
                                enum response_step step, int64_t now_us,
                                int64_t due, int64_t *due_us)
{
    switch (step) {
    case RESPONSE_EVENT: return PEER_MESSAGE;
    case RESPONSE_RAW: return PEER_RAW;
    case RESPONSE_WAIT: *due_us = due < *due_us ? due : *due_us; break;
    case RESPONSE_CLOSE:
        close_with(peer, response_close_code(lane->turn.response));
        return PEER_CLOSE;
    case RESPONSE_STALL: break;
    case RESPONSE_DEAF: peer->is_deaf = true; break;
    case RESPONSE_DONE: *due_us = peer->queued > 0 ? now_us : *due_us; break;
    }
    return PEER_WAIT;
}

// Notes when and how much a lane has said, and tells the recorder at the end.
static void keep_times(struct peer *peer, struct lane *lane,
                       enum response_step step, size_t bytes)
{
    struct record_answer *times = &lane->times;

    if (step == RESPONSE_EVENT || step == RESPONSE_RAW) {
        times->last_ns = loop_now_ns();
        if (times->first_ns == 0)
            times->first_ns = times->last_ns;
        times->bytes += bytes;
    } else if (step == RESPONSE_DONE || step == RESPONSE_CLOSE) {
        times->connection = peer->plan.connection;
        times->stream_id = str_from(lane->name);
        times->status = step == RESPONSE_CLOSE
                            ? response_close_code(lane->turn.response)
                            : 0;
        record_answer(peer->world, times);
        *times = (struct record_answer){ 0 };
    }
}

// Asks each lane once, beginning behind the one that spoke last.
static enum peer_step next_event(struct peer *peer, struct moment now,
                                 int64_t *due_us, struct buf *out)
{
    struct lane *lane = peer->turn;
    struct lane_family family = family_of(peer);

    do {
        int64_t due = 0;
        size_t before = out->len;
        lane = lane_after(peer, lane);
        if (!lane->turn.response)
            continue;
        enum response_step next = lane_next(lane, &family, now, &due, out);
        keep_times(peer, lane, next, out->len - before);
        enum peer_step step =
            take_step(peer, lane, next, now.mono_us, due, due_us);
        if (step != PEER_WAIT) {
            peer->turn = lane;
            return step;
        }
    } while (lane != peer->turn);
    return PEER_WAIT;
}

enum peer_step peer_next(struct peer *peer, struct moment now, int64_t *due_us,
                         struct buf *out)
{
    if (peer->is_last)
        close_with(peer, 1000);
    if (peer->is_closing)
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

bool peer_is_deaf(const struct peer *peer)
{
    return peer->is_deaf;
}

bool peer_take_cut(struct peer *peer, uint64_t *bytes, int *code)
{
    const struct response *response = peer->turn->turn.response;

    if (!response || response == peer->cut
        || !response_cut(response, bytes, code))
        return false;
    peer->cut = response;
    return true;
}
