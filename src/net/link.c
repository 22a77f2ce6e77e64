/*
 * One socket of libwebsockets (4.1.6 of Debian 12). Its owner may let go at any
 * moment; the link itself lives until the library calls WSI_DESTROY for it,
 * which may be turns later.
 *
 * Things the library does that the code below answers:
 * - A connect() that fails at once leaks its poll handle: we close it.
 * - A writable callback that returns -1 to close sends no close frame: we
 *   close from outside, by a timeout that is over.
 * - Its timers move only inside its callbacks: deadlines of ours are ours.
 * - It rewrites the close codes 1012 to 1015 to 1002, and takes masked frames.
 */
#include "link.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <uv.h>

#include "kerf/base/arena.h"
#include "kerf/net/network.h"
#include "deflate.h"
#include "proxy.h"
#include "tls.h"
#include "ws_client.h"
#include "ws_end.h"

#define CLOSE_GRACE_MS 3000   // for the answer to our close frame
#define USER_TIMEOUT_MS 30000 // data that nobody acknowledges: TCP gives up

_Static_assert(LWS_PRE <= OUTBOX_HEADROOM, "frames need more headroom");

struct link {
    struct link *next, *prev;
    struct ws_client *client;
    struct lws *wsi; // NULL once the library said that it is closed
    const struct link_ops *ops;
    void *ctx; // NULL: the owner let go, or was told the end
    struct link_options options;
    struct loop_timer *grace; // NULL unless closing
    uv_handle_t *poll;        // of the library; may be gone
    bool dialling;            // inside lws_client_connect_via_info
    bool destroyed;           // WSI_DESTROY came
    bool up;
    bool write_failed;
    int64_t last_sign_ms;
    struct link_facts facts;
    lws_retry_bo_t policy; // of pings
};

// --- ends --------------------------------------------------------------------

static void link_free(struct link *link)
{
    struct ws_client *client = link->client;

    if (link->prev)
        link->prev->next = link->next;
    else
        client->links = link->next;
    if (link->next)
        link->next->prev = link->prev;
    loop_timer_destroy(link->grace);
    free(link);
}

static void tell_end(struct link *link, struct link_end *end)
{
    void *ctx = link->ctx;

    link->ctx = NULL;
    end->retry_after_s = link->facts.retry_after_s;
    if (ctx)
        link->ops->ended(end, ctx);
}

static int socket_error(struct lws *wsi)
{
    int number = 0;
    socklen_t size = sizeof(number);

    if (getsockopt(lws_get_socket_fd(wsi), SOL_SOCKET, SO_ERROR, &number, &size)
        != 0)
        return 0;
    return number;
}

static void on_connection_error(struct link *link, struct lws *wsi,
                                const char *words, size_t len)
{
    struct str text = { words, words ? len : 0 };

    if (!link->facts.connected)
        link->facts.socket_errno = socket_error(wsi);
    struct link_end end = ws_end_of_failure(&link->facts, text);
    tell_end(link, &end);
}

// When the library does not say why.
static void tell_loss(struct link *link)
{
    struct link_end end = { .kind = LINK_END_CUT };

    if (!link->up)
        end = ws_end_of_failure(&link->facts, STR(""));
    tell_end(link, &end);
}

// The peer did not cut it: then the library did, for one of two reasons. What
// is still unread (a reset can overtake it) is read away first.
static bool is_still_open(struct lws *wsi)
{
    char bytes[4096];
    ssize_t got;

    do
        got = recv(lws_get_socket_fd(wsi), bytes, sizeof(bytes), MSG_DONTWAIT);
    while (got > 0);
    return got < 0 && errno == EAGAIN;
}

static void on_closed(struct link *link, struct lws *wsi)
{
    int64_t silence_ms = loop_now_ms() - link->last_sign_ms;
    struct link_end end = { .kind = LINK_END_CUT };

    if (!link->write_failed && is_still_open(wsi)) {
        end.number = link->options.hangup_s;
        end.kind = silence_ms > (end.number - 2) * 1000 ? LINK_END_SILENT
                                                        : LINK_END_FRAMES;
    }
    tell_end(link, &end);
}

