/*
 * The rules of curl and of Go's net/http, which agree where it matters. What
 * no_proxy lists is compared as addresses where both sides are addresses, as
 * names otherwise.
 */
#include "kerf/net/route.h"

#include <arpa/inet.h>
#include <string.h>

#include "kerf/base/env.h"
#include "kerf/config/config.h"
#include "kerf/net/url.h"

// --- addresses ---------------------------------------------------------------

struct ip {
    unsigned char bytes[16];
    unsigned bits; // 32, 128, or 0: it is no address
};

static struct ip read_ip(struct str text)
{
    struct ip ip = { .bits = 0 };
    char copy[INET6_ADDRSTRLEN];

    if (text.len == 0 || text.len >= sizeof(copy))
        return ip;
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET, copy, ip.bytes) == 1)
        ip.bits = 32;
    else if (inet_pton(AF_INET6, copy, ip.bytes) == 1)
        ip.bits = 128;
    return ip;
}

static bool first_bits_are_equal(const struct ip *a, const struct ip *b,
                                 unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;

    if (a->bits != b->bits || memcmp(a->bytes, b->bytes, whole) != 0)
        return false;
    return rest == 0 || (a->bytes[whole] ^ b->bytes[whole]) >> (8 - rest) == 0;
}

static bool is_in_range(struct str range, const struct ip *host)
{
    size_t slash = str_find_char(range, '/');
    struct ip base = read_ip(str_take(range, slash));
    uint64_t bits = base.bits;

    if (base.bits == 0 || host->bits == 0)
        return false;
    if (slash != SIZE_MAX
        && (!str_to_u64(str_skip(range, slash + 1), &bits) || bits > base.bits))
        return false;
    return first_bits_are_equal(&base, host, (unsigned)bits);
}

// --- names -------------------------------------------------------------------

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_name(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.at[i]) != lower(b.at[i]))
            return false;
    return true;
}

static struct str without_last_dot(struct str name)
{
    return str_take(name, name.len - str_ends_with(name, STR(".")));
}

// Whether `host` is `name` or lies below it.
static bool is_below(struct str host, struct str name)
{
    host = without_last_dot(host);
    name = without_last_dot(name);
    if (name.len == 0 || host.len < name.len)
        return false;
    size_t above = host.len - name.len;
    return same_name(str_skip(host, above), name)
           && (above == 0 || host.at[above - 1] == '.');
}

// --- the list ----------------------------------------------------------------

// Takes "[...]" and ":port" off an entry. False: it is for another port.
static bool take_port(struct str *entry, unsigned port)
{
    bool bracket = str_starts_with(*entry, STR("["));
    size_t end = bracket ? str_find_char(*entry, ']') : SIZE_MAX;
    size_t colon = str_rfind_char(*entry, ':');
    struct str host = str_take(*entry, colon);
    uint64_t number;

    if (bracket && end == SIZE_MAX)
        return false;
    if (bracket)
        host = str_take(str_skip(*entry, 1), end - 1);
    else if (colon == SIZE_MAX || str_find_char(host, ':') != SIZE_MAX)
        return true; // no port, or a bare IPv6 address
    if (bracket && end + 1 == entry->len) {
        *entry = host;
        return true;
    }
    if (colon == SIZE_MAX || (bracket && colon != end + 1)
        || !str_to_u64(str_skip(*entry, colon + 1), &number))
        return false;
    *entry = host;
    return number == port;
}

static bool entry_holds(struct str entry, struct str host, unsigned port)
{
    struct ip ip = read_ip(host);

    if (str_is(entry, "*"))
        return true;
    if (!take_port(&entry, port))
        return false;
    if (ip.bits > 0)
        return is_in_range(entry, &ip);
    if (str_starts_with(entry, STR("*.")))
        entry = str_skip(entry, 1);
    if (str_starts_with(entry, STR(".")))
        entry = str_skip(entry, 1);
    return is_below(host, entry);
}

static size_t entry_length(struct str list)
{
    size_t len = 0;

    while (len < list.len && !strchr(", \t", list.at[len]))
        len++;
    return len;
}

bool route_is_excluded(struct str list, struct str host, unsigned port)
{
    while (list.len > 0) {
        size_t len = entry_length(list);
        if (len > 0 && entry_holds(str_take(list, len), host, port))
            return true;
        list = str_skip(list, len + 1);
    }
    return false;
}

// --- the environment ---------------------------------------------------------

static bool is_loopback(struct str host)
{
    return route_is_excluded(STR("localhost 127.0.0.0/8 ::1"), host, 0);
}

static struct str first_set(char *const *env, const char *const *names)
{
    for (; *names; names++) {
        struct str value = str_trim(env_value(env, *names));
        if (value.len > 0)
            return value;
    }
    return (struct str){ NULL, 0 };
}

static struct str of_environment(char *const *env, const struct url *url)
{
    static const char *const secure[] = { "https_proxy", "HTTPS_PROXY",
                                          "all_proxy", "ALL_PROXY", NULL };
    static const char *const plain[] = { "http_proxy", "all_proxy", "ALL_PROXY",
                                         NULL };
    static const char *const excluded[] = { "no_proxy", "NO_PROXY", NULL };

    if (url->is_unix || is_loopback(url->host)
        || route_is_excluded(first_set(env, excluded), url->host, url->port))
        return (struct str){ NULL, 0 };
    return first_set(env, url->tls ? secure : plain);
}

struct str route_proxy(char *const *env, struct str setting, struct str text)
{
    struct str none = { NULL, 0 }, proxy = none;
    struct arena arena = { 0 };
    struct error err;
    struct url url;

    if (str_is(setting, ROUTE_NO_PROXY))
        return none;
    if (setting.len > 0)
        return setting;
    if (url_parse(&arena, text, &url, &err))
        proxy = of_environment(env, &url);
    arena_release(&arena);
    return proxy;
}

struct net_access route_access(char *const *env, const struct backend *backend,
                               struct str url)
{
    struct str ca_file = backend->ca_file;

    if (ca_file.len == 0)
        ca_file = env_value(env, "SSL_CERT_FILE");
    return (struct net_access){
        .ca_file = ca_file,
        .client_cert = backend->client_cert,
        .client_key = backend->client_key,
        .proxy = route_proxy(env, backend->proxy, url),
    };
}
