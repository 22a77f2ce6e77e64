/* A short list, searched in full. */
#include "realm.h"

#include <stdlib.h>
#include <string.h>

static bool same_files(const struct tls_files *a, const struct tls_files *b)
{
    return strcmp(a->ca, b->ca) == 0
           && strcmp(a->client_cert, b->client_cert) == 0
           && strcmp(a->client_key, b->client_key) == 0;
}

static struct realm *find(struct realm *realm,
                          const struct link_options *options)
{
    bool proxied = options->proxy_login != NULL;

    while (realm
           && (realm->tls != options->tls || realm->proxied != proxied
               || realm->deflate != options->deflate
               || !same_files(&realm->files, &options->files)))
        realm = realm->next;
    return realm;
}

static void destroy(struct realm *realm)
{
    tls_context_destroy(realm->tls_context);
    arena_release(&realm->names);
    free(realm);
}

static struct realm *create(const struct link_options *options)
{
    struct realm *realm = mem_alloc(sizeof(*realm));
    struct arena *names = &realm->names;
    const struct tls_files *files = &options->files;

    realm->tls = options->tls;
    realm->proxied = options->proxy_login != NULL;
    realm->deflate = options->deflate;
    realm->files = (struct tls_files){
        .ca = arena_cstr(names, str_from(files->ca)),
        .client_cert = arena_cstr(names, str_from(files->client_cert)),
        .client_key = arena_cstr(names, str_from(files->client_key)),
    };
    return realm;
}

struct realm *realm_need(struct realm **list,
                         const struct link_options *options, struct error *err)
{
    struct realm *realm = find(*list, options);

    if (realm)
        return realm;
    realm = create(options);
    if (realm->tls) {
        realm->tls_context = tls_context_create(&realm->files, err);
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
