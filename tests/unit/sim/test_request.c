/* What the client may send, and what is said to it if it must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/sim/request.h"

#define HEAD "{\"type\":\"response.create\",\"model\":\"m\",\"store\":false,"

struct row {
    const char *json;
    const char *code; // NULL: it is accepted
    const char *param;
};

static void check(const struct row *row)
{
    struct create create;
    struct refusal refusal = { 0 };
    bool good =
        create_read(str_from(row->json), FORM_WEBSOCKET, &create, &refusal);

    if (good != !row->code)
        fail_msg("%s: %s", row->json, good ? "accepted" : refusal.message);
    if (!good) {
        assert_string_equal(refusal.code, row->code);
        assert_string_equal(refusal.param, row->param);
        assert_int_equal(refusal.status, 400);
    }
    create_release(&create);
}

static void requests_are_judged(void **state)
{
    static const struct row rows[] = {
        { HEAD "\"input\":\"hi\"}", NULL, "" },
        { HEAD "\"input\":[],\"generate\":false}", NULL, "" },
        { HEAD "\"input\":[],\"stream\":true,\"background\":false}", NULL, "" },
        { "{\"type\":\"response.create\",\"input\":\"x\"}",
          "missing_required_parameter", "model" },
        { "{\"type\":\"response.create\",\"model\":\"m\"}",
          "missing_required_parameter", "input" },
        { "{\"model\":\"m\",\"input\":\"x\"}", "missing_required_parameter",
          "type" },
        { "{\"type\":\"response.cancel\"}", "unknown_event_type", "type" },
        { HEAD "\"input\":\"x\",\"background\":true}", "unsupported_parameter",
          "background" },
        { HEAD "\"input\":\"x\",\"inputs\":1}", "unknown_parameter", "inputs" },
        { HEAD "\"input\":7}", "invalid_type", "input" },
        { HEAD "\"input\":\"x\",\"tools\":{}}", "invalid_type", "tools" },
        { HEAD "\"input\":\"x\",\"stream_id\":\"\"}", "invalid_stream_id",
          "stream_id" },
        { HEAD "\"input\":\"x\",\"stream_id\":\"a b\"}", "invalid_stream_id",
          "stream_id" },
        { HEAD "\"input\":\"x\",\"stream_id\":\"a.B-9_\"}", NULL, "" },
        { "[1]", "invalid_json", "" },
        { "{\"type\":", "invalid_json", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        check(&rows[i]);
}

static void tools_are_judged(void **state)
{
    static const struct row rows[] = {
        { HEAD "\"input\":\"x\",\"tools\":[{\"type\":\"function\",\"name\":"
               "\"f\",\"parameters\":{}},{\"type\":\"custom\",\"name\":\"c\"},"
               "{\"type\":\"apply_patch\"}]}",
          NULL, "" },
        { HEAD "\"input\":\"x\",\"tools\":[{\"name\":\"f\"}]}",
          "missing_required_parameter", "tools[0]" },
        { HEAD "\"input\":\"x\",\"tools\":[{\"type\":\"custom\"}]}",
          "missing_required_parameter", "tools[0]" },
        { HEAD "\"input\":\"x\",\"tools\":[{\"type\":\"function\",\"name\":"
               "\"f\"}]}",
          "invalid_function_parameters", "tools[0]" },
        { HEAD "\"input\":\"x\",\"tools\":[{\"type\":\"function\",\"name\":"
               "\"f\",\"strict\":true,\"parameters\":{\"properties\":{\"a\":{}}"
               ",\"additionalProperties\":false,\"required\":[]}}]}",
          "invalid_function_parameters", "tools[0]" },
        { HEAD "\"input\":\"x\",\"tools\":[{\"type\":\"function\",\"name\":"
               "\"f\",\"strict\":true,\"parameters\":{\"properties\":{\"a\":{}}"
               ",\"additionalProperties\":false,\"required\":[\"a\"]}}]}",
          NULL, "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        check(&rows[i]);
}

#define INPUT(item) HEAD "\"input\":[" item "]}"
#define MISSING "missing_required_parameter"

static void input_items_are_judged(void **state)
{
    static const struct row rows[] = {
        { INPUT("{\"role\":\"user\",\"content\":\"hi\"}"), NULL, "" },
        { INPUT("{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{"
                "\"type\":\"output_text\",\"text\":\"x\"}]}"),
          NULL, "" },
        { INPUT("{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{"
                "\"type\":\"input_text\",\"text\":\"x\"}]}"),
          "invalid_value", "input[0].content[0]" },
        { INPUT("{\"type\":\"message\",\"role\":\"user\",\"content\":[{"
                "\"type\":\"output_text\",\"text\":\"x\"}]}"),
          "invalid_value", "input[0].content[0]" },
        { INPUT("{\"type\":\"message\",\"role\":\"user\",\"content\":[{"
                "\"type\":\"input_text\"}]}"),
          MISSING, "input[0].content[0]" },
        { INPUT("{\"type\":\"message\",\"role\":\"tool\",\"content\":\"x\"}"),
          "invalid_value", "input[0].role" },
        { INPUT("{\"type\":\"message\",\"role\":\"user\"}"), MISSING,
          "input[0]" },
        { INPUT("{\"type\":\"reasoning\",\"summary\":[]}"), "invalid_value",
          "input[0]" },
        { INPUT("{\"type\":\"reasoning\",\"summary\":[],"
                "\"encrypted_content\":\"g\"}"),
          NULL, "" },
        { INPUT("{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\","
                "\"arguments\":{}}"),
          MISSING, "input[0]" },
        { INPUT("{\"type\":\"function_call_output\",\"call_id\":\"c\"}"),
          MISSING, "input[0]" },
        { INPUT("{\"type\":\"dream\"}"), "invalid_value", "input[0]" },
        { INPUT("7"), "invalid_value", "input[0]" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        check(&rows[i]);
}

static void a_stream_id_is_known_even_of_a_refused_request(void **state)
{
    struct create create;
    struct refusal refusal;
    struct buf out = { 0 };

    (void)state;
    assert_false(create_read(STR("{\"type\":\"response.create\",\"stream_id\":"
                                 "\"side\"}"),
                             FORM_WEBSOCKET, &create, &refusal));
    assert_true(str_is(create.stream_id, "side"));
    refusal_write(&refusal, create.stream_id, &out);
    assert_true(str_starts_with(
        buf_str(&out), STR("{\"type\":\"error\",\"status\":400,\"stream_id\":"
                           "\"side\",\"error\":{\"type\":"
                           "\"invalid_request_error\",\"code\":"
                           "\"missing_required_parameter\"")));
    buf_release(&out);
    create_release(&create);
}

#define CALL(id)                                                         \
    "{\"type\":\"function_call\",\"call_id\":\"" id "\",\"name\":\"f\"," \
    "\"arguments\":\"{}\"}"
#define CUSTOM(id)                                                          \
    "{\"type\":\"custom_tool_call\",\"call_id\":\"" id "\",\"name\":\"f\"," \
    "\"input\":\"\"}"
#define OUTPUT(id)                                               \
    "{\"type\":\"function_call_output\",\"call_id\":\"" id "\"," \
    "\"output\":\"x\"}"

static void calls_and_outputs_must_match(void **state)
{
    static const struct {
        const char *items;
        const char *message; // NULL: they match
    } rows[] = {
        { "[" CALL("a") "," CALL("b") "," OUTPUT("b") "," OUTPUT("a") "]",
          NULL },
        { "[" CALL("a") "]", "No tool output found for function_call a." },
        { "[" OUTPUT("a") "]", "No tool call found" },
        { "[" OUTPUT("a") "," CALL("a") "]", "No tool call found" },
        { "[" CALL("a") "," OUTPUT("a") "," OUTPUT("a") "]", "More than one" },
        { "[" CALL("a") "," OUTPUT("a") "," CALL("a") "]", "Duplicate" },
        { "[" CUSTOM("a") "," OUTPUT("a") "]", "No tool call found" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct arena arena = { 0 };
        struct refusal refusal = { 0 };
        struct error err;
        struct json *root = json_parse(str_from(rows[i].items), &err);
        const struct json *items[8];
        for (size_t n = 0; n < json_count(root); n++)
            items[n] = json_at(root, n);
        bool good = calls_check(&arena, items, json_count(root), &refusal);
        assert_int_equal(good, !rows[i].message);
        if (!good)
            assert_int_equal(
                str_find(str_from(refusal.message), str_from(rows[i].message)),
                0);
        json_destroy(root);
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_judged),
        cmocka_unit_test(tools_are_judged),
        cmocka_unit_test(input_items_are_judged),
        cmocka_unit_test(a_stream_id_is_known_even_of_a_refused_request),
        cmocka_unit_test(calls_and_outputs_must_match),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
