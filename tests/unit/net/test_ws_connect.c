/* Dialling: what the server hears, and which way it goes. */
#include "kerf/net/ws.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client.c"
#include "server.c"

#define MOST_STEPS 6 // the rest is ACT_NONE

static const struct step echoing[MOST_STEPS] = { DO(ACT_UPGRADE), DO(ACT_ECHO),
                                                 DO(ACT_CLOSE) };
static const struct step silent[MOST_STEPS] = { DO(ACT_UPGRADE), DO(ACT_NONE) };

static struct server play(const struct step *steps)
{
    struct server_options options = { .steps = steps };

    return server_start(&options);
}

static void sweep(struct client *client, struct server *server,
                  struct buf *heard)
{
    client_sweep(client);
    server_stop(server, heard);
}

// --- what is sent ------------------------------------------------------------

static void assert_heard(struct buf *heard, const char *line)
{
    if (!strstr(buf_cstr(heard), line))
        fail_msg("\"%s\" is not in:\n%s", line, buf_cstr(heard));
}

static void the_head_says_what_it_should(void **state)
{
    struct server server = play(silent);
    struct client client = { .close_at_ready = 1 };
    struct buf heard = { .at = NULL };
    char line[64];

    (void)state;
    client.options.bearer = STR("sk-secret");
    client.options.beta = STR("responses_websockets=2026-02-06");
    client.options.user_agent = STR("kerf/1 (Linux; x86_64)");
    client_play(&client, &server, NULL);
    snprintf(line, sizeof(line), "\r\nHost: 127.0.0.1:%d\r\n", server.port);
    sweep(&client, &server, &heard);

    assert_heard(&heard, "GET /v1/responses HTTP/1.1\r\n");
    assert_heard(&heard, line);
    assert_heard(&heard, "\r\nAuthorization: Bearer sk-secret\r\n");
    assert_heard(&heard,
                 "\r\nOpenAI-Beta: responses_websockets=2026-02-06\r\n");
    assert_heard(&heard, "\r\nUser-Agent: kerf/1 (Linux; x86_64)\r\n");
    assert_heard(&heard, "\r\nSec-WebSocket-Version: 13\r\n");
    assert_null(strstr(buf_cstr(&heard), "Extensions"));
    assert_null(strstr(buf_cstr(&heard), "Origin"));
    buf_release(&heard);
}

static void a_long_key_goes_out_whole(void **state)
{
    static char key[8000];
    struct server server = play(silent);
    struct client client = { .close_at_ready = 1 };
    struct buf heard = { .at = NULL };

    (void)state;
    memset(key, 'k', sizeof(key));
    client.options.bearer = (struct str){ key, sizeof(key) };
    client_play(&client, &server, NULL);
    assert_int_equal(client.ready, 1);
    sweep(&client, &server, &heard);

    assert_true(str_find(buf_str(&heard), client.options.bearer) < 1000);
    buf_release(&heard);
}

// --- connecting --------------------------------------------------------------

static void expect_end(const char *url, enum net_end_class end_class,
                       const char *words)
{
    struct client client = { .ends = 0 };

    client_play(&client, NULL, url);
    if (client.end.end_class != end_class || !strstr(client.end.text, words))
        fail_msg("%s: class %d \"%s\"", url, (int)client.end.end_class,
                 client.end.text);
    client_sweep(&client);
}

static void a_refused_connection_says_so(void **state)
{
    struct server server = play(silent);
    char url[64];

    (void)state;
    server_stop(&server, NULL); // its port is free now
    snprintf(url, sizeof(url), "ws://127.0.0.1:%d", server.port);
    expect_end(url, NET_END_LOST, "cannot connect: Connection refused");
}

static void a_missing_socket_says_so(void **state)
{
    (void)state;
    expect_end("unix:/nowhere/kerf.sock", NET_END_LOST,
               "/nowhere/kerf.sock: cannot connect: No such file");
}

static void a_bad_url_is_an_end_as_well(void **state)
{
    (void)state;
    expect_end("gopher://x", NET_END_REFUSED, "begins with none of");
    expect_end("wss://[::1]/v1", NET_END_UNSUPPORTED, "use a name");
}

