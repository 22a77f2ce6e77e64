/*
 * One step after the other, each with its own time and words. The first that
 * fails ends the probe. The key is sent only over the connection that a real
 * dial would take: to the server behind the proxy, with its certificate good.
 */
#include "kerf/net/probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "kerf/base/arena.h"
#include "kerf/base/base64.h"
#include "kerf/base/buf.h"
#include "kerf/base/utf8.h"
#include "kerf/net/url.h"

#include "deflate.h"
#include "lookup.h"
#include "probe_journey.h"

#define STEP_WAIT_MS 100
#define SHOWN_HEAD_BYTES 60

typedef bool (*step_fn)(struct journey *journey, char *text, size_t size);

static const char *const names[PROBE_STEPS] = {
    [PROBE_URL] = "URL",           [PROBE_LOOKUP] = "DNS",
    [PROBE_CONNECT] = "TCP",       [PROBE_PROXY_TLS] = "proxy TLS",
    [PROBE_PROXY] = "proxy",       [PROBE_TLS] = "TLS",
    [PROBE_UPGRADE] = "WebSocket", [PROBE_HOLD] = "stays open",
};

const char *probe_step_name(enum probe_step step)
{
    return names[step];
}

// --- name and connection -----------------------------------------------------

static bool read_proxy(struct journey *j, char *text, size_t size)
{
    struct error err = { 0 };

    j->proxied = j->options->access.proxy.len > 0 && !j->url.is_unix;
    if (!j->proxied)
        return true;
    if (!proxy_parse(&j->arena, j->options->access.proxy, &j->proxy, &err)) {
        snprintf(text, size, "%.*s", (int)size - 1, err.text);
        return false;
    }
    return true;
}

static bool read_url(struct journey *j, char *text, size_t size)
{
    struct error err = { 0 };

    if (!url_parse(&j->arena, j->options->url, &j->url, &err)) {
        snprintf(text, size, "%.*s", (int)size - 1, err.text);
        return false;
    }
    return read_proxy(j, text, size);
}

static void on_answer(const struct answer *answer, void *ctx)
{
    struct journey *j = ctx;

    j->answer = *answer;
    j->answered = true;
}

static struct str host_of(const struct journey *j)
{
    return j->proxied ? j->proxy.host : j->url.host;
}

static unsigned port_of(const struct journey *j)
{
    return j->proxied ? j->proxy.port : j->url.port;
}

bool probe_look_up(struct journey *j, struct str host, char *text, size_t size)
{
    struct lookup *lookup =
        lookup_start(j->loop, arena_cstr(&j->arena, host), on_answer, j);

    j->answered = false;
    while (!j->answered && loop_now_ms() < j->line.deadline_ms)
        loop_step(j->loop, STEP_WAIT_MS);
    if (!j->answered) {
        lookup_destroy(lookup);
        snprintf(text, size, "the name server does not answer");
        return false;
    }
    if (j->answer.status != 0) {
        snprintf(text, size, "%.*s: %s", STR_ARG(str_take(host, 80)),
                 gai_strerror(j->answer.status));
        return false;
    }
    return true;
}

static bool look_up(struct journey *j, char *text, size_t size)
{
    if (!probe_look_up(j, host_of(j), text, size))
        return false;
    snprintf(text, size, "%s%s", j->answer.at[0].text,
             j->answer.count > 1 ? " and others" : "");
    return true;
}

