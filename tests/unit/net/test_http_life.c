/* HTTP over time: connections kept, back-pressure, silence, proxies, and
 * letting go at every moment. */
#include "kerf/net/http.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "getter.c"
#include "server.c"

#define MOST_STEPS 6 // the rest is ACT_NONE
#define OK "HTTP/1.1 200 OK\r\n"
#define ANSWER OK "Content-Length: 1\r\n\r\na"

static const struct step fine[MOST_STEPS] = { DO(ACT_HEAD), TELL(ANSWER),
                                              DO(ACT_NONE) };

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

// --- connections -------------------------------------------------------------

static void ask_again(struct getter *getter, const struct server *server)
{
    http_destroy(getter->http);
    getter->heads = getter->ends = 0;
    getter->bytes = 0;
    getter_play(getter, server, NULL);
}

static void a_thousand_requests_take_one_connection(void **state)
{
    enum { COUNT = 1000 };
    struct step *steps = calloc(2 * COUNT + 1, sizeof(*steps));
    struct getter getter = { .ends = 0 };

    (void)state;
    assert_non_null(steps);
    for (int i = 0; i < COUNT; i++) {
        steps[2 * i] = (struct step)DO(ACT_HEAD);
        steps[2 * i + 1] = (struct step)TELL(ANSWER);
    }
    struct server server = play(steps);
    for (int i = 0; i < COUNT; i++) {
        ask_again(&getter, &server);
        assert_int_equal(getter.end.end_class, NET_END_NORMAL);
        assert_int_equal(getter.timing.reused, i > 0);
    }
    sweep(&getter, &server, NULL);
    free(steps);
}

static void a_kept_connection_that_died_is_no_error(void **state)
{
    static const struct step steps[MOST_STEPS] = { DO(ACT_HEAD), TELL(ANSWER),
                                                   DO(ACT_CLOSE) };
    struct server server = play(steps);
    struct getter getter = { .ends = 0 };

    (void)state;
    for (int i = 0; i < 5; i++) {
        ask_again(&getter, &server);
        assert_int_equal(getter.end.end_class, NET_END_NORMAL);
    }
    sweep(&getter, &server, NULL);
}

#define NOTHING OK "Content-Length: 0\r\n\r\n"

// The user types: the loop runs meanwhile.
static void warm(struct getter *getter, const struct server *server)
{
    struct http_options options = { .path = STR("/models") };

    if (!getter->loop) {
        getter->loop = loop_create();
        getter->client = http_client_create(getter->loop);
    }
    snprintf(getter->url, sizeof(getter->url), "http://127.0.0.1:%d/v1",
             server->port);
    options.url = str_from(getter->url);
    http_warm(getter->client, &options);
    while (loop_step(getter->loop, 20)) // an open connection is not watched
        http_warm(getter->client, &options);
}

// How many warm-ups the server has heard so far.
static size_t heads_heard(const struct server *server)
{
    char text[8192];
    ssize_t len = pread(server->heard_fd, text, sizeof(text), 0);
    struct str rest = { text, len > 0 ? (size_t)len : 0 };
    struct str head = STR("HEAD /v1/models HTTP/1.1\r\n");
    size_t count = 0;

    for (size_t at; (at = str_find(rest, head)) != SIZE_MAX; count++)
        rest = str_skip(rest, at + head.len);
    return count;
}

static void after_warming_the_next_request_finds_it_open(void **state)
{
    static const struct step steps[MOST_STEPS] = { DO(ACT_HEAD), TELL(NOTHING),
                                                   DO(ACT_HEAD), TELL(ANSWER),
                                                   DO(ACT_NONE) };
    struct server server = play(steps);
    struct getter getter = { .ends = 0 };

    (void)state;
    warm(&getter, &server);
    warm(&getter, &server); // one is enough
    assert_int_equal(heads_heard(&server), 1);
    getter_play(&getter, &server, NULL);

    assert_int_equal(getter.end.end_class, NET_END_NORMAL);
    assert_true(getter.timing.reused);
    sweep(&getter, &server, NULL);
}

static void a_connection_that_was_closed_at_rest_is_opened_again(void **state)
{
    static const struct step steps[MOST_STEPS] = { DO(ACT_HEAD), TELL(NOTHING),
                                                   DO(ACT_HEAD), TELL(ANSWER),
                                                   DO(ACT_CLOSE) };
    struct server server = play(steps);
    struct getter getter = { .ends = 0 };

    (void)state;
    for (size_t i = 1; i <= 3; i++) {
        while (heads_heard(&server) < i)
            warm(&getter, &server);
        ask_again(&getter, &server);
        assert_int_equal(getter.end.end_class, NET_END_NORMAL);
        assert_true(getter.timing.reused);
    }
    sweep(&getter, &server, NULL);
}