static void on_close_frame(struct link *link, const char *bytes, size_t len)
{
    struct link_end end = ws_end_of_frame((struct str){ bytes, len });

    tell_end(link, &end);
}

// --- letting go -------------------------------------------------------------

static void close_now(struct lws *wsi)
{
    lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_SYNC);
}

static void kill_now(struct link *link)
{
    struct lws *wsi = link->wsi;

    link->wsi = NULL;
    if (!wsi)
        return; // WSI_DESTROY is on its way
    // So that nothing the library still wants to send can delay it.
    shutdown(lws_get_socket_fd(wsi), SHUT_RDWR);
    close_now(wsi);
}

static void on_grace_over(void *ctx)
{
    kill_now(ctx);
}

// --- the life of a link ------------------------------------------------------

// The key goes out here; the name of a header ends with a colon.
static int append_headers(const struct link *link, struct lws *wsi, char **at,
                          size_t room)
{
    unsigned char **p = (unsigned char **)at;
    unsigned char *end = *p + room;

    for (size_t i = 0; i < LINK_HEADERS; i++) {
        const struct link_header *header = &link->options.headers[i];
        if (header->value.len == 0)
            continue;
        if (lws_add_http_header_by_name(wsi,
                                        (const unsigned char *)header->name,
                                        (const unsigned char *)header->value.at,
                                        (int)header->value.len, p, end))
            return -1;
    }
    return 0;
}

static void note_head(struct link *link, struct lws *wsi)
{
    char seconds[16];

    link->facts.http_status = (int)lws_http_client_http_response(wsi);
    if (lws_hdr_copy(wsi, link->facts.location, sizeof(link->facts.location),
                     WSI_TOKEN_HTTP_LOCATION)
        < 0)
        link->facts.location[0] = '\0';
    if (lws_hdr_copy(wsi, seconds, sizeof(seconds), WSI_TOKEN_HTTP_RETRY_AFTER)
        > 0) {
        uint64_t number;
        if (str_to_u64(str_from(seconds), &number) && number < INT32_MAX)
            link->facts.retry_after_s = (int)number;
    }
}

static void on_up(struct link *link, struct lws *wsi)
{
    link->up = true;
    if (link->options.deflate)
        deflate_widen(wsi);
    link->last_sign_ms = loop_now_ms();
#ifdef TCP_USER_TIMEOUT
    unsigned limit_ms = USER_TIMEOUT_MS;
    setsockopt(lws_get_socket_fd(wsi), IPPROTO_TCP, TCP_USER_TIMEOUT, &limit_ms,
               sizeof(limit_ms)); // fails on a unix socket: fine
#else
    (void)wsi;
#endif
    link->ops->up(link->ctx);
}

static int on_received(struct link *link, struct lws *wsi, const char *bytes,
                       size_t len)
{
    struct piece piece = {
        .bytes = { bytes, len },
        .to_come = lws_remaining_packet_payload(wsi),
        .binary = lws_frame_is_binary(wsi) != 0,
        .first = lws_is_first_fragment(wsi) != 0,
    };

    piece.last = lws_is_final_fragment(wsi) && piece.to_come == 0;
    link->last_sign_ms = loop_now_ms();
    int code = link->ops->received(&piece, link->ctx);
    if (code == 0)
        return 0;
    link->ctx = NULL; // the owner knows
    lws_close_reason(wsi, (enum lws_close_status)code, NULL, 0);
    return -1;
}

// One write a turn, as the library wants it.
static int on_writable(struct link *link, struct lws *wsi)
{
    struct frame frame;

    if (!link->ctx || !link->ops->peek(&frame, link->ctx))
        return 0;
    int how = lws_write_ws_flags(LWS_WRITE_TEXT, frame.first, frame.last);
    if (lws_write(wsi, (unsigned char *)frame.at, frame.len,
                  (enum lws_write_protocol)how)
        < (int)frame.len) {
        link->write_failed = true;
        return -1;
    }
    link->ops->sent(link->ctx);
    lws_callback_on_writable(wsi);
    return 0;
}

static void free_handle(uv_handle_t *handle)
{
    free(handle); // the library's malloc is the C library's
}

