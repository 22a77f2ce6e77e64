/* wss: which certificates count, and what is said about the others. */
#include "kerf/net/ws.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "certs.c"
#include "client.c"
#include "server.c"

#define MOST_STEPS 6 // the rest is ACT_NONE

static const struct step echoing[MOST_STEPS] = { DO(ACT_UPGRADE), DO(ACT_ECHO),
                                                 DO(ACT_CLOSE) };

// What all tests share: an authority, its file, a folder to make a mess in.
struct ground {
    struct authority authority;
    char folder[32], ca_file[64];
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
    ground->authority = authority_create("kerf test authority");
    authority_save(&ground->authority, ground->ca_file);
    *state = ground;
    return 0;
}

static int tear_down(void **state)
{
    struct ground *ground = *state;

    authority_destroy(&ground->authority);
    unlink(ground->ca_file);
    assert_int_equal(rmdir(ground->folder), 0);
    test_free(ground);
    return 0;
}

static void serve_tls(struct ground *ground, const struct step *steps,
                      const char *names, long end_s)
{
    ground->context = server_context(&ground->authority, names, end_s);
    ground->server = server_start(
        &(struct server_options){ .steps = steps, .tls = ground->context });
    snprintf(ground->url, sizeof(ground->url), "wss://localhost:%d/v1",
             ground->server.port);
}

// With TLS 1.2 its refusal comes within the handshake.
static void serve_wanting_client(struct ground *ground)
{
    ground->context =
        server_context(&ground->authority, "DNS:localhost", DAY_S);
    SSL_CTX_set_max_proto_version(ground->context, TLS1_2_VERSION);
    server_context_wants_client(ground->context, &ground->authority);
    ground->server = server_start(
        &(struct server_options){ .steps = echoing, .tls = ground->context });
    snprintf(ground->url, sizeof(ground->url), "wss://localhost:%d/v1",
             ground->server.port);
}

static void sweep(struct ground *ground, struct client *client)
{
    client_sweep(client);
    server_stop(&ground->server, NULL);
    SSL_CTX_free(ground->context);
    ground->context = NULL;
}

static void an_own_authority_is_trusted_if_its_file_is_given(void **state)
{
    struct ground *ground = *state;
    struct client client = { .send_when_ready = STR("x"), .close_after = 1 };

    serve_tls(ground, echoing, "DNS:localhost", DAY_S);
    client.options.access.ca_file = str_from(ground->ca_file);
    client_play(&client, &ground->server, ground->url);

    assert_string_equal(buf_cstr(&client.text), "x|");
    sweep(ground, &client);
}

static void an_address_may_stand_in_the_certificate(void **state)
{
    struct ground *ground = *state;
    struct client client = { .send_when_ready = STR("x"), .close_after = 1 };

    serve_tls(ground, echoing, "IP:127.0.0.1", DAY_S);
    snprintf(ground->url, sizeof(ground->url), "wss://127.0.0.1:%d",
             ground->server.port);
    client.options.access.ca_file = str_from(ground->ca_file);
    client_play(&client, &ground->server, ground->url);

    assert_string_equal(buf_cstr(&client.text), "x|");
    sweep(ground, &client);
}

static void a_server_may_want_a_certificate_of_ours(void **state)
{
    struct ground *ground = *state;
    struct client client = { .send_when_ready = STR("x"), .close_after = 1 };
    char path[80];

    snprintf(path, sizeof(path), "%s/me.pem", ground->folder);
    authority_save_client(&ground->authority, path);
    serve_wanting_client(ground);
    client.options.access.ca_file = str_from(ground->ca_file);
    client.options.access.client_cert = str_from(path);
    client_play(&client, &ground->server, ground->url);

    assert_string_equal(buf_cstr(&client.text), "x|");
    sweep(ground, &client);
    unlink(path);
}

static void without_a_certificate_of_ours_it_does_not_talk(void **state)
{
    struct ground *ground = *state;
    struct client client = { .ends = 0 };

    serve_wanting_client(ground);
    client.options.access.ca_file = str_from(ground->ca_file);
    client_play(&client, &ground->server, ground->url);

    assert_int_equal(client.ready, 0);
    assert_int_equal(client.end.end_class, NET_END_LOST);
    sweep(ground, &client);
}

static void a_client_certificate_that_is_none_is_named(void **state)
{
    struct ground *ground = *state;
    struct client client = { .ends = 0 };

    serve_wanting_client(ground);
    client.options.access.client_cert = STR("/dev/null");
    client_play(&client, &ground->server, ground->url);

    assert_int_equal(client.end.end_class, NET_END_TLS);
    assert_non_null(strstr(client.end.text, "clientCert /dev/null"));
    sweep(ground, &client);
}

