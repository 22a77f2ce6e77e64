/*
 * Words that the user says into a running response. The server takes them over
 * or not: until that is known the turn is not over, and the response that they
 * lead to is one that nobody asked for. A word that failed waits in the queue
 * for the next request.
 */
#include "parts.h"

static bool is_open(const struct item *item)
{
    return item->steer == STEER_SENT || item->steer == STEER_ACCEPTED;
}

bool session_steer_is_open(const struct session *session)
{
    for (size_t i = session->turn_first; i < session->item_count; i++)
        if (is_open(&session->items[i]))
            return true;
    return false;
}

bool session_is_steered(const struct session *session)
{
    for (size_t i = session->turn_first; i < session->item_count; i++)
        if (session->items[i].steer == STEER_PENDING)
            return true;
    return session_steer_is_open(session);
}

void steer_close(struct session *session, enum steer_state state)
{
    for (size_t i = session->turn_first; i < session->item_count; i++) {
        struct item *item = &session->items[i];
        if (is_open(item) || item->steer == STEER_PENDING)
            item->steer = state;
    }
}

// Who an answer is about: by its id, else the oldest one without an answer.
static struct item *find(struct session *session, struct str id)
{
    for (size_t i = session->turn_first; id.len > 0 && i < session->item_count;
         i++)
        if (session->items[i].steer != STEER_NONE
            && str_equal(session->items[i].id, id))
            return &session->items[i];
    for (size_t i = session->turn_first; i < session->item_count; i++)
        if (session->items[i].steer == STEER_SENT
            || (id.len == 0 && is_open(&session->items[i])))
            return &session->items[i];
    return NULL;
}

static bool send(struct session *session, const struct event *event)
{
    if (!session->running || session->cancelled
        || session->response_turn != session->turn_count - 1
        || event->text.len == 0 || event->text.len > LIMIT_ITEM_BYTES)
        return false;
    struct item *item = item_append(session, ITEM_USER, event);
    buf_append(&item->text, event->text);
    item->steer = STEER_SENT;
    return true;
}

static void fail(struct session *session, struct item *item, bool again)
{
    struct event queued = { .text = buf_str(&item->text) };

    item->superseded = true;
    if (again)
        apply_queued(session, &queued);
}

// The response is over and waits for outputs: all that was said into it waits
// with it, whether the server names one word or none.
static bool wait_for_outputs(struct session *session)
{
    bool waits = false;

    for (size_t i = session->turn_first; i < session->item_count; i++) {
        struct item *item = &session->items[i];
        if (!is_open(item))
            continue;
        item->steer = STEER_PENDING;
        item->version++;
        waits = true;
    }
    return waits;
}

static bool answer(struct session *session, const struct event *event)
{
    struct item *item = find(session, event->id);

    if (!item || (!is_open(item) && item->steer != STEER_PENDING))
        return false;
    if (event->id.len > 0)
        keep(session, &item->id, event->id);
    item->steer = (enum steer_state)event->state;
    item->version++;
    if (item->steer == STEER_FAILED)
        fail(session, item, event->flag);
    return true;
}

bool apply_steer(struct session *session, const struct event *event)
{
    switch ((enum steer_state)event->state) {
    case STEER_SENT: return send(session, event);
    case STEER_PENDING: return wait_for_outputs(session);
    case STEER_ACCEPTED:
    case STEER_FAILED: return answer(session, event);
    case STEER_NONE:
    case STEER_TAKEN: return false; // not for others to say
    }
    return false;
}
