/*
 * The items of the running response, found by their output_index. Deltas make
 * them grow; ITEM_DONE is authoritative and replaces what the deltas said. An
 * item called apply_patch carries a proposal, whose patch is read as it comes.
 */
#include "kerf/base/json.h"
#include "parts.h"

static size_t find_item(const struct session *session, size_t index)
{
    for (size_t i = session->item_count; i-- > session->response_first;) {
        const struct item *item = &session->items[i];
        if (item->index == index && item_is_from_server(item)
            && !item->superseded)
            return i;
    }
    return NO_INDEX;
}

static bool is_server_kind(int state)
{
    return state == ITEM_TEXT || state == ITEM_REASONING || state == ITEM_CALL
           || state == ITEM_PATCH || state == ITEM_OTHER;
}

// Says whether another item than `self` owns the call: it must not run twice.
static bool call_is_taken(const struct session *session, struct str call_id,
                          size_t self)
{
    size_t other = session_item_of(session, call_id);

    return other != NO_INDEX && other != self
           && !session->items[other].superseded;
}

static bool is_patch(const struct event *event)
{
    return event->state == ITEM_PATCH
           || (event->state == ITEM_CALL && str_is(event->name, "apply_patch"));
}

static bool is_call(const struct event *event)
{
    return event->state == ITEM_CALL || event->state == ITEM_PATCH;
}

static enum item_kind kind_of(const struct event *event)
{
    return is_patch(event) ? ITEM_PATCH : (enum item_kind)event->state;
}

// Takes over names and kind; gives a patch its proposal.
static void identify(struct session *session, size_t at,
                     const struct event *event)
{
    struct item *item = &session->items[at];

    if (event->id.len > 0)
        keep(session, &item->id, event->id);
    if (event->call_id.len > 0)
        keep(session, &item->call_id, event->call_id);
    if (event->name.len > 0)
        keep(session, &item->name, event->name);
    item->kind = kind_of(event);
    if (item->kind != ITEM_PATCH)
        return;
    item->wrapped = event->state == ITEM_CALL;
    if (item->proposal == NO_INDEX)
        item->proposal =
            proposal_append(session, item->call_id, item->name, at);
    else
        keep(session, &session->proposals[item->proposal].call_id,
             item->call_id);
}

// Opens an item, or returns NO_INDEX if there must not be one.
static size_t open_item(struct session *session, const struct event *event)
{
    size_t at = session->item_count;

    if (!is_server_kind(event->state)
        || at - session->response_first >= LIMIT_RESPONSE_ITEMS
        || (is_call(event) && call_is_taken(session, event->call_id, at)))
        return NO_INDEX;
    item_append(session, kind_of(event), event);
    identify(session, at, event);
    session->state = TURN_STREAMING;
    return at;
}

static int64_t elapsed(int64_t from_ms, int64_t to_ms)
{
    return to_ms > from_ms ? to_ms - from_ms : 0;
}

// Takes note of when something arrived that the user can see.
static void clock_delta(struct session *session, const struct event *event)
{
    struct turn *turn = &session->turns[session->turn_count - 1];

    turn->deltas++;
    turn->unreported++;
    if (turn->first_ms == 0) {
        turn->first_ms = event->time_ms;
        if (turn->ttft_ms < 0)
            turn->ttft_ms = elapsed(turn->sent_ms, event->time_ms);
    } else {
        turn->stream_ms += elapsed(turn->last_ms, event->time_ms);
    }
    turn->last_ms = event->time_ms;
    session->state = TURN_STREAMING;
}

static void append_text(struct session *session, struct item *item,
                        struct str text)
{
    struct proposal *proposal = NULL;
    size_t from = item->text.len;

    if (item->kind == ITEM_PATCH)
        proposal = &session->proposals[item->proposal];
    if (item->wrapped)
        proposal_unwrap(proposal, text, &item->text);
    else
        buf_append(&item->text, text);
    item->version++;
    if (proposal)
        proposal_feed(session, proposal, str_skip(buf_str(&item->text), from));
}

bool apply_item_added(struct session *session, const struct event *event)
{
    if (find_item(session, event->index) != NO_INDEX
        || event->text.len > LIMIT_ITEM_BYTES)
        return false;
    size_t at = open_item(session, event);

    if (at == NO_INDEX)
        return false;
    if (event->text.len > 0)
        append_text(session, &session->items[at], event->text);
    return true;
}

// A delta for an item that is unknown, finished or of another kind is late or
// wrong.
static bool apply_delta(struct session *session, const struct event *event,
                        enum item_kind kind)
{
    size_t at = find_item(session, event->index);

    if (at == NO_INDEX || event->text.len == 0)
        return false;
    struct item *item = &session->items[at];
    enum item_kind own = item->kind == ITEM_PATCH ? ITEM_CALL : item->kind;
    if (item->done || own != kind
        || event->text.len > LIMIT_ITEM_BYTES - item->text.len)
        return false;
    append_text(session, item, event->text);
    clock_delta(session, event);
    return true;
}

bool apply_text_delta(struct session *session, const struct event *event)
{
    return apply_delta(session, event, ITEM_TEXT);
}

bool apply_reasoning_delta(struct session *session, const struct event *event)
{
    return apply_delta(session, event, ITEM_REASONING);
}

