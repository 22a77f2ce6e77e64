/* The Responses API over HTTP, on a real socket: routes, streams, faults. */
#include "served.h"

static void who_has_no_token_or_an_origin_stays_out(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    int fd = client_dial(served.port);
    client_send(fd, STR("GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n"));
    client_read(fd, NULL, &got);
    assert_int_equal(client_status(&got), 401);
    close(fd);
    ask(&served, "GET /v1/models", "Origin: http://evil.example\r\n", "", NULL,
        &got);
    assert_int_equal(client_status(&got), 403);
    buf_release(&got);
    served_stop(&served);
}

static void only_the_very_token_opens(void **state)
{
    static const char *const wrong[] = {
        "Bearer secreT", "Bearer Secret", "Bearer secre", "Bearer secrets",
        "Bearer ",       "bearer secret", "Basic secret", "secret",
    };
    struct served served;
    struct buf got = { 0 }, text = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        int fd = client_dial(served.port);
        buf_reset(&got);
        buf_reset(&text);
        buf_printf(&text,
                   "GET /v1/models HTTP/1.1\r\nHost: a\r\n"
                   "Authorization: %s\r\n\r\n",
                   wrong[i]);
        client_send(fd, buf_str(&text));
        client_read(fd, NULL, &got);
        if (client_status(&got) != 401)
            fail_msg("\"%s\": %d", wrong[i], client_status(&got));
        close(fd);
    }
    buf_release(&got);
    buf_release(&text);
    served_stop(&served);
}

struct route_case {
    const char *line, *body, *mark;
    int status;
};

static void requests_find_their_routes(void **state)
{
    static const struct route_case cases[] = {
        { "GET /v1/models", "", "\"id\":\"kerf-sim\"", 200 },
        { "HEAD /v1/models", "", "\r\n\r\n", 200 },
        { "HEAD /v1/responses", "", "\r\n\r\n", 200 },
        { "GET /v1/responses", "", "upgrade_required", 426 },
        { "GET /v1/nothing", "", "not_found", 404 },
        { "DELETE /v1/models", "", "Allow: GET", 405 },
        { "GET /v1/chat/completions", "", "Allow: POST", 405 },
        { POST_RESPONSES, "{\"model\":\"m\",\"input\":\"hi\"}",
          "\"object\":\"response\"", 200 },
        { POST_RESPONSES, "{\"input\":\"hi\"}", "\"param\":\"model\"", 400 },
        { POST_RESPONSES, "{\"model\":\"m\"}", "\"param\":\"input\"", 400 },
        { POST_RESPONSES, "[1]", "invalid_json", 400 },
        { POST_RESPONSES,
          "{\"model\":\"m\",\"input\":\"x\",\"background\":true}",
          "\"param\":\"background\"", 400 },
        { POST_RESPONSES,
          "{\"model\":\"m\",\"input\":\"x\",\"stream_id\":\"a\"}",
          "unknown_parameter", 400 },
        { POST_RESPONSES,
          "{\"model\":\"m\",\"input\":\"x\",\"previous_response_id\":\"r\"}",
          "previous_response_not_found", 400 },
        { "POST /v1/responses/input_tokens",
          "{\"model\":\"m\",\"input\":\"12345678\"}", "\"input_tokens\":2",
          200 },
        { "POST /v1/responses/compact",
          "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":"
          "\"keep me\"},{\"role\":\"assistant\",\"content\":\"not me\"}]}",
          "\"type\":\"compaction\"", 200 },
    };
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ask(&served, cases[i].line, "Connection: close\r\n", cases[i].body,
            NULL, &got);
        if (client_status(&got) != cases[i].status
            || !holds(&got, cases[i].mark))
            fail_msg("%s %s: %.*s", cases[i].line, cases[i].body,
                     STR_ARG(buf_str(&got)));
    }
    assert_true(holds(&got, "keep me"));
    assert_false(holds(&got, "not me"));
    buf_release(&got);
    served_stop(&served);
}

static void a_stream_has_named_events_and_a_last_chunk(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    ask(&served, POST_RESPONSES, "", STREAM, "0\r\n\r\n", &got);
    assert_int_equal(client_status(&got), 200);
    assert_true(holds(&got, "Content-Type: text/event-stream"));
    assert_int_equal(count_of(&got, "event: response.output_text.delta\n"), 6);
    assert_int_equal(count_of(&got, "event: response.completed\n"), 1);
    buf_release(&got);
    served_stop(&served);
}

