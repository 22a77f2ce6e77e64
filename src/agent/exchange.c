/*
 * One request at a time. It is due, then in flight, then over; a loss makes it
 * due again, on a new connection and in full, as long as tries are left. The
 * classes of failure follow protocol.md 1.3, 1.8, 3.6 and 4.4: what cannot
 * get better by itself is told at once.
 */
#include "parts.h"

#include <string.h>

#include "kerf/wire/event_json.h"

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

static void take_sample(struct agent *agent, const char *outcome)
{
    struct exchange *x = &agent->exchange;
    const struct session *session = agent->session;
    const struct turn *turn =
        session->turn_count ? &session->turns[session->turn_count - 1] : NULL;

    if (!agent->options.journal || !x->backend || !turn)
        return;
    struct sample sample = {
        .session_id = session->id,
        .backend = x->backend->name,
        .model = session->model,
        .outcome = str_from(outcome),
        .time_ms = loop_wall_ms(),
        .dial_ms = uplink_dial_ms(x->link),
        .ttft_ms = turn->ttft_ms,
        .total_ms = loop_now_ms() - x->sent_ms,
        .tokens_per_second = turn_speed(turn),
        .cost_usd = turn->cost_usd,
        .usage = turn->usage,
        .request_bytes = (int64_t)x->request.json.len,
        .is_delta = x->request.is_delta,
    };
    journal_sample(agent->options.journal, &sample);
}

static void end_request(struct agent *agent, const char *outcome)
{
    if (!agent->exchange.in_flight)
        return;
    take_sample(agent, outcome);
    agent->exchange.in_flight = false;
}

static void end_turn(struct agent *agent, enum turn_outcome outcome,
                     struct str why)
{
    struct event event = { .kind = EVENT_TURN_DONE,
                           .state = (int)outcome,
                           .text = why };

    agent->exchange.due = false;
    agent->exchange.tries = 0;
    if (outcome != TURN_OK)
        agent->held = true;
    agent_post(agent, &event);
}

static bool build_request(struct agent *agent, struct error *err)
{
    struct exchange *x = &agent->exchange;
    struct request_parts parts = {
        .backend = x->backend,
        .instructions = buf_str(&agent->instructions),
        .tools = buf_str(&agent->tools),
        .cache_key = agent->session->id,
    };

    request_release(&x->request);
    x->request = (struct request){ 0 };
    return request_build(agent->session, &parts, &x->lane, &x->request, err);
}

static void send_request(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    struct error err = { 0 };

    if (!build_request(agent, &err)
        || !uplink_send(x->link, buf_str(&x->request.json), &err)) {
        end_turn(agent, TURN_FAILED, str_from(err.text));
        return;
    }
    x->due = false;
    x->in_flight = true;
    x->sent_ms = loop_now_ms();
    struct event event = {
        .kind = EVENT_REQUEST_SENT,
        .number = (int64_t)x->request.json.len,
        .flag = x->request.is_delta,
    };
    agent_post(agent, &event);
}

static bool speaks_our_protocol(const struct backend *backend)
{
    return !str_is(backend->protocol, "chat")
           && !str_is(backend->transport, "http");
}

// A request ends every call that is still open, so it waits for them.
static bool may_send(const struct session *session)
{
    return session->state == TURN_WAITING || session->state == TURN_READY;
}

void exchange_ask(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    x->due = true;
    if (!agent->instructions_ready || loop_timer_is_active(x->retry)
        || !may_send(agent->session))
        return;
    if (!x->backend) {
        end_turn(agent, TURN_FAILED, STR("no backend is set: see /help"));
        return;
    }
    if (!speaks_our_protocol(x->backend)) {
        end_turn(agent, TURN_FAILED,
                 STR("this backend asks for HTTP or Chat Completions; this "
                     "version speaks the Responses API over WebSocket only: "
                     "set protocol = responses, transport = ws"));
        return;
    }
    if (uplink_is_old(x->link)) {
        uplink_drop(x->link);
        lane_forget(&x->lane);
    }
    if (uplink_is_ready(x->link))
        send_request(agent);
    else
        uplink_dial(x->link, x->tries);
}

