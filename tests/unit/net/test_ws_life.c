/* Sending, holding back, closing, destroying. */
#include "kerf/net/ws.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "client.c"
#include "server.c"

#define MOST_STEPS 6 // the rest is ACT_NONE

static const struct step echoing[MOST_STEPS] = { DO(ACT_UPGRADE), DO(ACT_ECHO),
                                                 DO(ACT_CLOSE) };
static const struct step silent[MOST_STEPS] = { DO(ACT_UPGRADE), DO(ACT_NONE) };
static const struct step wordless[MOST_STEPS] = { DO(ACT_NONE) };

static struct server play(const struct step *steps)
{
    struct server_options options = { .steps = steps };

    return server_start(&options);
}

static void sweep(struct client *client, struct server *server,
                  struct buf *heard)
{
    client_sweep(client);
    server_stop(server, heard);
}

static int count_fds(void)
{
    int count = 0;

    for (int fd = 0; fd < 256; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            count++;
    return count;
}

// --- sending -----------------------------------------------------------------

static void a_message_comes_back_from_an_echo(void **state)
{
    struct server server = play(echoing);
    struct client client = { .send_when_ready = STR("{\"type\":1}"),
                             .close_after = 1 };

    (void)state;
    client_play(&client, &server, NULL);

    assert_string_equal(buf_cstr(&client.text), "{\"type\":1}|");
    assert_int_equal(client.end.end_class, NET_END_CLOSED_BY_US);
    sweep(&client, &server, NULL);
}

static void an_empty_message_can_be_sent(void **state)
{
    struct server server = play(echoing);
    struct client client = { .send_when_ready = STR("x"), .pause_after = 1 };
    struct error err;

    (void)state;
    client_dial(&client, &server, NULL);
    while (client.messages < 1)
        loop_step(client.loop, 1000);
    assert_true(ws_send(client.ws, STR(""), &err));
    ws_pause(client.ws, false);
    while (client.messages < 2)
        loop_step(client.loop, 1000);

    assert_string_equal(buf_cstr(&client.text), "x||");
    sweep(&client, &server, NULL);
}

static void the_largest_message_goes_out_and_comes_back(void **state)
{
    size_t len = LIMIT_WS_QUEUE_BYTES - 1;
    char *large = test_malloc(len);
    struct server server = play(echoing);
    struct client client = { .send_when_ready = { large, len },
                             .close_after = 1 };

    (void)state;
    memset(large, 'x', len);
    client_play(&client, &server, NULL);

    assert_int_equal(client.messages, 1);
    assert_int_equal(client.bytes, len);
    sweep(&client, &server, NULL);
    test_free(large);
}

static void sixteen_megabytes_are_refused_before_they_are_copied(void **state)
{
    struct server server = play(silent);
    struct client client = { .ends = 0 };
    struct error err;

    (void)state;
    client_dial(&client, &server, NULL);
    while (!client.ready)
        loop_step(client.loop, 1000);

    // The bytes are never looked at.
    assert_false(
        ws_send(client.ws, (struct str){ "", LIMIT_WS_QUEUE_BYTES }, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    sweep(&client, &server, NULL);
}

static void a_full_queue_refuses_and_destroying_lets_it_go(void **state)
{
    static char piece[1 << 20];
    static const struct step deaf[MOST_STEPS] = { DO(ACT_UPGRADE),
                                                  DO(ACT_DEAF) };
    struct server server = play(deaf);
    struct client client = { .ends = 0 };
    struct error err;
    int sent = 0;

    (void)state;
    client_dial(&client, &server, NULL);
    while (!client.ready)
        loop_step(client.loop, 1000);
    while (ws_send(client.ws, (struct str){ piece, sizeof(piece) }, &err)) {
        loop_step(client.loop, 0);
        assert_true(++sent < 100);
    }

    assert_int_equal(err.kind, ERROR_LIMIT);
    assert_int_equal(client.ends, 0);
    sweep(&client, &server, NULL);
}

static void before_it_is_ready_nothing_can_be_sent(void **state)
{
    struct server server = play(silent);
    struct client client = { .ends = 0 };
    struct error err;

    (void)state;
    client_dial(&client, &server, NULL);

    assert_false(ws_send(client.ws, STR("x"), &err));
    assert_int_equal(err.kind, ERROR_UNREACHABLE);
    sweep(&client, &server, NULL);
}

static void a_ping_is_answered(void **state)
{
    static const struct step steps[MOST_STEPS] = { DO(ACT_UPGRADE),
                                                   TELL("\x89\x03"
                                                        "abc\x81\x01"
                                                        "x"),
                                                   DO(ACT_ECHO),
                                                   DO(ACT_CLOSE) };
    struct server server = play(steps);
    struct client client = { .ends = 0 };

    (void)state;
    client_play(&client, &server, NULL); // a pong ends ACT_ECHO

    assert_int_equal(client.messages, 1);
    sweep(&client, &server, NULL);
}

// --- holding back ------------------------------------------------------------

static const struct step flooding[MOST_STEPS] = {
    DO(ACT_UPGRADE),
    REPEAT("\x81\x64" // 100 bytes
           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
           "xxxxxxxxxxxxxxxxxxxx",
           100000),
    TELL("\x88\x02\x03\xe8")
};

static void a_flood_arrives_whole_and_in_order(void **state)
{
    struct server server = play(flooding);
    struct client client = { .ends = 0 };

    (void)state;
    client_play(&client, &server, NULL);

    assert_int_equal(client.messages, 100000);
    assert_int_equal(client.bytes, 10000000);
    assert_int_equal(client.end.end_class, NET_END_NORMAL);
    sweep(&client, &server, NULL);
}

static void count_turn(void *ctx)
{
    ++*(int *)ctx;
}

static void a_flood_does_not_starve_timers(void **state)
{
    struct server server = play(flooding);
    struct client client = { .ends = 0 };
    int turns = 0;

    (void)state;
    client_dial(&client, &server, NULL);
    struct loop_timer *timer =
        loop_timer_create(client.loop, count_turn, &turns);
    while (client.ends == 0) {
        if (!loop_timer_is_active(timer))
            loop_timer_start(timer, 1);
        loop_step(client.loop, 1000);
    }

    assert_true(turns >= 3);
    loop_timer_destroy(timer);
    sweep(&client, &server, NULL);
}

static void a_paused_one_hands_nothing_over_and_then_all(void **state)
{
    struct server server = play(flooding);
    struct client client = { .pause_after = 10 };

    (void)state;
    client_dial(&client, &server, NULL);
    while (client.messages < 10)
        loop_step(client.loop, 1000);
    // The backlog fills up, then the socket is left alone: the loop is quiet.
    for (int i = 0; i < 500; i++)
        loop_step(client.loop, 0);
    assert_int_equal(client.messages, 10);
    assert_int_equal(client.ends, 0);
    ws_pause(client.ws, false);
    client_run(&client);

    assert_int_equal(client.messages, 100000);
    sweep(&client, &server, NULL);
}

static void the_end_waits_behind_what_is_held_back(void **state)
{
    static const struct step steps[MOST_STEPS] = { DO(ACT_UPGRADE),
                                                   TELL("\x81\x01"
                                                        "a\x81\x01"
                                                        "b\x88\x02\x03\xe8") };
    struct server server = play(steps);
    struct client client = { .pause_after = 1 };

    (void)state;
    client_dial(&client, &server, NULL);
    while (client.messages < 1)
        loop_step(client.loop, 1000);
    for (int i = 0; i < 50; i++)
        loop_step(client.loop, 1);
    assert_int_equal(client.ends, 0);
    ws_pause(client.ws, false);
    client_run(&client);

    assert_string_equal(buf_cstr(&client.text), "a|b|");
    assert_int_equal(client.end.end_class, NET_END_NORMAL);
    sweep(&client, &server, NULL);
}

static void an_idle_connection_wakes_nobody(void **state)
{
    struct server server = play(silent);
    struct client client = { .ends = 0 };
    struct rusage before, after;

    (void)state;
    client_dial(&client, &server, NULL);
    while (!client.ready)
        loop_step(client.loop, 1000);
    for (int i = 0; i < 20; i++) // what follows the handshake
        loop_step(client.loop, 1);
    getrusage(RUSAGE_SELF, &before);
    loop_step(client.loop, 100);
    getrusage(RUSAGE_SELF, &after);

    // It sleeps once, for the whole step.
    assert_true(after.ru_nvcsw - before.ru_nvcsw <= 3);
    sweep(&client, &server, NULL);
}

// --- closing and destroying --------------------------------------------------

// Runs the loop until the server has heard the head of a close frame.
static void run_until_goodbye(struct client *client,
                              const struct server *server)
{
    char bytes[4096];
    ssize_t len;

    do {
        loop_step(client->loop, 10);
        len = pread(server->heard_fd, bytes, sizeof(bytes), 0);
        assert_true(len >= 0);
    } while (str_find((struct str){ bytes, (size_t)len }, STR("\x88\x82"))
             == SIZE_MAX);
}

static void closing_says_goodbye_to_the_server(void **state)
{
    struct server server = play(echoing);
    struct client client = { .close_at_ready = 1 };

    (void)state;
    client_play(&client, &server, NULL);
    assert_int_equal(client.end.end_class, NET_END_CLOSED_BY_US);
    assert_int_equal(client.messages, 0);
    ws_destroy(client.ws);
    client.ws = NULL;
    run_until_goodbye(&client, &server);
    sweep(&client, &server, NULL);
}

static void a_fault_of_the_server_is_told_to_it(void **state)
{
    static const struct step steps[MOST_STEPS] = { DO(ACT_UPGRADE),
                                                   TELL("\x82\x01"
                                                        "a"),
                                                   DO(ACT_NONE) };
    struct server server = play(steps);
    struct client client = { .ends = 0 };

    (void)state;
    client_play(&client, &server, NULL);
    assert_int_equal(client.end.code, 1003);
    run_until_goodbye(&client, &server);
    sweep(&client, &server, NULL);
}

static void closing_twice_ends_once(void **state)
{
    struct server server = play(silent);
    struct client client = { .ends = 0 };

    (void)state;
    client_dial(&client, &server, NULL);
    ws_close(client.ws);
    ws_close(client.ws);
    client_run(&client);
    ws_close(client.ws);
    loop_step(client.loop, 1);

    assert_int_equal(client.ends, 1);
    assert_int_equal(client.ready, 0);
    sweep(&client, &server, NULL);
}

static void it_may_be_destroyed_in_each_callback(void **state)
{
    static const struct step steps[MOST_STEPS] = { DO(ACT_UPGRADE),
                                                   TELL("\x81\x01"
                                                        "a\x81\x01"
                                                        "b\x88\x02\x03\xe8") };
    struct client clients[] = {
        { .destroy_at_ready = 1 },
        { .destroy_after = 1 },
        { .destroy_after = 2 },
        { .destroy_at_end = 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(clients) / sizeof(*clients); i++) {
        struct server server = play(steps);
        client_play(&clients[i], &server, NULL);
        assert_null(clients[i].ws);
        sweep(&clients[i], &server, NULL);
    }
}

// Whatever it is about to do, it can be taken away.
static void cancel_after(const struct step *steps, const char *host, int turns,
                         bool close_first)
{
    struct server server = play(steps);
    struct client client = { .send_when_ready = STR("hello") };
    char url[64];

    snprintf(url, sizeof(url), "ws://%s:%d/v1", host, server.port);
    client_dial(&client, &server, url);
    for (int i = 0; i < turns && client.ends == 0; i++)
        loop_step(client.loop, i % 3);
    if (close_first && client.ends == 0) {
        ws_close(client.ws);
        client_run(&client);
        assert_int_equal(client.ends, 1);
    }
    sweep(&client, &server, NULL);
}

static void it_can_be_cancelled_at_every_step_without_a_trace(void **state)
{
    static const struct step *const plays[] = { echoing, silent, wordless };
    static const char *const hosts[] = { "127.0.0.1", "localhost" };
    int fds = count_fds();

    (void)state;
    for (int turns = 0; turns < 12; turns++)
        for (int play = 0; play < 3; play++)
            cancel_after(plays[play], hosts[turns % 2], turns, play == 1);

    // A thread that still looks a name up closes its end by itself.
    while (count_fds() > fds)
        continue;
}

static void the_client_may_go_before_its_sockets(void **state)
{
    struct server server = play(silent);
    struct client client = { .ends = 0 };

    (void)state;
    client_dial(&client, &server, NULL);
    while (!client.ready)
        loop_step(client.loop, 1000);
    ws_client_destroy(client.ws_client);
    client.ws_client = NULL;
    client_run(&client);

    assert_int_equal(client.end.end_class, NET_END_CLOSED_BY_US);
    sweep(&client, &server, NULL);
}

static void a_client_that_never_dialled_goes_quietly(void **state)
{
    struct loop *loop = loop_create();

    (void)state;
    ws_client_destroy(ws_client_create(loop));
    ws_client_destroy(NULL);
    loop_run(loop);
    loop_destroy(loop);
}

static void many_sockets_live_side_by_side(void **state)
{
    struct server servers[8];
    struct client clients[8] = { { .ends = 0 } };
    struct loop *loop = loop_create();
    struct ws_client *ws_client = ws_client_create(loop);

    (void)state;
    for (int i = 0; i < 8; i++) {
        servers[i] = play(echoing);
        clients[i].loop = loop;
        clients[i].ws_client = ws_client;
        clients[i].send_when_ready = STR("x");
        clients[i].close_after = 1;
        client_dial(&clients[i], &servers[i], NULL);
    }
    for (int i = 0; i < 8; i++) {
        client_run(&clients[i]);
        assert_string_equal(buf_cstr(&clients[i].text), "x|");
        ws_destroy(clients[i].ws);
        buf_release(&clients[i].text);
    }
    ws_client_destroy(ws_client);
    loop_run(loop);
    loop_destroy(loop);
    for (int i = 0; i < 8; i++)
        server_stop(&servers[i], NULL);
}

static void a_hundred_redials_leave_nothing_behind(void **state)
{
    static const struct step closing[MOST_STEPS] = { DO(ACT_UPGRADE),
                                                     DO(ACT_CLOSE) };
    struct server server = play(closing);
    struct client client = { .ends = 0 };
    int fds = 0;

    (void)state;
    for (int i = 0; i < 100; i++) {
        client.ends = client.ready = 0;
        client_play(&client, &server, NULL);
        assert_int_equal(client.end.end_class, NET_END_LOST);
        ws_destroy(client.ws);
        client.ws = NULL;
        if (i == 10)
            fds = count_fds();
    }

    assert_true(count_fds() <= fds + 1); // one may still be on its way
    sweep(&client, &server, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_comes_back_from_an_echo),
        cmocka_unit_test(an_empty_message_can_be_sent),
        cmocka_unit_test(the_largest_message_goes_out_and_comes_back),
        cmocka_unit_test(sixteen_megabytes_are_refused_before_they_are_copied),
        cmocka_unit_test(a_full_queue_refuses_and_destroying_lets_it_go),
        cmocka_unit_test(before_it_is_ready_nothing_can_be_sent),
        cmocka_unit_test(a_ping_is_answered),
        cmocka_unit_test(a_flood_arrives_whole_and_in_order),
        cmocka_unit_test(a_flood_does_not_starve_timers),
        cmocka_unit_test(a_paused_one_hands_nothing_over_and_then_all),
        cmocka_unit_test(the_end_waits_behind_what_is_held_back),
        cmocka_unit_test(an_idle_connection_wakes_nobody),
        cmocka_unit_test(closing_says_goodbye_to_the_server),
        cmocka_unit_test(a_fault_of_the_server_is_told_to_it),
        cmocka_unit_test(closing_twice_ends_once),
        cmocka_unit_test(it_may_be_destroyed_in_each_callback),
        cmocka_unit_test(it_can_be_cancelled_at_every_step_without_a_trace),
        cmocka_unit_test(the_client_may_go_before_its_sockets),
        cmocka_unit_test(a_client_that_never_dialled_goes_quietly),
        cmocka_unit_test(many_sockets_live_side_by_side),
        cmocka_unit_test(a_hundred_redials_leave_nothing_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
