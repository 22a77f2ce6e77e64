/*
 * Thin glue between libwebsockets and `struct peer`. A connection reads whole
 * messages and hands them to its peer; when it may write, it takes messages
 * from the peer until none is due or the socket is full. One timer for all
 * connections wakes those whose next message has become due; nothing runs
 * while nothing is due.
 */
#include "kerf/sim/server.h"

#include <errno.h>
#include <libwebsockets.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "http_gate.h"

#define RX_BYTES 65536
#define BURST_BYTES (256 * 1024) // written before others get their turn
#define NEVER INT64_MAX

struct server;

// The memory libwebsockets gives each WebSocket connection.
struct connection {
    struct connection *next;
    struct lws *wsi;
    struct peer *peer;
    struct buf incoming;
    struct buf outgoing; // LWS_PRE bytes, then the message
    size_t sent;         // bytes of the message that were written
    int64_t due_us;
    int close_code; // not 0: about to be closed, nothing more is said
};

struct server {
    const struct server_plan *plan;
    struct http_gate gate;
    uv_loop_t loop;
    uv_timer_t timer;
    uv_signal_t sigterm, sigint;
    uv_pipe_t input;
    struct lws_context *context;
    struct lws_vhost *vhost;
    struct connection *connections;
    char sink[512];     // what is typed at us is thrown away
    struct stat socket; // of the unix socket we made; st_ino 0: none
    bool is_stopping;
};

static struct moment now(void)
{
    struct timespec real;

    clock_gettime(CLOCK_REALTIME, &real);
    return (struct moment){ (int64_t)(uv_hrtime() / 1000), real.tv_sec };
}

static void on_timer(uv_timer_t *timer);

// Sets the timer to the earliest due time. Rounds up: never a busy loop.
static void arm(struct server *server)
{
    int64_t due_us = NEVER;

    for (struct connection *c = server->connections; c; c = c->next)
        due_us = c->due_us < due_us ? c->due_us : due_us;
    if (server->is_stopping)
        return;
    if (due_us == NEVER) {
        uv_timer_stop(&server->timer);
        return;
    }
    int64_t wait_us = due_us - now().mono_us;
    uv_update_time(&server->loop);
    uv_timer_start(&server->timer, on_timer,
                   wait_us > 0 ? (uint64_t)(wait_us + 999) / 1000 : 0, 0);
}

// The loop's clock counts whole milliseconds, so a timer may come a little
// early: what is not due yet is waited for again.
static void on_timer(uv_timer_t *timer)
{
    struct server *server = timer->data;
    int64_t at_us = now().mono_us;

    for (struct connection *c = server->connections; c; c = c->next) {
        if (c->due_us > at_us)
            continue;
        c->due_us = NEVER;
        lws_callback_on_writable(c->wsi);
    }
    arm(server);
}

static void open_connection(struct server *server, struct connection *c,
                            struct lws *wsi)
{
    *c = (struct connection){ .wsi = wsi, .due_us = NEVER };
    c->peer = peer_create(server->plan->world, server->gate.handshakes, now());
    c->next = server->connections;
    server->connections = c;
    lws_callback_on_writable(wsi);
}

static void close_connection(struct server *server, struct connection *c)
{
    for (struct connection **at = &server->connections; *at; at = &(*at)->next)
        if (*at == c) {
            *at = c->next;
            break;
        }
    peer_destroy(c->peer);
    buf_release(&c->incoming);
    buf_release(&c->outgoing);
    arm(server);
}

// Closes with a frame; returns what the callback must return. (libwebsockets
// loses the reason if this happens in the writable callback.)
static int close_now(struct lws *wsi, int code)
{
    lws_close_reason(wsi, (enum lws_close_status)code, NULL, 0);
    return -1;
}

// Closes from the writable callback: 1006 is a reset without a close frame,
// all else is left to the timer callback.
static int close_soon(struct connection *c, int code)
{
    struct linger linger = { 1, 0 };

    c->due_us = NEVER;
    c->close_code = code;
    if (code != 1006) {
        lws_set_timer_usecs(c->wsi, 1);
        return 0;
    }
    setsockopt(lws_get_socket_fd(c->wsi), SOL_SOCKET, SO_LINGER, &linger,
               sizeof(linger));
    return -1;
}

static int receive(struct connection *c, struct str piece)
{
    if (c->close_code)
        return 0;
    bool is_whole = lws_is_final_fragment(c->wsi)
                    && lws_remaining_packet_payload(c->wsi) == 0;

    if (lws_frame_is_binary(c->wsi))
        return close_now(c->wsi, 1003);
    if (c->incoming.len + piece.len > LIMIT_MESSAGE_BYTES)
        return close_now(c->wsi, 1009);
    buf_append(&c->incoming, piece);
    if (!is_whole)
        return 0;
    peer_receive(c->peer, buf_str(&c->incoming));
    buf_reset(&c->incoming);
    lws_callback_on_writable(c->wsi);
    return 0;
}

