/* Private: the connections that libcurl has open, as far as it tells: by
 * their sockets. */
#ifndef KERF_NET_HTTP_POOL_H
#define KERF_NET_HTTP_POOL_H

#include <stdbool.h>
#include <stdint.h>

/* An unused connection this old is tried before it is counted on. */
#define HTTP_POOL_FRESH_MS 60000

/* Zero-initialised: empty. */
struct http_pool {
    struct http_socket *first;
};

/* libcurl has made a socket, to go to `origin` (http_target_origin). */
void http_pool_add(struct http_pool *pool, int fd, uint64_t origin);

/* A transfer over it is over. Nothing happens if it is not there. */
void http_pool_used(struct http_pool *pool, int fd);

/* libcurl wants it closed. */
void http_pool_close(struct http_pool *pool, int fd);

/* Says whether a request to `origin` will find an open connection: one that
 * served a request lately, and of which nothing has been heard since: not its
 * end either. Asks the kernel. */
bool http_pool_has(const struct http_pool *pool, uint64_t origin);

/* Frees the notes; the sockets are libcurl's. */
void http_pool_release(struct http_pool *pool);

#endif
