/*
 * One watch and one timer a link. What is queued lies in one buffer with an
 * offset, so that a slow reader costs no copies. An ended link watches nothing
 * and calls nobody; its owner destroys it when it likes.
 */
#include "link.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kerf/base/arena.h"
#include "tls.h"

#define RX_BYTES 65536
#define ROUNDS 16       // reads before others get their turn
#define GOODBYE_MS 2000 // for the other side to end as well

enum ending {
    ENDING_NONE,
    ENDING_FINISH, // once the queue is empty
    ENDING_RESET,
    ENDING_WAIT, // our side has ended
    ENDING_OVER,
};

struct link {
    struct link_plan plan;
    struct tls_link *tls; // NULL: plain
    struct loop_watch *watch;
    struct loop_timer *timer;
    struct buf out;
    size_t sent; // bytes of `out` that were written
    int64_t drip_ms;
    enum ending ending;
    bool is_open; // the TLS handshake is over
    bool listens, blocked, breaks;
};

static void on_ready(int ready, void *ctx);
static void on_timer(void *ctx);

static void watch(struct link *link)
{
    // A handshake waits for the client to speak, not for room.
    int interest = (link->listens ? LOOP_READABLE : 0)
                   | (link->blocked && link->is_open ? LOOP_WRITABLE : 0);

    loop_watch_set(link->watch, link->ending == ENDING_OVER ? 0 : interest);
}

struct link *link_create(const struct link_plan *plan)
{
    struct link *link = mem_alloc(sizeof(*link));

    link->plan = *plan;
    link->tls = plan->tls ? tls_link_create(plan->tls, plan->fd) : NULL;
    link->is_open = !plan->tls;
    link->listens = true;
    link->watch = loop_watch_create(plan->loop, plan->fd, on_ready, link);
    link->timer = loop_timer_create(plan->loop, on_timer, link);
    watch(link);
    return link;
}

int link_steal(struct link *link)
{
    int fd = link->plan.fd;

    tls_link_destroy(link->tls);
    loop_watch_destroy(link->watch);
    loop_timer_destroy(link->timer);
    buf_release(&link->out);
    free(link);
    return fd;
}

void link_destroy(struct link *link)
{
    if (link)
        close(link_steal(link));
}

size_t link_pending(const struct link *link)
{
    return link->out.len - link->sent;
}

static void end(struct link *link)
{
    if (link->ending == ENDING_OVER)
        return;
    link->ending = ENDING_OVER;
    loop_timer_stop(link->timer);
    watch(link);
    link->plan.ended(link->plan.ctx);
}

// --- writing -----------------------------------------------------------------

// Bytes written, 0 if there is no room, -1 if the link is lost.
static ssize_t write_bytes(struct link *link, struct str bytes)
{
    if (link->tls)
        return tls_link_write(link->tls, bytes);
    ssize_t n = send(link->plan.fd, bytes.at, bytes.len, MSG_NOSIGNAL);
    if (n >= 0)
        return n;
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

static void end_our_side(struct link *link)
{
    struct linger linger = { 1, 0 };

    if (link->ending == ENDING_RESET) {
        setsockopt(link->plan.fd, SOL_SOCKET, SO_LINGER, &linger,
                   sizeof(linger));
        end(link);
        return;
    }
    link->ending = ENDING_WAIT;
    if (link->tls)
        tls_link_finish(link->tls);
    shutdown(link->plan.fd, SHUT_WR);
    link->listens = true; // to see the other side's end
    watch(link);
    loop_timer_start(link->timer, GOODBYE_MS);
}

static void queue_is_empty(struct link *link)
{
    buf_reset(&link->out);
    link->sent = 0;
    if (link->ending == ENDING_FINISH || link->ending == ENDING_RESET)
        end_our_side(link);
    else if (link->ending == ENDING_NONE)
        link->plan.drained(link->plan.ctx);
}

static void write_some(struct link *link)
{
    bool drips = link->drip_ms > 0;

    link->blocked = false;
    while (link_pending(link) > 0) {
        struct str rest = str_skip(buf_str(&link->out), link->sent);
        ssize_t n = write_bytes(link, drips ? str_take(rest, 1) : rest);
        if (n < 0) {
            end(link);
            return;
        }
        link->sent += (size_t)n;
        link->blocked = n == 0;
        if (n == 0 || (drips && link_pending(link) > 0))
            break;
    }
    watch(link);
    if (drips && link_pending(link) > 0)
        loop_timer_start(link->timer, link->drip_ms);
    else if (link_pending(link) == 0)
        queue_is_empty(link);
}

void link_send(struct link *link, struct str bytes)
{
    if (link->ending == ENDING_NONE)
        buf_append(&link->out, bytes);
}

void link_flush(struct link *link)
{
    if (link->is_open && link->ending < ENDING_WAIT && !link->blocked
        && link_pending(link) > 0 && !loop_timer_is_active(link->timer))
        write_some(link);
}

static void end_with(struct link *link, enum ending ending)
{
    if (link->ending != ENDING_NONE)
        return;
    link->ending = ending;
    if (link_pending(link) > 0)
        link_flush(link);
    else
        end_our_side(link);
}

void link_finish(struct link *link)
{
    end_with(link, ENDING_FINISH);
}

void link_reset(struct link *link)
{
    end_with(link, ENDING_RESET);
}

void link_listen(struct link *link, bool listens)
{
    link->listens = listens;
    watch(link);
}

void link_drip(struct link *link, int64_t ms)
{
    link->drip_ms = ms;
}

static void on_timer(void *ctx)
{
    struct link *link = ctx;

    if (link->ending == ENDING_WAIT)
        end(link);
    else
        write_some(link);
}

// --- reading -----------------------------------------------------------------

// Bytes read, 0 if there are none yet, -1 at the end.
static ssize_t read_bytes(struct link *link, char *room, size_t size)
{
    if (link->tls)
        return tls_link_read(link->tls, room, size);
    ssize_t n = recv(link->plan.fd, room, size, 0);
    if (n > 0)
        return n;
    return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static void read_some(struct link *link)
{
    char room[RX_BYTES];

    for (int i = 0; i < ROUNDS && link->listens; i++) {
        ssize_t n = read_bytes(link, room, sizeof(room));
        if (n < 0) {
            end(link);
            return;
        }
        if (n == 0 || link->ending == ENDING_OVER)
            return;
        if (link->ending == ENDING_NONE)
            link->plan.received((struct str){ room, (size_t)n },
                                link->plan.ctx);
        if (!link->tls && (size_t)n < sizeof(room))
            return;
    }
}

static bool shake_hands(struct link *link)
{
    int done = tls_link_accept(link->tls);

    if (done < 0)
        end(link);
    if (done <= 0)
        return false;
    link->is_open = true;
    watch(link);
    link_flush(link);
    return true;
}

void link_break_handshake(struct link *link)
{
    link->breaks = true;
}

static void break_handshake(struct link *link)
{
    char hello[4096];

    while (recv(link->plan.fd, hello, sizeof(hello), 0) > 0)
        continue;
    end(link);
}

static void on_ready(int ready, void *ctx)
{
    struct link *link = ctx;

    if (link->breaks) {
        break_handshake(link);
        return;
    }
    if (!link->is_open && !shake_hands(link))
        return;
    if (ready & LOOP_WRITABLE && link->blocked)
        write_some(link);
    if (link->ending != ENDING_OVER && ready & LOOP_READABLE)
        read_some(link);
}
