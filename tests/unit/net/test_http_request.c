/* HTTP: what goes out, what is read of a head, and the limits. */
#include "kerf/net/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "getter.c"
#include "server.c"

#define MOST_STEPS 8 // the rest is ACT_NONE
#define OK "HTTP/1.1 200 OK\r\n"
#define EMPTY "Content-Length: 0\r\n\r\n"

static const struct step fine[MOST_STEPS] = {
    DO(ACT_HEAD), TELL("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    DO(ACT_NONE)
};

static struct server play(const struct step *steps)
{
    return server_start(&(struct server_options){ .steps = steps });
}

static void sweep(struct getter *getter, struct server *server,
                  struct buf *heard)
{
    getter_sweep(getter);
    server_stop(server, heard);
}

#define assert_heard(heard, text)                           \
    do {                                                    \
        if (!strstr(buf_cstr(heard), text))                 \
            fail_msg("%s\n in\n%s", text, buf_cstr(heard)); \
    } while (0)

// --- what goes out -----------------------------------------------------------

static void a_post_says_what_it_should(void **state)
{
    static const struct step steps[MOST_STEPS] = { DO(ACT_HEAD), HEAR(7),
                                                   TELL(OK EMPTY),
                                                   DO(ACT_NONE) };
    const struct http_header headers[] = {
        { STR("OpenAI-Project"), STR("p1") },
        { STR("OpenAI-Organization"), STR("") },
    };
    struct server server = play(steps);
    struct getter getter = { .options = { .method = HTTP_POST,
                                          .path = STR("/responses"),
                                          .bearer = STR("sk-1"),
                                          .user_agent = STR("kerf/1"),
                                          .headers = headers,
                                          .header_count = 2,
                                          .body = STR("{\"a\":1}"),
                                          .accept = HTTP_ACCEPT_STREAM } };
    struct buf heard = { 0 };

    (void)state;
    getter_play(&getter, &server, NULL);
    assert_int_equal(getter.end.end_class, NET_END_NORMAL);
    sweep(&getter, &server, &heard);

    assert_heard(&heard, "POST /v1/responses HTTP/1.1\r\nHost: 127.0.0.1:");
    assert_heard(&heard, "\r\nAuthorization: Bearer sk-1\r\n");
    assert_heard(&heard, "\r\nUser-Agent: kerf/1\r\n");
    assert_heard(&heard, "\r\nAccept: text/event-stream\r\n");
    assert_heard(&heard, "\r\nContent-Type: application/json\r\n");
    assert_heard(&heard, "\r\nContent-Length: 7\r\n");
    assert_heard(&heard, "\r\nOpenAI-Project: p1\r\n");
    assert_heard(&heard, "\r\n\r\n{\"a\":1}");
    assert_null(strstr(buf_cstr(&heard), "Organization"));
    assert_null(strstr(buf_cstr(&heard), "Expect"));
    buf_release(&heard);
}

static void a_get_has_no_body(void **state)
{
    struct server server = play(fine);
    struct getter getter = { .options = { .path = STR("/models"),
                                          .accept = HTTP_ACCEPT_JSON } };
    struct buf heard = { 0 };

    (void)state;
    getter_play(&getter, &server, NULL);
    sweep(&getter, &server, &heard);

    assert_heard(&heard, "GET /v1/models HTTP/1.1\r\n");
    assert_heard(&heard, "\r\nAccept: application/json\r\n");
    assert_null(strstr(buf_cstr(&heard), "Content-"));
    buf_release(&heard);
}

static void a_body_of_megabytes_goes_out_whole(void **state)
{
    const size_t size = (size_t)3 << 20;
    const struct step steps[MOST_STEPS] = { DO(ACT_HEAD), HEAR(size),
                                            TELL(OK EMPTY), DO(ACT_NONE) };
    struct server server = play(steps);
    struct getter getter = { .options = { .method = HTTP_POST,
                                          .body_is_borrowed = true } };
    char *body = malloc(size);
    struct buf heard = { 0 };

    (void)state;
    assert_non_null(body);
    memset(body, 'b', size);
    getter.options.body = (struct str){ body, size };
    getter_play(&getter, &server, NULL);
    assert_int_equal(getter.end.end_class, NET_END_NORMAL);
    sweep(&getter, &server, &heard);

    size_t at = str_find(buf_str(&heard), STR("\r\n\r\n"));
    assert_int_equal(heard.len - at - 4, size);
    buf_release(&heard);
    free(body);
}

static void a_unix_socket_works_as_well(void **state)
{
    char folder[] = "/tmp/kerf-http-XXXXXX", path[64], url[80];
    struct buf heard = { 0 };

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/s", folder);
    snprintf(url, sizeof(url), "unix:%s", path);
    struct server server = server_start(
        &(struct server_options){ .steps = fine, .unix_path = path });
    struct getter getter = { .options = {
                                 .path = STR("/models"),
                                 .access.proxy = STR("http://127.0.0.1:1") } };
    getter_play(&getter, &server, url);
    assert_int_equal(getter.end.end_class, NET_END_NORMAL);
    sweep(&getter, &server, &heard);

    assert_heard(&heard, "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n");
    buf_release(&heard);
    unlink(path);
    rmdir(folder);
}

static void expect_refusal(struct http_options options, const char *url,
                           const char *words)
{
    struct getter getter = { .options = options };

    getter_play(&getter, NULL, url ? url : "http://127.0.0.1:1");
    if (getter.end.end_class != NET_END_REFUSED
        || !strstr(getter.end.text, words))
        fail_msg("%s: class %d \"%s\"", words, (int)getter.end.end_class,
                 getter.end.text);
    assert_null(strstr(getter.end.text, "hush"));
    getter_sweep(&getter);
}

static void what_cannot_be_sent_is_an_end_as_well(void **state)
{
    static const struct http_header bad[] = {
        { { "X: 1", 4 }, { "y", 1 } }, { { "X", 1 }, { "a\r\nY: 1", 7 } }
    };

    (void)state;
    expect_refusal((struct http_options){ .bearer = STR("hush\r\nX: 1") }, NULL,
                   "key");
    expect_refusal((struct http_options){ .path = STR("/a b") }, NULL, "path");
    expect_refusal((struct http_options){ .path = STR("a") }, NULL, "path");
    expect_refusal((struct http_options){ .path = STR("/\r\n") }, NULL, "path");
    expect_refusal((struct http_options){ .headers = bad, .header_count = 1 },
                   NULL, "header");
    expect_refusal(
        (struct http_options){ .headers = bad + 1, .header_count = 1 }, NULL,
        "header");
    expect_refusal((struct http_options){ .path = STR("/") }, "ftp://a",
                   "begins with none of");
    expect_refusal(
        (struct http_options){ .access.proxy = STR("ftp://u:hush@a") }, NULL,
        "a proxy begins with");
    expect_refusal(
        (struct http_options){ .access.proxy = STR("http://u:hush%@a") }, NULL,
        "login of the proxy");
}

// --- what is read of a head --------------------------------------------------

static struct http_head head_of(const char *lines, struct http_end *end)
{
    struct buf answer = { 0 };

    buf_append(&answer, str_from(lines));
    buf_append(&answer, STR(EMPTY));
    const struct step steps[MOST_STEPS] = {
        DO(ACT_HEAD), { ACT_TELL, answer.at, answer.len, 0 }, DO(ACT_CLOSE)
    };
    struct server server = play(steps);
    struct getter getter = { .ends = 0 };

    getter_play(&getter, &server, NULL);
    *end = getter.end;
    struct http_head head = getter.head;
    sweep(&getter, &server, NULL);
    buf_release(&answer);
    return head;
}

static void the_limits_of_the_server_are_read(void **state)
{
    struct http_end end;
    struct http_head head = head_of(
        OK "x-ratelimit-limit-requests: 500\r\n"
           "X-RateLimit-Remaining-Requests: 499\r\n"
           "x-ratelimit-reset-requests: 12ms\r\n"
           "x-ratelimit-reset-tokens: 6m0s\r\n"
           "x-ratelimit-remaining-tokens-minute: 7\r\n"
           "x-ratelimit-reset-tokens-minute: 1.25\r\n"
           "x-ratelimit-limit-bad: many\r\nx-ratelimit-odd-tokens: 1\r\n",
        &end);

    (void)state;
    assert_int_equal(head.rate_count, 4);
    assert_string_equal(head.rates[0].what, "requests");
    assert_int_equal(head.rates[0].limit, 500);
    assert_int_equal(head.rates[0].remaining, 499);
    assert_int_equal(head.rates[0].reset_ms, 12);
    assert_string_equal(head.rates[1].what, "tokens");
    assert_int_equal(head.rates[1].limit, -1);
    assert_int_equal(head.rates[1].reset_ms, 360000);
    assert_string_equal(head.rates[2].what, "tokens-minute");
    assert_int_equal(head.rates[2].remaining, 7);
    assert_int_equal(head.rates[2].reset_ms, 1250);
    assert_int_equal(head.rates[3].limit, -1);
}

static void who_answers_is_read_without_odd_bytes(void **state)
{
    struct http_end end;
    struct http_head head = head_of(OK "openai-model: gpt\x1b[1m-6\r\n"
                                       "X-Request-Id: req_1\r\n",
                                    &end);

    (void)state;
    assert_string_equal(head.model, "gpt[1m-6");
    assert_string_equal(head.request_id, "req_1");
}

static const struct {
    const char *lines;
    int64_t ms;
} retries[] = {
    { "Retry-After: 7\r\n", 7000 },
    { "retry-after-ms: 350\r\n", 350 },
    { "retry-after-ms: 350\r\nRetry-After: 7\r\n", 350 },
    { "Retry-After: 7\r\nretry-after-ms: 350\r\n", 350 },
    { "Retry-After: 1.5\r\n", 1500 },
    { "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 0 },
    { "Retry-After: soon\r\n", 0 },
    { "Retry-After: -5\r\n", 0 },
    { "Retry-After: 99999999999999999999\r\n", 31536000000 },
    { "retry-after-ms: x\r\n", 0 },
    { "", 0 },
};

static void how_long_to_wait_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(retries) / sizeof(retries[0]); i++) {
        char lines[256];
        struct http_end end;
        snprintf(lines, sizeof(lines), "HTTP/1.1 429 No\r\n%s",
                 retries[i].lines);
        struct http_head head = head_of(lines, &end);
        if (head.retry_after_ms != retries[i].ms
            || end.retry_after_ms != retries[i].ms)
            fail_msg("%s: %lld", retries[i].lines,
                     (long long)head.retry_after_ms);
    }
}

