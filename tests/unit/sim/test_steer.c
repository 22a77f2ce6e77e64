/* Steering a running response (protocol.md 2.6), and other kinds of items. */
#include "rig.h"

// Steers response `id`; the input as JSON.
static void steer(struct rig *rig, struct str id, const char *input)
{
    char message[512];

    snprintf(message, sizeof(message),
             "{\"type\":\"response.steer\",\"previous_response_id\":\"%.*s\","
             "\"input\":%s}",
             STR_ARG(id), input);
    rig_send(rig, message);
    rig_run(rig);
}

static struct str running_id(const struct rig *rig)
{
    return text_at(find_type(rig, "response.created", 0), "response.id");
}

static void begin(struct rig *rig, const char *scenario, const char *input)
{
    rig_open(rig, scenario);
    rig->options.tps = 10;
    rig_connect(rig);
    rig_send(rig, input);
    rig_run(rig);
}

static void a_steered_response_makes_way_for_another(void **state)
{
    struct rig rig;

    (void)state;
    begin(&rig, NULL, CREATE(HELLO));
    steer(&rig, running_id(&rig), "\"keep it short\"");
    assert_int_equal(count_type(&rig, "response.steer.accepted"), 1);
    rig.now.mono_us += 60000000;
    rig_run(&rig);
    const struct json *end = find_type(&rig, "response.incomplete", 0);
    assert_true(
        str_is(text_at(end, "response.incomplete_details.reason"), "steered"));
    assert_int_equal(count_type(&rig, "response.created"), 2);
    rig.now.mono_us += 60000000;
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "response.completed"), 1);
    rig_close(&rig);
}

static void words_wait_for_the_outputs_of_tools(void **state)
{
    struct rig rig;
    char id[80];

    (void)state;
    begin(&rig,
          "{\"turns\":[{\"function_call\":{\"name\":\"shell\",\"arguments\":"
          "{\"command\":\"one two three four five six\"}}},{\"text\":\"ok\"}]}",
          CREATE(HELLO));
    snprintf(id, sizeof(id), "%.*s", STR_ARG(running_id(&rig)));
    steer(&rig, str_from(id), "\"and the tests\"");
    rig.now.mono_us += 60000000;
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "response.completed"), 1);
    const struct json *pending = find_type(&rig, "response.steer.pending", 0);
    assert_true(str_is(
        text_at(json_at(json_member(pending, "required_input"), 0), "type"),
        "function_call_output"));
    send_child(&rig, id,
               "\"input\":[{\"type\":\"function_call_output\",\"call_id\":"
               "\"call_sim1_0\",\"output\":\"x\"}]");
    rig.now.mono_us += 60000000;
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "response.completed"), 2);
    rig_close(&rig);
}

static void assert_failed(const struct rig *rig, const char *code)
{
    const struct json *failed = find_type(rig, "response.steer.failed", 0);

    assert_true(str_is(text_at(failed, "error.code"), code));
}

static void steering_may_fail(void **state)
{
    struct rig rig;
    char id[80];

    (void)state;
    begin(&rig, NULL, CREATE(HELLO));
    snprintf(id, sizeof(id), "%.*s", STR_ARG(running_id(&rig)));
    steer(&rig, STR("resp_x"), "\"a\"");
    assert_failed(&rig, "response_not_found");
    rig_forget(&rig);
    steer(&rig, str_from(id), "7");
    assert_failed(&rig, "invalid_input");
    rig_forget(&rig);
    rig.now.mono_us += 60000000;
    rig_run(&rig);
    steer(&rig, str_from(id), "\"a\"");
    assert_failed(&rig, "response_already_completed");
    rig_forget(&rig);
    rig.options.no_steer = true;
    steer(&rig, str_from(id), "\"a\"");
    assert_failed(&rig, "steering_not_supported");
    rig_close(&rig);
}

// --- kinds of items ----------------------------------------------------------

