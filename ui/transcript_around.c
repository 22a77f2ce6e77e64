/* What stands around the items: a blank row between groups, the heading of an
 * answer with its running numbers, how a turn ended badly; and at the end what
 * has no item yet. */
#include "transcript_parts.h"

// Items of one group follow each other without a blank row.
static int group(const struct item *item)
{
    switch (item->kind) {
    case ITEM_USER:
    case ITEM_CONTEXT: return 1;
    case ITEM_CALL:
    case ITEM_REASONING: return 2;
    case ITEM_NOTICE: return 3;
    case ITEM_TEXT:
    case ITEM_PATCH:
    case ITEM_OTHER: return 0;
    }
    return 0;
}

static bool is_joined(const struct item *before, const struct item *item)
{
    return group(before) == group(item) && group(item) != 0
           && !(before->kind == ITEM_USER && item->kind == ITEM_USER);
}

static size_t shown_before(const struct session *session, size_t index)
{
    while (index-- > 0)
        if (item_is_shown(&session->items[index]))
            return index;
    return NO_INDEX;
}

// Says whether the answer of its turn begins with this item.
static bool begins_answer(const struct session *session, size_t index)
{
    size_t turn = session->items[index].turn;

    if (!item_is_from_server(&session->items[index]))
        return false;
    while (index-- > 0 && session->items[index].turn == turn)
        if (item_is_from_server(&session->items[index])
            && item_is_shown(&session->items[index]))
            return false;
    return turn < session->turn_count;
}

struct leading leading_of(const struct session *session, size_t index)
{
    const struct item *item = &session->items[index];
    struct leading leading = { 0 };
    size_t before = shown_before(session, index);
    bool last = index + 1 == session->item_count
                || session->items[index + 1].turn != item->turn;

    if (item_is_shown(item)) {
        leading.heading = begins_answer(session, index);
        leading.blank =
            before != NO_INDEX
            && (leading.heading || !is_joined(&session->items[before], item));
    }
    leading.ending = last && item->turn < session->turn_count
                     && session->turns[item->turn].done
                     && session->turns[item->turn].outcome != TURN_OK;
    return leading;
}

// --- the end ----------------------------------------------------------------

static bool is_awaited(const struct session *session)
{
    if (session->turn_count == 0 || !session_is_busy(session)
        || session->turns[session->turn_count - 1].done)
        return false;
    for (size_t i = session->item_count; i-- > 0;) {
        if (session->items[i].turn + 1 != session->turn_count)
            break;
        if (item_is_from_server(&session->items[i])
            && item_is_shown(&session->items[i]))
            return false;
    }
    return true;
}

static void add_blank(struct transcript *transcript)
{
    if (shown_before(transcript->call->session,
                     transcript->call->session->item_count)
            != NO_INDEX
        || transcript->footer.count > 0)
        rows_add_text(transcript->call->arena, &transcript->footer, STR(""),
                      ROLE_TEXT);
}

static void add_awaited(struct transcript *transcript)
{
    const struct view_call *call = transcript->call;
    size_t turn = call->session->turn_count - 1;
    struct row row;

    add_blank(transcript);
    if (turn_heading(call->arena, call->session, turn, call->wall_ms,
                     transcript->cols, &row))
        rows_add(call->arena, &transcript->footer, row);
    rows_add_text(call->arena, &transcript->footer, STR("  waiting ..."),
                  ROLE_DIM);
}

static void add_queue(struct transcript *transcript)
{
    const struct view_call *call = transcript->call;

    if (call->session->queue_count > 0)
        add_blank(transcript);
    for (size_t i = 0; i < call->session->queue_count; i++) {
        struct view_line line = { .arena = call->arena };
        line_add(&line, ROLE_DIM, STR("queued  "));
        line_foreign(&line, ROLE_USER, call->session->queue[i]);
        rows_add(call->arena, &transcript->footer, line_row(&line));
    }
}

// Proposals that came from elsewhere have no item. Their hunks count on.
static void add_proposals(struct transcript *transcript)
{
    const struct view_call *call = transcript->call;
    struct making making = {
        .arena = call->arena,
        .rows = &transcript->footer,
        .cols = transcript->cols,
        .open = transcript->whole,
        .session = call->session,
    };

    for (size_t i = 0; i < call->session->proposal_count; i++) {
        if (call->session->proposals[i].item != NO_INDEX)
            continue;
        add_blank(transcript);
        making_proposal(&making, i);
        making.parts += proposal_hunks(&call->session->proposals[i]);
    }
}

void footer_make(struct transcript *transcript)
{
    transcript->footer = (struct rows){ 0 };
    add_proposals(transcript);
    if (is_awaited(transcript->call->session))
        add_awaited(transcript);
    add_queue(transcript);
}
