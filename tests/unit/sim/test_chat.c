/* The Chat Completions API on a real socket: chunks, manners, refusals. */
#include "served.h"

#define CHAT(rest) "{\"model\":\"m\",\"stream\":true," rest "}"
#define HELLO "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define SCENARIO                                                      \
    "{\"turns\":[[{\"reasoning\":\"hm\"},{\"text\":\"a\"},"           \
    "{\"function_call\":{\"name\":\"one\",\"arguments\":{\"a\":1}}}," \
    "{\"custom_tool_call\":{\"name\":\"two\",\"input\":\"p q\"}}]]}"

// Plays the scenario once under a manner and reads it all.
static void play(const char *manner, const char *body, const char *mark,
                 struct buf *got)
{
    struct served served;
    char header[100];

    SERVE(&served, SCENARIO, "--frame-tokens", "1");
    snprintf(header, sizeof(header), "X-Test-Scenario: %s\r\n", manner);
    ask(&served, POST_CHAT, header, body, mark, got);
    served_stop(&served);
}

static void a_stream_of_chunks_ends_in_usage_and_done(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    ask(&served, POST_CHAT, "",
        CHAT("\"stream_options\":{\"include_usage\":true}," HELLO), "[DONE]",
        &got);
    assert_int_equal(client_status(&got), 200);
    assert_int_equal(count_of(&got, "\"delta\":{\"content\":"), 6);
    assert_int_equal(count_of(&got, "\"finish_reason\":\"stop\""), 1);
    assert_int_equal(count_of(&got, "\"usage\":{\"prompt_tokens\""), 1);
    assert_true(holds(&got, "x-ratelimit-remaining-tokens-minute"));
    assert_false(holds(&got, "event:"));
    ask(&served, POST_CHAT, "", CHAT(HELLO), "[DONE]", &got);
    assert_false(holds(&got, "usage"));
    buf_release(&got);
    served_stop(&served);
}

static void without_stream_the_answer_is_one_object(void **state)
{
    struct buf got = { 0 };

    (void)state;
    play("time-info", "{\"model\":\"m\"," HELLO "}", "\"usage\"", &got);
    assert_true(holds(&got, "\"object\":\"chat.completion\","));
    assert_true(holds(&got, "\"content\":\"a\""));
    assert_true(holds(&got, "\"reasoning\":\"hm\""));
    assert_true(holds(&got, "\"arguments\":\"{\\\"input\\\":\\\"p q\\\"}\""));
    assert_true(holds(&got, "\"finish_reason\":\"tool_calls\""));
    buf_release(&got);
}

static void manners_shape_the_chunks(void **state)
{
    static const struct {
        const char *manner, *has, *lacks;
    } cases[] = {
        { "queued", "\"reasoning\":\"hm\"", "reasoning_content" },
        { "reasoning-content", "\"reasoning_content\":\"hm\"",
          "\"reasoning\":" },
        { "both-reasonings", "\"reasoning\":\"hm\",\"reasoning_content\":\"hm",
          "<think>" },
        { "think-tags", "\"content\":\"<think>hm</think>\"", "\"reasoning\":" },
        { "whole-calls", "\"name\":\"one\",\"arguments\":\"{\\\"a\\\":1}\"",
          "\"arguments\":\"\"" },
        { "no-call-ids", "\"name\":\"one\"", "\"id\":\"call_" },
        { "stop-with-calls", "\"finish_reason\":\"stop\"",
          "\"finish_reason\":\"tool_calls\"" },
        { "null-content", "\"content\":null", "\"content\":\"\"" },
        { "time-info", "\"time_info\":{\"created\"", "\"stop\"" },
        { "no-deltas", "\"content\":\"a\"", "\"stop\"" },
    };
    struct buf got = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        play(cases[i].manner,
             CHAT("\"stream_options\":{\"include_usage\":true}," HELLO),
             "[DONE]", &got);
        if (!holds(&got, cases[i].has) || holds(&got, cases[i].lacks))
            fail_msg("%s: %.*s", cases[i].manner, STR_ARG(buf_str(&got)));
    }
    buf_release(&got);
}

