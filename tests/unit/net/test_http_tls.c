/* https: which certificates count, what is said about the others, and the
 * client's own. */
#include "kerf/net/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "certs.c"
#include "getter.c"
#include "server.c"

#define MOST_STEPS 6 // the rest is ACT_NONE

static const struct step fine[MOST_STEPS] = {
    DO(ACT_HEAD), TELL("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"),
    DO(ACT_NONE)
};

// What all tests share: an authority, its file, a certificate of the client.
struct ground {
    struct authority authority;
    char folder[32], ca_file[64], client_file[64];
    char url[80];
    struct server server;
    SSL_CTX *context;
};

static int set_up(void **state)
{
    struct ground *ground = test_malloc(sizeof(*ground));

    snprintf(ground->folder, sizeof(ground->folder), "/tmp/kerf-tls-XXXXXX");
    assert_non_null(mkdtemp(ground->folder));
    snprintf(ground->ca_file, sizeof(ground->ca_file), "%s/ca.pem",
             ground->folder);
    snprintf(ground->client_file, sizeof(ground->client_file), "%s/me.pem",
             ground->folder);
    ground->authority = authority_create("kerf test authority");
    authority_save(&ground->authority, ground->ca_file);
    authority_save_client(&ground->authority, ground->client_file);
    *state = ground;
    return 0;
}

static int tear_down(void **state)
{
    struct ground *ground = *state;

    authority_destroy(&ground->authority);
    unlink(ground->ca_file);
    unlink(ground->client_file);
    assert_int_equal(rmdir(ground->folder), 0);
    test_free(ground);
    return 0;
}

static void serve_tls(struct ground *ground, const char *names, long end_s,
                      bool wants_client)
{
    ground->context = server_context(&ground->authority, names, end_s);
    if (wants_client)
        server_context_wants_client(ground->context, &ground->authority);
    ground->server = server_start(
        &(struct server_options){ .steps = fine, .tls = ground->context });
    snprintf(ground->url, sizeof(ground->url), "https://localhost:%d/v1",
             ground->server.port);
}

static void sweep(struct ground *ground, struct getter *getter)
{
    getter_sweep(getter);
    server_stop(&ground->server, NULL);
    SSL_CTX_free(ground->context);
    ground->context = NULL;
}

static void expect_good(struct ground *ground, struct getter *getter)
{
    getter_play(getter, &ground->server, ground->url);
    if (getter->end.end_class != NET_END_NORMAL)
        fail_msg("%s", getter->end.text);
    assert_string_equal(buf_cstr(&getter->data), "a");
    sweep(ground, getter);
}

static void an_own_authority_is_trusted_if_its_file_is_given(void **state)
{
    struct ground *ground = *state;
    struct getter getter = { .ends = 0 };

    serve_tls(ground, "DNS:localhost", DAY_S, false);
    getter.options.access.ca_file = str_from(ground->ca_file);
    expect_good(ground, &getter);

    assert_true(getter.timing.tls_us >= getter.timing.connected_us);
    assert_true(getter.timing.first_byte_us >= getter.timing.tls_us);
    assert_false(getter.timing.reused);
}

static void an_address_may_stand_in_the_certificate(void **state)
{
    struct ground *ground = *state;
    struct getter getter = { .ends = 0 };

    serve_tls(ground, "IP:127.0.0.1", DAY_S, false);
    snprintf(ground->url, sizeof(ground->url), "https://127.0.0.1:%d",
             ground->server.port);
    getter.options.access.ca_file = str_from(ground->ca_file);
    expect_good(ground, &getter);
}

static void expect_refusal(struct ground *ground, struct net_access access,
                           const char *words)
{
    struct getter getter = { .options = { .access = access,
                                          .bearer = STR("sk-1") } };
    struct buf heard = { 0 };

    getter_play(&getter, &ground->server, ground->url);
    if (getter.end.end_class != NET_END_TLS || !strstr(getter.end.text, words))
        fail_msg("%s: class %d \"%s\"", words, (int)getter.end.end_class,
                 getter.end.text);
    getter_sweep(&getter);
    server_stop(&ground->server, &heard);
    assert_int_equal(heard.len, 0); // no byte of the request went out
    SSL_CTX_free(ground->context);
    ground->context = NULL;
    buf_release(&heard);
}

static void an_unknown_authority_is_named_with_the_mend(void **state)
{
    struct ground *ground = *state;

    serve_tls(ground, "DNS:localhost", DAY_S, false);
    expect_refusal(ground, (struct net_access){ .proxy = STR("") }, "caFile");
}

// What OpenSSL finds by SSL_CERT_FILE stands for the system's here.
static void without_a_file_the_system_counts(void **state)
{
    struct ground *ground = *state;
    struct getter getter = { .ends = 0 };

    serve_tls(ground, "DNS:localhost", DAY_S, false);
    setenv("SSL_CERT_FILE", ground->ca_file, 1);
    expect_good(ground, &getter);
    unsetenv("SSL_CERT_FILE");
}

