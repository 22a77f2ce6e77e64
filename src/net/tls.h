/* Private: the TLS side that libwebsockets leaves to us: which certificates
 * count, and why one did not. */
#ifndef KERF_NET_TLS_H
#define KERF_NET_TLS_H

#include <stddef.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"

/* Says whether `name`, such as "OpenSSL/3.0.17", is the library we use. */
bool tls_is_library(const char *name);

/* Adds the system's certificates to an SSL_CTX that trusts others already. */
void tls_trust_system(void *context);

/* PEM files; empty: none. A key that is not given is in the file of the
 * certificate. */
struct tls_files {
    const char *ca, *client_cert, *client_key;
};

/* An OpenSSL SSL_CTX for clients: TLS 1.2 at least, the system's certificates
 * (SSL_CERT_FILE counts) and those of the CA file; shows the client's to a
 * server that asks. NULL with an error that names the file. Takes about 20 ms.
 */
void *tls_context_create(const struct tls_files *files,
                         struct error *err) KERF_CHECKED;
void tls_context_destroy(void *context);

/* Writes what is wrong with the certificate that `store`, the
 * X509_STORE_CTX of a verify callback, stands at. */
void tls_describe_fault(void *store, char *text, size_t size);

#endif
