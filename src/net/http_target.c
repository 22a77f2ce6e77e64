/* From options to strings as libcurl wants them. Nothing that could end a
 * header or a line of the request comes through. */
#include "http_target.h"

#include <stdio.h>
#include <string.h>

#include "kerf/net/url.h"

#include "proxy.h"

#define LIMIT_HEADER_BYTES 16384

static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < ' ' || s.at[i] > '~')
            return false;
    return s.len <= LIMIT_HEADER_BYTES;
}

static bool is_header_name(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] <= ' ' || s.at[i] > '~' || s.at[i] == ':')
            return false;
    return s.len > 0;
}

// --- headers -----------------------------------------------------------------

// The list is our own memory: libcurl only reads it. "Name:" without a value
// leaves out what libcurl would send.
static char *add_line(struct arena *arena, struct http_target *target,
                      const char *begin, struct str value)
{
    struct curl_slist *node = arena_alloc(arena, sizeof(*node));
    size_t size = strlen(begin) + value.len + 1;

    node->data = arena_alloc(arena, size);
    snprintf(node->data, size, "%s%.*s", begin, STR_ARG(value));
    node->next = target->headers;
    target->headers = node;
    return node->data;
}

static bool take_others(struct arena *arena, const struct http_options *options,
                        struct http_target *target, struct error *err)
{
    for (size_t i = 0; i < options->header_count; i++) {
        const struct http_header *header = &options->headers[i];
        if (!is_header_name(header->name) || !is_plain(header->value))
            return error_set(err, ERROR_USAGE,
                             "a header is too long or holds a special "
                             "character");
        struct str begin = arena_printf(arena, "%.*s: ", STR_ARG(header->name));
        if (header->value.len > 0)
            add_line(arena, target, begin.at, header->value);
    }
    return true;
}

static struct str accept_of(enum http_accept accept)
{
    switch (accept) {
    case HTTP_ACCEPT_ANY: return STR("*/*");
    case HTTP_ACCEPT_JSON: return STR("application/json");
    case HTTP_ACCEPT_STREAM: return STR("text/event-stream");
    }
    return STR("*/*");
}

static bool take_headers(struct arena *arena,
                         const struct http_options *options,
                         struct http_target *target, struct error *err)
{
    if (!is_plain(options->bearer))
        return error_set(err, ERROR_USAGE,
                         "the key is too long or holds a character that no "
                         "header takes");
    if (!is_plain(options->user_agent))
        return error_set(err, ERROR_USAGE, "the user agent cannot be sent");
    if (!take_others(arena, options, target, err))
        return false;
    add_line(arena, target, "Expect:", STR(""));
    add_line(arena, target, "Accept: ", accept_of(options->accept));
    if (options->method == HTTP_POST)
        add_line(arena, target, "Content-Type: ", STR("application/json"));
    if (options->user_agent.len > 0)
        add_line(arena, target, "User-Agent: ", options->user_agent);
    if (options->bearer.len > 0)
        target->key =
            add_line(arena, target, "Authorization: Bearer ", options->bearer);
    return true;
}

// --- address -----------------------------------------------------------------

static bool take_path(const struct http_options *options, struct error *err)
{
    struct str path = options->path;

    for (size_t i = 0; i < path.len; i++)
        if (path.at[i] <= ' ' || path.at[i] > '~' || path.at[i] == '#')
            return error_set(err, ERROR_USAGE,
                             "a path has neither blanks nor special "
                             "characters");
    if (path.len > 0 && path.at[0] != '/')
        return error_set(err, ERROR_USAGE, "a path begins with \"/\"");
    return true;
}

static void take_host(struct arena *arena, const struct url *url,
                      struct str path, struct http_target *target)
{
    bool v6 = str_find_char(url->host, ':') != SIZE_MAX;

    target->where = arena_printf(arena, "%s%.*s%s:%u", v6 ? "[" : "",
                                 STR_ARG(url->host), v6 ? "]" : "", url->port);
    target->url =
        arena_printf(arena, "%s://%.*s%.*s%.*s", url->tls ? "https" : "http",
                     STR_ARG(target->where), STR_ARG(url->path), STR_ARG(path))
            .at;
}

static void take_socket(struct arena *arena, const struct url *url,
                        struct str path, struct http_target *target)
{
    target->where = url->host;
    target->unix_path = arena_cstr(arena, url->host);
    target->url = arena_printf(arena, "http://localhost%.*s%.*s",
                               STR_ARG(url->path), STR_ARG(path))
                      .at;
}

static bool take_url(struct arena *arena, const struct http_options *options,
                     struct http_target *target, struct error *err)
{
    struct url url;

    if (!url_parse(arena, options->url, &url, err) || !take_path(options, err))
        return false;
    if (url.path.len == 1 && options->path.len > 0)
        url.path.len = 0;
    target->tls = url.tls;
    if (url.is_unix)
        take_socket(arena, &url, options->path, target);
    else
        take_host(arena, &url, options->path, target);
    return true;
}

// --- access ------------------------------------------------------------------

static void set_proxy(struct arena *arena, const struct proxy *proxy,
                      struct http_target *target)
{
    bool v6 = str_find_char(proxy->host, ':') != SIZE_MAX;
    struct str at = arena_printf(arena, "%s%.*s%s:%u", v6 ? "[" : "",
                                 STR_ARG(proxy->host), v6 ? "]" : "",
                                 proxy->port);

    target->proxy =
        arena_printf(arena, "%.*s://%.*s", STR_ARG(proxy->scheme), STR_ARG(at))
            .at;
    if (proxy->has_login) {
        target->proxy_user = arena_cstr(arena, proxy->user);
        target->proxy_password = arena_cstr(arena, proxy->password);
    }
    target->where = arena_printf(arena, "%.*s by way of %.*s",
                                 STR_ARG(target->where), STR_ARG(at));
}

static const char *path_or_null(struct arena *arena, struct str path)
{
    return path.len > 0 ? arena_cstr(arena, path) : NULL;
}

static bool take_access(struct arena *arena, const struct net_access *access,
                        struct http_target *target, struct error *err)
{
    struct proxy proxy;

    if (target->tls) {
        target->ca_file = path_or_null(arena, access->ca_file);
        target->client_cert = path_or_null(arena, access->client_cert);
        target->client_key = path_or_null(arena, access->client_key);
    }
    if (access->proxy.len == 0 || target->unix_path)
        return true;
    if (!proxy_parse(arena, access->proxy, &proxy, err))
        return false;
    set_proxy(arena, &proxy, target);
    return true;
}

bool http_target_read(struct arena *arena, const struct http_options *options,
                      struct http_target *target, struct error *err)
{
    *target = (struct http_target){ .where = arena_copy(arena, options->url) };
    return take_headers(arena, options, target, err)
           && take_url(arena, options, target, err)
           && take_access(arena, &options->access, target, err);
}

uint64_t http_target_origin(const struct http_target *target)
{
    const char *const parts[] = { target->unix_path, target->ca_file,
                                  target->client_cert, target->client_key };
    uint64_t origin = str_hash(target->where, target->tls);

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        origin = str_hash(str_from(parts[i] ? parts[i] : ""), origin);
    return origin > 0 ? origin : 1;
}

static void wipe(char *text)
{
    if (text)
        explicit_bzero(text, strlen(text));
}

void http_target_wipe(struct http_target *target)
{
    wipe(target->key);
    wipe(target->proxy_password);
    target->key = NULL;
    target->proxy_password = NULL;
}
