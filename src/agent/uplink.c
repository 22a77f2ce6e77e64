/*
 * Two sockets at most: the one in use, and a spare that is to take its place
 * when it gets old (protocol.md 1.7). The connections of HTTP are kept by its
 * client: a way over it is open as soon as the key is there, and uplink_warm()
 * sees to it that a connection is, too. If both are allowed, the
 * connections race and the request goes once, over what is open first.
 */
#include "uplink.h"

#include <stdlib.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/net/route.h"
#include "kerf/net/url.h"
#include "inquiry.h"
#include "key.h"
#include "moment.h"
#include "post.h"
#include "trouble.h"

#define SPARE_AGAIN_MS 60000 // after a spare socket could not be opened
#define SILENCE_S 300        // reliability.md N33
#define IDLE_MARGIN_S 60     // the agent gives up first

struct socket {
    struct uplink *link;
    struct ws *ws;
    bool ready;
    int64_t started_ms;
    struct moment since; // when it was ready
};

struct uplink {
    struct uplink_options options;
    struct uplink_events events;
    void *ctx;
    const struct backend *backend;
    struct arena arena; // url, bearer
    struct str url, bearer;
    struct key_source *key;
    struct buf secret;             // for the next request over HTTP
    struct buf trouble;            // why the last socket is gone; empty: none
    struct socket *socket, *spare; // NULL: not made
    struct post *post, *ending;    // the running one; the one before
    struct inquiry *inquiry;       // after a refusal; NULL: none
    enum uplink_want want;
    bool dialling;  // somebody waits for `ready`
    bool for_spare; // the key being fetched is the spare socket's
    bool http_open; // the key is there and HTTP is allowed
    bool busy;      // a request runs
    bool old;       // rotate as soon as it does not
    int64_t dial_ms;
    struct loop_timer *start, *race, *age;
};

int64_t backend_silence_s(const struct backend *backend)
{
    return backend->silence_s > 0 ? backend->silence_s : SILENCE_S;
}

static void tell(struct uplink *link, enum link_state state, struct str why)
{
    link->events.state(state, why, link->ctx);
}

static void wipe_secret(struct uplink *link)
{
    buf_wipe(&link->secret);
    link->http_open = false;
}

// --- what came of it -------------------------------------------------------

static bool is_hopeless(const struct failure *failure, enum transport way)
{
    struct cure cure = failure_cure(failure, way);

    return cure.remedy == REMEDY_TELL || cure.remedy == REMEDY_LIMIT;
}

static void fail(struct uplink *link, const struct failure *failure,
                 enum transport way)
{
    link->dialling = link->busy = false;
    loop_timer_stop(link->race);
    tell(link, is_hopeless(failure, way) ? LINK_FAILED : LINK_LOST,
         failure->message);
    link->events.failed(failure, way, link->ctx);
}

static void refuse(struct uplink *link, const char *why)
{
    struct failure failure = trouble_of_us(FAILURE_CONNECT, str_from(why));

    fail(link, &failure,
         link->want == UPLINK_HTTP ? TRANSPORT_HTTP : TRANSPORT_WS);
}

static void become_ready(struct uplink *link)
{
    bool was_awaited = link->dialling;

    link->dialling = false;
    loop_timer_stop(link->race);
    tell(link, LINK_READY, buf_str(&link->trouble));
    if (was_awaited)
        link->events.ready(link->ctx);
}

// --- sockets ---------------------------------------------------------------

static void close_socket(struct socket **socket)
{
    if (!*socket)
        return;
    ws_destroy((*socket)->ws);
    free(*socket);
    *socket = NULL;
}

static void socket_in_use(struct uplink *link)
{
    link->dial_ms = link->socket->since.clock_ms - link->socket->started_ms;
    link->old = false;
    buf_reset(&link->trouble);
    if (link->options.rotate_ms > 0)
        loop_timer_start(link->age, link->options.rotate_ms);
    wipe_secret(link);
    link->events.renewed(link->ctx);
    become_ready(link);
}

// The spare takes the place of the old one, which nobody uses just now.
static void swap_sockets(struct uplink *link)
{
    close_socket(&link->socket);
    link->socket = link->spare;
    link->spare = NULL;
    socket_in_use(link);
}

