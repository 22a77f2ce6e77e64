/*
 * One request over HTTP whose answer is a stream of events (protocol.md 6).
 * Private to the agent.
 */
#ifndef KERF_AGENT_POST_H
#define KERF_AGENT_POST_H

#include "kerf/net/http.h"
#include "kerf/wire/failure.h"

struct post;

/* `finished` or `failed` comes once, and nothing after it. */
struct post_events {
    void (*head)(const struct http_head *head, void *ctx);
    void (*message)(struct str text, void *ctx); // the data of one event
    void (*alive)(void *ctx);                    // a comment: no news
    void (*finished)(void *ctx);                 // the stream has ended
    void (*failed)(const struct failure *failure, void *ctx);
};

/* Starts it; `options->body` is copied. Never NULL. */
struct post *post_start(struct http_client *client,
                        const struct http_options *options,
                        const struct post_events *events, void *ctx);

/* Frees, at any moment; no callback comes after it. */
void post_destroy(struct post *post);

/* The answer is known to be whole: nothing is called any more, but the rest of
 * the transfer is read, so that the connection can be used again. */
void post_let_go(struct post *post);

/* How long it took to a connection, in ms; -1 if there is none yet, 0 if an
 * open one was taken. */
int64_t post_dial_ms(const struct post *post);

#endif
