/* WebSockets on a real socket: handshakes, frames, and those that are wrong. */
#include "served.h"

static void the_handshake_hashes_the_key(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    int fd = socket_open(&served, "Sec-WebSocket-Protocol: a, b\r\n", &got);
    assert_int_equal(client_status(&got), 101);
    // The key and its answer are the example of RFC 6455 1.3.
    assert_true(holds(&got, "Sec-WebSocket-Accept: "
                            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    assert_true(holds(&got, "Sec-WebSocket-Protocol: a\r\n"));
    close(fd);
    buf_release(&got);
    served_stop(&served);
}

static void handshakes_that_are_wrong_are_refused(void **state)
{
    static const char *const cases[] = {
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 8\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n",
    };
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ask(&served, "GET /v1/responses", cases[i], "", NULL, &got);
        assert_int_equal(client_status(&got), 400);
    }
    buf_release(&got);
    served_stop(&served);
}

static void faults_bend_the_handshake(void **state)
{
    static const struct {
        const char *fault, *has, *lacks;
    } cases[] = {
        { "bad-accept", "101 Switching", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" },
        { "no-upgrade", "101 Switching", "\r\nUpgrade:" },
        { "unasked-extension", "Sec-WebSocket-Extensions: x",
          "Sec-WebSocket-Protocol" },
        { "unasked-subprotocol", "Sec-WebSocket-Protocol: x",
          "Sec-WebSocket-Extensions" },
        { "status-426", "426 Upgrade Required", "101" },
        { "html-502", "<html>", "101" },
        { "slow-head-1", "101 Switching", "Sec-WebSocket-Protocol" },
        { "early-close-1008", "\x88\x02\x03\xf0", "Sec-WebSocket-Protocol" },
    };
    struct served served;
    struct buf got = { 0 };
    char header[100];

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        snprintf(header, sizeof(header), "X-Test-Scenario: %s\r\n",
                 cases[i].fault);
        buf_reset(&got);
        int fd = socket_open(&served, header, &got);
        client_read(fd, cases[i].has, &got);
        if (holds(&got, cases[i].lacks))
            fail_msg("%s: %.*s", cases[i].fault, STR_ARG(buf_str(&got)));
        close(fd);
    }
    buf_release(&got);
    served_stop(&served);
}

static void a_message_is_answered_and_a_ping_too(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    int fd = socket_open(&served, "", &got);
    socket_send(fd, 0x89, STR("are you there"));
    client_read(fd,
                "\x8a\x0d"
                "are you there",
                &got);
    socket_send(fd, 0x01, STR("{\"type\":\"response.create\","));
    socket_send(fd, 0x80, STR("\"model\":\"m\",\"input\":\"hi\"}"));
    client_read(fd, "response.completed", &got);
    assert_int_equal(count_of(&got, "response.output_text.delta"), 6);
    socket_send(fd, 0x88, STR("\x03\xe8"));
    assert_int_equal(client_read(fd, NULL, &got), 0);
    assert_true(str_ends_with(buf_str(&got), STR("\x88\x02\x03\xe8")));
    close(fd);
    buf_release(&got);
    served_stop(&served);
}

static void the_client_is_told_what_it_did_wrong(void **state)
{
    static const struct {
        unsigned first;
        struct str payload;
        const char *close;
    } cases[] = {
        { 0x82, { "x", 1 }, "\x88\x02\x03\xeb" },        // binary: 1003
        { 0x80, { "x", 1 }, "\x88\x02\x03\xea" },        // 1002
        { 0x81, { "\"\xff\"", 3 }, "\x88\x02\x03\xef" }, // no UTF-8: 1007
    };
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        buf_reset(&got);
        int fd = socket_open(&served, "", &got);
        socket_send(fd, cases[i].first, cases[i].payload);
        client_read(fd, cases[i].close, &got);
        close(fd);
    }
    buf_release(&got);
    served_stop(&served);
}

static void seventeen_megabytes_are_refused_from_the_head(void **state)
{
    struct ws_frame frame = { .opcode = WS_TEXT, .masked = true };
    struct served served;
    struct buf got = { 0 }, head = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    int fd = socket_open(&served, "", &got);
    ws_write_head(&frame, (17 << 20), &head);
    client_send(fd, buf_str(&head));
    client_read(fd, "\x88\x02\x03\xf1", &got);
    close(fd);
    buf_release(&got);
    buf_release(&head);
    served_stop(&served);
}

