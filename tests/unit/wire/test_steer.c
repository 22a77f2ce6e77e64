/* A word into the running response, and what it does to the next request:
 * protocol.md 2.6. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "kerf/base/json.h"
#include "kerf/wire/event_json.h"
#include "kerf/wire/request.h"
#include "kerf/wire/steer.h"

#define EVENT(...) (&(struct event){ __VA_ARGS__ })
#define MUST(session, ...) \
    assert_true(session_apply(session, EVENT(__VA_ARGS__)))

struct fixture {
    struct session *session;
    struct backend backend;
    struct request_parts parts;
    struct lane lane;
    struct request request;
    struct arena arena;
    struct error err;
};

// The server says it.
static bool hear(struct fixture *f, const char *message)
{
    struct event event;
    bool known = false;

    assert_true(
        event_decode(&f->arena, str_from(message), &event, &known, &f->err));
    assert_true(known);
    return session_apply(f->session, &event);
}

static void build(struct fixture *f)
{
    request_release(&f->request);
    assert_true(
        request_build(f->session, &f->parts, &f->lane, &f->request, &f->err));
}

#define TEXT_DONE(text)                                                     \
    "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{" \
    "\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":"   \
    "\"output_text\",\"text\":\"" text "\"}]}}"
#define CREATED(id) \
    "{\"type\":\"response.created\",\"response\":{\"id\":\"" id "\"}}"
#define COMPLETED(id) \
    "{\"type\":\"response.completed\",\"response\":{\"id\":\"" id "\"}}"
#define ACCEPTED \
    "{\"type\":\"response.steer.accepted\",\"steer\":{\"id\":\"s1\"}}"

// A turn whose response A runs, and a word that was said into it.
static int setup(void **state)
{
    struct fixture *f = mem_alloc(sizeof(*f));

    f->session = session_create();
    f->backend.model = STR("m");
    f->parts.backend = &f->backend;
    MUST(f->session, .kind = EVENT_USER_MESSAGE, .text = STR("go"));
    build(f);
    MUST(f->session, .kind = EVENT_REQUEST_SENT);
    assert_true(hear(f, CREATED("A")));
    MUST(f->session, .kind = EVENT_STEER, .state = STEER_SENT,
         .text = STR("one file"));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    request_release(&f->request);
    lane_release(&f->lane);
    session_destroy(f->session);
    arena_release(&f->arena);
    free(f);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void the_message_names_the_running_response(void **state)
{
    struct fixture *f = *state;
    struct buf out = { 0 };

    assert_true(steer_build(f->session, STR("x"), &out, &f->err));
    assert_string_equal(buf_cstr(&out),
                        "{\"type\":\"response.steer\","
                        "\"previous_response_id\":\"A\",\"input\":\"x\"}");
    hear(f, COMPLETED("A"));
    assert_false(steer_build(f->session, STR("x"), &out, &f->err));
    assert_int_equal(f->err.kind, ERROR_NOT_FOUND);
    buf_release(&out);
}

static void the_successor_is_taken_and_chained_on(void **state)
{
    struct fixture *f = *state;

    assert_true(hear(f, ACCEPTED));
    assert_true(hear(f, TEXT_DONE("first")));
    assert_true(hear(f, COMPLETED("A")));
    assert_false(session_turn_is_over(f->session));
    assert_true(hear(f, CREATED("B")));
    assert_true(hear(f, TEXT_DONE("second")));
    assert_true(hear(f, COMPLETED("B")));
    assert_true(session_turn_is_over(f->session));
    lane_commit(&f->lane, &f->request, f->session);
    MUST(f->session, .kind = EVENT_TURN_DONE, .state = TURN_OK);
    MUST(f->session, .kind = EVENT_USER_MESSAGE, .text = STR("next"));
    build(f);
    assert_true(f->request.is_delta);
    struct json *tree = json_parse(buf_str(&f->request.json), &f->err);
    assert_int_equal(json_count(json_member(tree, "input")), 1);
    assert_true(
        str_is(json_str(json_member(tree, "previous_response_id")), "B"));
    json_destroy(tree);
    lane_forget(&f->lane);
    build(f); // in full: question, first, word, second, next
    struct str json = buf_str(&f->request.json);
    assert_true(str_find(json, STR("first")) < str_find(json, STR("one file")));
    assert_true(str_find(json, STR("one file"))
                < str_find(json, STR("second")));
}

// What the server does not know stands between what it knows: no parent then.
static void context_that_came_meanwhile_means_a_full_request(void **state)
{
    struct fixture *f = *state;

    assert_true(hear(f, ACCEPTED));
    MUST(f->session, .kind = EVENT_CONTEXT_ADDED, .name = STR("make"),
         .text = STR("boom"));
    assert_true(hear(f, COMPLETED("A")));
    assert_true(hear(f, CREATED("B")));
    assert_true(hear(f, TEXT_DONE("second")));
    assert_true(hear(f, COMPLETED("B")));
    lane_commit(&f->lane, &f->request, f->session);
    MUST(f->session, .kind = EVENT_TURN_DONE, .state = TURN_OK);
    MUST(f->session, .kind = EVENT_USER_MESSAGE, .text = STR("next"));
    build(f);
    assert_false(f->request.is_delta);
}

static void a_response_may_stop_for_it(void **state)
{
    struct fixture *f = *state;

    assert_true(hear(f, ACCEPTED));
    assert_true(
        hear(f, "{\"type\":\"response.incomplete\",\"response\":{\"id\":\"A\","
                "\"incomplete_details\":{\"reason\":\"steered\"}}}"));
    assert_false(session_turn_is_over(f->session));
    assert_true(hear(f, CREATED("B")));
    assert_int_equal(f->session->state, TURN_WAITING);
}

static void a_word_that_waits_for_outputs_is_sent_in_full(void **state)
{
    struct fixture *f = *state;

    assert_true(hear(f, ACCEPTED));
    assert_true(hear(f, "{\"type\":\"response.output_item.done\","
                        "\"output_index\":0,\"item\":{\"type\":"
                        "\"function_call\",\"call_id\":\"k\",\"name\":\"t\","
                        "\"arguments\":\"{}\"}}"));
    assert_true(hear(f, COMPLETED("A")));
    lane_commit(&f->lane, &f->request, f->session);
    assert_true(hear(f, "{\"type\":\"response.steer.pending\",\"steer\":{"
                        "\"id\":\"s1\"},\"reason\":\"x\"}"));
    MUST(f->session, .kind = EVENT_TOOL_DONE, .call_id = STR("k"),
         .text = STR("out"), .flag = true);
    assert_int_equal(f->session->state, TURN_READY);
    build(f);
    assert_false(f->request.is_delta);
    assert_true(str_find(buf_str(&f->request.json), STR("one file"))
                != SIZE_MAX);
}

static void all_words_wait_for_the_outputs_whichever_is_named(void **state)
{
    struct fixture *f = *state;

    MUST(f->session, .kind = EVENT_STEER, .state = STEER_SENT,
         .text = STR("and the tests"));
    assert_true(hear(f, ACCEPTED));
    assert_true(hear(f, COMPLETED("A")));
    assert_true(session_steer_is_open(f->session));
    assert_true(hear(f, "{\"type\":\"response.steer.pending\",\"steer\":{"
                        "\"previous_response_id\":\"A\"},\"reason\":\"x\"}"));
    assert_false(session_steer_is_open(f->session));
    assert_true(session_is_steered(f->session));
}

static void a_word_that_failed_goes_to_the_queue(void **state)
{
    struct fixture *f = *state;

    assert_true(hear(f, "{\"type\":\"response.steer.failed\",\"steer\":{"
                        "\"input\":\"one file\"},\"error\":{\"code\":"
                        "\"steering_not_supported\",\"message\":\"no\"}}"));
    assert_int_equal(f->session->queue_count, 1);
    assert_true(str_is(f->session->queue[0], "one file"));
    assert_true(f->session->items[1].superseded);
    assert_true(hear(f, COMPLETED("A")));
    assert_true(session_turn_is_over(f->session));
}

static void a_response_that_nobody_asked_for_is_dropped(void **state)
{
    struct fixture *f = *state;

    assert_true(hear(f, ACCEPTED));
    assert_true(hear(f, COMPLETED("A")));
    assert_true(hear(f, CREATED("B")));
    assert_true(hear(f, COMPLETED("B")));
    assert_false(hear(f, CREATED("C")));
    assert_false(hear(f, ACCEPTED)); // late
}

static void after_a_cancel_no_successor_begins(void **state)
{
    struct fixture *f = *state;

    assert_true(hear(f, ACCEPTED));
    MUST(f->session, .kind = EVENT_CANCELLED);
    assert_true(session_turn_is_over(f->session));
    assert_false(hear(f, CREATED("B")));
}

// reliability.md N45, N46: what is late or doubled is dropped.
static void late_events_of_a_response_are_dropped(void **state)
{
    struct fixture *f = *state;

    assert_false(hear(f, "{\"type\":\"response.output_text.delta\","
                         "\"output_index\":4,\"delta\":\"x\"}"));
    assert_true(hear(f, TEXT_DONE("first")));
    assert_false(hear(f, TEXT_DONE("first")));
    assert_false(hear(f, "{\"type\":\"response.output_text.delta\","
                         "\"output_index\":0,\"delta\":\"x\"}"));
    assert_false(hear(f, COMPLETED("other")));
    assert_true(hear(f, ACCEPTED));
    assert_true(hear(f, COMPLETED("A")));
    assert_false(hear(f, COMPLETED("A")));
    assert_true(hear(f, CREATED("B")));
    assert_false(hear(f, COMPLETED("A")));
    assert_true(hear(f, COMPLETED("B")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_message_names_the_running_response),
        TEST(the_successor_is_taken_and_chained_on),
        TEST(context_that_came_meanwhile_means_a_full_request),
        TEST(a_response_may_stop_for_it),
        TEST(a_word_that_waits_for_outputs_is_sent_in_full),
        TEST(all_words_wait_for_the_outputs_whichever_is_named),
        TEST(a_word_that_failed_goes_to_the_queue),
        TEST(a_response_that_nobody_asked_for_is_dropped),
        TEST(after_a_cancel_no_successor_begins),
        TEST(late_events_of_a_response_are_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
