/*
 * libwebsockets would make its own SSL_CTX. We make it, because (1) without a
 * CA file the library also trusts certificates in "../share", relative to
 * wherever the user stands, which may come with a clone; (2) a CA file that
 * cannot be read is only logged there.
 */
#include "tls.h"

#include <stdio.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

static bool load_ca(SSL_CTX *context, const char *ca_file, struct error *err)
{
    SSL_CTX_set_default_verify_paths(context);
    if (!*ca_file || SSL_CTX_load_verify_file(context, ca_file) == 1)
        return true;
    const char *reason = ERR_reason_error_string(ERR_peek_error());
    return error_set(err, ERROR_USAGE, "caFile %s: %s", ca_file,
                     reason ? reason : "no certificate in it");
}

void *tls_context_create(const char *ca_file, struct error *err)
{
    SSL_CTX *context;

    ERR_clear_error();
    context = SSL_CTX_new(TLS_client_method());
    if (!context) {
        error_set(err, ERROR_FAILED, "OpenSSL gives no TLS context");
        return NULL;
    }
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_mode(context, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                                  | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    if (!load_ca(context, ca_file, err)) {
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
