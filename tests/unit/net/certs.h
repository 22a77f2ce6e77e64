/* Throw-away certificates for tests. Include certs.c once. */
#ifndef TESTS_NET_CERTS_H
#define TESTS_NET_CERTS_H

#include <openssl/ssl.h>

struct authority {
    X509 *cert;
    EVP_PKEY *key;
};

struct authority authority_create(const char *name);
void authority_destroy(struct authority *authority);

/* Writes the certificate as PEM. */
void authority_save(const struct authority *authority, const char *path);

/* Writes a client's certificate, signed by the authority, and its key. */
void authority_save_client(const struct authority *authority, const char *path);

/* Lets a server ask for a certificate of that authority, and insist. */
void server_context_wants_client(SSL_CTX *context,
                                 const struct authority *authority);

/* A server's context with a certificate for `names`, such as "DNS:localhost",
 * that ends `end_s` seconds from now. */
SSL_CTX *server_context(const struct authority *authority, const char *names,
                        long end_s);

#endif
