/*
 * libcurl keeps connections and does not say which; a server that closes one
 * while it rests is noticed by nobody until the next request. So we note every
 * socket and look whether its end has come, at the moment somebody asks: no
 * descriptor is watched and no timer runs at rest.
 */
#include "http_pool.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kerf/base/arena.h"
#include "kerf/loop/loop.h"

struct http_socket {
    struct http_socket *next;
    int fd;
    uint64_t origin;
    int64_t used_ms; // awake or asleep; 0: not yet
};

// Time goes on for a server while this machine sleeps.
static int64_t now_ms(void)
{
    return loop_now_ms() + loop_slept_ms();
}

void http_pool_add(struct http_pool *pool, int fd, uint64_t origin)
{
    struct http_socket *socket = mem_alloc(sizeof(*socket));

    socket->fd = fd;
    socket->origin = origin;
    socket->next = pool->first;
    pool->first = socket;
}

void http_pool_used(struct http_pool *pool, int fd)
{
    for (struct http_socket *it = pool->first; it; it = it->next)
        if (it->fd == fd)
            it->used_ms = now_ms();
}

void http_pool_close(struct http_pool *pool, int fd)
{
    struct http_socket **place = &pool->first;

    while (*place && (*place)->fd != fd)
        place = &(*place)->next;
    if (*place) {
        struct http_socket *socket = *place;
        *place = socket->next;
        free(socket);
    }
    close(fd);
}

// At rest neither side speaks: whatever stands there to be read, most likely
// the end, makes a request of its own necessary to find out.
static bool is_quiet(int fd)
{
    char byte;

    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0
           && (errno == EAGAIN || errno == EWOULDBLOCK);
}

static bool is_fresh(const struct http_socket *socket)
{
    return socket->used_ms > 0
           && now_ms() - socket->used_ms < HTTP_POOL_FRESH_MS;
}

bool http_pool_has(const struct http_pool *pool, uint64_t origin)
{
    for (const struct http_socket *it = pool->first; it; it = it->next)
        if (it->origin == origin && is_fresh(it) && is_quiet(it->fd))
            return true;
    return false;
}

void http_pool_release(struct http_pool *pool)
{
    while (pool->first) {
        struct http_socket *next = pool->first->next;
        free(pool->first);
        pool->first = next;
    }
}