static void calls_may_stream_in_turn(void **state)
{
    struct buf got = { 0 };

    (void)state;
    play("interleaved", CHAT(HELLO), "[DONE]", &got);
    struct str rest = buf_str(&got);
    size_t first = str_find(rest, STR("\"tool_calls\":[{\"index\":1"));
    assert_true(first != SIZE_MAX);
    assert_true(
        str_find(str_skip(rest, first), STR("\"tool_calls\":[{\"index\":0"))
        != SIZE_MAX);
    buf_release(&got);
}

static void a_stream_may_lack_its_mark_of_the_end(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    ask(&served, POST_CHAT, "X-Test-Scenario: no-done\r\n", CHAT(HELLO),
        "0\r\n\r\n", &got);
    assert_true(holds(&got, "finish_reason\":\"stop\""));
    assert_false(holds(&got, "[DONE]"));
    ask(&served, POST_CHAT,
        "X-Test-Scenario: between-done-and-completed-1000\r\n", CHAT(HELLO),
        "0\r\n\r\n", &got);
    assert_false(holds(&got, "finish_reason\":\"stop\""));
    ask(&served, POST_CHAT, "X-Test-Scenario: failed-server_error\r\n",
        CHAT(HELLO), "0\r\n\r\n", &got);
    assert_int_equal(client_status(&got), 200);
    assert_true(holds(&got, "data: {\"error\":{"));
    ask(&served, POST_CHAT, "X-Test-Scenario: incomplete-max_output_tokens\r\n",
        CHAT(HELLO), "[DONE]", &got);
    assert_true(holds(&got, "finish_reason\":\"length\""));
    buf_release(&got);
    served_stop(&served);
}

static void requests_are_judged(void **state)
{
    static const struct {
        const char *body, *mark;
    } cases[] = {
        { "{" HELLO "}", "\"param\":\"model\"" },
        { "{\"model\":\"m\"}", "\"param\":\"messages\"" },
        { "{\"model\":\"m\",\"messages\":[]}", "\"param\":\"messages\"" },
        { CHAT("\"colour\":1," HELLO), "unknown_parameter" },
        { CHAT("\"n\":2," HELLO), "\"param\":\"n\"" },
        { CHAT("\"messages\":[{\"role\":\"robot\",\"content\":\"x\"}]"),
          "messages[0].role" },
        { CHAT("\"messages\":[{\"role\":\"user\"}]"), "messages[0].content" },
        { CHAT("\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]"),
          "messages[0].tool_call_id" },
        { CHAT("\"messages\":[{\"role\":\"tool\",\"content\":\"x\","
               "\"tool_call_id\":\"c\"}]"),
          "No tool call found" },
        { CHAT("\"messages\":[{\"role\":\"assistant\",\"content\":null,"
               "\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\","
               "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}]"),
          "No tool output found" },
        { CHAT("\"tools\":[{\"type\":\"function\",\"name\":\"f\"}]," HELLO),
          "tools[0].function.name" },
    };
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ask(&served, POST_CHAT, "Connection: close\r\n", cases[i].body, NULL,
            &got);
        if (client_status(&got) != 400 || !holds(&got, cases[i].mark))
            fail_msg("%s: %.*s", cases[i].body, STR_ARG(buf_str(&got)));
    }
    ask(&served, POST_CHAT, "",
        CHAT("\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
             "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":"
             "\"x\"}]},{\"role\":\"assistant\",\"content\":null,"
             "\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\","
             "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
             "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"x\"}]"),
        "[DONE]", &got);
    assert_int_equal(client_status(&got), 200);
    buf_release(&got);
    served_stop(&served);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_of_chunks_ends_in_usage_and_done),
        cmocka_unit_test(without_stream_the_answer_is_one_object),
        cmocka_unit_test(manners_shape_the_chunks),
        cmocka_unit_test(calls_may_stream_in_turn),
        cmocka_unit_test(a_stream_may_lack_its_mark_of_the_end),
        cmocka_unit_test(requests_are_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
