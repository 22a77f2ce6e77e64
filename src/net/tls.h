/* Private: the TLS side that libwebsockets leaves to us: which certificates
 * count, and why one did not. */
#ifndef KERF_NET_TLS_H
#define KERF_NET_TLS_H

#include <stddef.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"

/* An OpenSSL SSL_CTX for clients: TLS 1.2 at least, the system's certificates
 * (SSL_CERT_FILE counts) and those of `ca_file`, a PEM file, unless empty.
 * NULL with an error that names the file. Takes about 20 ms. */
void *tls_context_create(const char *ca_file, struct error *err) KERF_CHECKED;
void tls_context_destroy(void *context);

/* Writes what is wrong with the certificate that `store`, the
 * X509_STORE_CTX of a verify callback, stands at. */
void tls_describe_fault(void *store, char *text, size_t size);

#endif
