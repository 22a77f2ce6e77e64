/*
 * One request at a time. It is due, then in flight, then over. What comes back
 * becomes events, whatever API it came by. The text of a cut answer stays,
 * marked; the answer is asked for anew as a whole (protocol.md 4.4), so that
 * nothing is shown or done twice.
 */
#include "parts.h"

#include <string.h>

#include "kerf/wire/event_json.h"
#include "trouble.h"

#define WARM_UP_MS 2000        // nobody waits longer for a warm-up
#define DRAIN_MS 1500          // nor for the end of what was interrupted
#define SILENCE_TOLD_MS 20000  // reliability.md N33
#define SILENCE_MOST_MS 300000 // the same, since the last sign of life
#define GARBLED_MESSAGES 3     // reliability.md N40

void agent_post(struct agent *agent, struct event *event)
{
    if (!agent->closing)
        agent->options.post(event, agent->options.ctx);
}

void agent_notice(struct agent *agent, struct str text, bool warning)
{
    struct event event = { .kind = EVENT_NOTICE,
                           .text = text,
                           .flag = warning };
    agent_post(agent, &event);
}

// --- the end of requests and turns -----------------------------------------

static void take_sample(struct agent *agent, const char *outcome)
{
    struct exchange *x = &agent->exchange;
    const struct session *session = agent->session;
    const struct turn *turn =
        session->turn_count ? &session->turns[session->turn_count - 1] : NULL;

    if (!agent->options.journal || !turn)
        return;
    struct sample sample = {
        .session_id = session->id,
        .backend = x->line->backend->name,
        .model = session->model,
        .outcome = str_from(outcome),
        .time_ms = loop_wall_ms(),
        .dial_ms = uplink_dial_ms(x->line->link),
        .ttft_ms = turn->ttft_ms,
        .total_ms = loop_now_ms() - x->sent_ms,
        .tokens_per_second = turn_speed(turn),
        .cost_usd = turn->cost_usd,
        .usage = turn->usage,
        .request_bytes = (int64_t)x->request.json.len,
        .is_delta = x->request.is_delta,
        .transport = x->way == TRANSPORT_WS ? STR("ws") : STR("http"),
        .why = str_from(x->route.why),
        .attempts = x->attempts,
    };
    journal_sample(agent->options.journal, &sample);
}

void exchange_end_request(struct agent *agent, const char *outcome)
{
    struct exchange *x = &agent->exchange;

    if (x->sending == SENDING_NOTHING)
        return;
    if (x->sending == SENDING_TURN)
        take_sample(agent, outcome);
    x->sending = SENDING_NOTHING;
    loop_timer_stop(x->clock);
    uplink_rest(x->line->link);
}

void exchange_turn_ended(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    x->routed = x->due = false;
    x->tried = x->repaired = x->attempts = 0;
}

void exchange_fail_turn(struct agent *agent, struct str why)
{
    struct event event = { .kind = EVENT_TURN_DONE,
                           .state = TURN_FAILED,
                           .text = why };

    exchange_turn_ended(agent);
    agent->held = true;
    agent_post(agent, &event);
}

void exchange_lose(struct agent *agent, struct str why, bool again)
{
    struct event event = { .kind = EVENT_RESPONSE_LOST,
                           .text = why,
                           .flag = again };
    agent_post(agent, &event);
}

// --- sending ---------------------------------------------------------------

static bool speaks_chat(const struct line *line)
{
    return str_is(line->backend->protocol, "chat");
}

static bool build_request(struct agent *agent, bool warm_up, struct error *err)
{
    struct exchange *x = &agent->exchange;
    struct request_parts parts = {
        .backend = x->line->backend,
        .profile = &x->line->profile,
        .instructions = buf_str(&agent->instructions),
        .tools = buf_str(&agent->tools),
        .cache_key = agent->session->id,
        .warm_up = warm_up,
        .over_http = x->way == TRANSPORT_HTTP,
    };

    request_release(&x->request);
    x->request = (struct request){ 0 };
    if (speaks_chat(x->line))
        return chat_request_build(agent->session, &parts, &x->request, err);
    return request_build(agent->session, &parts, &x->line->lane, &x->request,
                         err);
}

static bool transmit(struct agent *agent, enum sending sending,
                     struct error *err)
{
    struct exchange *x = &agent->exchange;

