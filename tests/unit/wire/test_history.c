/*
 * protocol.md 9, invariants 1 to 3: whatever goes wrong, what the server has
 * put together from full requests and deltas equals the conversation as kerf
 * knows it; every call it sees has exactly one output, behind it; and every
 * text is in it once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "kerf/base/json.h"
#include "kerf/wire/event_json.h"
#include "kerf/wire/request.h"

#define RUNS 40
#define TURNS 12
#define LIMIT_ROUNDS 4

struct random {
    uint64_t state;
};

// xorshift64*, Vigna 2016.
static unsigned below(struct random *r, unsigned limit)
{
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return (unsigned)((r->state * 2685821657736338717u) >> 33) % limit;
}

// The server: the input items it has put together, one a line.
struct server {
    struct buf items;    // of the newest completed response and before it
    struct buf arriving; // the same and what this response has sent
    struct str parent;   // id of the newest completed response, or empty
    char parent_id[16];
    unsigned number; // of items, calls and responses, for names
};

struct world {
    struct random random;
    struct session *session;
    struct backend backend;
    struct request_parts parts;
    struct lane lane;
    struct request request;
    struct server server;
    struct arena arena;
    size_t deltas, requests;
};

static void append_item(struct buf *items, const struct json *item)
{
    json_dump(item, items);
    buf_append_char(items, '\n');
}

static void append_input(struct buf *items, struct str request)
{
    struct error err = { 0 };
    struct json *tree = json_parse(request, &err);
    const struct json *input = json_member(tree, "input");

    assert_non_null(tree);
    for (size_t i = 0; i < json_count(input); i++)
        append_item(items, json_at(input, i));
    json_destroy(tree);
}

static bool is_output(struct str type)
{
    return str_ends_with(type, STR("_output"));
}

// Each call is answered once, later; each text stands there once.
static void check_items(struct str items)
{
    struct str lines[1024], line;
    size_t count = 0, open = 0;

    while (str_split(&items, '\n', &line))
        lines[count++] = line;
    assert_true(count < 1024);
    for (size_t i = 0; i < count; i++) {
        struct error err = { 0 };
        struct json *item = json_parse(lines[i], &err);
        struct str type = json_str(json_member(item, "type"));
        bool call = str_ends_with(type, STR("_call"));
        if (call || is_output(type))
            open += call ? 1 : (size_t)-1;
        for (size_t k = i + 1; k < count; k++)
            assert_false(str_equal(lines[i], lines[k]));
        json_destroy(item);
        assert_true(open < count);
    }
    assert_int_equal(open, 0);
}

// The server takes the request: a delta only on what it remembers.
static void serve_request(struct world *w)
{
    struct server *server = &w->server;
    struct error err = { 0 };
    struct json *tree = json_parse(buf_str(&w->request.json), &err);
    struct str parent = json_str(json_member(tree, "previous_response_id"));

    buf_reset(&server->arriving);
    assert_int_equal(w->request.is_delta, parent.len > 0);
    if (parent.len > 0) {
        assert_true(str_equal(parent, server->parent));
        buf_append(&server->arriving, buf_str(&server->items));
    }
    json_destroy(tree);
    append_input(&server->arriving, buf_str(&w->request.json));
    w->deltas += w->request.is_delta;
    w->requests++;
}

static void check_history(struct world *w)
{
    struct request full;
    struct error err = { 0 };
    struct buf want = { 0 };

    assert_true(request_build(w->session, &w->parts, NULL, &full, &err));
    append_input(&want, buf_str(&full.json));
    if (!str_equal(buf_str(&want), buf_str(&w->server.arriving)))
        fail_msg("server:\n%skerf:\n%s", buf_cstr(&w->server.arriving),
                 buf_cstr(&want));
    check_items(buf_str(&want));
    request_release(&full);
    buf_release(&want);
}

static void send(struct world *w)
{
    struct event sent = { .kind = EVENT_REQUEST_SENT };
    struct error err = { 0 };

    request_release(&w->request);
    assert_true(
        request_build(w->session, &w->parts, &w->lane, &w->request, &err));
    serve_request(w);
    check_history(w);
    assert_true(session_apply(w->session, &sent));
}

// A message of the server reaches the session.
static void tell(struct world *w, struct str message)
{
    struct event event;
    struct error err = { 0 };
    bool known;

    if (!event_decode(&w->arena, message, &event, &known, &err))
        fail_msg("%s: %.*s", err.text, STR_ARG(message));
    if (known)
        session_apply(w->session, &event);
}

static struct str any_item(struct world *w)
{
    unsigned n = ++w->server.number;

    switch (below(&w->random, 5)) {
    case 0:
        return arena_printf(&w->arena,
                            "{\"type\":\"message\",\"id\":\"m%u\",\"content\":"
                            "[{\"type\":\"output_text\",\"text\":\"t%u\"}]}",
                            n, n);
    case 1:
        return arena_printf(&w->arena,
                            "{\"type\":\"reasoning\",\"id\":\"r%u\","
                            "\"encrypted_content\":\"g\"}",
                            n);
    case 2:
        return arena_printf(&w->arena,
                            "{\"type\":\"custom_tool_call\",\"call_id\":"
                            "\"c%u\",\"name\":\"apply_patch\",\"input\":"
                            "\"*** Begin Patch\\n*** Delete File: f%u\\n"
                            "*** End Patch\\n\"}",
                            n, n);
    default:
        return arena_printf(&w->arena,
                            "{\"type\":\"function_call\",\"call_id\":\"c%u\","
                            "\"name\":\"shell\",\"arguments\":\"{}\"}",
                            n);
    }
}

static struct str last_item(unsigned n, struct arena *arena)
{
    return arena_printf(arena,
                        "{\"type\":\"message\",\"id\":\"m%u\",\"content\":"
                        "[{\"type\":\"output_text\",\"text\":\"t%u\"}]}",
                        n, n);
}

// Sends an item as events; with `cut` the link breaks before its end.
static void stream_item(struct world *w, size_t index, struct str item,
                        bool cut)
{
    tell(w, arena_printf(&w->arena,
                         "{\"type\":\"response.output_item.added\","
                         "\"output_index\":%zu,\"item\":%.*s}",
                         index, STR_ARG(item)));
    tell(w, arena_printf(&w->arena,
                         "{\"type\":\"response.output_text.delta\","
                         "\"output_index\":%zu,\"delta\":\"half %u\"}",
                         index, w->server.number));
    if (cut)
        return;
    tell(w, arena_printf(&w->arena,
                         "{\"type\":\"response.output_item.done\","
                         "\"output_index\":%zu,\"item\":%.*s}",
                         index, STR_ARG(item)));
    struct error err = { 0 };
    struct json *tree = json_parse(item, &err);
    append_item(&w->server.arriving, tree);
    json_destroy(tree);
}

static void answer_calls(struct world *w)
{
    const struct session *s = w->session;

    for (size_t i = s->turn_first; i < s->item_count; i++) {
        const struct item *item = &s->items[i];
        struct event done = {
            .kind = EVENT_TOOL_DONE,
            .call_id = item->call_id,
            .text = arena_printf(&w->arena, "out %zu", i),
            .flag = true,
        };
        if (item->kind == ITEM_PATCH)
            done.kind = EVENT_REVIEW_ENDED;
        if (item_is_call(item))
            session_apply(w->session, &done);
    }
}

enum end {
    END_COMPLETED,
    END_LOST,
    END_CANCELLED,
    END_FAILED,
    END_COUNT,
};

static void complete(struct world *w)
{
    struct server *server = &w->server;

    snprintf(server->parent_id, sizeof(server->parent_id), "resp_%u",
             ++server->number);
    server->parent = str_from(server->parent_id);
    tell(w, arena_printf(&w->arena,
                         "{\"type\":\"response.completed\",\"response\":"
                         "{\"id\":\"%s\"}}",
                         server->parent_id));
    buf_reset(&server->items);
    buf_append(&server->items, buf_str(&server->arriving));
    lane_commit(&w->lane, &w->request, w->session);
    if (w->session->parent_good && below(&w->random, 2))
        assert_true(w->lane.response_id.len > 0);
}

static void break_off(struct world *w, enum end end)
{
    static const enum event_kind kinds[] = {
        [END_LOST] = EVENT_RESPONSE_LOST,
        [END_CANCELLED] = EVENT_CANCELLED,
        [END_FAILED] = EVENT_RESPONSE_FAILED,
    };
    struct event event = { .kind = kinds[end], .flag = end == END_LOST };

    assert_true(session_apply(w->session, &event));
    w->server.parent = (struct str){ 0 };
    if (below(&w->random, 2))
        lane_forget(&w->lane);
    else
        lane_commit(&w->lane, &w->request, w->session);
    assert_int_equal(w->lane.response_id.len, 0);
}

// One response. Returns how it ended.
static enum end respond(struct world *w, bool last)
{
    enum end end = below(&w->random, 3)
                       ? END_COMPLETED
                       : (enum end)below(&w->random, END_COUNT);
    size_t count = last ? 0 : below(&w->random, 4);
    bool cut = end != END_COMPLETED && below(&w->random, 2);
    size_t i;

    for (i = 0; i < count; i++) {
        stream_item(w, i, any_item(w), false);
        if (below(&w->random, 3) == 0)
            answer_calls(w);
    }
    stream_item(w, i, last_item(++w->server.number, &w->arena), cut);
    if (end == END_COMPLETED)
        complete(w);
    else
        break_off(w, end);
    return end;
}

static void add_context(struct world *w)
{
    struct event event = {
        .kind = EVENT_CONTEXT_ADDED,
        .name = STR("make"),
        .text = arena_printf(&w->arena, "log %u", ++w->server.number),
    };
    assert_true(session_apply(w->session, &event));
}

static void take_turn(struct world *w)
{
    struct event message = {
        .kind = EVENT_USER_MESSAGE,
        .text = arena_printf(&w->arena, "please %u", ++w->server.number),
    };
    struct event done = { .kind = EVENT_TURN_DONE };

    assert_true(session_apply(w->session, &message));
    for (int round = 0; round < LIMIT_ROUNDS; round++) {
        send(w);
        if (below(&w->random, 4) == 0)
            add_context(w);
        enum end end = respond(w, round == LIMIT_ROUNDS - 1);
        if (end == END_CANCELLED)
            break;
        answer_calls(w);
        if (session_turn_is_over(w->session))
            break;
    }
    assert_true(session_apply(w->session, &done));
}

static void run(struct world *w, uint64_t seed)
{
    w->random.state = seed * 0x9e3779b97f4a7c15u + 1;
    w->session = session_create();
    w->backend.model = STR("m");
    w->parts.backend = &w->backend;
    for (int turn = 0; turn < TURNS; turn++) {
        if (below(&w->random, 3) == 0)
            add_context(w);
        take_turn(w);
    }
    session_destroy(w->session);
    lane_release(&w->lane);
    request_release(&w->request);
    buf_release(&w->server.items);
    buf_release(&w->server.arriving);
    arena_release(&w->arena);
}

static void the_server_holds_the_conversation_as_kerf_knows_it(void **state)
{
    size_t deltas = 0, requests = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= RUNS; seed++) {
        struct world world = { 0 };
        run(&world, seed);
        deltas += world.deltas;
        requests += world.requests;
    }
    assert_true(deltas > requests / 3); // both ways were taken
    assert_true(deltas < requests);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_server_holds_the_conversation_as_kerf_knows_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
