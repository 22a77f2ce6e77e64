/* The relay and the proxy: what passes, late, slowly, or not at all. */
#include "served.h"

#include <time.h>

#include "kerf/sim/proxy_talk.h"
#include "kerf/sim/relay.h"

static int run_relay(int count, const char *const *args, const char *unused)
{
    struct relay_options options;
    struct error err = { 0 };

    (void)unused;
    if (!relay_options_read(count, args, &options, &err)
        || !relay_run(&options, &err))
        fprintf(stderr, "%s\n", err.text);
    return 0;
}

static int run_proxy(int count, const char *const *args, const char *unused)
{
    struct proxy_options options;
    struct error err = { 0 };

    (void)unused;
    if (!proxy_options_read(count, args, &options, &err)
        || !proxy_run(&options, &err))
        fprintf(stderr, "%s\n", err.text);
    return 0;
}

// A server and, before it, a relay or proxy with one more option.
static void serve_both(struct served *server, struct served *middle,
                       served_fn fn, const char *option, const char *value)
{
    char to[40];

    SERVE(server, NULL, "--tokens", "6");
    snprintf(to, sizeof(to), "127.0.0.1:%u", server->port);
    served_run(middle, fn, NULL, ARGS("--to", to, option, value));
}

static void stop_both(struct served *server, struct served *middle)
{
    served_stop(middle);
    served_stop(server);
}

