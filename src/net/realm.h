/* Private: connections that share certificates and the way out. */
#ifndef KERF_NET_REALM_H
#define KERF_NET_REALM_H

#include "kerf/base/arena.h"
#include "link.h"

struct realm {
    struct realm *next;
    bool tls, proxied, deflate;
    struct arena names; // of the files
    struct tls_files files;
    void *tls_context; // NULL without TLS
    void *vhost;       // of libwebsockets, not owned; NULL: not made yet
};

/* Finds the realm of such a dial in `*list`, or makes it: with TLS that loads
 * certificates. NULL with an error about the CA file. */
struct realm *realm_need(struct realm **list,
                         const struct link_options *options,
                         struct error *err) KERF_CHECKED;

void realm_destroy_all(struct realm **list);

#endif
