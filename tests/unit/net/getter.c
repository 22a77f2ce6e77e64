/* Counts what comes, and does in the callbacks what the test asks for. */
#include "getter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define KEPT_BYTES 65536

static void getter_let_go(struct getter *getter)
{
    http_destroy(getter->http);
    getter->http = NULL;
}

static void getter_on_head(const struct http_head *head, void *ctx)
{
    struct getter *getter = ctx;

    assert_int_equal(getter->ends + getter->heads + (int)getter->bytes, 0);
    getter->heads++;
    getter->head = *head;
    getter->timing = http_timing(getter->http);
    if (getter->close_at_head)
        http_close(getter->http);
    if (getter->destroy_at_head)
        getter_let_go(getter);
}

static void getter_on_data(struct str bytes, void *ctx)
{
    struct getter *getter = ctx;

    assert_int_equal(getter->ends, 0);
    assert_int_equal(getter->heads, 1);
    if (getter->data.len + bytes.len <= KEPT_BYTES)
        buf_append(&getter->data, bytes);
    if (bytes.len > getter->most_bytes)
        getter->most_bytes = bytes.len;
    getter->bytes += bytes.len;
    if (getter->pause_after > 0 && getter->bytes >= getter->pause_after)
        http_pause(getter->http, true);
    if (getter->destroy_after > 0 && getter->bytes >= getter->destroy_after)
        getter_let_go(getter);
}

static void getter_on_end(const struct http_end *end, void *ctx)
{
    struct getter *getter = ctx;

    getter->ends++;
    getter->end = *end;
    buf_append(&getter->error_body, end->body);
    if (getter->destroy_at_end)
        getter_let_go(getter);
}

static const struct http_events getter_events = {
    .head = getter_on_head,
    .data = getter_on_data,
    .ended = getter_on_end,
};

void getter_start(struct getter *getter, const struct server *server,
                  const char *url)
{
    if (!getter->loop) {
        getter->loop = loop_create();
        getter->client = http_client_create(getter->loop);
    }
    snprintf(getter->url, sizeof(getter->url), "http://127.0.0.1:%d/v1",
             server ? server->port : 0);
    getter->options.url = str_from(url ? url : getter->url);
    getter->http =
        http_start(getter->client, &getter->options, &getter_events, getter);
    assert_int_equal(getter->ends, 0); // nothing from inside
}

void getter_run(struct getter *getter)
{
    while (getter->ends == 0 && getter->http)
        loop_step(getter->loop, 1000);
}

void getter_play(struct getter *getter, const struct server *server,
                 const char *url)
{
    getter_start(getter, server, url);
    getter_run(getter);
}

void getter_sweep(struct getter *getter)
{
    int ends = getter->ends;

    http_destroy(getter->http);
    http_client_destroy(getter->client);
    loop_run(getter->loop); // returns: so nothing is left
    loop_destroy(getter->loop);
    assert_int_equal(getter->ends, ends); // nothing after destroy
    buf_release(&getter->data);
    buf_release(&getter->error_body);
}
