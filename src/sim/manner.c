/* The table of manners, and the reader of lists of wishes. */
#include "kerf/sim/manner.h"

struct manner_row {
    const char *name, *help;
};

static const struct manner_row manner_table[MANNERS] = {
    [MANNER_CRLF] = { "crlf", "SSE: lines end in CRLF" },
    [MANNER_CR] = { "cr", "SSE: lines end in CR" },
    [MANNER_MIXED_ENDS] = { "mixed-ends", "SSE: LF, CRLF and CR in turn" },
    [MANNER_COMMENTS] = { "comments", "SSE: comments between events" },
    [MANNER_MULTI_LINE] = { "multi-line", "SSE: an event has many data lines" },
    [MANNER_BOM] = { "bom", "SSE: a byte order mark comes first" },
    [MANNER_NO_EVENT_NAMES] = { "no-event-names", "SSE: no event lines" },
    [MANNER_DONE_MARKER] = { "done-marker", "Responses: [DONE] at the end" },
    [MANNER_CLOSE_EACH] = { "close-each",
                            "HTTP: the end of the body is that of the "
                            "connection" },
    [MANNER_QUEUED] = { "queued", "response.queued comes before in_progress" },
    [MANNER_NO_DELTAS] = { "no-deltas", "done events without deltas" },
    [MANNER_INTERLEAVED] = { "interleaved",
                             "calls of one response stream in turn" },
    [MANNER_RATE_LIMITS] = { "rate-limits", "rate limit events" },
    [MANNER_METADATA] = { "metadata", "response.metadata with late headers" },
    [MANNER_KEEPALIVE] = { "keepalive", "keepalive events between deltas" },
    [MANNER_NULL_USAGE] = { "null-usage", "usage is null" },
    [MANNER_REASONING_CONTENT] = { "reasoning-content",
                                   "chat: reasoning under its other name" },
    [MANNER_BOTH_REASONINGS] = { "both-reasonings",
                                 "chat: reasoning under both names" },
    [MANNER_THINK_TAGS] = { "think-tags",
                            "chat: reasoning as <think> in the content" },
    [MANNER_WHOLE_CALLS] = { "whole-calls", "chat: a call is one chunk" },
    [MANNER_NO_CALL_IDS] = { "no-call-ids", "chat: calls without ids" },
    [MANNER_REPEATED_CALL_IDS] = { "repeated-call-ids",
                                   "chat: id and name in every chunk" },
    [MANNER_STOP_WITH_CALLS] = { "stop-with-calls",
                                 "chat: finish_reason stop with calls" },
    [MANNER_NO_USAGE] = { "no-usage", "chat: no usage chunk" },
    [MANNER_NO_DONE] = { "no-done", "chat: no [DONE]" },
    [MANNER_TIME_INFO] = { "time-info", "chat: time_info in the last chunk" },
    [MANNER_NULL_CONTENT] = { "null-content",
                              "chat: null content and usage in chunks" },
};

bool has_manner(uint64_t set, enum manner manner)
{
    return (set >> manner & 1) != 0;
}

static bool add_manner(struct str name, uint64_t *manners)
{
    for (unsigned i = 0; i < MANNERS; i++)
        if (str_is(name, manner_table[i].name)) {
            *manners |= (uint64_t)1 << i;
            return true;
        }
    return false;
}

bool wishes_read(struct str text, struct wishes *wishes, struct error *err)
{
    struct str name;

    while (str_split(&text, ',', &name)) {
        name = str_trim(name);
        if (!add_manner(name, &wishes->manners)
            && !fault_add(&wishes->faults, name, err))
            return false;
    }
    return true;
}

void manner_help(struct buf *out)
{
    for (unsigned i = 0; i < MANNERS; i++)
        buf_printf(out, "  %-28s %s\n", manner_table[i].name,
                   manner_table[i].help);
}
