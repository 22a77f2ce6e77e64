/*
 * A stream of server messages, one a line, into a session: decoding, applying,
 * the journal's round trip and the next request. A line of `!` and a letter
 * is something that happens on this side, so that a session gets anywhere.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "kerf/base/json.h"
#include "kerf/wire/event_json.h"
#include "kerf/wire/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// What a letter behind `!` stands for; calls are named by what follows it.
static const struct {
    char letter;
    struct event event;
} local_events[] = {
    { 'u', { .kind = EVENT_USER_MESSAGE } },
    { 's', { .kind = EVENT_REQUEST_SENT } },
    { 'd', { .kind = EVENT_TURN_DONE, .state = TURN_OK } },
    { 'c', { .kind = EVENT_CANCELLED } },
    { 'l', { .kind = EVENT_RESPONSE_LOST } },
    { 'a', { .kind = EVENT_RESPONSE_LOST, .flag = true } },
    { 'q', { .kind = EVENT_APPROVAL_ASKED } },
    { 'y', { .kind = EVENT_APPROVAL_ANSWERED, .flag = true } },
    { 'n', { .kind = EVENT_APPROVAL_ANSWERED } },
    { 'r', { .kind = EVENT_TOOL_STARTED } },
    { 'o', { .kind = EVENT_TOOL_OUTPUT } },
    { 't', { .kind = EVENT_TOOL_DONE, .flag = true } },
    { 'p', { .kind = EVENT_PREIMAGE, .flag = true, .number = 0644 } },
    { 'D',
      { .kind = EVENT_DECIDED,
        .state = DECISION_YES,
        .target = { 0, SELECT_ALL, SELECT_ALL } } },
    { 'w', { .kind = EVENT_WRITTEN } },
    { 'e', { .kind = EVENT_REVIEW_ENDED } },
    { 'S', { .kind = EVENT_STEER, .state = STEER_SENT } },
    { 'C', { .kind = EVENT_COMPACTED, .index = 2 } },
};

static void happen(struct session *session, struct str line)
{
    for (size_t i = 0; i < sizeof(local_events) / sizeof(local_events[0]); i++)
        if (line.len > 1 && line.at[1] == local_events[i].letter) {
            struct event event = local_events[i].event;
            event.id = event.call_id = str_skip(line, 2);
            event.text = STR("one\ntwo\n");
            session_apply(session, &event);
        }
}

static void check_journal(struct arena *arena, const struct event *event)
{
    struct buf once = { 0 }, twice = { 0 };
    struct event back;
    struct error err = { 0 };

    event_write(&once, event);
    bool read = event_read(arena, buf_str(&once), &back, &err);
    assert(read);
    event_write(&twice, &back);
    assert(str_equal(buf_str(&once), buf_str(&twice)));
    buf_release(&once);
    buf_release(&twice);
}

static void receive(struct session *session, struct str line)
{
    struct arena arena = { 0 };
    struct event event;
    struct error err = { 0 };
    bool known = false;

    if (event_decode(&arena, line, &event, &known, &err) && known) {
        check_journal(&arena, &event);
        session_apply(session, &event);
    }
    if (event_read(&arena, line, &event, &err)) {
        event.raw = (struct str){ 0 }; // is JSON if the journal is our own
        session_apply(session, &event);
    }
    arena_release(&arena);
}

// Whatever came, the next request is JSON and answers each call once.
static void check_request(const struct session *session)
{
    struct backend backend = { .model = STR("m") };
    struct request_parts parts = { .backend = &backend };
    struct request request;
    struct error err = { 0 };
    size_t calls = 0, outputs = 0;

    if (!request_build(session, &parts, NULL, &request, &err))
        return;
    struct json *tree = json_parse(buf_str(&request.json), &err);
    assert(tree);
    for (size_t i = 0; i < session->item_count; i++)
        calls += item_is_call(&session->items[i]) && session->items[i].done
                 && !session->items[i].superseded
                 && session->items[i].compacted == 0;
    for (size_t i = 0; i < json_count(json_member(tree, "input")); i++) {
        const struct json *item = json_at(json_member(tree, "input"), i);
        struct str type = json_str(json_member(item, "type"));
        outputs += str_ends_with(type, STR("_output"));
    }
    assert(outputs >= calls);
    json_destroy(tree);
    request_release(&request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct session *session = session_create();
    struct str rest = { (const char *)data, size }, line;

    while (str_split(&rest, '\n', &line))
        if (line.len > 0 && line.at[0] == '!')
            happen(session, line);
        else
            receive(session, line);
    check_request(session);
    session_destroy(session);
    return 0;
}
