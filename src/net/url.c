/*
 * A strict reader of the few URL forms that name a backend. What is not plainly
 * one of them is an error: a key is sent to where this points.
 */
#include "kerf/net/url.h"

#include <arpa/inet.h>

#define HTTP_PORT 80
#define HTTPS_PORT 443
#define MAX_PORT 65535

struct scheme {
    struct str prefix;
    bool tls, is_unix;
};

static const struct scheme schemes[] = {
    { { "https://", 8 }, true, false }, { { "http://", 7 }, false, false },
    { { "wss://", 6 }, true, false },   { { "ws://", 5 }, false, false },
    { { "unix:", 5 }, false, true },
};

static const struct scheme *find_scheme(struct str text)
{
    for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
        if (str_starts_with(text, schemes[i].prefix))
            return &schemes[i];
    return NULL;
}

static bool is_printable(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] <= ' ' || s.at[i] > '~')
            return false;
    return true;
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

static bool is_host_name(struct str host)
{
    for (size_t i = 0; i < host.len; i++)
        if (!is_name_char(host.at[i]))
            return false;
    return host.len > 0 && host.at[0] != '-';
}

static bool is_ipv6(struct str host)
{
    char text[INET6_ADDRSTRLEN] = "";
    struct in6_addr address;

    if (host.len >= sizeof(text))
        return false;
    for (size_t i = 0; i < host.len; i++)
        text[i] = host.at[i];
    return inet_pton(AF_INET6, text, &address) == 1;
}

static bool read_port(struct str text, unsigned *port, struct error *err)
{
    uint64_t number;

    if (!str_to_u64(text, &number) || number == 0 || number > MAX_PORT)
        return error_set(err, ERROR_USAGE, "\"%.*s\" is no port",
                         STR_ARG(text));
    *port = (unsigned)number;
    return true;
}

// Takes "host", "host:port", "[address]" or "[address]:port" apart.
static bool read_authority(struct str text, struct str *host, unsigned *port,
                           struct error *err)
{
    bool bracket = text.len > 0 && text.at[0] == '[';
    size_t end = str_find_char(text, bracket ? ']' : ':');
    struct str rest = str_skip(text, bracket && end < text.len ? end + 1 : end);

    *host = str_take(bracket ? str_skip(text, 1) : text,
                     bracket && end < text.len ? end - 1 : end);
    if (bracket ? end > text.len || !is_ipv6(*host) : !is_host_name(*host))
        return error_set(err, ERROR_USAGE, "\"%.*s\" is no host name",
                         STR_ARG(text));
    if (host->len > LIMIT_HOST_BYTES)
        return error_set(err, ERROR_USAGE, "the host name is too long");
    if (rest.len == 0)
        return true;
    if (rest.at[0] != ':')
        return error_set(err, ERROR_USAGE, "\"%.*s\" is no port",
                         STR_ARG(rest));
    return read_port(str_skip(rest, 1), port, err);
}

static bool read_network(struct str rest, struct url *url, struct error *err)
{
    size_t slash = str_find_char(rest, '/');

    if (str_find_char(str_take(rest, slash), '@') != SIZE_MAX)
        return error_set(err, ERROR_USAGE,
                         "a user name does not belong here; keys have an "
                         "option of their own");
    if (str_find_char(rest, '?') != SIZE_MAX
        || str_find_char(rest, '#') != SIZE_MAX)
        return error_set(err, ERROR_USAGE, "a base URL has no \"?\" or \"#\"");
    url->port = url->tls ? HTTPS_PORT : HTTP_PORT;
    if (!read_authority(str_take(rest, slash), &url->host, &url->port, err))
        return false;
    url->path = str_skip(rest, slash);
    while (url->path.len > 1 && str_ends_with(url->path, STR("/")))
        url->path.len--;
    if (url->path.len == 0)
        url->path = STR("/");
    return true;
}

static bool read_unix(struct str rest, struct url *url, struct error *err)
{
    if (rest.len == 0 || rest.at[0] != '/')
        return error_set(err, ERROR_USAGE,
                         "unix: wants the absolute path of a socket");
    if (rest.len > LIMIT_UNIX_PATH_BYTES)
        return error_set(err, ERROR_USAGE,
                         "the path of a socket has at most %d bytes",
                         LIMIT_UNIX_PATH_BYTES);
    url->is_unix = true;
    url->host = rest;
    url->port = 0;
    url->path = STR(URL_UNIX_BASE);
    return true;
}

bool url_parse(struct arena *arena, struct str text, struct url *url,
               struct error *err)
{
    const struct scheme *scheme = find_scheme(text);
    struct url read = { .tls = false };

    if (text.len > LIMIT_URL_BYTES)
        return error_set(err, ERROR_USAGE, "the URL is too long");
    if (!is_printable(text))
        return error_set(err, ERROR_USAGE,
                         "a URL has neither blanks nor special characters");
    if (!scheme)
        return error_set(err, ERROR_USAGE,
                         "\"%.*s\" begins with none of https:// http:// "
                         "wss:// ws:// unix:",
                         STR_ARG(text));
    struct str rest = str_skip(text, scheme->prefix.len);
    read.tls = scheme->tls;
    if (scheme->is_unix ? !read_unix(rest, &read, err)
                        : !read_network(rest, &read, err))
        return false;
    read.host = arena_copy(arena, read.host);
    read.path = arena_copy(arena, read.path);
    *url = read;
    return true;
}
