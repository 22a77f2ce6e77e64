/* Tables from numbers to classes and words (protocol.md 1.3, 1.8). */
#include "ws_end.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "words.h"

struct meaning {
    int first, last;
    enum net_end_class end_class;
    const char *words;
};

static const struct meaning statuses[] = {
    { 300, 399, NET_END_REFUSED, "the server points elsewhere" },
    { 400, 400, NET_END_REFUSED, "the server does not take the request" },
    { 401, 401, NET_END_REFUSED, "the server refuses the key" },
    { 403, 403, NET_END_REFUSED,
      "the server forbids it: key, region or a firewall" },
    { 404, 405, NET_END_UNSUPPORTED, "no WebSocket at this address" },
    { 407, 407, NET_END_REFUSED, "the proxy wants a login" },
    { 408, 408, NET_END_LOST, "the server waited too long" },
    { 425, 425, NET_END_LOST, "the server wants it later" },
    { 426, 426, NET_END_UNSUPPORTED, "the server wants HTTP, not a WebSocket" },
    { 429, 429, NET_END_LOST, "too many requests" },
    { 501, 501, NET_END_UNSUPPORTED, "no WebSocket at this address" },
    { 500, 599, NET_END_LOST, "the server has a fault" },
    { 0, 999, NET_END_REFUSED, "the answer is none to a WebSocket" },
};

static const struct meaning codes[] = {
    { 1000, 1000, NET_END_NORMAL, "the server closed the connection" },
    { 1001, 1001, NET_END_NORMAL, "the server goes away" },
    // libwebsockets 4.1 rewrites 1012 to 1014, which the field is full of, to
    // 1002 before anybody sees them; else that would be a fault of ours.
    { 1002, 1002, NET_END_LOST,
      "the server restarts, is busy, or saw a protocol fault" },
    { 1003, 1003, NET_END_PROTOCOL, "the server does not take such data" },
    { 1005, 1006, NET_END_LOST, "the server closed without a word" },
    { 1007, 1007, NET_END_PROTOCOL, "the server saw malformed text" },
    { 1008, 1008, NET_END_REFUSED, "the server refuses by its policy" },
    { 1009, 1009, NET_END_TOO_BIG, "the message is too big for the server" },
    { 1010, 1010, NET_END_PROTOCOL, "the server wants an extension" },
    { 1011, 1011, NET_END_LOST, "the server has a fault" },
    { 1012, 1012, NET_END_LOST, "the server restarts" },
    { 1013, 1014, NET_END_LOST, "the server is busy" },
    { 3000, 4999, NET_END_LOST, "the server closed the connection" },
    { 0, 65535, NET_END_PROTOCOL, "the server closed with an odd code" },
};

static const struct meaning *find(const struct meaning *table, int number)
{
    while (number < table->first || number > table->last)
        table++; // the last row takes all
    return table;
}

struct ws_end ws_end_make(enum net_end_class end_class, int code,
                          const char *format, ...)
{
    struct ws_end end = { .end_class = end_class, .code = code };
    va_list args;

    va_start(args, format);
    words_format(end.text, sizeof(end.text), format, args);
    va_end(args);
    return end;
}

static struct ws_end of_status(const struct link_end *end, struct str where)
{
    const struct meaning *meaning = find(statuses, end->number);
    const char *location = end->text;

    return ws_end_make(meaning->end_class, end->number,
                       "%.*s: %s%s%s (HTTP %d)", STR_ARG(where), meaning->words,
                       *location ? ", which is not followed: " : "", location,
                       end->number);
}

static struct ws_end of_code(const struct link_end *end, struct str where)
{
    const struct meaning *meaning = find(codes, end->number);

    return ws_end_make(meaning->end_class, end->number, "%.*s: %s (%d)%s%s",
                       STR_ARG(where), meaning->words, end->number,
                       *end->text ? ": " : "", end->text);
}

static struct ws_end of_connect(const struct link_end *end, struct str where)
{
    return ws_end_make(NET_END_LOST, 0, "%.*s: cannot connect%s%s",
                       STR_ARG(where), end->number ? ": " : "",
                       end->number ? strerror(end->number) : "");
}

static struct ws_end of_certificate(const struct link_end *end,
                                    struct str where)
{
    return ws_end_make(NET_END_TLS, 0,
                       "%.*s: %s; a CA of your own is set with caFile",
                       STR_ARG(where), end->text);
}

