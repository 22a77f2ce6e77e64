/*
 * Writing: a peer or an exchange is asked for what is due until nothing is, or
 * enough is queued; every byte passes put_bytes, where cuts are made and tapes
 * are written.
 */
#include "visit_parts.h"

#define BURST_BYTES ((size_t)256 * 1024) // queued before others get their turn

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
        visit_leave(v, v->cut_code);
    return !ends;
}

static bool put_message(struct visit *v, struct str message)
{
    const struct sim_options *options = v->host->world->options;
    struct buf small = { 0 };
    bool deflated = v->deflater
                    && deflater_shrink(v->deflater, message, &small);

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

void visit_next_tape(struct visit *v, const char *suffix)
{
    tape_next(&v->tape, v->host->world->options->record_bytes, v->number,
              suffix);
}

// Answers with recorded bytes; a cut comes as a reset.
void visit_replay(struct visit *v)
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
    switch (peer_next(v->peer, visit_now(), &v->due_us, &v->message)) {
    case PEER_MESSAGE: return put_messages(v);
    case PEER_RAW: return put_bytes(v, buf_str(&v->message));
    case PEER_WAIT: break;
    case PEER_CLOSE: visit_close(v, peer_close_code(v->peer)); return false;
    }
    if (peer_is_deaf(v->peer))
        visit_go_deaf(v);
    return false;
}

static void end_exchange(struct visit *v)
{
    v->times.status = exchange_status(v->exchange);
    record_answer(v->host->world, &v->times);
    exchange_destroy(v->exchange);
    v->exchange = NULL;
    v->has_cut = false;
    http_reset(&v->http);
    if (!v->is_deaf)
        link_listen(v->link, true);
}

// One step of an exchange; false if there is nothing to do now.
static bool step_exchange(struct visit *v)
{
    buf_reset(&v->message);
    switch (exchange_next(v->exchange, visit_now(), &v->due_us, &v->message)) {
    case EXCHANGE_BYTES: return put_bytes(v, buf_str(&v->message));
    case EXCHANGE_WAIT: return false;
    case EXCHANGE_STALL: v->due_us = NEVER; return false;
    case EXCHANGE_DEAF:
        v->due_us = NEVER;
        visit_go_deaf(v);
        return false;
    case EXCHANGE_DONE:
        v->due_us = NEVER;
        end_exchange(v);
        visit_read_http(v);
        return v->exchange != NULL;
    case EXCHANGE_END:
        end_exchange(v);
        visit_leave(v, 0);
        return false;
    case EXCHANGE_RESET:
        end_exchange(v);
        visit_leave(v, 1006);
        return false;
    }
    return false;
}

void visit_pump(void *ctx)
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
        visits_arm(v->host);
}

void visit_pump_soon(struct visit *v)
{
    loop_undefer(v->host->loop, visit_pump, v);
    loop_defer(v->host->loop, visit_pump, v);
}

// The link has taken all: there may be more that is due.
void visit_on_drained(void *ctx)
{
    struct visit *v = ctx;

    if (v->drips_head) {
        v->drips_head = false;
        link_drip(v->link, 0);
    }
    if (!v->is_leaving && (v->peer || v->exchange))
        visit_pump_soon(v);
}

void visit_pace(struct visit *v)
{
    const struct fault *fault = &v->verdict.fault;

    if (fault->kind != FAULT_SLOW_HEAD && fault->kind != FAULT_DRIP)
        return;
    v->drips_head = fault->kind == FAULT_SLOW_HEAD;
    link_drip(v->link, fault->code);
}