bool apply_call_delta(struct session *session, const struct event *event)
{
    return apply_delta(session, event, ITEM_CALL);
}

static void set_text(struct buf *buf, struct str text)
{
    buf_reset(buf);
    buf_append(buf, text);
}

// Feeds what the deltas left out. If they said something else the patch is
// read anew.
static void complete_patch(struct session *session, struct item *item,
                           struct str text)
{
    struct proposal *proposal = &session->proposals[item->proposal];
    size_t fed = patch_stream_bytes(proposal->stream);
    bool same = fed <= text.len && fed == item->text.len
                && str_starts_with(text, buf_str(&item->text));

    if (!same) {
        proposal_restart(session, proposal);
        fed = 0;
    }
    proposal_feed(session, proposal, str_skip(text, fed));
    proposal_finish(session, proposal);
    set_text(&item->text, text);
}

// The patch inside {"input": "..."}; backends without custom tools.
static void unwrap_patch(struct session *session, struct item *item,
                         struct str arguments)
{
    struct error err = { 0 };
    struct proposal *proposal = &session->proposals[item->proposal];
    struct json *root = json_parse(arguments, &err);
    const struct json *node = json_member(root, "input");

    if (!node)
        node = json_member(root, "patch");
    if (json_kind(node) == JSON_KIND_STRING) {
        complete_patch(session, item, json_str(node));
    } else {
        proposal_fail(session, proposal,
                      root ? STR("the arguments have no string `input`")
                           : str_from(err.text));
        set_text(&item->text, arguments);
    }
    json_destroy(root);
}

static void finish_patch(struct session *session, struct item *item,
                         struct str text)
{
    if (item->wrapped)
        unwrap_patch(session, item, text);
    else
        complete_patch(session, item, text);
    bool fine = session->proposals[item->proposal].problem.len == 0;
    item->call = fine ? CALL_REVIEWING : CALL_PENDING;
    if (fine)
        proposal_join(session, item->proposal);
}

// A summary that was only streamed is all there is to show.
static void finish_words(struct item *item, struct str text)
{
    if (text.len > 0 || item->kind != ITEM_REASONING)
        set_text(&item->text, text);
}

static bool can_be_done(const struct session *session, size_t at,
                        const struct event *event)
{
    if (event->text.len > LIMIT_ITEM_BYTES
        || (is_call(event)
            && (event->call_id.len == 0
                || call_is_taken(session, event->call_id, at))))
        return false;
    if (at == NO_INDEX)
        return true;
    const struct item *item = &session->items[at];
    bool named_late = item->kind == ITEM_CALL && kind_of(event) == ITEM_PATCH;
    return !item->done && (item->kind == kind_of(event) || named_late);
}

bool apply_item_done(struct session *session, const struct event *event)
{
    size_t at = find_item(session, event->index);

    if (!can_be_done(session, at, event))
        return false;
    bool at_once = at == NO_INDEX || session->items[at].text.len == 0;
    if (at == NO_INDEX)
        at = open_item(session, event);
    if (at == NO_INDEX)
        return false;
    identify(session, at, event);
    struct item *item = &session->items[at];
    if (item->kind == ITEM_PATCH)
        finish_patch(session, item, event->text);
    else
        finish_words(item, event->text);
    if (item->kind == ITEM_CALL)
        item->call = CALL_PENDING;
    item->raw = arena_copy(&session->arena, event->raw);
    item->done = true;
    item->version++;
    if (at_once && event->text.len > 0)
        clock_delta(session, event);
    return true;
}

static void cut_item(struct session *session, struct item *item, bool again)
{
    item->done = item->cut = true;
    item->superseded = again || item->text.len == 0 || item_is_call(item)
                       || item->kind == ITEM_OTHER;
    item->version++;
    if (!item_is_call(item))
        return;
    item->call = CALL_ABORTED;
    proposal_end(session, item->proposal);
}

// Reasoning must stand before what it led to; without that it is not sent
// back, and what is asked again will reason again.
static void drop_idle_reasoning(struct session *session)
{
    for (size_t i = session->item_count; i-- > session->response_first;) {
        struct item *item = &session->items[i];
        if (!item_is_from_server(item) || item->superseded)
            continue;
        if (item->kind != ITEM_REASONING)
            return;
        item->superseded = true;
        item->version++;
    }
}

bool items_cut(struct session *session, bool again)
{
    bool any = false;

    for (size_t i = session->response_first; i < session->item_count; i++) {
        struct item *item = &session->items[i];
        if (item->done || !item_is_from_server(item))
            continue;
        cut_item(session, item, again);
        any = true;
    }
    if (again)
        drop_idle_reasoning(session);
    return any;
}

static bool has_whole_call(const struct session *session)
{
    for (size_t i = session->response_first; i < session->item_count; i++)
        if (session->items[i].done && item_is_call(&session->items[i])
            && !session->items[i].superseded)
            return true;
    return false;
}

void items_supersede(struct session *session)
{
    if (has_whole_call(session))
        return;
    for (size_t i = session->response_first; i < session->item_count; i++) {
        struct item *item = &session->items[i];
        if (!item_is_from_server(item) || item->superseded)
            continue;
        item->superseded = true;
        item->version++;
    }
}