static void a_relay_passes_both_ways(void **state)
{
    struct served server, relay;
    struct buf got = { 0 };

    (void)state;
    serve_both(&server, &relay, run_relay, "--rate", "50000000");
    ask(&relay, POST_RESPONSES, "Connection: close\r\n", STREAM, NULL, &got);
    assert_int_equal(client_status(&got), 200);
    assert_true(holds(&got, "response.completed"));
    buf_release(&got);
    stop_both(&server, &relay);
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void the_handshake_and_a_round_trip_take_the_delay_each(void **state)
{
    struct served server, relay;
    struct buf got = { 0 };

    (void)state;
    serve_both(&server, &relay, run_relay, "--delay-ms", "60");
    int64_t before = now_ms();
    ask(&relay, "GET /v1/models", "", "", "kerf-sim\"", &got);
    assert_true(now_ms() - before >= 120);
    buf_release(&got);
    stop_both(&server, &relay);
}

static void a_rate_takes_its_time(void **state)
{
    struct served server, relay;
    struct buf got = { 0 };

    (void)state;
    serve_both(&server, &relay, run_relay, "--rate", "50000");
    int64_t before = now_ms();
    ask(&relay, POST_RESPONSES, "Connection: close\r\n", STREAM, NULL, &got);
    assert_true(now_ms() - before >= (int64_t)got.len * 1000 / 50000);
    buf_release(&got);
    stop_both(&server, &relay);
}

static void a_slow_start_takes_a_round_trip_for_each_doubling(void **state)
{
    struct served server, relay;
    struct buf got = { 0 }, body = { 0 };
    char to[40];

    (void)state;
    SERVE(&server, NULL, "--tokens", "6");
    snprintf(to, sizeof(to), "127.0.0.1:%u", server.port);
    served_run(&relay, run_relay, NULL,
               ARGS("--to", to, "--delay-ms", "20", "--slow-start"));
    // 60,000 bytes: 10, 20 and the rest of 40 segments.
    buf_printf(&body,
               "{\"model\":\"test\",\"stream\":true,\"input\":\"%060000d\"}",
               0);
    int64_t before = now_ms();
    ask(&relay, POST_RESPONSES, "", body.at, "response.completed", &got);
    assert_true(now_ms() - before >= 20 + 2 * 20 + 20);
    buf_release(&got);
    buf_release(&body);
    stop_both(&server, &relay);
}

static void a_relay_cuts_after_so_many_bytes(void **state)
{
    struct served server, relay;
    struct buf got = { 0 };

    (void)state;
    serve_both(&server, &relay, run_relay, "--cut-after", "300");
    assert_int_equal(ask(&relay, POST_RESPONSES, "", STREAM, NULL, &got),
                     ECONNRESET);
    assert_int_equal(got.len, 300);
    buf_release(&got);
    stop_both(&server, &relay);
}

static void a_frozen_relay_keeps_the_connection_and_passes_nothing(void **state)
{
    struct served server, relay;
    struct buf got = { 0 };
    struct timeval patience = { 0, 200000 };
    char room[100];

    (void)state;
    serve_both(&server, &relay, run_relay, "--freeze-after", "300");
    int fd = client_dial(relay.port);
    client_request(fd, POST_RESPONSES, "", STREAM);
    while (got.len < 300) {
        ssize_t n = recv(fd, room, sizeof(room), 0);
        assert_true(n > 0);
        buf_append(&got, (struct str){ room, (size_t)n });
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    assert_int_equal(recv(fd, room, sizeof(room), 0), -1);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(got.len, 300);
    close(fd);
    buf_release(&got);
    stop_both(&server, &relay);
}

// --- the proxy ---------------------------------------------------------------

static int connect_through(const struct served *proxy, const char *headers,
                           const char *target, struct buf *got)
{
    struct buf text = { 0 };
    int fd = client_dial(proxy->port);

    buf_reset(got);
    buf_printf(&text, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", target,
               target, headers);
    client_send(fd, buf_str(&text));
    client_read(fd, "\r\n\r\n", got);
    buf_release(&text);
    return fd;
}

static void a_tunnel_leads_to_the_server(void **state)
{
    struct served server, proxy;
    struct buf got = { 0 };
    char target[40];

    (void)state;
    SERVE(&server, NULL, "--tokens", "6");
    served_run(&proxy, run_proxy, NULL, ARGS("--port", "0"));
    snprintf(target, sizeof(target), "localhost:%u", server.port);
    int fd = connect_through(&proxy, "", target, &got);
    assert_int_equal(client_status(&got), 200);
    client_request(fd, "GET /v1/models", "", "");
    client_read(fd, "kerf-sim\"", &got);
    close(fd);
    buf_release(&got);
    stop_both(&server, &proxy);
}

static void a_proxy_leads_nowhere_else(void **state)
{
    struct served proxy;
    struct buf got = { 0 };

    (void)state;
    served_run(&proxy, run_proxy, NULL, ARGS("--port", "0"));
    close(connect_through(&proxy, "", "192.0.2.1:443", &got));
    assert_int_equal(client_status(&got), 403);
    close(connect_through(&proxy, "", "example.com:443", &got));
    assert_int_equal(client_status(&got), 403);
    close(connect_through(&proxy, "", "127.0.0.1:1", &got));
    assert_int_equal(client_status(&got), 502);
    buf_release(&got);
    served_stop(&proxy);
}

static void a_proxy_may_want_a_password(void **state)
{
    struct served server, proxy;
    struct buf got = { 0 };

    (void)state;
    serve_both(&server, &proxy, run_proxy, "--user", "me:secret");
    close(connect_through(&proxy, "", "api.example:443", &got));
    assert_int_equal(client_status(&got), 407);
    assert_true(holds(&got, "Proxy-Authenticate: Basic"));
    close(connect_through(&proxy, "Proxy-Authorization: Basic bWU6d3Jvbmc=\r\n",
                          "api.example:443", &got));
    assert_int_equal(client_status(&got), 407);
    close(connect_through(&proxy, "Proxy-Authorization: Basic bWU6c2VjcmV0\r\n",
                          "api.example:443", &got));
    assert_int_equal(client_status(&got), 200);
    buf_release(&got);
    stop_both(&server, &proxy);
}

static void a_proxy_fails_in_many_ways(void **state)
{
    static const struct {
        const char *fault;
        int status;
    } cases[] = {
        { "403", 403 }, { "407", 407 }, { "502", 502 }, { "body", 200 }
    };
    struct served server, proxy;
    struct buf got = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        serve_both(&server, &proxy, run_proxy, "--fault", cases[i].fault);
        int fd = connect_through(&proxy, "", "api.example:443", &got);
        assert_int_equal(client_status(&got), cases[i].status);
        assert_int_equal(client_read(fd, NULL, &got), 0);
        close(fd);
        stop_both(&server, &proxy);
    }
    assert_true(holds(&got, "<html>"));
    buf_release(&got);
}

static void a_tunnel_of_socks_leads_to_the_server(void **state)
{
    struct served server, proxy;
    struct buf got = { 0 }, ask_for = { 0 };
    unsigned char port[2];

    (void)state;
    serve_both(&server, &proxy, run_proxy, "--user", "me:pw");
    port[0] = (unsigned char)(server.port >> 8);
    port[1] = (unsigned char)server.port;
    int fd = client_dial(proxy.port);
    client_send(fd, STR("\x05\x02\x00\x02"));
    client_read(fd, "\x05\x02", &got);
    client_send(fd, STR("\x01\x02me\x02pw"));
    client_read(fd, "\x05\x02\x01", &got);
    buf_append(&ask_for, STR("\x05\x01\x00\x03\x09localhost"));
    buf_append(&ask_for, (struct str){ (char *)port, 2 });
    client_send(fd, buf_str(&ask_for));
    client_request(fd, "GET /v1/models", "", "");
    client_read(fd, "kerf-sim\"", &got);
    close(fd);
    buf_release(&got);
    buf_release(&ask_for);
    stop_both(&server, &proxy);
}

static void socks_is_understood_byte_by_byte(void **state)
{
    static const char said[] = "\x05\x01\x00\x05\x01\x00\x01\x7f\x00\x00\x01"
                               "\x1f\x90rest";
    struct proxy_talk talk = { 0 };
    struct buf reply = { 0 };
    enum talk_step step = TALK_MORE;
    size_t at = 0;

    (void)state;
    for (; step == TALK_MORE; at++) {
        struct str byte = { said + at, 1 };
        step = proxy_talk(&talk, &byte, &reply);
    }
    assert_int_equal(step, TALK_CONNECT);
    assert_int_equal(at, 13);
    assert_string_equal(talk.target, "127.0.0.1:8080");
    assert_int_equal(reply.len, 2);
    proxy_talk_release(&talk);
    buf_release(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_relay_passes_both_ways),
        cmocka_unit_test(the_handshake_and_a_round_trip_take_the_delay_each),
        cmocka_unit_test(a_rate_takes_its_time),
        cmocka_unit_test(a_slow_start_takes_a_round_trip_for_each_doubling),
        cmocka_unit_test(a_relay_cuts_after_so_many_bytes),
        cmocka_unit_test(
            a_frozen_relay_keeps_the_connection_and_passes_nothing),
        cmocka_unit_test(a_tunnel_leads_to_the_server),
        cmocka_unit_test(a_proxy_leads_nowhere_else),
        cmocka_unit_test(a_proxy_may_want_a_password),
        cmocka_unit_test(a_proxy_fails_in_many_ways),
        cmocka_unit_test(a_tunnel_of_socks_leads_to_the_server),
        cmocka_unit_test(socks_is_understood_byte_by_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