static void a_name_that_cannot_be_is_told(void **state)
{
    (void)state;
    expect_end("ws://a..b/", NET_END_LOST, "a..b:80: ");
}

static void a_key_with_a_line_end_is_not_sent(void **state)
{
    struct server server = play(silent);
    struct client client = { .ends = 0 };
    struct buf heard = { .at = NULL };

    (void)state;
    client.options.bearer = STR("sk-1\r\nX-Evil: 1");
    client_play(&client, &server, NULL);

    assert_int_equal(client.end.end_class, NET_END_REFUSED);
    assert_null(strstr(client.end.text, "sk-1"));
    sweep(&client, &server, &heard);
    assert_int_equal(heard.len, 0);
}

// A name of several addresses, of which only one has a server.
static void each_address_of_a_name_is_tried(void **state)
{
    struct server server = play(echoing);
    struct client client = { .send_when_ready = STR("x"), .close_after = 1 };
    char url[64];

    (void)state;
    snprintf(url, sizeof(url), "ws://localhost:%d/v1", server.port);
    client_play(&client, &server, url);

    assert_string_equal(buf_cstr(&client.text), "x|");
    sweep(&client, &server, NULL);
}

static void a_unix_socket_works_as_well(void **state)
{
    char folder[] = "/tmp/kerf-ws-XXXXXX";
    char path[64], url[80];
    struct client client = { .send_when_ready = STR("x"), .close_after = 1 };
    struct buf heard = { .at = NULL };

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/a-rather-long-name.sock", folder);
    snprintf(url, sizeof(url), "unix:%s", path);
    struct server_options options = { .steps = echoing, .unix_path = path };
    struct server server = server_start(&options);
    client_play(&client, &server, url);

    assert_string_equal(buf_cstr(&client.text), "x|");
    sweep(&client, &server, &heard);
    assert_heard(&heard, "GET /v1/responses HTTP/1.1\r\n");
    assert_heard(&heard, "\r\nHost: localhost\r\n");
    buf_release(&heard);
    unlink(path);
    rmdir(folder);
}

static void the_retry_after_of_a_429_is_passed_on(void **state)
{
    static const struct step steps[MOST_STEPS] = {
        DO(ACT_HEAD), TELL("HTTP/1.1 429 Slow\r\nRetry-After: 17\r\n\r\n")
    };
    struct server server = play(steps);
    struct client client = { .ends = 0 };

    (void)state;
    client_play(&client, &server, NULL);

    assert_int_equal(client.end.retry_after_s, 17);
    sweep(&client, &server, NULL);
}

static void the_proxy_of_the_environment_is_not_taken(void **state)
{
    struct server server = play(echoing);
    struct client client = { .send_when_ready = STR("x"), .close_after = 1 };

    (void)state;
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    client_play(&client, &server, NULL);
    unsetenv("http_proxy");

    assert_string_equal(buf_cstr(&client.text), "x|");
    sweep(&client, &server, NULL);
}

// --- proxies -----------------------------------------------------------------

static void dial_by_proxy(struct client *client, const struct server *server,
                          const char *login)
{
    static char proxy[128];

    snprintf(proxy, sizeof(proxy), "http://%s127.0.0.1:%d", login,
             server->port);
    client->options.access.proxy = str_from(proxy);
    client_play(client, server, "ws://api.example:8080/v1");
}

static void a_proxy_is_asked_for_a_tunnel(void **state)
{
    static const struct step steps[MOST_STEPS] = {
        DO(ACT_HEAD), TELL("HTTP/1.1 200 Go\r\n\r\n"), DO(ACT_UPGRADE),
        TELL("\x81\x01"
             "x"),
        DO(ACT_NONE)
    };
    struct server server = play(steps);
    struct client client = { .close_after = 1 };
    struct buf heard = { .at = NULL };

    (void)state;
    client.options.bearer = STR("sk-1");
    dial_by_proxy(&client, &server, "user:p%40ss@");

    assert_string_equal(buf_cstr(&client.text), "x|");
    sweep(&client, &server, &heard);
    const char *tunnel = buf_cstr(&heard);
    assert_heard(&heard, "CONNECT api.example:8080 HTTP/1.1\r\n");
    assert_heard(&heard, "basic dXNlcjpwQHNz\r\n");
    assert_heard(&heard, "\r\nHost: api.example:8080\r\n");
    // The key goes into the tunnel only.
    assert_true(strstr(tunnel, "sk-1") > strstr(tunnel, "GET /v1/responses"));
    buf_release(&heard);
}

