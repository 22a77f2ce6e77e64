/* How long a socket waits: for a connection, an answer, a pong, a reader. */
#include "kerf/net/ws.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "client.c"
#include "server.c"

#define SHORT_MS 200
#define FILLERS 8
#define LARGE_BYTES ((size_t)12 << 20)

static const struct step echoing[] = { DO(ACT_UPGRADE), DO(ACT_ECHO),
                                       DO(ACT_CLOSE), DO(ACT_NONE) };
static const struct step frozen[] = { DO(ACT_UPGRADE), DO(ACT_DEAF) };
static const struct step mute[] = { DO(ACT_HEAD), DO(ACT_DEAF) };

static struct server play(const struct step *steps)
{
    return server_start(&(struct server_options){ .steps = steps });
}

static void assert_ends(const struct client *client, const char *words)
{
    assert_int_equal(client->end.end_class, NET_END_LOST);
    if (!strstr(client->end.text, words))
        fail_msg("%s", client->end.text);
}

// A port whose queue is full: further connections are left without an answer.
static int fill_queue(int *port, int fillers[FILLERS])
{
    struct sockaddr_in any = { .sin_family = AF_INET };
    socklen_t size = sizeof(any);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof(any)), 0);
    assert_int_equal(listen(fd, 0), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&any, &size), 0);
    *port = ntohs(any.sin_port);
    for (int i = 0; i < FILLERS; i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        connect(fillers[i], (struct sockaddr *)&any, sizeof(any));
    }
    return fd;
}

static void a_connection_that_hangs_is_given_up(void **state)
{
    struct client client = { .options.patience.connect_ms = SHORT_MS };
    int port, fillers[FILLERS], fd = fill_queue(&port, fillers);
    char url[80];

    (void)state;
    snprintf(url, sizeof(url), "ws://127.0.0.1:%d/v1", port);
    client_play(&client, NULL, url);
    assert_ends(&client, "no connection within");
    client_sweep(&client);
    for (int i = 0; i < FILLERS; i++)
        close(fillers[i]);
    close(fd);
}

static void a_handshake_without_end_is_given_up(void **state)
{
    struct server server = play(mute);
    struct client client = { .options.patience.connect_ms = SHORT_MS };

    (void)state;
    client_play(&client, &server, NULL);
    assert_ends(&client, "no connection within");
    client_sweep(&client);
    server_stop(&server, NULL);
}

static void a_server_that_takes_nothing_is_given_up(void **state)
{
    struct server server = play(frozen);
    struct buf large = { 0 };
    struct client client = { .options.patience.stall_ms = SHORT_MS };

    (void)state;
    buf_reserve(&large, LARGE_BYTES);
    memset(large.at, ' ', LARGE_BYTES);
    large.len = LARGE_BYTES;
    client.send_when_ready = buf_str(&large);
    client_play(&client, &server, NULL);
    assert_ends(&client, "took nothing for");
    client_sweep(&client);
    server_stop(&server, NULL);
    buf_release(&large);
}

// The one that answers pings outlives the one that does not.
static void a_ping_without_a_pong_ends_a_link_and_a_pong_keeps_it(void **state)
{
    const struct ws_patience patience = { .ping_s = 1, .hangup_s = 2 };
    struct server good = play(echoing), bad = play(frozen);
    struct client kept = { .options.patience = patience };
    struct client dead = { .options.patience = patience };

    (void)state;
    client_dial(&kept, &good, NULL);
    dead.loop = kept.loop;
    dead.ws_client = kept.ws_client;
    while (kept.ready == 0)
        loop_step(kept.loop, 100);
    client_play(&dead, &bad, NULL);
    assert_ends(&dead, "no sign of life for 2 seconds");
    assert_int_equal(kept.ends, 0);
    ws_destroy(dead.ws);
    buf_release(&dead.text);
    client_sweep(&kept);
    server_stop(&good, NULL);
    server_stop(&bad, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_that_hangs_is_given_up),
        cmocka_unit_test(a_handshake_without_end_is_given_up),
        cmocka_unit_test(a_server_that_takes_nothing_is_given_up),
        cmocka_unit_test(a_ping_without_a_pong_ends_a_link_and_a_pong_keeps_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