static void a_date_to_wait_for_is_read(void **state)
{
    char lines[128];
    struct http_end end;
    time_t when = time(NULL) + 600;
    struct tm utc;

    (void)state;
    gmtime_r(&when, &utc);
    strftime(lines, sizeof(lines),
             "HTTP/1.1 429 No\r\nRetry-After: %a, %d %b %Y %H:%M:%S GMT\r\n",
             &utc);
    head_of(lines, &end);
    assert_in_range(end.retry_after_ms, 500000, 600000);
}

// --- limits ------------------------------------------------------------------

static void expect_too_big(const struct step *steps, size_t limit_bytes,
                           const char *words)
{
    struct server server = play(steps);
    struct getter getter = { .options = { .limit_bytes = limit_bytes } };

    getter_play(&getter, &server, NULL);
    assert_int_equal(getter.end.end_class, NET_END_PROTOCOL);
    assert_non_null(strstr(getter.end.text, words));
    if (limit_bytes > 0)
        assert_true(getter.bytes <= limit_bytes);
    sweep(&getter, &server, NULL);
}

static void a_head_beyond_the_limit_is_cut_off(void **state)
{
    static const struct step lines[MOST_STEPS] = { DO(ACT_HEAD), TELL(OK),
                                                   REPEAT("A: b\r\n", 101),
                                                   TELL(EMPTY), DO(ACT_NONE) };
    static const struct step bytes[MOST_STEPS] = { DO(ACT_HEAD), TELL(OK "A: "),
                                                   FILL(33000),
                                                   TELL("\r\n" EMPTY),
                                                   DO(ACT_NONE) };
    static const struct step endless[MOST_STEPS] = {
        DO(ACT_HEAD), TELL(OK), REPEAT("A: b\r\n", 10000000), DO(ACT_NONE)
    };
    static const struct step preludes[MOST_STEPS] = {
        DO(ACT_HEAD), REPEAT("HTTP/1.1 103 Hints\r\n\r\n", 10000000),
        DO(ACT_NONE)
    };

    (void)state;
    expect_too_big(lines, 0, "head of the answer is too big");
    expect_too_big(bytes, 0, "head of the answer is too big");
    expect_too_big(endless, 0, "head of the answer is too big");
    expect_too_big(preludes, 0, "head of the answer is too big");
}

