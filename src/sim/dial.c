/*
 * On this machine a connection is made or refused at once, so the call may
 * wait for it, but not for long.
 */
#include "dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define PATIENCE_S 2
#define LIMIT_HOST 64

static int no_such_way(void)
{
    errno = EACCES;
    return -1;
}

static int connect_to(int family, const void *address, socklen_t size)
{
    struct timeval patience = { PATIENCE_S, 0 };
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (connect(fd, address, size) != 0) {
        int why = errno;
        close(fd);
        errno = why;
        return -1;
    }
    if (family != AF_UNIX)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static int dial_unix(struct str path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    if (path.len == 0 || path.len >= sizeof(address.sun_path))
        return no_such_way();
    memcpy(address.sun_path, path.at, path.len);
    return connect_to(AF_UNIX, &address, sizeof(address));
}

static int dial_v4(const char *host, uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(port) };

    if (inet_pton(AF_INET, host, &address.sin_addr) != 1
        || (ntohl(address.sin_addr.s_addr) >> 24) != IN_LOOPBACKNET)
        return no_such_way();
    return connect_to(AF_INET, &address, sizeof(address));
}

static int dial_v6(uint16_t port)
{
    struct sockaddr_in6 address = { .sin6_family = AF_INET6,
                                    .sin6_port = htons(port),
                                    .sin6_addr = IN6ADDR_LOOPBACK_INIT };

    return connect_to(AF_INET6, &address, sizeof(address));
}

int dial(struct str address)
{
    char host[LIMIT_HOST] = "";
    size_t colon = str_rfind_char(address, ':');
    uint64_t port;

    if (str_starts_with(address, STR("unix:")))
        return dial_unix(str_skip(address, 5));
    if (colon == SIZE_MAX || colon >= sizeof(host)
        || !str_to_u64(str_skip(address, colon + 1), &port) || port > 65535)
        return no_such_way();
    memcpy(host, address.at, colon);
    if (str_is(str_from(host), "[::1]") || str_is(str_from(host), "::1"))
        return dial_v6((uint16_t)port);
    return dial_v4(str_is(str_from(host), "localhost") ? "127.0.0.1" : host,
                   (uint16_t)port);
}
