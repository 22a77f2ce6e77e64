/* Bodies of Chat Completions from a session, and what a stream puts into it:
 * protocol.md 6.3. */
#include "chat_log.h"

#include "kerf/base/json.h"

#define EVENT(...) (&(struct event){ __VA_ARGS__ })
#define MUST(session, ...) \
    assert_true(session_apply(session, EVENT(__VA_ARGS__)))
#define PATCH_TEXT                                                   \
    "*** Begin Patch\n*** Update File: a.c\n@@\n one\n-two\n+zwei\n" \
    "*** End Patch\n"

struct fixture {
    struct session *session;
    struct backend backend;
    struct profile profile;
    struct request_parts parts;
    struct request request;
    struct json *tree;
    struct chat_log log;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = mem_alloc(sizeof(*f));

    f->session = session_create();
    f->log.session = f->session;
    f->backend.model = STR("m");
    f->profile.reasoning_field = STR("reasoning");
    f->parts = (struct request_parts){
        .backend = &f->backend,
        .profile = &f->profile,
        .instructions = STR("Be brief."),
        .tools = STR("[]"),
    };
    MUST(f->session, .kind = EVENT_BACKEND, .name = STR("b"), .text = STR("m"));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    json_destroy(f->tree);
    request_release(&f->request);
    session_destroy(f->session);
    log_release(&f->log);
    free(f);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct json *build(struct fixture *f)
{
    json_destroy(f->tree);
    request_release(&f->request);
    if (!chat_request_build(f->session, &f->parts, &f->request, &f->err))
        fail_msg("%s", f->err.text);
    f->tree = json_parse(buf_str(&f->request.json), &f->err);
    assert_non_null(f->tree);
    return f->tree;
}

static void assert_json(const struct json *node, const char *want)
{
    struct buf got = { 0 };

    if (node)
        json_dump(node, &got);
    if (!str_is(buf_str(&got), want))
        fail_msg("got\n%s\nwant\n%s", buf_cstr(&got), want);
    buf_release(&got);
}

static void assert_messages(struct fixture *f, const char *want)
{
    assert_json(json_member(build(f), "messages"), want);
}

static void say(struct fixture *f, const char *text)
{
    MUST(f->session, .kind = EVENT_USER_MESSAGE, .text = str_from(text));
}

// A request goes out and its stream comes in.
static void answer(struct fixture *f, const char *lines)
{
    struct chat_stream *stream = chat_stream_create(f->session);

    MUST(f->session, .kind = EVENT_REQUEST_SENT);
    if (!play(stream, &f->log, str_from(lines), &f->err))
        fail_msg("%s", f->err.text);
    chat_stream_destroy(stream);
}

static void output(struct fixture *f, const char *call_id, const char *text)
{
    MUST(f->session, .kind = EVENT_TOOL_DONE, .call_id = str_from(call_id),
         .text = str_from(text), .flag = true);
}

static void a_body_holds_every_field(void **state)
{
    struct fixture *f = *state;

    f->backend.effort = STR("low");
    f->backend.tier = STR("flex");
    f->backend.verbosity = STR("low");
    f->backend.max_output = 8192;
    f->parts.tools = STR("[{\"type\":\"function\",\"name\":\"t\","
                         "\"description\":\"d\",\"strict\":true,\"parameters\":"
                         "{\"type\":\"object\"}},{\"type\":\"web_search\"}]");
    say(f, "hi");
    assert_json(
        build(f),
        "{\"model\":\"m\",\"stream\":true,\"stream_options\":"
        "{\"include_usage\":true},\"max_completion_tokens\":8192,"
        "\"reasoning_effort\":\"low\",\"verbosity\":\"low\","
        "\"service_tier\":\"flex\",\"tools\":[{\"type\":\"function\","
        "\"function\":{\"name\":\"t\",\"description\":\"d\",\"parameters\":"
        "{\"type\":\"object\"},\"strict\":true}}],\"tool_choice\":\"auto\","
        "\"parallel_tool_calls\":false,\"messages\":[{\"role\":\"system\","
        "\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"hi\"}]}");
}

static void fields_that_the_model_rejects_are_left_out(void **state)
{
    static const char *const fields[] = {
        "stream_options", "max_completion_tokens", "reasoning_effort",
        "service_tier",   "parallel_tool_calls",   "tool_choice",
    };
    struct fixture *f = *state;

    f->backend.effort = f->backend.tier = STR("low");
    f->parts.tools = STR("[{\"type\":\"custom\",\"name\":\"note\"}]");
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        struct failure failure = { .param = str_from(fields[i]) };
        assert_non_null(json_member(build(f), fields[i]));
        assert_true(profile_learn(&f->profile, &failure));
        assert_null(json_member(build(f), fields[i]));
    }
    assert_int_equal(json_int(json_member(f->tree, "max_tokens"), 0),
                     CHAT_OUTPUT_TOKENS);
}

