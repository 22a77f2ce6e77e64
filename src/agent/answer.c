/*
 * What comes back to a request, by whatever API, becomes events. Events of an
 * answer are put in order by their numbers; one that is not wanted any more
 * is read to its end, for its usage and for the socket; one that stays silent
 * is told, and at last given up.
 */
#include "parts.h"

#include "kerf/wire/event_json.h"
#include "kerf/wire/steer.h"
#include "trouble.h"

#define SILENCE_TOLD_MS 20000 // reliability.md N33
#define GARBLED_MESSAGES 3    // reliability.md N40

// --- what the server says --------------------------------------------------

static bool is_end(const struct event *event)
{
    return event->kind == EVENT_RESPONSE_COMPLETED
           || event->kind == EVENT_RESPONSE_INCOMPLETE
           || event->kind == EVENT_RESPONSE_FAILED;
}

// The answer went with words on it: nobody knows whether they counted, and they
// are not said into an answer again (protocol.md 2.6), but wait in the queue.
// What that server may still make of them is not wanted.
static void lose_steers(struct agent *agent)
{
    const struct session *session = agent->session;
    struct event event = {
        .kind = EVENT_STEER,
        .state = STEER_FAILED,
        .text = STR("the answer was lost; it is the next message"),
        .flag = true,
    };

    if (!session_steer_is_open(session))
        return;
    uplink_drop(agent->exchange.line->link);
    while (session_steer_is_open(session) && !agent->closing)
        agent_post(agent, &event);
}

static void take_failure(struct agent *agent, const struct event *event)
{
    struct arena arena = { 0 };
    struct failure failure = failure_from_event(&arena, event);

    lane_forget(&agent->exchange.line->lane);
    lose_steers(agent);
    failing_cure(agent, &failure, event);
    arena_release(&arena);
}

// The request is over, but another answer follows by itself.
static void await_successor(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    exchange_sample(agent, "ok");
    x->sending = SENDING_STEERED;
    x->attempt = (struct attempt){ .sent_ms = loop_now_ms() };
    sequence_reset(&x->sequence);
    loop_timer_start(x->clock, exchange_wait_ms(agent, SILENCE_TOLD_MS));
}

static void completed(struct agent *agent, const struct event *event)
{
    struct exchange *x = &agent->exchange;

    if (event->usage.input > 0)
        estimator_learn(&x->line->estimator, x->weight, event->usage.input);

    x->tried = x->repaired = 0;
    if (line_speaks_chat(x->line))
        profile_learn_reasoning(&x->line->profile,
                                chat_stream_reasoning_field(x->chat));
    else
        lane_commit(&x->line->lane, &x->request, agent->session);
    lines_answered(agent);
    compaction_announce(agent);
    if (session_steer_is_open(agent->session))
        await_successor(agent);
    else
        exchange_end_request(agent, "ok");
}

bool exchange_steer(struct agent *agent, struct str text)
{
    struct exchange *x = &agent->exchange;
    struct event event = { .kind = EVENT_STEER,
                           .state = STEER_SENT,
                           .text = text };
    struct buf json = { 0 };
    struct error err = { 0 };

    if (x->sending != SENDING_TURN || x->way != TRANSPORT_WS
        || !x->line->backend->steer)
        return false;
    bool sent = steer_build(agent->session, text, &json, &err)
                && uplink_send(x->line->link, x->way, buf_str(&json), &err);
    buf_release(&json);
    if (sent)
        agent_post(agent, &event);
    return sent;
}

static void incomplete(struct agent *agent, const struct event *event)
{
    lane_forget(&agent->exchange.line->lane);
    if (str_is(event->text, "steered")
        && session_steer_is_open(agent->session)) {
        await_successor(agent);
        return;
    }
    lose_steers(agent);
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
        exchange_go_on(agent);
    } else if (is_end(event)) {
        exchange_stay_cold(agent);
    }
}

// Nothing comes of the words any more, or not before the next request.
static void end_steering(struct agent *agent)
{
    lose_steers(agent);
    exchange_end_request(agent, "");
}

// Between the end of a response and the beginning of one to the words.
static void take_steer_event(struct agent *agent, struct event *event)
{
    struct exchange *x = &agent->exchange;

    if (event->kind == EVENT_RESPONSE_FAILED) {
        end_steering(agent);
        return;
    }
    agent_post(agent, event);
    if (agent->session->running) {
        x->sending = SENDING_TURN;
        answer_await(agent);
    } else if (!session_steer_is_open(agent->session)) {
        end_steering(agent);
    }
}

void answer_drained(struct agent *agent)
{
    exchange_sample(agent, "cancelled");
    exchange_end_request(agent, "");
    exchange_go_on(agent);
}

static bool is_token(const struct event *event)
{
    return event->kind == EVENT_TEXT_DELTA
           || event->kind == EVENT_REASONING_DELTA
           || event->kind == EVENT_CALL_DELTA || event->kind == EVENT_ITEM_DONE;
}

static void note_progress(struct attempt *attempt, const struct event *event)
{
    if (is_token(event)) {
        attempt->last_ms = loop_now_ms();
        attempt->deltas++;
        attempt->bytes += event->kind == EVENT_ITEM_DONE ? 0 : event->text.len;
        if (attempt->first_ms == 0)
            attempt->first_ms = attempt->last_ms;
    } else if (is_end(event)) {
        attempt->usage = event->usage;
    }
}

// The end of another response than the running one is no end.
static bool is_of_another(const struct session *session,
                          const struct event *event)
{
    return is_end(event) && event->id.len > 0 && session->running_id.len > 0
           && !str_equal(event->id, session->running_id);
}

