/* Private: which certificates count, for sockets and for libcurl, and why one
 * did not. */
#ifndef KERF_NET_TLS_H
#define KERF_NET_TLS_H

#include <stddef.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"

/* Says whether `name`, such as "OpenSSL/3.0.17", is the library we use. */
bool tls_is_library(const char *name);

/* An X509_STORE: the CA file alone or, if it is empty, the system's
 * certificates (SSL_CERT_FILE counts). NULL with an error that names the file.
 * The system's take about 20 ms; may be called on a worker. */
void *tls_store_create(const char *ca_file, struct error *err) KERF_CHECKED;
void tls_store_destroy(void *store);

/* Lets an SSL_CTX trust what is in the store, and nothing else. */
void tls_context_trust(void *context, void *store);

/* PEM files; empty: none. A key that is not given is in the file of the
 * certificate. */
struct tls_files {
    const char *ca, *client_cert, *client_key;
};

/* An OpenSSL SSL_CTX for clients: TLS 1.2 at least, trusts what such a store
 * holds, shows the client's certificate to a server that asks. NULL with an
 * error that names the file. Takes as long. */
void *tls_context_create(const struct tls_files *files,
                         struct error *err) KERF_CHECKED;
void tls_context_destroy(void *context);

/* Writes what is wrong with the certificate that `store`, the
 * X509_STORE_CTX of a verify callback, stands at. */
void tls_describe_fault(void *store, char *text, size_t size);

#endif