static void older_servers_get_the_older_name(void **state)
{
    struct fixture *f = *state;

    f->backend.output_field = STR("max_tokens");
    f->backend.max_output = 100;
    assert_int_equal(json_int(json_member(build(f), "max_tokens"), 0), 100);
    assert_null(json_member(f->tree, "max_completion_tokens"));
}

static void a_freeform_tool_becomes_a_function_of_one_string(void **state)
{
    struct fixture *f = *state;

    f->parts.tools = STR("[{\"type\":\"custom\",\"name\":\"apply_patch\","
                         "\"description\":\"Edits.\",\"format\":{}}]");
    const struct json *function =
        json_member(json_at(json_member(build(f), "tools"), 0), "function");
    struct str text = json_str(json_member(function, "description"));
    assert_true(str_starts_with(text, STR("Edits.")));
    assert_true(str_find(text, STR("*** Begin Patch")) != SIZE_MAX);
    assert_json(json_path(function, "parameters.required"), "[\"input\"]");
    assert_null(json_member(function, "format"));
}

static void a_round_of_tools_is_told_in_order(void **state)
{
    struct fixture *f = *state;

    MUST(f->session, .kind = EVENT_CONTEXT_ADDED, .name = STR("make"),
         .text = STR("boom"), .number = 2);
    say(f, "list");
    answer(f, "{\"id\":\"c\",\"choices\":[{\"delta\":{\"reasoning\":\"hm\","
              "\"content\":\"So:\",\"tool_calls\":[{\"index\":0,\"id\":\"k1\","
              "\"function\":{\"name\":\"shell\",\"arguments\":\"{ }\"}},{"
              "\"index\":1,\"id\":\"k2\",\"function\":{\"name\":\"shell\","
              "\"arguments\":\"\"}}]},\"finish_reason\":\"tool_calls\"}]}\n"
              "[DONE]\n");
    output(f, "k1", "a.c");
    output(f, "k2", "b.c");
    assert_messages(
        f, "[{\"role\":\"system\",\"content\":\"Be brief.\"},"
           "{\"role\":\"user\",\"content\":\"Context: make (exit status 2)"
           "\\n\\nboom\\n\\nlist\"},"
           "{\"role\":\"assistant\",\"reasoning\":\"hm\",\"content\":\"So:\","
           "\"tool_calls\":[{\"id\":\"k1\",\"type\":\"function\",\"function\":"
           "{\"name\":\"shell\",\"arguments\":\"{ }\"}},{\"id\":\"k2\","
           "\"type\":\"function\",\"function\":{\"name\":\"shell\","
           "\"arguments\":\"{}\"}}]},"
           "{\"role\":\"tool\",\"tool_call_id\":\"k1\",\"content\":\"a.c\"},"
           "{\"role\":\"tool\",\"tool_call_id\":\"k2\",\"content\":\"b.c\"}]");
}

static void a_longer_conversation_begins_as_the_shorter_one(void **state)
{
    struct fixture *f = *state;
    struct buf before = { 0 };

    say(f, "list");
    build(f);
    buf_append(&before, buf_str(&f->request.json));
    answer(f, "{\"id\":\"c\",\"choices\":[{\"delta\":{\"content\":\"a\"},"
              "\"finish_reason\":\"stop\"}]}\n[DONE]\n");
    MUST(f->session, .kind = EVENT_TURN_DONE, .state = TURN_OK);
    say(f, "more");
    build(f);
    assert_true(str_starts_with(buf_str(&f->request.json),
                                str_take(buf_str(&before), before.len - 2)));
    buf_reset(&before);
    buf_append(&before, buf_str(&f->request.json));
    build(f);
    assert_true(str_equal(buf_str(&before), buf_str(&f->request.json)));
    buf_release(&before);
}

static void a_call_without_an_output_was_aborted(void **state)
{
    struct fixture *f = *state;

    say(f, "go");
    answer(f, "{\"id\":\"c\",\"choices\":[{\"delta\":{\"tool_calls\":[{"
              "\"index\":0,\"id\":\"k1\",\"function\":{\"name\":\"shell\"}}]},"
              "\"finish_reason\":\"stop\"}]}\n[DONE]\n");
    MUST(f->session, .kind = EVENT_CANCELLED);
    assert_json(json_at(json_member(build(f), "messages"), 3),
                "{\"role\":\"tool\",\"tool_call_id\":\"k1\","
                "\"content\":\"aborted\"}");
}

