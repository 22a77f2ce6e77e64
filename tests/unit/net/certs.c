/* X.509 by hand: one authority, and certificates it signs. */
#include "certs.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define DAY_S 86400L

static void need(int ok)
{
    if (!ok)
        abort();
}

static void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);

    need(extension && X509_add_ext(cert, extension, -1));
    X509_EXTENSION_free(extension);
}

static X509 *certificate(const char *name, EVP_PKEY *key, long end_s)
{
    X509 *cert = X509_new();
    X509_NAME *subject = X509_get_subject_name(cert);

    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), rand() + 1L);
    X509_gmtime_adj(X509_getm_notBefore(cert), -2 * DAY_S);
    X509_gmtime_adj(X509_getm_notAfter(cert), end_s);
    X509_set_pubkey(cert, key);
    need(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                    (const unsigned char *)name, -1, -1, 0));
    return cert;
}

struct authority authority_create(const char *name)
{
    struct authority authority = { .key = EVP_EC_gen("P-256") };

    authority.cert = certificate(name, authority.key, DAY_S);
    X509_set_issuer_name(authority.cert, X509_get_subject_name(authority.cert));
    add_extension(authority.cert, authority.cert, NID_basic_constraints,
                  "critical,CA:TRUE");
    add_extension(authority.cert, authority.cert, NID_key_usage,
                  "critical,keyCertSign");
    need(X509_sign(authority.cert, authority.key, EVP_sha256()));
    return authority;
}

void authority_destroy(struct authority *authority)
{
    X509_free(authority->cert);
    EVP_PKEY_free(authority->key);
}

void authority_save(const struct authority *authority, const char *path)
{
    FILE *file = fopen(path, "w");

    need(file && PEM_write_X509(file, authority->cert));
    fclose(file);
}

SSL_CTX *server_context(const struct authority *authority, const char *names,
                        long end_s)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = certificate("kerf test server", key, end_s);
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    X509_set_issuer_name(cert, X509_get_subject_name(authority->cert));
    add_extension(cert, authority->cert, NID_subject_alt_name, names);
    need(X509_sign(cert, authority->key, EVP_sha256()));
    need(SSL_CTX_use_certificate(context, cert)
         && SSL_CTX_use_PrivateKey(context, key));
    X509_free(cert);
    EVP_PKEY_free(key);
    return context;
}

void authority_save_client(const struct authority *authority, const char *path)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = certificate("kerf test client", key, DAY_S);
    FILE *file = fopen(path, "w");

    X509_set_issuer_name(cert, X509_get_subject_name(authority->cert));
    need(X509_sign(cert, authority->key, EVP_sha256()));
    need(file && PEM_write_X509(file, cert)
         && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL));
    fclose(file);
    X509_free(cert);
    EVP_PKEY_free(key);
}

void server_context_wants_client(SSL_CTX *context,
                                 const struct authority *authority)
{
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority->cert);
    SSL_CTX_set_verify(context,
                       SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
}
