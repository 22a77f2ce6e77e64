/* A short list, searched in full. */
#include "realm.h"

#include <stdlib.h>
#include <string.h>

#include "kerf/base/arena.h"
#include "tls.h"

static struct realm *find(struct realm *realm,
                          const struct link_options *options)
{
    bool proxied = options->proxy_login != NULL;

    while (realm
           && (realm->tls != options->tls || realm->proxied != proxied
               || strcmp(realm->ca_file, options->ca_file) != 0))
        realm = realm->next;
    return realm;
}

static void destroy(struct realm *realm)
{
    tls_context_destroy(realm->tls_context);
    free(realm->ca_file);
    free(realm);
}

struct realm *realm_need(struct realm **list,
                         const struct link_options *options, struct error *err)
{
    struct realm *realm = find(*list, options);
    size_t size = strlen(options->ca_file) + 1;

    if (realm)
        return realm;
    realm = mem_alloc(sizeof(*realm));
    realm->tls = options->tls;
    realm->proxied = options->proxy_login != NULL;
    realm->ca_file = mem_alloc(size);
    memcpy(realm->ca_file, options->ca_file, size);
    if (realm->tls) {
        realm->tls_context = tls_context_create(realm->ca_file, err);
        if (!realm->tls_context) {
            destroy(realm);
            return NULL;
        }
    }
    realm->next = *list;
    *list = realm;
    return realm;
}

void realm_destroy_all(struct realm **list)
{
    while (*list) {
        struct realm *next = (*list)->next;
        destroy(*list);
        *list = next;
    }
}
