/*
 * SOCKS messages say their own length in their first bytes, so each is judged
 * as soon as it is whole and left in the buffer until then.
 */
#include "kerf/sim/proxy_talk.h"

#include <stdio.h>

#include "http_write.h"
#include "kerf/base/base64.h"

#define SOCKS_VERSION 5
#define SOCKS_NO_METHOD 0xff
#define SOCKS_PASSWORD 2
#define SOCKS_CONNECT 1
#define SOCKS_V4 1
#define SOCKS_NAME 3
#define SOCKS_V6 4
#define SOCKS_V6_BYTES 16

static enum talk_step refuse(int status, const char *headers, struct buf *reply)
{
    struct http_head head = { .status = status, .headers = str_from(headers) };

    http_write_head(&head, reply);
    return TALK_REFUSED;
}

// --- HTTP --------------------------------------------------------------------

static bool basic_is_right(const struct proxy_talk *talk)
{
    struct str sent = http_header(&talk->request, "proxy-authorization");
    struct buf want = { 0 };

    buf_append(&want, STR("Basic "));
    base64_encode(&want, str_from(talk->user));
    bool right = str_equal(sent, buf_str(&want));
    buf_release(&want);
    return right;
}

static enum talk_step judge_http(struct proxy_talk *talk, struct buf *reply)
{
    const struct http_request *request = &talk->request;

    talk->has_credentials = http_header(request, "proxy-authorization").len > 0;
    if (talk->always_407 || (talk->user && !basic_is_right(talk)))
        return refuse(407, "Proxy-Authenticate: Basic realm=\"sim\"\r\n",
                      reply);
    if (!str_is(request->method, "CONNECT"))
        return refuse(405, "Allow: CONNECT\r\n", reply);
    if (request->target.len >= LIMIT_TARGET
        || str_find_char(request->target, ':') == SIZE_MAX)
        return refuse(400, "", reply);
    snprintf(talk->target, sizeof(talk->target), "%.*s",
             STR_ARG(request->target));
    return TALK_CONNECT;
}

static enum talk_step talk_http(struct proxy_talk *talk, struct str *bytes,
                                struct buf *reply)
{
    switch (http_read(&talk->http, bytes, &talk->request)) {
    case HTTP_MORE: return TALK_MORE;
    case HTTP_HEAD:
    case HTTP_READY: return judge_http(talk, reply);
    case HTTP_WRONG: break;
    }
    return refuse(talk->http.status, "", reply);
}

// --- SOCKS -------------------------------------------------------------------

static unsigned byte_at(const struct proxy_talk *talk, size_t index)
{
    return index < talk->bytes.len ? (unsigned char)talk->bytes.at[index] : 0;
}

// Takes one whole message off; the rest stays.
static void consume(struct proxy_talk *talk, size_t length)
{
    buf_consume(&talk->bytes, length);
}

static enum talk_step judge_methods(struct proxy_talk *talk, struct buf *reply)
{
    unsigned want = talk->user ? SOCKS_PASSWORD : 0, found = SOCKS_NO_METHOD;
    size_t length = 2 + byte_at(talk, 1);

    if (talk->bytes.len < 2 || talk->bytes.len < length)
        return TALK_MORE;
    for (size_t i = 2; i < length; i++)
        found = byte_at(talk, i) == want ? want : found;
    buf_append_char(reply, SOCKS_VERSION);
    buf_append_char(reply, (char)found);
    consume(talk, length);
    if (found == SOCKS_NO_METHOD)
        return TALK_REFUSED;
    talk->phase = talk->user ? TALK_SOCKS_PASSWORD : TALK_SOCKS_REQUEST;
    return TALK_CONNECT; // which is to say: go on
}

static enum talk_step judge_password(struct proxy_talk *talk, struct buf *reply)
{
    size_t name = byte_at(talk, 1);
    size_t length = 3 + name + byte_at(talk, 2 + name);
    struct buf sent = { 0 };

    if (talk->bytes.len < 3 + name || talk->bytes.len < length)
        return TALK_MORE;
    struct str all = buf_str(&talk->bytes);
    buf_append(&sent, str_take(str_skip(all, 2), name));
    buf_append_char(&sent, ':');
    buf_append(&sent, str_take(str_skip(all, 3 + name), length - 3 - name));
    bool right = !talk->always_407 && str_is(buf_str(&sent), talk->user);
    buf_release(&sent);
    talk->has_credentials = true;
    buf_append_char(reply, 1);
    buf_append_char(reply, right ? 0 : 1);
    consume(talk, length);
    talk->phase = TALK_SOCKS_REQUEST;
    return right ? TALK_CONNECT : TALK_REFUSED;
}

