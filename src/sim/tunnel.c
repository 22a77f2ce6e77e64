/*
 * Each direction is a line of pieces with the time at which they are due. The
 * delay sets when a piece may leave, the rate when the one behind it may; so a
 * round trip takes the whole delay and a piece of n bytes n / rate seconds. A
 * source is not read while more than a second of its bytes waits. What does
 * the harm (cut, freeze) counts the bytes that went to the client.
 */
#include "tunnel.h"

#include <stdlib.h>

#include "kerf/base/arena.h"
#include "kerf/sim/window.h"
#include "link.h"

#define LIMIT_WAITING_BYTES ((size_t)4 << 20)
#define SLICES 50 // pieces a second, if there is a rate
#define LEAST_SLICE 64
#define PAUSE_US 500000 // of a server, for --buffer
#define NEVER INT64_MAX

struct piece {
    struct piece *next;
    int64_t due_us;
    size_t length;
    char bytes[];
};

// One direction: what is read from one link and waits for the other.
struct direction {
    struct tunnel *tunnel;
    struct link *from, *to;
    struct piece *first, **last;
    size_t waiting_bytes;
    int64_t open_us; // when the first byte can leave the source
    int64_t free_us; // when the line is free for the next piece
    struct window window;
    uint64_t passed_bytes;
    bool is_over; // the source has ended
    bool to_client;
};

struct tunnel {
    struct tunnel_plan plan;
    struct direction up, down; // to the server, to the client
    struct link *client, *server;
    struct loop_timer *timer;
    int64_t last_us; // when a byte arrived last
    unsigned ended;  // links that are over
    bool is_frozen, is_dead;
};

static int64_t now_us(void)
{
    return loop_now_ns() / 1000;
}

static void on_timer(void *ctx);

// --- ends --------------------------------------------------------------------

static void tell_end(void *ctx)
{
    struct tunnel *t = ctx;

    t->plan.ended(t, t->plan.ctx);
}

static void die(struct tunnel *t)
{
    if (t->is_dead)
        return;
    t->is_dead = true;
    loop_timer_stop(t->timer);
    loop_defer(t->plan.loop, tell_end, t);
}

static void reset_both(struct tunnel *t)
{
    link_reset(t->client);
    link_reset(t->server);
    die(t);
}

static void direction_release(struct direction *d)
{
    while (d->first) {
        struct piece *piece = d->first;
        d->first = piece->next;
        free(piece);
    }
}

void tunnel_destroy(struct tunnel *t)
{
    if (!t)
        return;
    loop_undefer(t->plan.loop, tell_end, t);
    link_destroy(t->client);
    link_destroy(t->server);
    loop_timer_destroy(t->timer);
    direction_release(&t->up);
    direction_release(&t->down);
    free(t);
}

// --- passing -----------------------------------------------------------------

static void earlier(int64_t *due_us, int64_t other_us)
{
    *due_us = other_us < *due_us ? other_us : *due_us;
}

// Says whether something waits that the other side could take.
static bool has_room(const struct direction *d)
{
    return d->first && link_pending(d->to) < LIMIT_WAITING_BYTES;
}

// When the tunnel has something to do; NEVER: when bytes arrive.
static int64_t next_due(const struct tunnel *t)
{
    const struct tunnel_rules *rules = t->plan.rules;
    int64_t due_us = NEVER;

    if (rules->idle_s > 0)
        earlier(&due_us, t->last_us + (int64_t)rules->idle_s * 1000000);
    if (t->is_frozen)
        return due_us;
    if (has_room(&t->up))
        earlier(&due_us, t->up.first->due_us);
    if (has_room(&t->down))
        earlier(&due_us, t->down.first->due_us);
    return due_us;
}

static void arm(struct tunnel *t)
{
    int64_t due_us = next_due(t);

    if (t->is_dead || due_us == NEVER)
        loop_timer_stop(t->timer);
    else
        loop_timer_start(t->timer, (due_us - now_us() + 999) / 1000);
}

// Bytes of the piece that may still pass before the harm is done.
static size_t allowed(const struct direction *d, size_t length)
{
    const struct tunnel_rules *rules = d->tunnel->plan.rules;
    uint64_t limit = rules->cut_after ? rules->cut_after : rules->freeze_after;

    if (!d->to_client || limit == 0)
        return length;
    return limit - d->passed_bytes < length ? (size_t)(limit - d->passed_bytes)
                                            : length;
}

static void do_harm(struct tunnel *t)
{
    const struct tunnel_rules *rules = t->plan.rules;
    uint64_t passed = t->down.passed_bytes;

    if (rules->cut_after > 0 && passed >= rules->cut_after)
        reset_both(t);
    else if (rules->freeze_after > 0 && passed >= rules->freeze_after)
        t->is_frozen = true;
}

static void pass_piece(struct direction *d)
{
    struct piece *piece = d->first;
    size_t length = allowed(d, piece->length);

    d->first = piece->next;
    if (!d->first)
        d->last = &d->first;
    d->waiting_bytes -= piece->length;
    d->passed_bytes += length;
    link_send(d->to, (struct str){ piece->bytes, length });
    free(piece);
    do_harm(d->tunnel);
}

static void pass_due(struct direction *d, int64_t at_us)
{
    struct tunnel *t = d->tunnel;

    while (d->first && d->first->due_us <= at_us && !t->is_frozen && !t->is_dead
           && link_pending(d->to) < LIMIT_WAITING_BYTES)
        pass_piece(d);
    if (t->is_dead)
        return;
    link_flush(d->to);
    if (d->waiting_bytes < LIMIT_WAITING_BYTES)
        link_listen(d->from, !t->is_frozen);
    if (d->is_over && !d->first && !t->is_frozen)
        link_finish(d->to);
}

