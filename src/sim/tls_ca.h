/* Private to sim: a throw-away certificate authority. */
#ifndef SIM_TLS_CA_H
#define SIM_TLS_CA_H

#include <openssl/ssl.h>

#include "kerf/sim/options.h"

/*
 * Makes an authority and a leaf for localhost, 127.0.0.1 and ::1, puts the
 * leaf into the context and the authority's certificate into the file
 * `ca_out` (NULL: nowhere).
 */
bool tls_ca_issue(SSL_CTX *context, enum certificate how, const char *ca_out,
                  struct error *err) KERF_CHECKED;

#endif