static void on_socket_ready(void *ctx)
{
    struct socket *socket = ctx;
    struct uplink *link = socket->link;

    socket->ready = true;
    socket->since = moment_now(link->options.wall);
    if (socket == link->socket)
        socket_in_use(link);
    else if (!link->busy)
        swap_sockets(link);
}

static void on_socket_message(struct str text, void *ctx)
{
    struct socket *socket = ctx;
    struct uplink *link = socket->link;

    if (socket == link->socket)
        link->events.message(text, link->ctx);
}

static void spare_ended(struct uplink *link)
{
    close_socket(&link->spare);
    if (link->socket)
        loop_timer_start(link->age, SPARE_AGAIN_MS);
}

// While a request runs over HTTP, or one will, the socket is no news.
static void socket_ended(struct uplink *link, const struct failure *failure)
{
    bool matters = link->busy ? link->post == NULL : link->dialling;

    close_socket(&link->socket);
    loop_timer_stop(link->age);
    buf_reset(&link->trouble);
    buf_append(&link->trouble, failure->message);
    if (matters)
        fail(link, failure, TRANSPORT_WS);
    else if (!link->post && !link->http_open)
        tell(link, LINK_LOST, failure->message);
}

static void on_socket_ended(const struct ws_end *end, void *ctx)
{
    struct socket *socket = ctx;
    struct uplink *link = socket->link;
    struct arena arena = { 0 };
    struct failure failure = trouble_of_ws(&arena, end, socket->ready);

    if (socket == link->spare)
        spare_ended(link);
    else
        socket_ended(link, &failure);
    arena_release(&arena);
}

static struct socket *open_socket(struct uplink *link, struct str key)
{
    static const struct ws_events events = {
        .ready = on_socket_ready,
        .message = on_socket_message,
        .ended = on_socket_ended,
    };
    struct socket *socket = mem_alloc(sizeof(*socket));
    struct ws_options options = {
        .url = link->url,
        .bearer = key,
        .beta = link->backend->beta,
        .user_agent = STR(ROUTE_USER_AGENT),
        .access = route_access(link->options.env, link->backend, link->url),
        .deflate = link->backend->deflate,
    };

    socket->link = link;
    socket->started_ms = loop_now_ms();
    socket->ws = ws_dial(link->options.sockets, &options, &events, socket);
    return socket;
}

static bool slept_since(const struct socket *socket)
{
    return moment_slept(socket->since, moment_now(socket->link->options.wall));
}

// --- the key ---------------------------------------------------------------

static void open_http(struct uplink *link)
{
    link->http_open = true;
    become_ready(link);
}

static void on_key(struct str key, void *ctx)
{
    struct uplink *link = ctx;

    if (link->for_spare) {
        link->spare = open_socket(link, key);
        return;
    }
    wipe_secret(link);
    buf_append(&link->secret, key);
    if (link->want == UPLINK_HTTP) {
        open_http(link);
        return;
    }
    close_socket(&link->socket);
    link->socket = open_socket(link, key);
    if (link->want == UPLINK_EITHER)
        loop_timer_start(link->race, LINK_RACE_MS);
}

static void on_no_key(const char *why, void *ctx)
{
    struct uplink *link = ctx;

    if (link->for_spare)
        loop_timer_start(link->age, SPARE_AGAIN_MS);
    else
        refuse(link, why);
}

// --- dialling --------------------------------------------------------------

// What policy says is asked for every connection, however it came to be.
static bool is_allowed(struct uplink *link, struct error *err)
{
    struct arena arena = { 0 };
    struct url url;
    bool allowed = url_parse(&arena, link->url, &url, err)
                   && (!link->options.policy
                       || policy_allows(link->options.policy, url.host,
                                        url.is_unix ? 0 : url.port,
                                        link->backend->region, err));

    arena_release(&arena);
    return allowed;
}

static void fetch_key(struct uplink *link, bool for_spare)
{
    link->for_spare = for_spare;
    key_fetch(link->key, link->backend, link->bearer);
}

static void on_start(void *ctx)
{
    struct uplink *link = ctx;
    struct error err = { 0 };

    tell(link, LINK_CONNECTING, (struct str){ 0 });
    if (is_allowed(link, &err))
        fetch_key(link, false);
    else
        refuse(link, err.text);
}

