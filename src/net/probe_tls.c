/*
 * The TLS side of a probe. A refused certificate ends the handshake as it does
 * for real connections, but its names and dates are noted on the way, because
 * they are what one wants to know then.
 */
#include "probe_line.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "kerf/base/base64.h"
#include "kerf/base/utf8.h"

#define ACCEPT_SALT "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

bool line_wait(struct line *line, short events)
{
    struct pollfd one = { .fd = line->fd, .events = events };
    int64_t left_ms = line->deadline_ms - loop_now_ms();

    return left_ms > 0 && poll(&one, 1, (int)left_ms) == 1;
}

static void copy_name(X509_NAME *name, char *text, size_t size)
{
    char raw[200] = "";
    struct buf safe = { 0 };

    if (X509_NAME_get_text_by_NID(name, NID_commonName, raw, sizeof(raw)) < 0)
        X509_NAME_get_text_by_NID(name, NID_organizationName, raw, sizeof(raw));
    utf8_sanitise(&safe, str_take(str_from(raw), size / 4), false);
    snprintf(text, size, "%s", buf_cstr(&safe));
    buf_release(&safe);
}

static int64_t time_of(const ASN1_TIME *time)
{
    struct tm when;

    return ASN1_TIME_to_tm(time, &when) == 1 ? (int64_t)timegm(&when) : 0;
}

static void note_chain(STACK_OF(X509) * chain, struct probe *probe)
{
    int count = sk_X509_num(chain);

    probe->chain_count = 0;
    for (int i = 0; i < count && i < LIMIT_PROBE_CHAIN; i++) {
        struct probe_certificate *seen = &probe->chain[probe->chain_count++];
        X509 *cert = sk_X509_value(chain, i);
        copy_name(X509_get_subject_name(cert), seen->subject,
                  sizeof(seen->subject));
        copy_name(X509_get_issuer_name(cert), seen->issuer,
                  sizeof(seen->issuer));
        seen->expires_s = time_of(X509_get0_notAfter(cert));
    }
}

struct watched {
    struct line *line;
    struct probe *probe;
};

static int on_verify(int good, X509_STORE_CTX *store)
{
    SSL *tls =
        X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct watched *watched = SSL_get_app_data(tls);

    if (!good) {
        STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(store);
        if (sent)
            note_chain(sent, watched->probe);
        tls_describe_fault(store, watched->line->fault,
                           sizeof(watched->line->fault));
    }
    return good;
}

static bool expect_name(SSL *tls, const char *name)
{
    struct in6_addr any;
    X509_VERIFY_PARAM *wanted = SSL_get0_param(tls);

    if (inet_pton(AF_INET, name, &any) == 1
        || inet_pton(AF_INET6, name, &any) == 1)
        return X509_VERIFY_PARAM_set1_ip_asc(wanted, name) == 1;
    return SSL_set_tlsext_host_name(tls, name) == 1
           && X509_VERIFY_PARAM_set1_host(wanted, name, 0) == 1;
}

// Waits for what OpenSSL wants after `result`; false if it is an end.
static bool wait_for_tls(struct line *line, int result)
{
    switch (SSL_get_error(line->tls, result)) {
    case SSL_ERROR_WANT_READ: return line_wait(line, POLLIN);
    case SSL_ERROR_WANT_WRITE: return line_wait(line, POLLOUT);
    default: return false;
    }
}

static bool shake_hands(struct line *line)
{
    int result;

    ERR_clear_error();
    while ((result = SSL_connect(line->tls)) != 1)
        if (!wait_for_tls(line, result))
            return false;
    return true;
}

static void tell_fault(const struct line *line, char *text, size_t size)
{
    const char *reason = ERR_reason_error_string(ERR_peek_error());

    if (*line->fault)
        snprintf(text, size, "%s", line->fault);
    else if (loop_now_ms() >= line->deadline_ms)
        snprintf(text, size, "no end of the handshake in time");
    else
        snprintf(text, size, "%s",
                 reason ? reason : "closed during the handshake");
}

// What was TLS so far becomes what TLS goes over.
static void go_below(struct line *line)
{
    line->outer_tls = line->tls;
    line->outer_context = line->context;
    line->tls = line->context = NULL;
    *line->fault = '\0';
}