static void beside_a_file_the_system_does_not_count(void **state)
{
    struct ground *ground = *state;
    struct authority other = authority_create("another authority");
    char path[64];

    snprintf(path, sizeof(path), "%s/other.pem", ground->folder);
    authority_save(&other, path);
    serve_tls(ground, "DNS:localhost", DAY_S, false);
    setenv("SSL_CERT_FILE", ground->ca_file, 1);
    expect_refusal(ground, (struct net_access){ .ca_file = str_from(path) },
                   "caFile");
    unsetenv("SSL_CERT_FILE");
    unlink(path);
    authority_destroy(&other);
}

static void a_certificate_for_another_name_is_refused(void **state)
{
    struct ground *ground = *state;

    serve_tls(ground, "DNS:other.test", DAY_S, false);
    expect_refusal(ground,
                   (struct net_access){ .ca_file = str_from(ground->ca_file) },
                   "the certificate is for another name");
}

static void an_expired_certificate_is_refused(void **state)
{
    struct ground *ground = *state;

    serve_tls(ground, "DNS:localhost", -DAY_S, false);
    expect_refusal(ground,
                   (struct net_access){ .ca_file = str_from(ground->ca_file) },
                   "expired");
}

static void a_ca_file_that_is_none_is_named(void **state)
{
    struct ground *ground = *state;

    serve_tls(ground, "DNS:localhost", DAY_S, false);
    expect_refusal(ground, (struct net_access){ .ca_file = STR("/dev/null") },
                   "caFile /dev/null");
    serve_tls(ground, "DNS:localhost", DAY_S, false);
    expect_refusal(ground,
                   (struct net_access){ .ca_file = STR("/nonexistent") },
                   "caFile /nonexistent");
}

static void a_server_may_want_a_certificate_of_ours(void **state)
{
    struct ground *ground = *state;
    struct getter getter = { .ends = 0 };

    serve_tls(ground, "DNS:localhost", DAY_S, true);
    getter.options.access.ca_file = str_from(ground->ca_file);
    getter.options.access.client_cert = str_from(ground->client_file);
    expect_good(ground, &getter);
}

static void without_it_the_option_is_named(void **state)
{
    struct ground *ground = *state;
    struct getter getter = { .ends = 0 };

    serve_tls(ground, "DNS:localhost", DAY_S, true);
    getter.options.access.ca_file = str_from(ground->ca_file);
    getter_play(&getter, &ground->server, ground->url);
    if (getter.end.end_class != NET_END_TLS
        || !strstr(getter.end.text, "clientCert"))
        fail_msg("class %d \"%s\"", (int)getter.end.end_class, getter.end.text);
    sweep(ground, &getter);
}

static void a_client_certificate_that_is_none_is_told(void **state)
{
    struct ground *ground = *state;

    serve_tls(ground, "DNS:localhost", DAY_S, true);
    expect_refusal(ground,
                   (struct net_access){ .ca_file = str_from(ground->ca_file),
                                        .client_cert = STR("/dev/null") },
                   "clientCert");
}

static void a_server_without_tls_is_told(void **state)
{
    struct ground *ground = *state;
    static const struct step plain[MOST_STEPS] = {
        TELL("HTTP/1.1 400 TLS?\r\n\r\n"), DO(ACT_NONE)
    };
    struct getter getter = { .ends = 0 };

    ground->server = server_start(&(struct server_options){ .steps = plain });
    snprintf(ground->url, sizeof(ground->url), "https://localhost:%d",
             ground->server.port);
    getter_play(&getter, &ground->server, ground->url);
    assert_int_equal(getter.end.end_class, NET_END_LOST);
    assert_non_null(strstr(getter.end.text, "no TLS handshake"));
    sweep(ground, &getter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        // First, as the library takes longer to load than such a file.
        cmocka_unit_test(a_ca_file_that_is_none_is_named),
        cmocka_unit_test(an_own_authority_is_trusted_if_its_file_is_given),
        cmocka_unit_test(without_a_file_the_system_counts),
        cmocka_unit_test(beside_a_file_the_system_does_not_count),
        cmocka_unit_test(an_address_may_stand_in_the_certificate),
        cmocka_unit_test(an_unknown_authority_is_named_with_the_mend),
        cmocka_unit_test(a_certificate_for_another_name_is_refused),
        cmocka_unit_test(an_expired_certificate_is_refused),
        cmocka_unit_test(a_server_may_want_a_certificate_of_ours),
        cmocka_unit_test(without_it_the_option_is_named),
        cmocka_unit_test(a_client_certificate_that_is_none_is_told),
        cmocka_unit_test(a_server_without_tls_is_told),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
