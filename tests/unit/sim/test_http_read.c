/* Requests of HTTP/1.1 as bytes: what is taken, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/sim/http_read.h"

#define BODY "POST /x?y HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
#define CHUNKS                                                         \
    "POST /x HTTP/1.1\r\nhost:a\r\nTransfer-Encoding: chunked\r\n\r\n" \
    "2;ext=1\r\nhe\r\n3\r\nllo\r\n0\r\nTrailer: x\r\n\r\n"

// Reads to the end, `piece` bytes at a time; gives the last step.
static enum http_step read_all(struct http_reader *reader,
                               struct http_request *request, struct str text,
                               size_t piece)
{
    enum http_step step = HTTP_MORE;

    while (text.len > 0 && step != HTTP_READY && step != HTTP_WRONG) {
        struct str bytes = str_take(text, piece);
        size_t before = bytes.len;
        step = http_read(reader, &bytes, request);
        text = str_skip(text, before - bytes.len);
    }
    return step;
}

static void a_request_reads_the_same_however_it_is_cut(void **state)
{
    static const char *const texts[] = { BODY, CHUNKS };

    (void)state;
    for (size_t i = 0; i < 2; i++)
        for (size_t piece = 1; piece <= strlen(texts[i]); piece++) {
            struct http_reader reader = { 0 };
            struct http_request request;
            assert_int_equal(
                read_all(&reader, &request, str_from(texts[i]), piece),
                HTTP_READY);
            assert_true(str_is(request.method, "POST"));
            assert_true(str_is(request.path, "/x"));
            assert_true(str_is(http_header(&request, "HOST"), "a"));
            assert_true(str_is(request.body, "hello"));
            http_release(&reader);
        }
}

static void the_head_comes_before_the_body(void **state)
{
    struct http_reader reader = { 0 };
    struct http_request request;
    struct str bytes = STR(BODY);

    (void)state;
    assert_int_equal(http_read(&reader, &bytes, &request), HTTP_HEAD);
    assert_true(str_is(bytes, "hello"));
    assert_int_equal(http_read(&reader, &bytes, &request), HTTP_READY);
    http_release(&reader);
}

static void a_second_request_stays_for_the_next_reading(void **state)
{
    struct http_reader reader = { 0 };
    struct http_request request;
    struct str bytes =
        STR("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\n"
            "Host: a\r\nConnection: close\r\n\r\n");

    (void)state;
    assert_int_equal(http_read(&reader, &bytes, &request), HTTP_HEAD);
    assert_int_equal(http_read(&reader, &bytes, &request), HTTP_READY);
    assert_true(str_is(request.path, "/a"));
    assert_true(request.keep_alive);
    http_reset(&reader);
    assert_int_equal(http_read(&reader, &bytes, &request), HTTP_HEAD);
    assert_true(str_is(request.path, "/b"));
    assert_false(request.keep_alive);
    http_release(&reader);
}

struct wrong {
    const char *text;
    int status;
};

static void what_is_malformed_is_refused(void **state)
{
    static const struct wrong cases[] = {
        { "GET /\r\n\r\n", 400 },
        { "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400 },
        { "G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400 },
        { "GET / HTTP/1.1\nHost: a\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
          "Content-Length: 1\r\n\r\n",
          400 },
        { "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
          "Transfer-Encoding: chunked\r\n\r\n",
          400 },
        { "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501 },
        { "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n",
          413 },
        { "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
          "x\r\n",
          400 },
        { "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
          "ffffffff\r\n",
          413 },
        { "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
          "1\r\nab\r\n",
          400 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct http_reader reader = { 0 };
        struct http_request request;
        enum http_step step =
            read_all(&reader, &request, str_from(cases[i].text), SIZE_MAX);
        if (step != HTTP_WRONG || reader.status != cases[i].status)
            fail_msg("%s: step %d, status %d", cases[i].text, (int)step,
                     reader.status);
        http_release(&reader);
    }
}

static void a_head_without_end_is_refused_at_its_limit(void **state)
{
    struct http_reader reader = { 0 };
    struct http_request request;
    struct buf text = { 0 };

    (void)state;
    buf_append(&text, STR("GET / HTTP/1.1\r\nX: "));
    while (text.len < LIMIT_HEAD_BYTES)
        buf_append_char(&text, 'x');
    assert_int_equal(read_all(&reader, &request, buf_str(&text), 1000),
                     HTTP_WRONG);
    assert_int_equal(reader.status, 431);
    buf_release(&text);
    http_release(&reader);
}

static void lists_in_headers_are_searched_word_by_word(void **state)
{
    struct http_reader reader = { 0 };
    struct http_request request;

    (void)state;
    read_all(&reader, &request,
             STR("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, "
                 "UPGRADE\r\n\r\n"),
             SIZE_MAX);
    assert_true(http_header_has(&request, "connection", "upgrade"));
    assert_false(http_header_has(&request, "connection", "keep"));
    http_release(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_reads_the_same_however_it_is_cut),
        cmocka_unit_test(the_head_comes_before_the_body),
        cmocka_unit_test(a_second_request_stays_for_the_next_reading),
        cmocka_unit_test(what_is_malformed_is_refused),
        cmocka_unit_test(a_head_without_end_is_refused_at_its_limit),
        cmocka_unit_test(lists_in_headers_are_searched_word_by_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