// When connect() fails the library closes the socket, not its handle. The
// handle it does close is off the loop by now.
static void sweep_poll(struct link *link)
{
    uv_loop_t *loop = loop_uv(link->client->loop);
    struct handles handles = { .count = 1, .at = { link->poll } };

    if (link->poll && handles_remain(loop, &handles)
        && !uv_is_closing(link->poll))
        uv_close(link->poll, free_handle);
    link->poll = NULL;
}

static void on_destroy(struct link *link)
{
    link->wsi = NULL;
    link->destroyed = true;
    if (link->dialling)
        return; // link_dial sees to it
    sweep_poll(link);
    if (link->ctx)
        tell_loss(link); // no path is known that leads here: a safety net
    link_free(link);
}

// What concerns a link whose owner still listens.
static int link_event(struct link *link, struct lws *wsi,
                      enum lws_callback_reasons reason, void *in, size_t len)
{
    switch ((int)reason) {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
        link->facts.tls_up = true;
        return append_headers(link, wsi, in, len);
    case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP: note_head(link, wsi); break;
    case LWS_CALLBACK_CLIENT_ESTABLISHED: on_up(link, wsi); break;
    case LWS_CALLBACK_CLIENT_RECEIVE: return on_received(link, wsi, in, len);
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
        link->last_sign_ms = loop_now_ms();
        break;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        on_close_frame(link, in, len);
        break;
    case LWS_CALLBACK_CLIENT_CLOSED: on_closed(link, wsi); break;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        on_connection_error(link, wsi, in, len);
        break;
    case LWS_CALLBACK_CLOSED_CLIENT_HTTP: // a reset instead of a head
        tell_loss(link);
        break;
    }
    return 0;
}

// What concerns every link, also one whose owner let go.
static int any_link_event(struct link *link, struct lws *wsi,
                          enum lws_callback_reasons reason)
{
    switch ((int)reason) {
    case LWS_CALLBACK_WSI_CREATE: link->facts.connected = true; break;
    case LWS_CALLBACK_CLIENT_WRITEABLE: return on_writable(link, wsi);
    case LWS_CALLBACK_CLIENT_CLOSED:
    case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR: link->wsi = NULL; break;
    case LWS_CALLBACK_WSI_DESTROY: on_destroy(link); break;
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
    case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP: return link->ctx ? 0 : -1;
    }
    return 0;
}

// `user` is not always ours: of extensions it is their name.
int link_on_library_event(struct lws *wsi, enum lws_callback_reasons reason,
                          void *user, void *in, size_t len)
{
    struct link *link = wsi ? lws_wsi_user(wsi) : NULL;

    if (!link)
        return 0;
    if (reason == LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION) {
        if (!len && !*link->facts.cert_fault)
            tls_describe_fault(user, link->facts.cert_fault,
                               sizeof(link->facts.cert_fault));
        return 0; // the verdict stays
    }
    int verdict = link->ctx ? link_event(link, wsi, reason, in, len) : 0;
    return verdict ? verdict : any_link_event(link, wsi, reason);
}

// --- dialling ----------------------------------------------------------------

// The library takes it from the vhost at the moment of dialling.
static bool set_proxy(struct realm *realm, const struct link_options *options)
{
    char line[PROXY_LINE_BYTES];

    if (!options->proxy_login)
        return true;
    proxy_line(line, options->proxy_login, options->address,
               options->proxy_port);
    bool ok = lws_set_proxy(realm->vhost, line) == 0;
    explicit_bzero(line, sizeof(line));
    return ok;
}

static struct link *link_create(struct ws_client *client,
                                const struct link_options *options,
                                const struct link_ops *ops, void *ctx)
{
    struct link *link = mem_alloc(sizeof(*link));

    link->client = client;
    link->options = *options;
    link->policy.secs_since_valid_ping = (uint16_t)options->ping_s;
    link->policy.secs_since_valid_hangup = (uint16_t)options->hangup_s;
    link->facts.tls = options->tls;
    link->facts.proxied = options->proxy_login != NULL;
    link->ops = ops;
    link->ctx = ctx;
    link->next = client->links;
    if (link->next)
        link->next->prev = link;
    client->links = link;
    return link;
}