static int open_socket(int family)
{
    return socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static socklen_t make_address(const char *numeric, unsigned port,
                              struct sockaddr_storage *out)
{
    struct sockaddr_in *v4 = (void *)out;
    struct sockaddr_in6 *v6 = (void *)out;

    memset(out, 0, sizeof(*out));
    if (inet_pton(AF_INET, numeric, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        return sizeof(*v4);
    }
    if (inet_pton(AF_INET6, numeric, &v6->sin6_addr) != 1)
        return 0;
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons((uint16_t)port);
    return sizeof(*v6);
}

static socklen_t make_unix_address(struct str path,
                                   struct sockaddr_storage *out)
{
    struct sockaddr_un *address = (void *)out;

    memset(out, 0, sizeof(*out));
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path.at, path.len); // url_parse bounds it
    return sizeof(*address);
}

// Returns 0, or errno.
static int connect_to(struct line *line, const struct sockaddr_storage *to,
                      socklen_t len)
{
    int number = 0;
    socklen_t size = sizeof(number);

    line->fd = open_socket(to->ss_family);
    if (line->fd < 0)
        return errno;
    if (connect(line->fd, (const struct sockaddr *)to, len) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    if (!line_wait(line, POLLOUT))
        return ETIMEDOUT;
    getsockopt(line->fd, SOL_SOCKET, SO_ERROR, &number, &size);
    return number;
}

static bool try_connect(struct journey *j, const struct sockaddr_storage *to,
                        socklen_t len, const char *where, char *text,
                        size_t size)
{
    int number = len > 0 ? connect_to(&j->line, to, len) : EINVAL;

    if (number == 0) {
        snprintf(text, size, "%.60s port %u", where, port_of(j));
        return true;
    }
    snprintf(text, size, "%.60s port %u: %s", where, port_of(j),
             strerror(number));
    if (j->line.fd >= 0)
        close(j->line.fd);
    j->line.fd = -1;
    return false;
}

static bool dial(struct journey *j, char *text, size_t size)
{
    struct sockaddr_storage to;
    socklen_t len;

    if (j->url.is_unix) {
        len = make_unix_address(j->url.host, &to);
        if (!try_connect(j, &to, len, "the socket", text, size))
            return false;
        snprintf(text, size, "%.*s", STR_ARG(j->url.host));
        return true;
    }
    for (size_t i = 0; i < j->answer.count; i++) {
        len = make_address(j->answer.at[i].text, port_of(j), &to);
        if (try_connect(j, &to, len, j->answer.at[i].text, text, size))
            return true;
    }
    return false;
}

// --- HTTP heads --------------------------------------------------------------

size_t probe_read_head(struct journey *j, char *text, size_t size)
{
    char bytes[2048];

    buf_reset(&j->head);
    for (;;) {
        size_t end = str_find(buf_str(&j->head), STR("\r\n\r\n"));
        if (end != SIZE_MAX)
            return end + 4;
        if (j->head.len > LIMIT_PROBE_HEAD_BYTES) {
            snprintf(text, size, "an answer without end");
            return 0;
        }
        int n = line_read(&j->line, bytes, sizeof(bytes));
        if (n <= 0) {
            snprintf(text, size, "%s",
                     n == 0 ? "closed without an answer"
                     : loop_now_ms() >= j->line.deadline_ms
                         ? "no answer in time"
                         : "the connection broke");
            return 0;
        }
        buf_append(&j->head, (struct str){ bytes, (size_t)n });
    }
}

int probe_status_of(struct str head)
{
    struct str line = str_take(head, str_find_char(head, '\r'));
    size_t blank = str_find_char(line, ' ');
    uint64_t status;

    if (!str_starts_with(line, STR("HTTP/1.")) || blank == SIZE_MAX
        || !str_to_u64(str_take(str_skip(line, blank + 1), 3), &status))
        return 0;
    return (int)status;
}

void probe_show_head(struct str head, char *text, size_t size)
{
    struct str line = str_take(head, str_find_char(head, '\r'));
    struct buf safe = { 0 };

    utf8_sanitise(&safe, str_take(line, SHOWN_HEAD_BYTES), false);
    snprintf(text, size, "%.*s", (int)size - 1, buf_cstr(&safe));
    buf_release(&safe);
}

static struct str header_of(struct str head, const char *name)
{
    struct str line;
    size_t len = strlen(name);

    while (str_split(&head, '\n', &line))
        if (line.len > len && line.at[len] == ':'
            && strncasecmp(line.at, name, len) == 0)
            return str_trim(str_skip(line, len + 1));
    return (struct str){ 0 };
}

// --- proxy, TLS, upgrade -----------------------------------------------------

struct str probe_authority(struct journey *j)
{
    bool v6 = str_find_char(j->url.host, ':') != SIZE_MAX;

    if (j->url.is_unix)
        return STR("localhost");
    return arena_printf(&j->arena, "%s%.*s%s:%u", v6 ? "[" : "",
                        STR_ARG(j->url.host), v6 ? "]" : "", j->url.port);
}

bool probe_send_wiped(struct journey *j, struct buf *out)
{
    bool sent = line_write(&j->line, buf_str(out));

    buf_wipe(out);
    return sent;
}

static bool secure(struct journey *j, char *text, size_t size)
{
    const struct net_access *access = &j->options->access;
    struct tls_files files = {
        .ca = arena_cstr(&j->arena, access->ca_file),
        .client_cert = arena_cstr(&j->arena, access->client_cert),
        .client_key = arena_cstr(&j->arena, access->client_key),
    };

    (void)text, (void)size; // line_secure writes the probe's own
    return line_secure(&j->line, arena_cstr(&j->arena, j->url.host), &files,
                       j->probe, PROBE_TLS);
}

// As for requests: the proxy is not shown the client's certificate.
static bool secure_proxy(struct journey *j, char *text, size_t size)
{
    struct tls_files files = {
        .ca = arena_cstr(&j->arena, j->options->access.ca_file),
        .client_cert = "",
        .client_key = "",
    };

    (void)text, (void)size;
    return line_secure(&j->line, arena_cstr(&j->arena, j->proxy.host), &files,
                       j->probe, PROBE_PROXY_TLS);
}

static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < ' ' || s.at[i] > '~')
            return false;
    return true;
}

