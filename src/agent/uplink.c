/*
 * An uplink goes round: idle, waiting (before a retry), asking for the key,
 * dialling, ready, and by any failure back to idle. Its owner decides about
 * retries; the link only carries them out.
 */
#include "uplink.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "kerf/agent/secret.h"
#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/base/env.h"
#include "kerf/loop/child.h"
#include "kerf/net/backoff.h"

#define KEY_COMMAND_MS 30000
#define LIMIT_KEY_BYTES ((size_t)64 << 10)

struct uplink {
    struct loop *loop;
    struct ws_client *sockets;
    char *const *env;
    struct uplink_events events;
    void *ctx;
    struct loop_timer *timer;
    struct ws *ws;
    struct child *key_child;
    struct buf key;
    struct arena names; // of the configuration in force
    const struct backend *backend;
    struct str url, bearer;
    bool dialling, ready;
    int64_t since_ms, dial_started_ms, dial_ms;
};

static void tell(struct uplink *link, enum link_state state, const char *why)
{
    link->events.state(state, str_from(why), link->ctx);
}

static void on_ready(void *ctx)
{
    struct uplink *link = ctx;

    link->dialling = false;
    link->ready = true;
    link->since_ms = loop_now_ms();
    link->dial_ms = link->since_ms - link->dial_started_ms;
    tell(link, LINK_READY, "");
    link->events.ready(link->ctx);
}

static void on_message(struct str text, void *ctx)
{
    struct uplink *link = ctx;
    link->events.message(text, link->ctx);
}

static enum link_state state_after(enum net_end_class end_class)
{
    switch (end_class) {
    case NET_END_CLOSED_BY_US:
    case NET_END_NORMAL:
    case NET_END_LOST: return LINK_LOST;
    case NET_END_REFUSED:
    case NET_END_UNSUPPORTED:
    case NET_END_TOO_BIG:
    case NET_END_TLS:
    case NET_END_PROTOCOL: return LINK_FAILED;
    }
    return LINK_FAILED;
}

static void end_with(struct uplink *link, const struct ws_end *end)
{
    link->dialling = link->ready = false;
    tell(link, state_after(end->end_class), end->text);
    link->events.ended(end, link->ctx);
}

static void on_ended(const struct ws_end *end, void *ctx)
{
    end_with(ctx, end);
}

static const struct ws_events socket_events = {
    .ready = on_ready,
    .message = on_message,
    .ended = on_ended,
};

static struct str proxy_for(const struct uplink *link)
{
    bool tls = str_starts_with(link->url, STR("https:"))
               || str_starts_with(link->url, STR("wss:"));
    static const char *const secure[] = { "https_proxy", "HTTPS_PROXY",
                                          "all_proxy", "ALL_PROXY" };

    for (size_t i = 0; tls && i < sizeof(secure) / sizeof(secure[0]); i++) {
        struct str proxy = env_value(link->env, secure[i]);
        if (proxy.len > 0)
            return proxy;
    }
    return (struct str){ 0 };
}

static struct str ca_file_of(const struct uplink *link)
{
    struct str file = link->backend->ca_file;
    return file.len > 0 ? file : env_value(link->env, "SSL_CERT_FILE");
}

static void open_socket(struct uplink *link, struct str bearer)
{
    struct ws_options options = {
        .url = link->url,
        .bearer = bearer,
        .beta = link->backend->beta,
        .user_agent = STR("kerf/" KERF_VERSION " (terminal)"),
        .access = { .ca_file = ca_file_of(link), .proxy = proxy_for(link) },
    };

    link->dial_started_ms = loop_now_ms();
    link->ws = ws_dial(link->sockets, &options, &socket_events, link);
}

static void refuse(struct uplink *link, const char *why)
{
    struct ws_end end = { .end_class = NET_END_REFUSED };
    struct str text = str_take(str_from(why), sizeof(end.text) - 1);

    memcpy(end.text, text.at, text.len);
    end_with(link, &end);
}

static void on_key_output(struct str bytes, void *ctx)
{
    struct uplink *link = ctx;
    if (link->key.len + bytes.len <= LIMIT_KEY_BYTES)
        buf_append(&link->key, bytes);
}

static void wipe_key(struct uplink *link)
{
    if (link->key.at)
        explicit_bzero(link->key.at, link->key.cap);
    buf_release(&link->key);
}

