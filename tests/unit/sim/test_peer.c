/* The protocol of one connection: responses, parents, lanes, scenarios. */
#include "rig.h"

// --- a response --------------------------------------------------------------

static void events_come_in_the_order_of_the_protocol(void **state)
{
    static const char *const order[] = {
        "response.created",           "response.in_progress",
        "response.output_item.added", "response.content_part.added",
        "response.output_text.delta", "response.output_text.done",
        "response.content_part.done", "response.output_item.done",
        "response.completed",
    };
    struct rig rig;
    size_t at = 0;

    (void)state;
    rig_open(&rig, "{\"turns\":[{\"text\":\"Hi\"}]}");
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    for (size_t i = 0; i < rig.count; i++) {
        struct str type = text_at(rig.events[i], "type");
        if (str_is(type, "response.kerf_sim.heartbeat"))
            continue;
        assert_true(at < 9);
        assert_true(str_is(type, order[at++]));
    }
    assert_int_equal(at, 9);
    rig_close(&rig);
}

static void sequence_numbers_rise_by_one(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, NULL);
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    for (size_t i = 0; i < rig.count; i++)
        assert_int_equal(
            json_int(json_member(rig.events[i], "sequence_number"), -1), i);
    rig_close(&rig);
}

static void deltas_join_to_the_done_text(void **state)
{
    struct rig rig;
    struct buf joined = { 0 };

    (void)state;
    rig_open(&rig, NULL);
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "response.output_text.delta"), 40);
    for (size_t i = 0; i < 40; i++)
        buf_append(
            &joined,
            text_at(find_type(&rig, "response.output_text.delta", i), "delta"));
    assert_true(str_equal(
        buf_str(&joined),
        text_at(find_type(&rig, "response.output_text.done", 0), "text")));
    buf_release(&joined);
    rig_close(&rig);
}

static void every_kind_of_item_is_streamed(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig,
             "{\"turns\":[[{\"reasoning\":\"hm\"},{\"text\":\"a\"},"
             "{\"function_call\":{\"name\":\"shell\",\"arguments\":{\"a\":1}}},"
             "{\"custom_tool_call\":{\"name\":\"apply_patch\",\"input\":\"p\"}}"
             "]]}");
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "response.output_item.done"), 4);
    assert_int_equal(count_type(&rig, "response.reasoning_summary_part.done"),
                     1);
    const struct json *done =
        find_type(&rig, "response.function_call_arguments.done", 0);
    assert_true(str_is(text_at(done, "arguments"), "{\"a\":1}"));
    assert_int_equal(json_int(json_member(done, "output_index"), -1), 2);
    done = find_type(&rig, "response.custom_tool_call_input.done", 0);
    assert_true(str_is(text_at(done, "input"), "p"));
    const struct json *message =
        json_member(find_type(&rig, "response.output_item.done", 1), "item");
    assert_true(str_is(text_at(message, "phase"), "commentary"));
    const struct json *completed = find_type(&rig, "response.completed", 0);
    assert_int_equal(json_count(json_path(completed, "response.output")), 4);
    rig_close(&rig);
}

static void usage_counts_a_token_for_four_bytes(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, "{\"turns\":[{\"text\":\"12345678\"}]}");
    rig_connect(&rig);
    rig_send(&rig, CREATE("\"input\":\"hello, kerf-sim\""));
    rig_run(&rig);
    const struct json *usage =
        json_path(find_type(&rig, "response.completed", 0), "response.usage");
    assert_int_equal(json_int(json_member(usage, "input_tokens"), 0), 4);
    assert_int_equal(json_int(json_member(usage, "output_tokens"), 0), 2);
    assert_int_equal(json_int(json_member(usage, "total_tokens"), 0), 6);
    rig_close(&rig);
}

static void padding_comes_unless_it_is_declined(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, NULL);
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    assert_non_null(json_member(
        find_type(&rig, "response.output_text.delta", 0), "obfuscation"));
    rig_forget(&rig);
    rig_send(&rig, CREATE(HELLO ",\"stream_options\":{"
                                "\"include_obfuscation\":false}"));
    rig_run(&rig);
    assert_null(json_member(find_type(&rig, "response.output_text.delta", 0),
                            "obfuscation"));
    rig_close(&rig);
}

