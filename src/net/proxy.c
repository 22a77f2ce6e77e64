/* The login is split off first, so that no error text can show it. */
#include "proxy.h"

#include <stdio.h>
#include <string.h>

#include "kerf/net/url.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool is_text(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] < ' ' || s.at[i] == 0x7f)
            return false;
    return true;
}

static bool undo_percent(struct arena *arena, struct str text, struct str *out)
{
    char *at = arena_alloc(arena, text.len + 1);
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        at[len] = text.at[i];
        if (text.at[i] == '%') {
            int high = i + 2 < text.len ? hex_value(text.at[i + 1]) : -1;
            int low = high >= 0 ? hex_value(text.at[i + 2]) : -1;
            if (low < 0)
                return false;
            at[len] = (char)(high * 16 + low);
            i += 2;
        }
        len++;
    }
    *out = (struct str){ at, len };
    return true;
}

static bool read_login(struct arena *arena, struct str text,
                       struct proxy *proxy, struct error *err)
{
    size_t colon = str_find_char(text, ':');
    struct str password = colon < text.len ? str_skip(text, colon + 1)
                                           : STR("");

    if (!undo_percent(arena, str_take(text, colon), &proxy->user)
        || !undo_percent(arena, password, &proxy->password))
        return error_set(err, ERROR_USAGE,
                         "the login of the proxy has a \"%%\" without two "
                         "digits");
    if (str_find_char(proxy->user, ':') != SIZE_MAX)
        return error_set(err, ERROR_USAGE,
                         "the user name of the proxy has a colon");
    if (!is_text(proxy->user) || !is_text(proxy->password))
        return error_set(err, ERROR_USAGE,
                         "the login of the proxy has a control character");
    proxy->has_login = true;
    return true;
}

static const struct scheme {
    const char *name;
    unsigned port; // the usual one
} schemes[] = {
    { "http", 80 },     { "https", 443 },    { "socks5h", 1080 },
    { "socks5", 1080 }, { "socks4a", 1080 }, { "socks4", 1080 },
};

// Takes "scheme://" off `*text`; without one it is http.
static const struct scheme *take_scheme(struct str *text)
{
    size_t end = str_find(*text, STR("://"));

    if (end == SIZE_MAX)
        return &schemes[0];
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        if (str_is(str_take(*text, end), schemes[i].name)) {
            *text = str_skip(*text, end + 3);
            return &schemes[i];
        }
    return NULL;
}

static bool has_port(struct str text)
{
    size_t bracket = str_rfind_char(text, ']');
    size_t colon = str_rfind_char(text, ':');

    return colon != SIZE_MAX && (bracket == SIZE_MAX || colon > bracket);
}

static bool read_host(struct arena *arena, struct str text,
                      const struct scheme *scheme, struct proxy *proxy,
                      struct error *err)
{
    struct url url;

    if (!url_parse(arena, arena_printf(arena, "http://%.*s", STR_ARG(text)),
                   &url, err))
        return error_prefix(err, "proxy");
    proxy->host = url.host;
    proxy->port = has_port(text) ? url.port : scheme->port;
    return true;
}

bool proxy_parse(struct arena *arena, struct str text, struct proxy *proxy,
                 struct error *err)
{
    struct proxy read = { .port = 0 };
    const struct scheme *scheme = take_scheme(&text);

    if (!scheme)
        return error_set(err, ERROR_USAGE,
                         "a proxy begins with http://, https:// or socks5h://");
    read.scheme = str_from(scheme->name);
    size_t at = str_rfind_char(text, '@');
    if (at != SIZE_MAX) {
        if (!read_login(arena, str_take(text, at), &read, err))
            return false;
        text = str_skip(text, at + 1);
    }
    if (!read_host(arena, text, scheme, &read, err))
        return false;
    *proxy = read;
    return true;
}

void proxy_line(char line[PROXY_LINE_BYTES], const char *login,
                const char *address, unsigned port)
{
    bool v6 = strchr(address, ':') != NULL;

    snprintf(line, PROXY_LINE_BYTES, "%s%s%s%s%s:%u", login, *login ? "@" : "",
             v6 ? "[" : "", address, v6 ? "]" : "", port);
}
