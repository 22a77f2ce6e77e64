/* HTTP answers, good and bad: what is told of them. */
#include "kerf/net/http.h"

#include <dirent.h>
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

#define MOST_STEPS 6 // the rest is ACT_NONE

#define OK "HTTP/1.1 200 OK\r\n"
#define STREAM OK "Content-Type: text/event-stream\r\n"
#define LENGTH(n) "Content-Length: " #n "\r\n\r\n"

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

// --- one answer each ---------------------------------------------------------

struct answer_case {
    const char *name;
    struct step steps[MOST_STEPS];
    enum net_end_class end_class;
    int status;
    const char *data; // what came, cut at its length
    const char *words;
    enum http_accept accept;
};

#define TYPED(accept, name, bytes, ...)                                  \
    {                                                                    \
        name, { DO(ACT_HEAD), TELL(bytes), DO(ACT_CLOSE) }, __VA_ARGS__, \
            accept                                                       \
    }
#define ANSWER(...) TYPED(HTTP_ACCEPT_ANY, __VA_ARGS__)

static const struct answer_case answers[] = {
    ANSWER("a length", OK LENGTH(2) "ab", NET_END_NORMAL, 200, "ab", ""),
    ANSWER("chunks",
           OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n",
           NET_END_NORMAL, 200, "ab", ""),
    ANSWER("until the end", OK "\r\nab", NET_END_NORMAL, 200, "ab", ""),
    ANSWER("nothing", OK LENGTH(0), NET_END_NORMAL, 200, "", ""),
    ANSWER("204", "HTTP/1.1 204 None\r\n\r\n", NET_END_NORMAL, 204, "", ""),
    ANSWER("1xx before",
           "HTTP/1.1 103 Hints\r\nRetry-After: 9\r\n\r\n" OK LENGTH(1) "a",
           NET_END_NORMAL, 200, "a", ""),
    { "another protocol",
      { DO(ACT_HEAD), TELL("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"),
        DO(ACT_DEAF) },
      NET_END_REFUSED,
      101,
      "",
      "HTTP 101",
      HTTP_ACCEPT_ANY },
    { "a head byte by byte",
      { DO(ACT_HEAD), TRICKLE(OK "Content-Length: 2\r\n\r\nab"),
        DO(ACT_CLOSE) },
      NET_END_NORMAL,
      200,
      "ab",
      "",
      HTTP_ACCEPT_ANY },

    // cut
    ANSWER("too short", OK LENGTH(9) "ab", NET_END_LOST, 200, "ab",
           "the answer was cut short"),
    ANSWER("more than its length", OK LENGTH(2) "abcd", NET_END_NORMAL, 200,
           "ab", ""),
    ANSWER("broken chunks", OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\nx",
           NET_END_LOST, 200, "a", "cut"),
    ANSWER("a size that is none",
           OK "Transfer-Encoding: chunked\r\n\r\nzz\r\nab", NET_END_LOST, 200,
           "", "cut"),
    ANSWER("no last chunk", OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
           NET_END_LOST, 200, "a", "cut short"),
    ANSWER("nothing at all", "", NET_END_LOST, 0, "", "no answer in HTTP"),
    ANSWER("half a head", OK "Content-Ty", NET_END_LOST, 0, "", "cut"),
    ANSWER("no HTTP", "SSH-2.0-x\r\n\r\n", NET_END_PROTOCOL, 0, "",
           "no HTTP server"),
    { "a reset before the head",
      { DO(ACT_HEAD), DO(ACT_RESET) },
      NET_END_LOST,
      0,
      "",
      "cut",
      HTTP_ACCEPT_ANY },
    { "a reset in the body",
      { DO(ACT_HEAD), TELL(OK LENGTH(9) "ab"), DO(ACT_RESET) },
      NET_END_LOST,
      200,
      NULL,
      "cut",
      HTTP_ACCEPT_ANY },
    { "closed without reading",
      { DO(ACT_CLOSE) },
      NET_END_LOST,
      0,
      "",
      "",
      HTTP_ACCEPT_ANY },

    // statuses
    ANSWER("301",
           "HTTP/1.1 301 Away\r\nLocation: http://evil.test/x\r\n" LENGTH(0),
           NET_END_REFUSED, 301, "",
           "points elsewhere, which is not followed: http://evil.test/x"),
    ANSWER("307", "HTTP/1.1 307 Away\r\nLocation: /b\r\n" LENGTH(0),
           NET_END_REFUSED, 307, "", "not followed: /b (HTTP 307)"),
    ANSWER("400", "HTTP/1.1 400 No\r\n" LENGTH(2) "ab", NET_END_REFUSED, 400,
           "", "does not take the request (HTTP 400)"),
    ANSWER("401", "HTTP/1.1 401 No\r\n" LENGTH(0), NET_END_REFUSED, 401, "",
           "refuses the key"),
    ANSWER("402", "HTTP/1.1 402 No\r\n" LENGTH(0), NET_END_REFUSED, 402, "",
           "pay"),
    ANSWER("403", "HTTP/1.1 403 No\r\n" LENGTH(0), NET_END_REFUSED, 403, "",
           "forbids"),
    ANSWER("404", "HTTP/1.1 404 No\r\n" LENGTH(0), NET_END_REFUSED, 404, "",
           "no such model"),
    ANSWER("407", "HTTP/1.1 407 No\r\n" LENGTH(0), NET_END_REFUSED, 407, "",
           "proxy wants a login"),
    ANSWER("408", "HTTP/1.1 408 No\r\n" LENGTH(0), NET_END_LOST, 408, "", ""),
    ANSWER("409", "HTTP/1.1 409 No\r\n" LENGTH(0), NET_END_LOST, 409, "", ""),
    ANSWER("413", "HTTP/1.1 413 No\r\n" LENGTH(0), NET_END_TOO_BIG, 413, "",
           "too big"),
    ANSWER("422", "HTTP/1.1 422 No\r\n" LENGTH(0), NET_END_REFUSED, 422, "",
           ""),
    ANSWER("426", "HTTP/1.1 426 No\r\n" LENGTH(0), NET_END_REFUSED, 426, "",
           ""),
    ANSWER("429", "HTTP/1.1 429 No\r\n" LENGTH(0), NET_END_LOST, 429, "",
           "too many requests"),
    ANSWER("500", "HTTP/1.1 500 No\r\n" LENGTH(0), NET_END_LOST, 500, "",
           "has a fault"),
    ANSWER("501", "HTTP/1.1 501 No\r\n" LENGTH(0), NET_END_REFUSED, 501, "",
           ""),
    ANSWER("502 with a page",
           "HTTP/1.1 502 No\r\nContent-Type: text/html\r\n" LENGTH(6) "<html>",
           NET_END_LOST, 502, "", "(HTTP 502)"),
    ANSWER("529", "HTTP/1.1 529 No\r\n" LENGTH(0), NET_END_LOST, 529, "", ""),

    // types
    TYPED(HTTP_ACCEPT_STREAM, "a stream", STREAM LENGTH(2) "ab", NET_END_NORMAL,
          200, "ab", ""),
    TYPED(HTTP_ACCEPT_STREAM, "a stream with a charset",
          OK "content-type: Text/Event-Stream; charset=utf-8\r\n" LENGTH(1) "a",
          NET_END_NORMAL, 200, "a", ""),
    TYPED(HTTP_ACCEPT_STREAM, "no type", OK LENGTH(2) "ab", NET_END_NORMAL, 200,
          "ab", ""),
    TYPED(HTTP_ACCEPT_STREAM, "a stream that is called plain text",
          OK "Content-Type: text/plain\r\n" LENGTH(7) "data: a", NET_END_NORMAL,
          200, "data: a", ""),
    TYPED(HTTP_ACCEPT_STREAM, "plain text instead of a stream",
          OK "Content-Type: text/plain\r\n" LENGTH(4) "oops", NET_END_REFUSED,
          200, "", "of the kind text/plain"),
    TYPED(HTTP_ACCEPT_STREAM, "a page instead of a stream",
          OK "Content-Type: text/html\r\n" LENGTH(6) "<html>", NET_END_REFUSED,
          200, "", "a web page came"),
    TYPED(HTTP_ACCEPT_JSON, "a page instead of JSON",
          OK "Content-Type: text/html\r\n" LENGTH(6) "<html>", NET_END_REFUSED,
          200, "", "a web page came"),
    TYPED(HTTP_ACCEPT_STREAM, "an error as JSON instead of a stream",
          OK "Content-Type: application/json\r\n" LENGTH(2) "{}",
          NET_END_REFUSED, 200, "", "of the kind application/json"),
};

static void expect_answer(const struct answer_case *answer)
{
    struct server server = play(answer->steps);
    struct getter getter = { .options = { .accept = answer->accept } };

    getter_play(&getter, &server, NULL);

    if (getter.end.end_class != answer->end_class
        || getter.end.status != answer->status
        || !strstr(getter.end.text, answer->words)
        || (answer->data && strcmp(buf_cstr(&getter.data), answer->data) != 0))
        fail_msg("%s: class %d, %d, \"%s\", \"%s\"", answer->name,
                 (int)getter.end.end_class, getter.end.status,
                 buf_cstr(&getter.data), getter.end.text);
    assert_int_equal(getter.heads, answer->status > 0);
    sweep(&getter, &server, NULL);
}

static void each_answer_is_told_as_what_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
        expect_answer(&answers[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_answer_is_told_as_what_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
