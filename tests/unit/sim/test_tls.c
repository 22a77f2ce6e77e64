/* The server under TLS: whom a careful client trusts, and whom it does not. */
#include "served.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

struct scratch {
    char dir[40], ca[60];
};

static void scratch_make(struct scratch *scratch)
{
    snprintf(scratch->dir, sizeof(scratch->dir), "/tmp/kerf-test-XXXXXX");
    assert_non_null(mkdtemp(scratch->dir));
    snprintf(scratch->ca, sizeof(scratch->ca), "%s/ca.pem", scratch->dir);
}

static void scratch_remove(const struct scratch *scratch)
{
    unlink(scratch->ca);
    rmdir(scratch->dir);
}

// Shakes hands as a careful client; gives the verdict of its verification, or
// -1 if the handshake failed for another reason.
static long shake_hands(const struct served *served, const char *ca,
                        struct buf *got)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    int fd = client_dial(served->port);
    char room[4096];
    size_t n;

    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    assert_int_equal(SSL_CTX_load_verify_locations(context, ca, NULL), 1);
    SSL *ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), "127.0.0.1");
    bool open = SSL_connect(ssl) == 1;
    long verdict = SSL_get_verify_result(ssl);
    if (open) {
        static const char request[] = "GET /v1/models HTTP/1.1\r\n" HEAD
                                      "Connection: close\r\n\r\n";
        SSL_write(ssl, request, sizeof(request) - 1);
        while (SSL_read_ex(ssl, room, sizeof(room), &n) == 1)
            buf_append(got, (struct str){ room, n });
    }
    SSL_free(ssl);
    SSL_CTX_free(context);
    close(fd);
    return open || verdict != X509_V_OK ? verdict : -1;
}

struct verdict_case {
    const char *how;
    long verdict;
};

static void certificates_are_good_or_wrong_as_asked(void **state)
{
    static const struct verdict_case cases[] = {
        { "good", X509_V_OK },
        { "expired", X509_V_ERR_CERT_HAS_EXPIRED },
        { "future", X509_V_ERR_CERT_NOT_YET_VALID },
        { "wrong-name", X509_V_ERR_IP_ADDRESS_MISMATCH },
        { "self-signed", X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct scratch scratch;
        struct served served;
        struct buf got = { 0 };
        scratch_make(&scratch);
        SERVE(&served, NULL, "--tls", "--ca-out", scratch.ca, "--certificate",
              cases[i].how);
        assert_true(strstr(served.first_line, "https://") != NULL);
        assert_int_equal(shake_hands(&served, scratch.ca, &got),
                         cases[i].verdict);
        assert_int_equal(holds(&got, "kerf-sim\""),
                         cases[i].verdict == X509_V_OK);
        buf_release(&got);
        served_stop(&served);
        scratch_remove(&scratch);
    }
}

static void a_handshake_may_end_in_the_middle(void **state)
{
    struct scratch scratch;
    struct served served;
    struct buf got = { 0 };

    (void)state;
    scratch_make(&scratch);
    SERVE(&served, NULL, "--tls", "--ca-out", scratch.ca, "--fault",
          "tls-close:1");
    assert_int_equal(shake_hands(&served, scratch.ca, &got), -1);
    assert_int_equal(shake_hands(&served, scratch.ca, &got), X509_V_OK);
    buf_release(&got);
    served_stop(&served);
    scratch_remove(&scratch);
}

static void who_shows_no_certificate_stays_out_if_one_is_wanted(void **state)
{
    struct scratch scratch;
    struct served first, served;
    struct buf got = { 0 };

    (void)state;
    scratch_make(&scratch);
    SERVE(&first, NULL, "--tls", "--ca-out", scratch.ca);
    SERVE(&served, NULL, "--tls", "--client-ca", scratch.ca);
    served_stop(&first);
    shake_hands(&served, scratch.ca, &got);
    assert_int_equal(got.len, 0);
    buf_release(&got);
    served_stop(&served);
    scratch_remove(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificates_are_good_or_wrong_as_asked),
        cmocka_unit_test(a_handshake_may_end_in_the_middle),
        cmocka_unit_test(who_shows_no_certificate_stays_out_if_one_is_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