static void take_event(struct agent *agent, struct event *event)
{
    struct exchange *x = &agent->exchange;

    if (is_of_another(agent->session, event))
        return;
    note_progress(&x->attempt, event);
    switch (x->sending) {
    case SENDING_NOTHING: break;
    case SENDING_TURN: take_turn_event(agent, event); break;
    case SENDING_WARM_UP: take_warm_up_event(agent, event); break;
    case SENDING_STEERED: take_steer_event(agent, event); break;
    case SENDING_DRAIN:
        agent_post(agent, event); // its tokens count, the rest is dropped
        if (is_end(event))
            answer_drained(agent);
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
        answer_failed(agent, &failure);
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
    answer_failed(agent, &cut);
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
    case SEQUENCE_HOLD: read_held(agent); break;
    case SEQUENCE_CUT: miss_events(agent); break;
    case SEQUENCE_DROP:
        if (envelope.ends) // the numbers went back: its end will not come
            miss_events(agent);
        else
            read_held(agent);
        break;
    }
}

void answer_alive(struct agent *agent)
{
    struct exchange *x = &agent->exchange;

    x->heard = moment_now(agent->options.wall);
    if (x->attempt.heard_ms == 0)
        x->attempt.heard_ms = x->heard.clock_ms;
}

void answer_message(struct agent *agent, struct str text)
{
    struct exchange *x = &agent->exchange;

    answer_alive(agent);
    if (x->sending == SENDING_NOTHING)
        return;
    if (x->chat)
        read_chat(agent, text);
    else
        read_message(agent, text);
    agent_step(agent);
}

// --- when it does not --------------------------------------------------------

void answer_failed(struct agent *agent, const struct failure *failure)
{
    struct exchange *x = &agent->exchange;

    lane_forget(&x->line->lane);
    lose_steers(agent);
    if (x->sending == SENDING_STEERED)
        exchange_end_request(agent, "");
    else if (x->sending == SENDING_WARM_UP)
        exchange_stay_cold(agent);
    else if (x->sending == SENDING_DRAIN)
        answer_drained(agent);
    else if (x->sending == SENDING_TURN || x->due)
        failing_cure(agent, failure, NULL);
    agent_step(agent);
}

void answer_finished(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    struct failure cut =
        trouble_of_us(FAILURE_CUT, STR("the answer ended before its end"));
    struct error err = { 0 };

    if (x->chat && !chat_stream_finish(x->chat, on_chat_event, agent, &err))
        cut.message = str_from(err.text);
    if (x->sending != SENDING_NOTHING)
        answer_failed(agent, &cut);
    agent_step(agent);
}

static void fail_silent(struct agent *agent, enum failure_origin origin,
                        const char *why)
{
    struct failure failure = trouble_of_us(origin, str_from(why));

    uplink_drop(agent->exchange.line->link);
    answer_failed(agent, &failure);
}

// The first token is late: somebody else may be quicker, as long as nothing
// of this answer has been shown.
static bool is_late(const struct exchange *x, int64_t now)
{
    return x->attempt.first_ms == 0 && x->route.deadline_ms > 0
           && x->line_count > 1
           && now - x->attempt.sent_ms >= x->route.deadline_ms;
}

// When the silence is looked at again: soon enough for a sleep to be noticed.
static int64_t next_look(int64_t silent, int64_t told, int64_t most)
{
    int64_t left = (silent < told ? told : most) - silent;

    return left < told ? left : told;
}

static void fail_paused(struct agent *agent)
{
    struct arena arena = { 0 };
    int64_t seconds = backend_silence_s(agent->exchange.line->backend);
    struct str why =
        arena_printf(&arena, "no data for %lld seconds", (long long)seconds);

    fail_silent(agent, FAILURE_SILENT, why.at);
    arena_release(&arena);
}

static void watch_turn(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    struct moment now = moment_now(agent->options.wall);
    int64_t silent = now.clock_ms - x->heard.clock_ms;
    int64_t told = exchange_wait_ms(agent, SILENCE_TOLD_MS);
    int64_t most =
        exchange_wait_ms(agent, backend_silence_s(x->line->backend) * 1000);

    if (is_late(x, now.clock_ms)) {
        x->route.deadline_ms = 0; // asked once
        if (failing_late(agent))
            return;
    }
    if (silent >= most) {
        fail_paused(agent);
        return;
    }
    if (silent >= told && moment_slept(x->heard, now)) {
        fail_silent(agent, FAILURE_CUT, "the machine slept");
        return;
    }
    if (silent >= told && uplink_is_stranded(x->line->link)) {
        fail_silent(agent, FAILURE_CUT, "the machine has another address now");
        return;
    }
    if (silent >= told && !x->silence_told) {
        x->silence_told = true;
        agent_notice(agent,
                     STR("the server is silent for 20 seconds; Esc stops the "
                         "turn, waiting goes on"),
                     true);
    }
    loop_timer_start(x->clock, next_look(silent, told, most));
}

void answer_clock(void *ctx)
{
    struct agent *agent = ctx;
    struct exchange *x = &agent->exchange;

    switch (x->sending) {
    case SENDING_NOTHING: break;
    case SENDING_TURN: watch_turn(agent); break;
    case SENDING_STEERED:
        fail_silent(agent, FAILURE_SILENT, "no answer to the words");
        ;
        break;
    case SENDING_WARM_UP:
        uplink_drop(x->line->link);
        exchange_stay_cold(agent);
        break;
    case SENDING_DRAIN:
        uplink_drop(x->line->link);
        answer_drained(agent);
        break;
    }
}

void answer_await(struct agent *agent)
{
    struct exchange *x = &agent->exchange;
    int64_t first = exchange_wait_ms(agent, SILENCE_TOLD_MS);

    if (x->route.deadline_ms > 0 && x->route.deadline_ms < first)
        first = x->route.deadline_ms;
    loop_timer_start(x->clock, first);
}