static void write_upgrade(struct journey *j, struct str key, struct buf *out)
{
    const struct probe_options *options = j->options;
    struct str path = j->url.path.len > 1 ? j->url.path : (struct str){ 0 };

    buf_printf(out,
               "GET %.*s/responses HTTP/1.1\r\nHost: %.*s\r\n"
               "Upgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %.*s\r\n"
               "User-Agent: kerf-doctor\r\n",
               STR_ARG(path), STR_ARG(probe_authority(j)), STR_ARG(key));
    if (options->bearer.len > 0 && is_plain(options->bearer))
        buf_printf(out, "Authorization: Bearer %.*s\r\n",
                   STR_ARG(options->bearer));
    if (options->beta.len > 0 && is_plain(options->beta))
        buf_printf(out, "OpenAI-Beta: %.*s\r\n", STR_ARG(options->beta));
    if (options->deflate)
        buf_append(out, STR("Sec-WebSocket-Extensions: " DEFLATE_NAME "\r\n"));
    buf_append(out, STR("\r\n"));
}

// What of it the server takes; anything else nobody asked for.
static bool judge_extension(struct journey *j, struct str head, char *text,
                            size_t size)
{
    struct str taken = header_of(head, "Sec-WebSocket-Extensions");
    size_t used = strlen(text);

    if (taken.len == 0)
        return true;
    if (!j->options->deflate || !str_starts_with(taken, STR(DEFLATE_NAME))) {
        snprintf(text, size, "101, with an extension nobody asked for");
        return false;
    }
    snprintf(text + used, size - used, ", " DEFLATE_NAME);
    return true;
}

static bool upgrade(struct journey *j, char *text, size_t size)
{
    unsigned char random[16] = { 0 };
    struct buf key = { 0 }, out = { 0 };
    char wanted[32];

    if (getrandom(random, sizeof(random), 0) != sizeof(random))
        random[0] = 1; // any will do: nothing secret is made of it
    base64_encode(&key, (struct str){ (char *)random, sizeof(random) });
    line_accept_of(buf_cstr(&key), wanted);
    write_upgrade(j, buf_str(&key), &out);
    buf_release(&key);
    if (!probe_send_wiped(j, &out)) {
        snprintf(text, size, "the server takes nothing");
        return false;
    }
    size_t end = probe_read_head(j, text, size);
    if (end == 0)
        return false;
    struct str head = str_take(buf_str(&j->head), end);
    j->probe->status = probe_status_of(head);
    probe_show_head(head, text, size);
    bool right = str_is(header_of(head, "Sec-WebSocket-Accept"), wanted);
    bool fine = j->probe->status == 101 && right;
    if (j->probe->status == 101 && !right)
        snprintf(text, size, "101, but not by a WebSocket server");
    if (fine)
        fine = judge_extension(j, head, text, size);
    buf_consume(&j->head, end);
    return fine;
}