static void a_connection_takes_one_request_after_another(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    int fd = client_dial(served.port);
    client_request(fd, POST_RESPONSES, "", STREAM);
    client_request(fd, "GET /v1/models", "", "");
    client_read(fd, "kerf-sim\",\"object", &got);
    assert_int_equal(count_of(&got, "HTTP/1.1 200 OK"), 2);
    close(fd);
    buf_release(&got);
    served_stop(&served);
}

static void a_body_may_come_in_chunks_after_a_continue(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    int fd = client_dial(served.port);
    client_send(fd, STR("POST /v1/responses HTTP/1.1\r\n" HEAD
                        "Content-Type: application/json\r\n"
                        "Expect: 100-continue\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n"));
    client_read(fd, "100 Continue\r\n\r\n", &got);
    client_send(fd, STR("d\r\n{\"model\":\"m\",\r\n"
                        "d\r\n\"input\":\"hi\"}\r\n0\r\n\r\n"));
    client_read(fd, "\"status\":\"completed\"", &got);
    close(fd);
    buf_release(&got);
    served_stop(&served);
}

struct fault_case {
    const char *fault;
    int status;
    const char *mark;
};

static void a_request_may_wish_for_its_fault(void **state)
{
    static const struct fault_case cases[] = {
        { "status-401", 401, "invalid_api_key" },
        { "status-407", 407, "Proxy-Authenticate" },
        { "status-503", 503, "Retry-After: 1" },
        { "redirect-307", 307, "Location: https://" },
        { "retry-after-7", 429, "Retry-After: 7" },
        { "retry-after-date-7", 429, " GMT" },
        { "retry-after-ms-70", 429, "retry-after-ms: 70" },
        { "retry-text-70", 429, "try again in 70ms" },
        { "quota", 429, "insufficient_quota" },
        { "html-502", 502, "<html>" },
        { "html-200", 200, "Content-Type: text/html" },
        { "empty-body-200", 200, "Content-Length: 0" },
        { "detail-422", 422, "{\"detail\"" },
        { "loading", 503, "\"code\":503" },
        { "error-at-200", 200, "{\"error\"" },
        { "error-429", 429, "350ms" },
        { "no-such-fault", 400, "no fault named" },
    };
    struct served served;
    struct buf got = { 0 };
    char header[100];

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        snprintf(header, sizeof(header),
                 "Connection: close\r\nX-Test-Scenario: %s\r\n",
                 cases[i].fault);
        ask(&served, POST_RESPONSES, header, STREAM, NULL, &got);
        if (client_status(&got) != cases[i].status
            || !holds(&got, cases[i].mark))
            fail_msg("%s: %.*s", cases[i].fault, STR_ARG(buf_str(&got)));
    }
    buf_release(&got);
    served_stop(&served);
}

static void a_model_may_be_named_after_a_fault(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    ask(&served, POST_RESPONSES, "",
        "{\"model\":\"sim:status-404\",\"input\":\"x\"}", "model_not_found",
        &got);
    assert_int_equal(client_status(&got), 404);
    ask(&served, POST_RESPONSES, "",
        "{\"model\":\"sim:failed-slow_down\",\"input\":\"x\"}", "slow_down",
        &got);
    assert_true(holds(&got, "\"status\":\"failed\""));
    buf_release(&got);
    served_stop(&served);
}

static void a_schedule_strikes_the_first_requests_only(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6", "--fault", "status-500:2");
    for (int i = 1; i <= 3; i++) {
        ask(&served, POST_RESPONSES, "Connection: close\r\n", STREAM, NULL,
            &got);
        assert_int_equal(client_status(&got), i <= 2 ? 500 : 200);
    }
    buf_release(&got);
    served_stop(&served);
}