struct frame_case {
    const char *fault;
    struct str mark;
};

#define MARK(text)             \
    {                          \
        text, sizeof(text) - 1 \
    }

static void frames_no_server_may_send_are_sent_on_demand(void **state)
{
    static const struct frame_case cases[] = {
        { "giant-frame", MARK("\x81\x7f\x80\0\0\0\0\0\0\0") },
        { "big-frame", MARK("\x81\x7f\0\0\0\0\x40\0\0\0") },
        { "masked-frame", MARK("\x81\x82\0\0\0\0{}") },
        { "rsv-frame", MARK("\x91\x02{}") },
        { "reserved-opcode", MARK("\x83\x02{}") },
        { "binary-frame", MARK("\x82\x02{}") },
        { "lone-continuation", MARK("\x80\x02{}") },
        { "nested-message", MARK("\x01\x01{\x81\x02{}") },
        { "fragmented-ping", MARK("\x09\x01"
                                  "a") },
        { "long-ping", MARK("\x89\x7e\x00\xc8") },
        { "empty-fragments-3", MARK("\x01\x00\x00\x00\x80\x00") },
        { "small-fragments-3", MARK("\x01\x01 \x00\x01 \x80\x01 ") },
        { "ping-flood-2", MARK("\x89\x05"
                               "flood\x89\x05"
                               "flood") },
        { "unasked-pong", MARK("\x8a\x07unasked") },
        { "bad-utf8", MARK("\xff\xfe") },
        { "bad-utf8-split", MARK("\xe2\x82\x80\x03(") },
        { "close-one-byte", MARK("\x88\x01\x03") },
        { "close-long", MARK("\x88\x7e\x00\xc8\x03\xe8") },
        { "close-bad-utf8", MARK("\x88\x04\x03\xe8\xff\xfe") },
        { "close-reserved", MARK("\x88\x02\x03\xed") },
        { "cut-frame", MARK("\x81\x7e\x03\xe8{\"type\":\"") },
        { "mid-delta-1011", MARK("\x88\x02\x03\xf3") },
        { "after-created-4000", MARK("\x88\x02\x0f\xa0") },
        { "stranger-type", MARK("\"delta\":17") },
        { "stranger-created", MARK("resp_STRANGER") },
        { "stranger-number", MARK("1e400") },
    };
    struct served served;
    struct buf got = { 0 };
    char header[100], room[65536];

    (void)state;
    SERVE(&served, NULL, "--tokens", "40");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        snprintf(header, sizeof(header), "X-Test-Scenario: %s\r\n",
                 cases[i].fault);
        buf_reset(&got);
        int fd = socket_open(&served, header, &got);
        socket_send(fd, 0x81, STR(SOCKET_CREATE));
        ssize_t n = 1;
        while (n > 0 && str_find(buf_str(&got), cases[i].mark) == SIZE_MAX) {
            n = recv(fd, room, sizeof(room), 0);
            if (n > 0)
                buf_append(&got, (struct str){ room, (size_t)n });
        }
        if (n <= 0)
            fail_msg("%s: not seen", cases[i].fault);
        close(fd);
    }
    buf_release(&got);
    served_stop(&served);
}

static void a_reset_and_a_cut_come_without_a_close_frame(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "40");
    int fd = socket_open(&served, "X-Test-Scenario: mid-delta-1006\r\n", &got);
    socket_send(fd, 0x81, STR(SOCKET_CREATE));
    assert_int_equal(client_read(fd, NULL, &got), ECONNRESET);
    close(fd);
    buf_reset(&got);
    fd = socket_open(&served, "X-Test-Scenario: at-byte-100-1000\r\n", &got);
    buf_reset(&got);
    socket_send(fd, 0x81, STR(SOCKET_CREATE));
    assert_int_equal(client_read(fd, NULL, &got), 0);
    assert_int_equal(got.len, 100);
    close(fd);
    buf_release(&got);
    served_stop(&served);
}