static void the_file_of_the_environment_counts(void **state)
{
    struct ground *ground = *state;
    struct client client = { .send_when_ready = STR("x"), .close_after = 1 };

    serve_tls(ground, echoing, "DNS:localhost", DAY_S);
    setenv("SSL_CERT_FILE", ground->ca_file, 1);
    client_play(&client, &ground->server, ground->url);
    unsetenv("SSL_CERT_FILE");

    assert_string_equal(buf_cstr(&client.text), "x|");
    sweep(ground, &client);
}

static void expect_refusal(struct ground *ground, const char *ca_file,
                           const char *words)
{
    struct client client = { .ends = 0 };
    struct buf heard = { .at = NULL };

    client.options.bearer = STR("sk-secret");
    client.options.access.ca_file = str_from(ca_file);
    client_play(&client, &ground->server, ground->url);
    if (client.end.end_class != NET_END_TLS || !strstr(client.end.text, words))
        fail_msg("class %d \"%s\"", (int)client.end.end_class, client.end.text);
    assert_int_equal(client.ready, 0);
    client_sweep(&client);
    server_stop(&ground->server, &heard);
    assert_int_equal(heard.len, 0); // no key before trust
    SSL_CTX_free(ground->context);
}

static void beside_a_ca_file_the_system_does_not_count(void **state)
{
    struct ground *ground = *state;
    struct authority other = authority_create("another authority");
    char path[64];

    snprintf(path, sizeof(path), "%s/other.pem", ground->folder);
    authority_save(&other, path);
    serve_tls(ground, echoing, "DNS:localhost", DAY_S);
    setenv("SSL_CERT_FILE", ground->ca_file, 1);
    expect_refusal(ground, path, "unable to get local issuer certificate");
    unsetenv("SSL_CERT_FILE");
    unlink(path);
    authority_destroy(&other);
}

static void an_unknown_authority_is_refused(void **state)
{
    struct ground *ground = *state;

    serve_tls(ground, echoing, "DNS:localhost", DAY_S);
    expect_refusal(ground, "", "unable to get local issuer certificate");
}

static void a_certificate_for_another_host_is_refused(void **state)
{
    struct ground *ground = *state;

    serve_tls(ground, echoing, "DNS:other.example", DAY_S);
    expect_refusal(ground, ground->ca_file, "hostname mismatch");
}

static void an_expired_certificate_is_refused(void **state)
{
    struct ground *ground = *state;

    serve_tls(ground, echoing, "DNS:localhost", -DAY_S);
    expect_refusal(ground, ground->ca_file,
                   "certificate has expired (certificate of \"kerf test");
}

static void an_authority_beside_the_folder_is_not_trusted(void **state)
{
    struct ground *ground = *state;
    char share[64], work[64], planted[128], here[PATH_MAX];

    assert_non_null(getcwd(here, sizeof(here)));
    snprintf(share, sizeof(share), "%s/share", ground->folder);
    snprintf(work, sizeof(work), "%s/work", ground->folder);
    snprintf(planted, sizeof(planted), "%s/%08lx.0", share,
             X509_subject_name_hash(ground->authority.cert));
    assert_int_equal(mkdir(share, 0700) | mkdir(work, 0700), 0);
    authority_save(&ground->authority, planted);
    assert_int_equal(chdir(work), 0);
    serve_tls(ground, echoing, "DNS:localhost", DAY_S);
    expect_refusal(ground, "", "unable to get local issuer certificate");
    assert_int_equal(chdir(here), 0);
    unlink(planted);
    rmdir(share);
    rmdir(work);
}

static void a_missing_authority_file_is_named(void **state)
{
    struct ground *ground = *state;

    serve_tls(ground, echoing, "DNS:localhost", DAY_S);
    expect_refusal(ground, "/nowhere/ca.pem", "caFile /nowhere/ca.pem: ");
}

static void an_authority_file_without_certificate_is_named(void **state)
{
    struct ground *ground = *state;

    serve_tls(ground, echoing, "DNS:localhost", DAY_S);
    expect_refusal(ground, "/dev/null", "caFile /dev/null: ");
}

// --- what is no TLS ----------------------------------------------------------

static void expect_loss(const struct step *steps, const char *words)
{
    struct server_options options = { .steps = steps };
    struct server server = server_start(&options);
    struct client client = { .ends = 0 };
    char url[64];

    snprintf(url, sizeof(url), "wss://127.0.0.1:%d", server.port);
    client_play(&client, &server, url);

    assert_int_equal(client.end.end_class, NET_END_LOST);
    assert_non_null(strstr(client.end.text, words));
    client_sweep(&client);
    server_stop(&server, NULL);
}

static void a_server_without_tls_is_told(void **state)
{
    static const struct step steps[MOST_STEPS] = { TELL(
        "HTTP/1.1 400 Bad Request\r\n\r\n") };

    (void)state;
    expect_loss(steps, "no TLS handshake");
}