static void a_head_at_the_limit_is_fine(void **state)
{
    static const struct step steps[MOST_STEPS] = { DO(ACT_HEAD), TELL(OK),
                                                   REPEAT("A: b\r\n", 97),
                                                   TELL(EMPTY), DO(ACT_NONE) };
    struct server server = play(steps);
    struct getter getter = { .ends = 0 };

    (void)state;
    getter_play(&getter, &server, NULL);
    assert_int_equal(getter.end.end_class, NET_END_NORMAL);
    sweep(&getter, &server, NULL);
}

static void a_body_beyond_the_limit_is_cut_off(void **state)
{
    static const struct step steps[MOST_STEPS] = {
        DO(ACT_HEAD), TELL(OK "\r\n"), FILL(100000000), DO(ACT_NONE)
    };

    (void)state;
    expect_too_big(steps, 100000, "the answer is too big");
}

static void of_an_error_two_kilobytes_are_kept(void **state)
{
    static const struct step steps[MOST_STEPS] = {
        DO(ACT_HEAD), TELL("HTTP/1.1 400 No\r\n\r\n{\"error\":"),
        FILL(100000000), DO(ACT_NONE)
    };
    struct server server = play(steps);
    struct getter getter = { .ends = 0 };

    (void)state;
    getter_play(&getter, &server, NULL);
    assert_int_equal(getter.end.status, 400);
    assert_int_equal(getter.bytes, 0);
    assert_int_equal(getter.error_body.len, LIMIT_HTTP_ERROR_BYTES);
    assert_true(
        str_starts_with(buf_str(&getter.error_body), STR("{\"error\":xxx")));
    sweep(&getter, &server, NULL);
}