// Kinds that need no more than a sentence.
static struct ws_end of_words(const struct link_end *end, struct str where,
                              enum net_end_class end_class, const char *words)
{
    return ws_end_make(end_class, 0, "%.*s: %s%s%s%s", STR_ARG(where), words,
                       *end->text ? " (" : "", end->text,
                       *end->text ? ")" : "");
}

// What came was cut short, or is too long or too odd for a head.
static struct ws_end of_head(const struct link_end *end, struct str where)
{
    bool is_odd = strstr(end->text, "parsing") != NULL;

    return is_odd ? of_words(end, where, NET_END_PROTOCOL,
                             "the head of the answer is too big or malformed")
                  : of_words(end, where, NET_END_LOST, "no answer in HTTP");
}

static struct ws_end translate(const struct link_end *end, struct str where)
{
    switch (end->kind) {
    case LINK_END_SETUP:
        return ws_end_make(NET_END_REFUSED, 0, "%s", end->text);
    case LINK_END_FILES: return ws_end_make(NET_END_TLS, 0, "%s", end->text);
    case LINK_END_CONNECT: return of_connect(end, where);
    case LINK_END_PROXY:
        return of_words(end, where, NET_END_REFUSED,
                        "the proxy does not let the connection through");
    case LINK_END_CERT: return of_certificate(end, where);
    case LINK_END_TLS:
        return of_words(end, where, NET_END_LOST, "no TLS handshake");
    case LINK_END_HTTP: return of_status(end, where);
    case LINK_END_HANDSHAKE:
        return of_words(end, where, NET_END_PROTOCOL,
                        "this is no WebSocket server");
    case LINK_END_EARLY: return of_head(end, where);
    case LINK_END_CLOSE: return of_code(end, where);
    case LINK_END_CUT:
        return ws_end_make(NET_END_LOST, 1006, "%.*s: the connection was cut",
                           STR_ARG(where));
    case LINK_END_SILENT:
        return ws_end_make(NET_END_LOST, 1006,
                           "%.*s: no sign of life for %d seconds",
                           STR_ARG(where), end->number);
    case LINK_END_FRAMES:
        return ws_end_make(NET_END_PROTOCOL, 1002,
                           "%.*s: the server breaks the WebSocket protocol",
                           STR_ARG(where));
    }
    return ws_end_make(NET_END_LOST, 0, "%.*s", STR_ARG(where));
}

struct ws_end ws_end_of_link(const struct link_end *end, struct str where)
{
    struct ws_end result = translate(end, where);

    result.retry_after_s = end->retry_after_s;
    return result;
}

struct link_end ws_end_of_frame(struct str body)
{
    const unsigned char *code = (const unsigned char *)body.at;
    struct str reason = str_skip(body, 2);
    struct link_end end = { .kind = LINK_END_CLOSE, .number = 1005 };

    if (body.len == 1)
        end.kind = LINK_END_FRAMES; // RFC 6455 5.5.1: two bytes or none
    if (body.len >= 2)
        end.number = code[0] << 8 | code[1];
    snprintf(end.text, sizeof(end.text), "%.*s", STR_ARG(reason));
    return end;
}

static enum link_end_kind kind_of_failure(const struct link_facts *facts,
                                          struct str words)
{
    if (!facts->connected)
        return LINK_END_CONNECT;
    if (facts->proxied && str_starts_with(words, STR("proxy")))
        return LINK_END_PROXY;
    if (*facts->cert_fault)
        return LINK_END_CERT;
    if (facts->tls && !facts->tls_up)
        return LINK_END_TLS;
    if (facts->http_status == 0)
        return LINK_END_EARLY;
    return facts->http_status == 101 ? LINK_END_HANDSHAKE : LINK_END_HTTP;
}

struct link_end ws_end_of_failure(const struct link_facts *facts,
                                  struct str words)
{
    struct link_end end = { .kind = kind_of_failure(facts, words),
                            .number = facts->http_status,
                            .retry_after_s = facts->retry_after_s };

    if (end.kind == LINK_END_CONNECT)
        end.number = facts->socket_errno;
    if (end.kind == LINK_END_CERT)
        words = str_from(facts->cert_fault);
    if (end.kind == LINK_END_HTTP)
        words = str_from(facts->location);
    snprintf(end.text, sizeof(end.text), "%.*s", STR_ARG(words));
    return end;
}