static bool connect_link(struct link *link, struct realm *realm)
{
    const struct link_options *options = &link->options;
    struct lws_client_connect_info info = {
        .context = link->client->libraries[options->tls].context,
        .vhost = realm->vhost,
        .address = options->proxy_login ? options->name : options->address,
        .port = (int)options->port,
        .host = options->host,
        .path = options->path,
        .alpn = "http/1.1",
        .local_protocol_name = "kerf",
        .ietf_version_or_minus_one = -1,
        .userdata = link,
        .pwsi = &link->wsi,
        .retry_and_idle_policy = &link->policy,
        .ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT
                          | (options->tls ? LCCSCF_USE_SSL : 0),
    };

    link->dialling = true;
    link->wsi = lws_client_connect_via_info(&info);
    link->dialling = false;
    return link->wsi != NULL;
}

static struct link *fail_setup(struct link_end *end, const char *text)
{
    end->kind = LINK_END_SETUP;
    snprintf(end->text, sizeof(end->text), "%s", text);
    return NULL;
}

// After a dial that failed at once. If the library closes the handle itself
// WSI_DESTROY is still to come.
static void give_up(struct link *link)
{
    bool closing = link->poll && uv_is_closing(link->poll);

    link->ctx = NULL;
    if (closing && !link->destroyed)
        return;
    sweep_poll(link);
    link_free(link);
}

struct link *link_dial(struct ws_client *client,
                       const struct link_options *options,
                       const struct link_ops *ops, void *ctx,
                       struct link_end *end)
{
    struct error err;

    *end = (struct link_end){ .kind = LINK_END_CONNECT };
    if (!ws_client_need_context(client, options->tls))
        return fail_setup(end, "libwebsockets cannot use libuv: install "
                               "libwebsockets-evlib-uv");
    struct realm *realm = ws_client_need_realm(client, options, &err);
    if (!realm) {
        fail_setup(end, err.text);
        end->kind = LINK_END_FILES;
        return NULL;
    }
    if (!realm->vhost)
        return fail_setup(end, "libwebsockets gives no vhost");
    if (!set_proxy(realm, options))
        return fail_setup(end, "the proxy cannot be used");
    size_t before = handles_count(loop_uv(client->loop));
    struct link *link = link_create(client, options, ops, ctx);
    bool begun = connect_link(link, realm);
    struct handles fresh = handles_since(loop_uv(client->loop), before);
    link->poll = handles_poll(&fresh);
    if (begun)
        return link;
    give_up(link);
    return NULL;
}

bool link_is_connected(const struct link *link)
{
    return link->facts.connected;
}

bool link_is_stranded(const struct link *link)
{
    struct sockaddr_storage own;
    socklen_t size = sizeof(own);

    return link->wsi
           && getsockname(lws_get_socket_fd(link->wsi), (struct sockaddr *)&own,
                          &size)
                  == 0
           && !network_has((struct sockaddr *)&own);
}

void link_want_to_send(struct link *link)
{
    if (link->wsi)
        lws_callback_on_writable(link->wsi);
}

void link_flow(struct link *link, bool on)
{
    if (!link->wsi)
        return;
    lws_rx_flow_control(link->wsi, on);
    // What the library holds back is looked at in a callback only.
    if (on)
        lws_callback_on_writable(link->wsi);
}

void link_stay(struct link *link)
{
    if (link->wsi)
        lws_validity_confirmed(link->wsi);
}

void link_kill(struct link *link)
{
    link->ctx = NULL;
    kill_now(link);
}

void link_close(struct link *link)
{
    link->ctx = NULL;
    if (!link->up || !link->wsi) {
        kill_now(link);
        return;
    }
    link->grace = loop_timer_create(link->client->loop, on_grace_over, link);
    loop_timer_start(link->grace, CLOSE_GRACE_MS);
    lws_rx_flow_control(link->wsi, 1); // to see the answer
    lws_close_reason(link->wsi, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
    close_now(link->wsi);
}

void link_orphan_all(struct ws_client *client)
{
    for (struct link *link = client->links; link; link = link->next)
        link->ctx = NULL;
}

void link_free_all(struct ws_client *client)
{
    while (client->links)
        link_free(client->links);
}