static void what_a_redirect_says_is_made_safe(void **state)
{
    static const struct step steps[MOST_STEPS] = {
        DO(ACT_HEAD),
        TELL("HTTP/1.1 302 Away\r\nLocation: http://a/\x1b]0;x\x07\r\n" EMPTY),
        DO(ACT_NONE)
    };
    struct server server = play(steps);
    struct getter getter = { .ends = 0 };

    (void)state;
    getter_play(&getter, &server, NULL);
    assert_non_null(strstr(getter.end.text, "http://a/]0;x"));
    assert_null(strchr(getter.end.text, '\x1b'));
    sweep(&getter, &server, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_post_says_what_it_should),
        cmocka_unit_test(a_get_has_no_body),
        cmocka_unit_test(a_body_of_megabytes_goes_out_whole),
        cmocka_unit_test(a_unix_socket_works_as_well),
        cmocka_unit_test(what_cannot_be_sent_is_an_end_as_well),
        cmocka_unit_test(the_limits_of_the_server_are_read),
        cmocka_unit_test(who_answers_is_read_without_odd_bytes),
        cmocka_unit_test(how_long_to_wait_is_read),
        cmocka_unit_test(a_date_to_wait_for_is_read),
        cmocka_unit_test(a_head_beyond_the_limit_is_cut_off),
        cmocka_unit_test(a_head_at_the_limit_is_fine),
        cmocka_unit_test(a_body_beyond_the_limit_is_cut_off),
        cmocka_unit_test(of_an_error_two_kilobytes_are_kept),
        cmocka_unit_test(what_a_redirect_says_is_made_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
