/*
 * A server for tests that plays a script of bytes: a child process with
 * blocking sockets, on a port or socket of its own. Include server.c once.
 */
#ifndef TESTS_NET_SERVER_H
#define TESTS_NET_SERVER_H

#include <stddef.h>
#include <sys/types.h>

#include "kerf/base/buf.h"

enum act {
    ACT_NONE,    // ends the script: hears until the client closes
    ACT_HEAD,    // reads an HTTP head
    ACT_HEAR,    // reads `count` bytes
    ACT_UPGRADE, // reads a head and answers 101 as it should be
    ACT_TELL,    // sends bytes
    ACT_TRICKLE, // sends bytes one by one, each in a packet of its own
    ACT_FILL,    // sends `count` bytes "x"
    ACT_REPEAT,  // sends bytes `count` times
    ACT_ECHO,    // sends messages back, answers pings, until the client closes
    ACT_CLOSE,   // closes at once
    ACT_RESET,   // closes with a TCP reset
    ACT_INNER,   // takes TLS within the TLS, as behind an https:// proxy
    ACT_DEAF,    // neither reads nor sends any more
};

struct step {
    enum act act;
    const char *bytes;
    size_t len;
    size_t count;
};

#define TELL(literal)                             \
    {                                             \
        ACT_TELL, literal, sizeof(literal) - 1, 0 \
    }
#define TRICKLE(literal)                             \
    {                                                \
        ACT_TRICKLE, literal, sizeof(literal) - 1, 0 \
    }
#define REPEAT(literal, times)                          \
    {                                                   \
        ACT_REPEAT, literal, sizeof(literal) - 1, times \
    }
#define FILL(times)              \
    {                            \
        ACT_FILL, NULL, 0, times \
    }
#define HEAR(bytes)              \
    {                            \
        ACT_HEAR, NULL, 0, bytes \
    }
#define DO(act)         \
    {                   \
        act, NULL, 0, 0 \
    }

#define UPGRADED                           \
    "HTTP/1.1 101 Switching Protocols\r\n" \
    "Upgrade: websocket\r\nConnection: Upgrade\r\n"

struct server_options {
    const struct step *steps;
    const char *unix_path; // NULL: a port on 127.0.0.1
    void *tls;             // an SSL_CTX, or NULL
};

struct server {
    pid_t pid;
    int port;
    int heard_fd; // what the clients sent
};

struct server server_start(const struct server_options *options);

/* Ends the child. Appends what the clients sent to `heard` unless NULL. */
void server_stop(struct server *server, struct buf *heard);

#endif