static void what_was_asked_again_is_sent_once(void **state)
{
    struct fixture *f = *state;

    say(f, "go");
    MUST(f->session, .kind = EVENT_REQUEST_SENT);
    MUST(f->session, .kind = EVENT_RESPONSE_CREATED, .id = STR("r"));
    MUST(f->session, .kind = EVENT_ITEM_ADDED, .state = ITEM_TEXT);
    MUST(f->session, .kind = EVENT_TEXT_DELTA, .text = STR("half"));
    MUST(f->session, .kind = EVENT_RESPONSE_LOST, .flag = true);
    assert_messages(f, "[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                       "{\"role\":\"user\",\"content\":\"go\"}]");
}

// From the Responses API: its items, in the words of this one.
static void items_of_the_other_api_are_translated(void **state)
{
    struct fixture *f = *state;

    say(f, "go");
    MUST(f->session, .kind = EVENT_REQUEST_SENT);
    MUST(f->session, .kind = EVENT_ITEM_DONE, .index = 0,
         .state = ITEM_REASONING, .text = STR("hm"),
         .raw = STR("{\"type\":\"reasoning\",\"encrypted_content\":\"x\"}"));
    MUST(f->session, .kind = EVENT_ITEM_DONE, .index = 1, .state = ITEM_OTHER,
         .raw = STR("{\"type\":\"web_search_call\"}"));
    MUST(f->session, .kind = EVENT_ITEM_DONE, .index = 2, .state = ITEM_PATCH,
         .call_id = STR("p1"), .name = STR("apply_patch"),
         .text = STR("*** Begin Patch\n"),
         .raw = STR("{\"type\":\"custom_tool_call\",\"call_id\":\"p1\"}"));
    MUST(f->session, .kind = EVENT_RESPONSE_COMPLETED, .id = STR("r"));
    assert_json(json_at(json_member(build(f), "messages"), 2),
                "{\"role\":\"assistant\",\"reasoning\":\"hm\",\"content\":null,"
                "\"tool_calls\":[{\"id\":\"p1\",\"type\":\"function\","
                "\"function\":{\"name\":\"apply_patch\",\"arguments\":"
                "\"{\\\"input\\\":\\\"*** Begin Patch\\\\n\\\"}\"}}]}");
}

static void reasoning_is_for_the_model_that_made_it(void **state)
{
    struct fixture *f = *state;
    const char *lines = "{\"id\":\"c\",\"choices\":[{\"delta\":{\"reasoning\":"
                        "\"hm\",\"content\":\"a\"},\"finish_reason\":\"stop\"}]"
                        "}\n[DONE]\n";

    say(f, "go");
    answer(f, lines);
    const struct json *message = json_at(json_member(build(f), "messages"), 2);
    assert_non_null(json_member(message, "reasoning"));
    f->backend.model = STR("other");
    message = json_at(json_member(build(f), "messages"), 2);
    assert_null(json_member(message, "reasoning"));
    f->backend.model = STR("m");
    f->profile.reasoning_field = (struct str){ 0 };
    message = json_at(json_member(build(f), "messages"), 2);
    assert_null(json_member(message, "reasoning"));
}

static void a_streamed_patch_is_reviewed_and_goes_back_as_it_came(void **state)
{
    struct fixture *f = *state;

    say(f, "go");
    answer(f,
           "{\"id\":\"c\",\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":"
           "0,\"id\":\"p1\",\"function\":{\"name\":\"apply_patch\","
           "\"arguments\":\"{\\\"input\\\": \\\"*** Begin Patch\\\\n*** Upd"
           "\"}}]}}]}\n"
           "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,"
           "\"function\":{\"arguments\":\"ate File: a.c\\\\n@@\\\\n one\\\\n"
           "-two\\\\n+zwei\\\\n*** End Patch\\\\n\\\"}\"}}]},"
           "\"finish_reason\":\"tool_calls\"}]}\n[DONE]\n");
    assert_int_equal(f->session->proposal_count, 1);
    assert_true(f->session->proposals[0].complete);
    assert_int_equal(f->session->state, TURN_REVIEW);
    assert_true(str_is(buf_str(&f->session->items[1].text), PATCH_TEXT));
    const struct json *message = json_at(json_member(build(f), "messages"), 2);
    struct str arguments = json_str(json_path(
        json_at(json_member(message, "tool_calls"), 0), "function.arguments"));
    assert_true(str_starts_with(arguments, STR("{\"input\": \"*** Beg")));
}

// An id that an earlier response used up would not run again.
static void an_id_used_before_is_replaced(void **state)
{
    struct fixture *f = *state;
    const char *lines = "{\"id\":\"c\",\"choices\":[{\"delta\":{\"tool_calls\":"
                        "[{\"index\":0,\"id\":\"call_0\",\"function\":{"
                        "\"name\":\"shell\"}}]},\"finish_reason\":\"stop\"}]}\n"
                        "[DONE]\n";

    say(f, "go");
    answer(f, lines);
    output(f, "call_0", "x");
    answer(f, lines);
    size_t pending = session_pending_call(f->session);
    assert_true(pending != NO_INDEX);
    assert_true(str_is(f->session->items[pending].call_id, "call_2_0"));
}

static void usage_is_counted_whoever_tells_it(void **state)
{
    static const struct {
        const char *chunk;
        struct usage usage;
    } cases[] = {
        { "{\"choices\":[],\"usage\":{\"prompt_tokens\":120,"
          "\"completion_tokens\":33,\"total_tokens\":153,"
          "\"prompt_tokens_details\":{\"cached_tokens\":96},"
          "\"completion_tokens_details\":{\"reasoning_tokens\":7}}}",
          { 120, 96, 33, 7 } },
        { "{\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1,"
          "\"prompt_cache_hit_tokens\":4}}",
          { 9, 4, 1, 0 } },
        { "{\"timings\":{\"prompt_n\":10,\"cache_n\":90,\"predicted_n\":5,"
          "\"prompt_ms\":1.5,\"predicted_ms\":20}}",
          { 100, 90, 5, 0 } },
        { "{\"usage\":null}", { 0, 0, 0, 0 } },
        { "{\"usage\":{\"prompt_tokens\":-4,\"completion_tokens\":\"x\"}}",
          { 0, 0, 0, 0 } },
    };
    (void)state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct chat_stream *stream = chat_stream_create(NULL);
        struct chat_log log = { 0 };
        struct error err = { 0 };
        struct buf lines = { 0 };
        buf_printf(&lines,
                   "{\"choices\":[{\"delta\":{\"content\":\"a\"},"
                   "\"finish_reason\":\"stop\"}]}\n%s\n[DONE]\n",
                   cases[i].chunk);
        assert_true(play(stream, &log, buf_str(&lines), &err));
        assert_memory_equal(&log.usage, &cases[i].usage, sizeof(log.usage));
        chat_stream_destroy(stream);
        log_release(&log);
        buf_release(&lines);
    }
}

