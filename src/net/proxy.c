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
    if (!undo_percent(arena, text, &proxy->login))
        return error_set(err, ERROR_USAGE,
                         "the login of the proxy has a \"%%\" without two "
                         "digits");
    if (proxy->login.len > LIMIT_PROXY_LOGIN_BYTES)
        return error_set(err, ERROR_USAGE,
                         "the login of the proxy has more than %d bytes",
                         LIMIT_PROXY_LOGIN_BYTES);
    return true;
}

bool proxy_parse(struct arena *arena, struct str text, struct proxy *proxy,
                 struct error *err)
{
    struct proxy read = { .port = 0 };
    struct url url;

    if (str_starts_with(text, STR("https://"))
        || str_starts_with(text, STR("socks")))
        return error_set(err, ERROR_USAGE,
                         "only a proxy that begins with http:// can be used");
    if (str_starts_with(text, STR("http://")))
        text = str_skip(text, STR("http://").len);
    size_t at = str_rfind_char(text, '@');
    if (at != SIZE_MAX) {
        if (!read_login(arena, str_take(text, at), &read, err))
            return false;
        text = str_skip(text, at + 1);
    }
    text = arena_printf(arena, "http://%.*s", STR_ARG(text));
    if (!url_parse(arena, text, &url, err))
        return error_prefix(err, "proxy");
    read.host = url.host;
    read.port = url.port;
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