static void a_proxy_that_refuses_is_named_without_its_login(void **state)
{
    static const struct step steps[MOST_STEPS] = {
        DO(ACT_HEAD), TELL("HTTP/1.1 407 Login\r\n\r\n"), DO(ACT_NONE)
    };
    struct server server = play(steps);
    struct client client = { .ends = 0 };

    (void)state;
    dial_by_proxy(&client, &server, "user:hush@");

    assert_int_equal(client.end.end_class, NET_END_REFUSED);
    assert_non_null(strstr(client.end.text, "by way of 127.0.0.1:"));
    assert_null(strstr(client.end.text, "hush"));
    sweep(&client, &server, NULL);
}

static void two_proxies_and_none_do_not_mix(void **state)
{
    static const struct step refusing[MOST_STEPS] = {
        DO(ACT_HEAD), TELL("HTTP/1.1 502 Bad\r\n\r\n"), DO(ACT_NONE)
    };
    struct server proxy = play(refusing), server = play(echoing);
    struct client client = { .ends = 0 };

    (void)state;
    dial_by_proxy(&client, &proxy, "");
    assert_int_equal(client.end.end_class, NET_END_REFUSED);
    ws_destroy(client.ws);
    client.ends = 0;
    client.options.access.proxy = STR("");
    client.send_when_ready = STR("x");
    client.close_after = 1;
    client_play(&client, &server, NULL);

    assert_string_equal(buf_cstr(&client.text), "x|");
    sweep(&client, &server, NULL);
    server_stop(&proxy, NULL);
}

static void a_bad_proxy_is_told_without_its_login(void **state)
{
    struct client client = { .ends = 0 };

    (void)state;
    client.options.access.proxy = STR("http://user:hush@[nonsense]:1");
    client_play(&client, NULL, "ws://127.0.0.1:1/");

    assert_int_equal(client.end.end_class, NET_END_REFUSED);
    assert_null(strstr(client.end.text, "hush"));
    client_sweep(&client);
}

static void a_kind_of_proxy_that_only_http_can_take_says_so(void **state)
{
    static const char *const proxies[] = { "socks5h://u:hush@127.0.0.1:1",
                                           "https://u:hush@127.0.0.1:1" };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct client client = { .ends = 0 };
        client.options.access.proxy = str_from(proxies[i]);
        client_play(&client, NULL, "wss://api.example/");
        assert_int_equal(client.end.end_class, NET_END_UNSUPPORTED);
        assert_non_null(strstr(client.end.text, "transport = http"));
        assert_null(strstr(client.end.text, "hush"));
        client_sweep(&client);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_says_what_it_should),
        cmocka_unit_test(a_long_key_goes_out_whole),
        cmocka_unit_test(a_refused_connection_says_so),
        cmocka_unit_test(a_missing_socket_says_so),
        cmocka_unit_test(a_bad_url_is_an_end_as_well),
        cmocka_unit_test(a_name_that_cannot_be_is_told),
        cmocka_unit_test(a_key_with_a_line_end_is_not_sent),
        cmocka_unit_test(each_address_of_a_name_is_tried),
        cmocka_unit_test(a_unix_socket_works_as_well),
        cmocka_unit_test(the_retry_after_of_a_429_is_passed_on),
        cmocka_unit_test(the_proxy_of_the_environment_is_not_taken),
        cmocka_unit_test(a_proxy_is_asked_for_a_tunnel),
        cmocka_unit_test(a_proxy_that_refuses_is_named_without_its_login),
        cmocka_unit_test(two_proxies_and_none_do_not_mix),
        cmocka_unit_test(a_bad_proxy_is_told_without_its_login),
        cmocka_unit_test(a_kind_of_proxy_that_only_http_can_take_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
