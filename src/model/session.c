/*
 * The session is what its events made of it. session_apply() looks the kind up
 * in a table: who handles it, and what must hold for it to make sense at all.
 * The second is what keeps late and doubled events of a dead response out.
 */
#include "kerf/model/session.h"

#include <stdlib.h>

#include "parts.h"

// What must hold before a handler is called.
enum need {
    NEED_NOTHING,
    NEED_TURN,     // a turn is under way
    NEED_RESPONSE, // a request is out that nobody has cancelled
    NEED_ITEMS,    // the same, and it belongs to the turn under way
    NEED_END,      // a request is out, cancelled or not
};

struct rule {
    apply_fn apply;
    enum need need;
};

static const struct rule rules[EVENT_KIND_COUNT] = {
    [EVENT_SESSION_OPENED] = { apply_session_opened, NEED_NOTHING },
    [EVENT_REPO] = { apply_repo, NEED_NOTHING },
    [EVENT_BACKEND] = { apply_backend, NEED_NOTHING },
    [EVENT_ROUTE] = { apply_route, NEED_NOTHING },
    [EVENT_LINK] = { apply_link, NEED_NOTHING },
    [EVENT_NOTICE] = { apply_notice, NEED_NOTHING },
    [EVENT_CONTEXT_ADDED] = { apply_context_added, NEED_NOTHING },
    [EVENT_USER_MESSAGE] = { apply_user_message, NEED_NOTHING },
    [EVENT_QUEUED] = { apply_queued, NEED_NOTHING },
    [EVENT_UNQUEUED] = { apply_unqueued, NEED_NOTHING },
    [EVENT_DRAFT] = { apply_draft, NEED_NOTHING },
    [EVENT_STASHED] = { apply_stashed, NEED_NOTHING },
    [EVENT_UNSTASHED] = { apply_unstashed, NEED_NOTHING },
    [EVENT_REQUEST_SENT] = { apply_request_sent, NEED_NOTHING },
    [EVENT_WAIT] = { apply_wait, NEED_TURN },
    [EVENT_TURN_DONE] = { apply_turn_done, NEED_TURN },
    [EVENT_RESPONSE_CREATED] = { apply_response_created, NEED_NOTHING },
    [EVENT_ITEM_ADDED] = { apply_item_added, NEED_ITEMS },
    [EVENT_TEXT_DELTA] = { apply_text_delta, NEED_ITEMS },
    [EVENT_REASONING_DELTA] = { apply_reasoning_delta, NEED_ITEMS },
    [EVENT_CALL_DELTA] = { apply_call_delta, NEED_ITEMS },
    [EVENT_ITEM_DONE] = { apply_item_done, NEED_ITEMS },
    [EVENT_RESPONSE_COMPLETED] = { apply_response_completed, NEED_END },
    [EVENT_RESPONSE_INCOMPLETE] = { apply_response_incomplete, NEED_END },
    [EVENT_RESPONSE_FAILED] = { apply_response_failed, NEED_END },
    [EVENT_RESPONSE_LOST] = { apply_response_lost, NEED_RESPONSE },
    [EVENT_CANCELLED] = { apply_cancelled, NEED_TURN },
    [EVENT_APPROVAL_ASKED] = { apply_approval_asked, NEED_TURN },
    [EVENT_APPROVAL_ANSWERED] = { apply_approval_answered, NEED_TURN },
    [EVENT_TOOL_STARTED] = { apply_tool_started, NEED_TURN },
    [EVENT_TOOL_OUTPUT] = { apply_tool_output, NEED_NOTHING },
    [EVENT_TOOL_DONE] = { apply_tool_done, NEED_TURN },
    [EVENT_PROPOSAL] = { apply_proposal, NEED_NOTHING },
    [EVENT_PREIMAGE] = { apply_preimage, NEED_NOTHING },
    [EVENT_BASE] = { apply_base, NEED_NOTHING },
    [EVENT_DECIDED] = { apply_decided, NEED_NOTHING },
    [EVENT_DECISION_UNDONE] = { apply_decision_undone, NEED_NOTHING },
    [EVENT_SPLIT] = { apply_split, NEED_NOTHING },
    [EVENT_HUNK_EDITED] = { apply_hunk_edited, NEED_NOTHING },
    [EVENT_ALTERNATIVE] = { apply_alternative, NEED_NOTHING },
    [EVENT_NOTE] = { apply_note, NEED_NOTHING },
    [EVENT_NOTE_REMOVED] = { apply_note_removed, NEED_NOTHING },
    [EVENT_REASKED] = { apply_reasked, NEED_NOTHING },
    [EVENT_WRITTEN] = { apply_written, NEED_NOTHING },
    [EVENT_WRITE_FAILED] = { apply_write_failed, NEED_NOTHING },
    [EVENT_WRITE_UNDONE] = { apply_write_undone, NEED_NOTHING },
    [EVENT_HUNK_UNDONE] = { apply_hunk_undone, NEED_NOTHING },
    [EVENT_STAGED] = { apply_staged, NEED_NOTHING },
    [EVENT_REVIEW_ENDED] = { apply_review_ended, NEED_NOTHING },
    [EVENT_STEER] = { apply_steer, NEED_TURN },
    [EVENT_COMPACTED] = { apply_compacted, NEED_NOTHING },
};