// A close frame at the start of what came; its code, or 0.
static int close_code(struct str bytes)
{
    const unsigned char *b = (const unsigned char *)bytes.at;

    if (bytes.len < 2 || (b[0] & 0x0f) != 8)
        return 0;
    return bytes.len >= 4 && b[1] >= 2 ? b[2] << 8 | b[3] : 1005;
}

static bool hold(struct journey *j, char *text, size_t size)
{
    char bytes[256];
    int n = 1;

    j->line.deadline_ms = loop_now_ms() + PROBE_HOLD_MS;
    if (j->head.len == 0)
        n = line_read(&j->line, bytes, sizeof(bytes));
    if (n > 0 && j->head.len == 0)
        buf_append(&j->head, (struct str){ bytes, (size_t)n });
    j->probe->close_code = close_code(buf_str(&j->head));
    bool broke = n == 0 || (n < 0 && loop_now_ms() < j->line.deadline_ms);
    if (j->probe->close_code > 0)
        snprintf(text, size, "closed at once, code %d", j->probe->close_code);
    else if (broke)
        snprintf(text, size, "closed at once, without a word");
    else
        snprintf(text, size, "open after %d ms", PROBE_HOLD_MS);
    return j->probe->close_code == 0 && !broke;
}

// --- all of it ---------------------------------------------------------------

static bool is_needed(const struct journey *j, enum probe_step step)
{
    switch (step) {
    case PROBE_URL:
    case PROBE_CONNECT: return true;
    case PROBE_LOOKUP: return !j->url.is_unix;
    case PROBE_PROXY_TLS: return j->proxied && str_is(j->proxy.scheme, "https");
    case PROBE_PROXY: return j->proxied;
    case PROBE_TLS: return j->url.tls;
    case PROBE_UPGRADE:
    case PROBE_HOLD: return j->options->upgrade;
    case PROBE_STEPS: break;
    }
    return false;
}

static const step_fn step_fns[PROBE_STEPS] = {
    [PROBE_URL] = read_url,           [PROBE_LOOKUP] = look_up,
    [PROBE_CONNECT] = dial,           [PROBE_PROXY_TLS] = secure_proxy,
    [PROBE_PROXY] = probe_pass_proxy, [PROBE_TLS] = secure,
    [PROBE_UPGRADE] = upgrade,        [PROBE_HOLD] = hold,
};

static bool travel(struct journey *j)
{
    for (enum probe_step step = 0; step < PROBE_STEPS; step++) {
        int64_t began_ms = loop_now_ms();
        if (!is_needed(j, step))
            continue;
        bool fine = step_fns[step](j, j->probe->steps[step].text,
                                   sizeof(j->probe->steps[step].text));
        j->probe->steps[step].ms = loop_now_ms() - began_ms;
        j->probe->steps[step].end = fine ? PROBE_FINE : PROBE_FAILED;
        if (!fine)
            return false;
    }
    return true;
}

bool probe_run(struct loop *loop, const struct probe_options *options,
               struct probe *probe)
{
    struct journey j = {
        .loop = loop,
        .options = options,
        .probe = probe,
        .line = { .fd = -1, .deadline_ms = loop_now_ms() + PROBE_LIMIT_MS },
    };

    *probe = (struct probe){ 0 };
    bool fine = travel(&j);
    line_close(&j.line);
    buf_release(&j.head);
    arena_release(&j.arena);
    return fine;
}