static void streams_end_as_their_faults_say(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "40");
    assert_int_equal(ask(&served, POST_RESPONSES,
                         "X-Test-Scenario: mid-delta-1006\r\n", STREAM, NULL,
                         &got),
                     ECONNRESET);
    assert_int_equal(count_of(&got, "event: response.output_text.delta"), 20);
    assert_int_equal(ask(&served, POST_RESPONSES,
                         "X-Test-Scenario: between-done-and-completed-1000\r\n",
                         STREAM, NULL, &got),
                     0);
    assert_true(str_ends_with(buf_str(&got), STR("0\r\n\r\n")));
    assert_false(holds(&got, "response.completed"));
    ask(&served, POST_RESPONSES, "X-Test-Scenario: mid-delta-1001\r\n", STREAM,
        NULL, &got);
    assert_false(str_ends_with(buf_str(&got), STR("0\r\n\r\n")));
    ask(&served, POST_RESPONSES, "X-Test-Scenario: broken-chunk\r\n", STREAM,
        NULL, &got);
    assert_true(holds(&got, "zz-no-number"));
    buf_release(&got);
    served_stop(&served);
}

static void an_answer_is_cut_at_the_very_byte(void **state)
{
    struct served served;
    struct buf got = { 0 };
    char header[64];

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    for (size_t at = 0; at < 1200; at += 171) {
        snprintf(header, sizeof(header),
                 "X-Test-Scenario: at-byte-%zu-1000\r\n", at);
        ask(&served, POST_RESPONSES, header, STREAM, NULL, &got);
        assert_int_equal(got.len, at);
    }
    buf_release(&got);
    served_stop(&served);
}

static void the_length_of_a_body_may_lie(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    ask(&served, POST_RESPONSES, "X-Test-Scenario: body-short\r\n", STREAM,
        NULL, &got);
    assert_true(holds(&got, "Content-Length: 1073741824"));
    ask(&served, POST_RESPONSES, "X-Test-Scenario: body-long\r\n", STREAM, NULL,
        &got);
    assert_true(holds(&got, "Content-Length: 100\r\n"));
    assert_true(got.len > 1000);
    buf_release(&got);
    served_stop(&served);
}

static void heads_may_be_long_many_slow_or_cut(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    ask(&served, POST_RESPONSES, "X-Test-Scenario: long-head-40\r\n", STREAM,
        "response.completed", &got);
    assert_true(str_find(buf_str(&got), STR("\r\n\r\n")) > 40 * 1024);
    ask(&served, POST_RESPONSES, "X-Test-Scenario: many-headers-200\r\n",
        STREAM, "response.completed", &got);
    assert_true(holds(&got, "x-many-199: x\r\n"));
    ask(&served, POST_RESPONSES, "X-Test-Scenario: slow-head-1\r\n", STREAM,
        "HTTP/1.1 200", &got);
    ask(&served, POST_RESPONSES, "X-Test-Scenario: cut-head\r\n", STREAM, NULL,
        &got);
    assert_int_equal(got.len, 40);
    buf_release(&got);
    served_stop(&served);
}

static void events_come_in_every_form_a_reader_must_take(void **state)
{
    static const struct {
        const char *manner, *mark;
        size_t least;
    } cases[] = {
        { "crlf", "\r\ndata: {", 6 },
        { "cr", "\rdata: {", 6 },
        { "mixed-ends", "data: {", 6 },
        { "comments", ": keep-alive\n\n", 3 },
        { "multi-line", "data: {\ndata:\"type\"", 6 },
        { "bom", "\xef\xbb\xbf", 1 },
        { "done-marker", "data: [DONE]\n\n", 1 },
        { "close-each", "Connection: close\r\n", 1 },
        { "queued", "response.queued", 2 },
        { "metadata", "response.metadata", 2 },
        { "rate-limits", "codex.rate_limits", 2 },
        { "null-usage", "\"usage\":null", 3 },
    };
    struct served served;
    struct buf got = { 0 };
    char header[100];

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        snprintf(header, sizeof(header), "X-Test-Scenario: %s\r\n",
                 cases[i].manner);
        ask(&served, POST_RESPONSES, header, STREAM, "response.completed",
            &got);
        if (str_is(str_from(cases[i].manner), "done-marker"))
            ask(&served, POST_RESPONSES, header, STREAM, "[DONE]\n\n", &got);
        if (count_of(&got, cases[i].mark) < cases[i].least)
            fail_msg("%s: %.*s", cases[i].manner, STR_ARG(buf_str(&got)));
    }
    ask(&served, POST_RESPONSES,
        "X-Test-Scenario: no-event-names,no-deltas\r\n", STREAM,
        "response.completed", &got);
    assert_false(holds(&got, "event:"));
    assert_false(holds(&got, "output_text.delta"));
    buf_release(&got);
    served_stop(&served);
}

