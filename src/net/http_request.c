/*
 * One request. libcurl's callbacks come from inside the library and only note
 * what happened; `pump` tells it from the loop: the head, the data for at most
 * a few milliseconds a turn, and last of all the end. So the user's callbacks
 * may do anything, destroying included. What libcurl must not do any more is
 * said to it by the value a callback returns, or, outside, by taking the
 * transfer away.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/net/http.h"

#include "http_client.h"
#include "http_end.h"
#include "http_head.h"
#include "http_target.h"
#include "tls.h"

#define TURN_NS 4000000 // for data in one turn
#define SLICE_BYTES ((size_t)16 << 10)
#define BACKLOG_HIGH_BYTES ((size_t)256 << 10)
#define BACKLOG_LOW_BYTES ((size_t)64 << 10)
#define USER_TIMEOUT_MS 30000 // data that nobody acknowledges: TCP gives up
#define KEEPALIVE_S 30L
#define LONGEST_UNUSED_S 300L // an open connection is taken for so long

enum phase {
    PHASE_CONNECT, // libcurl has the clock
    PHASE_SEND,
    PHASE_WAIT,
    PHASE_HEAD,
    PHASE_BODY,
    PHASE_ERROR_BODY,
};

struct http {
    struct http_link link;      // first: found by its address
    struct http_client *client; // NULL: it went, or the end was told
    struct loop *loop;
    struct http_events events;
    void *ctx;

    struct arena arena; // the strings of the target
    struct http_target target;
    enum http_method method;
    enum http_accept accept;
    size_t limit_bytes;
    int64_t idle_ms;
    struct str body;
    struct buf body_copy;
    size_t sent_bytes;

    CURL *easy; // NULL: not begun, or over
    char words[CURL_ERROR_SIZE];
    struct head_reader head;
    bool wrong_type;
    struct buf error_body;
    struct buf waiting; // data that has not been told
    size_t came_bytes;
    enum http_fault fault;
    struct http_timing timing;

    enum phase phase;
    int64_t since_ms; // its beginning, or the last sign of life
    struct loop_timer *clock;
    bool paused, flow_off; // flow_off: libcurl does not read

    bool has_end, dropped; // dropped: by us, so what waits is not told
    struct http_end end;
    bool told_head, told_end;
    bool scheduled, busy, destroyed;
};

static void pump(void *ctx);

static void schedule(struct http *http)
{
    if (http->scheduled || http->told_end || http->destroyed)
        return;
    http->scheduled = true;
    loop_defer(http->loop, pump, http);
}

// --- clocks ------------------------------------------------------------------

static int64_t phase_limit_ms(const struct http *http)
{
    switch (http->phase) {
    case PHASE_CONNECT: return 0;
    case PHASE_SEND: return HTTP_SEND_STALL_MS;
    case PHASE_HEAD: return HTTP_HEAD_MS;
    case PHASE_ERROR_BODY: return HTTP_ERROR_BODY_MS;
    case PHASE_WAIT:
    case PHASE_BODY: return http->idle_ms;
    }
    return 0;
}

static void enter(struct http *http, enum phase phase)
{
    http->phase = phase;
    http->since_ms = loop_now_ms();
    int64_t limit_ms = phase_limit_ms(http);
    if (limit_ms > 0)
        loop_timer_start(http->clock, limit_ms);
    else
        loop_timer_stop(http->clock);
}

static enum http_fault fault_of(enum phase phase)
{
    switch (phase) {
    case PHASE_CONNECT:
    case PHASE_WAIT:
    case PHASE_BODY: return HTTP_FAULT_SILENT;
    case PHASE_SEND: return HTTP_FAULT_SEND;
    case PHASE_HEAD: return HTTP_FAULT_SLOW_HEAD;
    case PHASE_ERROR_BODY: return HTTP_FAULT_ERROR;
    }
    return HTTP_FAULT_SILENT;
}

// --- ends --------------------------------------------------------------------

static int64_t get_number(const struct http *http, CURLINFO info)
{
    curl_off_t number = 0;

    http->client->library.easy_getinfo(http->easy, info, &number);
    return number;
}

static long get_long(const struct http *http, CURLINFO info)
{
    long number = 0;

    http->client->library.easy_getinfo(http->easy, info, &number);
    return number;
}

static int64_t or_never(int64_t us)
{
    return us > 0 ? us : -1;
}

static void note_timing(struct http *http)
{
    struct http_timing *timing = &http->timing;

    timing->reused = get_number(http, CURLINFO_PRETRANSFER_TIME_T) > 0
                     && get_long(http, CURLINFO_NUM_CONNECTS) == 0;
    timing->first_byte_us =
        or_never(get_number(http, CURLINFO_STARTTRANSFER_TIME_T));
    if (timing->reused)
        return;
    timing->connected_us = or_never(get_number(http, CURLINFO_CONNECT_TIME_T));
    timing->tls_us = or_never(get_number(http, CURLINFO_APPCONNECT_TIME_T));
}

// Takes the transfer from libcurl. Not from inside its callbacks.
static void let_go_of_transfer(struct http *http)
{
    const struct http_library *library = &http->client->library;

    if (!http->easy)
        return;
    library->multi_remove_handle(http->client->multi, http->easy);
    library->easy_cleanup(http->easy);
    http->easy = NULL;
}

static void set_end(struct http *http, struct http_end end)
{
    if (http->has_end)
        return;
    http->has_end = true;
    http->end = end;
    loop_timer_stop(http->clock);
    schedule(http);
}

// Only libcurl knows how to read a date.
static void read_retry_date(struct http *http)
{
    struct head_reader *head = &http->head;
    time_t when;

    if (!*head->retry_date || head->retry_is_exact)
        return;
    when = http->client->library.getdate(head->retry_date, NULL);
    int64_t wait_ms = (int64_t)when * 1000 - loop_wall_ms();
    if (when != (time_t)-1)
        head->head.retry_after_ms = wait_ms > 0 ? wait_ms : 0;
}

static void end_transfer(struct http *http, CURLcode code)
{
    struct http_facts facts = {
        .where = http->target.where,
        .fault = http->fault,
        .code = code,
        .words = http->words,
        .os_errno = (int)get_long(http, CURLINFO_OS_ERRNO),
        .proxy_status = (int)get_long(http, CURLINFO_HTTP_CONNECTCODE),
        .ca_file = http->target.ca_file,
        .idle_ms = http->idle_ms,
        .location = http->head.location,
        .has_head = http->head.complete,
        .wrong_type = http->wrong_type,
        .head = &http->head.head,
    };

    note_timing(http);
    set_end(http, http_end_of(&facts));
    let_go_of_transfer(http);
    http_target_wipe(&http->target);
}

void http_request_done(struct http_link *link, CURLcode code)
{
    end_transfer((struct http *)link, code);
}

// While we do not listen the silence is ours.
static void on_clock(void *ctx)
{
    struct http *http = ctx;
    int64_t limit_ms = phase_limit_ms(http);

    if (http->phase == PHASE_BODY && (http->flow_off || http->paused))
        http->since_ms = loop_now_ms();
    int64_t left_ms = http->since_ms + limit_ms - loop_now_ms();
    if (left_ms > 0) {
        loop_timer_start(http->clock, left_ms);
        return;
    }
    http->fault = fault_of(http->phase);
    end_transfer(http, CURLE_OPERATION_TIMEDOUT);
}

// --- what libcurl tells: from inside it --------------------------------------

static int on_socket_made(void *ctx, curl_socket_t fd, curlsocktype purpose)
{
    (void)ctx, (void)purpose;
#ifdef TCP_USER_TIMEOUT
    unsigned limit_ms = USER_TIMEOUT_MS;
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit_ms,
               sizeof(limit_ms)); // fails on a unix socket: fine
#else
    (void)fd;
#endif
    return CURL_SOCKOPT_OK;
}

static int on_connected(void *ctx, char *their_ip, char *our_ip, int their_port,
                        int our_port)
{
    struct http *http = ctx;

    (void)their_ip, (void)our_ip, (void)their_port, (void)our_port;
    enter(http, http->body.len > 0 ? PHASE_SEND : PHASE_WAIT);
    return CURL_PREREQFUNC_OK;
}

static size_t on_send(char *to, size_t size, size_t count, void *ctx)
{
    struct http *http = ctx;
    struct str piece =
        str_take(str_skip(http->body, http->sent_bytes), size * count);

    if (piece.len > 0)
        memcpy(to, piece.at, piece.len);
    http->sent_bytes += piece.len;
    enter(http, http->sent_bytes < http->body.len ? PHASE_SEND : PHASE_WAIT);
    return piece.len;
}

// When an open connection turns out to be dead the body is sent again.
static int on_rewind(void *ctx, curl_off_t offset, int origin)
{
    struct http *http = ctx;

    if (origin != SEEK_SET || offset < 0 || (size_t)offset > http->body.len)
        return CURL_SEEKFUNC_FAIL;
    http->sent_bytes = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

static bool is_good(const struct http *http)
{
    return http->head.head.status >= 200 && http->head.head.status <= 299;
}

static bool is_wrong_type(const struct http *http)
{
    const char *type = http->head.head.content_type;

    if (!*type || http->head.head.status == 204)
        return false; // some servers do not say
    switch (http->accept) {
    case HTTP_ACCEPT_ANY: return false;
    case HTTP_ACCEPT_JSON: return strcmp(type, "text/html") == 0;
    case HTTP_ACCEPT_STREAM: return strcmp(type, "text/event-stream") != 0;
    }
    return false;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *ctx)
{
    struct http *http = ctx;
    bool was_complete = http->head.complete;

    if (!head_take(&http->head, (struct str){ bytes, size * count })) {
        http->fault = HTTP_FAULT_HEAD;
        return 0;
    }
    if (was_complete)
        return size * count;
    if (!http->head.complete) {
        if (http->phase != PHASE_HEAD)
            enter(http, PHASE_HEAD);
        return size * count;
    }
    read_retry_date(http);
    note_timing(http);
    http->wrong_type = is_good(http) && is_wrong_type(http);
    enter(http,
          is_good(http) && !http->wrong_type ? PHASE_BODY : PHASE_ERROR_BODY);
    schedule(http);
    return size * count;
}

static size_t keep_error(struct http *http, struct str bytes)
{
    size_t room = LIMIT_HTTP_ERROR_BYTES - http->error_body.len;

    buf_append(&http->error_body, str_take(bytes, room));
    if (http->error_body.len < LIMIT_HTTP_ERROR_BYTES)
        return bytes.len;
    http->fault = HTTP_FAULT_ERROR;
    return 0;
}

static size_t on_data(char *at, size_t size, size_t count, void *ctx)
{
    struct http *http = ctx;
    struct str bytes = { at, size * count };

    if (http->phase == PHASE_ERROR_BODY)
        return keep_error(http, bytes);
    if (http->waiting.len >= BACKLOG_HIGH_BYTES) {
        http->flow_off = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    if (http->limit_bytes > 0
        && bytes.len > http->limit_bytes - http->came_bytes) {
        http->fault = HTTP_FAULT_BODY;
        return 0;
    }
    http->since_ms = loop_now_ms();
    http->came_bytes += bytes.len;
    if (http->events.data) {
        buf_append(&http->waiting, bytes);
        schedule(http);
    }
    return bytes.len;
}

// libcurl has loaded the CA file alone: the system's count as well.
static CURLcode on_tls(CURL *easy, void *context, void *ctx)
{
    (void)easy, (void)ctx;
    tls_trust_system(context);
    return CURLE_OK;
}

// --- setting up --------------------------------------------------------------

static void set_long(struct http *http, CURLoption option, long value)
{
    http->client->library.easy_setopt(http->easy, option, value);
}

static void set_text(struct http *http, CURLoption option, const char *text)
{
    if (text)
        http->client->library.easy_setopt(http->easy, option, text);
}

static void set_data(struct http *http, CURLoption option, void *data)
{
    http->client->library.easy_setopt(http->easy, option, data);
}

#define SET_FUNCTION(http, option, function) \
    (http)->client->library.easy_setopt((http)->easy, option, function)

static void set_method(struct http *http)
{
    switch (http->method) {
    case HTTP_GET: set_long(http, CURLOPT_HTTPGET, 1); break;
    case HTTP_HEAD: set_long(http, CURLOPT_NOBODY, 1); break;
    case HTTP_POST:
        set_long(http, CURLOPT_POST, 1);
        http->client->library.easy_setopt(http->easy,
                                          CURLOPT_POSTFIELDSIZE_LARGE,
                                          (curl_off_t)http->body.len);
        SET_FUNCTION(http, CURLOPT_READFUNCTION, on_send);
        set_data(http, CURLOPT_READDATA, http);
        SET_FUNCTION(http, CURLOPT_SEEKFUNCTION, on_rewind);
        set_data(http, CURLOPT_SEEKDATA, http);
        break;
    }
}

static void set_callbacks(struct http *http)
{
    set_data(http, CURLOPT_PRIVATE, http);
    set_data(http, CURLOPT_ERRORBUFFER, http->words);
    SET_FUNCTION(http, CURLOPT_HEADERFUNCTION, on_header);
    set_data(http, CURLOPT_HEADERDATA, http);
    SET_FUNCTION(http, CURLOPT_WRITEFUNCTION, on_data);
    set_data(http, CURLOPT_WRITEDATA, http);
    SET_FUNCTION(http, CURLOPT_PREREQFUNCTION, on_connected);
    set_data(http, CURLOPT_PREREQDATA, http);
    SET_FUNCTION(http, CURLOPT_SOCKOPTFUNCTION, on_socket_made);
}

static void set_connection(struct http *http)
{
    set_long(http, CURLOPT_NOSIGNAL, 1);
    set_long(http, CURLOPT_QUICK_EXIT, 1); // cancels do not wait for a resolver
    set_long(http, CURLOPT_FOLLOWLOCATION, 0);
    set_long(http, CURLOPT_PATH_AS_IS, 1);
    set_long(http, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
    set_long(http, CURLOPT_CONNECTTIMEOUT_MS, HTTP_CONNECT_MS);
    set_long(http, CURLOPT_TCP_KEEPALIVE, 1);
    set_long(http, CURLOPT_TCP_KEEPIDLE, KEEPALIVE_S);
    set_long(http, CURLOPT_MAXAGE_CONN, LONGEST_UNUSED_S);
    set_long(http, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1);
}

static void set_access(struct http *http)
{
    const struct http_target *target = &http->target;

    set_text(http, CURLOPT_UNIX_SOCKET_PATH, target->unix_path);
    // The environment has been asked: libcurl must not ask it again.
    set_text(http, CURLOPT_PROXY, target->proxy ? target->proxy : "");
    set_text(http, CURLOPT_NOPROXY, "");
    set_text(http, CURLOPT_PROXYUSERNAME, target->proxy_user);
    set_text(http, CURLOPT_PROXYPASSWORD, target->proxy_password);
    set_text(http, CURLOPT_SSLCERT, target->client_cert);
    set_text(http, CURLOPT_SSLKEY, target->client_key);
    set_long(http, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
    // Nobody is asked on the terminal for the passphrase of a key.
    set_text(http, CURLOPT_KEYPASSWD, "");
    // With a folder of certificates libcurl reads them anew every time.
    if (http->client->library.has_ca_bundle)
        set_data(http, CURLOPT_CAPATH, NULL);
    set_text(http, CURLOPT_CAINFO, target->ca_file);
    set_text(http, CURLOPT_PROXY_CAINFO, target->ca_file);
    if (target->ca_file && http->client->library.has_our_openssl)
        SET_FUNCTION(http, CURLOPT_SSL_CTX_FUNCTION, on_tls);
}

static void begin(struct http *http)
{
    const struct http_library *library = &http->client->library;

    http->easy = library->easy_init();
    set_text(http, CURLOPT_URL, http->target.url);
    set_data(http, CURLOPT_HTTPHEADER, http->target.headers);
    set_method(http);
    set_callbacks(http);
    set_connection(http);
    set_access(http);
    library->multi_add_handle(http->client->multi, http->easy);
}

void http_request_ready(struct http_link *link)
{
    struct http *http = (struct http *)link;

    if (http->has_end)
        return;
    if (http->client->failed)
        set_end(http, http_end_make(NET_END_REFUSED, "%s",
                                    http->client->failure.text));
    else
        begin(http);
}

// --- the pump ----------------------------------------------------------------

static void leave_client(struct http *http)
{
    struct http_link *link = &http->link;

    if (!http->client)
        return;
    if (link->prev)
        link->prev->next = link->next;
    else
        http->client->requests = link->next;
    if (link->next)
        link->next->prev = link->prev;
    http->client = NULL;
}

static void hand_over(struct http *http)
{
    int64_t until_ns = loop_now_ns() + TURN_NS;
    size_t told = 0;

    while (!http->paused && !http->dropped && !http->destroyed
           && told < http->waiting.len) {
        struct str slice =
            str_take(str_skip(buf_str(&http->waiting), told), SLICE_BYTES);
        told += slice.len;
        http->events.data(slice, http->ctx);
        if (loop_now_ns() >= until_ns)
            break;
    }
    if (http->destroyed)
        return;
    buf_consume(&http->waiting, told);
    if (http->waiting.len > 0 && !http->paused && !http->dropped)
        schedule(http);
}

static void read_on(struct http *http)
{
    if (!http->flow_off || http->paused || !http->easy
        || http->waiting.len > BACKLOG_LOW_BYTES)
        return;
    http->flow_off = false;
    http->since_ms = loop_now_ms();
    http->client->library.easy_pause(http->easy, CURLPAUSE_CONT);
    http_client_look(http->client);
}

static void tell_end(struct http *http)
{
    http->told_end = true;
    leave_client(http);
    http->end.body = buf_str(&http->error_body);
    http->events.ended(&http->end, http->ctx);
}

static void run_turn(struct http *http)
{
    if (http->head.complete && !http->told_head && !http->dropped) {
        http->told_head = true;
        if (http->events.head)
            http->events.head(&http->head.head, http->ctx);
    }
    if (!http->destroyed)
        hand_over(http);
    if (!http->destroyed && http->has_end && !http->told_end
        && (http->dropped || http->waiting.len == 0))
        tell_end(http);
    if (!http->destroyed && !http->has_end)
        read_on(http);
}

static void http_free(struct http *http)
{
    http_target_wipe(&http->target);
    buf_release(&http->waiting);
    buf_release(&http->error_body);
    buf_release(&http->body_copy);
    arena_release(&http->arena);
    free(http);
}

static void pump(void *ctx)
{
    struct http *http = ctx;

    http->scheduled = false;
    http->busy = true;
    run_turn(http);
    http->busy = false;
    if (http->destroyed)
        http_free(http);
}

// --- public ------------------------------------------------------------------

static void drop(struct http *http)
{
    if (http->told_end)
        return;
    if (http->client)
        let_go_of_transfer(http);
    http->dropped = true;
    http->has_end = true;
    http->end = http_end_make(NET_END_CLOSED_BY_US, "closed");
    buf_release(&http->error_body);
    loop_timer_stop(http->clock);
    http_target_wipe(&http->target);
    schedule(http);
}

void http_request_client_goes(struct http_link *link)
{
    struct http *http = (struct http *)link;

    drop(http);
    leave_client(http);
}

static void set_up(struct http *http, const struct http_options *options)
{
    struct http_client *client = http->client;
    struct error err;

    if (!http_target_read(&http->arena, options, &http->target, &err)) {
        set_end(http, http_end_make(NET_END_REFUSED, "%s", err.text));
        return;
    }
    http_client_load(client);
    if (client->multi || client->failed)
        http_request_ready(&http->link);
}

static void take_body(struct http *http, const struct http_options *options)
{
    http->body = options->body;
    if (options->body_is_borrowed)
        return;
    buf_append(&http->body_copy, options->body);
    http->body = buf_str(&http->body_copy);
}

struct http *http_start(struct http_client *client,
                        const struct http_options *options,
                        const struct http_events *events, void *ctx)
{
    struct http *http = mem_alloc(sizeof(*http));

    http->client = client;
    http->loop = client->loop;
    http->events = *events;
    http->ctx = ctx;
    http->method = options->method;
    http->accept = options->accept;
    http->limit_bytes = options->limit_bytes;
    http->idle_ms = options->idle_ms;
    http->timing = (struct http_timing){ -1, -1, -1, false };
    http->link.next = client->requests;
    if (http->link.next)
        http->link.next->prev = &http->link;
    client->requests = &http->link;
    http->clock = loop_timer_create(http->loop, on_clock, http);
    take_body(http, options);
    set_up(http, options);
    return http;
}

void http_pause(struct http *http, bool pause)
{
    if (http->paused == pause)
        return;
    http->paused = pause;
    if (!pause)
        schedule(http);
}

void http_close(struct http *http)
{
    drop(http);
}

void http_destroy(struct http *http)
{
    if (!http || http->destroyed)
        return;
    if (http->client)
        let_go_of_transfer(http);
    leave_client(http);
    loop_undefer(http->loop, pump, http);
    loop_timer_destroy(http->clock);
    http->destroyed = true;
    if (!http->busy)
        http_free(http);
}

struct http_timing http_timing(const struct http *http)
{
    return http->timing;
}
