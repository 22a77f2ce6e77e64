/*
 * The headers are those of a handshake, so that the server judges the same
 * request; only if its verdict is the same do its words count. The key of the
 * handshake is a fixed one: nobody wants the socket. Should the server agree
 * this time, silence ends it.
 */
#include "inquiry.h"

#include <stdlib.h>

#include "kerf/base/arena.h"
#include "post.h"

struct inquiry {
    struct post *post;
    struct arena arena; // the texts of the failure
    struct failure failure;
    inquiry_fn done;
    void *ctx;
};

bool inquiry_helps(const struct failure *failure)
{
    static const int statuses[] = { 400, 401, 402, 403, 404, 405, 422, 429 };

    if (failure->origin != FAILURE_HANDSHAKE || failure->retry_after_ms >= 0)
        return false; // who wants to be left alone is not asked
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
        if (failure->status == statuses[i])
            return true;
    return false;
}

static void tell(struct inquiry *inquiry, const struct failure *failure)
{
    inquiry->done(failure, inquiry->ctx);
}

// The words are another's, what failed is still the handshake.
static void on_failed(const struct failure *failure, void *ctx)
{
    struct inquiry *inquiry = ctx;
    struct failure better = *failure;

    better.origin = FAILURE_HANDSHAKE;
    tell(inquiry, failure->origin == FAILURE_HTTP
                          && failure->status == inquiry->failure.status
                      ? &better
                      : &inquiry->failure);
}

static void on_finished(void *ctx)
{
    struct inquiry *inquiry = ctx;
    tell(inquiry, &inquiry->failure);
}

static void ignore_head(const struct http_head *head, void *ctx)
{
    (void)head;
    (void)ctx;
}

static void ignore_message(struct str text, void *ctx)
{
    (void)text;
    (void)ctx;
}

static void ignore_life(void *ctx)
{
    (void)ctx;
}

static struct failure copy(struct arena *arena, const struct failure *failure)
{
    struct failure own = *failure;

    own.code = arena_copy(arena, failure->code);
    own.message = arena_copy(arena, failure->message);
    own.param = arena_copy(arena, failure->param);
    return own;
}

struct inquiry *inquiry_start(struct http_client *http,
                              const struct http_options *options,
                              const struct failure *failure, inquiry_fn done,
                              void *ctx)
{
    static const struct http_header headers[] = {
        { { "Connection", 10 }, { "Upgrade", 7 } },
        { { "Upgrade", 7 }, { "websocket", 9 } },
        { { "Sec-WebSocket-Version", 21 }, { "13", 2 } },
        { { "Sec-WebSocket-Key", 17 }, { "a2VyZiBhc2tzIHdoeSEhIQ==", 24 } },
    };
    static const struct post_events events = {
        .head = ignore_head,
        .message = ignore_message,
        .alive = ignore_life,
        .finished = on_finished,
        .failed = on_failed,
    };
    struct inquiry *inquiry = mem_alloc(sizeof(*inquiry));
    struct http_options again = *options;

    again.headers = headers;
    again.header_count = sizeof(headers) / sizeof(headers[0]);
    again.idle_ms = INQUIRY_MS;
    inquiry->failure = copy(&inquiry->arena, failure);
    inquiry->done = done;
    inquiry->ctx = ctx;
    inquiry->post = post_start(http, &again, &events, inquiry);
    return inquiry;
}

void inquiry_destroy(struct inquiry *inquiry)
{
    if (!inquiry)
        return;
    post_destroy(inquiry->post);
    arena_release(&inquiry->arena);
    free(inquiry);
}