// Bytes of the address and port; 0: of no known kind.
static size_t address_bytes(const struct proxy_talk *talk)
{
    switch (byte_at(talk, 3)) {
    case SOCKS_V4: return 4 + 2;
    case SOCKS_NAME: return 1 + byte_at(talk, 4) + 2;
    case SOCKS_V6: return SOCKS_V6_BYTES + 2;
    default: return 0;
    }
}

static void read_target(struct proxy_talk *talk, size_t length)
{
    unsigned port = byte_at(talk, length - 2) << 8 | byte_at(talk, length - 1);
    struct str name =
        str_take(str_skip(buf_str(&talk->bytes), 5), byte_at(talk, 4));

    if (byte_at(talk, 3) == SOCKS_NAME)
        snprintf(talk->target, sizeof(talk->target), "%.*s:%u", STR_ARG(name),
                 port);
    else if (byte_at(talk, 3) == SOCKS_V4)
        snprintf(talk->target, sizeof(talk->target), "%u.%u.%u.%u:%u",
                 byte_at(talk, 4), byte_at(talk, 5), byte_at(talk, 6),
                 byte_at(talk, 7), port);
    else // of IPv6 only ::1 is of this machine
        snprintf(
            talk->target, sizeof(talk->target), "[%s]:%u",
            byte_at(talk, 4 + SOCKS_V6_BYTES - 1) == 1 ? "::1" : "::", port);
}

static void put_socks_answer(unsigned code, struct buf *reply)
{
    static const struct str rest = { "\0\1\0\0\0\0\0\0", 8 };

    buf_append_char(reply, SOCKS_VERSION);
    buf_append_char(reply, (char)code);
    buf_append(reply, rest);
}

static enum talk_step judge_request(struct proxy_talk *talk, struct buf *reply)
{
    size_t length = 4 + address_bytes(talk);

    if (talk->bytes.len < 5)
        return TALK_MORE;
    if (length == 4 || byte_at(talk, 1) != SOCKS_CONNECT) {
        put_socks_answer(length == 4 ? 8 : 7, reply);
        return TALK_REFUSED;
    }
    if (talk->bytes.len < length)
        return TALK_MORE;
    read_target(talk, length);
    consume(talk, length);
    return TALK_CONNECT;
}

static enum talk_step talk_socks(struct proxy_talk *talk, struct str *bytes,
                                 struct buf *reply)
{
    enum talk_step step = TALK_CONNECT;
    enum talk_phase phase;

    buf_append(&talk->bytes, *bytes);
    *bytes = STR("");
    do {
        phase = talk->phase;
        step = phase == TALK_SOCKS_METHODS    ? judge_methods(talk, reply)
               : phase == TALK_SOCKS_PASSWORD ? judge_password(talk, reply)
                                              : judge_request(talk, reply);
    } while (step == TALK_CONNECT && phase != TALK_SOCKS_REQUEST);
    return step;
}

enum talk_step proxy_talk(struct proxy_talk *talk, struct str *bytes,
                          struct buf *reply)
{
    if (bytes->len == 0)
        return TALK_MORE;
    if (talk->phase == TALK_FIRST)
        talk->phase = bytes->at[0] == SOCKS_VERSION ? TALK_SOCKS_METHODS
                                                    : TALK_HTTP;
    return talk->phase == TALK_HTTP ? talk_http(talk, bytes, reply)
                                    : talk_socks(talk, bytes, reply);
}

void proxy_talk_answer(const struct proxy_talk *talk, int status,
                       struct buf *reply)
{
    struct http_head head = { .status = status,
                              .length = status == 200 ? BODY_NONE : 0,
                              .keep_alive = status == 200 };

    if (talk->phase == TALK_HTTP)
        http_write_head(&head, reply);
    else
        put_socks_answer(status == 200 ? 0 : status == 403 ? 2 : 5, reply);
}

void proxy_talk_release(struct proxy_talk *talk)
{
    http_release(&talk->http);
    buf_release(&talk->bytes);
}
