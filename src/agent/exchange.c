/*
 * One request at a time. It is due, then in flight, then over. What comes back
 * becomes events, whatever API it came by. The text of a cut answer stays,
 * marked; the answer is asked for anew as a whole (protocol.md 4.4), so that
 * nothing is shown or done twice.
 */
#include "parts.h"

#include <string.h>

#define WARM_UP_MS 2000 // nobody waits longer for a warm-up
#define DRAIN_MS 1500   // nor for the end of what was interrupted

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

void exchange_end_request(struct agent *agent, const char *outcome)
{
    struct exchange *x = &agent->exchange;

    if (x->sending == SENDING_NOTHING)
        return;
    if (x->sending == SENDING_TURN)
        exchange_sample(agent, outcome);
    x->setback = SETBACK_COUNT;
    x->sending = SENDING_NOTHING;
    loop_timer_stop(x->clock);
    uplink_rest(x->line->link);
}

void exchange_hang_up(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    if (agent->compaction)
        agent_notice(agent, STR("the compaction is given up: its backend goes"),
                     true);
    compaction_stop(agent);
    if (x->sending == SENDING_DRAIN)
        exchange_sample(agent, "cancelled");
    x->setback = SETBACK_COUNT;
    x->sending = SENDING_NOTHING;
    loop_timer_stop(x->clock);
    loop_timer_stop(x->retry);
}

void exchange_turn_ended(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    x->routed = x->due = x->made_room = x->explained = false;
    x->tried = x->repaired = x->attempts = 0;
}

// Who forbids a request, as the event calls it.
static struct str who_forbids(const struct route *route)
{
    if (route->end == ROUTE_OVER_BUDGET)
        return STR("budget");
    if (route->end == ROUTE_FORBIDDEN)
        return STR("policy");
    return (struct str){ 0 };
}

