/*
 * The system's 150 certificates take some 20 ms to read, in which no key would
 * be echoed; and libcurl would read them for itself, by rules of its own. So a
 * worker reads them, in the way of the sockets (tls.h), and the connections
 * share them. A short list, searched in full.
 */
#include "http_trust.h"

#include <stdlib.h>
#include <string.h>

#include "kerf/base/arena.h"
#include "kerf/loop/work.h"

#include "tls.h"

// The job of the worker; afterwards an entry of the list.
struct http_trust {
    struct http_trust *next;
    struct arena names;
    const char *ca_file; // empty: the system's
    void *store;
    struct error err;
    enum http_trust_state state;
    void (*read)(void *ctx); // NULL: the client went
    void *ctx;
};

static struct http_trust *find(const struct http_trust *list,
                               const char *ca_file)
{
    const struct http_trust *it = list;

    while (it && strcmp(it->ca_file, ca_file ? ca_file : "") != 0)
        it = it->next;
    return (struct http_trust *)it;
}

static void destroy(struct http_trust *trust)
{
    tls_store_destroy(trust->store);
    arena_release(&trust->names);
    free(trust);
}

static void read_on_worker(void *data)
{
    struct http_trust *trust = data;

    trust->store = tls_store_create(trust->ca_file, &trust->err);
}

static void on_read(void *data)
{
    struct http_trust *trust = data;

    if (!trust->read) {
        destroy(trust);
        return;
    }
    trust->state = trust->store ? HTTP_TRUST_FINE : HTTP_TRUST_BAD;
    trust->read(trust->ctx);
}

void http_trust_need(struct http_trust **list, struct loop *loop,
                     const char *ca_file, void (*read)(void *ctx), void *ctx)
{
    struct http_trust *trust;

    if (find(*list, ca_file))
        return;
    trust = mem_alloc(sizeof(*trust));
    trust->ca_file =
        arena_cstr(&trust->names, str_from(ca_file ? ca_file : ""));
    trust->read = read;
    trust->ctx = ctx;
    trust->next = *list;
    *list = trust;
    work_run(loop, NULL, read_on_worker, on_read, trust);
}

enum http_trust_state http_trust_state(const struct http_trust *list,
                                       const char *ca_file, void **store,
                                       struct error *err)
{
    const struct http_trust *trust = find(list, ca_file);

    if (!trust || trust->state == HTTP_TRUST_READING)
        return HTTP_TRUST_READING;
    *store = trust->store;
    if (trust->state == HTTP_TRUST_BAD)
        *err = trust->err;
    return trust->state;
}

void http_trust_forget_bad(struct http_trust **list)
{
    while (*list) {
        struct http_trust *trust = *list;
        if (trust->state != HTTP_TRUST_BAD) {
            list = &trust->next;
            continue;
        }
        *list = trust->next;
        destroy(trust);
    }
}

void http_trust_release(struct http_trust **list)
{
    while (*list) {
        struct http_trust *trust = *list;
        *list = trust->next;
        if (trust->state == HTTP_TRUST_READING)
            trust->read = NULL; // the worker has it
        else
            destroy(trust);
    }
}