static void tokens_keep_to_the_clock(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, NULL);
    rig.options.tps = 100;
    rig.options.ttft_ms = 50;
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "response.output_text.delta"), 0);
    assert_int_equal(rig.due_us, 1050000);
    rig.now.mono_us += 50000;
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "response.output_text.delta"), 1);
    rig.now.mono_us += 95000; // a late wake-up does not lose tokens
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "response.output_text.delta"), 10);
    rig_close(&rig);
}

// --- continuation ------------------------------------------------------------

static void a_warm_up_has_no_output_and_is_a_parent(void **state)
{
    struct rig rig;
    char id[80];

    (void)state;
    rig_open(&rig, NULL);
    rig_connect(&rig);
    rig_send(&rig, CREATE("\"input\":[],\"generate\":false"));
    rig_run(&rig);
    const struct json *completed = find_type(&rig, "response.completed", 0);
    assert_int_equal(json_count(json_path(completed, "response.output")), 0);
    assert_int_equal(count_type(&rig, "response.output_item.added"), 0);
    copy_id(&rig, 0, id, sizeof(id));
    send_child(&rig, id, HELLO);
    assert_int_equal(count_type(&rig, "response.completed"), 2);
    rig_close(&rig);
}

static void only_the_newest_response_is_remembered(void **state)
{
    struct rig rig;
    char first[80], second[80];

    (void)state;
    rig_open(&rig, NULL);
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    copy_id(&rig, 0, first, sizeof(first));
    copy_id(&rig, 1, second, sizeof(second));
    send_child(&rig, first, HELLO);
    assert_error(&rig, "previous_response_not_found");
    send_child(&rig, second, HELLO);
    assert_int_equal(count_type(&rig, "response.completed"), 3);
    rig_close(&rig);
}

static void a_refused_continuation_loses_its_parent(void **state)
{
    struct rig rig;
    char id[80];

    (void)state;
    rig_open(&rig, NULL);
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    copy_id(&rig, 0, id, sizeof(id));
    send_child(&rig, id, "\"input\":7");
    assert_error(&rig, "invalid_type");
    rig_forget(&rig);
    send_child(&rig, id, HELLO);
    assert_error(&rig, "previous_response_not_found");
    rig_close(&rig);
}

static void a_delta_must_answer_the_calls_of_its_parent(void **state)
{
    struct rig rig;
    char id[80];

    (void)state;
    rig_open(&rig, "{\"turns\":[{\"function_call\":{\"name\":\"shell\","
                   "\"arguments\":{}}},{\"text\":\"ok\"}]}");
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    copy_id(&rig, 0, id, sizeof(id));
    send_child(&rig, id,
               "\"input\":[{\"type\":\"function_call_output\",\"call_id\":"
               "\"call_sim1_0\",\"output\":\"x\"}]");
    assert_int_equal(count_type(&rig, "response.completed"), 2);
    rig_close(&rig);

    rig_open(&rig, "{\"turns\":[{\"function_call\":{\"name\":\"shell\","
                   "\"arguments\":{}}}]}");
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    copy_id(&rig, 0, id, sizeof(id));
    send_child(&rig, id, HELLO);
    assert_true(str_starts_with(
        text_at(find_type(&rig, "error", 0), "error.message"),
        STR("No tool output found for function_call call_sim1_0")));
    rig_close(&rig);
}

// --- lanes -------------------------------------------------------------------

static void lanes_run_side_by_side_and_name_their_events(void **state)
{
    struct rig rig;
    size_t side = 0;

    (void)state;
    rig_open(&rig, NULL);
    rig.options.tps = 10;
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_send(&rig, CREATE(HELLO ",\"stream_id\":\"side\""));
    rig_send(&rig, CREATE(HELLO)); // waits for the first
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "response.created"), 2);
    for (size_t i = 0; i < rig.count; i++)
        side += str_is(text_at(rig.events[i], "stream_id"), "side");
    assert_true(side >= 4 && side < rig.count);
    rig.now.mono_us += 60000000;
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "response.created"), 3);
    rig.now.mono_us += 60000000;
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "response.completed"), 3);
    rig_close(&rig);
}

