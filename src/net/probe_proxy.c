/*
 * How a proxy is asked for a way to the server: HTTP CONNECT (RFC 9110 9.3.6),
 * SOCKS5 (RFC 1928, 1929) or SOCKS4 with and without names. The "h" of socks5h
 * and the "a" of socks4a leave the name to the proxy; else it is looked up
 * here, as curl does it.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "kerf/base/base64.h"
#include "probe_journey.h"

#define SOCKS_LIMIT_TEXT 255 // a length is one byte
#define SOCKS5_PASSWORD 2
#define SOCKS4_GRANTED 0x5a

// --- HTTP --------------------------------------------------------------------

static void write_connect(struct journey *j, struct buf *out)
{
    struct str to = probe_authority(j);

    buf_printf(out, "CONNECT %.*s HTTP/1.1\r\nHost: %.*s\r\n", STR_ARG(to),
               STR_ARG(to));
    if (j->proxy.has_login) {
        struct str login = arena_printf(&j->arena, "%.*s:%.*s",
                                        STR_ARG(j->proxy.user),
                                        STR_ARG(j->proxy.password));
        buf_append(out, STR("Proxy-Authorization: Basic "));
        base64_encode(out, login);
        buf_append(out, STR("\r\n"));
    }
    buf_append(out, STR("\r\n"));
}

static bool pass_http(struct journey *j, char *text, size_t size)
{
    struct buf out = { 0 };

    write_connect(j, &out);
    if (!probe_send_wiped(j, &out)) {
        snprintf(text, size, "the proxy takes nothing");
        return false;
    }
    size_t end = probe_read_head(j, text, size);
    if (end == 0)
        return false;
    probe_show_head(buf_str(&j->head), text, size);
    return probe_status_of(buf_str(&j->head)) == 200;
}

// --- SOCKS -------------------------------------------------------------------

static bool read_exactly(struct journey *j, unsigned char *bytes, size_t count,
                         char *text, size_t size)
{
    size_t got = 0;

    while (got < count) {
        int n = line_read(&j->line, (char *)bytes + got, count - got);
        if (n <= 0) {
            snprintf(text, size, "%s",
                     n == 0 ? "the proxy closed without an answer"
                            : "the proxy gave no answer in time");
            return false;
        }
        got += (size_t)n;
    }
    return true;
}

static bool ask(struct journey *j, struct buf *out, unsigned char *answer,
                size_t count, char *text, size_t size)
{
    if (probe_send_wiped(j, out))
        return read_exactly(j, answer, count, text, size);
    snprintf(text, size, "the proxy takes nothing");
    return false;
}

static void put_port(struct journey *j, struct buf *out)
{
    buf_append_char(out, (char)(j->url.port >> 8));
    buf_append_char(out, (char)j->url.port);
}

static void put_text(struct str s, struct buf *out)
{
    s = str_take(s, SOCKS_LIMIT_TEXT);
    buf_append_char(out, (char)s.len);
    buf_append(out, s);
}

static bool log_in(struct journey *j, char *text, size_t size)
{
    struct buf out = { 0 };
    unsigned char answer[2];

    buf_append_char(&out, 1);
    put_text(j->proxy.user, &out);
    put_text(j->proxy.password, &out);
    if (!ask(j, &out, answer, sizeof(answer), text, size))
        return false;
    if (answer[1] != 0)
        snprintf(text, size, "SOCKS5: the proxy refuses the login");
    return answer[1] == 0;
}

// Which way of logging in.
static bool greet(struct journey *j, char *text, size_t size)
{
    struct buf out = { 0 };
    unsigned char answer[2];

    buf_append(&out, j->proxy.has_login ? STR("\5\2\0\2") : STR("\5\1\0"));
    if (!ask(j, &out, answer, sizeof(answer), text, size))
        return false;
    if (answer[0] == 5 && answer[1] == SOCKS5_PASSWORD && j->proxy.has_login)
        return log_in(j, text, size);
    if (answer[0] == 5 && answer[1] == 0)
        return true;
    snprintf(text, size, "%s",
             answer[0] != 5       ? "this is no SOCKS5 proxy"
             : j->proxy.has_login ? "SOCKS5: the proxy takes no password"
                                  : "SOCKS5: the proxy wants a login");
    return false;
}

// An address in binary as SOCKS5 has it, or the name for the proxy to resolve.
static bool put_address(struct journey *j, struct buf *out, char *text,
                        size_t size)
{
    bool by_proxy = str_is(j->proxy.scheme, "socks5h");
    struct in_addr v4;
    struct in6_addr v6;

    if (!by_proxy && !probe_look_up(j, j->url.host, text, size))
        return false;
    const char *host = by_proxy ? arena_cstr(&j->arena, j->url.host)
                                : j->answer.at[0].text;
    if (inet_pton(AF_INET, host, &v4) == 1) {
        buf_append_char(out, 1);
        buf_append(out, (struct str){ (const char *)&v4, sizeof(v4) });
    } else if (inet_pton(AF_INET6, host, &v6) == 1) {
        buf_append_char(out, 4);
        buf_append(out, (struct str){ (const char *)&v6, sizeof(v6) });
    } else {
        buf_append_char(out, 3);
        put_text(j->url.host, out);
    }
    return true;
}

static const char *socks5_words(unsigned code)
{
    static const char *const words[] = {
        "the way is open",
        "the proxy failed",
        "its rules forbid it",
        "no such network",
        "no such host",
        "the server refuses the connection",
        "it took too long",
        "the proxy cannot connect",
        "such addresses are not known",
    };

    return code < sizeof(words) / sizeof(words[0]) ? words[code]
                                                   : "an unknown answer";
}

// Reads the answer to the end: the tunnel begins behind it.
static bool read_way(struct journey *j, const unsigned char head[5], char *text,
                     size_t size)
{
    unsigned char rest[SOCKS_LIMIT_TEXT + 2];
    size_t address = head[3] == 1 ? 4 : head[3] == 4 ? 16 : (size_t)head[4] + 1;

    if (head[0] != 5 || head[1] != 0) {
        snprintf(text, size, "SOCKS5: %s",
                 head[0] == 5 ? socks5_words(head[1]) : "an unknown answer");
        return false;
    }
    if (!read_exactly(j, rest, address - 1 + 2, text, size))
        return false;
    snprintf(text, size, "SOCKS5: %s", socks5_words(0));
    return true;
}

static bool pass_socks5(struct journey *j, char *text, size_t size)
{
    struct buf out = { 0 };
    unsigned char head[5];

    if (!greet(j, text, size))
        return false;
    buf_append(&out, STR("\5\1\0"));
    if (!put_address(j, &out, text, size)) {
        buf_release(&out);
        return false;
    }
    put_port(j, &out);
    return ask(j, &out, head, sizeof(head), text, size)
           && read_way(j, head, text, size);
}

static bool pass_socks4(struct journey *j, char *text, size_t size)
{
    bool by_proxy = str_is(j->proxy.scheme, "socks4a");
    struct in_addr v4 = { .s_addr = htonl(1) }; // 0.0.0.1: a name follows
    struct buf out = { 0 };
    unsigned char answer[8];

    if (!by_proxy && !probe_look_up(j, j->url.host, text, size))
        return false;
    if (!by_proxy && inet_pton(AF_INET, j->answer.at[0].text, &v4) != 1) {
        snprintf(text, size, "SOCKS4 knows no IPv6 addresses");
        return false;
    }
    buf_append(&out, STR("\4\1"));
    put_port(j, &out);
    buf_append(&out, (struct str){ (const char *)&v4, sizeof(v4) });
    buf_append(&out, str_take(j->proxy.user, SOCKS_LIMIT_TEXT));
    buf_append_char(&out, '\0');
    if (by_proxy) {
        buf_append(&out, str_take(j->url.host, SOCKS_LIMIT_TEXT));
        buf_append_char(&out, '\0');
    }
    if (!ask(j, &out, answer, sizeof(answer), text, size))
        return false;
    bool open = answer[0] == 0 && answer[1] == SOCKS4_GRANTED;
    snprintf(text, size, "SOCKS4: %s",
             open ? socks5_words(0) : "the proxy refuses, or cannot connect");
    return open;
}

bool probe_pass_proxy(struct journey *j, char *text, size_t size)
{
    if (str_starts_with(j->proxy.scheme, STR("socks5")))
        return pass_socks5(j, text, size);
    if (str_starts_with(j->proxy.scheme, STR("socks4")))
        return pass_socks4(j, text, size);
    return pass_http(j, text, size);
}