// --- what the server says --------------------------------------------------

// What to do about an error of the server, by code or HTTP status.
enum remedy {
    REMEDY_NONE,   // tell the user
    REMEDY_RESEND, // same connection, whole history, silently
    REMEDY_REDIAL, // new connection, whole history, silently
    REMEDY_WAIT,   // same again after a while
};

static const struct {
    const char *code;
    int64_t status; // 0: any
    enum remedy remedy;
} remedies[] = {
    { "previous_response_not_found", 0, REMEDY_RESEND },
    { "websocket_connection_limit_reached", 0, REMEDY_REDIAL },
    { "rate_limit_exceeded", 0, REMEDY_WAIT },
    { "server_error", 0, REMEDY_WAIT },
    { "server_is_overloaded", 0, REMEDY_WAIT },
    { "slow_down", 0, REMEDY_WAIT },
    { NULL, 500, REMEDY_WAIT },
    { NULL, 502, REMEDY_WAIT },
    { NULL, 503, REMEDY_WAIT },
    { NULL, 504, REMEDY_WAIT },
};

static enum remedy remedy_for(const struct event *event)
{
    for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++) {
        if (remedies[i].code && str_is(event->name, remedies[i].code))
            return remedies[i].remedy;
        if (!remedies[i].code && event->number == remedies[i].status)
            return remedies[i].remedy;
    }
    return REMEDY_NONE;
}

static void retry_due(void *ctx)
{
    exchange_ask(ctx);
}

// Says that the response is lost and will be asked for again.
static void supersede(struct agent *agent, struct str why)
{
    struct event event = { .kind = EVENT_RESPONSE_LOST,
                           .text = why,
                           .flag = true };
    agent_post(agent, &event);
}

static void retry_later(struct agent *agent, const struct event *event)
{
    struct exchange *x = &agent->exchange;
    int64_t wait_ms = (int64_t)1000 << x->tries;

    x->tries++;
    supersede(agent, event->text);
    x->due = true;
    loop_timer_start(x->retry, wait_ms);
}

// Returns true if the error was taken care of without the user.
static bool repair(struct agent *agent, const struct event *event)
{
    struct exchange *x = &agent->exchange;
    enum remedy remedy = remedy_for(event);

    lane_forget(&x->lane);
    if (remedy == REMEDY_NONE || x->tries >= REQUEST_TRIES)
        return false;
    if (remedy == REMEDY_WAIT) {
        end_request(agent, "failed");
        retry_later(agent, event);
        return true;
    }
    if (x->repaired)
        return false;
    x->repaired = true;
    end_request(agent, "repaired");
    if (remedy == REMEDY_REDIAL)
        uplink_drop(x->link);
    supersede(agent, (struct str){ 0 });
    exchange_ask(agent);
    return true;
}

static void fail_turn(struct agent *agent, const struct event *event)
{
    struct arena arena = { 0 };
    struct str why = arena_printf(
        &arena, "%.*s%s%.*s", STR_ARG(event->name),
        event->name.len && event->text.len ? ": " : "", STR_ARG(event->text));

    end_request(agent, "failed");
    end_turn(agent, TURN_FAILED, why);
    arena_release(&arena);
}

static void completed(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    end_request(agent, "ok");
    x->tries = 0;
    x->repaired = false;
    lane_commit(&x->lane, &x->request, agent->session);
}

