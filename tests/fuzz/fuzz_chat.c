/*
 * A stream of Chat Completions, one payload a line, into a session: whatever
 * comes, a response ends once, finished items are JSON, and the next request
 * answers each call. The same bytes are read as an error body, as a list of
 * models, as a compaction and as numbered events.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "kerf/base/json.h"
#include "kerf/wire/chat.h"
#include "kerf/wire/compact.h"
#include "kerf/wire/failure.h"
#include "kerf/wire/models.h"
#include "kerf/wire/sequence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct play {
    struct session *session;
    unsigned ends;
};

static void on_event(const struct event *event, void *ctx)
{
    struct play *play = ctx;
    struct error err = { 0 };

    assert(play->ends == 0);
    play->ends += event->kind == EVENT_RESPONSE_COMPLETED
                  || event->kind == EVENT_RESPONSE_INCOMPLETE
                  || event->kind == EVENT_RESPONSE_FAILED;
    if (event->kind == EVENT_ITEM_DONE) {
        struct json *tree = json_parse(event->raw, &err);
        assert(tree);
        json_destroy(tree);
    }
    session_apply(play->session, event);
}

static void check_request(const struct session *session)
{
    struct backend backend = { .model = STR("m") };
    struct profile profile = { .reasoning_field = STR("reasoning") };
    struct request_parts parts = { .backend = &backend, .profile = &profile };
    struct request request;
    struct error err = { 0 };

    if (!chat_request_build(session, &parts, &request, &err))
        return;
    struct json *tree = json_parse(buf_str(&request.json), &err);
    const struct json *messages = json_member(tree, "messages");
    size_t calls = 0, outputs = 0;
    assert(tree);
    for (size_t i = 0; i < json_count(messages); i++) {
        const struct json *message = json_at(messages, i);
        calls += json_count(json_member(message, "tool_calls"));
        outputs += str_is(json_str(json_member(message, "role")), "tool");
    }
    assert(calls == outputs);
    json_destroy(tree);
    request_release(&request);
}

static void stream(struct str rest)
{
    struct play play = { .session = session_create() };
    struct chat_stream *chat = chat_stream_create(play.session);
    struct error err = { 0 };
    struct str line;
    bool good = true;

    session_apply(play.session, &(struct event){ .kind = EVENT_USER_MESSAGE });
    session_apply(play.session, &(struct event){ .kind = EVENT_REQUEST_SENT });
    while (good && str_split(&rest, '\n', &line))
        good = chat_stream_feed(chat, line, on_event, &play, &err);
    if (good)
        good = chat_stream_finish(chat, on_event, &play, &err);
    assert(good == (play.ends == 1));
    check_request(play.session);
    chat_stream_destroy(chat);
    session_destroy(play.session);
}

static void number(struct str rest)
{
    struct sequence sequence = { 0 };
    struct buf held = { 0 };
    struct str line;

    while (str_split(&rest, '\n', &line)) {
        struct envelope envelope = envelope_read(line);
        if (sequence_offer(&sequence, &envelope, line) == SEQUENCE_CUT)
            break;
        while (sequence_next(&sequence, &held))
            continue;
        assert(!sequence.is_held[sequence.next % SEQUENCE_WINDOW]);
    }
    buf_release(&held);
    sequence_release(&sequence);
}

// What stands for the conversation is JSON, and applies to one.
static void compact(struct arena *arena, struct str text)
{
    struct session *session = session_create();
    struct event event = { 0 };
    struct error err = { 0 };

    session_apply(session, &(struct event){ .kind = EVENT_USER_MESSAGE });
    if (compact_read(arena, text, 1, &event, &err)) {
        struct json *tree = json_parse(event.raw, &err);
        assert(event.raw.len == 0 || tree);
        json_destroy(tree);
        session_apply(session, &event);
    }
    check_request(session);
    session_destroy(session);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct failure_head head = { .retry_after = text, .now_s = 1795248000 };
    struct arena arena = { 0 };
    struct model_list list;
    struct error err = { 0 };

    stream(text);
    number(text);
    compact(&arena, text);
    struct failure failure = failure_from_body(&arena, 429, &head, text);
    assert(failure.message.len > 0 && failure.retry_after_ms >= -1);
    struct cure cure = failure_cure(&failure, TRANSPORT_WS);
    assert(cure_wait_ms(&cure, &failure, 0) <= LIMIT_RETRY_AFTER_MS);
    if (models_read(&arena, text, &list, &err))
        assert(list.count == 0 || models_find(&list, list.models[0].id));
    arena_release(&arena);
    return 0;
}