static void on_key_end(const struct child_end *end, void *ctx)
{
    struct uplink *link = ctx;
    struct str rest = buf_str(&link->key), line = { 0 };
    bool found = str_split(&rest, '\n', &line);

    if (end->exit_status != 0 || !found || str_trim(line).len == 0)
        refuse(link, "keyCommand failed or printed nothing: run it by hand");
    else
        open_socket(link, str_trim(line));
    wipe_key(link);
}

// The key command comes from the user's own configuration, never from a tree.
static void run_key_command(struct uplink *link)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct str command = arena_printf(&arena, "{ %.*s\n} 2>/dev/null",
                                      STR_ARG(link->backend->key_command));
    const char *argv[] = { "/bin/sh", "-c", command.at, NULL };
    struct child_options options = {
        .argv = argv,
        .env = (const char *const *)link->env,
        .dir = "/",
        .timeout_ms = KEY_COMMAND_MS,
    };

    child_destroy(link->key_child);
    wipe_key(link);
    link->key_child = child_start(link->loop, &options, on_key_output,
                                  on_key_end, link, &err);
    if (!link->key_child)
        refuse(link, err.text);
    arena_release(&arena);
}

static void dial_now(void *ctx)
{
    struct uplink *link = ctx;
    const struct backend *backend = link->backend;
    struct arena arena = { 0 };

    ws_destroy(link->ws);
    link->ws = NULL;
    tell(link, LINK_CONNECTING, "");
    if (link->bearer.len > 0) {
        open_socket(link, link->bearer);
    } else if (backend->key_env.len > 0) {
        struct str key =
            env_value(link->env, arena_cstr(&arena, backend->key_env));
        if (key.len > 0)
            open_socket(link, key);
        else
            refuse(link, arena_printf(&arena,
                                      "no key: set the environment variable "
                                      "%.*s",
                                      STR_ARG(backend->key_env))
                             .at);
    } else if (backend->key_command.len > 0) {
        run_key_command(link);
    } else {
        open_socket(link, (struct str){ 0 });
    }
    arena_release(&arena);
}

struct uplink *uplink_create(struct loop *loop, struct ws_client *sockets,
                             char *const *env,
                             const struct uplink_events *events, void *ctx)
{
    struct uplink *link = mem_alloc(sizeof(*link));

    link->loop = loop;
    link->sockets = sockets;
    link->env = env;
    link->events = *events;
    link->ctx = ctx;
    link->dial_ms = -1;
    link->timer = loop_timer_create(loop, dial_now, link);
    return link;
}

void uplink_destroy(struct uplink *link)
{
    if (!link)
        return;
    uplink_drop(link);
    loop_timer_destroy(link->timer);
    arena_release(&link->names);
    free(link);
}

void uplink_configure(struct uplink *link, const struct backend *backend,
                      struct str url, struct str bearer)
{
    uplink_drop(link);
    arena_release(&link->names);
    link->backend = backend;
    link->url = arena_copy(&link->names, url.len > 0 ? url : backend->url);
    link->bearer = arena_copy(&link->names, bearer);
}

void uplink_dial(struct uplink *link, unsigned attempt)
{
    uint32_t random = 0;

    if (link->dialling || link->ready || !link->backend || !link->sockets)
        return;
    if (getrandom(&random, sizeof(random), 0) != sizeof(random))
        random = (uint32_t)loop_now_ns();
    link->dialling = true;
    loop_timer_start(link->timer, backoff_delay_ms(attempt, random));
}

void uplink_drop(struct uplink *link)
{
    loop_timer_stop(link->timer);
    child_destroy(link->key_child);
    link->key_child = NULL;
    wipe_key(link);
    ws_destroy(link->ws);
    link->ws = NULL;
    link->dialling = link->ready = false;
}

bool uplink_is_ready(const struct uplink *link)
{
    return link->ready;
}

bool uplink_is_old(const struct uplink *link)
{
    return link->ready && loop_now_ms() - link->since_ms > LINK_ROTATE_MS;
}

int64_t uplink_dial_ms(const struct uplink *link)
{
    return link->dial_ms;
}

bool uplink_send(struct uplink *link, struct str text, struct error *err)
{
    if (!link->ready)
        return error_set(err, ERROR_UNREACHABLE, "not connected");
    return ws_send(link->ws, text, err);
}
