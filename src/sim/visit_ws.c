/* The WebSocket side: the handshake, and frames that arrive. */
#include "visit_parts.h"

#include "ws_accept.h"

static void take_message(struct visit *v, struct str payload)
{
    struct buf large = { 0 };

    v->times.request_ns = loop_now_ns();
    visit_next_tape(v, "ws");
    if (v->host->world->replay.len > 0) {
        visit_replay(v);
        return;
    }
    if (!v->ws.is_deflated) {
        peer_receive(v->peer, payload);
    } else if (deflater_grow(v->deflater, payload, LIMIT_MESSAGE_BYTES,
                             &large)) {
        peer_receive(v->peer, buf_str(&large));
    } else {
        visit_close(v, 1009);
    }
    buf_release(&large);
}

static void answer_ping(struct visit *v, struct str payload)
{
    struct ws_frame frame = { .opcode = WS_PONG };
    struct buf bytes = { 0 };

    record_event(v->host->world, v->number, "ping", 0);
    if (link_pending(v->link) > LIMIT_BEHIND_BYTES)
        return; // who does not read gets no more pongs
    ws_write(&frame, payload, &bytes);
    visit_send(v, &bytes);
}

void visit_read_frames(struct visit *v)
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
            visit_close(v, v->ws.close_code);
    }
    buf_reset(&v->waiting);
    if (!v->is_leaving)
        visit_pump_soon(v);
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

    v->peer = peer_create(&plan, visit_now());
    v->ws.limit_bytes = LIMIT_MESSAGE_BYTES;
    v->ws.deflate = v->deflater != NULL;
    if (fault->kind == FAULT_DEAF_AFTER_101)
        visit_go_deaf(v);
}

// What the client offers is one thing, what the options want another.
static void agree(struct visit *v, struct deflate_terms *terms)
{
    const struct sim_options *options = v->host->world->options;

    terms->agreed &= options->deflate || options->deflate_fresh;
    terms->fresh_out |= options->deflate_fresh;
    terms->fresh_in |= options->deflate_fresh;
    if (terms->agreed)
        v->deflater = deflater_create(terms);
}

void visit_upgrade(struct visit *v)
{
    struct buf out = { 0 };
    struct refusal refusal;
    struct deflate_terms terms;

    if (!ws_accept_check(&v->request, &terms, &refusal)) {
        front_refuse(&refusal, false, &out);
        visit_send(v, &out);
        visit_leave(v, 0);
        return;
    }
    agree(v, &terms);
    ws_accept_write(&v->request, &v->verdict.fault, &terms, v->host->world,
                    &out);
    if (v->verdict.fault.kind == FAULT_CUT_HEAD) {
        out.len /= 2;
        visit_send(v, &out);
        visit_leave(v, 0);
        return;
    }
    record_event(v->host->world, v->number, "upgrade", 101);
    if (terms.agreed)
        record_event(v->host->world, v->number, "deflate", 0);
    visit_pace(v);
    open_peer(v);
    visit_send(v, &out);
    http_reset(&v->http);
    visit_read_frames(v);
}
