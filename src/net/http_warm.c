/*
 * Connections opened ahead. libcurl offers CURLOPT_CONNECT_ONLY for that, but
 * no other request ever takes such a connection; only one that has carried a
 * whole exchange is kept. So a HEAD is sent: it is allowed wherever a GET is,
 * its answer has no body, whatever its status, and a server that refuses it
 * still leaves the connection open.
 */
#include "kerf/base/arena.h"

#include "http_client.h"
#include "http_target.h"

#define WARM_IDLE_MS 15000
#define VAIN_AGAIN_MS 30000 // after a warm-up that left nothing open

static uint64_t origin_of(const struct http_options *options)
{
    struct arena arena = { 0 };
    struct http_target target;
    struct error err;
    uint64_t origin = 0;

    if (http_target_read(&arena, options, &target, &err))
        origin = http_target_origin(&target);
    http_target_wipe(&target);
    arena_release(&arena);
    return origin;
}

static bool was_in_vain(const struct http_warmth *warmth, uint64_t origin)
{
    return warmth->vain_origin == origin
           && loop_now_ms() - warmth->vain_ms < VAIN_AGAIN_MS;
}

// Whatever went wrong, the next request will tell.
static void on_end(const struct http_end *end, void *ctx)
{
    struct http_client *client = ctx;
    struct http_warmth *warmth = &client->warmth;
    struct http *http = warmth->http;

    (void)end;
    warmth->http = NULL;
    http_destroy(http);
    if (!http_pool_has(&client->pool, warmth->origin)) {
        warmth->vain_origin = warmth->origin;
        warmth->vain_ms = loop_now_ms();
    }
}

void http_warm(struct http_client *client, const struct http_options *options)
{
    static const struct http_events events = { .ended = on_end };
    struct http_warmth *warmth = &client->warmth;
    struct http_options head = *options;
    uint64_t origin = origin_of(options);

    if (warmth->http || origin == 0 || was_in_vain(warmth, origin)
        || http_pool_has(&client->pool, origin))
        return;
    head.method = HTTP_HEAD;
    head.accept = HTTP_ACCEPT_ANY;
    head.idle_ms = WARM_IDLE_MS;
    warmth->origin = origin;
    warmth->http = http_start(client, &head, &events, client);
}
