/* Probes: how far they come, and what they say about where they stopped. */
#include "kerf/net/probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "kerf/base/arena.h"

#include "certs.c"
#include "server.c"

#define DAYS 86400L

struct ground {
    struct authority authority;
    char folder[32], ca_file[64];
    char url[80];
    struct server server;
    SSL_CTX *context;
    struct loop *loop;
    struct probe probe;
    struct buf heard;
};

static int set_up(void **state)
{
    struct ground *ground = mem_alloc(sizeof(*ground));

    snprintf(ground->folder, sizeof(ground->folder), "/tmp/kerf-tls-XXXXXX");
    assert_non_null(mkdtemp(ground->folder));
    snprintf(ground->ca_file, sizeof(ground->ca_file), "%s/ca.pem",
             ground->folder);
    ground->authority = authority_create("kerf test authority");
    authority_save(&ground->authority, ground->ca_file);
    ground->loop = loop_create();
    *state = ground;
    return 0;
}

static void hang_up(struct ground *ground)
{
    buf_reset(&ground->heard);
    if (ground->server.pid > 0)
        server_stop(&ground->server, &ground->heard);
    ground->server.pid = 0;
}

static int tear_down(void **state)
{
    struct ground *ground = *state;

    hang_up(ground);
    SSL_CTX_free(ground->context);
    authority_destroy(&ground->authority);
    unlink(ground->ca_file);
    assert_int_equal(rmdir(ground->folder), 0);
    loop_destroy(ground->loop);
    buf_release(&ground->heard);
    free(ground);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void listen_on(struct ground *ground, const struct step *steps,
                      const char *scheme)
{
    ground->server = server_start(
        &(struct server_options){ .steps = steps, .tls = ground->context });
    snprintf(ground->url, sizeof(ground->url), "%s://localhost:%d/v1", scheme,
             ground->server.port);
}

static void serve_tls(struct ground *ground, const struct step *steps,
                      const char *names, long end_s)
{
    ground->context = server_context(&ground->authority, names, end_s);
    listen_on(ground, steps, "https");
}

static bool go(struct ground *ground, const char *ca_file, const char *proxy)
{
    struct probe_options options = {
        .url = str_from(ground->url),
        .bearer = STR("secret"),
        .access = { .ca_file = str_from(ca_file), .proxy = str_from(proxy) },
        .upgrade = true,
    };
    bool fine = probe_run(ground->loop, &options, &ground->probe);

    return fine;
}

// The step that failed, and its words; PROBE_STEPS if none did.
static void assert_stopped(const struct probe *probe, enum probe_step at,
                           const char *words)
{
    for (enum probe_step step = 0; step < PROBE_STEPS; step++) {
        enum probe_end end = probe->steps[step].end;
        if ((end == PROBE_FAILED) != (step == at))
            fail_msg("%s: %s", probe_step_name(step), probe->steps[step].text);
        if (step > at && end != PROBE_SKIPPED)
            fail_msg("%s was taken after a failure", probe_step_name(step));
    }
    if (at < PROBE_STEPS && !strstr(probe->steps[at].text, words))
        fail_msg("%s: %s", probe_step_name(at), probe->steps[at].text);
}

static const struct step upgrading[] = { DO(ACT_UPGRADE), DO(ACT_ECHO),
                                         DO(ACT_CLOSE), DO(ACT_NONE) };

static void a_good_server_is_fine_in_every_step(void **state)
{
    struct ground *g = *state;

    serve_tls(g, upgrading, "DNS:localhost", 30 * DAYS + 1000);
    assert_true(go(g, g->ca_file, ""));
    assert_stopped(&g->probe, PROBE_STEPS, "");
    assert_int_equal(g->probe.steps[PROBE_PROXY].end, PROBE_SKIPPED);
    assert_int_equal(g->probe.steps[PROBE_HOLD].end, PROBE_FINE);
    assert_int_equal(g->probe.status, 101);
    assert_string_equal(g->probe.steps[PROBE_TLS].text,
                        "TLSv1.3, kerf test authority");
}

static void the_chain_is_told_with_its_end(void **state)
{
    struct ground *g = *state;

    serve_tls(g, upgrading, "DNS:localhost", 30 * DAYS + 1000);
    assert_true(go(g, g->ca_file, ""));
    assert_true(g->probe.chain_count >= 1);
    assert_string_equal(g->probe.chain[0].subject, "kerf test server");
    assert_string_equal(g->probe.chain[0].issuer, "kerf test authority");
    assert_int_equal((g->probe.chain[0].expires_s - time(NULL)) / DAYS, 30);
}

static void an_expired_certificate_is_told_and_gets_no_key(void **state)
{
    struct ground *g = *state;

    serve_tls(g, upgrading, "DNS:localhost", -DAYS);
    assert_false(go(g, g->ca_file, ""));
    assert_stopped(&g->probe, PROBE_TLS, "expired");
    assert_string_equal(g->probe.chain[0].subject, "kerf test server");
    hang_up(g);
    assert_true(str_find(buf_str(&g->heard), STR("secret")) == SIZE_MAX);
}

static void an_unknown_authority_is_refused(void **state)
{
    struct ground *g = *state;

    serve_tls(g, upgrading, "DNS:localhost", DAYS);
    assert_false(go(g, "", ""));
    assert_stopped(&g->probe, PROBE_TLS, "local issuer certificate");
    assert_string_equal(g->probe.chain[0].issuer, "kerf test authority");
}

static void a_certificate_for_another_name_is_refused(void **state)
{
    struct ground *g = *state;

    serve_tls(g, upgrading, "DNS:other.example.com", DAYS);
    assert_false(go(g, g->ca_file, ""));
    assert_stopped(&g->probe, PROBE_TLS, "hostname mismatch");
}

static void a_numeric_address_is_checked_as_such(void **state)
{
    struct ground *g = *state;

    serve_tls(g, upgrading, "IP:127.0.0.1", DAYS);
    snprintf(g->url, sizeof(g->url), "https://127.0.0.1:%d/v1", g->server.port);
    assert_true(go(g, g->ca_file, ""));
}

static void a_refused_upgrade_tells_the_status(void **state)
{
    static const struct step steps[] = {
        DO(ACT_HEAD),
        TELL("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n"),
        DO(ACT_NONE),
    };
    struct ground *g = *state;

    listen_on(g, steps, "http");
    assert_false(go(g, "", ""));
    assert_stopped(&g->probe, PROBE_UPGRADE, "HTTP/1.1 426 Upgrade Required");
    assert_int_equal(g->probe.status, 426);
    hang_up(g);
    assert_true(
        str_find(buf_str(&g->heard), STR("GET /v1/responses HTTP/1.1\r\n"))
        == 0);
    assert_true(
        str_find(buf_str(&g->heard), STR("Authorization: Bearer secret\r\n"))
        != SIZE_MAX);
}

static void a_wrong_answer_to_our_key_is_no_upgrade(void **state)
{
    static const struct step steps[] = {
        DO(ACT_HEAD),
        TELL(UPGRADED "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n"
                      "\r\n"),
        DO(ACT_NONE),
    };
    struct ground *g = *state;

    listen_on(g, steps, "http");
    assert_false(go(g, "", ""));
    assert_stopped(&g->probe, PROBE_UPGRADE, "not by a WebSocket server");
}

static void an_early_close_is_told_with_its_code(void **state)
{
    static const struct step steps[] = {
        DO(ACT_UPGRADE),
        TELL("\x88\x02\x03\xf0"), // 1008
        DO(ACT_NONE),
    };
    static const struct step silent[] = { DO(ACT_UPGRADE), DO(ACT_CLOSE),
                                          DO(ACT_NONE) };
    struct ground *g = *state;

    listen_on(g, steps, "http");
    assert_false(go(g, "", ""));
    assert_stopped(&g->probe, PROBE_HOLD, "closed at once, code 1008");
    assert_int_equal(g->probe.close_code, 1008);
    hang_up(g);
    listen_on(g, silent, "http");
    assert_false(go(g, "", ""));
    assert_stopped(&g->probe, PROBE_HOLD, "closed at once, without a word");
}

static void a_proxy_is_asked_with_its_login(void **state)
{
    static const struct step steps[] = {
        DO(ACT_HEAD),    TELL("HTTP/1.1 200 Connection established\r\n\r\n"),
        DO(ACT_UPGRADE), DO(ACT_ECHO),
        DO(ACT_NONE),
    };
    struct ground *g = *state;
    char proxy[80];

    listen_on(g, steps, "http");
    snprintf(proxy, sizeof(proxy), "http://me:pw@localhost:%d", g->server.port);
    snprintf(g->url, sizeof(g->url), "http://far.example.com:99/v1");
    assert_true(go(g, "", proxy));
    hang_up(g);
    assert_true(str_starts_with(
        buf_str(&g->heard), STR("CONNECT far.example.com:99 HTTP/1.1\r\n"
                                "Host: far.example.com:99\r\n"
                                "Proxy-Authorization: Basic bWU6cHc=\r\n\r\n"
                                "GET /v1/responses")));
}

static void a_proxy_that_refuses_is_told_from_the_server(void **state)
{
    static const struct step steps[] = {
        DO(ACT_HEAD),
        TELL("HTTP/1.1 407 Proxy \x1b[31mAuthentication\r\n\r\n"),
        DO(ACT_NONE),
    };
    struct ground *g = *state;
    char proxy[80];

    listen_on(g, steps, "http");
    snprintf(proxy, sizeof(proxy), "http://localhost:%d", g->server.port);
    snprintf(g->url, sizeof(g->url), "https://far.example.com/v1");
    assert_false(go(g, "", proxy));
    assert_stopped(&g->probe, PROBE_PROXY, "HTTP/1.1 407 Proxy ");
    assert_null(strchr(g->probe.steps[PROBE_PROXY].text, '\x1b'));
}

static const struct step behind_tls[] = {
    DO(ACT_HEAD),  TELL("HTTP/1.1 200 Connection established\r\n\r\n"),
    DO(ACT_INNER), DO(ACT_UPGRADE),
    DO(ACT_ECHO),  DO(ACT_NONE),
};

// Goes to a server behind a proxy on the port that listens.
static bool go_by(struct ground *g, const char *scheme, const char *url)
{
    char proxy[80];

    snprintf(proxy, sizeof(proxy), "%s%d", scheme, g->server.port);
    snprintf(g->url, sizeof(g->url), "%s", url);
    return go(g, g->ca_file, proxy);
}

static void behind_a_proxy_over_tls_there_is_tls_within_tls(void **state)
{
    struct ground *g = *state;

    serve_tls(g, behind_tls, "DNS:localhost,DNS:far.example.com", 9 * DAYS);
    assert_true(go_by(g, "https://localhost:", "https://far.example.com/v1"));
    assert_stopped(&g->probe, PROBE_STEPS, "");
    assert_int_equal(g->probe.steps[PROBE_PROXY_TLS].end, PROBE_FINE);
    assert_string_equal(g->probe.steps[PROBE_PROXY].text,
                        "HTTP/1.1 200 Connection established");
    assert_string_equal(g->probe.chain[0].subject, "kerf test server");
}

static void the_certificate_of_a_proxy_is_told_from_the_servers(void **state)
{
    struct ground *g = *state;

    serve_tls(g, behind_tls, "DNS:far.example.com", 9 * DAYS);
    assert_false(go_by(g, "https://localhost:", "https://far.example.com/v1"));
    assert_stopped(&g->probe, PROBE_PROXY_TLS, "mismatch");
    hang_up(g);
    SSL_CTX_free(g->context);
    serve_tls(g, behind_tls, "DNS:localhost", 9 * DAYS);
    assert_false(go_by(g, "https://localhost:", "https://far.example.com/v1"));
    assert_stopped(&g->probe, PROBE_TLS, "mismatch");
}

static void socks5h_leaves_the_name_to_the_proxy(void **state)
{
    static const struct step steps[] = {
        HEAR(4), // greeting: two ways to log in
        TELL("\5\2"),
        HEAR(7), // login
        TELL("\1\0"),
        HEAR(22), // the way
        TELL("\5\0\0\3\5proxy\0\1"),
        DO(ACT_UPGRADE),
        DO(ACT_ECHO),
        DO(ACT_NONE),
    };
    struct ground *g = *state;

    listen_on(g, steps, "http");
    assert_true(go_by(
        g, "socks5h://me:pw@localhost:", "http://far.example.com:258/v1"));
    assert_string_equal(g->probe.steps[PROBE_PROXY].text,
                        "SOCKS5: the way is open");
    hang_up(g);
    assert_true(str_starts_with(buf_str(&g->heard),
                                STR("\5\2\0\2\1\2me\2pw\5\1\0\3\17"
                                    "far.example.com\1\2GET /v1/responses")));
}

static void socks5_and_socks4_want_an_address(void **state)
{
    static const struct step five[] = {
        HEAR(3),      TELL("\5\0"), HEAR(10), TELL("\5\5\0\1\0\0\0\0\0\0"),
        DO(ACT_NONE),
    };
    static const struct step four[] = { HEAR(9), TELL("\0\x5b\0\0\0\0\0\0"),
                                        DO(ACT_NONE) };
    struct ground *g = *state;

    listen_on(g, five, "http");
    assert_false(go_by(g, "socks5://localhost:", "http://127.0.0.1:258/v1"));
    assert_stopped(&g->probe, PROBE_PROXY,
                   "SOCKS5: the server refuses the connection");
    hang_up(g);
    assert_true(
        str_equal(buf_str(&g->heard), STR("\5\1\0\5\1\0\1\177\0\0\1\1\2")));
    listen_on(g, four, "http");
    assert_false(go_by(g, "socks4://localhost:", "http://127.0.0.1:258/v1"));
    assert_stopped(&g->probe, PROBE_PROXY, "SOCKS4: the proxy refuses");
    hang_up(g);
    assert_true(str_equal(buf_str(&g->heard), STR("\4\1\1\2\177\0\0\1\0")));
}

static void socks4a_grants_the_way_to_a_name(void **state)
{
    static const struct step steps[] = {
        HEAR(27),     TELL("\0\x5a\0\0\0\0\0\0"), DO(ACT_UPGRADE), DO(ACT_ECHO),
        DO(ACT_NONE),
    };
    struct ground *g = *state;

    listen_on(g, steps, "http");
    assert_true(
        go_by(g, "socks4a://me@localhost:", "http://far.example.com:258/v1"));
    hang_up(g);
    assert_true(str_starts_with(
        buf_str(&g->heard),
        STR("\4\1\1\2\0\0\0\1me\0far.example.com\0GET /v1/responses")));
}

static void a_proxy_that_speaks_no_socks_is_told(void **state)
{
    static const struct step http[] = { HEAR(3),
                                        TELL("HTTP/1.1 400 No\r\n\r\n"),
                                        DO(ACT_NONE) };
    static const struct step login[] = { HEAR(3), TELL("\5\xff"),
                                         DO(ACT_NONE) };
    static const struct step closes[] = { HEAR(3), DO(ACT_CLOSE),
                                          DO(ACT_NONE) };
    static const struct {
        const struct step *steps;
        const char *words;
    } cases[] = { { http, "this is no SOCKS5 proxy" },
                  { login, "the proxy wants a login" },
                  { closes, "closed without an answer" } };
    struct ground *g = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        listen_on(g, cases[i].steps, "http");
        assert_false(
            go_by(g, "socks5h://localhost:", "http://far.example.com/v1"));
        assert_stopped(&g->probe, PROBE_PROXY, cases[i].words);
        hang_up(g);
    }
}

