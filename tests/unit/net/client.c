/* Counts what comes, and does in the callbacks what the test asks for. */
#include "client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define SHOWN_BYTES 40

static void destroy_ws(struct client *client)
{
    ws_destroy(client->ws);
    client->ws = NULL;
}

static void on_ready(void *ctx)
{
    struct client *client = ctx;
    struct error err;

    assert_int_equal(client->messages, 0);
    assert_int_equal(client->ends, 0);
    client->ready++;
    if (client->send_when_ready.len > 0
        && !ws_send(client->ws, client->send_when_ready, &err))
        fail_msg("%s", err.text);
    if (client->close_at_ready)
        ws_close(client->ws);
    if (client->destroy_at_ready)
        destroy_ws(client);
}

static void on_message(struct str text, void *ctx)
{
    struct client *client = ctx;

    assert_int_equal(client->ready, 1);
    assert_int_equal(client->ends, 0);
    client->messages++;
    client->bytes += text.len;
    if (client->text.len < 1000) {
        buf_append(&client->text, str_take(text, SHOWN_BYTES));
        buf_append_char(&client->text, '|');
    }
    if (client->messages == client->close_after)
        ws_close(client->ws);
    if (client->messages == client->pause_after)
        ws_pause(client->ws, true);
    if (client->messages == client->destroy_after)
        destroy_ws(client);
}

static void on_ended(const struct ws_end *end, void *ctx)
{
    struct client *client = ctx;

    client->ends++;
    client->end = *end;
    if (client->destroy_at_end)
        destroy_ws(client);
}

static const struct ws_events events = { on_ready, on_message, on_ended };

void client_dial(struct client *client, const struct server *server,
                 const char *url)
{
    if (!client->loop) {
        client->loop = loop_create();
        client->ws_client = ws_client_create(client->loop);
    }
    snprintf(client->url, sizeof(client->url), "ws://127.0.0.1:%d/v1",
             server ? server->port : 0);
    client->options.url = str_from(url ? url : client->url);
    client->ws = ws_dial(client->ws_client, &client->options, &events, client);
    assert_int_equal(client->ends, 0); // nothing from inside
}

void client_run(struct client *client)
{
    while (client->ends == 0 && client->ws)
        loop_step(client->loop, 1000);
}

void client_sweep(struct client *client)
{
    int ends = client->ends;

    ws_destroy(client->ws);
    ws_client_destroy(client->ws_client);
    loop_run(client->loop); // returns: so nothing is left
    loop_destroy(client->loop);
    assert_int_equal(client->ends, ends); // nothing after destroy
    buf_release(&client->text);
}

void client_play(struct client *client, const struct server *server,
                 const char *url)
{
    client_dial(client, server, url);
    client_run(client);
}