static void items_of_every_kind_are_streamed(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig,
             "{\"turns\":[[{\"raw_reasoning\":\"hm\"},{\"refusal\":\"no\"},"
             "{\"apply_patch_call\":{\"path\":\"a.c\",\"diff\":\"+x\"}},"
             "{\"shell_call\":\"make\"},{\"compaction\":true}]]}");
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "response.output_item.done"), 5);
    find_type(&rig, "response.reasoning_text.done", 0);
    find_type(&rig, "response.refusal.done", 0);
    find_type(&rig, "response.apply_patch_call_operation_diff.done", 0);
    find_type(&rig, "response.shell_call_command.done", 0);
    const struct json *output =
        json_path(find_type(&rig, "response.completed", 0), "response.output");
    assert_true(str_is(text_at(json_at(output, 2), "operation.path"), "a.c"));
    assert_true(str_is(text_at(json_at(output, 4), "type"), "compaction"));
    rig_close(&rig);
}

static void a_trigger_is_answered_by_a_compaction_alone(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, NULL);
    rig_connect(&rig);
    rig_send(&rig, CREATE("\"input\":[{\"role\":\"user\",\"content\":\"a\"},"
                          "{\"type\":\"compaction_trigger\"}]"));
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "response.output_item.done"), 1);
    assert_true(str_is(
        text_at(find_type(&rig, "response.output_item.done", 0), "item.type"),
        "compaction"));
    rig_close(&rig);
}

static void a_long_context_is_compacted_on_the_way(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, NULL);
    rig_connect(&rig);
    rig_send(&rig, CREATE("\"context_management\":[{\"type\":\"compaction\","
                          "\"compact_threshold\":2}],"
                          "\"input\":\"more than two tokens\""));
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "response.output_item.done"), 2);
    rig_close(&rig);
}

// --- sequences ---------------------------------------------------------------

static void calls_stream_in_turn_if_they_may(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig,
             "{\"turns\":[[{\"text\":\"a\"},{\"function_call\":{\"name\":\"x\","
             "\"arguments\":{\"one\":1}}},{\"function_call\":{\"name\":\"y\","
             "\"arguments\":{\"two\":2}}}]]}");
    rig.options.manners = (uint64_t)1 << MANNER_INTERLEAVED;
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    const char *type = "response.function_call_arguments.delta";
    assert_int_equal(
        json_int(json_member(find_type(&rig, type, 0), "output_index"), 0), 1);
    assert_int_equal(
        json_int(json_member(find_type(&rig, type, 1), "output_index"), 0), 2);
    const struct json *output =
        json_path(find_type(&rig, "response.completed", 0), "response.output");
    assert_true(str_is(text_at(json_at(output, 1), "name"), "x"));
    assert_true(str_is(text_at(json_at(output, 2), "name"), "y"));
    rig_close(&rig);
}

static void sequence_numbers_may_begin_again(void **state)
{
    struct rig rig;
    struct error err;

    (void)state;
    rig_open(&rig, NULL);
    rig.options.sprinkle = 0;
    assert_true(fault_read(STR("backward-sequence"),
                           &rig.options.faults.at[rig.options.faults.count++],
                           &err));
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    size_t zeros = 0;
    for (size_t i = 0; i < rig.count; i++)
        zeros += json_int(json_member(rig.events[i], "sequence_number"), -1)
                 == 0;
    assert_int_equal(zeros, 2);
    rig_close(&rig);
}

static void no_schedule_of_faults_breaks_the_server(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct rig rig;
        rig_open(&rig, NULL);
        rig.options.faults.seed = seed;
        rig.options.faults.rate = 70;
        rig_connect(&rig);
        for (int i = 0; i < 4; i++)
            rig_send(&rig, CREATE(HELLO));
        struct buf message = { 0 };
        for (int i = 0; i < 3000; i++) {
            buf_reset(&message);
            if (peer_next(rig.peer, rig.now, &rig.due_us, &message)
                != PEER_MESSAGE)
                break;
        }
        buf_release(&message);
        rig_close(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_steered_response_makes_way_for_another),
        cmocka_unit_test(words_wait_for_the_outputs_of_tools),
        cmocka_unit_test(steering_may_fail),
        cmocka_unit_test(items_of_every_kind_are_streamed),
        cmocka_unit_test(a_trigger_is_answered_by_a_compaction_alone),
        cmocka_unit_test(a_long_context_is_compacted_on_the_way),
        cmocka_unit_test(calls_stream_in_turn_if_they_may),
        cmocka_unit_test(sequence_numbers_may_begin_again),
        cmocka_unit_test(no_schedule_of_faults_breaks_the_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
