/* Limits of a connection, and faults on demand. */
#include "rig.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_old_connection_says_so_and_closes),
        cmocka_unit_test(bytes_that_are_no_utf8_close_with_1007),
        cmocka_unit_test(faults_strike_where_they_should),
        cmocka_unit_test(one_message_is_cut_json),
        cmocka_unit_test(a_warm_up_is_neither_disturbed_nor_counted),
        cmocka_unit_test(a_failed_response_is_no_parent),
        cmocka_unit_test(each_request_is_recorded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