static void on_timer(void *ctx)
{
    struct tunnel *t = ctx;
    int64_t at_us = now_us();
    int64_t idle_us = (int64_t)t->plan.rules->idle_s * 1000000;

    if (idle_us > 0 && at_us - t->last_us >= idle_us) {
        link_finish(t->client);
        link_finish(t->server);
        die(t);
        return;
    }
    pass_due(&t->up, at_us);
    pass_due(&t->down, at_us);
    arm(t);
}

// --- arriving ----------------------------------------------------------------

static int64_t later(int64_t a_us, int64_t b_us)
{
    return a_us > b_us ? a_us : b_us;
}

static void add_piece(struct direction *d, struct str bytes, int64_t at_us)
{
    const struct tunnel_rules *rules = d->tunnel->plan.rules;
    struct piece *piece = mem_alloc(sizeof(*piece) + bytes.len);
    int64_t leaves_us = later(at_us, d->open_us);
    if (rules->slow_start)
        leaves_us = window_leave_us(&d->window, bytes.len, leaves_us,
                                    (int64_t)rules->delay_ms * 1000);
    int64_t due_us = leaves_us + (int64_t)rules->delay_ms * 500;

    piece->length = bytes.len;
    for (size_t i = 0; i < bytes.len; i++)
        piece->bytes[i] = bytes.at[i];
    if (d->to_client && rules->buffers)
        due_us += PAUSE_US;
    if (rules->rate > 0) {
        due_us = later(d->free_us, due_us);
        due_us += (int64_t)((double)bytes.len * 1e6 / (double)rules->rate);
        d->free_us = due_us;
    }
    piece->due_us = due_us;
    *d->last = piece;
    d->last = &piece->next;
    d->waiting_bytes += bytes.len;
}

// Everything that is held waits for the pause behind the newest.
static void hold_all(struct direction *d)
{
    int64_t due_us = now_us() + PAUSE_US;

    for (struct piece *piece = d->first; piece; piece = piece->next)
        piece->due_us = due_us;
}

static size_t slice_bytes(const struct tunnel_rules *rules)
{
    size_t slice = (size_t)(rules->rate / SLICES);
    size_t most = rules->slow_start ? WINDOW_SEGMENT_BYTES
                                    : LIMIT_WAITING_BYTES;

    if (rules->rate == 0 || slice > most)
        return most;
    return slice < LEAST_SLICE ? LEAST_SLICE : slice;
}

static void take(struct direction *d, struct str bytes)
{
    struct tunnel *t = d->tunnel;
    size_t slice = slice_bytes(t->plan.rules);

    t->last_us = now_us();
    for (; bytes.len > 0; bytes = str_skip(bytes, slice))
        add_piece(d, str_take(bytes, slice), t->last_us);
    if (d->to_client && t->plan.rules->buffers)
        hold_all(d);
    if (d->waiting_bytes >= LIMIT_WAITING_BYTES)
        link_listen(d->from, false);
    pass_due(d, t->last_us);
    arm(t);
}

static void end_direction(struct direction *d)
{
    struct tunnel *t = d->tunnel;

    d->is_over = true;
    if (d->to_client && t->plan.rules->buffers)
        for (struct piece *piece = d->first; piece; piece = piece->next)
            piece->due_us = 0;
    if (++t->ended == 2)
        die(t);
    else if (!t->is_dead)
        pass_due(d, now_us());
    arm(t);
}

static void on_client_bytes(struct str bytes, void *ctx)
{
    take(&((struct tunnel *)ctx)->up, bytes);
}

static void on_server_bytes(struct str bytes, void *ctx)
{
    take(&((struct tunnel *)ctx)->down, bytes);
}

static void on_client_end(void *ctx)
{
    end_direction(&((struct tunnel *)ctx)->up);
}

static void on_server_end(void *ctx)
{
    end_direction(&((struct tunnel *)ctx)->down);
}

static void on_client_drained(void *ctx)
{
    struct tunnel *t = ctx;

    if (!t->is_dead)
        arm(t);
}

static struct link *open_link(struct tunnel *t, int fd, bool is_client)
{
    struct link_plan plan = {
        .loop = t->plan.loop,
        .fd = fd,
        .ctx = t,
        .received = is_client ? on_client_bytes : on_server_bytes,
        .drained = on_client_drained,
        .ended = is_client ? on_client_end : on_server_end,
    };

    return link_create(&plan);
}

static struct direction direction(struct tunnel *t, struct link *from,
                                  struct link *to, bool to_client)
{
    return (struct direction){
        .tunnel = t,
        .from = from,
        .to = to,
        .to_client = to_client,
        .window = window_open(t->last_us),
    };
}

struct tunnel *tunnel_create(const struct tunnel_plan *plan)
{
    struct tunnel *t = mem_alloc(sizeof(*t));

    t->plan = *plan;
    t->last_us = now_us();
    t->timer = loop_timer_create(plan->loop, on_timer, t);
    t->client = open_link(t, plan->client, true);
    t->server = open_link(t, plan->server, false);
    t->up = direction(t, t->client, t->server, false);
    t->down = direction(t, t->server, t->client, true);
    t->up.last = &t->up.first;
    t->down.last = &t->down.first;
    t->up.open_us = t->last_us + (int64_t)plan->rules->delay_ms * 1000;
    link_send(t->client, plan->to_client);
    link_flush(t->client);
    if (plan->to_server.len > 0)
        take(&t->up, plan->to_server);
    arm(t);
    return t;
}
