/* Server messages in, events out: every type of protocol.md 3.2, the error
 * shapes of 3.6, and what must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "kerf/base/arena.h"
#include "kerf/wire/event_json.h"

struct fixture {
    struct arena arena;
    struct event event;
    bool known;
    struct error err;
};

static int setup(void **state)
{
    *state = mem_alloc(sizeof(struct fixture));
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    arena_release(&f->arena);
    free(f);
    return 0;
}

static bool decode(struct fixture *f, const char *message)
{
    f->err = (struct error){ 0 };
    return event_decode(&f->arena, str_from(message), &f->event, &f->known,
                        &f->err);
}

static void assert_text(struct str got, const char *want)
{
    if (!str_is(got, want))
        fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(got), want);
}

struct delta_case {
    const char *type;
    enum event_kind kind;
};

static void each_delta_becomes_its_event(void **state)
{
    static const struct delta_case cases[] = {
        { "response.output_text.delta", EVENT_TEXT_DELTA },
        { "response.refusal.delta", EVENT_TEXT_DELTA },
        { "response.reasoning_summary_text.delta", EVENT_REASONING_DELTA },
        { "response.reasoning_text.delta", EVENT_REASONING_DELTA },
        { "response.function_call_arguments.delta", EVENT_CALL_DELTA },
        { "response.custom_tool_call_input.delta", EVENT_CALL_DELTA },
        { "response.apply_patch_call_operation_diff.delta", EVENT_CALL_DELTA },
        { "response.shell_call_command.delta", EVENT_CALL_DELTA },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct str message = arena_printf(
            &f->arena,
            "{\"type\":\"%s\",\"sequence_number\":7,\"item_id\":\"x\","
            "\"output_index\":3,\"delta\":\"a\\n\\u00e9\\ud83d\\ude00\","
            "\"obfuscation\":\"zz\"}",
            cases[i].type);
        assert_true(
            event_decode(&f->arena, message, &f->event, &f->known, &f->err));
        assert_true(f->known);
        assert_int_equal(f->event.kind, cases[i].kind);
        assert_int_equal(f->event.index, 3);
        assert_text(f->event.text, "a\n\xc3\xa9\xf0\x9f\x98\x80");
    }
}

static void what_means_nothing_to_a_session_is_ignored(void **state)
{
    static const char *const types[] = {
        "response.queued",
        "response.in_progress",
        "response.content_part.added",
        "response.content_part.done",
        "response.output_text.done",
        "response.output_text.annotation.added",
        "response.refusal.done",
        "response.reasoning_summary_part.done",
        "response.reasoning_summary_text.done",
        "response.reasoning_text.done",
        "response.function_call_arguments.done",
        "response.custom_tool_call_input.done",
        "response.apply_patch_call_operation_diff.done",
        "response.shell_call_command.added",
        "response.shell_call_command.done",
        "response.shell_call_output_content.delta",
        "response.web_search_call.searching",
        "response.file_search_call.in_progress",
        "response.audio.delta",
        "response.inject.failed",
        "response.metadata",
        "codex.response.metadata",
        "codex.rate_limits",
        "responsesapi.websocket_timing",
        "keepalive",
        "codex.keepalive",
        "a.thing.of.tomorrow",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct str message = arena_printf(
            &f->arena, "{\"type\":\"%s\",\"delta\":{\"stdout\":\"x\"}}",
            types[i]);
        assert_true(
            event_decode(&f->arena, message, &f->event, &f->known, &f->err));
        assert_false(f->known);
    }
}

static void a_later_part_of_a_summary_is_a_new_paragraph(void **state)
{
    struct fixture *f = *state;

    assert_true(decode(f, "{\"type\":\"response.reasoning_summary_part.added\","
                          "\"output_index\":1,\"summary_index\":0}"));
    assert_false(f->known);
    assert_true(decode(f, "{\"type\":\"response.reasoning_summary_part.added\","
                          "\"output_index\":1,\"summary_index\":1}"));
    assert_true(f->known);
    assert_int_equal(f->event.kind, EVENT_REASONING_DELTA);
    assert_int_equal(f->event.index, 1);
    assert_text(f->event.text, "\n\n");
}

static void a_created_response_tells_id_and_model(void **state)
{
    struct fixture *f = *state;

    assert_true(decode(f,
                       "{\"type\":\"response.created\",\"response\":{"
                       "\"id\":\"resp_1\",\"model\":\"m\",\"usage\":null}}"));
    assert_true(f->known);
    assert_int_equal(f->event.kind, EVENT_RESPONSE_CREATED);
    assert_text(f->event.id, "resp_1");
    assert_text(f->event.name, "m");
}

static void a_completed_response_tells_usage_and_tier(void **state)
{
    struct fixture *f = *state;

    assert_true(decode(
        f, "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\","
           "\"model\":\"m\",\"service_tier\":\"ultrafast\",\"output\":[],"
           "\"usage\":{\"input_tokens\":9210,\"input_tokens_details\":"
           "{\"cached_tokens\":8960,\"cache_write_tokens\":0},"
           "\"output_tokens\":412,\"output_tokens_details\":"
           "{\"reasoning_tokens\":64},\"total_tokens\":9622}}}"));
    assert_int_equal(f->event.kind, EVENT_RESPONSE_COMPLETED);
    assert_int_equal(f->event.usage.input, 9210);
    assert_int_equal(f->event.usage.cached, 8960);
    assert_int_equal(f->event.usage.output, 412);
    assert_int_equal(f->event.usage.reasoning, 64);
    assert_text(f->event.extra, "ultrafast");
}

static void usage_without_details_counts_as_nothing_cached(void **state)
{
    struct fixture *f = *state;

    assert_true(decode(f, "{\"type\":\"response.completed\",\"response\":{"
                          "\"id\":\"r\",\"usage\":{\"input_tokens\":5,"
                          "\"output_tokens\":2}}}"));
    assert_int_equal(f->event.usage.input, 5);
    assert_int_equal(f->event.usage.cached, 0);
}

static void an_incomplete_response_tells_its_reason(void **state)
{
    struct fixture *f = *state;

    assert_true(decode(f, "{\"type\":\"response.incomplete\",\"response\":{"
                          "\"id\":\"r\",\"incomplete_details\":{\"reason\":"
                          "\"max_output_tokens\"},\"usage\":null}}"));
    assert_int_equal(f->event.kind, EVENT_RESPONSE_INCOMPLETE);
    assert_text(f->event.text, "max_output_tokens");
}

struct error_case {
    const char *message, *code, *text, *param;
    int64_t status;
};

static void every_shape_of_an_error_is_read(void **state)
{
    static const struct error_case cases[] = {
        { "{\"type\":\"error\",\"status\":400,\"stream_id\":\"main\","
          "\"error\":{\"type\":\"invalid_request_error\",\"code\":"
          "\"previous_response_not_found\",\"message\":\"gone\","
          "\"param\":\"previous_response_id\"}}",
          "previous_response_not_found", "gone", "previous_response_id", 400 },
        { "{\"type\":\"error\",\"status\":429,\"error\":{\"type\":"
          "\"usage_limit_reached\",\"message\":\"wait\",\"plan_type\":\"pro\","
          "\"resets_at\":1795222800},\"headers\":{\"x\":true}}",
          "usage_limit_reached", "wait", "", 429 },
        { "{\"type\":\"error\",\"status_code\":429,\"error\":{\"type\":"
          "\"usage_limit_reached\",\"message\":\"wait\"}}",
          "usage_limit_reached", "wait", "", 429 },
        { "{\"type\":\"error\",\"sequence_number\":4,\"code\":"
          "\"server_error\",\"message\":\"oops\",\"param\":null}",
          "server_error", "oops", "", 0 },
        { "{\"type\":\"error\",\"error\":{\"code\":503,\"message\":"
          "\"Loading model\",\"type\":\"unavailable_error\"}}",
          "unavailable_error", "Loading model", "", 503 },
        { "{\"type\":\"error\"}", "", "the server gave no reason", "", 0 },
        { "{\"type\":\"response.failed\",\"response\":{\"id\":\"r\","
          "\"model\":\"m\",\"error\":{\"code\":\"rate_limit_exceeded\","
          "\"message\":\"try again in 350ms\"}}}",
          "rate_limit_exceeded", "try again in 350ms", "", 0 },
        { "{\"type\":\"response.failed\",\"response\":{\"error\":null}}", "",
          "the server gave no reason", "", 0 },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_true(decode(f, cases[i].message));
        assert_true(f->known);
        assert_int_equal(f->event.kind, EVENT_RESPONSE_FAILED);
        assert_text(f->event.name, cases[i].code);
        assert_text(f->event.text, cases[i].text);
        assert_text(f->event.extra, cases[i].param);
        assert_int_equal(f->event.number, cases[i].status);
    }
}

static void a_limit_tells_when_it_is_lifted(void **state)
{
    struct fixture *f = *state;

    assert_true(decode(f, "{\"type\":\"error\",\"status\":429,\"error\":"
                          "{\"type\":\"usage_limit_reached\",\"resets_at\":"
                          "1795222800}}"));
    assert_int_equal(f->event.count, 1795222800);
}

struct item_case {
    const char *item;
    enum item_kind kind;
    const char *call_id, *name, *text;
};

static const struct item_case items[] = {
    { "{\"type\":\"message\",\"id\":\"i\",\"role\":\"assistant\",\"content\":"
      "[{\"type\":\"output_text\",\"text\":\"Done\"},"
      "{\"type\":\"refusal\",\"refusal\":\", no.\"}]}",
      ITEM_TEXT, "", "", "Done, no." },
    { "{\"type\":\"reasoning\",\"id\":\"i\",\"summary\":[{\"type\":"
      "\"summary_text\",\"text\":\"a\"},{\"type\":\"summary_text\","
      "\"text\":\"b\"}],\"encrypted_content\":\"gAAA\"}",
      ITEM_REASONING, "", "", "a\n\nb" },
    { "{\"type\":\"reasoning\",\"id\":\"i\",\"summary\":[],\"content\":"
      "[{\"type\":\"reasoning_text\",\"text\":\"raw\"}]}",
      ITEM_REASONING, "", "", "raw" },
    { "{\"type\":\"function_call\",\"id\":\"i\",\"call_id\":\"c\",\"name\":"
      "\"shell\",\"arguments\":\"{\\\"command\\\":\\\"ls\\\"}\"}",
      ITEM_CALL, "c", "shell", "{\"command\":\"ls\"}" },
    { "{\"type\":\"function_call\",\"id\":\"i\",\"call_id\":\"c\",\"name\":"
      "\"apply_patch\",\"arguments\":\"{}\"}",
      ITEM_CALL, "c", "apply_patch", "{}" },
    { "{\"type\":\"custom_tool_call\",\"id\":\"i\",\"call_id\":\"c\","
      "\"name\":\"apply_patch\",\"input\":\"*** Begin Patch\\n\"}",
      ITEM_PATCH, "c", "apply_patch", "*** Begin Patch\n" },
    { "{\"type\":\"custom_tool_call\",\"id\":\"i\",\"call_id\":\"c\","
      "\"name\":\"note\",\"input\":\"x\"}",
      ITEM_CALL, "c", "note", "x" },
    { "{\"type\":\"local_shell_call\",\"id\":\"i\",\"call_id\":\"c\","
      "\"action\":{\"type\":\"exec\",\"command\":[\"bash\",\"-lc\",\"ls -l\"],"
      "\"env\":{},\"working_directory\":null,\"timeout_ms\":null}}",
      ITEM_CALL, "c", "shell", "{\"command\":\"ls -l\"}" },
    { "{\"type\":\"local_shell_call\",\"id\":\"i\",\"call_id\":\"c\","
      "\"action\":{\"command\":[\"printf\",\"it's %s\",\"\"],"
      "\"working_directory\":\"src\",\"timeout_ms\":500}}",
      ITEM_CALL, "c", "shell",
      "{\"command\":\"printf 'it'\\\\''s %s' ''\",\"timeout_ms\":500,"
      "\"workdir\":\"src\"}" },
    { "{\"type\":\"shell_call\",\"id\":\"i\",\"call_id\":\"c\",\"action\":"
      "{\"commands\":[\"make\",\"make test\"],\"timeout_ms\":60000}}",
      ITEM_CALL, "c", "shell",
      "{\"command\":\"make\\nmake test\",\"timeout_ms\":60000}" },
    { "{\"type\":\"shell_call\",\"id\":\"only\",\"action\":{\"commands\":[]}}",
      ITEM_CALL, "only", "shell", "{\"command\":\"\"}" },
    { "{\"type\":\"apply_patch_call\",\"id\":\"i\",\"call_id\":\"c\","
      "\"operation\":{\"type\":\"update_file\",\"path\":\"a.c\","
      "\"diff\":\"@@\\n-x\\n+y\"}}",
      ITEM_PATCH, "c", "apply_patch",
      "*** Begin Patch\n*** Update File: a.c\n@@\n-x\n+y\n*** End Patch\n" },
    { "{\"type\":\"apply_patch_call\",\"id\":\"i\",\"call_id\":\"c\","
      "\"operation\":{\"type\":\"create_file\",\"path\":\"b\","
      "\"diff\":\"+1\\n\"}}",
      ITEM_PATCH, "c", "apply_patch",
      "*** Begin Patch\n*** Add File: b\n+1\n*** End Patch\n" },
    { "{\"type\":\"apply_patch_call\",\"id\":\"i\",\"call_id\":\"c\","
      "\"operation\":{\"type\":\"delete_file\",\"path\":\"b\"}}",
      ITEM_PATCH, "c", "apply_patch",
      "*** Begin Patch\n*** Delete File: b\n*** End Patch\n" },
    { "{\"type\":\"compaction\",\"id\":\"i\",\"encrypted_content\":\"g\"}",
      ITEM_OTHER, "", "compaction", "" },
    { "{\"type\":\"thing_of_tomorrow\",\"id\":\"i\"}", ITEM_OTHER, "",
      "thing_of_tomorrow", "" },
};

static void every_item_is_read_when_it_is_done(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
        struct str message = arena_printf(
            &f->arena,
            "{\"type\":\"response.output_item.done\",\"output_index\":2,"
            "\"item\": %s }",
            items[i].item);
        assert_true(
            event_decode(&f->arena, message, &f->event, &f->known, &f->err));
        assert_int_equal(f->event.kind, EVENT_ITEM_DONE);
        assert_int_equal(f->event.index, 2);
        assert_int_equal(f->event.state, items[i].kind);
        assert_text(f->event.call_id, items[i].call_id);
        assert_text(f->event.name, items[i].name);
        assert_text(f->event.text, items[i].text);
        assert_text(f->event.raw, items[i].item);
    }
}

static void an_added_item_has_neither_text_nor_raw(void **state)
{
    struct fixture *f = *state;

    assert_true(decode(f, "{\"type\":\"response.output_item.added\","
                          "\"output_index\":0,\"item\":{\"type\":\"message\","
                          "\"id\":\"i\",\"content\":[{\"type\":"
                          "\"output_text\",\"text\":\"early\"}]}}"));
    assert_int_equal(f->event.kind, EVENT_ITEM_ADDED);
    assert_text(f->event.text, "");
    assert_text(f->event.raw, "");
}

static void an_added_file_operation_begins_its_patch(void **state)
{
    struct fixture *f = *state;

    assert_true(decode(f, "{\"type\":\"response.output_item.added\","
                          "\"output_index\":0,\"item\":{\"type\":"
                          "\"apply_patch_call\",\"id\":\"i\",\"call_id\":"
                          "\"c\",\"operation\":{\"type\":\"update_file\","
                          "\"path\":\"a.c\",\"diff\":\"\"}}}"));
    assert_text(f->event.text, "*** Begin Patch\n*** Update File: a.c\n");
}

static void what_cannot_be_read_is_refused(void **state)
{
    static const char *const messages[] = {
        "",
        "[]",
        "7",
        "{}",
        "{\"type\":7}",
        "{\"type\":\"\"}",
        "{\"type\":\"keepalive\"",
        "{\"type\":\"response.output_text.delta\",\"delta\":7}",
        "{\"type\":\"response.output_text.delta\",\"delta\":\"\xff\"}",
        "{\"type\":\"response.output_text.delta\",\"delta\":\"x\","
        "\"output_index\":\"0\"}",
        "{\"type\":\"response.output_text.delta\",\"delta\":\"x\","
        "\"output_index\":-1}",
        "{\"type\":\"response.output_text.delta\",\"delta\":\"x\","
        "\"output_index\":99999999999}",
        "{\"type\":\"response.output_item.done\",\"item\":[]}",
        "{\"type\":\"response.output_item.done\",\"item\":{}}",
        "{\"type\":\"response.output_item.done\",\"item\":{\"type\":"
        "\"function_call\",\"arguments\":{}}}",
        "{\"type\":\"response.output_item.done\",\"item\":{\"type\":"
        "\"shell_call\",\"action\":{\"commands\":[7]}}}",
        "{\"type\":\"response.output_item.done\",\"item\":{\"type\":"
        "\"apply_patch_call\",\"operation\":{\"type\":\"chmod\",\"path\":"
        "\"a\"}}}",
        "{\"type\":\"response.output_item.done\",\"item\":{\"type\":"
        "\"apply_patch_call\",\"operation\":{\"type\":\"delete_file\","
        "\"path\":\"a\\n*** Delete File: b\"}}}",
        "{\"type\":\"response.completed\",\"response\":{\"id\":7}}",
        "{\"type\":\"response.completed\",\"response\":{\"usage\":"
        "{\"input_tokens\":-5}}}",
        "{\"type\":\"response.completed\",\"response\":{\"id\":\"r\"}",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        if (decode(f, messages[i]))
            fail_msg("taken: %s", messages[i]);
        assert_int_equal(f->err.kind, ERROR_INVALID);
    }
}

static void escapes_in_keys_and_types_take_the_slow_way(void **state)
{
    struct fixture *f = *state;

    assert_true(decode(f, "{\"t\\u0079pe\":\"response.output_text\\u002edelta"
                          "\",\"output_index\":4,\"delta\":\"x\\\"y\"}"));
    assert_true(f->known);
    assert_int_equal(f->event.kind, EVENT_TEXT_DELTA);
    assert_int_equal(f->event.index, 4);
    assert_text(f->event.text, "x\"y");
}

static void a_delta_without_text_or_index_is_empty_and_first(void **state)
{
    struct fixture *f = *state;

    assert_true(decode(f, "{\"type\":\"response.output_text.delta\","
                          "\"delta\":null}"));
    assert_true(f->known);
    assert_int_equal(f->event.index, 0);
    assert_int_equal(f->event.text.len, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_delta_becomes_its_event),
        TEST(what_means_nothing_to_a_session_is_ignored),
        TEST(a_later_part_of_a_summary_is_a_new_paragraph),
        TEST(a_created_response_tells_id_and_model),
        TEST(a_completed_response_tells_usage_and_tier),
        TEST(usage_without_details_counts_as_nothing_cached),
        TEST(an_incomplete_response_tells_its_reason),
        TEST(every_shape_of_an_error_is_read),
        TEST(a_limit_tells_when_it_is_lifted),
        TEST(every_item_is_read_when_it_is_done),
        TEST(an_added_item_has_neither_text_nor_raw),
        TEST(an_added_file_operation_begins_its_patch),
        TEST(what_cannot_be_read_is_refused),
        TEST(escapes_in_keys_and_types_take_the_slow_way),
        TEST(a_delta_without_text_or_index_is_empty_and_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
