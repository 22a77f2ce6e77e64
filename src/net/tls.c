/*
 * libwebsockets would make its own SSL_CTX. We make it, because (1) without a
 * CA file the library also trusts certificates in "../share", relative to
 * wherever the user stands, which may come with a clone; (2) a CA file that
 * cannot be read is only logged there. What counts stands in fill_store(), for
 * sockets and for libcurl.
 */
#include "tls.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

bool tls_is_library(const char *name)
{
    char ours[64];

    snprintf(ours, sizeof(ours), "OpenSSL/%s",
             OpenSSL_version(OPENSSL_VERSION_STRING));
    return name && strcmp(name, ours) == 0;
}

static bool fail_file(struct error *err, const char *option, const char *file,
                      const char *otherwise)
{
    const char *reason = ERR_reason_error_string(ERR_peek_error());

    return error_set(err, ERROR_USAGE, "%s %s: %s", option, file,
                     reason ? reason : otherwise);
}

// A caFile stands for itself: nothing of the system counts beside it. Whoever
// stands in it is trusted, be it an authority of the second rank.
static bool fill_store(X509_STORE *store, const char *ca_file,
                       struct error *err)
{
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    if (!*ca_file) {
        X509_STORE_set_default_paths(store);
        return true;
    }
    return X509_STORE_load_file(store, ca_file) == 1
           || fail_file(err, "caFile", ca_file, "no certificate in it");
}

void *tls_store_create(const char *ca_file, struct error *err)
{
    X509_STORE *store;

    ERR_clear_error();
    store = X509_STORE_new();
    if (!store) {
        error_set(err, ERROR_FAILED, "OpenSSL gives no store of certificates");
    } else if (!fill_store(store, ca_file, err)) {
        X509_STORE_free(store);
        store = NULL;
    }
    ERR_clear_error();
    return store;
}

void tls_store_destroy(void *store)
{
    X509_STORE_free(store);
}

void tls_context_trust(void *context, void *store)
{
    SSL_CTX_set1_cert_store(context, store);
}

// A key with a passphrase would be asked for on the terminal, by OpenSSL.
static int refuse_passphrase(char *text, int size, int writing, void *ctx)
{
    (void)text, (void)size, (void)writing, (void)ctx;
    return -1;
}

static bool load_client(SSL_CTX *context, const struct tls_files *files,
                        struct error *err)
{
    const char *key = *files->client_key ? files->client_key
                                         : files->client_cert;

    if (!*files->client_cert)
        return true;
    SSL_CTX_set_default_passwd_cb(context, refuse_passphrase);
    if (SSL_CTX_use_certificate_chain_file(context, files->client_cert) != 1)
        return fail_file(err, "clientCert", files->client_cert,
                         "no certificate in it");
    if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
        return fail_file(err, "clientKey", key, "no key in it");
    return true;
}

static SSL_CTX *context_create(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    if (!context)
        return NULL;
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_mode(context, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                                  | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    return context;
}

static bool load_ca(SSL_CTX *context, const char *ca_file, struct error *err)
{
    X509_STORE *store = tls_store_create(ca_file, err);

    if (store)
        SSL_CTX_set_cert_store(context, store); // which owns it
    return store != NULL;
}

void *tls_context_create(const struct tls_files *files, struct error *err)
{
    SSL_CTX *context = context_create();

    if (!context) {
        error_set(err, ERROR_FAILED, "OpenSSL gives no TLS context");
    } else if (!load_ca(context, files->ca, err)
               || !load_client(context, files, err)) {
        SSL_CTX_free(context);
        context = NULL;
    }
    ERR_clear_error();
    return context;
}

void tls_context_destroy(void *context)
{
    SSL_CTX_free(context);
}

void tls_describe_fault(void *store, char *text, size_t size)
{
    X509_STORE_CTX *where = store;
    X509 *certificate = X509_STORE_CTX_get_current_cert(where);
    char subject[100] = "";

    if (certificate)
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate),
                                  NID_commonName, subject, sizeof(subject));
    snprintf(text, size, "%s%s%s%s",
             X509_verify_cert_error_string(X509_STORE_CTX_get_error(where)),
             *subject ? " (certificate of \"" : "", subject,
             *subject ? "\")" : "");
}
