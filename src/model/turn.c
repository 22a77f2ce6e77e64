/*
 * The turn: who has to move next. While a response runs it is the server; when
 * it has ended, the calls tell: the most urgent open one wins, and when the
 * last has its output it is the agent's move again. A response without calls
 * leaves the turn over, which the agent confirms.
 */
#include "parts.h"

#define SPEED_LEAST_MS 20 // a shorter stream tells nothing about speed

// What an open call waits for, most urgent first.
static const struct {
    enum call_state call;
    enum turn_state turn;
} waits[] = {
    { CALL_ASKING, TURN_APPROVAL },
    { CALL_RUNNING, TURN_TOOLS },
    { CALL_PENDING, TURN_TOOLS },
    { CALL_REVIEWING, TURN_REVIEW },
};

static bool response_has_calls(const struct session *session)
{
    for (size_t i = session->response_first; i < session->item_count; i++)
        if (item_is_call(&session->items[i]) && !session->items[i].superseded)
            return true;
    return false;
}

void turn_settle(struct session *session)
{
    if (session->state == TURN_IDLE || session->running || session->cancelled)
        return;
    for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++)
        if (turn_call_in(session, waits[i].call) != NO_INDEX) {
            session->state = waits[i].turn;
            return;
        }
    session->state = response_has_calls(session) ? TURN_READY : TURN_STREAMING;
}

static void turn_begin(struct session *session, const struct event *event)
{
    session->turns = grow(session->turns, &session->turn_cap,
                          session->turn_count + 1, sizeof(*session->turns));
    session->turns[session->turn_count++] = (struct turn){
        .started_ms = event->time_ms,
        .ttft_ms = -1,
    };
    session->turn_first = session->item_count;
    session->state = TURN_WAITING;
    session->resent = false;
}

// The last message is asked again: the earlier one is shown, not sent.
static void supersede_message(struct session *session)
{
    for (size_t i = session->item_count; i-- > session->turn_first;)
        if (session->items[i].kind == ITEM_USER) {
            session->items[i].superseded = true;
            session->items[i].version++;
            return;
        }
}

// While the agent is about to send outputs a message may go along with them.
bool apply_user_message(struct session *session, const struct event *event)
{
    if (event->text.len > LIMIT_ITEM_BYTES)
        return false;
    if (session->state != TURN_IDLE && session->state != TURN_READY)
        return false;
    if (event->flag)
        supersede_message(session);
    if (session->state == TURN_IDLE)
        turn_begin(session, event);
    buf_append(&item_append(session, ITEM_USER, event)->text, event->text);
    return true;
}

void response_begin(struct session *session, const struct event *event)
{
    bool warm_up = session->state == TURN_IDLE;

    if (!warm_up) {
        struct turn *turn = &session->turns[session->turn_count - 1];
        turn->requests++;
        if (turn->last_ms > turn->sent_ms)
            turn->earlier_ms += turn->last_ms - turn->sent_ms;
        turn->sent_ms = event->time_ms;
        turn->first_ms = turn->last_ms = 0;
        session->state = TURN_WAITING;
    }
    session->requests++;
    session->running = true;
    session->cancelled = session->parent_good = false;
    session->running_id = (struct str){ 0 };
    session->response_turn = warm_up ? NO_INDEX : session->turn_count - 1;
    session->response_first = session->item_count;
}

// A request outside of a turn is a warm-up: it brings no items.
bool apply_request_sent(struct session *session, const struct event *event)
{
    if (session->running)
        items_cut(session, true);
    if (session->state != TURN_IDLE)
        calls_abort(session); // the server was told so
    session->wait_until_ms = 0;
    steer_close(session, STEER_NONE); // it was sent like any message
    response_begin(session, event);
    return true;
}

bool apply_wait(struct session *session, const struct event *event)
{
    session->wait_until_ms = event->number;
    return true;
}

// Whatever still runs has no one to wait for it any more.
static void turn_stop(struct session *session)
{
    session->cancelled = session->cancelled || session->running;
    session->parent_good = session->parent_good && !session->cancelled;
    items_cut(session, false);
    calls_abort(session);
    steer_close(session, STEER_NONE);
    session->wait_until_ms = 0;
}

bool apply_cancelled(struct session *session, const struct event *event)
{
    (void)event;
    session->cancelled = true;
    turn_stop(session);
    session->state = TURN_STREAMING;
    return true;
}

bool apply_turn_done(struct session *session, const struct event *event)
{
    if (event->state < TURN_OK || event->state > TURN_FAILED)
        return false;
    struct turn *turn = &session->turns[session->turn_count - 1];

    turn_stop(session);
    turn->done = true;
    turn->outcome = (enum turn_outcome)event->state;
    keep(session, &turn->why, event->text);
    session->state = TURN_IDLE;
    return true;
}

double turn_speed(const struct turn *turn)
{
    int64_t tokens = turn->usage.output + turn->unreported;

    if (turn->stream_ms < SPEED_LEAST_MS || tokens <= 0)
        return 0;
    return (double)tokens * 1000 / (double)turn->stream_ms;
}