static void a_warm_up_that_leaves_nothing_open_is_not_repeated(void **state)
{
    static const struct step closing[MOST_STEPS] = {
        DO(ACT_HEAD), TELL("HTTP/1.1 403 No\r\nConnection: close\r\n\r\n"),
        DO(ACT_CLOSE)
    };
    static const struct step cutting[MOST_STEPS] = { DO(ACT_HEAD),
                                                     DO(ACT_RESET) };
    const struct step *const scripts[] = { closing, cutting };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct server server = play(scripts[i]);
        struct getter getter = { .ends = 0 };
        for (int times = 0; times < 3; times++)
            warm(&getter, &server);
        assert_int_equal(heads_heard(&server), 1);
        getter_play(&getter, &server, NULL); // dials by itself
        assert_false(getter.timing.reused);
        assert_int_equal(getter.ends, 1);
        sweep(&getter, &server, NULL);
    }
}

// --- back-pressure and silence -----------------------------------------------

static long resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long pages = 0;

    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*d %ld", &pages), 1);
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

static void a_pause_stops_the_data_and_bounds_the_memory(void **state)
{
    static const struct step steps[MOST_STEPS] = {
        DO(ACT_HEAD), TELL(OK "Content-Length: 30000000\r\n\r\n"),
        FILL(30000000), DO(ACT_NONE)
    };
    struct server server = play(steps);
    struct getter getter = { .pause_after = 100000,
                             .options = { .idle_ms = 50 } };

    (void)state;
    getter_start(&getter, &server, NULL);
    while (getter.bytes < 100000)
        loop_step(getter.loop, 1000);
    size_t bytes = getter.bytes;
    long before = resident_bytes();
    for (int i = 0; i < 100; i++)
        loop_step(getter.loop, 1); // longer than the silence it bears
    assert_int_equal(getter.bytes, bytes);
    assert_int_equal(getter.ends, 0);
    assert_true(resident_bytes() - before < 4000000);
    getter.pause_after = 0;
    getter.options.idle_ms = 0;
    http_pause(getter.http, false);
    getter_run(&getter);

    assert_int_equal(getter.end.end_class, NET_END_NORMAL);
    assert_int_equal(getter.bytes, 30000000);
    assert_true(getter.most_bytes <= 65536);
    sweep(&getter, &server, NULL);
}

static void expect_silence(const struct step *steps)
{
    struct server server = play(steps);
    struct getter getter = { .options = { .idle_ms = 30 } };

    getter_play(&getter, &server, NULL);
    assert_int_equal(getter.end.end_class, NET_END_LOST);
    assert_non_null(strstr(getter.end.text, "no sign of life"));
    sweep(&getter, &server, NULL);
}

static void silence_ends_a_request(void **state)
{
    static const struct step no_head[MOST_STEPS] = { DO(ACT_HEAD),
                                                     DO(ACT_DEAF) };
    static const struct step no_body[MOST_STEPS] = {
        DO(ACT_HEAD), TELL(OK "Content-Length: 9\r\n\r\nab"), DO(ACT_DEAF)
    };

    (void)state;
    expect_silence(no_head);
    expect_silence(no_body);
}

// --- proxies -----------------------------------------------------------------

static void by_proxy(struct getter *getter, struct server *server,
                     const char *url)
{
    char proxy[128];

    snprintf(proxy, sizeof(proxy), "http://user:p%%40ss@127.0.0.1:%d",
             server->port);
    getter->options.bearer = STR("sk-1");
    getter->options.access.proxy = str_from(proxy);
    setenv("no_proxy", "*", 1); // has been asked already: must not count
    getter_play(getter, server, url);
    unsetenv("no_proxy");
    assert_null(strstr(getter->end.text, "p@ss"));
}

static void a_plain_request_goes_to_the_proxy(void **state)
{
    struct server server = play(fine);
    struct getter getter = { .ends = 0 };
    struct buf heard = { 0 };

    (void)state;
    by_proxy(&getter, &server, "http://api.example:8080/v1");
    assert_int_equal(getter.end.end_class, NET_END_NORMAL);
    sweep(&getter, &server, &heard);
    assert_non_null(strstr(buf_cstr(&heard), "http://api.example:8080/v1"));
    assert_non_null(strstr(buf_cstr(&heard), "Basic dXNlcjpwQHNz\r\n"));
    buf_release(&heard);
}