    if (!build_request(agent, sending == SENDING_WARM_UP, err)
        || !uplink_send(x->line->link, x->way, buf_str(&x->request.json), err))
        return false;
    x->sending = sending;
    x->sent_ms = x->heard_ms = loop_now_ms();
    x->began = x->silence_told = false;
    x->garbled = 0;
    sequence_reset(&x->sequence);
    x->sequence.tolerates_gaps = x->line->profile.numbers_have_gaps;
    chat_stream_destroy(x->chat);
    x->chat = speaks_chat(x->line) ? chat_stream_create(agent->session) : NULL;
    struct event event = {
        .kind = EVENT_REQUEST_SENT,
        .number = (int64_t)x->request.json.len,
        .flag = x->request.is_delta,
    };
    agent_post(agent, &event);
    return true;
}

static void start_clock(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    int64_t first = SILENCE_TOLD_MS;

    if (x->route.deadline_ms > 0 && x->route.deadline_ms < first)
        first = x->route.deadline_ms;
    loop_timer_start(x->clock, first);
}

// Too big for a socket is not too big for HTTP (protocol.md 1.6).
static bool take_http_instead(struct agent *agent, const struct error *err)
{
    struct exchange *x = &agent->exchange;

    if (err->kind != ERROR_LIMIT || x->way != TRANSPORT_WS
        || !str_is(x->line->backend->transport, "auto"))
        return false;
    x->route.transport = ROUTE_HTTP;
    lines_dial(agent, 0);
    return true;
}

static void send_turn(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    struct error err = { 0 };

    if (transmit(agent, SENDING_TURN, &err)) {
        x->due = false;
        x->attempts++;
        router_sent(x->router, x->line->index, x->query.input_tokens,
                    loop_wall_ms());
        start_clock(agent);
    } else if (!take_http_instead(agent, &err)) {
        exchange_fail_turn(agent, str_from(err.text));
    }
}

// A request ends every call that is still open, so it waits for them.
static bool may_send(const struct agent *agent)
{
    const struct exchange *x = &agent->exchange;
    const struct session *session = agent->session;

    return agent->instructions_ready && !loop_timer_is_active(x->retry)
           && x->sending == SENDING_NOTHING
           && (session->state == TURN_WAITING || session->state == TURN_READY);
}

static bool find_route(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    struct str why = STR("no backend is set: see /help");

    if (x->routed)
        return true;
    if (!x->router || !lines_route(agent, &why)) {
        exchange_fail_turn(agent, why);
        return false;
    }
    if (x->route.end != ROUTE_WAIT)
        return true;
    agent_notice(agent, str_from(x->route.why), false);
    exchange_ask_later(agent, x->route.wait_ms);
    return false;
}

void exchange_ask(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    x->due = true;
    if (!may_send(agent) || !find_route(agent))
        return;
    lines_dial(agent, 0);
    if (uplink_is_ready(x->line->link, &x->way))
        send_turn(agent);
}

void exchange_ask_later(struct agent *agent, int64_t wait_ms)
{
    agent->exchange.due = true;
    loop_timer_start(agent->exchange.retry, wait_ms);
}

static void on_retry(void *ctx)
{
    exchange_ask(ctx);
}

// --- warming up ------------------------------------------------------------

// With nothing asked yet the server can read what will come along anyway.
static void warm_up(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    struct error err = { 0 };

    if (!x->wants_warmth || !agent->instructions_ready || x->line->cold
        || x->sending != SENDING_NOTHING || x->due
        || agent->session->state != TURN_IDLE || speaks_chat(x->line)
        || x->line->lane.response_id.len > 0
        || !uplink_is_ready(x->line->link, &x->way) || x->way != TRANSPORT_WS)
        return;
    x->wants_warmth = false;
    if (transmit(agent, SENDING_WARM_UP, &err))
        loop_timer_start(x->clock, WARM_UP_MS);
}

// A warm-up that went wrong is nobody's business but the next request's.
static void stay_cold(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    x->line->cold = true;
    lane_forget(&x->line->lane);
    exchange_end_request(agent, "");
    if (x->due)
        exchange_ask(agent);
}

void exchange_ready(struct agent *agent)
{
    if (agent->exchange.due)
        exchange_ask(agent);
    else
        warm_up(agent);
}

// --- what the server says --------------------------------------------------

static bool is_end(const struct event *event)
{
    return event->kind == EVENT_RESPONSE_COMPLETED
           || event->kind == EVENT_RESPONSE_INCOMPLETE
           || event->kind == EVENT_RESPONSE_FAILED;
}

static void take_failure(struct agent *agent, const struct event *event)
{
    struct arena arena = { 0 };
    struct failure failure = failure_from_event(&arena, event);

    lane_forget(&agent->exchange.line->lane);
    failing_cure(agent, &failure, event);
    arena_release(&arena);
}