void exchange_fail_turn(struct agent *agent, struct str why)
{
    struct event event = { .kind = EVENT_TURN_DONE,
                           .state = TURN_FAILED,
                           .name = who_forbids(&agent->exchange.route),
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

bool line_speaks_chat(const struct line *line)
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
        .stream_id = x->line->backend->lanes && x->way == TRANSPORT_WS
                         ? STR("main")
                         : (struct str){ 0 },
        .warm_up = warm_up,
        .over_http = x->way == TRANSPORT_HTTP,
    };

    request_release(&x->request);
    x->request = (struct request){ 0 };
    if (line_speaks_chat(x->line))
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
    x->attempt = (struct attempt){ .sent_ms = loop_now_ms() };
    x->heard = moment_now(agent->options.wall);
    x->silence_told = false;
    x->garbled = 0;
    sequence_reset(&x->sequence);
    x->sequence.tolerates_gaps = x->line->profile.numbers_have_gaps;
    chat_stream_destroy(x->chat);
    x->chat = line_speaks_chat(x->line) ? chat_stream_create(agent->session)
                                        : NULL;
    struct event event = {
        .kind = EVENT_REQUEST_SENT,
        .number = (int64_t)x->request.json.len,
        .flag = x->request.is_delta,
    };
    agent_post(agent, &event);
    return true;
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

// Nothing was sent. What is too big is so again, unless something is done.
static void refuse(struct agent *agent, const struct error *err)
{
    struct exchange *x = &agent->exchange;
    struct arena arena = { 0 };
    bool ws_alone = x->way == TRANSPORT_WS;
    struct str why = str_from(err->text);

    if (err->kind == ERROR_LIMIT)
        why = arena_printf(&arena, "%s; /compact makes it smaller%s", err->text,
                           ws_alone ? ", and with transport = auto it goes "
                                      "over HTTP"
                                    : "");
    exchange_fail_turn(agent, why);
    arena_release(&arena);
}

static void send_turn(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    struct error err = { 0 };

    if (transmit(agent, SENDING_TURN, &err)) {
        x->due = false;
        x->attempts++;
        lines_tell_way(agent);
        router_sent(x->router, x->line->index, x->query.input_tokens,
                    loop_wall_ms());
        answer_await(agent);
    } else if (err.kind != ERROR_UNREACHABLE
               && !take_http_instead(agent, &err)) {
        refuse(agent, &err);
    }
}

// A request ends every call that is still open, so it waits for them.
static bool may_send(const struct agent *agent)
{
    const struct exchange *x = &agent->exchange;
    const struct session *session = agent->session;

    return agent->instructions_ready && !loop_timer_is_active(x->retry)
           && x->sending == SENDING_NOTHING && !agent->compaction
           && (session->state == TURN_WAITING || session->state == TURN_READY);
}

// A turn is routed once, and may make many requests.
static bool is_spent(const struct agent *agent)
{
    const struct exchange *x = &agent->exchange;
    const struct price *price = &x->line->backend->price;
    double session = x->config.route.budget_usd;
    double day = x->config.route.day_budget_usd;
    double cost = agent->session->cost_usd;

    return (price->input > 0 || price->output > 0)
           && ((session > 0 && cost >= session)
               || (day > 0 && x->day_usd + cost >= day));
}

static bool may_go_on(struct agent *agent)
{
    if (!is_spent(agent))
        return true;
    agent->exchange.route.end = ROUTE_OVER_BUDGET;
    exchange_fail_turn(agent, STR("the budget is spent"));
    return false;
}

static bool find_route(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    struct str why = STR("no backend is set: see /help");

    if (x->routed)
        return may_go_on(agent);
    if (!x->router || !lines_route(agent, &why)) {
        if (x->router && x->route.end == ROUTE_TOO_LONG
            && compaction_start(agent))
            return false;
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

int64_t exchange_wait_ms(const struct agent *agent, int64_t wait_ms)
{
    int permille = agent->options.wait_permille;

    return permille > 0 ? wait_ms * permille / 1000 : wait_ms;
}

void exchange_ask_later(struct agent *agent, int64_t wait_ms)
{
    int64_t real_ms = exchange_wait_ms(agent, wait_ms);
    struct event event = { .kind = EVENT_WAIT,
                           .number = loop_wall_ms() + real_ms,
                           .count = wait_ms };

    agent->exchange.due = true;
    loop_timer_start(agent->exchange.retry, real_ms);
    if (wait_ms >= WAIT_TOLD_MS)
        agent_post(agent, &event);
}

void exchange_go_on(struct agent *agent)
{
    if (agent->exchange.due)
        exchange_ask_later(agent, 0);
    else
        exchange_ready(agent);
}

static void on_retry(void *ctx)
{
    exchange_ask(ctx);
}

// --- warming up ------------------------------------------------------------

// With nothing asked yet the server can read what will come along anyway.
static void warm_session(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    struct error err = { 0 };

    if (!x->wants_warmth || !agent->instructions_ready || x->line->cold
        || agent->session->state != TURN_IDLE
        || x->line->lane.response_id.len > 0)
        return;
    x->wants_warmth = false;
    if (transmit(agent, SENDING_WARM_UP, &err))
        loop_timer_start(x->clock, WARM_UP_MS);
}

// A socket is open when it is ready, and the session behind it can be warm;
// over HTTP there is the connection alone.
static void warm_up(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    if (x->sending != SENDING_NOTHING || x->due
        || !uplink_is_ready(x->line->link, &x->way))
        return;
    if (x->way == TRANSPORT_HTTP)
        uplink_warm(x->line->link);
    else
        warm_session(agent);
}

void exchange_stay_cold(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    x->line->cold = true;
    lane_forget(&x->line->lane);
    exchange_end_request(agent, "");
    exchange_go_on(agent);
}

void exchange_ready(struct agent *agent)
{
    if (agent->exchange.due)
        exchange_ask(agent);
    else
        warm_up(agent);
}

void exchange_open(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    enum transport way;

    if (uplink_is_ready(x->line->link, &way))
        exchange_ready(agent);
    else if (!uplink_is_dialling(x->line->link))
        lines_dial(agent, 0);
}

static void on_wake(void *ctx)
{
    struct agent *agent = ctx;
    struct exchange *x = &agent->exchange;

    if (x->line && x->sending == SENDING_NOTHING && !x->due)
        exchange_open(agent);
}

// Later, for the key may be Enter: then the request opens what it needs.
void exchange_wake(struct agent *agent)
{
    struct loop *loop = agent->options.loop;

    loop_undefer(loop, on_wake, agent);
    loop_defer(loop, on_wake, agent);
}

// --- the whole -------------------------------------------------------------

void exchange_init(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    x->setback = SETBACK_COUNT;
    x->retry = loop_timer_create(agent->options.loop, on_retry, agent);
    x->clock = loop_timer_create(agent->options.loop, answer_clock, agent);
}

void exchange_release(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    loop_undefer(agent->options.loop, on_wake, agent);
    lines_close(agent);
    loop_timer_destroy(x->retry);
    loop_timer_destroy(x->clock);
    request_release(&x->request);
    chat_stream_destroy(x->chat);
    sequence_release(&x->sequence);
    arena_release(&x->message);
    tally_release(&x->tally);
}

// There is no cancel message: the end of the answer is waited for, so that the
// socket can stay. Not if an answer to words would follow it.
static void stop_talking(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    x->sending = SENDING_DRAIN;
    if (x->way == TRANSPORT_WS && !session_is_steered(agent->session)) {
        loop_timer_start(x->clock, DRAIN_MS);
        return;
    }
    if (x->way == TRANSPORT_WS)
        uplink_drop(x->line->link);
    else
        uplink_cut(x->line->link);
    answer_drained(agent);
}

void exchange_cancel(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    compaction_stop(agent);
    loop_timer_stop(x->retry);
    if (x->line && x->line->link)
        uplink_hush(x->line->link);
    exchange_turn_ended(agent);
    if (x->line)
        uplink_stop_dialling(x->line->link);
    if (x->sending != SENDING_TURN && x->sending != SENDING_STEERED)
        return;
    lane_forget(&x->line->lane);
    x->wants_warmth = true;
    if (x->sending == SENDING_TURN) {
        stop_talking(agent);
    } else {
        uplink_drop(x->line->link);
        exchange_end_request(agent, "");
    }
}