static void expect_proxy(const char *answer, enum net_end_class end_class,
                         const char *words)
{
    const struct step steps[MOST_STEPS] = {
        DO(ACT_HEAD), { ACT_TELL, answer, strlen(answer), 0 }, DO(ACT_CLOSE)
    };
    struct server server = play(steps);
    struct getter getter = { .ends = 0 };
    struct buf heard = { 0 };

    by_proxy(&getter, &server, "https://api.example/v1");
    if (getter.end.end_class != end_class || !strstr(getter.end.text, words)
        || !strstr(getter.end.text, "by way of 127.0.0.1:"))
        fail_msg("%s: class %d \"%s\"", answer, (int)getter.end.end_class,
                 getter.end.text);
    sweep(&getter, &server, &heard);
    assert_non_null(strstr(buf_cstr(&heard), "CONNECT api.example:443 "));
    assert_null(strstr(buf_cstr(&heard), "sk-1"));
    buf_release(&heard);
}

static void a_proxy_that_refuses_is_named_and_sees_no_key(void **state)
{
    (void)state;
    expect_proxy("HTTP/1.1 407 Login\r\nContent-Length: 0\r\n\r\n",
                 NET_END_REFUSED, "wants a login");
    expect_proxy("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n",
                 NET_END_REFUSED, "does not let");
    expect_proxy("HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n", NET_END_LOST,
                 "does not let");
    expect_proxy("", NET_END_LOST, "");
}

// --- letting go --------------------------------------------------------------

static int open_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;

    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

// Lets go after every number of turns, so in every state.
static void expect_no_trace(const struct step *steps,
                            struct http_options options, bool client_first)
{
    for (int turns = 0; turns < 40; turns++) {
        int before = open_files();
        struct server server = play(steps);
        struct getter getter = { .options = options };
        getter_start(&getter, &server, NULL);
        for (int i = 0; i < turns && getter.ends == 0; i++)
            loop_step(getter.loop, 1);
        int ends = getter.ends;
        if (client_first) {
            http_client_destroy(getter.client);
            getter.client = NULL;
            getter_run(&getter);
            assert_int_equal(getter.ends, 1);
            if (ends == 0)
                assert_int_equal(getter.end.end_class, NET_END_CLOSED_BY_US);
        }
        sweep(&getter, &server, NULL);
        assert_int_equal(open_files(), before);
    }
}

static void letting_go_in_any_state_leaves_nothing(void **state)
{
    static const struct step trickling[MOST_STEPS] = {
        DO(ACT_HEAD), TRICKLE(OK "Content-Length: 99\r\n\r\nab"), DO(ACT_NONE)
    };
    static const struct step deaf[MOST_STEPS] = { DO(ACT_DEAF) };
    static char body[4000000];

    (void)state;
    memset(body, 'b', sizeof(body));
    expect_no_trace(trickling, (struct http_options){ .idle_ms = 0 }, false);
    expect_no_trace(trickling, (struct http_options){ .idle_ms = 0 }, true);
    expect_no_trace(deaf,
                    (struct http_options){ .method = HTTP_POST,
                                           .body_is_borrowed = true,
                                           .body = { body, sizeof(body) } },
                    false);
}

static void a_callback_may_let_go(void **state)
{
    static const struct getter ways[] = {
        { .destroy_at_head = 1 },
        { .destroy_after = 1 },
        { .destroy_at_end = 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct server server = play(fine);
        struct getter getter = ways[i];
        getter_play(&getter, &server, NULL);
        assert_null(getter.http);
        sweep(&getter, &server, NULL);
    }
}

static void closing_ends_by_us_without_data(void **state)
{
    struct server server = play(fine);
    struct getter getter = { .close_at_head = 1 };

    (void)state;
    getter_play(&getter, &server, NULL);
    assert_int_equal(getter.end.end_class, NET_END_CLOSED_BY_US);
    assert_int_equal(getter.bytes, 0);
    sweep(&getter, &server, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_requests_take_one_connection),
        cmocka_unit_test(a_kept_connection_that_died_is_no_error),
        cmocka_unit_test(after_warming_the_next_request_finds_it_open),
        cmocka_unit_test(a_connection_that_was_closed_at_rest_is_opened_again),
        cmocka_unit_test(a_warm_up_that_leaves_nothing_open_is_not_repeated),
        cmocka_unit_test(a_pause_stops_the_data_and_bounds_the_memory),
        cmocka_unit_test(silence_ends_a_request),
        cmocka_unit_test(a_plain_request_goes_to_the_proxy),
        cmocka_unit_test(a_proxy_that_refuses_is_named_and_sees_no_key),
        cmocka_unit_test(letting_go_in_any_state_leaves_nothing),
        cmocka_unit_test(a_callback_may_let_go),
        cmocka_unit_test(closing_ends_by_us_without_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
