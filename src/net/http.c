/*
 * The client: libcurl's multi interface on our loop. libcurl tells which
 * descriptors to watch and when to call it again; we call it, and look for
 * transfers that have ended. None of its callbacks calls it back. The library
 * is loaded by a worker; requests that come before wait in the list.
 */
#include "kerf/net/http.h"

#include <stdlib.h>

#include "kerf/base/arena.h"
#include "kerf/loop/work.h"

#include "http_client.h"

#define MOST_OPEN_CONNECTIONS 16L

// --- descriptors and time ----------------------------------------------------

struct http_poll {
    struct http_poll *next, *prev;
    struct http_client *client;
    curl_socket_t fd;
    struct loop_watch *watch;
};

void http_client_look(struct http_client *client)
{
    CURLMsg *message;
    int left;

    while ((message = client->library.multi_info_read(client->multi, &left))) {
        void *link = NULL;
        CURLcode code = message->data.result;
        if (message->msg != CURLMSG_DONE)
            continue;
        client->library.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
                                     &link);
        http_request_done(link, code);
    }
}

static void act(struct http_client *client, curl_socket_t fd, int ready)
{
    int running;

    client->library.multi_socket_action(client->multi, fd, ready, &running);
    http_client_look(client);
}

static void on_ready(int ready, void *ctx)
{
    struct http_poll *poll = ctx;
    int bits = (ready & LOOP_READABLE ? CURL_CSELECT_IN : 0)
               | (ready & LOOP_WRITABLE ? CURL_CSELECT_OUT : 0);

    act(poll->client, poll->fd, bits);
}

static void on_time(void *ctx)
{
    struct http_client *client = ctx;

    client->kicked = false;
    act(client, CURL_SOCKET_TIMEOUT, 0);
}

static struct http_poll *poll_create(struct http_client *client,
                                     curl_socket_t fd)
{
    struct http_poll *poll = mem_alloc(sizeof(*poll));

    poll->client = client;
    poll->fd = fd;
    poll->watch = loop_watch_create(client->loop, fd, on_ready, poll);
    poll->next = client->polls;
    if (poll->next)
        poll->next->prev = poll;
    client->polls = poll;
    client->library.multi_assign(client->multi, fd, poll);
    return poll;
}

static void poll_destroy(struct http_poll *poll)
{
    if (poll->prev)
        poll->prev->next = poll->next;
    else
        poll->client->polls = poll->next;
    if (poll->next)
        poll->next->prev = poll->prev;
    loop_watch_destroy(poll->watch);
    free(poll);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx,
                     void *assigned)
{
    struct http_client *client = ctx;
    struct http_poll *poll = assigned;

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (poll)
            poll_destroy(poll);
        return 0;
    }
    if (!poll)
        poll = poll_create(client, fd);
    loop_watch_set(poll->watch,
                   (what & CURL_POLL_IN ? LOOP_READABLE : 0)
                       | (what & CURL_POLL_OUT ? LOOP_WRITABLE : 0));
    return 0;
}

// Nothing may be called back from here: "at once" is the next turn.
static int on_timer(CURLM *multi, long timeout_ms, void *ctx)
{
    struct http_client *client = ctx;

    (void)multi;
    loop_timer_stop(client->timer);
    if (client->kicked)
        loop_undefer(client->loop, on_time, client);
    client->kicked = timeout_ms == 0;
    if (client->kicked)
        loop_defer(client->loop, on_time, client);
    else if (timeout_ms > 0)
        loop_timer_start(client->timer, timeout_ms);
    return 0;
}

// --- the library -------------------------------------------------------------

struct load {
    struct http_client *client; // NULL: it went
    struct http_library library;
    bool loaded;
    struct error err;
};

static void load_on_worker(void *data)
{
    struct load *load = data;

    load->loaded = http_library_open(&load->library, &load->err);
}

static void set_up_multi(struct http_client *client)
{
    const struct http_library *library = &client->library;

    client->multi = library->multi_init();
    library->multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    library->multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
    library->multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    library->multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
    library->multi_setopt(client->multi, CURLMOPT_MAXCONNECTS,
                          MOST_OPEN_CONNECTIONS);
}

// Those that wait for the library are not told yet that their file is bad.
static void begin_waiting(struct http_client *client)
{
    for (struct http_link *it = client->requests; it; it = it->next)
        http_request_ready(it);
    if (!client->load)
        http_trust_forget_bad(&client->trust);
}

static void on_loaded(void *data)
{
    struct load *load = data;
    struct http_client *client = load->client;

    if (!client) {
        if (load->loaded)
            http_library_close(&load->library);
        free(load);
        return;
    }
    client->load = NULL;
    client->failed = !load->loaded;
    client->failure = load->err;
    if (load->loaded) {
        client->library = load->library;
        set_up_multi(client);
    }
    free(load);
    begin_waiting(client);
}

void http_client_load(struct http_client *client)
{
    if (client->multi || client->load || client->failed)
        return;
    client->load = mem_alloc(sizeof(*client->load));
    client->load->client = client;
    work_run(client->loop, NULL, load_on_worker, on_loaded, client->load);
}

static void on_trust_read(void *ctx)
{
    begin_waiting(ctx);
}

void http_client_trust(struct http_client *client, const char *ca_file)
{
    http_trust_need(&client->trust, client->loop, ca_file, on_trust_read,
                    client);
}

// --- the client --------------------------------------------------------------

struct http_client *http_client_create(struct loop *loop)
{
    struct http_client *client = mem_alloc(sizeof(*client));

    client->loop = loop;
    client->timer = loop_timer_create(loop, on_time, client);
    return client;
}

static void close_library(struct http_client *client)
{
    client->library.multi_cleanup(client->multi);
    while (client->polls)
        poll_destroy(client->polls);
    http_library_close(&client->library);
}

void http_client_destroy(struct http_client *client)
{
    if (!client)
        return;
    http_destroy(client->warmth.http);
    while (client->requests)
        http_request_client_goes(client->requests);
    if (client->load)
        client->load->client = NULL;
    if (client->multi)
        close_library(client);
    http_pool_release(&client->pool);
    http_trust_release(&client->trust);
    loop_undefer(client->loop, on_time, client);
    loop_timer_destroy(client->timer);
    free(client);
}
