/*
 * A callback may destroy the post, also in the middle of a piece with several
 * events; so each event is given out with a mark on the stack that tells
 * whether the post is still there.
 */
#include "post.h"

#include <stdlib.h>
#include <string.h>

#include "kerf/wire/sse.h"
#include "trouble.h"

#define DONE "[DONE]" // some servers end their streams with it

struct post {
    struct http *http;
    struct sse sse;
    struct http_head head;
    struct post_events events;
    void *ctx;
    bool *gone; // set when the post is destroyed inside a callback
    bool let_go;
};

static void on_head(const struct http_head *head, void *ctx)
{
    struct post *post = ctx;

    if (post->let_go)
        return;
    post->head = *head;
    post->events.head(head, post->ctx);
}

static void fail(struct post *post, const struct failure *failure)
{
    post->events.failed(failure, post->ctx);
}

static void too_big(struct post *post)
{
    struct failure failure = trouble_of_us(
        FAILURE_FOREIGN, STR("an event of the server is beyond 64 MiB"));

    http_close(post->http);
    fail(post, &failure);
}

// Returns false if there is nothing more to read, or nobody to read it for.
static bool give(struct post *post, enum sse_found found,
                 const struct sse_event *event)
{
    bool gone = false;

    if (found == SSE_MORE || post->let_go)
        return false;
    post->gone = &gone;
    if (found == SSE_TOO_BIG)
        too_big(post);
    else if (found == SSE_COMMENT)
        post->events.alive(post->ctx);
    else if (event->data.len > 0 && !str_is(event->data, DONE))
        post->events.message(event->data, post->ctx);
    if (!gone)
        post->gone = NULL;
    return !gone && found != SSE_TOO_BIG;
}

static void on_data(struct str bytes, void *ctx)
{
    struct post *post = ctx;
    struct sse_event event;

    if (!post->let_go)
        post->events.alive(post->ctx);
    while (give(post, sse_next(&post->sse, &bytes, &event), &event))
        continue;
}

static void on_ended(const struct http_end *end, void *ctx)
{
    struct post *post = ctx;
    struct sse_event event;
    struct arena arena = { 0 };

    if (post->let_go || end->end_class == NET_END_CLOSED_BY_US)
        return;
    if (end->end_class == NET_END_NORMAL) {
        enum sse_found found = sse_finish(&post->sse, &event);
        if (found == SSE_MORE || give(post, found, &event))
            post->events.finished(post->ctx);
        return;
    }
    struct failure failure = trouble_of_http(&arena, end, &post->head);
    fail(post, &failure);
    arena_release(&arena);
}

struct post *post_start(struct http_client *client,
                        const struct http_options *options,
                        const struct post_events *events, void *ctx)
{
    static const struct http_events http_events = { .head = on_head,
                                                    .data = on_data,
                                                    .ended = on_ended };
    struct post *post = mem_alloc(sizeof(*post));

    post->events = *events;
    post->ctx = ctx;
    post->http = http_start(client, options, &http_events, post);
    return post;
}

void post_destroy(struct post *post)
{
    if (!post)
        return;
    if (post->gone)
        *post->gone = true;
    http_destroy(post->http);
    sse_release(&post->sse);
    free(post);
}

void post_let_go(struct post *post)
{
    post->let_go = true;
}

int64_t post_dial_ms(const struct post *post)
{
    struct http_timing timing = http_timing(post->http);

    if (timing.reused)
        return 0;
    return timing.connected_us < 0 ? -1 : timing.connected_us / 1000;
}
