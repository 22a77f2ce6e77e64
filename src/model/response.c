/*
 * How a response begins and ends. It ends once: after a terminal event or a
 * loss nothing of it is taken any more. A cancelled one is not shown, but what
 * its end says about tokens still counts: they will be on the bill.
 */
#include "parts.h"

// A response that nobody asked for answers a steer: protocol.md 2.6.
static bool begin_successor(struct session *session, const struct event *event)
{
    if (session->state == TURN_IDLE || !session_steer_is_open(session))
        return false;
    steer_close(session, STEER_TAKEN);
    response_begin(session, event);
    return true;
}

bool apply_response_created(struct session *session, const struct event *event)
{
    if (session->cancelled
        || (!session->running && !begin_successor(session, event))
        || session->running_id.len > 0)
        return false;
    keep(session, &session->running_id, event->id);
    if (event->name.len > 0)
        keep(session, &session->served_model, event->name);
    return true;
}

static void count_usage(struct session *session, const struct event *event)
{
    double cost = usage_cost(event->usage, session->price);

    session->usage = usage_add(session->usage, event->usage);
    session->cost_usd += cost;
    if (session->response_turn == NO_INDEX)
        return;
    struct turn *turn = &session->turns[session->response_turn];
    turn->usage = usage_add(turn->usage, event->usage);
    turn->cost_usd += cost;
    if (event->usage.output > 0)
        turn->unreported = 0;
}

static bool is_of_another(const struct session *session,
                          const struct event *event)
{
    return event->id.len > 0 && session->running_id.len > 0
           && !str_equal(event->id, session->running_id);
}

// Takes the end of the running response. Returns false if it is not its end.
static bool end(struct session *session, const struct event *event)
{
    if (is_of_another(session, event))
        return false;
    count_usage(session, event);
    session->running = false;
    return true;
}

// Says whether what ended is the newest turn's and still wanted.
static bool is_wanted(const struct session *session)
{
    return !session->cancelled && session->state != TURN_IDLE
           && session->response_turn == session->turn_count - 1;
}

static void note_served(struct session *session, const struct event *event)
{
    int64_t tokens = event->usage.input + event->usage.output;

    if (event->name.len > 0)
        keep(session, &session->served_model, event->name);
    keep(session, &session->served_tier, event->extra);
    if (tokens > 0 && session->response_turn != NO_INDEX)
        session->context_tokens = tokens;
}

bool apply_response_completed(struct session *session,
                              const struct event *event)
{
    if (!end(session, event))
        return false;
    if (session->cancelled)
        return true;
    bool cut = is_wanted(session) && items_cut(session, false);
    session->parent_good = event->id.len > 0 && !cut;
    session->resent = false;
    keep(session, &session->response_id, event->id);
    note_served(session, event);
    if (is_wanted(session))
        turn_settle(session);
    return true;
}

bool apply_response_incomplete(struct session *session,
                               const struct event *event)
{
    if (!end(session, event))
        return false;
    if (!is_wanted(session))
        return true;
    items_cut(session, false);
    note_served(session, event);
    turn_settle(session);
    return true;
}

// Without calls to wait for, what is asked again waits for the server.
static void break_off(struct session *session, bool again)
{
    if (!is_wanted(session))
        return;
    items_cut(session, again);
    if (again)
        items_supersede(session);
    session->resent = session->resent || again;
    turn_settle(session);
    if (again && session->state == TURN_STREAMING)
        session->state = TURN_WAITING;
}

bool apply_response_failed(struct session *session, const struct event *event)
{
    if (!end(session, event))
        return false;
    break_off(session, event->flag);
    return true;
}

// What a server or a proxy says may have lines; each attempt is one here.
static void append_on_one_line(struct buf *out, struct str text)
{
    struct str line;

    for (bool first = true; str_split(&text, '\n', &line);) {
        line = str_trim(line);
        if (line.len > 0)
            buf_printf(out, "%s%.*s", first ? "" : " ", STR_ARG(line));
        first &= line.len == 0;
    }
}

// A repair that nobody needs to know of has no text.
static void tell_again(struct session *session, const struct event *event)
{
    struct buf text = { 0 };

    if (!event->flag || event->text.len == 0 || !is_wanted(session))
        return;
    buf_append(&text, STR("asked again: "));
    append_on_one_line(&text, event->text);
    notice_append(session, event, buf_str(&text), false);
    buf_release(&text);
}

bool apply_response_lost(struct session *session, const struct event *event)
{
    session->running = false;
    break_off(session, event->flag);
    tell_again(session, event);
    return true;
}
