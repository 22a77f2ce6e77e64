/* Requests: what is sent back and in which order, when a delta is enough, and
 * the size limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "kerf/base/json.h"
#include "kerf/wire/request.h"

#define EVENT(...) (&(struct event){ __VA_ARGS__ })
#define MUST(session, ...) \
    assert_true(session_apply(session, EVENT(__VA_ARGS__)))

#define CALL_RAW                                                         \
    "{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"shell\"," \
    "\"arguments\":\"{}\"}"

struct fixture {
    struct session *session;
    struct backend backend;
    struct request_parts parts;
    struct lane lane;
    struct request request;
    struct json *tree; // of the newest request
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = mem_alloc(sizeof(*f));

    f->session = session_create();
    f->backend.model = STR("m");
    f->parts = (struct request_parts){
        .backend = &f->backend,
        .instructions = STR("Be brief."),
        .tools = STR("[{\"type\":\"local_shell\"}]"),
        .cache_key = STR("kerf-1"),
    };
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    json_destroy(f->tree);
    request_release(&f->request);
    lane_release(&f->lane);
    session_destroy(f->session);
    free(f);
    return 0;
}

static const struct json *build(struct fixture *f)
{
    json_destroy(f->tree);
    request_release(&f->request);
    if (!request_build(f->session, &f->parts, &f->lane, &f->request, &f->err))
        fail_msg("%s", f->err.text);
    f->tree = json_parse(buf_str(&f->request.json), &f->err);
    assert_non_null(f->tree);
    return json_member(f->tree, "input");
}

static void assert_text(struct str got, const char *want)
{
    if (!str_is(got, want))
        fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(got), want);
}

static void assert_json(const struct json *node, const char *want)
{
    struct buf got = { 0 };

    assert_non_null(node);
    json_dump(node, &got);
    assert_string_equal(buf_cstr(&got), want);
    buf_release(&got);
}

static void say(struct fixture *f, const char *text)
{
    MUST(f->session, .kind = EVENT_USER_MESSAGE, .text = str_from(text));
}

static void send(struct fixture *f)
{
    build(f);
    MUST(f->session, .kind = EVENT_REQUEST_SENT);
}

static void item(struct fixture *f, size_t index, enum item_kind kind,
                 const char *call_id, const char *text, const char *raw)
{
    MUST(f->session, .kind = EVENT_ITEM_DONE, .index = index,
         .state = (int)kind, .call_id = str_from(call_id),
         .name = kind == ITEM_PATCH ? STR("apply_patch") : STR("shell"),
         .text = str_from(text), .raw = str_from(raw));
}

static void output(struct fixture *f, const char *call_id, const char *text)
{
    MUST(f->session, .kind = EVENT_TOOL_DONE, .call_id = str_from(call_id),
         .text = str_from(text), .flag = true);
}

static void complete(struct fixture *f, const char *id)
{
    MUST(f->session, .kind = EVENT_RESPONSE_COMPLETED, .id = str_from(id));
    lane_commit(&f->lane, &f->request, f->session);
}

static void end_turn(struct fixture *f)
{
    MUST(f->session, .kind = EVENT_TURN_DONE, .state = TURN_OK);
}

// One tool round: a question, a call, its output.
static void one_round(struct fixture *f)
{
    say(f, "list");
    send(f);
    item(f, 0, ITEM_CALL, "c1", "{}", CALL_RAW);
    complete(f, "resp_1");
    output(f, "c1", "a.c\n");
}

static void a_lane_is_named_over_websocket_only(void **state)
{
    struct fixture *f = *state;

    f->parts.stream_id = STR("side.1");
    build(f);
    assert_text(json_str(json_member(f->tree, "stream_id")), "side.1");
    f->parts.over_http = true;
    build(f);
    assert_null(json_member(f->tree, "stream_id"));
    f->parts.stream_id = STR("a b");
    request_release(&f->request);
    assert_false(
        request_build(f->session, &f->parts, &f->lane, &f->request, &f->err));
    assert_int_equal(f->err.kind, ERROR_INVALID);
}

static void a_field_that_the_model_rejects_is_not_sent(void **state)
{
    static const char *const fields[] = {
        "reasoning",        "text",
        "include",          "service_tier",
        "prompt_cache_key", "stream_options",
        "tool_choice",      "parallel_tool_calls",
    };
    struct fixture *f = *state;
    struct profile profile = { 0 };

    f->backend.effort = f->backend.verbosity = f->backend.tier = STR("low");
    f->parts.profile = &profile;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        struct failure failure = { .param = str_from(fields[i]) };
        build(f);
        assert_non_null(json_member(f->tree, fields[i]));
        assert_true(profile_learn(&profile, &failure));
        build(f);
        assert_null(json_member(f->tree, fields[i]));
    }
    assert_non_null(json_member(f->tree, "store"));
}

static void a_request_holds_every_field(void **state)
{
    struct fixture *f = *state;

    f->backend.effort = STR("low");
    f->backend.verbosity = STR("medium");
    f->backend.tier = STR("ultrafast");
    say(f, "hi \"there\"");
    build(f);
    assert_json(
        f->tree,
        "{\"type\":\"response.create\",\"model\":\"m\",\"store\":false,"
        "\"instructions\":\"Be brief.\",\"tools\":[{\"type\":\"local_shell\"}]"
        ",\"tool_choice\":\"auto\",\"parallel_tool_calls\":true,"
        "\"reasoning\":{\"effort\":\"low\"},\"text\":{\"verbosity\":"
        "\"medium\"},\"include\":[\"reasoning.encrypted_content\"],"
        "\"service_tier\":\"ultrafast\",\"prompt_cache_key\":\"kerf-1\","
        "\"stream_options\":{\"include_obfuscation\":false},\"input\":"
        "[{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":"
        "\"input_text\",\"text\":\"hi \\\"there\\\"\"}]}]}");
    assert_false(f->request.is_delta);
}

static void what_is_not_set_is_left_out(void **state)
{
    struct fixture *f = *state;

    f->parts = (struct request_parts){ .backend = &f->backend };
    build(f);
    assert_json(f->tree,
                "{\"type\":\"response.create\",\"model\":\"m\",\"store\":false,"
                "\"include\":[\"reasoning.encrypted_content\"],"
                "\"stream_options\":{\"include_obfuscation\":false},"
                "\"input\":[]}");
}

static void a_warm_up_generates_nothing_and_can_be_built_upon(void **state)
{
    struct fixture *f = *state;

    f->parts.warm_up = true;
    send(f);
    assert_false(json_bool(json_member(f->tree, "generate"), true));
    complete(f, "warm");
    f->parts.warm_up = false;
    say(f, "hi");
    assert_int_equal(json_count(build(f)), 1);
    assert_true(f->request.is_delta);
    assert_text(json_str(json_member(f->tree, "previous_response_id")), "warm");
    assert_null(json_member(f->tree, "generate"));
}

static void a_post_has_no_type_and_is_never_a_delta(void **state)
{
    struct fixture *f = *state;

    one_round(f);
    f->parts.over_http = true;
    assert_int_equal(json_count(build(f)), 3);
    assert_null(json_member(f->tree, "type"));
    assert_true(json_bool(json_member(f->tree, "stream"), false));
    assert_false(f->request.is_delta);
}

static void a_delta_holds_the_new_items_only(void **state)
{
    struct fixture *f = *state;

    one_round(f);
    const struct json *input = build(f);
    assert_true(f->request.is_delta);
    assert_text(json_str(json_member(f->tree, "previous_response_id")),
                "resp_1");
    assert_json(input, "[{\"type\":\"function_call_output\",\"call_id\":"
                       "\"c1\",\"output\":\"a.c\\n\"}]");
    assert_text(json_str(json_member(f->tree, "instructions")), "Be brief.");
}

static void a_delta_follows_on_a_delta(void **state)
{
    struct fixture *f = *state;

    one_round(f);
    send(f);
    item(f, 0, ITEM_TEXT, "", "Done.", "{\"type\":\"message\",\"id\":\"m1\"}");
    complete(f, "resp_2");
    end_turn(f);
    say(f, "thanks");
    const struct json *input = build(f);
    assert_true(f->request.is_delta);
    assert_int_equal(json_count(input), 1);
    assert_text(json_str(json_member(f->tree, "previous_response_id")),
                "resp_2");
}

static void the_whole_history_is_sent_when_the_lane_was_forgotten(void **state)
{
    struct fixture *f = *state;

    one_round(f);
    lane_forget(&f->lane);
    const struct json *input = build(f);
    assert_false(f->request.is_delta);
    assert_null(json_member(f->tree, "previous_response_id"));
    assert_int_equal(json_count(input), 3);
    assert_json(json_at(input, 1), CALL_RAW);
}

static void a_changed_field_is_sent_in_full(void **state)
{
    struct fixture *f = *state;

    one_round(f);
    build(f);
    assert_true(f->request.is_delta);
    f->parts.instructions = STR("Be long.");
    build(f);
    assert_false(f->request.is_delta);
    f->parts.instructions = STR("Be brief.");
    f->backend.effort = STR("high");
    build(f);
    assert_false(f->request.is_delta);
}

static void a_lane_keeps_only_what_completed(void **state)
{
    static const enum event_kind ends[] = { EVENT_RESPONSE_INCOMPLETE,
                                            EVENT_RESPONSE_FAILED,
                                            EVENT_RESPONSE_LOST,
                                            EVENT_CANCELLED };

    (void)state;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        void *fixture;
        setup(&fixture);
        struct fixture *f = fixture;
        one_round(f);
        send(f);
        MUST(f->session, .kind = ends[i]);
        lane_commit(&f->lane, &f->request, f->session);
        assert_int_equal(f->lane.response_id.len, 0);
        end_turn(f);
        say(f, "again");
        build(f);
        assert_false(f->request.is_delta);
        teardown(&fixture);
    }
}

static void a_history_that_changed_since_is_sent_in_full(void **state)
{
    struct fixture *f = *state;

    say(f, "one");
    send(f);
    complete(f, "resp_1");
    end_turn(f);
    MUST(f->session, .kind = EVENT_USER_MESSAGE, .text = STR("two"),
         .flag = true);
    const struct json *input = build(f);
    assert_false(f->request.is_delta);
    assert_int_equal(json_count(input), 1);
}

static void a_longer_history_that_changed_is_sent_in_full(void **state)
{
    struct fixture *f = *state;

    one_round(f);
    build(f);
    assert_true(f->request.is_delta);
    f->lane.item_hashes[1] ^= 1;
    assert_int_equal(json_count(build(f)), 3);
    assert_false(f->request.is_delta);
}

static void a_lane_is_forgotten_if_what_was_sent_changed_meanwhile(void **state)
{
    struct fixture *f = *state;

    MUST(f->session, .kind = EVENT_CONTEXT_ADDED, .id = STR("x"), .flag = true);
    say(f, "hi");
    send(f);
    MUST(f->session, .kind = EVENT_CONTEXT_ADDED, .id = STR("x"),
         .text = STR("late"));
    complete(f, "resp_1");
    assert_int_equal(f->lane.response_id.len, 0);
}

static void outputs_follow_all_items_of_their_response(void **state)
{
    struct fixture *f = *state;

    say(f, "go");
    send(f);
    item(f, 0, ITEM_CALL, "c1", "{}", CALL_RAW);
    output(f, "c1", "first");
    MUST(f->session, .kind = EVENT_CONTEXT_ADDED, .name = STR("make"),
         .text = STR("boom"), .number = 2);
    MUST(f->session, .kind = EVENT_NOTICE, .text = STR("not sent"));
    item(f, 1, ITEM_CALL, "c2", "{}",
         "{\"type\":\"function_call\",\"call_id\":\"c2\"}");
    complete(f, "resp_1");
    output(f, "c2", "second");
    const struct json *input = build(f);
    assert_true(f->request.is_delta);
    assert_json(input,
                "[{\"type\":\"function_call_output\",\"call_id\":\"c1\","
                "\"output\":\"first\"},{\"type\":\"function_call_output\","
                "\"call_id\":\"c2\",\"output\":\"second\"},{\"type\":"
                "\"message\",\"role\":\"user\",\"content\":[{\"type\":"
                "\"input_text\",\"text\":\"Context: make (exit status 2)"
                "\\n\\nboom\"}]}]");
    lane_forget(&f->lane);
    input = build(f);
    assert_int_equal(json_count(input), 6);
    assert_text(json_str(json_member(json_at(input, 2), "call_id")), "c2");
    assert_text(json_str(json_member(json_at(input, 3), "output")), "first");
}

static void a_context_that_still_grows_is_not_sent(void **state)
{
    struct fixture *f = *state;

    MUST(f->session, .kind = EVENT_CONTEXT_ADDED, .id = STR("x"), .flag = true);
    say(f, "hi");
    assert_int_equal(json_count(build(f)), 1);
}

struct output_case {
    const char *raw, *output;
};

static void each_call_is_answered_in_its_own_form(void **state)
{
    static const struct output_case cases[] = {
        { "{\"type\":\"function_call\"}",
          "{\"type\":\"function_call_output\",\"call_id\":\"c\","
          "\"output\":\"out\"}" },
        { "{\"type\":\"custom_tool_call\"}",
          "{\"type\":\"custom_tool_call_output\",\"call_id\":\"c\","
          "\"output\":\"out\"}" },
        { "{\"type\":\"local_shell_call\",\"id\":\"l\"}",
          "{\"type\":\"local_shell_call_output\",\"id\":\"c\","
          "\"output\":\"out\",\"status\":\"completed\"}" },
        { "{\"type\":\"shell_call\",\"action\":{\"commands\":[\"ls\"],"
          "\"max_output_length\":8000}}",
          "{\"type\":\"shell_call_output\",\"call_id\":\"c\","
          "\"max_output_length\":8000,\"output\":[{\"stdout\":\"out\","
          "\"stderr\":\"\",\"outcome\":{\"type\":\"exit\","
          "\"exit_code\":0}}]}" },
        { "{\"type\":\"apply_patch_call\"}",
          "{\"type\":\"apply_patch_call_output\",\"call_id\":\"c\","
          "\"output\":\"out\",\"status\":\"completed\"}" },
        { "", "{\"type\":\"function_call_output\",\"call_id\":\"c\","
              "\"output\":\"out\"}" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        void *fixture;
        setup(&fixture);
        struct fixture *f = fixture;
        say(f, "go");
        send(f);
        item(f, 0, ITEM_CALL, "c", "{}", cases[i].raw);
        complete(f, "resp_1");
        output(f, "c", "out");
        assert_json(json_at(build(f), 0), cases[i].output);
        teardown(&fixture);
    }
}

static void calls_that_never_ran_are_answered_as_aborted(void **state)
{
    struct fixture *f = *state;

    say(f, "go");
    send(f);
    item(f, 0, ITEM_CALL, "c1", "{}", CALL_RAW);
    MUST(f->session, .kind = EVENT_CANCELLED);
    MUST(f->session, .kind = EVENT_TURN_DONE, .state = TURN_CANCELLED);
    say(f, "next");
    const struct json *input = build(f);
    assert_int_equal(json_count(input), 4);
    assert_text(json_str(json_member(json_at(input, 2), "output")), "aborted");
}

static void an_incomplete_call_is_not_sent_at_all(void **state)
{
    struct fixture *f = *state;

    say(f, "go");
    send(f);
    MUST(f->session, .kind = EVENT_ITEM_ADDED, .state = ITEM_CALL,
         .call_id = STR("c"), .name = STR("shell"));
    MUST(f->session, .kind = EVENT_RESPONSE_LOST, .flag = true);
    assert_int_equal(json_count(build(f)), 1);
}

static void cut_text_is_sent_unless_superseded(void **state)
{
    struct fixture *f = *state;

    say(f, "go");
    send(f);
    MUST(f->session, .kind = EVENT_ITEM_ADDED, .state = ITEM_TEXT);
    MUST(f->session, .kind = EVENT_TEXT_DELTA, .text = STR("once"));
    MUST(f->session, .kind = EVENT_RESPONSE_LOST, .flag = true);
    assert_int_equal(json_count(build(f)), 1);
    send(f);
    MUST(f->session, .kind = EVENT_ITEM_ADDED, .state = ITEM_TEXT);
    MUST(f->session, .kind = EVENT_TEXT_DELTA, .text = STR("twice"));
    MUST(f->session, .kind = EVENT_CANCELLED);
    assert_json(json_at(build(f), 1),
                "{\"type\":\"message\",\"role\":\"assistant\",\"content\":"
                "[{\"type\":\"output_text\",\"text\":\"twice\"}]}");
}

#define REASONING "{\"type\":\"reasoning\",\"encrypted_content\":\"gA\"}"

static void reasoning_goes_back_only_with_what_it_led_to(void **state)
{
    struct fixture *f = *state;

    MUST(f->session, .kind = EVENT_BACKEND, .text = STR("m"));
    say(f, "go");
    send(f);
    item(f, 0, ITEM_REASONING, "", "",
         "{\"type\":\"reasoning\",\"encrypted_content\":null}");
    item(f, 1, ITEM_REASONING, "", "", REASONING);
    item(f, 2, ITEM_CALL, "c1", "{}", CALL_RAW);
    item(f, 3, ITEM_REASONING, "", "", REASONING);
    complete(f, "resp_1");
    output(f, "c1", "x");
    assert_true(json_count(build(f)) == 1 && f->request.is_delta);
    lane_forget(&f->lane);
    const struct json *input = build(f);
    assert_int_equal(json_count(input), 4);
    assert_json(json_at(input, 1), REASONING);
    f->backend.model = STR("another family");
    assert_int_equal(json_count(build(f)), 3);
}

static void reasoning_of_a_response_that_led_nowhere_is_not_sent(void **state)
{
    struct fixture *f = *state;

    say(f, "go");
    send(f);
    item(f, 0, ITEM_REASONING, "", "", REASONING);
    MUST(f->session, .kind = EVENT_RESPONSE_FAILED);
    send(f);
    item(f, 0, ITEM_TEXT, "", "Done.", "{\"type\":\"message\"}");
    complete(f, "resp_2");
    lane_forget(&f->lane);
    assert_int_equal(json_count(build(f)), 2);
}

static void items_of_another_protocol_are_made_anew(void **state)
{
    struct fixture *f = *state;

    say(f, "go");
    send(f);
    item(f, 0, ITEM_TEXT, "", "Look:", "");
    item(f, 1, ITEM_CALL, "c1", "{\"a\":1}", "");
    item(f, 2, ITEM_PATCH, "c2", "*** Begin Patch\n", "");
    MUST(f->session, .kind = EVENT_ITEM_DONE, .index = 3, .state = ITEM_CALL,
         .call_id = STR("c3"), .name = STR("apply_patch"),
         .text = STR("{\"patch\":\"x\\n\"}"));
    MUST(f->session, .kind = EVENT_RESPONSE_COMPLETED, .id = STR("r"));
    const struct json *input = build(f);
    assert_json(json_at(input, 2),
                "{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":"
                "\"shell\",\"arguments\":\"{\\\"a\\\":1}\"}");
    assert_json(json_at(input, 3),
                "{\"type\":\"custom_tool_call\",\"call_id\":\"c2\",\"name\":"
                "\"apply_patch\",\"input\":\"*** Begin Patch\\n\"}");
    assert_json(json_at(input, 4),
                "{\"type\":\"function_call\",\"call_id\":\"c3\",\"name\":"
                "\"apply_patch\",\"arguments\":\"{\\\"input\\\":"
                "\\\"x\\\\n\\\"}\"}");
    assert_text(json_str(json_member(json_at(input, 6), "type")),
                "custom_tool_call_output");
}

static void the_size_limit_is_met_to_the_byte(void **state)
{
    struct fixture *f = *state;
    struct buf text = { 0 };

    say(f, "");
    build(f);
    size_t rest = LIMIT_REQUEST_BYTES - f->request.json.len;
    MUST(f->session, .kind = EVENT_TURN_DONE);
    buf_reserve(&text, rest);
    while (text.len < rest - 1)
        buf_append_char(&text, 'x');
    MUST(f->session, .kind = EVENT_USER_MESSAGE, .text = buf_str(&text),
         .flag = true);
    build(f);
    assert_int_equal(f->request.json.len, LIMIT_REQUEST_BYTES - 1);
    buf_append_char(&text, 'x');
    MUST(f->session, .kind = EVENT_TURN_DONE);
    MUST(f->session, .kind = EVENT_USER_MESSAGE, .text = buf_str(&text),
         .flag = true);
    request_release(&f->request);
    assert_false(
        request_build(f->session, &f->parts, NULL, &f->request, &f->err));
    assert_int_equal(f->err.kind, ERROR_LIMIT);
    assert_int_equal(f->request.json.len, 0);
    f->parts.over_http = true;
    build(f);
    buf_release(&text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_lane_is_named_over_websocket_only),
        TEST(a_field_that_the_model_rejects_is_not_sent),
        TEST(a_request_holds_every_field),
        TEST(what_is_not_set_is_left_out),
        TEST(a_warm_up_generates_nothing_and_can_be_built_upon),
        TEST(a_post_has_no_type_and_is_never_a_delta),
        TEST(a_delta_holds_the_new_items_only),
        TEST(a_delta_follows_on_a_delta),
        TEST(the_whole_history_is_sent_when_the_lane_was_forgotten),
        TEST(a_changed_field_is_sent_in_full),
        TEST(a_lane_keeps_only_what_completed),
        TEST(a_history_that_changed_since_is_sent_in_full),
        TEST(a_longer_history_that_changed_is_sent_in_full),
        TEST(a_lane_is_forgotten_if_what_was_sent_changed_meanwhile),
        TEST(outputs_follow_all_items_of_their_response),
        TEST(a_context_that_still_grows_is_not_sent),
        TEST(each_call_is_answered_in_its_own_form),
        TEST(calls_that_never_ran_are_answered_as_aborted),
        TEST(an_incomplete_call_is_not_sent_at_all),
        TEST(cut_text_is_sent_unless_superseded),
        TEST(reasoning_goes_back_only_with_what_it_led_to),
        TEST(reasoning_of_a_response_that_led_nowhere_is_not_sent),
        TEST(items_of_another_protocol_are_made_anew),
        TEST(the_size_limit_is_met_to_the_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
