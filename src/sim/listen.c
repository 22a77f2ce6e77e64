/*
 * A unix socket is made under a tight umask and remembered by device and
 * inode, so that at the end nothing is removed but what was made here.
 */
#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "kerf/base/arena.h"

#define BACKLOG 128

struct listener {
    int fd;
    const char *path; // NULL: loopback
    uint16_t port;
    struct stat made; // the unix socket; st_ino 0: none
    struct loop_watch *watch;
    listen_fn fn;
    void *ctx;
};

static bool fill_address(const char *path, struct sockaddr_un *address,
                         struct error *err)
{
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof(address->sun_path))
        return error_set(err, ERROR_USAGE, "%s: too long for a socket", path);
    memcpy(address->sun_path, path, strlen(path));
    return true;
}

// Says whether somebody answers at the socket.
static bool is_in_use(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool answers =
        fd >= 0
        && (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0
            || errno == EAGAIN);

    if (fd >= 0)
        close(fd);
    return answers;
}

// A stale socket of an earlier run goes; any other file stays.
static bool clear_path(const char *path, const struct sockaddr_un *address,
                       struct error *err)
{
    struct stat info;

    if (lstat(path, &info) != 0)
        return true;
    if (!S_ISSOCK(info.st_mode))
        return error_set(err, ERROR_DENIED, "%s: exists and is no socket",
                         path);
    if (is_in_use(address))
        return error_set(err, ERROR_DENIED, "%s: is in use", path);
    return unlink(path) == 0 || error_errno(err, errno, "%s", path);
}

static bool bind_unix(struct listener *listener, struct error *err)
{
    struct sockaddr_un address;
    const char *path = listener->path;

    if (!fill_address(path, &address, err) || !clear_path(path, &address, err))
        return false;
    listener->fd =
        socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    mode_t before = umask(0177);
    int failed =
        bind(listener->fd, (struct sockaddr *)&address, sizeof(address));
    umask(before);
    if (failed || lstat(path, &listener->made) != 0)
        return error_set(err, ERROR_FAILED, "cannot listen on %s", path);
    return true;
}

static bool bind_port(struct listener *listener, uint16_t port,
                      struct error *err)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof(address);
    int on = 1;

    listener->fd =
        socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(listener->fd, (struct sockaddr *)&address, size) != 0
        || getsockname(listener->fd, (struct sockaddr *)&address, &size) != 0)
        return error_set(err, ERROR_FAILED,
                         "cannot listen on 127.0.0.1 port %u: is it in use?",
                         port);
    listener->port = ntohs(address.sin_port);
    return true;
}

static void on_ready(int ready, void *ctx)
{
    struct listener *listener = ctx;
    int on = 1;
    int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    (void)ready;
    if (fd < 0)
        return;
    // Each write is a segment of its own: a server of tokens cannot wait.
    if (!listener->path)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    listener->fn(fd, listener->ctx);
}

struct listener *listener_create(struct loop *loop, const char *unix_path,
                                 uint16_t port, listen_fn fn, void *ctx,
                                 struct error *err)
{
    struct listener *listener = mem_alloc(sizeof(*listener));

    *listener =
        (struct listener){ .fd = -1, .path = unix_path, .fn = fn, .ctx = ctx };
    if (!(unix_path ? bind_unix(listener, err)
                    : bind_port(listener, port, err))) {
        listener_destroy(listener);
        return NULL;
    }
    if (listen(listener->fd, BACKLOG) != 0) {
        error_errno(err, errno, "cannot listen");
        listener_destroy(listener);
        return NULL;
    }
    listener->watch = loop_watch_create(loop, listener->fd, on_ready, listener);
    loop_watch_set(listener->watch, LOOP_READABLE);
    return listener;
}

// Removes the socket that we made, and nothing else that may stand there.
static void remove_socket(const struct listener *listener)
{
    struct stat info;

    if (listener->made.st_ino != 0 && lstat(listener->path, &info) == 0
        && S_ISSOCK(info.st_mode) && info.st_dev == listener->made.st_dev
        && info.st_ino == listener->made.st_ino)
        unlink(listener->path);
}

void listener_destroy(struct listener *listener)
{
    if (!listener)
        return;
    loop_watch_destroy(listener->watch);
    if (listener->fd >= 0)
        close(listener->fd);
    remove_socket(listener);
    free(listener);
}

uint16_t listener_port(const struct listener *listener)
{
    return listener->port;
}
