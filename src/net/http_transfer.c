/*
 * libcurl's part of a request: what it is told before it begins, and what it
 * tells while it runs. Its callbacks come from inside the library, so they
 * only note what happened. What libcurl must not do any more is said to it by
 * the value a callback returns, or, outside, by taking the transfer away.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "http_request.h"
#include "tls.h"

#define USER_TIMEOUT_MS 30000 // data that nobody acknowledges: TCP gives up
#define KEEPALIVE_S 30L
#define LONGEST_UNUSED_S 300L // an open connection is taken for so long

// --- its end -----------------------------------------------------------------

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

static void note_use(const struct http *http)
{
    curl_socket_t fd = CURL_SOCKET_BAD;

    http->client->library.easy_getinfo(http->easy, CURLINFO_ACTIVESOCKET, &fd);
    if (fd != CURL_SOCKET_BAD)
        http_pool_used(&http->client->pool, fd);
}

void http_transfer_take(struct http *http)
{
    const struct http_library *library = &http->client->library;

    if (!http->easy)
        return;
    library->multi_remove_handle(http->client->multi, http->easy);
    library->easy_cleanup(http->easy);
    http->easy = NULL;
}

struct http_end http_transfer_end(struct http *http, CURLcode code)
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
    note_use(http);
    return http_end_of(&facts);
}

// --- what libcurl tells: from inside it --------------------------------------

static int on_socket_made(void *ctx, curl_socket_t fd, curlsocktype purpose)
{
    struct http *http = ctx;

    (void)purpose;
    http_pool_add(&http->client->pool, fd, http->origin);
#ifdef TCP_USER_TIMEOUT
    unsigned limit_ms = USER_TIMEOUT_MS;
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit_ms,
               sizeof(limit_ms)); // fails on a unix socket: fine
#endif
    return CURL_SOCKOPT_OK;
}

// Maybe long after the transfer that it was made for.
static int on_socket_done(void *ctx, curl_socket_t fd)
{
    struct http_client *client = ctx;

    http_pool_close(&client->pool, fd);
    return 0;
}

static int on_connected(void *ctx, char *their_ip, char *our_ip, int their_port,
                        int our_port)
{
    struct http *http = ctx;

    (void)their_ip, (void)our_ip, (void)their_port, (void)our_port;
    http_request_enter(http, http->body.len > 0 ? PHASE_SEND : PHASE_WAIT);
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
    http_request_enter(http, http->sent_bytes < http->body.len ? PHASE_SEND
                                                               : PHASE_WAIT);
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
            http_request_enter(http, PHASE_HEAD);
        return size * count;
    }
    read_retry_date(http);
    note_timing(http);
    http->wrong_type = is_good(http) && is_wrong_type(http);
    http_request_enter(http, is_good(http) && !http->wrong_type
                                 ? PHASE_BODY
                                 : PHASE_ERROR_BODY);
    http_request_schedule(http);
    if (http->head.head.status != HTTP_SWITCHING)
        return size * count;
    http->fault = HTTP_FAULT_ERROR; // nobody is there to speak it
    return 0;
}

// Some servers call their events plain text; the first field tells better.
static bool is_stream_after_all(const struct http *http, struct str bytes)
{
    static const char *const fields[] = { "data:", "event:", "id:", "retry:" };

    if (!http->wrong_type || http->accept != HTTP_ACCEPT_STREAM
        || http->error_body.len > 0)
        return false;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (str_starts_with(bytes, str_from(fields[i])))
            return true;
    return false;
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

    if (is_stream_after_all(http, bytes)) {
        http->wrong_type = false;
        http_request_enter(http, PHASE_BODY);
    }
    if (http->phase == PHASE_ERROR_BODY)
        return keep_error(http, bytes);
    if (http->waiting.len >= HTTP_BACKLOG_BYTES) {
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
        http_request_schedule(http);
    }
    return bytes.len;
}

// Between what libcurl has prepared and the handshake.
static CURLcode on_tls(CURL *easy, void *context, void *ctx)
{
    struct http *http = ctx;
    struct error err;
    void *store;

    (void)easy;
    if (http_trust_state(http->client->trust, http->target.ca_file, &store,
                         &err)
        != HTTP_TRUST_FINE)
        return CURLE_SSL_CACERT_BADFILE;
    tls_context_trust(context, store);
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
    set_data(http, CURLOPT_SOCKOPTDATA, http);
    SET_FUNCTION(http, CURLOPT_CLOSESOCKETFUNCTION, on_socket_done);
    set_data(http, CURLOPT_CLOSESOCKETDATA, http->client);
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

// libcurl reads nothing: it gets our store. It tells connections apart by the
// name of the file, which it would else take for a folder.
static void set_our_trust(struct http *http)
{
    const char *ca_file = http->target.ca_file;

    set_data(http, CURLOPT_CAINFO, NULL);
    set_data(http, CURLOPT_PROXY_CAINFO, NULL);
    set_data(http, CURLOPT_CAPATH, (char *)ca_file);
    set_data(http, CURLOPT_PROXY_CAPATH, (char *)ca_file);
    SET_FUNCTION(http, CURLOPT_SSL_CTX_FUNCTION, on_tls);
    set_data(http, CURLOPT_SSL_CTX_DATA, http);
}

// Without a folder of certificates libcurl keeps what it has read for the next
// connection; and beside a caFile no folder counts.
static void set_its_trust(struct http *http)
{
    const char *ca_file = http->target.ca_file;

    if (ca_file || http->client->library.has_ca_bundle) {
        set_data(http, CURLOPT_CAPATH, NULL);
        set_data(http, CURLOPT_PROXY_CAPATH, NULL);
    }
    set_text(http, CURLOPT_CAINFO, ca_file);
    set_text(http, CURLOPT_PROXY_CAINFO, ca_file);
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
    // Nobody is asked on the terminal for the passphrase of a key.
    set_text(http, CURLOPT_KEYPASSWD, "");
    set_long(http, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
}

void http_transfer_begin(struct http *http)
{
    const struct http_library *library = &http->client->library;

    http->easy = library->easy_init();
    set_text(http, CURLOPT_URL, http->target.url);
    set_data(http, CURLOPT_HTTPHEADER, http->target.headers);
    set_method(http);
    set_callbacks(http);
    set_connection(http);
    set_access(http);
    if (http->target.tls && library->has_our_openssl)
        set_our_trust(http);
    else
        set_its_trust(http);
    library->multi_add_handle(http->client->multi, http->easy);
}