// No socket yet: the request need not wait for it. Dialling goes on.
static void on_race(void *ctx)
{
    struct uplink *link = ctx;

    if (link->dialling)
        open_http(link);
}

static void on_age(void *ctx)
{
    struct uplink *link = ctx;
    struct error err = { 0 };

    link->old = link->busy;
    if (!link->busy && is_allowed(link, &err))
        fetch_key(link, true);
}

static void stop_start(struct uplink *link)
{
    loop_timer_stop(link->start);
    loop_undefer(link->options.loop, on_start, link);
}

// The least that a timer takes is what a request over HTTP takes in all.
static void start_after(struct uplink *link, int64_t delay_ms)
{
    stop_start(link);
    if (delay_ms > 0)
        loop_timer_start(link->start, delay_ms);
    else
        loop_defer(link->options.loop, on_start, link);
}

void uplink_dial(struct uplink *link, enum uplink_want want, int64_t delay_ms)
{
    enum transport way;

    if (!link->options.sockets)
        return;
    if (link->want == want && (link->dialling || uplink_is_ready(link, &way)))
        return;
    link->want = want;
    if (uplink_is_ready(link, &way))
        return;
    link->dialling = true;
    start_after(link, delay_ms);
}

void uplink_hush(struct uplink *link)
{
    inquiry_destroy(link->inquiry);
    link->inquiry = NULL;
}

void uplink_cut(struct uplink *link)
{
    post_destroy(link->post);
    link->post = NULL;
}

void uplink_drop(struct uplink *link)
{
    stop_start(link);
    loop_timer_stop(link->race);
    loop_timer_stop(link->age);
    uplink_hush(link);
    key_stop(link->key);
    wipe_secret(link);
    close_socket(&link->socket);
    close_socket(&link->spare);
    uplink_cut(link);
    post_destroy(link->ending);
    link->ending = NULL;
    link->dialling = link->busy = link->old = false;
}

void uplink_stop_dialling(struct uplink *link)
{
    if (!link->dialling)
        return;
    uplink_drop(link);
    tell(link, LINK_NONE, (struct str){ 0 });
}

// Why nothing is to be hoped for from a socket that looks well; NULL: nothing.
static const char *dead_reason(const struct socket *socket)
{
    if (!socket || !socket->ready)
        return NULL;
    if (slept_since(socket))
        return "the machine slept";
    return ws_is_stranded(socket->ws) ? "the machine has another address now"
                                      : NULL;
}

bool uplink_is_ready(struct uplink *link, enum transport *way)
{
    const char *dead = dead_reason(link->socket);

    if (dead) {
        close_socket(&link->socket);
        tell(link, LINK_LOST, str_from(dead));
    }
    *way = TRANSPORT_HTTP;
    if (link->want == UPLINK_HTTP)
        return link->http_open;
    if (!link->socket || !link->socket->ready)
        return link->http_open;
    *way = TRANSPORT_WS;
    return true;
}

bool uplink_is_dialling(const struct uplink *link)
{
    return link->dialling;
}

bool uplink_is_stranded(const struct uplink *link)
{
    return link->socket && link->socket->ready
           && ws_is_stranded(link->socket->ws);
}

int64_t uplink_dial_ms(const struct uplink *link)
{
    return link->post ? post_dial_ms(link->post) : link->dial_ms;
}

// --- requests --------------------------------------------------------------

static void on_post_head(const struct http_head *head, void *ctx)
{
    struct uplink *link = ctx;
    link->events.head(head, link->ctx);
}

static void on_post_message(struct str text, void *ctx)
{
    struct uplink *link = ctx;
    link->events.message(text, link->ctx);
}

static void on_post_alive(void *ctx)
{
    struct uplink *link = ctx;
    link->events.alive(link->ctx);
}

static void on_post_finished(void *ctx)
{
    struct uplink *link = ctx;
    link->events.finished(link->ctx);
}

static void on_post_failed(const struct failure *failure, void *ctx)
{
    fail(ctx, failure, TRANSPORT_HTTP);
}

