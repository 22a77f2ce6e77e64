/*
 * Not by uv_getaddrinfo: a request that is under way cannot be taken back from
 * libuv's pool, so that a silent name server would hold up quitting and the
 * other work there. A thread of its own asks and writes the answer, plain
 * bytes, into a socket. Whoever lost interest closes the other end; the
 * thread then ends with nobody to tell. Nothing is shared, so nothing locks.
 */
#include "lookup.h"

#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kerf/base/arena.h"

struct lookup {
    struct loop *loop;
    int fd; // -1: there was none to be had
    struct loop_watch *watch;
    lookup_fn fn;
    void *ctx;
};

struct question {
    int fd; // owned by the thread
    char host[NI_MAXHOST];
};

static bool put_address(struct answer *answer, const struct addrinfo *info)
{
    struct address *next = &answer->at[answer->count];

    if (answer->count == LIMIT_ADDRESSES)
        return false;
    if (getnameinfo(info->ai_addr, info->ai_addrlen, next->text,
                    sizeof(next->text), NULL, 0, NI_NUMERICHOST)
        == 0)
        answer->count++;
    return true;
}

static const struct addrinfo *next_of(const struct addrinfo *info, int family,
                                      bool same)
{
    while (info && (info->ai_family == family) != same)
        info = info->ai_next;
    return info;
}

// The resolver's order, but families in turn (RFC 8305 4): when one of the two
// does not work, the second try is the other.
static void fill_in(struct answer *answer, const struct addrinfo *list)
{
    int family = list->ai_family;
    const struct addrinfo *same = list, *other = next_of(list, family, false);

    while (same || other) {
        if (same) {
            put_address(answer, same);
            same = next_of(same->ai_next, family, true);
        }
        if (other) {
            put_address(answer, other);
            other = next_of(other->ai_next, family, false);
        }
    }
}

static void ask(const char *host, struct answer *answer)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
                              .ai_flags = AI_ADDRCONFIG };
    struct addrinfo *list = NULL;

    answer->status = getaddrinfo(host, NULL, &hints, &list);
    if (answer->status == EAI_NONAME || answer->status == EAI_ADDRFAMILY) {
        hints.ai_flags = 0; // a host with loopback alone has no "config"
        answer->status = getaddrinfo(host, NULL, &hints, &list);
    }
    if (answer->status != 0)
        return;
    fill_in(answer, list);
    freeaddrinfo(list);
    if (answer->count == 0)
        answer->status = EAI_NONAME;
}

static void tell(int fd, const struct answer *answer)
{
    ssize_t sent = send(fd, answer, sizeof(*answer), MSG_NOSIGNAL);

    (void)sent; // the other end may be closed: then nobody waits
}

static void *run(void *data)
{
    struct question *question = data;
    struct answer answer = { .count = 0 };

    ask(question->host, &answer);
    tell(question->fd, &answer);
    close(question->fd);
    free(question);
    return NULL;
}

// The thread takes no signals: they belong to the loop.
static bool start_thread(struct question *question)
{
    pthread_attr_t attr;
    pthread_t thread;
    sigset_t all, before;

    sigfillset(&all);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int status = pthread_create(&thread, &attr, run, question);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    return status == 0;
}

static void finish(void *ctx)
{
    struct lookup *lookup = ctx;
    struct answer answer;
    lookup_fn fn = lookup->fn;
    void *fn_ctx = lookup->ctx;

    if (recv(lookup->fd, &answer, sizeof(answer), 0) != sizeof(answer))
        answer = (struct answer){ .status = EAI_AGAIN };
    lookup_destroy(lookup);
    fn(&answer, fn_ctx);
}

static void on_answer(int ready, void *ctx)
{
    (void)ready;
    finish(ctx);
}

static void begin(struct lookup *lookup, const char *host, int fd)
{
    struct question *question = mem_alloc(sizeof(*question));

    lookup->watch =
        loop_watch_create(lookup->loop, lookup->fd, on_answer, lookup);
    loop_watch_set(lookup->watch, LOOP_READABLE);
    question->fd = fd;
    snprintf(question->host, sizeof(question->host), "%s", host);
    if (start_thread(question))
        return;
    tell(fd, &(struct answer){ .status = EAI_AGAIN });
    close(fd);
    free(question);
}

struct lookup *lookup_start(struct loop *loop, const char *host, lookup_fn fn,
                            void *ctx)
{
    struct lookup *lookup = mem_alloc(sizeof(*lookup));
    int fds[2];

    lookup->loop = loop;
    lookup->fd = -1;
    lookup->fn = fn;
    lookup->ctx = ctx;
    // A datagram keeps its borders: one send is one receive.
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fds) != 0) {
        loop_defer(loop, finish, lookup);
        return lookup;
    }
    lookup->fd = fds[0];
    begin(lookup, host, fds[1]);
    return lookup;
}

void lookup_destroy(struct lookup *lookup)
{
    if (!lookup)
        return;
    loop_undefer(lookup->loop, finish, lookup);
    loop_watch_destroy(lookup->watch);
    if (lookup->fd >= 0)
        close(lookup->fd);
    free(lookup);
}
