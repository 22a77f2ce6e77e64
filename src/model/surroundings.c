/* What is around the conversation: the tree, the backend, the link, notices,
 * context to be sent, and the queue of what was typed while a turn ran. */
#include <string.h>

#include "parts.h"

bool apply_session_opened(struct session *session, const struct event *event)
{
    keep(session, &session->id, event->id);
    keep(session, &session->root, event->name);
    return true;
}

bool apply_repo(struct session *session, const struct event *event)
{
    uint64_t untracked = 0;

    if (event->extra.len > 0 && !str_to_u64(event->extra, &untracked))
        return false;
    keep(session, &session->branch, event->name);
    session->ahead = event->number;
    session->modified = event->count;
    session->untracked = untracked > INT64_MAX ? 0 : (int64_t)untracked;
    return true;
}

bool apply_backend(struct session *session, const struct event *event)
{
    keep(session, &session->backend, event->name);
    keep(session, &session->model, event->text);
    session->window = event->number;
    session->price = event->price;
    session->builtin = event->flag;
    session->served_model = session->served_tier = (struct str){ 0 };
    return true;
}

bool apply_link(struct session *session, const struct event *event)
{
    if (event->state < LINK_NONE || event->state > LINK_FAILED)
        return false;
    session->link = (enum link_state)event->state;
    keep(session, &session->link_text, event->text);
    return true;
}

struct item *item_append(struct session *session, enum item_kind kind,
                         const struct event *event)
{
    bool idle = session->state == TURN_IDLE;

    session->items = grow(session->items, &session->item_cap,
                          session->item_count + 1, sizeof(*session->items));
    struct item *item = &session->items[session->item_count++];
    *item = (struct item){
        .kind = kind,
        .turn = session->turn_count - (idle ? 0 : 1),
        .index = event->index,
        .request = session->requests,
        .model = session->model,
        .proposal = NO_INDEX,
        .time_ms = event->time_ms,
    };
    item->done = !item_is_from_server(item);
    return item;
}

void notice_append(struct session *session, const struct event *event,
                   struct str text, bool warning)
{
    struct item *item = item_append(session, ITEM_NOTICE, event);

    buf_append(&item->text, text);
    item->warning = warning;
}

bool apply_notice(struct session *session, const struct event *event)
{
    notice_append(session, event, event->text, event->flag);
    return true;
}

static void tell_route(struct session *session, const struct event *event)
{
    struct buf text = { 0 };

    if (!event->flag || event->name.len == 0)
        return;
    buf_printf(&text, "%.*s answers this turn", STR_ARG(event->name));
    if (event->text.len > 0)
        buf_printf(&text, ": %.*s", STR_ARG(event->text));
    notice_append(session, event, buf_str(&text), false);
    buf_release(&text);
}

bool apply_route(struct session *session, const struct event *event)
{
    tell_route(session, event);
    keep(session, &session->route_backend, event->name);
    keep(session, &session->route_text, event->text);
    keep(session, &session->route_transport, event->extra);
    return true;
}

struct item *context_open(struct session *session, struct str id)
{
    for (size_t i = session->item_count; id.len > 0 && i-- > 0;) {
        struct item *item = &session->items[i];
        if (item->kind == ITEM_CONTEXT && !item->done
            && str_equal(item->id, id))
            return item;
    }
    return NULL;
}

size_t session_growing(const struct session *session)
{
    for (size_t i = session->item_count; i-- > 0;)
        if (session->items[i].kind == ITEM_CONTEXT && !session->items[i].done)
            return i;
    return NO_INDEX;
}

bool apply_context_added(struct session *session, const struct event *event)
{
    if (event->text.len > LIMIT_ITEM_BYTES)
        return false;
    struct item *item = context_open(session, event->id);

    if (!item) {
        item = item_append(session, ITEM_CONTEXT, event);
        item->id = arena_copy(&session->arena, event->id);
        keep(session, &item->name, event->name);
    }
    buf_reset(&item->text);
    buf_append(&item->text, event->text);
    item->exit_status = (int)event->number;
    item->done = !event->flag;
    item->aside = event->state == CONTEXT_ASIDE;
    if (item->done)
        buf_release(&item->live);
    item->version++;
    return true;
}

bool session_queue_is_held(const struct session *session)
{
    return session->queue_count > 0 && session->state == TURN_IDLE
           && session_growing(session) == NO_INDEX;
}

bool apply_queued(struct session *session, const struct event *event)
{
    size_t place = event->flag ? event->index : session->queue_count;

    if (place > session->queue_count)
        return false;
    session->queue = grow(session->queue, &session->queue_cap,
                          session->queue_count + 1, sizeof(*session->queue));
    memmove(session->queue + place + 1, session->queue + place,
            (session->queue_count - place) * sizeof(*session->queue));
    session->queue[place] = arena_copy(&session->arena, event->text);
    session->queue_count++;
    return true;
}

bool apply_unqueued(struct session *session, const struct event *event)
{
    if (event->index >= session->queue_count)
        return false;
    struct str *place = &session->queue[event->index];
    size_t behind = session->queue_count - event->index - 1;

    memmove(place, place + 1, behind * sizeof(*place));
    session->queue_count--;
    return true;
}

bool apply_draft(struct session *session, const struct event *event)
{
    buf_reset(&session->draft);
    buf_append(&session->draft, event->text);
    return true;
}

bool apply_stashed(struct session *session, const struct event *event)
{
    if (event->text.len == 0 || event->text.len > LIMIT_ITEM_BYTES)
        return false;
    session->stash = grow(session->stash, &session->stash_cap,
                          session->stash_count + 1, sizeof(*session->stash));
    session->stash[session->stash_count++] =
        arena_copy(&session->arena, event->text);
    return true;
}

bool apply_unstashed(struct session *session, const struct event *event)
{
    if (event->index >= session->stash_count)
        return false;
    struct str *gone = &session->stash[--session->stash_count - event->index];
    memmove(gone, gone + 1, event->index * sizeof(*gone));
    return true;
}