// What a request to the server is made of, whatever it asks.
static struct http_options request_to(const struct uplink *link,
                                      enum http_method method, struct str path)
{
    return (struct http_options){
        .method = method,
        .url = link->url,
        .path = path,
        .bearer = buf_str(&link->secret),
        .user_agent = STR(ROUTE_USER_AGENT),
        .access = route_access(link->options.env, link->backend, link->url),
    };
}

static struct post *start_post(struct uplink *link, struct str body)
{
    static const struct post_events events = {
        .head = on_post_head,
        .message = on_post_message,
        .alive = on_post_alive,
        .finished = on_post_finished,
        .failed = on_post_failed,
    };
    bool chat = str_is(link->backend->protocol, "chat");
    struct http_options options = request_to(
        link, HTTP_POST, chat ? STR("/chat/completions") : STR("/responses"));

    options.body = body;
    options.accept = HTTP_ACCEPT_STREAM;
    options.idle_ms = (backend_silence_s(link->backend) + IDLE_MARGIN_S) * 1000;
    return post_start(link->options.http, &options, &events, link);
}

bool uplink_send(struct uplink *link, enum transport way, struct str text,
                 struct error *err)
{
    if (way == TRANSPORT_WS) {
        if (!link->socket || !link->socket->ready)
            return error_set(err, ERROR_UNREACHABLE, "not connected");
        link->busy = ws_send(link->socket->ws, text, err);
        if (!link->busy && err->kind == ERROR_UNREACHABLE)
            link->dialling = true; // it is about to end, which matters
        return link->busy;
    }
    if (!link->http_open)
        return error_set(err, ERROR_UNREACHABLE, "not connected");
    post_destroy(link->post);
    link->post = start_post(link, text);
    wipe_secret(link);
    link->busy = true;
    return true;
}

void uplink_warm(struct uplink *link)
{
    struct http_options options;
    struct error err;

    if (link->want != UPLINK_HTTP || !link->http_open || link->busy
        || !is_allowed(link, &err))
        return;
    options = request_to(link, HTTP_HEAD, STR("/models"));
    http_warm(link->options.http, &options);
}

static void on_explained(const struct failure *failure, void *ctx)
{
    struct uplink *link = ctx;
    link->events.explained(failure, link->ctx);
}

bool uplink_explain(struct uplink *link, const struct failure *failure)
{
    if (!link->options.http || !inquiry_helps(failure))
        return false;
    struct http_options options = request_to(link, HTTP_GET, STR("/responses"));
    uplink_hush(link);
    link->inquiry = inquiry_start(link->options.http, &options, failure,
                                  on_explained, link);
    return true;
}

void uplink_rest(struct uplink *link)
{
    link->busy = false;
    if (link->post) {
        post_let_go(link->post);
        post_destroy(link->ending);
        link->ending = link->post;
        link->post = NULL;
    }
    if (link->spare && link->spare->ready)
        swap_sockets(link);
    else if (link->old)
        on_age(link);
}

// --- the whole -------------------------------------------------------------

struct uplink *uplink_create(const struct uplink_options *options,
                             const struct uplink_events *events, void *ctx)
{
    static const struct key_events key_events = { .found = on_key,
                                                  .failed = on_no_key };
    struct uplink *link = mem_alloc(sizeof(*link));
    struct loop *loop = options->loop;

    link->options = *options;
    link->events = *events;
    link->ctx = ctx;
    link->backend = options->backend;
    link->url = arena_copy(&link->arena, options->url.len > 0
                                             ? options->url
                                             : options->backend->url);
    link->bearer = arena_copy(&link->arena, options->bearer);
    link->dial_ms = -1;
    link->key = key_source_create(loop, options->env, &key_events, link);
    link->start = loop_timer_create(loop, on_start, link);
    link->race = loop_timer_create(loop, on_race, link);
    link->age = loop_timer_create(loop, on_age, link);
    return link;
}

void uplink_destroy(struct uplink *link)
{
    if (!link)
        return;
    uplink_drop(link);
    key_source_destroy(link->key);
    loop_timer_destroy(link->start);
    loop_timer_destroy(link->race);
    loop_timer_destroy(link->age);
    buf_release(&link->trouble);
    arena_release(&link->arena);
    free(link);
}
