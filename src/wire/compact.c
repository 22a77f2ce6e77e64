/*
 * The service takes the fields of a request but those of the stream, so the
 * body is built like one. Its output is passed on as it is, blobs and all.
 */
#include "kerf/wire/compact.h"

#include "kerf/base/json.h"

#include "members.h"

#define FEWEST_ITEMS 4 // below that a summary is no shorter

static const char question[] =
    "Stop here and write a summary of our conversation for yourself: it will "
    "be all you know of it. Do not answer what is open, do not call a tool. "
    "Say, in short lines:\n"
    "- what I want, in my own words where they matter, and what I forbade;\n"
    "- what is done: each file changed or created, and how, and which hunks I "
    "refused and why;\n"
    "- what you found out about the code: names, places, how to build and "
    "test, error messages word by word;\n"
    "- what is decided and what is still open;\n"
    "- the next step you were about to take.\n"
    "Leave out what is no longer true. Quote no whole files.";

static bool is_of_stream(struct str key)
{
    static const char *const keys[] = { "stream", "store", "stream_options",
                                        "include", "tool_choice" };

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (str_is(key, keys[i]))
            return true;
    return false;
}

bool compact_build(const struct session *session,
                   const struct request_parts *parts, struct buf *out,
                   struct error *err)
{
    struct request_parts like = *parts;
    struct json_writer w = { .out = out };
    struct request request;
    struct str key, value;
    size_t at = 0;

    like.over_http = true;
    if (!request_build(session, &like, NULL, &request, err))
        return false;
    json_begin_object(&w);
    while (json_scan_member(buf_str(&request.json), &at, &key, &value)) {
        struct arena arena = { 0 };
        if (!is_of_stream(key)) {
            json_key(&w, arena_cstr(&arena, key));
            json_put_raw(&w, value);
        }
        arena_release(&arena);
    }
    json_end_object(&w);
    request_release(&request);
    return true;
}

static bool has_compaction(const struct json *output)
{
    for (size_t i = 0; i < json_count(output); i++)
        if (str_is(json_str(json_member(json_at(output, i), "type")),
                   "compaction"))
            return true;
    return false;
}

bool compact_read(struct arena *arena, struct str json, size_t upto,
                  struct event *event, struct error *err)
{
    struct json *root = json_parse(json, err);
    const struct json *output = json_member(root, "output");
    struct buf raw = { 0 };
    bool good = root != NULL;

    *event = (struct event){ .kind = EVENT_COMPACTED, .index = upto };
    if (good
        && (json_kind(output) != JSON_KIND_ARRAY || !has_compaction(output)))
        good = error_set(err, ERROR_INVALID, "there is no compaction in it");
    good = good && member_usage(root, &event->usage, err);
    if (good) {
        json_dump(output, &raw);
        event->raw = arena_copy(arena, buf_str(&raw));
    }
    buf_release(&raw);
    json_destroy(root);
    return good || error_prefix(err, "compaction");
}

void compact_ask(struct request_parts *parts)
{
    parts->tools = (struct str){ 0 };
    parts->ask = STR(question);
    parts->warm_up = false;
}

bool compact_summary(struct str summary, size_t upto, struct event *event,
                     struct error *err)
{
    *event = (struct event){
        .kind = EVENT_COMPACTED,
        .index = upto,
        .text = str_trim(summary),
    };
    return event->text.len > 0
           || error_set(err, ERROR_INVALID,
                        "compaction: the summary says nothing");
}

size_t compact_extent(const struct session *session)
{
    size_t upto = session_is_busy(session) ? session->turn_first
                                           : session->item_count;
    size_t fresh = 0;

    for (size_t i = 0; i < upto; i++)
        fresh += session->items[i].compacted == 0 && !session->items[i].base;
    return fresh >= FEWEST_ITEMS ? upto : 0;
}
