/* The protocol of one connection, without a network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/base/json.h"
#include "kerf/sim/peer.h"

#define LIMIT_EVENTS 4000

// A server with one connection; all events that were due, in order.
struct rig {
    struct sim_options options;
    struct world world;
    struct peer *peer;
    struct moment now;
    struct json *events[LIMIT_EVENTS];
    size_t count;
    enum peer_step step; // the last one
    int64_t due_us;
    struct buf records;
};

static void keep_record(struct str line, void *ctx)
{
    buf_append(ctx, line);
}

static void rig_open(struct rig *rig, const char *scenario)
{
    struct error err;

    memset(rig, 0, sizeof(*rig));
    assert_true(sim_options_read(0, NULL, &rig->options, &err));
    rig->world.options = &rig->options;
    rig->world.engine = scenario
                            ? engine_create_script(str_from(scenario), &err)
                            : engine_create_echo(40, 1);
    assert_non_null(rig->world.engine);
    rig->world.record = keep_record;
    rig->world.record_ctx = &rig->records;
    rig->now = (struct moment){ 1000000, 1700000000 };
}

static void rig_connect(struct rig *rig)
{
    rig->peer = peer_create(&rig->world, 1, rig->now);
}

static void rig_forget(struct rig *rig)
{
    for (size_t i = 0; i < rig->count; i++)
        json_destroy(rig->events[i]);
    rig->count = 0;
}

static void rig_close(struct rig *rig)
{
    rig_forget(rig);
    peer_destroy(rig->peer);
    engine_destroy(rig->world.engine);
    buf_release(&rig->records);
}

static void rig_send(struct rig *rig, const char *message)
{
    peer_receive(rig->peer, str_from(message));
}

// Takes every message that is due; false JSON is kept as NULL.
static void rig_run(struct rig *rig)
{
    struct buf message = { 0 };
    struct error err;

    while ((rig->step = peer_next(rig->peer, rig->now, &rig->due_us, &message))
               != PEER_CLOSE
           && (rig->step == PEER_MESSAGE || rig->due_us <= rig->now.mono_us)) {
        if (rig->step == PEER_WAIT)
            continue;
        assert_true(rig->count < LIMIT_EVENTS);
        rig->events[rig->count++] = json_parse(buf_str(&message), &err);
        buf_reset(&message);
    }
    buf_release(&message);
}

static struct str text_at(const struct json *event, const char *path)
{
    return json_str(json_path(event, path));
}

static size_t count_type(const struct rig *rig, const char *type)
{
    size_t count = 0;
    for (size_t i = 0; i < rig->count; i++)
        count += str_is(text_at(rig->events[i], "type"), type);
    return count;
}

// The `number`-th event (from 0) of the type.
static const struct json *find_type(const struct rig *rig, const char *type,
                                    size_t number)
{
    for (size_t i = 0; i < rig->count; i++)
        if (str_is(text_at(rig->events[i], "type"), type) && number-- == 0)
            return rig->events[i];
    fail_msg("no event %s", type);
    return NULL;
}

static void assert_error(const struct rig *rig, const char *code)
{
    const struct json *error = find_type(rig, "error", 0);
    struct str found = text_at(error, "error.code");

    if (!str_is(found, code))
        fail_msg("code %.*s instead of %s", STR_ARG(found), code);
}

#define CREATE(rest) \
    "{\"type\":\"response.create\",\"model\":\"m\",\"store\":false," rest "}"
#define HELLO "\"input\":\"hello\""

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

static void copy_id(const struct rig *rig, size_t number, char *id, size_t size)
{
    struct str text =
        text_at(find_type(rig, "response.completed", number), "response.id");
    snprintf(id, size, "%.*s", STR_ARG(text));
}

static void send_child(struct rig *rig, const char *id, const char *rest)
{
    char message[512];

    snprintf(message, sizeof(message),
             CREATE("\"previous_response_id\":\"%s\",%s"), id, rest);
    rig_send(rig, message);
    rig_run(rig);
}

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

// --- limits and faults -------------------------------------------------------

static void an_old_connection_says_so_and_closes(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, NULL);
    rig.options.max_age_s = 5;
    rig_connect(&rig);
    rig_run(&rig);
    assert_int_equal(rig.step, PEER_WAIT);
    assert_int_equal(rig.due_us, 6000000);
    rig.now.mono_us = 6000000;
    rig_run(&rig);
    assert_error(&rig, "websocket_connection_limit_reached");
    assert_int_equal(rig.step, PEER_CLOSE);
    assert_int_equal(peer_close_code(rig.peer), 1000);
    rig_close(&rig);
}

static void bytes_that_are_no_utf8_close_with_1007(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, NULL);
    rig_connect(&rig);
    rig_send(&rig, "{\"type\":\"\xff\"}");
    rig_run(&rig);
    assert_int_equal(rig.step, PEER_CLOSE);
    assert_int_equal(peer_close_code(rig.peer), 1007);
    rig_close(&rig);
}

static void add_fault(struct rig *rig, const char *text)
{
    struct error err;

    assert_true(fault_read(str_from(text),
                           &rig->options.faults.at[rig->options.faults.count++],
                           &err));
}

struct fault_case {
    const char *fault;
    size_t deltas, items_done; // seen before it strikes
    int close_code;            // 0: the connection stays
    const char *last;          // type of the last event; NULL: none
};

static void faults_strike_where_they_should(void **state)
{
    static const struct fault_case cases[] = {
        { "before-created-1011", 0, 0, 1011, NULL },
        { "after-created-1001", 0, 0, 1001, "response.in_progress" },
        { "mid-delta-1006", 20, 0, 1006, "response.output_text.delta" },
        { "between-done-and-completed-1000", 40, 1, 1000,
          "response.output_item.done" },
        { "stall", 20, 0, 0, "response.output_text.delta" },
        { "failed-server_error", 20, 0, 0, "response.failed" },
        { "incomplete-content_filter", 20, 0, 0, "response.incomplete" },
        { "error-429", 0, 0, 0, "error" },
        { "error-plan", 0, 0, 0, "error" },
        { "error-classic", 0, 0, 0, "error" },
        { "empty-output", 40, 1, 0, "response.completed" },
        { "duplicate-sequence", 40, 1, 0, "response.completed" },
        { "skipped-sequence", 40, 1, 0, "response.completed" },
        { "stall:2-9", 40, 1, 0, "response.completed" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct fault_case *c = &cases[i];
        struct rig rig;
        rig_open(&rig, NULL);
        rig.options.seed = 5; // sprinkles nothing at these places
        add_fault(&rig, c->fault);
        rig_connect(&rig);
        rig_send(&rig, CREATE(HELLO));
        rig_run(&rig);
        size_t last = rig.count;
        while (last > 0
               && str_is(text_at(rig.events[last - 1], "type"),
                         "response.kerf_sim.heartbeat"))
            last--;
        assert_int_equal(count_type(&rig, "response.output_text.delta"),
                         c->deltas);
        assert_int_equal(count_type(&rig, "response.output_item.done"),
                         c->items_done);
        assert_int_equal(peer_close_code(rig.peer), c->close_code);
        if (c->last)
            assert_true(str_is(text_at(rig.events[last - 1], "type"), c->last));
        else
            assert_int_equal(rig.count, 0);
        rig_close(&rig);
    }
}

static void one_message_is_cut_json(void **state)
{
    struct rig rig;
    size_t broken = 0;

    (void)state;
    rig_open(&rig, NULL);
    add_fault(&rig, "bad-json:1");
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    for (size_t i = 0; i < rig.count; i++)
        broken += rig.events[i] == NULL;
    assert_int_equal(broken, 1);
    assert_int_equal(count_type(&rig, "response.completed"), 1);
    rig_close(&rig);
}

static void a_warm_up_is_neither_disturbed_nor_counted(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, NULL);
    add_fault(&rig, "failed-server_error:1");
    rig_connect(&rig);
    rig_send(&rig, CREATE("\"input\":[],\"generate\":false"));
    rig_send(&rig, CREATE(HELLO));
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    assert_int_equal(count_type(&rig, "response.completed"), 2);
    assert_int_equal(count_type(&rig, "response.failed"), 1);
    rig_close(&rig);
}

static void a_failed_response_is_no_parent(void **state)
{
    struct rig rig;
    char id[80];

    (void)state;
    rig_open(&rig, NULL);
    add_fault(&rig, "failed-server_error:2");
    rig_connect(&rig);
    rig_send(&rig, CREATE(HELLO));
    rig_run(&rig);
    const struct json *failed = find_type(&rig, "response.failed", 0);
    snprintf(id, sizeof(id), "%.*s", STR_ARG(text_at(failed, "response.id")));
    send_child(&rig, id, HELLO);
    assert_error(&rig, "previous_response_not_found");
    rig_close(&rig);
}

static void each_request_is_recorded(void **state)
{
    struct rig rig;
    struct error err;

    (void)state;
    rig_open(&rig, NULL);
    rig_connect(&rig);
    rig_send(&rig, CREATE("\"input\":[{\"role\":\"user\",\"content\":\"x\"}],"
                          "\"previous_response_id\":\"p\""));
    struct json *line = json_parse(buf_str(&rig.records), &err);
    assert_non_null(line);
    assert_true(str_is(text_at(line, "kind"), "delta"));
    assert_true(str_is(text_at(line, "parent"), "p"));
    assert_int_equal(json_int(json_member(line, "connection"), 0), 1);
    assert_int_equal(json_int(json_member(line, "items"), 0), 1);
    assert_true(str_starts_with(text_at(line, "message"),
                                STR("{\"type\":\"response.create\"")));
    json_destroy(line);
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
        cmocka_unit_test(an_old_connection_says_so_and_closes),
        cmocka_unit_test(bytes_that_are_no_utf8_close_with_1007),
        cmocka_unit_test(faults_strike_where_they_should),
        cmocka_unit_test(one_message_is_cut_json),
        cmocka_unit_test(a_warm_up_is_neither_disturbed_nor_counted),
        cmocka_unit_test(a_failed_response_is_no_parent),
        cmocka_unit_test(each_request_is_recorded),
        cmocka_unit_test(an_unmet_expectation_is_an_error),
        cmocka_unit_test(behind_the_last_turn_the_script_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