// Writes one frame of the message; false if the connection is lost.
static bool write_frame(struct connection *c, uint64_t fragment_bytes)
{
    size_t length = c->outgoing.len - LWS_PRE;
    size_t piece = length - c->sent;
    int mode = c->sent == 0 ? LWS_WRITE_TEXT : LWS_WRITE_CONTINUATION;

    if (fragment_bytes > 0 && piece > fragment_bytes) {
        piece = (size_t)fragment_bytes;
        mode |= LWS_WRITE_NO_FIN;
    }
    unsigned char *at = (unsigned char *)c->outgoing.at + LWS_PRE + c->sent;
    // The header is written into the bytes before, which have been sent.
    if (lws_write(c->wsi, at, piece, (enum lws_write_protocol)mode) < 0)
        return false;
    c->sent += piece;
    if (c->sent == length) {
        buf_reset(&c->outgoing);
        c->sent = 0;
    }
    return true;
}

static enum peer_step fetch(struct connection *c)
{
    static const char room[LWS_PRE];

    c->due_us = NEVER;
    buf_append(&c->outgoing, (struct str){ room, LWS_PRE });
    enum peer_step step = peer_next(c->peer, now(), &c->due_us, &c->outgoing);
    if (step != PEER_MESSAGE)
        buf_reset(&c->outgoing);
    return step;
}

static int send_due(struct server *server, struct connection *c)
{
    uint64_t fragment = server->plan->world->options->fragment_bytes;

    if (c->close_code)
        return 0;
    for (size_t burst = 0; burst < BURST_BYTES;) {
        if (lws_send_pipe_choked(c->wsi))
            break;
        if (c->outgoing.len == 0) {
            switch (fetch(c)) {
            case PEER_MESSAGE: break;
            case PEER_WAIT: arm(server); return 0;
            case PEER_CLOSE: return close_soon(c, peer_close_code(c->peer));
            }
        }
        burst += c->outgoing.len;
        if (!write_frame(c, fragment))
            return -1;
    }
    c->due_us = NEVER;
    lws_callback_on_writable(c->wsi);
    return 0;
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason,
                    void *user, void *in, size_t length)
{
    struct server *server = lws_context_user(lws_get_context(wsi));
    struct connection *c = user;

    switch ((int)reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return http_gate_upgrade(&server->gate, wsi);
    case LWS_CALLBACK_HTTP:
        return http_gate_request(&server->gate, wsi,
                                 (struct str){ in, length });
    case LWS_CALLBACK_ESTABLISHED: open_connection(server, c, wsi); return 0;
    case LWS_CALLBACK_CLOSED: close_connection(server, c); return 0;
    case LWS_CALLBACK_RECEIVE: return receive(c, (struct str){ in, length });
    case LWS_CALLBACK_SERVER_WRITEABLE: return send_due(server, c);
    case LWS_CALLBACK_TIMER: return close_now(wsi, c->close_code);
    default: return lws_callback_http_dummy(wsi, reason, user, in, length);
    }
}

static const struct lws_protocols protocols[] = {
    { .name = "kerf-sim",
      .callback = on_event,
      .per_session_data_size = sizeof(struct connection),
      .rx_buffer_size = RX_BYTES },
    { 0 },
};

static void close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void stop(struct server *server)
{
    if (server->is_stopping)
        return;
    server->is_stopping = true;
    close_handle((uv_handle_t *)&server->timer);
    close_handle((uv_handle_t *)&server->sigterm);
    close_handle((uv_handle_t *)&server->sigint);
    close_handle((uv_handle_t *)&server->input);
    if (server->context)
        lws_context_destroy(server->context); // begins; ended in server_run
}

static void on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    stop(handle->data);
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct server *server = handle->data;

    (void)suggested;
    *buf = uv_buf_init(server->sink, sizeof(server->sink));
}

static void on_input(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    (void)buf;
    if (count < 0)
        stop(stream->data);
}

static bool watch_input(struct server *server, struct error *err)
{
    struct stat info;

    if (!server->plan->world->options->exit_with_stdin)
        return true;
    if (fstat(STDIN_FILENO, &info) != 0
        || !(S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode)))
        return error_set(err, ERROR_USAGE,
                         "--exit-with-stdin: standard input is no pipe");
    uv_pipe_open(&server->input, STDIN_FILENO);
    uv_read_start((uv_stream_t *)&server->input, on_room, on_input);
    return true;
}

