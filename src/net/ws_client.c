/*
 * The client of libwebsockets (4.1.6 of Debian 12): two contexts on our libuv
 * loop, one without and one with OpenSSL, each made at the first dial that
 * needs it; within them a vhost for each kind of dial, a "realm".
 *
 * Things the library does that the code below answers:
 * - lws_context_destroy only begins with a foreign loop; it must be called a
 *   second time when its own handles are off the loop, and nothing tells when.
 *   So we note these handles when they appear and look for them every turn.
 *   In between it closes a descriptor twice: we hold its number.
 * - It takes http_proxy from the environment: every vhost is told its proxy.
 */
#include "ws_client.h"

#include <stdlib.h>

#include <uv.h>

#include "kerf/base/arena.h"
#include "deflate.h"

#define RX_BUFFER_BYTES 65536
#define LIMIT_HEAD_BYTES 32768
#define LIMIT_SOCKETS 64
#define LIBRARY_TIMEOUT_S 60 // ours (WS_CONNECT_MS) come first

// --- context and realms ------------------------------------------------------

static const struct lws_protocols protocols[] = {
    { .name = "kerf",
      .callback = link_on_library_event,
      .rx_buffer_size = RX_BUFFER_BYTES },
    { .name = NULL },
};

static struct lws_context_creation_info plain_info(void)
{
    return (struct lws_context_creation_info){
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = protocols,
        .gid = (gid_t)-1,
        .uid = (uid_t)-1,
        .http_proxy_address = "",
        .timeout_secs = LIBRARY_TIMEOUT_S,
        .connect_timeout_secs = LIBRARY_TIMEOUT_S,
    };
}

bool ws_client_need_context(struct ws_client *client, bool tls)
{
    struct library *library = &client->libraries[tls];
    struct lws_context_creation_info info = plain_info();
    uv_loop_t *loop = loop_uv(client->loop);
    void *loops[] = { loop };
    size_t before = handles_count(loop);

    if (library->context)
        return true;
    lws_set_log_level(0, NULL);
    info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS
                   | (tls ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0);
    info.foreign_loops = loops;
    info.pcontext = &library->context;
    info.pt_serv_buf_size = RX_BUFFER_BYTES;
    info.max_http_header_data = LIMIT_HEAD_BYTES;
    info.max_http_header_pool = LIMIT_SOCKETS;
    info.fd_limit_per_thread = LIMIT_SOCKETS;
    library->context = lws_create_context(&info);
    struct handles fresh = handles_since(loop, before);
    // These two lie inside the context, the others do not.
    library->lasting = handles_timers_and_idles(&fresh);
    library->pipe_fd = handles_poll_fd(&fresh);
    return library->context != NULL;
}

struct realm *ws_client_need_realm(struct ws_client *client,
                                   const struct link_options *options,
                                   struct error *err)
{
    struct lws_context_creation_info info = plain_info();
    struct realm *realm = realm_need(&client->realms, options, err);

    if (!realm || realm->vhost)
        return realm;
    info.vhost_name = "kerf";
    info.extensions = realm->deflate ? deflate_extension() : NULL;
    if (realm->tls) {
        info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        info.provided_client_ssl_ctx = realm->tls_context;
    }
    realm->vhost =
        lws_create_vhost(client->libraries[realm->tls].context, &info);
    return realm;
}

// --- the client --------------------------------------------------------------

struct client_users *client_users(struct ws_client *client)
{
    return &client->users;
}

struct loop *client_loop(const struct ws_client *client)
{
    return client->loop;
}

struct ws_client *ws_client_create(struct loop *loop)
{
    struct ws_client *client = mem_alloc(sizeof(*client));

    client->loop = loop;
    return client;
}

static void client_free(struct ws_client *client)
{
    link_free_all(client);
    realm_destroy_all(&client->realms);
    free(client);
}

static bool library_remains(const struct ws_client *client)
{
    uv_loop_t *loop = loop_uv(client->loop);

    return handles_remain(loop, &client->libraries[false].lasting)
           || handles_remain(loop, &client->libraries[true].lasting);
}

static void finish_destroy(void *ctx)
{
    struct ws_client *client = ctx;

    if (library_remains(client)) {
        loop_defer(client->loop, finish_destroy, client);
        return;
    }
    for (int i = 0; i < 2; i++)
        if (client->libraries[i].context)
            lws_context_destroy(client->libraries[i].context);
    client_free(client);
}

void ws_client_destroy(struct ws_client *client)
{
    if (!client || client->destroyed)
        return;
    client->destroyed = true;
    while (client->users.first)
        client->users.first->client_goes(client->users.first);
    link_orphan_all(client);
    for (int i = 0; i < 2; i++) {
        if (!client->libraries[i].context)
            continue;
        lws_context_destroy(client->libraries[i].context);
#if LWS_LIBRARY_VERSION_NUMBER < 4002000
        // It closed its pipe, and will do so again in a turn or two.
        handles_hold_fd(client->libraries[i].pipe_fd);
#endif
    }
    loop_defer(client->loop, finish_destroy, client);
}
