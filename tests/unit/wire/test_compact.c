/* Compaction: what is asked, what comes of the answer, and who gets which
 * form of the conversation afterwards: protocol.md 4.5. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "kerf/base/json.h"
#include "kerf/wire/chat.h"
#include "kerf/wire/compact.h"
#include "kerf/wire/event_json.h"

#define EVENT(...) (&(struct event){ __VA_ARGS__ })
#define MUST(session, ...) \
    assert_true(session_apply(session, EVENT(__VA_ARGS__)))
#define ANSWER                                                                \
    "{\"id\":\"x\",\"object\":\"response.compaction\",\"output\":[{\"type\":" \
    "\"message\",\"role\":\"user\",\"content\":[]},{\"type\":\"compaction\"," \
    "\"encrypted_content\":\"gAAA\"}],\"usage\":{\"input_tokens\":90,"        \
    "\"output_tokens\":10}}"

struct fixture {
    struct session *session;
    struct backend backend;
    struct request_parts parts;
    struct arena arena;
    struct error err;
};

static void turn(struct fixture *f, const char *question, const char *answer)
{
    MUST(f->session, .kind = EVENT_USER_MESSAGE, .text = str_from(question));
    MUST(f->session, .kind = EVENT_REQUEST_SENT);
    MUST(f->session, .kind = EVENT_ITEM_DONE, .state = ITEM_TEXT,
         .text = str_from(answer));
    MUST(f->session, .kind = EVENT_RESPONSE_COMPLETED, .id = STR("r"));
    MUST(f->session, .kind = EVENT_TURN_DONE, .state = TURN_OK);
}

// Two turns are over, a third one begins.
static int setup(void **state)
{
    struct fixture *f = mem_alloc(sizeof(*f));

    f->session = session_create();
    f->backend.model = STR("m");
    f->parts.backend = &f->backend;
    MUST(f->session, .kind = EVENT_BACKEND, .name = STR("b"), .text = STR("m"));
    turn(f, "q1", "a1");
    turn(f, "q2", "a2");
    MUST(f->session, .kind = EVENT_USER_MESSAGE, .text = STR("q3"));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    session_destroy(f->session);
    arena_release(&f->arena);
    free(f);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static bool has(struct str json, const char *text)
{
    return str_find(json, str_from(text)) != SIZE_MAX;
}

// Which of the words are in the next request of an API, in a string.
static void assert_sent(struct fixture *f, bool chat, const char *want)
{
    static const char *const words[] = { "gAAA", "Summary", "q1", "a1",
                                         "q2",   "a2",      "q3" };
    struct request request;
    struct buf got = { 0 };

    f->parts.over_http = true;
    if (!(chat ? chat_request_build(f->session, &f->parts, &request, &f->err)
               : request_build(f->session, &f->parts, NULL, &request, &f->err)))
        fail_msg("%s", f->err.text);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (has(buf_str(&request.json), words[i]))
            buf_printf(&got, "%s ", words[i]);
    assert_string_equal(buf_cstr(&got), want);
    buf_release(&got);
    request_release(&request);
}

static void compact(struct fixture *f, const char *answer)
{
    struct event event;

    assert_true(compact_read(&f->arena, str_from(answer),
                             compact_extent(f->session), &event, &f->err));
    assert_int_equal(event.usage.input, 90);
    assert_true(session_apply(f->session, &event));
}

static void the_service_gets_items_and_fields_without_the_stream(void **state)
{
    struct fixture *f = *state;
    struct buf out = { 0 };

    f->parts.instructions = STR("Be brief.");
    f->parts.upto = compact_extent(f->session);
    assert_true(compact_build(f->session, &f->parts, &out, &f->err));
    struct json *tree = json_parse(buf_str(&out), &f->err);
    assert_int_equal(json_count(json_member(tree, "input")), 4);
    assert_true(str_is(json_str(json_member(tree, "model")), "m"));
    assert_true(
        str_is(json_str(json_member(tree, "instructions")), "Be brief."));
    assert_null(json_member(tree, "stream"));
    assert_null(json_member(tree, "store"));
    json_destroy(tree);
    buf_release(&out);
}

static void the_servers_items_stand_for_what_was_before(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(compact_extent(f->session), f->session->turn_first);
    compact(f, ANSWER);
    assert_sent(f, false, "gAAA q3 ");
}

// Blobs are for the model that made them, and for this API.
static void who_cannot_read_a_blob_gets_everything(void **state)
{
    struct fixture *f = *state;

    compact(f, ANSWER);
    assert_sent(f, true, "q1 a1 q2 a2 q3 ");
    f->backend.model = STR("other");
    assert_sent(f, false, "q1 a1 q2 a2 q3 ");
}

static void a_summary_is_for_everyone_and_keeps_what_the_user_said(void **state)
{
    struct fixture *f = *state;
    struct event event;

    assert_true(compact_summary(STR(" It went well. \n"),
                                compact_extent(f->session), &event, &f->err));
    assert_true(session_apply(f->session, &event));
    assert_sent(f, true, "Summary q1 q2 q3 ");
    assert_sent(f, false, "Summary q1 q2 q3 ");
    assert_false(compact_summary(STR(" "), 4, &event, &f->err));
}

static void a_later_compaction_stands_for_the_earlier_one(void **state)
{
    struct fixture *f = *state;
    struct event event;

    assert_true(compact_summary(STR("x"), 4, &event, &f->err));
    assert_true(session_apply(f->session, &event));
    MUST(f->session, .kind = EVENT_REQUEST_SENT);
    MUST(f->session, .kind = EVENT_RESPONSE_COMPLETED, .id = STR("r"));
    MUST(f->session, .kind = EVENT_TURN_DONE, .state = TURN_OK);
    event.raw = STR("[{\"type\":\"compaction\",\"encrypted_content\":"
                    "\"gAAA\"}]");
    event.index = f->session->item_count;
    assert_true(session_apply(f->session, &event));
    assert_sent(f, false, "gAAA ");
    assert_sent(f, true, "q1 a1 q2 a2 q3 ");
}

static void it_comes_back_from_the_journal(void **state)
{
    struct fixture *f = *state;
    struct event event, back;
    struct buf line = { 0 };

    assert_true(compact_read(&f->arena, STR(ANSWER), 4, &event, &f->err));
    event_write(&line, &event);
    assert_true(event_read(&f->arena, buf_str(&line), &back, &f->err));
    assert_int_equal(back.kind, EVENT_COMPACTED);
    assert_true(session_apply(f->session, &back));
    assert_sent(f, false, "gAAA q3 ");
    buf_release(&line);
}

static void nothing_is_compacted_while_it_is_in_use(void **state)
{
    struct fixture *f = *state;
    struct event event;

    assert_true(compact_summary(STR("x"), 4, &event, &f->err));
    MUST(f->session, .kind = EVENT_REQUEST_SENT);
    assert_false(session_apply(f->session, &event));
    MUST(f->session, .kind = EVENT_ITEM_DONE, .state = ITEM_CALL,
         .call_id = STR("k"), .name = STR("shell"), .text = STR("{}"));
    MUST(f->session, .kind = EVENT_RESPONSE_COMPLETED, .id = STR("r"));
    event.index = f->session->item_count;
    assert_false(session_apply(f->session, &event)); // the call is open
    event.index = 4;
    assert_true(session_apply(f->session, &event));
    event.index = 99;
    assert_false(session_apply(f->session, &event));
}

static void an_answer_without_a_compaction_is_none(void **state)
{
    static const char *const bad[] = { "", "{}", "{\"output\":[]}",
                                       "{\"output\":[{\"type\":\"message\"}]}",
                                       "{\"error\":{}}" };
    struct fixture *f = *state;
    struct event event;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        f->err = (struct error){ 0 };
        assert_false(
            compact_read(&f->arena, str_from(bad[i]), 4, &event, &f->err));
        assert_int_equal(f->err.kind, ERROR_INVALID);
    }
}

static void a_summary_is_asked_for_without_tools(void **state)
{
    struct fixture *f = *state;
    struct request request;

    f->parts.tools = STR("[{\"type\":\"function\",\"name\":\"t\"}]");
    f->parts.upto = 4;
    compact_ask(&f->parts);
    assert_true(chat_request_build(f->session, &f->parts, &request, &f->err));
    struct str json = buf_str(&request.json);
    assert_false(has(json, "tools\""));
    assert_false(has(json, "q3"));
    assert_true(str_find(json, STR("a2")) < str_find(json, STR("summary")));
    request_release(&request);
}

static void a_short_conversation_is_left_alone(void **state)
{
    struct session *session = session_create();

    (void)state;
    assert_int_equal(compact_extent(session), 0);
    MUST(session, .kind = EVENT_USER_MESSAGE, .text = STR("q"));
    assert_int_equal(compact_extent(session), 0);
    session_destroy(session);
}

static void what_is_taken_back_is_sent_as_it_was_before(void **state)
{
    struct fixture *f = *state;

    compact(f, ANSWER);
    assert_sent(f, false, "gAAA q3 ");
    MUST(f->session, .kind = EVENT_COMPACTED, .flag = true);
    assert_sent(f, false, "q1 a1 q2 a2 q3 ");
    assert_false(session_apply(f->session,
                               EVENT(.kind = EVENT_COMPACTED, .flag = true)));
}

static void taking_back_the_second_leaves_the_first(void **state)
{
    struct fixture *f = *state;
    struct event event;

    assert_true(compact_summary(STR("Summary."), compact_extent(f->session),
                                &event, &f->err));
    assert_true(session_apply(f->session, &event));
    MUST(f->session, .kind = EVENT_REQUEST_SENT);
    MUST(f->session, .kind = EVENT_RESPONSE_COMPLETED, .id = STR("r"));
    MUST(f->session, .kind = EVENT_TURN_DONE, .state = TURN_OK);
    turn(f, "q4", "a4");
    turn(f, "q5", "a5");
    compact(f, ANSWER);
    MUST(f->session, .kind = EVENT_COMPACTED, .flag = true);
    assert_sent(f, false, "Summary q1 q2 q3 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_service_gets_items_and_fields_without_the_stream),
        TEST(the_servers_items_stand_for_what_was_before),
        TEST(who_cannot_read_a_blob_gets_everything),
        TEST(a_summary_is_for_everyone_and_keeps_what_the_user_said),
        TEST(a_later_compaction_stands_for_the_earlier_one),
        TEST(it_comes_back_from_the_journal),
        TEST(nothing_is_compacted_while_it_is_in_use),
        TEST(an_answer_without_a_compaction_is_none),
        TEST(a_summary_is_asked_for_without_tools),
        TEST(a_short_conversation_is_left_alone),
        TEST(what_is_taken_back_is_sent_as_it_was_before),
        TEST(taking_back_the_second_leaves_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