static void completed(struct agent *agent, const struct event *event)
{
    struct exchange *x = &agent->exchange;

    if (event->usage.input > 0)
        estimator_learn(&x->line->estimator, x->weight, event->usage.input);

    x->tried = x->repaired = 0;
    if (speaks_chat(x->line))
        profile_learn_reasoning(&x->line->profile,
                                chat_stream_reasoning_field(x->chat));
    else
        lane_commit(&x->line->lane, &x->request, agent->session);
    lines_answered(agent);
    exchange_end_request(agent, "ok");
}

static void incomplete(struct agent *agent, const struct event *event)
{
    lane_forget(&agent->exchange.line->lane);
    exchange_end_request(agent, "incomplete");
    if (session_turn_is_over(agent->session)) // else its calls still run
        exchange_fail_turn(agent, event->text);
}

static void take_turn_event(struct agent *agent, struct event *event)
{
    if (event->kind == EVENT_RESPONSE_FAILED) {
        take_failure(agent, event);
        return;
    }
    agent_post(agent, event);
    if (event->kind == EVENT_RESPONSE_COMPLETED)
        completed(agent, event);
    else if (event->kind == EVENT_RESPONSE_INCOMPLETE)
        incomplete(agent, event);
}

static void take_warm_up_event(struct agent *agent, struct event *event)
{
    struct exchange *x = &agent->exchange;

    agent_post(agent, event);
    if (event->kind == EVENT_RESPONSE_COMPLETED) {
        lane_commit(&x->line->lane, &x->request, agent->session);
        exchange_end_request(agent, "");
        if (x->due)
            exchange_ask_later(agent, 0);
    } else if (is_end(event)) {
        stay_cold(agent);
    }
}

static void end_drain(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    exchange_end_request(agent, "");
    if (x->due)
        exchange_ask_later(agent, 0);
    else
        warm_up(agent);
}

static bool is_token(const struct event *event)
{
    return event->kind == EVENT_TEXT_DELTA
           || event->kind == EVENT_REASONING_DELTA
           || event->kind == EVENT_CALL_DELTA || event->kind == EVENT_ITEM_DONE;
}

static void take_event(struct agent *agent, struct event *event)
{
    struct exchange *x = &agent->exchange;

    if (is_token(event))
        x->began = true;
    switch (x->sending) {
    case SENDING_NOTHING: break;
    case SENDING_TURN: take_turn_event(agent, event); break;
    case SENDING_WARM_UP: take_warm_up_event(agent, event); break;
    case SENDING_DRAIN:
        agent_post(agent, event); // its tokens count, the rest is dropped
        if (is_end(event))
            end_drain(agent);
        break;
    }
}

static void on_chat_event(const struct event *event, void *ctx)
{
    struct event copy = *event;
    take_event(ctx, &copy);
}

// One garbled message may be a proxy's; more of them are a broken stream.
static void drop_message(struct agent *agent, struct error *err)
{
    struct exchange *x = &agent->exchange;
    struct arena arena = { 0 };

    error_prefix(err, "a message of the server was dropped");
    x->garbled++;
    if (x->chat || x->garbled >= GARBLED_MESSAGES) {
        struct failure failure =
            trouble_of_us(FAILURE_CUT, arena_copy(&arena, str_from(err->text)));
        uplink_drop(x->line->link);
        exchange_failed(agent, &failure);
    } else {
        agent_notice(agent, str_from(err->text), true);
    }
    arena_release(&arena);
}

// Nothing that an event leads to sends a request before this returns: the
// stream stays until then.
static void read_chat(struct agent *agent, struct str text)
{
    struct exchange *x = &agent->exchange;
    struct error err = { 0 };

    if (!chat_stream_feed(x->chat, text, on_chat_event, agent, &err)
        && x->sending != SENDING_NOTHING)
        drop_message(agent, &err);
}

static void read_event(struct agent *agent, struct str text)
{
    struct exchange *x = &agent->exchange;
    struct event event = { 0 };
    struct error err = { 0 };
    bool known = false;

    arena_reset(&x->message);
    if (x->sending == SENDING_NOTHING)
        return;
    if (!event_decode(&x->message, text, &event, &known, &err))
        drop_message(agent, &err);
    else if (known)
        take_event(agent, &event);
}

static void read_held(struct agent *agent)
{
    struct buf held = { 0 };

    while (sequence_next(&agent->exchange.sequence, &held))
        read_event(agent, buf_str(&held));
    buf_release(&held);
}

// Numbers that stay missing once are a cut; twice, a habit of the backend.
static void miss_events(struct agent *agent)
{
    struct line *line = agent->exchange.line;
    struct failure cut =
        trouble_of_us(FAILURE_CUT, STR("events are missing from the answer"));

    line->profile.numbers_have_gaps = line->gaps++ > 0;
    uplink_drop(line->link);
    exchange_failed(agent, &cut);
}

