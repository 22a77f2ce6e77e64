/* Errors of every shape, and the remedy for each: protocol.md 1.3, 1.8, 3.6,
 * 6.5; reliability.md N6 to N29. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "kerf/wire/event_json.h"
#include "kerf/wire/failure.h"
#include "kerf/wire/profile.h"

static void assert_text(struct str got, const char *want)
{
    if (!str_is(got, want))
        fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(got), want);
}

struct body_case {
    int status;
    const char *body;
    int got_status;
    const char *code, *message, *param;
};

static const struct body_case bodies[] = {
    { 400,
      "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\","
      "\"param\":\"input\",\"code\":\"bad\"}}",
      400, "bad", "no", "input" },
    { 400,
      "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\","
      "\"param\":null,\"code\":null}}",
      400, "invalid_request_error", "no", "" },
    { 503,
      "{\"error\":{\"code\":503,\"message\":\"Loading model\","
      "\"type\":\"unavailable_error\"}}",
      503, "unavailable_error", "Loading model", "" },
    { 404, "{\"error\":\"model 'x' not found\"}", 404, "",
      "model 'x' not found", "" },
    { 403, "{\"detail\":\"Forbidden\"}", 403, "", "Forbidden", "" },
    { 422, "{\"detail\":[{\"loc\":[\"body\",\"model\"],\"msg\":\"required\"}]}",
      422, "", "required", "" },
    { 500, "{\"message\":\"oops\",\"code\":\"E1\"}", 500, "E1", "oops", "" },
    { 400, "[{\"error\":{\"code\":400,\"message\":\"no\"}}]", 400, "", "no",
      "" },
    { 502, "<html><head><title>502 Bad\nGateway</title></head></html>", 502, "",
      "a web page answered: 502 Bad Gateway", "" },
    { 502, "<!doctype html>", 502, "", "a web page answered, not the API", "" },
    { 500, "internal\033[31m error\n", 500, "",
      "internal\xe2\x90\x9b[31m error", "" },
    { 500, "", 500, "", "status 500 without a reason", "" },
    { 500, "{}", 500, "", "status 500 without a reason", "" },
    { 500, "{\"error\":{\"message\":7}}", 500, "",
      "status 500 without a reason", "" },
    { 0, "{\"error\":{\"message\":\"x\"},\"status_code\":429}", 429, "", "x",
      "" },
};

static void each_shape_of_a_body_is_read(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        const struct body_case *c = &bodies[i];
        struct failure failure =
            failure_from_body(&arena, c->status, NULL, str_from(c->body));
        assert_int_equal(failure.status, c->got_status);
        assert_text(failure.code, c->code);
        assert_text(failure.message, c->message);
        assert_text(failure.param, c->param);
        assert_int_equal(failure.retry_after_ms, -1);
    }
    arena_release(&arena);
}

static void a_page_with_200_is_no_api(void **state)
{
    struct arena arena = { 0 };
    struct failure_head head = { .content_type = STR("text/html; x") };
    struct failure failure =
        failure_from_body(&arena, 200, &head, STR("Please log in"));

    (void)state;
    assert_int_equal(failure.origin, FAILURE_FOREIGN);
    assert_int_equal(failure_cure(&failure, TRANSPORT_HTTP).remedy,
                     REMEDY_TELL);
    arena_release(&arena);
}

static void a_long_message_is_cut(void **state)
{
    struct arena arena = { 0 };
    struct buf body = { 0 };

    (void)state;
    for (size_t i = 0; i < 10000; i++)
        buf_append(&body, STR("word "));
    struct failure failure =
        failure_from_body(&arena, 500, NULL, buf_str(&body));
    assert_true(failure.message.len <= LIMIT_FAILURE_TEXT_BYTES);
    buf_release(&body);
    arena_release(&arena);
}

static void each_way_to_say_wait_is_read(void **state)
{
    static const struct {
        const char *ms, *after, *body;
        int64_t wait_ms;
    } cases[] = {
        { "350", "9", "", 350 },
        { "", "20", "", 20000 },
        { "", "1.5", "", 1500 },
        { "", "Sat, 21 Nov 2026 08:00:10 GMT", "", 10000 },
        { "", "Sat, 21 Nov 2026 07:00:00 GMT", "", 0 },
        { "", "Sat, 29 Feb 2028 08:00:00 GMT", "", 34560000000 },
        { "", "soon", "", -1 },
        { "", "-5", "", -1 },
        { "", "99999999999999999999", "", -1 },
        { "", "", "{\"message\":\"Please try again in 350ms.\"}", 350 },
        { "", "", "{\"message\":\"Please try again in 1.2s. x\"}", 1200 },
        { "", "", "{\"message\":\"Please try again in 6m0s.\"}", 360000 },
        { "", "", "{\"message\":\"try again in 1h2m3s\"}", 3723000 },
        { "", "", "{\"message\":\"Retry after: no\"}", -1 },
        { "", "", "{\"message\":\"please retry after 20 seconds.\"}", 20000 },
        { "", "", "{\"message\":\"try again in 2 minutes\"}", 120000 },
        { "2", "", "{\"message\":\"try again in 350ms\"}", 2 },
    };
    struct arena arena = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct failure_head head = {
            .retry_after_ms = str_from(cases[i].ms),
            .retry_after = str_from(cases[i].after),
            .now_s = 1795248000, // 2026-11-21 08:00:00
        };
        struct failure failure =
            failure_from_body(&arena, 429, &head, str_from(cases[i].body));
        assert_int_equal(failure.retry_after_ms, cases[i].wait_ms);
    }
    arena_release(&arena);
}

static void an_event_becomes_a_failure_and_back(void **state)
{
    struct arena arena = { 0 };
    struct event event, back;
    struct error err = { 0 };
    bool known = false;

    (void)state;
    assert_true(event_decode(
        &arena,
        STR("{\"type\":\"error\",\"status\":429,\"error\":{\"type\":"
            "\"usage_limit_reached\",\"message\":\"try again in 2s\","
            "\"param\":\"p\",\"resets_at\":1795222800}}"),
        &event, &known, &err));
    struct failure failure = failure_from_event(&arena, &event);
    assert_int_equal(failure.status, 429);
    assert_int_equal(failure.retry_after_ms, 2000);
    assert_int_equal(failure.resets_at, 1795222800);
    assert_text(failure.param, "p");
    failure_to_event(&failure, &back);
    assert_int_equal(back.kind, EVENT_RESPONSE_FAILED);
    assert_int_equal(back.number, 429);
    assert_text(back.name, "usage_limit_reached");
    assert_int_equal(back.count, event.count);
    arena_release(&arena);
}

static void headers_inside_an_error_tell_the_wait(void **state)
{
    static const struct {
        const char *json;
        int64_t wait_ms;
        const char *message;
    } cases[] = {
        { "{\"type\":\"error\",\"status\":429,\"error\":{\"message\":\"Slow.\"}"
          ","
          "\"headers\":{\"retry-after\":\"7\"}}",
          7000, "Slow. (try again in 7s)" },
        { "{\"type\":\"error\",\"status\":429,\"error\":{\"message\":\"Slow.\","
          "\"headers\":{\"Retry-After\":7}}}",
          7000, "Slow. (try again in 7s)" },
        { "{\"type\":\"error\",\"headers\":{\"retry-after-ms\":\"350\","
          "\"retry-after\":\"1\"},\"message\":\"Slow.\"}",
          350, "Slow. (try again in 350ms)" },
        { "{\"type\":\"error\",\"headers\":{\"retry-after\":\"9\"},"
          "\"message\":\"Please try again in 2s.\"}",
          2000, "Please try again in 2s." },
        { "{\"type\":\"error\",\"headers\":{\"retry-after\":true},"
          "\"message\":\"Slow.\"}",
          -1, "Slow." },
    };
    struct arena arena = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct event event;
        struct error err;
        bool known;
        assert_true(event_decode(&arena, str_from(cases[i].json), &event,
                                 &known, &err));
        struct failure failure = failure_from_event(&arena, &event);
        assert_int_equal(failure.retry_after_ms, cases[i].wait_ms);
        assert_true(str_is(failure.message, cases[i].message));
    }
    arena_release(&arena);
}

struct cure_case {
    enum failure_origin origin;
    int status;
    const char *code, *message;
    const char *ws, *http; // remedies
};

static const struct cure_case cures[] = {
    // protocol.md 3.6
    { FAILURE_EVENT, 400, "previous_response_not_found", "", "resend full",
      "wait" },
    { FAILURE_EVENT, 400, "websocket_connection_limit_reached", "", "redial",
      "wait" },
    { FAILURE_EVENT, 400, "websocket_stream_limit_reached", "", "redial",
      "wait" },
    { FAILURE_EVENT, 400, "invalid_stream_id", "", "tell", "tell" },
    { FAILURE_EVENT, 400, "unsupported_parameter", "", "drop parameter",
      "drop parameter" },
    { FAILURE_EVENT, 400, "invalid_request_error", "", "tell", "tell" },
    { FAILURE_EVENT, 400, "context_length_exceeded", "", "compact", "compact" },
    { FAILURE_HTTP, 400, "", "exceeds the context window of 8", "compact",
      "compact" },
    { FAILURE_EVENT, 400, "model_not_found", "", "models", "models" },
    { FAILURE_EVENT, 400, "",
      "The model is not supported when using Codex with a ChatGPT account",
      "models", "models" },
    { FAILURE_EVENT, 401, "invalid_api_key", "", "refresh key", "refresh key" },
    { FAILURE_EVENT, 403, "", "", "tell", "tell" },
    { FAILURE_EVENT, 429, "rate_limit_exceeded", "quota of tokens", "wait",
      "wait" },
    { FAILURE_EVENT, 429, "usage_limit_reached", "", "limit", "limit" },
    { FAILURE_EVENT, 0, "insufficient_quota", "", "limit", "limit" },
    { FAILURE_HTTP, 429, "", "You exceeded your current quota", "limit",
      "limit" },
    { FAILURE_HTTP, 429, "", "slow down please", "wait", "wait" },
    { FAILURE_EVENT, 0, "server_error", "", "wait", "wait" },
    { FAILURE_EVENT, 0, "server_is_overloaded", "", "wait", "wait" },
    { FAILURE_EVENT, 0, "", "who knows", "tell", "tell" },
    { FAILURE_EVENT, 0, "cyber_policy", "", "tell", "tell" },
    // protocol.md 1.3
    { FAILURE_HANDSHAKE, 401, "", "", "refresh key", "refresh key" },
    { FAILURE_HANDSHAKE, 403, "", "", "tell", "tell" },
    { FAILURE_HANDSHAKE, 400, "", "", "other transport", "tell" },
    { FAILURE_HANDSHAKE, 404, "", "", "other transport", "tell" },
    { FAILURE_HANDSHAKE, 405, "", "", "other transport", "tell" },
    { FAILURE_HANDSHAKE, 426, "", "", "other transport", "tell" },
    { FAILURE_HANDSHAKE, 501, "", "", "other transport", "tell" },
    { FAILURE_HANDSHAKE, 429, "", "", "wait", "wait" },
    { FAILURE_HANDSHAKE, 503, "", "", "wait", "wait" },
    { FAILURE_HANDSHAKE, 301, "", "", "tell", "tell" },
    // reliability.md N10 to N21
    { FAILURE_HTTP, 307, "", "", "tell", "tell" },
    { FAILURE_HTTP, 400, "", "", "tell", "tell" },
    { FAILURE_HTTP, 402, "", "", "limit", "limit" },
    { FAILURE_HTTP, 404, "", "", "tell", "tell" },
    { FAILURE_HTTP, 404, "", "no such model", "models", "models" },
    { FAILURE_PROXY, 407, "", "", "tell", "tell" },
    { FAILURE_PROXY, 502, "", "", "wait", "wait" },
    { FAILURE_HTTP, 408, "", "", "wait", "wait" },
    { FAILURE_HTTP, 409, "", "", "wait", "wait" },
    { FAILURE_HTTP, 425, "", "", "wait", "wait" },
    { FAILURE_HTTP, 413, "", "", "compact", "compact" },
    { FAILURE_HTTP, 422, "", "", "tell", "tell" },
    { FAILURE_HTTP, 500, "", "", "wait", "wait" },
    { FAILURE_HTTP, 529, "", "", "wait", "wait" },
    { FAILURE_HTTP, 503, "", "Loading model", "wait", "wait" },
    { FAILURE_FOREIGN, 200, "", "", "tell", "tell" },
    // protocol.md 1.8, N22 to N29
    { FAILURE_CLOSE, 1000, "", "", "redial", "wait" },
    { FAILURE_CLOSE, 1001, "", "", "redial", "wait" },
    { FAILURE_CLOSE, 1002, "", "", "wait", "wait" },
    { FAILURE_CLOSE, 1006, "", "", "redial", "wait" },
    { FAILURE_CLOSE, 1007, "", "", "redial", "wait" },
    { FAILURE_CLOSE, 1008, "", "", "tell", "tell" },
    { FAILURE_CLOSE, 1009, "", "", "other transport", "compact" },
    { FAILURE_CLOSE, 1011, "", "", "wait", "wait" },
    { FAILURE_CLOSE, 1012, "", "", "wait", "wait" },
    { FAILURE_CLOSE, 1013, "", "", "wait", "wait" },
    { FAILURE_CLOSE, 1015, "", "", "redial", "wait" },
    { FAILURE_CLOSE, 4000, "", "", "redial", "wait" },
    { FAILURE_CUT, 0, "", "", "redial", "wait" },
    { FAILURE_TLS, 0, "", "", "tell", "tell" },
    { FAILURE_DNS, 0, "", "", "wait", "wait" },
    { FAILURE_CONNECT, 0, "", "", "wait", "wait" },
    { FAILURE_SILENT, 0, "", "", "redial", "wait" },
};

static struct failure make(const struct cure_case *c)
{
    return (struct failure){ .origin = c->origin,
                             .status = c->status,
                             .code = str_from(c->code),
                             .message = str_from(c->message),
                             .param = STR("p"),
                             .retry_after_ms = -1 };
}

static void each_failure_has_its_remedy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cures) / sizeof(cures[0]); i++) {
        struct failure failure = make(&cures[i]);
        const char *ws =
            remedy_name(failure_cure(&failure, TRANSPORT_WS).remedy);
        const char *http =
            remedy_name(failure_cure(&failure, TRANSPORT_HTTP).remedy);
        if (!str_is(str_from(ws), cures[i].ws)
            || !str_is(str_from(http), cures[i].http))
            fail_msg("%d %s %s: got %s and %s", cures[i].status, cures[i].code,
                     cures[i].message, ws, http);
    }
}

static void no_remedy_is_without_end_or_without_a_wait(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cures) / sizeof(cures[0]); i++) {
        struct failure failure = make(&cures[i]);
        struct cure cure = failure_cure(&failure, TRANSPORT_WS);
        bool network = failure.origin == FAILURE_DNS
                       || failure.origin == FAILURE_CONNECT;
        assert_true(cure.tries <= 120 || network);
        assert_true(cure.then != REMEDY_WAIT && cure.then != REMEDY_REDIAL);
        assert_int_equal(cure_wait_ms(&cure, &failure, cure.tries), -1);
        if (cure.remedy == REMEDY_WAIT)
            assert_true(cure_wait_ms(&cure, &failure, 0) > 0);
    }
}

static void waits_double_up_to_the_most(void **state)
{
    struct failure failure = { .origin = FAILURE_HTTP,
                               .status = 500,
                               .retry_after_ms = -1 };
    struct cure cure = failure_cure(&failure, TRANSPORT_HTTP);

    (void)state;
    assert_int_equal(cure_wait_ms(&cure, &failure, 0), 1000);
    assert_int_equal(cure_wait_ms(&cure, &failure, 1), 2000);
    assert_int_equal(cure_wait_ms(&cure, &failure, 4), 16000);
    assert_int_equal(cure_wait_ms(&cure, &failure, 5), -1);
    failure.retry_after_ms = 70;
    assert_int_equal(cure_wait_ms(&cure, &failure, 3), 70);
}

static void a_wait_of_hours_is_a_limit_of_the_plan(void **state)
{
    struct failure failure = { .origin = FAILURE_EVENT,
                               .status = 429,
                               .code = STR("rate_limit_exceeded"),
                               .retry_after_ms = 7200000 };

    (void)state;
    assert_int_equal(failure_cure(&failure, TRANSPORT_WS).remedy, REMEDY_LIMIT);
}

static void a_rejected_field_is_left_out_once_and_for_all(void **state)
{
    struct profile profile = { 0 };
    struct failure failure = { .param = STR("reasoning.summary") };

    (void)state;
    assert_true(profile_allows(&profile, "reasoning.summary"));
    assert_true(profile_learn(&profile, &failure));
    assert_false(profile_learn(&profile, &failure)); // nothing is gained
    assert_false(profile_allows(&profile, "reasoning.summary"));
    assert_true(profile_allows(&profile, "reasoning.effort"));
    failure.param = STR("reasoning");
    assert_true(profile_learn(&profile, &failure));
    assert_false(profile_allows(&profile, "reasoning.effort"));
    assert_true(profile_allows(&profile, "include"));
}

static void what_protects_or_carries_the_turn_stays(void **state)
{
    static const char *const kept[] = { "store",    "model",        "input",
                                        "messages", "instructions", "tools",
                                        "" };
    struct profile profile = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        struct failure failure = { .param = str_from(kept[i]) };
        assert_false(profile_learn(&profile, &failure));
    }
}

static void reasoning_that_is_rejected_is_not_sent_back(void **state)
{
    struct profile profile = { 0 };
    struct failure failure = { .param = STR("messages[4].reasoning") };

    (void)state;
    assert_false(profile_learn_reasoning(&profile, STR("else")));
    assert_true(profile_learn_reasoning(&profile, STR("reasoning")));
    assert_false(profile_learn_reasoning(&profile, STR("reasoning")));
    assert_true(profile_learn(&profile, &failure));
    assert_int_equal(profile.reasoning_field.len, 0);
    assert_false(profile_learn_reasoning(&profile, STR("reasoning")));
    assert_true(profile_allows(&profile, "reasoning.effort"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_shape_of_a_body_is_read),
        cmocka_unit_test(a_page_with_200_is_no_api),
        cmocka_unit_test(a_long_message_is_cut),
        cmocka_unit_test(each_way_to_say_wait_is_read),
        cmocka_unit_test(an_event_becomes_a_failure_and_back),
        cmocka_unit_test(headers_inside_an_error_tell_the_wait),
        cmocka_unit_test(each_failure_has_its_remedy),
        cmocka_unit_test(no_remedy_is_without_end_or_without_a_wait),
        cmocka_unit_test(waits_double_up_to_the_most),
        cmocka_unit_test(a_wait_of_hours_is_a_limit_of_the_plan),
        cmocka_unit_test(a_rejected_field_is_left_out_once_and_for_all),
        cmocka_unit_test(what_protects_or_carries_the_turn_stays),
        cmocka_unit_test(reasoning_that_is_rejected_is_not_sent_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