static void a_flood_has_its_megabytes(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "40");
    int fd = socket_open(&served, "X-Test-Scenario: flood-3\r\n", &got);
    socket_send(fd, 0x81, STR(SOCKET_CREATE));
    client_read(fd, "response.completed", &got);
    assert_in_range(got.len, 3000000, 4000000);
    close(fd);
    buf_release(&got);
    served_stop(&served);
}

static void fragments_have_the_size_that_is_asked_for(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6", "--fragment", "7");
    int fd = socket_open(&served, "", &got);
    socket_send(fd, 0x81, STR(SOCKET_CREATE));
    client_read(fd, "\x01\x07{\"type\"", &got);
    close(fd);
    buf_release(&got);
    served_stop(&served);
}

static void deflate_is_taken_only_if_it_may(void **state)
{
    static const char offer[] = "Sec-WebSocket-Extensions: permessage-deflate; "
                                "client_max_window_bits\r\n";
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    close(socket_open(&served, offer, &got));
    assert_false(holds(&got, "permessage-deflate"));
    served_stop(&served);

    SERVE(&served, NULL, "--tokens", "6", "--deflate");
    buf_reset(&got);
    int fd = socket_open(&served, offer, &got);
    assert_true(holds(&got, "Extensions: permessage-deflate\r\n"));
    socket_send(fd, 0x81, STR(SOCKET_CREATE));
    client_read(fd, "\xc1\x7e", &got); // RSV1, two bytes of length
    assert_false(holds(&got, "response.created"));
    close(fd);
    buf_release(&got);
    served_stop(&served);
}

static void a_connection_may_be_closed_as_soon_as_it_is_taken(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--fault", "accept-close:1", "--fault",
          "accept-reset@2");
    int fd = client_dial(served.port);
    assert_int_equal(client_read(fd, NULL, &got), 0);
    close(fd);
    fd = client_dial(served.port);
    assert_int_equal(client_read(fd, NULL, &got), ECONNRESET);
    close(fd);
    assert_int_equal(got.len, 0);
    fd = socket_open(&served, "", &got);
    assert_int_equal(client_status(&got), 101);
    close(fd);
    buf_release(&got);
    served_stop(&served);
}

static void timing_comes_if_it_is_asked_for(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "6");
    int fd = socket_open(
        &served, "x-responsesapi-include-timing-metrics: true\r\n", &got);
    socket_send(fd, 0x81, STR(SOCKET_CREATE));
    client_read(fd, "response.completed", &got);
    assert_int_equal(count_of(&got, "responsesapi.websocket_timing"), 1);
    close(fd);
    buf_release(&got);
    served_stop(&served);
}

static void a_client_that_goes_away_harms_nobody(void **state)
{
    struct served served;
    struct buf got = { 0 };

    (void)state;
    SERVE(&served, NULL, "--tokens", "20000");
    for (int i = 0; i < 20; i++) {
        int fd = socket_open(&served, "", &got);
        socket_send(fd, 0x81, STR(SOCKET_CREATE));
        close(fd);
    }
    int fd = socket_open(&served, "", &got);
    assert_int_equal(client_status(&got), 101);
    close(fd);
    buf_release(&got);
    served_stop(&served);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_handshake_hashes_the_key),
        cmocka_unit_test(handshakes_that_are_wrong_are_refused),
        cmocka_unit_test(faults_bend_the_handshake),
        cmocka_unit_test(a_message_is_answered_and_a_ping_too),
        cmocka_unit_test(the_client_is_told_what_it_did_wrong),
        cmocka_unit_test(seventeen_megabytes_are_refused_from_the_head),
        cmocka_unit_test(frames_no_server_may_send_are_sent_on_demand),
        cmocka_unit_test(a_reset_and_a_cut_come_without_a_close_frame),
        cmocka_unit_test(a_flood_has_its_megabytes),
        cmocka_unit_test(fragments_have_the_size_that_is_asked_for),
        cmocka_unit_test(deflate_is_taken_only_if_it_may),
        cmocka_unit_test(a_connection_may_be_closed_as_soon_as_it_is_taken),
        cmocka_unit_test(timing_comes_if_it_is_asked_for),
        cmocka_unit_test(a_client_that_goes_away_harms_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
