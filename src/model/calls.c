/*
 * The way of a call: pending, perhaps asked about, running, done. Each step is
 * taken only from the state before it, so that no call runs or ends twice.
 */
#include "parts.h"

// Returns the item of the event's call if it is in one of the states.
static struct item *call_in(struct session *session, const struct event *event,
                            unsigned states)
{
    size_t at = session_item_of(session, event->call_id);

    if (at == NO_INDEX || !(1u << session->items[at].call & states))
        return NULL;
    return &session->items[at];
}

#define PENDING (1u << CALL_PENDING)
#define ASKING (1u << CALL_ASKING)
#define RUNNING (1u << CALL_RUNNING)
#define REVIEWING (1u << CALL_REVIEWING)

static bool enter(struct session *session, struct item *item,
                  enum call_state state)
{
    item->call = state;
    item->version++;
    turn_settle(session);
    return true;
}

bool apply_approval_asked(struct session *session, const struct event *event)
{
    struct item *item = call_in(session, event, PENDING);

    if (!item || item->kind != ITEM_CALL)
        return false;
    keep(session, &item->command, event->text);
    return enter(session, item, CALL_ASKING);
}

// A refused call ends here: nothing can run it any more.
static void refuse(struct session *session, struct item *item,
                   struct str reason)
{
    struct str text = STR("The user refused to run this.");

    if (reason.len > 0)
        text = arena_printf(&session->arena,
                            "The user refused to run this: "
                            "%.*s",
                            STR_ARG(reason));
    call_finish(session, item, text, -1, false);
}

bool apply_approval_answered(struct session *session, const struct event *event)
{
    struct item *item = call_in(session, event, ASKING);

    if (!item)
        return false;
    if (!event->flag) {
        refuse(session, item, event->text);
        return true;
    }
    item->approved = true;
    item->edited = event->text.len > 0;
    if (item->edited)
        keep(session, &item->command, event->text);
    return enter(session, item, CALL_PENDING);
}

bool apply_tool_started(struct session *session, const struct event *event)
{
    struct item *item = call_in(session, event, PENDING);

    return item && enter(session, item, CALL_RUNNING);
}

bool apply_tool_output(struct session *session, const struct event *event)
{
    struct item *item = call_in(session, event, RUNNING);
    struct str text = event->text;

    if (!item)
        item = context_open(session, event->call_id);
    if (!item)
        return false;
    if (text.len > LIMIT_LIVE_BYTES)
        text = str_skip(text, text.len - LIMIT_LIVE_BYTES);
    if (item->live.len + text.len > 2 * LIMIT_LIVE_BYTES)
        buf_consume(&item->live, item->live.len + text.len - LIMIT_LIVE_BYTES);
    buf_append(&item->live, text);
    item->version++;
    return true;
}

bool apply_tool_done(struct session *session, const struct event *event)
{
    struct item *item =
        call_in(session, event, PENDING | ASKING | RUNNING | REVIEWING);

    if (!item || event->text.len > LIMIT_ITEM_BYTES)
        return false;
    call_finish(session, item, event->text, (int)event->number, event->flag);
    return true;
}

void call_answer(struct session *session, struct item *item, struct str output,
                 int exit_status, bool well)
{
    buf_reset(&item->output);
    buf_append(&item->output, output);
    buf_release(&item->live);
    item->exit_status = exit_status;
    item->well = well;
    enter(session, item, CALL_DONE);
}

void call_finish(struct session *session, struct item *item, struct str output,
                 int exit_status, bool well)
{
    proposal_end(session, item->proposal);
    call_answer(session, item, output, exit_status, well);
}

void calls_abort(struct session *session)
{
    for (size_t i = session->turn_first; i < session->item_count; i++) {
        struct item *item = &session->items[i];
        if (!item_is_call(item) || item->call == CALL_DONE
            || item->call == CALL_ABORTED)
            continue;
        item->call = CALL_ABORTED;
        item->version++;
        buf_release(&item->live);
        proposal_end(session, item->proposal);
    }
}