static void nobody_listening_is_told_with_address_and_port(void **state)
{
    struct ground *g = *state;

    listen_on(g, upgrading, "http");
    hang_up(g);
    assert_false(go(g, "", ""));
    assert_stopped(&g->probe, PROBE_CONNECT, "Connection refused");
}

static void an_endless_answer_is_given_up(void **state)
{
    static const struct step steps[] = { DO(ACT_HEAD),
                                         TELL("HTTP/1.1 200 OK\r\n"),
                                         FILL(1 << 20), DO(ACT_NONE) };
    struct ground *g = *state;

    listen_on(g, steps, "http");
    assert_false(go(g, "", ""));
    assert_stopped(&g->probe, PROBE_UPGRADE, "an answer without end");
}

static void what_is_no_url_goes_nowhere(void **state)
{
    struct ground *g = *state;

    listen_on(g, upgrading, "http");
    snprintf(g->url, sizeof(g->url), "ftp://localhost/");
    assert_false(go(g, "", ""));
    assert_stopped(&g->probe, PROBE_URL, "begins with none of");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_good_server_is_fine_in_every_step),
        TEST(the_chain_is_told_with_its_end),
        TEST(an_expired_certificate_is_told_and_gets_no_key),
        TEST(an_unknown_authority_is_refused),
        TEST(a_certificate_for_another_name_is_refused),
        TEST(a_numeric_address_is_checked_as_such),
        TEST(a_refused_upgrade_tells_the_status),
        TEST(a_wrong_answer_to_our_key_is_no_upgrade),
        TEST(an_early_close_is_told_with_its_code),
        TEST(a_proxy_is_asked_with_its_login),
        TEST(a_proxy_that_refuses_is_told_from_the_server),
        TEST(behind_a_proxy_over_tls_there_is_tls_within_tls),
        TEST(the_certificate_of_a_proxy_is_told_from_the_servers),
        TEST(socks5h_leaves_the_name_to_the_proxy),
        TEST(socks5_and_socks4_want_an_address),
        TEST(socks4a_grants_the_way_to_a_name),
        TEST(a_proxy_that_speaks_no_socks_is_told),
        TEST(nobody_listening_is_told_with_address_and_port),
        TEST(an_endless_answer_is_given_up),
        TEST(what_is_no_url_goes_nowhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