static void send_on_lane(struct rig *rig, unsigned number)
{
    char message[256];

    snprintf(message, sizeof(message), CREATE(HELLO ",\"stream_id\":\"l%u\""),
             number);
    rig_send(rig, message);
}

static void sixteen_responses_run_and_the_others_wait(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, NULL);
    rig.options.tps = 10;
    rig_connect(&rig);
    for (unsigned i = 0; i < 20; i++)
        send_on_lane(&rig, i);
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "response.created"), 16);
    rig.now.mono_us += 60000000;
    rig_run(&rig);
    rig.now.mono_us += 60000000;
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "response.completed"), 20);
    rig_close(&rig);
}

static void the_33rd_lane_is_refused(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, NULL);
    rig_connect(&rig);
    for (unsigned i = 0; i < 32; i++)
        send_on_lane(&rig, i);
    rig_send(&rig, CREATE(HELLO)); // the default lane does not count
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "error"), 0);
    send_on_lane(&rig, 32);
    rig_run(&rig);
    assert_error(&rig, "websocket_stream_limit_reached");
    rig_close(&rig);
}

// --- scenarios ---------------------------------------------------------------

static void an_unmet_expectation_is_an_error(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, "{\"turns\":[[{\"expect\":{\"input_contains\":\"say "
                   "\\\"hi\\\"\"}},{\"text\":\"a\"}]]}");
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    assert_error(&rig, "scenario_expectation");
    rig_close(&rig);
}

static void behind_the_last_turn_the_script_says_so(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, "{\"turns\":[]}");
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    assert_true(
        str_is(text_at(find_type(&rig, "response.output_text.done", 0), "text"),
               "(end of script)"));
    rig_close(&rig);
}

// --- records -----------------------------------------------------------------

// Newest answer on record.
static struct json *last_answer(const struct rig *rig)
{
    struct str rest = buf_str(&rig->records), line, answer = { 0 };
    struct error err;

    while (str_split(&rest, '\n', &line))
        if (str_find(line, STR("\"event\":\"answer\"")) != SIZE_MAX)
            answer = line;
    return json_parse(answer, &err);
}

static void each_answer_is_recorded_with_its_own_times(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, NULL);
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    struct json *first = last_answer(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    struct json *second = last_answer(&rig);
    int64_t end_ns = json_int(json_member(first, "last_byte_ns"), 0);
    assert_true(end_ns > 0);
    assert_true(json_int(json_member(second, "request_ns"), 0) >= end_ns);
    assert_true(json_int(json_member(second, "first_byte_ns"), 0) >= end_ns);
    json_destroy(first);
    json_destroy(second);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_come_in_the_order_of_the_protocol),
        cmocka_unit_test(sequence_numbers_rise_by_one),
        cmocka_unit_test(deltas_join_to_the_done_text),
        cmocka_unit_test(every_kind_of_item_is_streamed),
        cmocka_unit_test(usage_counts_a_token_for_four_bytes),
        cmocka_unit_test(padding_comes_unless_it_is_declined),
        cmocka_unit_test(tokens_keep_to_the_clock),
        cmocka_unit_test(a_warm_up_has_no_output_and_is_a_parent),
        cmocka_unit_test(only_the_newest_response_is_remembered),
        cmocka_unit_test(a_refused_continuation_loses_its_parent),
        cmocka_unit_test(a_delta_must_answer_the_calls_of_its_parent),
        cmocka_unit_test(lanes_run_side_by_side_and_name_their_events),
        cmocka_unit_test(sixteen_responses_run_and_the_others_wait),
        cmocka_unit_test(the_33rd_lane_is_refused),
        cmocka_unit_test(an_unmet_expectation_is_an_error),
        cmocka_unit_test(behind_the_last_turn_the_script_says_so),
        cmocka_unit_test(each_answer_is_recorded_with_its_own_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