static void init_handles(struct server *server)
{
    uv_loop_init(&server->loop);
    uv_timer_init(&server->loop, &server->timer);
    uv_signal_init(&server->loop, &server->sigterm);
    uv_signal_init(&server->loop, &server->sigint);
    uv_pipe_init(&server->loop, &server->input, 0);
    server->timer.data = server->sigterm.data = server->sigint.data = server;
    server->input.data = server;
    uv_signal_start(&server->sigterm, on_signal, SIGTERM);
    uv_signal_start(&server->sigint, on_signal, SIGINT);
}

// A stale socket of an earlier run goes; any other file stays.
static bool clear_socket_path(const char *path, struct error *err)
{
    struct stat info;

    if (lstat(path, &info) != 0)
        return true;
    if (!S_ISSOCK(info.st_mode))
        return error_set(err, ERROR_DENIED, "%s: exists and is no socket",
                         path);
    return unlink(path) == 0 || error_errno(err, errno, "%s", path);
}

static bool create_context(struct server *server, struct error *err)
{
    void *loops[1] = { &server->loop };
    struct lws_context_creation_info info = {
        .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
        .foreign_loops = loops,
        .pcontext = &server->context,
        .user = server,
        .gid = (gid_t)-1,
        .uid = (uid_t)-1,
        .port = CONTEXT_PORT_NO_LISTEN,
        .pt_serv_buf_size = RX_BYTES,
        .server_string = "kerf-sim/" KERF_VERSION,
    };

    server->context = lws_create_context(&info);
    return server->context
           || error_set(err, ERROR_FAILED,
                        "libwebsockets does not start: is the package "
                        "libwebsockets-evlib-uv installed?");
}

// libwebsockets would wait for a folder that is not there: look ourselves.
static bool is_listening(struct server *server)
{
    const char *path = server->plan->world->options->unix_path;
    struct stat info;

    if (!server->vhost)
        return false;
    if (!path)
        return lws_get_vhost_listen_port(server->vhost) > 0;
    if (lstat(path, &info) != 0 || !S_ISSOCK(info.st_mode))
        return false;
    server->socket = info;
    return chmod(path, 0600) == 0; // libwebsockets lets the group in
}

static bool create_vhost(struct server *server, struct error *err)
{
    const struct sim_options *options = server->plan->world->options;
    struct lws_context_creation_info info = {
        .protocols = protocols,
        .port = options->port,
        .iface = options->unix_path ? options->unix_path : "127.0.0.1",
        .options = options->unix_path ? LWS_SERVER_OPTION_UNIX_SOCK : 0,
    };

    mode_t before = umask(0177);
    server->vhost = lws_create_vhost(server->context, &info);
    umask(before);
    if (is_listening(server))
        return true;
    if (options->unix_path)
        return error_set(err, ERROR_FAILED, "cannot listen on %s",
                         options->unix_path);
    return error_set(err, ERROR_FAILED,
                     "cannot listen on 127.0.0.1 port %u: is it in use?",
                     options->port);
}

static bool listen_here(struct server *server, struct error *err)
{
    const char *path = server->plan->world->options->unix_path;

    lws_set_log_level(0, NULL); // what goes wrong here is said in our words
    if ((path && !clear_socket_path(path, err)) || !create_context(server, err)
        || !create_vhost(server, err))
        return false;
    lws_set_log_level(LLL_ERR, NULL);
    return true;
}

static void announce(const struct server *server)
{
    const struct server_plan *plan = server->plan;
    const char *path = plan->world->options->unix_path;

    if (path)
        printf("kerf-sim: listening on unix:%s", path);
    else
        printf("kerf-sim: listening on http://127.0.0.1:%d/v1",
               lws_get_vhost_listen_port(server->vhost));
    if (!plan->token_is_secret)
        printf(" token %s", plan->token);
    putchar('\n');
    fflush(stdout);
}

// Removes the socket that we made, and nothing else that may stand there.
static void remove_socket(const struct server *server)
{
    const char *path = server->plan->world->options->unix_path;
    struct stat info;

    if (server->socket.st_ino != 0 && lstat(path, &info) == 0
        && S_ISSOCK(info.st_mode) && info.st_dev == server->socket.st_dev
        && info.st_ino == server->socket.st_ino)
        unlink(path);
}

// With a foreign loop the first lws_context_destroy only begins the end; once
// the loop has drained, the second completes it.
static void finish(struct server *server)
{
    stop(server);
    uv_run(&server->loop, UV_RUN_DEFAULT);
    if (server->context)
        lws_context_destroy(server->context);
    uv_loop_close(&server->loop);
    remove_socket(server);
}

bool server_run(const struct server_plan *plan, struct error *err)
{
    struct server server = {
        .plan = plan,
        .gate = { .options = plan->world->options, .token = plan->token },
    };

    init_handles(&server);
    bool good = watch_input(&server, err) && listen_here(&server, err);
    if (good) {
        announce(&server);
        uv_run(&server.loop, UV_RUN_DEFAULT);
    }
    finish(&server);
    return good;
}