static void a_cut_in_the_handshake_is_told(void **state)
{
    static const struct step closing[MOST_STEPS] = { DO(ACT_CLOSE) };
    static const struct step resetting[MOST_STEPS] = { DO(ACT_RESET) };

    (void)state;
    // The reset may even come before the connection is seen to stand.
    expect_loss(closing, "127.0.0.1:");
    expect_loss(resetting, "127.0.0.1:");
}

// --- the life over TLS -------------------------------------------------------

static void a_large_message_goes_both_ways(void **state)
{
    static char large[3 << 20];
    struct ground *ground = *state;
    struct client client = { .close_after = 1 };

    memset(large, 'x', sizeof(large));
    client.send_when_ready = (struct str){ large, sizeof(large) };
    client.options.access.ca_file = str_from(ground->ca_file);
    serve_tls(ground, echoing, "DNS:localhost", DAY_S);
    client_play(&client, &ground->server, ground->url);

    assert_int_equal(client.bytes, sizeof(large));
    sweep(ground, &client);
}

static void a_flood_that_is_paused_arrives_whole(void **state)
{
    static const struct step steps[MOST_STEPS] = { DO(ACT_UPGRADE),
                                                   REPEAT("\x81\x0a"
                                                          "0123456789",
                                                          60000),
                                                   TELL("\x88\x02\x03\xe8") };
    struct ground *ground = *state;
    struct client client = { .pause_after = 100 };

    client.options.access.ca_file = str_from(ground->ca_file);
    serve_tls(ground, steps, "DNS:localhost", DAY_S);
    client_dial(&client, &ground->server, ground->url);
    while (client.messages < 100)
        loop_step(client.loop, 1000);
    for (int i = 0; i < 300; i++)
        loop_step(client.loop, 0);
    assert_int_equal(client.messages, 100);
    ws_pause(client.ws, false);
    client_run(&client);

    assert_int_equal(client.messages, 60000);
    assert_int_equal(client.end.end_class, NET_END_NORMAL);
    sweep(ground, &client);
}

static void plain_and_tls_share_a_client(void **state)
{
    struct ground *ground = *state;
    struct server_options options = { .steps = echoing };
    struct server plain = server_start(&options);
    struct client client = { .send_when_ready = STR("x"), .close_after = 1 };

    client.options.access.ca_file = str_from(ground->ca_file);
    client_play(&client, &plain, NULL);
    ws_destroy(client.ws);
    client.ready = client.messages = client.ends = 0;
    serve_tls(ground, echoing, "DNS:localhost", DAY_S);
    client_play(&client, &ground->server, ground->url);

    assert_string_equal(buf_cstr(&client.text), "x|x|");
    sweep(ground, &client);
    server_stop(&plain, NULL);
}

static void it_can_be_cancelled_at_every_step(void **state)
{
    struct ground *ground = *state;

    for (int turns = 0; turns < 12; turns++) {
        struct client client = { .send_when_ready = STR("hello") };
        client.options.access.ca_file = str_from(ground->ca_file);
        serve_tls(ground, echoing, "DNS:localhost", DAY_S);
        client_dial(&client, &ground->server, ground->url);
        for (int i = 0; i < turns && client.ends == 0; i++)
            loop_step(client.loop, i % 3);
        sweep(ground, &client);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_own_authority_is_trusted_if_its_file_is_given),
        cmocka_unit_test(an_address_may_stand_in_the_certificate),
        cmocka_unit_test(a_server_may_want_a_certificate_of_ours),
        cmocka_unit_test(without_a_certificate_of_ours_it_does_not_talk),
        cmocka_unit_test(a_client_certificate_that_is_none_is_named),
        cmocka_unit_test(the_file_of_the_environment_counts),
        cmocka_unit_test(beside_a_ca_file_the_system_does_not_count),
        cmocka_unit_test(an_unknown_authority_is_refused),
        cmocka_unit_test(a_certificate_for_another_host_is_refused),
        cmocka_unit_test(an_expired_certificate_is_refused),
        cmocka_unit_test(an_authority_beside_the_folder_is_not_trusted),
        cmocka_unit_test(a_missing_authority_file_is_named),
        cmocka_unit_test(an_authority_file_without_certificate_is_named),
        cmocka_unit_test(a_server_without_tls_is_told),
        cmocka_unit_test(a_cut_in_the_handshake_is_told),
        cmocka_unit_test(a_large_message_goes_both_ways),
        cmocka_unit_test(a_flood_that_is_paused_arrives_whole),
        cmocka_unit_test(plain_and_tls_share_a_client),
        cmocka_unit_test(it_can_be_cancelled_at_every_step),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
