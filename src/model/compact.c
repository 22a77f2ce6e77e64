/*
 * Compaction: items that stand for the ones before. Those stay in the session,
 * to be shown, and to be sent to a model that cannot read what stands for
 * them: they only point to it.
 */
#include "kerf/base/json.h"
#include "parts.h"

#define KEPT_MESSAGES 3      // of the user, beside a summary
#define KEPT_BYTES (4 << 10) // longer ones are in the summary only

static bool is_settled(const struct session *session, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct item *item = &session->items[i];
        if (!item->done
            || (item_is_call(item) && item->call != CALL_DONE
                && item->call != CALL_ABORTED))
            return false;
    }
    return true;
}

static void append_base(struct session *session, const struct event *event,
                        struct str raw, struct str text)
{
    struct item *item = item_append(session, ITEM_OTHER, event);

    item->raw = arena_copy(&session->arena, raw);
    buf_append(&item->text, text);
    item->name = STR("compaction");
    item->base = item->done = true;
}

// Appends one item for each of the server's. False if they are none.
static bool append_bases(struct session *session, const struct event *event)
{
    struct error ignored = { 0 };
    struct json *list = json_parse(event->raw, &ignored);
    size_t count = json_kind(list) == JSON_KIND_ARRAY ? json_count(list) : 0;
    struct buf raw = { 0 };

    for (size_t i = 0; i < count && i < LIMIT_RESPONSE_ITEMS; i++) {
        buf_reset(&raw);
        json_dump(json_at(list, i), &raw);
        append_base(session, event, buf_str(&raw), (struct str){ 0 });
    }
    buf_release(&raw);
    json_destroy(list);
    return count > 0;
}

// The newest messages of the user say best what is wanted.
static void keep_messages(struct session *session, size_t count)
{
    size_t left = KEPT_MESSAGES;

    for (size_t i = count; left > 0 && i-- > 0;) {
        struct item *item = &session->items[i];
        if (item->kind != ITEM_USER || item->superseded)
            continue;
        if (item->text.len <= KEPT_BYTES)
            item->compacted = 0;
        left--;
    }
}

// The newest base before item `end`, or NO_INDEX.
static size_t last_base(const struct session *session, size_t end)
{
    for (size_t i = end; i-- > 0;)
        if (session->items[i].base)
            return i;
    return NO_INDEX;
}

static size_t first_of_group(const struct session *session, size_t base)
{
    while (base > 0 && session->items[base - 1].base)
        base--;
    return base;
}

// What stood before the newest compaction counts again: all items, or those
// of the compaction before it.
static bool take_back(struct session *session)
{
    size_t last = last_base(session, session->item_count);

    if (session->running || last == NO_INDEX)
        return false;
    size_t first = first_of_group(session, last);
    for (size_t i = first; i <= last; i++) {
        session->items[i].base = false;
        session->items[i].superseded = true;
    }
    size_t older = last_base(session, first);
    size_t base = older == NO_INDEX ? 0 : first_of_group(session, older);
    size_t count = older == NO_INDEX ? 0 : session->items[base].index;
    for (size_t i = 0; i < first; i++)
        session->items[i].compacted = i < count ? base + 1 : 0;
    if (count > 0 && session->items[base].raw.len == 0)
        keep_messages(session, count);
    return true;
}

bool apply_compacted(struct session *session, const struct event *event)
{
    size_t count = event->index, base = session->item_count;
    bool summary = event->raw.len == 0;

    if (event->flag)
        return take_back(session);
    if (session->running || count == 0 || count > base
        || event->text.len > LIMIT_ITEM_BYTES || !is_settled(session, count)
        || (summary && event->text.len == 0))
        return false;
    if (summary)
        append_base(session, event, (struct str){ 0 }, event->text);
    else if (!append_bases(session, event))
        return false;
    for (size_t i = 0; i < count; i++)
        session->items[i].compacted = base + 1;
    if (summary)
        keep_messages(session, count);
    return true;
}