static void take_event(struct agent *agent, struct event *event)
{
    if (event->kind == EVENT_RESPONSE_FAILED && repair(agent, event))
        return;
    agent_post(agent, event);
    if (event->kind == EVENT_RESPONSE_COMPLETED) {
        completed(agent);
    } else if (event->kind == EVENT_RESPONSE_INCOMPLETE) {
        lane_forget(&agent->exchange.lane);
        end_request(agent, "incomplete");
        if (!session_turn_is_over(agent->session))
            return; // its complete calls still run
        end_turn(agent, TURN_FAILED, event->text);
    } else if (event->kind == EVENT_RESPONSE_FAILED) {
        fail_turn(agent, event);
    }
}

static void on_message(struct str text, void *ctx)
{
    struct agent *agent = ctx;
    struct exchange *x = &agent->exchange;
    struct event event = { 0 };
    struct error err = { 0 };
    bool known = false;

    arena_reset(&x->message);
    if (!event_decode(&x->message, text, &event, &known, &err)) {
        error_prefix(&err, "a message of the server was dropped");
        agent_notice(agent, str_from(err.text), true);
    } else if (known && x->in_flight) {
        take_event(agent, &event);
    }
    agent_step(agent);
}

// --- the connection --------------------------------------------------------

static bool is_worth_another_try(const struct ws_end *end)
{
    return end->end_class == NET_END_LOST || end->end_class == NET_END_NORMAL;
}

static bool has_open_calls(const struct session *session)
{
    return session->state == TURN_TOOLS || session->state == TURN_APPROVAL
           || session->state == TURN_REVIEW || session->state == TURN_READY;
}

static void lose_turn(struct agent *agent, const struct ws_end *end)
{
    struct event lost = { .kind = EVENT_RESPONSE_LOST,
                          .text = str_from(end->text) };

    if (agent->exchange.in_flight)
        agent_post(agent, &lost);
    end_request(agent, "lost");
    agent->exchange.due = false;
    agent->exchange.tries = 0;
    if (!has_open_calls(agent->session)) // else they come first, then we ask
        end_turn(agent, TURN_FAILED, str_from(end->text));
}

static void on_ended(const struct ws_end *end, void *ctx)
{
    struct agent *agent = ctx;
    struct exchange *x = &agent->exchange;
    bool was_needed = x->in_flight || x->due;

    lane_forget(&x->lane);
    if (!was_needed)
        return;
    if (!is_worth_another_try(end) || x->tries >= REQUEST_TRIES) {
        lose_turn(agent, end);
    } else {
        if (x->in_flight)
            supersede(agent, str_from(end->text));
        end_request(agent, "lost");
        x->due = true;
        uplink_dial(x->link, x->tries);
        x->tries++;
    }
    agent_step(agent);
}

static void on_state(enum link_state state, struct str why, void *ctx)
{
    struct event event = { .kind = EVENT_LINK,
                           .state = (int)state,
                           .text = why };
    agent_post(ctx, &event);
}

static void on_ready(void *ctx)
{
    struct agent *agent = ctx;

    lane_forget(&agent->exchange.lane);
    if (agent->exchange.due)
        exchange_ask(agent);
}

void exchange_init(struct agent *agent)
{
    static const struct uplink_events events = {
        .state = on_state,
        .ready = on_ready,
        .message = on_message,
        .ended = on_ended,
    };

    agent->exchange.link = uplink_create(agent->options.loop,
                                         agent->options.sockets,
                                         agent->options.env, &events, agent);
    agent->exchange.retry =
        loop_timer_create(agent->options.loop, retry_due, agent);
}

void exchange_release(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    uplink_destroy(x->link);
    loop_timer_destroy(x->retry);
    request_release(&x->request);
    lane_release(&x->lane);
    arena_release(&x->message);
}

void exchange_cancel(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    bool was_talking = x->in_flight;

    loop_timer_stop(x->retry);
    end_request(agent, "cancelled");
    x->due = false;
    x->tries = 0;
    if (was_talking) { // there is no cancel message: protocol.md 2.5
        uplink_drop(x->link);
        lane_forget(&x->lane);
        uplink_dial(x->link, 0);
    }
}