static bool need_is_met(const struct session *session, enum need need)
{
    switch (need) {
    case NEED_NOTHING: return true;
    case NEED_TURN: return session->state != TURN_IDLE;
    case NEED_RESPONSE: return session->running && !session->cancelled;
    case NEED_ITEMS:
        return session->running && !session->cancelled
               && session->state != TURN_IDLE
               && session->response_turn == session->turn_count - 1;
    case NEED_END: return session->running;
    }
    return false;
}

bool session_apply(struct session *session, const struct event *event)
{
    if ((unsigned)event->kind >= EVENT_KIND_COUNT)
        return false;
    const struct rule *rule = &rules[event->kind];
    if (!need_is_met(session, rule->need) || !rule->apply(session, event))
        return false;
    session->version++;
    return true;
}

struct session *session_create(void)
{
    struct session *session = mem_alloc(sizeof(*session));

    session->response_turn = NO_INDEX;
    return session;
}

void session_destroy(struct session *session)
{
    if (!session)
        return;
    for (size_t i = 0; i < session->item_count; i++) {
        buf_release(&session->items[i].text);
        buf_release(&session->items[i].output);
        buf_release(&session->items[i].live);
    }
    for (size_t i = 0; i < session->proposal_count; i++)
        proposal_release(&session->proposals[i]);
    free(session->items);
    free(session->turns);
    free(session->proposals);
    free(session->undone);
    free(session->queue);
    free(session->stash);
    buf_release(&session->draft);
    arena_release(&session->arena);
    free(session);
}

void *grow(void *items, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return items;
    size_t wanted = *cap ? *cap * 2 : 8;
    *cap = wanted < need ? need : wanted;
    return mem_realloc(items, *cap * size);
}

void keep(struct session *session, struct str *kept, struct str text)
{
    if (!str_equal(*kept, text))
        *kept = arena_copy(&session->arena, text);
}

size_t turn_call_in(const struct session *session, enum call_state state)
{
    for (size_t i = session->turn_first; i < session->item_count; i++)
        if (item_is_call(&session->items[i]) && session->items[i].call == state)
            return i;
    return NO_INDEX;
}

size_t session_asking(const struct session *session)
{
    return turn_call_in(session, CALL_ASKING);
}

size_t session_pending_call(const struct session *session)
{
    return turn_call_in(session, CALL_PENDING);
}

size_t session_reviewing(const struct session *session)
{
    for (size_t i = 0; i < session->proposal_count; i++) {
        const struct proposal *proposal = &session->proposals[i];
        if (!proposal->ended && proposal->problem.len == 0)
            return i;
    }
    return NO_INDEX;
}

size_t session_item_of(const struct session *session, struct str call_id)
{
    for (size_t i = session->item_count; call_id.len > 0 && i-- > 0;)
        if (item_is_call(&session->items[i])
            && str_equal(session->items[i].call_id, call_id))
            return i;
    return NO_INDEX;
}

size_t session_proposal_of(const struct session *session, struct str call_id)
{
    for (size_t i = session->proposal_count; call_id.len > 0 && i-- > 0;)
        if (str_equal(session->proposals[i].call_id, call_id))
            return i;
    return NO_INDEX;
}

bool session_is_busy(const struct session *session)
{
    return session->state != TURN_IDLE;
}

bool session_turn_is_over(const struct session *session)
{
    return session->state == TURN_STREAMING
           && (session->cancelled
               || (!session->running && !session_steer_is_open(session)));
}

bool item_is_from_server(const struct item *item)
{
    switch (item->kind) {
    case ITEM_TEXT:
    case ITEM_REASONING:
    case ITEM_CALL:
    case ITEM_PATCH:
    case ITEM_OTHER: return true;
    case ITEM_USER:
    case ITEM_CONTEXT:
    case ITEM_NOTICE: return false;
    }
    return false;
}

bool item_is_call(const struct item *item)
{
    return item->kind == ITEM_CALL || item->kind == ITEM_PATCH;
}