// --- recording and replaying -------------------------------------------------

static void record_to_stdout(struct str line, void *ctx)
{
    (void)ctx;
    fwrite(line.at, 1, line.len, stderr);
}

static int run_recording(int count, const char *const *args, const char *path)
{
    struct sim_options options;
    struct error err = { 0 };

    if (!sim_options_read(count, args, &options, &err)
        || !freopen(path, "w", stderr))
        return 2;
    struct world world = { .options = &options,
                           .engine = engine_create_echo(6, 1),
                           .record = record_to_stdout };
    struct server_plan plan = { &world, "secret", true };
    bool good = server_run(&plan, &err);
    engine_destroy(world.engine);
    fclose(stderr);
    return good ? 0 : 1;
}

static void who_asked_what_and_when_is_recorded(void **state)
{
    char path[] = "/tmp/kerf-test-XXXXXX";
    struct served served;
    struct buf got = { 0 }, record = { 0 };

    (void)state;
    close(mkstemp(path));
    served_run(&served, run_recording, path, ARGS("--sprinkle", "0"));
    ask(&served, POST_RESPONSES, "Connection: close\r\n", STREAM, NULL, &got);
    int fd = socket_open(&served, "", &got);
    socket_send(fd, 0x81, STR(SOCKET_CREATE));
    buf_reset(&got);
    client_read(fd, "response.completed", &got);
    close(fd);
    served_stop(&served);
    read_whole(path, &record);
    unlink(path);
    assert_int_equal(count_of(&record, "\"event\":\"open\""), 2);
    assert_int_equal(count_of(&record, "\"event\":\"upgrade\""), 1);
    assert_int_equal(count_of(&record, "\"transport\":\"http\""), 1);
    assert_int_equal(count_of(&record, "\"transport\":\"ws\""), 1);
    assert_int_equal(count_of(&record, "\"first_byte_ns\":"), 2);
    assert_true(holds(&record, "\"authorization\":true"));
    assert_false(holds(&record, "secret"));
    buf_release(&got);
    buf_release(&record);
}

static void recorded_bytes_can_be_played_again(void **state)
{
    char dir[] = "/tmp/kerf-test-XXXXXX", path[64];
    struct served served;
    struct buf got = { 0 }, taped = { 0 };

    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/1-1.http", dir);
    SERVE(&served, NULL, "--tokens", "6", "--record-bytes", dir);
    ask(&served, POST_RESPONSES, "", STREAM, "0\r\n\r\n", &got);
    served_stop(&served);
    read_whole(path, &taped);
    assert_true(str_equal(buf_str(&got), buf_str(&taped)));

    SERVE(&served, NULL, "--replay", path, "--cut", "700");
    assert_int_equal(ask(&served, POST_RESPONSES, "", STREAM, NULL, &got),
                     ECONNRESET);
    assert_true(str_equal(buf_str(&got), str_take(buf_str(&taped), 700)));
    served_stop(&served);
    unlink(path);
    rmdir(dir);
    buf_release(&got);
    buf_release(&taped);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_has_no_token_or_an_origin_stays_out),
        cmocka_unit_test(only_the_very_token_opens),
        cmocka_unit_test(requests_find_their_routes),
        cmocka_unit_test(a_stream_has_named_events_and_a_last_chunk),
        cmocka_unit_test(a_connection_takes_one_request_after_another),
        cmocka_unit_test(a_body_may_come_in_chunks_after_a_continue),
        cmocka_unit_test(a_request_may_wish_for_its_fault),
        cmocka_unit_test(a_model_may_be_named_after_a_fault),
        cmocka_unit_test(a_schedule_strikes_the_first_requests_only),
        cmocka_unit_test(streams_end_as_their_faults_say),
        cmocka_unit_test(an_answer_is_cut_at_the_very_byte),
        cmocka_unit_test(the_length_of_a_body_may_lie),
        cmocka_unit_test(heads_may_be_long_many_slow_or_cut),
        cmocka_unit_test(events_come_in_every_form_a_reader_must_take),
        cmocka_unit_test(who_asked_what_and_when_is_recorded),
        cmocka_unit_test(recorded_bytes_can_be_played_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
