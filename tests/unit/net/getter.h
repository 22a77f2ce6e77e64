/* An HTTP client for tests: asks, keeps what comes. Include getter.c. */
#ifndef TESTS_NET_GETTER_H
#define TESTS_NET_GETTER_H

#include "kerf/net/http.h"
#include "server.h"

struct getter {
    struct loop *loop;
    struct http_client *client;
    struct http *http;
    struct http_options options;
    char url[200];

    int heads, ends;
    struct http_head head;
    struct http_end end; // its body is in `error_body`
    struct http_timing timing;
    struct buf data, error_body;
    size_t most_bytes; // the largest piece of data
    size_t bytes;      // of all data; only the first 64 kB are kept

    size_t pause_after, destroy_after; // bytes; 0: never
    int destroy_at_head, close_at_head, destroy_at_end;
};

/* Asks `url`, or the server's port if NULL. */
void getter_start(struct getter *getter, const struct server *server,
                  const char *url);
void getter_run(struct getter *getter); // until the end

/* Both. */
void getter_play(struct getter *getter, const struct server *server,
                 const char *url);

/* Frees all; checks that nothing is left on the loop and nothing comes. */
void getter_sweep(struct getter *getter);

#endif