static bool set_transport(struct line *line)
{
    BIO *bio = line->outer_tls ? BIO_new(BIO_f_ssl()) : NULL;

    if (!line->outer_tls)
        return SSL_set_fd(line->tls, line->fd) == 1;
    if (!bio)
        return false;
    BIO_set_ssl(bio, line->outer_tls, BIO_NOCLOSE);
    SSL_set_bio(line->tls, bio, bio);
    return true;
}

static bool secure(struct line *line, const char *name,
                   const struct tls_files *files, struct watched *watched,
                   char *text, size_t size)
{
    struct probe *probe = watched->probe;
    struct error err = { 0 };

    line->context = tls_context_create(files, &err);
    if (!line->context) {
        snprintf(text, size, "%.*s", (int)size - 1, err.text);
        return false;
    }
    SSL_CTX_set_verify(line->context, SSL_VERIFY_PEER, on_verify);
    line->tls = SSL_new(line->context);
    if (!line->tls || !set_transport(line) || !expect_name(line->tls, name)) {
        snprintf(text, size, "OpenSSL gives no connection");
        return false;
    }
    SSL_set_app_data(line->tls, watched);
    if (!shake_hands(line)) {
        tell_fault(line, text, size);
        return false;
    }
    note_chain(SSL_get_peer_cert_chain(line->tls), probe);
    snprintf(text, size, "%s, %s", SSL_get_version(line->tls),
             probe->chain_count ? probe->chain[0].issuer : "");
    return true;
}

bool line_secure(struct line *line, const char *name,
                 const struct tls_files *files, struct probe *probe,
                 enum probe_step step)
{
    struct watched watched = { line, probe };

    if (line->tls)
        go_below(line);
    probe->chain_count = 0;
    bool secured = secure(line, name, files, &watched, probe->steps[step].text,
                          sizeof(probe->steps[step].text));

    if (line->tls)
        SSL_set_app_data(line->tls, NULL); // a renegotiation is not taken
    ERR_clear_error();
    return secured;
}

static int once(struct line *line, bool write, char *bytes, size_t size)
{
    if (line->tls)
        return write ? SSL_write(line->tls, bytes, (int)size)
                     : SSL_read(line->tls, bytes, (int)size);
    return (int)(write ? send(line->fd, bytes, size, MSG_NOSIGNAL)
                       : recv(line->fd, bytes, size, 0));
}

bool line_write(struct line *line, struct str bytes)
{
    char copy[4096];

    while (bytes.len > 0) {
        struct str piece = str_take(bytes, sizeof(copy));
        memcpy(copy, piece.at, piece.len);
        int n = once(line, true, copy, piece.len);
        if (n > 0)
            bytes = str_skip(bytes, (size_t)n);
        else if (line->tls ? !wait_for_tls(line, n)
                           : errno != EAGAIN || !line_wait(line, POLLOUT))
            return false;
    }
    explicit_bzero(copy, sizeof(copy)); // a key may have been in it
    return true;
}

int line_read(struct line *line, char *bytes, size_t size)
{
    for (;;) {
        int n = once(line, false, bytes, size);
        if (n > 0 || (n == 0 && !line->tls))
            return n;
        if (line->tls && SSL_get_error(line->tls, n) == SSL_ERROR_ZERO_RETURN)
            return 0;
        if (line->tls ? !wait_for_tls(line, n)
                      : errno != EAGAIN || !line_wait(line, POLLIN))
            return -1;
    }
}

void line_close(struct line *line)
{
    SSL_free(line->tls);
    tls_context_destroy(line->context);
    SSL_free(line->outer_tls);
    tls_context_destroy(line->outer_context);
    if (line->fd >= 0)
        close(line->fd);
    *line = (struct line){ .fd = -1 };
    ERR_clear_error();
}

void line_accept_of(const char *key, char answer[32])
{
    char salted[100];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    struct buf text = { 0 };

    int len = snprintf(salted, sizeof(salted), "%s%s", key, ACCEPT_SALT);
    EVP_Digest(salted, (size_t)len, digest, &length, EVP_sha1(), NULL);
    base64_encode(&text, (struct str){ (const char *)digest, length });
    snprintf(answer, 32, "%s", buf_cstr(&text));
    buf_release(&text);
}