static void the_servers_clock_is_told(void **state)
{
    struct fixture *f = *state;
    struct chat_stream *stream = chat_stream_create(NULL);

    assert_true(chat_stream_timing(stream).queue_ms < 0);
    assert_true(play(
        stream, &f->log,
        STR("{\"choices\":[{\"delta\":{\"reasoning_content\":\"a\"},"
            "\"finish_reason\":\"stop\"}],\"time_info\":{\"queue_time\":0.5,"
            "\"prompt_time\":0.002,\"completion_time\":1.25}}"),
        &f->err));
    assert_true(chat_stream_timing(stream).queue_ms == 500);
    assert_true(chat_stream_timing(stream).output_ms == 1250);
    assert_true(
        str_is(chat_stream_reasoning_field(stream), "reasoning_content"));
    assert_true(chat_stream_finish(stream, on_log_event, &f->log, &f->err));
    chat_stream_destroy(stream);
}

static void a_warm_up_is_unknown_here(void **state)
{
    struct fixture *f = *state;

    f->parts.warm_up = true;
    assert_false(
        chat_request_build(f->session, &f->parts, &f->request, &f->err));
    assert_int_equal(f->err.kind, ERROR_UNSUPPORTED);
}

static void a_conversation_beyond_the_limit_is_refused(void **state)
{
    struct fixture *f = *state;
    struct buf text = { 0 };

    while (text.len < 33u << 20)
        buf_append(&text, STR("0123456789abcdef0123456789abcdef"));
    for (size_t i = 0; i < 2; i++)
        MUST(f->session, .kind = EVENT_CONTEXT_ADDED, .name = STR("log"),
             .text = buf_str(&text));
    buf_release(&text);
    assert_false(
        chat_request_build(f->session, &f->parts, &f->request, &f->err));
    assert_int_equal(f->err.kind, ERROR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_body_holds_every_field),
        TEST(fields_that_the_model_rejects_are_left_out),
        TEST(older_servers_get_the_older_name),
        TEST(a_freeform_tool_becomes_a_function_of_one_string),
        TEST(a_round_of_tools_is_told_in_order),
        TEST(a_longer_conversation_begins_as_the_shorter_one),
        TEST(a_call_without_an_output_was_aborted),
        TEST(what_was_asked_again_is_sent_once),
        TEST(items_of_the_other_api_are_translated),
        TEST(reasoning_is_for_the_model_that_made_it),
        TEST(a_streamed_patch_is_reviewed_and_goes_back_as_it_came),
        TEST(an_id_used_before_is_replaced),
        TEST(usage_is_counted_whoever_tells_it),
        TEST(the_servers_clock_is_told),
        TEST(a_warm_up_is_unknown_here),
        TEST(a_conversation_beyond_the_limit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
