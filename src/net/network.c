/*
 * The addresses of all interfaces that are up, loopback and link-local ones
 * apart; temporary IPv6 addresses change by themselves, so of those only the
 * prefix counts. Their order does not matter: hashes are added.
 */
#include "kerf/net/network.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include "kerf/base/str.h"

#define PREFIX_BYTES 8

static struct str bytes_of(const void *at, size_t len)
{
    return (struct str){ at, len };
}

// Empty for what tells nothing about the network.
static struct str telling_part(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)address;
        return bytes_of(&v4->sin_addr, sizeof(v4->sin_addr));
    }
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const void *)address;
        if (!IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr))
            return bytes_of(&v6->sin6_addr, PREFIX_BYTES);
    }
    return (struct str){ 0 };
}

static struct str ip_of(const struct sockaddr *address)
{
    const struct sockaddr_in *v4 = (const void *)address;
    const struct sockaddr_in6 *v6 = (const void *)address;

    if (address->sa_family == AF_INET)
        return bytes_of(&v4->sin_addr, sizeof(v4->sin_addr));
    if (address->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
        return str_skip(bytes_of(&v6->sin6_addr, sizeof(v6->sin6_addr)), 12);
    if (address->sa_family == AF_INET6)
        return bytes_of(&v6->sin6_addr, sizeof(v6->sin6_addr));
    return (struct str){ 0 };
}

// All of 127.0.0.0/8 is here, though only one of it is listed.
static bool is_loopback(struct str ip)
{
    return ip.len == sizeof(struct in_addr) && ip.at[0] == 127;
}

bool network_has(const struct sockaddr *address)
{
    struct str ip = ip_of(address);
    struct ifaddrs *first;
    bool found = false;

    if (ip.len == 0 || is_loopback(ip) || getifaddrs(&first) < 0)
        return true;
    for (struct ifaddrs *i = first; i && !found; i = i->ifa_next)
        found = i->ifa_addr && str_equal(ip_of(i->ifa_addr), ip);
    freeifaddrs(first);
    return found;
}

int64_t network_fingerprint(void)
{
    struct ifaddrs *first;
    uint64_t sum = 0;

    if (getifaddrs(&first) < 0)
        return 0;
    for (struct ifaddrs *i = first; i; i = i->ifa_next) {
        if (!i->ifa_addr || !(i->ifa_flags & IFF_UP)
            || (i->ifa_flags & IFF_LOOPBACK))
            continue;
        struct str part = telling_part(i->ifa_addr);
        if (part.len > 0)
            sum += str_hash(part, 0);
    }
    freeifaddrs(first);
    return (int64_t)(sum >> 1);
}
