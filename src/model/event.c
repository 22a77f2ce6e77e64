/* One row a kind of event: its word in the journal, and whether the journal
 * keeps it. */
#include "kerf/model/event.h"

struct kind_row {
    const char *name;
    bool journalled;
};

static const struct kind_row rows[EVENT_KIND_COUNT] = {
    [EVENT_SESSION_OPENED] = { "session_opened", true },
    [EVENT_REPO] = { "repo", false },
    [EVENT_BACKEND] = { "backend", true },
    [EVENT_ROUTE] = { "route", true },
    [EVENT_LINK] = { "link", false },
    [EVENT_NOTICE] = { "notice", true },
    [EVENT_CONTEXT_ADDED] = { "context_added", true },
    [EVENT_USER_MESSAGE] = { "user_message", true },
    [EVENT_QUEUED] = { "queued", true },
    [EVENT_UNQUEUED] = { "unqueued", true },
    [EVENT_DRAFT] = { "draft", true },
    [EVENT_STASHED] = { "stashed", true },
    [EVENT_UNSTASHED] = { "unstashed", true },
    [EVENT_REQUEST_SENT] = { "request_sent", true },
    [EVENT_WAIT] = { "wait", false },
    [EVENT_TURN_DONE] = { "turn_done", true },
    [EVENT_RESPONSE_CREATED] = { "response_created", true },
    [EVENT_ITEM_ADDED] = { "item_added", true },
    [EVENT_TEXT_DELTA] = { "text_delta", true },
    [EVENT_REASONING_DELTA] = { "reasoning_delta", true },
    [EVENT_CALL_DELTA] = { "call_delta", true },
    [EVENT_ITEM_DONE] = { "item_done", true },
    [EVENT_RESPONSE_COMPLETED] = { "response_completed", true },
    [EVENT_RESPONSE_INCOMPLETE] = { "response_incomplete", true },
    [EVENT_RESPONSE_FAILED] = { "response_failed", true },
    [EVENT_RESPONSE_LOST] = { "response_lost", true },
    [EVENT_CANCELLED] = { "cancelled", true },
    [EVENT_APPROVAL_ASKED] = { "approval_asked", true },
    [EVENT_APPROVAL_ANSWERED] = { "approval_answered", true },
    [EVENT_TOOL_STARTED] = { "tool_started", true },
    [EVENT_TOOL_OUTPUT] = { "tool_output", false },
    [EVENT_TOOL_DONE] = { "tool_done", true },
    [EVENT_PROPOSAL] = { "proposal", true },
    [EVENT_PREIMAGE] = { "preimage", false },
    [EVENT_BASE] = { "base", false },
    [EVENT_DECIDED] = { "decided", true },
    [EVENT_DECISION_UNDONE] = { "decision_undone", true },
    [EVENT_SPLIT] = { "split", true },
    [EVENT_HUNK_EDITED] = { "hunk_edited", true },
    [EVENT_ALTERNATIVE] = { "alternative", true },
    [EVENT_NOTE] = { "note", true },
    [EVENT_NOTE_REMOVED] = { "note_removed", true },
    [EVENT_REASKED] = { "reasked", true },
    [EVENT_WRITTEN] = { "written", true },
    [EVENT_WRITE_FAILED] = { "write_failed", true },
    [EVENT_WRITE_UNDONE] = { "write_undone", true },
    [EVENT_HUNK_UNDONE] = { "hunk_undone", true },
    [EVENT_STAGED] = { "staged", true },
    [EVENT_REVIEW_ENDED] = { "review_ended", true },
    [EVENT_STEER] = { "steer", true },
    [EVENT_COMPACTED] = { "compacted", true },
};

const char *event_kind_name(enum event_kind kind)
{
    return rows[kind].name;
}

enum event_kind event_kind_find(struct str name)
{
    for (enum event_kind kind = 0; kind < EVENT_KIND_COUNT; kind++)
        if (str_is(name, rows[kind].name))
            return kind;
    return EVENT_KIND_COUNT;
}

bool event_is_journalled(enum event_kind kind)
{
    return rows[kind].journalled;
}