static void read_message(struct agent *agent, struct str text)
{
    struct envelope envelope = envelope_read(text);
    struct sequence *sequence = &agent->exchange.sequence;

    switch (sequence_offer(sequence, &envelope, text)) {
    case SEQUENCE_TAKE:
        read_event(agent, text);
        read_held(agent);
        break;
    case SEQUENCE_CUT: miss_events(agent); break;
    case SEQUENCE_DROP:
    case SEQUENCE_HOLD: break;
    }
}

void exchange_alive(struct agent *agent)
{
    agent->exchange.heard_ms = loop_now_ms();
}

void exchange_message(struct agent *agent, struct str text)
{
    struct exchange *x = &agent->exchange;

    exchange_alive(agent);
    if (x->sending == SENDING_NOTHING)
        return;
    if (x->chat)
        read_chat(agent, text);
    else
        read_message(agent, text);
    agent_step(agent);
}

// --- when it does not --------------------------------------------------------

void exchange_failed(struct agent *agent, const struct failure *failure)
{
    struct exchange *x = &agent->exchange;

    lane_forget(&x->line->lane);
    if (x->sending == SENDING_WARM_UP)
        stay_cold(agent);
    else if (x->sending == SENDING_DRAIN)
        end_drain(agent);
    else if (x->sending == SENDING_TURN || x->due)
        failing_cure(agent, failure, NULL);
    agent_step(agent);
}

void exchange_finished(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    struct failure cut =
        trouble_of_us(FAILURE_CUT, STR("the answer ended before its end"));
    struct error err = { 0 };

    if (x->chat && !chat_stream_finish(x->chat, on_chat_event, agent, &err))
        cut.message = str_from(err.text);
    if (x->sending != SENDING_NOTHING)
        exchange_failed(agent, &cut);
    agent_step(agent);
}

static void fail_silent(struct agent *agent, const char *why)
{
    struct failure failure = trouble_of_us(FAILURE_SILENT, str_from(why));

    uplink_drop(agent->exchange.line->link);
    exchange_failed(agent, &failure);
}

// The first token is late: somebody else may be quicker, as long as nothing
// of this answer has been shown.
static bool is_late(const struct exchange *x, int64_t now)
{
    return !x->began && x->route.deadline_ms > 0 && x->line_count > 1
           && now - x->sent_ms >= x->route.deadline_ms;
}

static void watch_turn(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    int64_t now = loop_now_ms(), silent = now - x->heard_ms;

    if (is_late(x, now)) {
        x->route.deadline_ms = 0; // asked once
        if (failing_late(agent))
            return;
    }
    if (silent >= SILENCE_MOST_MS) {
        fail_silent(agent, "no data for five minutes");
        return;
    }
    if (silent >= SILENCE_TOLD_MS && !x->silence_told) {
        x->silence_told = true;
        agent_notice(agent,
                     STR("the server is silent for 20 seconds; Esc stops the "
                         "turn, waiting goes on"),
                     true);
    }
    loop_timer_start(x->clock, x->silence_told ? SILENCE_MOST_MS - silent
                                               : SILENCE_TOLD_MS - silent);
}

static void on_clock(void *ctx)
{
    struct agent *agent = ctx;
    struct exchange *x = &agent->exchange;

    switch (x->sending) {
    case SENDING_NOTHING: break;
    case SENDING_TURN: watch_turn(agent); break;
    case SENDING_WARM_UP:
        uplink_drop(x->line->link);
        stay_cold(agent);
        break;
    case SENDING_DRAIN:
        uplink_drop(x->line->link);
        end_drain(agent);
        break;
    }
}

// --- the whole -------------------------------------------------------------

void exchange_init(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    x->retry = loop_timer_create(agent->options.loop, on_retry, agent);
    x->clock = loop_timer_create(agent->options.loop, on_clock, agent);
}

void exchange_release(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    lines_close(agent);
    loop_timer_destroy(x->retry);
    loop_timer_destroy(x->clock);
    request_release(&x->request);
    chat_stream_destroy(x->chat);
    sequence_release(&x->sequence);
    arena_release(&x->message);
}

void exchange_cancel(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    bool was_talking = x->sending == SENDING_TURN;

    loop_timer_stop(x->retry);
    exchange_turn_ended(agent);
    if (!was_talking)
        return;
    take_sample(agent, "cancelled");
    lane_forget(&x->line->lane);
    x->wants_warmth = true;
    x->sending = SENDING_DRAIN;
    if (x->way == TRANSPORT_WS) { // there is no cancel message
        loop_timer_start(x->clock, DRAIN_MS);
    } else {
        uplink_cut(x->line->link);
        end_drain(agent);
    }
}
