/* From options to strings as the library wants them. */
#include "target.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "kerf/net/url.h"

#include "proxy.h"

#define LIMIT_HEADER_BYTES 16384
#define LIMIT_PROXY_LOGIN_BYTES 95 // what libwebsockets takes
#define ENDPOINT "/responses"      // protocol.md 1.1

enum header { HEADER_KEY, HEADER_USER_AGENT, HEADER_BETA };

// Nothing that could end a header and begin another.
static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < ' ' || s.at[i] > '~')
            return false;
    return s.len <= LIMIT_HEADER_BYTES;
}

static void take_key(struct target *target, struct str bearer)
{
    size_t size = sizeof("Bearer ") + bearer.len;

    if (bearer.len == 0)
        return;
    target->bearer = mem_alloc(size);
    snprintf(target->bearer, size, "Bearer %.*s", STR_ARG(bearer));
    target->options.headers[HEADER_KEY] =
        (struct link_header){ "Authorization:", { target->bearer, size - 1 } };
}

static bool take_headers(struct arena *arena, const struct ws_options *options,
                         struct target *target, struct error *err)
{
    struct link_header *headers = target->options.headers;

    if (!is_plain(options->bearer))
        return error_set(err, ERROR_USAGE,
                         "the key is too long or holds a character that no "
                         "header takes");
    if (!is_plain(options->user_agent) || !is_plain(options->beta))
        return error_set(err, ERROR_USAGE,
                         "a header is too long or holds a special character");
    take_key(target, options->bearer);
    headers[HEADER_USER_AGENT] =
        (struct link_header){ "User-Agent:",
                              arena_copy(arena, options->user_agent) };
    headers[HEADER_BETA] =
        (struct link_header){ "OpenAI-Beta:",
                              arena_copy(arena, options->beta) };
    return true;
}

static bool is_numeric(const char *host)
{
    struct in6_addr any;

    return inet_pton(AF_INET, host, &any) == 1
           || inet_pton(AF_INET6, host, &any) == 1;
}

static void take_host(struct arena *arena, const struct url *url,
                      struct target *target)
{
    bool v6 = str_find_char(url->host, ':') != SIZE_MAX;
    bool usual = url->port == (url->tls ? 443u : 80u);
    struct str host = arena_printf(arena, "%s%.*s%s", v6 ? "[" : "",
                                   STR_ARG(url->host), v6 ? "]" : "");

    target->where = arena_printf(arena, "%.*s:%u", STR_ARG(host), url->port);
    target->options.host = usual ? host.at : target->where.at;
    target->options.name = arena_cstr(arena, url->host);
    target->connect_to = target->options.name;
    target->needs_lookup = !is_numeric(target->options.name);
}

static void take_socket(struct arena *arena, const struct url *url,
                        struct target *target)
{
    target->where = url->host;
    target->options.host = target->options.name = "localhost";
    target->connect_to = arena_printf(arena, "+%.*s", STR_ARG(url->host)).at;
}

static bool take_url(struct arena *arena, const struct ws_options *options,
                     struct target *target, struct error *err)
{
    struct url url;

    if (!url_parse(arena, options->url, &url, err))
        return false;
    if (url.tls && str_find_char(url.host, ':') != SIZE_MAX)
        return error_set(err, ERROR_UNSUPPORTED,
                         "no WebSocket over TLS to a bare IPv6 address; use a "
                         "name, or transport = http");
    if (url.path.len == 1)
        url.path.len = 0;
    target->options.tls = url.tls;
    target->options.deflate = options->deflate;
    target->options.port = url.port;
    target->options.path =
        arena_printf(arena, "%.*s" ENDPOINT, STR_ARG(url.path)).at;
    target->options.files = (struct tls_files){
        .ca = arena_cstr(arena, options->access.ca_file),
        .client_cert = arena_cstr(arena, options->access.client_cert),
        .client_key = arena_cstr(arena, options->access.client_key),
    };
    if (url.is_unix)
        take_socket(arena, &url, target);
    else
        take_host(arena, &url, target);
    return true;
}

// What libwebsockets 4.1 can do.
static bool check_proxy(const struct proxy *proxy, struct str login,
                        struct error *err)
{
    if (!str_is(proxy->scheme, "http"))
        return error_set(err, ERROR_UNSUPPORTED,
                         "no WebSocket through a proxy of kind %.*s://; it "
                         "works with transport = http",
                         STR_ARG(proxy->scheme));
    if (login.len > LIMIT_PROXY_LOGIN_BYTES)
        return error_set(err, ERROR_UNSUPPORTED,
                         "no WebSocket through a proxy with a login of more "
                         "than %d bytes; it works with transport = http",
                         LIMIT_PROXY_LOGIN_BYTES);
    return true;
}

static bool take_proxy(struct arena *arena, const struct ws_options *options,
                       struct target *target, struct error *err)
{
    struct str text = options->access.proxy, login = STR("");
    struct proxy proxy;

    if (text.len == 0 || target->connect_to[0] == '+')
        return true;
    if (!proxy_parse(arena, text, &proxy, err))
        return false;
    if (proxy.has_login)
        login = arena_printf(arena, "%.*s:%.*s", STR_ARG(proxy.user),
                             STR_ARG(proxy.password));
    if (!check_proxy(&proxy, login, err))
        return false;
    target->options.proxy_login = arena_cstr(arena, login);
    target->options.proxy_port = proxy.port;
    target->connect_to = arena_cstr(arena, proxy.host);
    target->needs_lookup = !is_numeric(target->connect_to);
    target->where = arena_printf(arena, "%.*s by way of %s:%u",
                                 STR_ARG(target->where), target->connect_to,
                                 proxy.port);
    return true;
}

bool target_read(struct arena *arena, const struct ws_options *options,
                 struct target *target, struct error *err)
{
    *target = (struct target){ .where = arena_copy(arena, options->url) };
    return take_headers(arena, options, target, err)
           && take_url(arena, options, target, err)
           && take_proxy(arena, options, target, err);
}

void target_wipe_key(struct target *target)
{
    struct link_header *header = &target->options.headers[HEADER_KEY];

    if (target->bearer)
        explicit_bzero(target->bearer, header->value.len);
    free(target->bearer);
    target->bearer = NULL;
    header->value = (struct str){ NULL, 0 };
}

static int connect_errno(int family, const void *address, socklen_t size)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int number = 0;

    if (fd < 0)
        return errno;
    if (connect(fd, address, size) != 0 && errno != EINPROGRESS)
        number = errno;
    close(fd);
    return number;
}

int target_connect_errno(const struct target *target, const char *address)
{
    const struct link_options *options = &target->options;
    in_port_t port = htons((
        in_port_t)(options->proxy_login ? options->proxy_port : options->port));
    struct sockaddr_un local = { .sun_family = AF_UNIX };
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = port };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = port };

    if (*address == '+') {
        snprintf(local.sun_path, sizeof(local.sun_path), "%s", address + 1);
        return connect_errno(AF_UNIX, &local, sizeof(local));
    }
    if (inet_pton(AF_INET, address, &v4.sin_addr) == 1)
        return connect_errno(AF_INET, &v4, sizeof(v4));
    if (inet_pton(AF_INET6, address, &v6.sin6_addr) == 1)
        return connect_errno(AF_INET6, &v6, sizeof(v6));
    return 0;
}
