/*
 * Private to sim: TLS for the server side, by OpenSSL, with an authority that
 * is made at start and thrown away at the end.
 */
#ifndef SIM_TLS_H
#define SIM_TLS_H

#include <sys/types.h>

#include "kerf/sim/options.h"

struct tls_server;
struct tls_link;

/* Makes authority and leaf as the options say and writes the authority's
 * certificate to `options->ca_out`. NULL with an error. */
struct tls_server *tls_server_create(const struct sim_options *options,
                                     struct error *err) KERF_CHECKED;
void tls_server_destroy(struct tls_server *tls);

/* One connection on a descriptor (borrowed). */
struct tls_link *tls_link_create(struct tls_server *tls, int fd);
void tls_link_destroy(struct tls_link *link);

/* Goes on with the handshake: 1 done, 0 not yet, -1 failed. */
int tls_link_accept(struct tls_link *link);

/* Bytes read or written; 0: not now; -1: the end. */
ssize_t tls_link_read(struct tls_link *link, char *room, size_t size);
ssize_t tls_link_write(struct tls_link *link, struct str bytes);

/* Says goodbye (close_notify). */
void tls_link_finish(struct tls_link *link);

#endif
