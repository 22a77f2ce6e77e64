/* What a server plays, and what a dial makes of it: a table. */
#include "kerf/net/ws.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "client.c"
#include "server.c"

#define MOST_STEPS 6
#define ANY_CODE (-1)

struct row {
    const char *name;
    struct step steps[MOST_STEPS];
    enum net_end_class end_class;
    int code;
    const char *messages; // each followed by "|"
    const char *words;    // somewhere in the text
};

#define HTTP(status)                                                           \
    {                                                                          \
        DO(ACT_HEAD), TELL("HTTP/1.1 " status "\r\nContent-Length: 0\r\n\r\n") \
    }
#define CLOSING(frame)               \
    {                                \
        DO(ACT_UPGRADE), TELL(frame) \
    }

static const struct row rows[] = {
    // messages
    { "a short message and a close",
      { DO(ACT_UPGRADE), TELL("\x81\x02hi\x88\x02\x03\xe8") },
      NET_END_NORMAL,
      1000,
      "hi|",
      "closed the connection (1000)" },
    { "two messages in one packet",
      { DO(ACT_UPGRADE), TELL("\x81\x01"
                              "a\x81\x01"
                              "b\x88\x00") },
      NET_END_LOST,
      1005,
      "a|b|",
      "(1005)" },
    { "an empty message",
      { DO(ACT_UPGRADE), TELL("\x81\x00\x88\x02\x03\xe8") },
      NET_END_NORMAL,
      1000,
      "|",
      "" },
    { "fragments become one message",
      { DO(ACT_UPGRADE), TELL("\x01\x01"
                              "a\x00\x01"
                              "b\x80\x01"
                              "c\x88\x02\x03\xe8") },
      NET_END_NORMAL,
      1000,
      "abc|",
      "" },
    { "an empty last fragment",
      { DO(ACT_UPGRADE), TELL("\x01\x01"
                              "a\x80\x00\x88\x02\x03\xe8") },
      NET_END_NORMAL,
      1000,
      "a|",
      "" },
    { "a ping between fragments",
      { DO(ACT_UPGRADE), TELL("\x01\x01"
                              "a\x89\x02pp\x80\x01"
                              "b\x88\x02\x03\xe8") },
      NET_END_NORMAL,
      1000,
      "ab|",
      "" },
    { "a pong that nobody asked for",
      { DO(ACT_UPGRADE), TELL("\x8a\x00\x81\x01"
                              "a\x88\x02\x03\xe8") },
      NET_END_NORMAL,
      1000,
      "a|",
      "" },
    { "every byte in a packet of its own",
      { DO(ACT_UPGRADE), TRICKLE("\x01\x02\xc3\xa4\x80\x01"
                                 "b\x88\x02\x03\xe8") },
      NET_END_NORMAL,
      1000,
      "\xc3\xa4"
      "b|",
      "" },
    { "a character split over two fragments",
      { DO(ACT_UPGRADE), TELL("\x01\x02\xe2\x82\x80\x01\xac\x88\x02\x03\xe8") },
      NET_END_NORMAL,
      1000,
      "\xe2\x82\xac|",
      "" },
    { "a length of 16 bits",
      { DO(ACT_UPGRADE), TELL("\x81\x7e\x01\x00"), FILL(256),
        TELL("\x88\x02\x03\xe8") },
      NET_END_NORMAL,
      1000,
      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|",
      "" },
    { "a message larger than the buffer",
      { DO(ACT_UPGRADE), TELL("\x81\x7f\0\0\0\0\0\x20\0\0"), FILL(2 << 20),
        TELL("\x88\x02\x03\xe8") },
      NET_END_NORMAL,
      1000,
      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|",
      "" },
    { "a flood of pings is survived",
      { DO(ACT_UPGRADE), REPEAT("\x89\x01p", 10000),
        TELL("\x81\x01"
             "a\x88\x02\x03\xe8") },
      NET_END_NORMAL,
      1000,
      "a|",
      "" },
    { "a head byte by byte",
      { DO(ACT_HEAD), TRICKLE("HTTP/1.1 404 Not Found\r\n\r\n") },
      NET_END_UNSUPPORTED,
      404,
      "",
      "no WebSocket at this address (HTTP 404)" },

    // close codes
    { "1001", CLOSING("\x88\x02\x03\xe9"), NET_END_NORMAL, 1001, "",
      "goes away" },
    { "1003", CLOSING("\x88\x02\x03\xeb"), NET_END_PROTOCOL, 1003, "", "" },
    { "1007", CLOSING("\x88\x02\x03\xef"), NET_END_PROTOCOL, 1007, "", "" },
    { "1008 with a reason",
      CLOSING("\x88\x07\x03\xf0"
              "no\x1b[m"),
      NET_END_REFUSED, 1008, "", "policy (1008): no\xe2\x90\x9b[m" },
    { "1009", CLOSING("\x88\x02\x03\xf1"), NET_END_TOO_BIG, 1009, "",
      "too big" },
    { "1011", CLOSING("\x88\x02\x03\xf3"), NET_END_LOST, 1011, "", "fault" },
    { "1012, shown by the library as 1002", CLOSING("\x88\x02\x03\xf4"),
      NET_END_LOST, 1002, "", "restarts" },
    { "1013, too", CLOSING("\x88\x02\x03\xf5"), NET_END_LOST, 1002, "",
      "busy" },
    { "4000", CLOSING("\x88\x02\x0f\xa0"), NET_END_LOST, 4000, "", "(4000)" },
    { "no code", CLOSING("\x88\x00"), NET_END_LOST, 1005, "", "" },
    { "half a code", CLOSING("\x88\x01\x03"), NET_END_PROTOCOL, 1002, "", "" },

    // cuts
    { "closed right after the handshake",
      { DO(ACT_UPGRADE), DO(ACT_CLOSE) },
      NET_END_LOST,
      1006,
      "",
      "cut" },
    { "reset right after the handshake, perhaps before it was read",
      { DO(ACT_UPGRADE), DO(ACT_RESET) },
      NET_END_LOST,
      ANY_CODE,
      "",
      "127.0.0.1" },
    { "cut inside a frame",
      { DO(ACT_UPGRADE),
        TELL("\x81\x01"
             "a\x81\x05"
             "bc"),
        DO(ACT_CLOSE) },
      NET_END_LOST,
      1006,
      "a|",
      "cut" },
    { "cut before the head",
      { DO(ACT_HEAD), DO(ACT_CLOSE) },
      NET_END_LOST,
      0,
      "",
      "no answer in HTTP" },
    { "cut inside the head",
      { DO(ACT_HEAD), TELL("HTTP/1.1 101 Swi"), DO(ACT_CLOSE) },
      NET_END_LOST,
      0,
      "",
      "no answer in HTTP" },
    { "reset instead of a head",
      { DO(ACT_HEAD), DO(ACT_RESET) },
      NET_END_LOST,
      0,
      "",
      "no answer in HTTP" },

    // heads
    { "400", HTTP("400 Bad"), NET_END_REFUSED, 400, "", "(HTTP 400)" },
    { "401", HTTP("401 No"), NET_END_REFUSED, 401, "", "refuses the key" },
    { "403", HTTP("403 No"), NET_END_REFUSED, 403, "", "forbids" },
    { "404", HTTP("404 No"), NET_END_UNSUPPORTED, 404, "",
      "no WebSocket at this address" },
    { "405", HTTP("405 No"), NET_END_UNSUPPORTED, 405, "", "no WebSocket" },
    { "426", HTTP("426 Up"), NET_END_UNSUPPORTED, 426, "", "wants HTTP" },
    { "429", HTTP("429 Slow"), NET_END_LOST, 429, "", "too many" },
    { "500", HTTP("500 Oh"), NET_END_LOST, 500, "", "fault" },
    { "501", HTTP("501 Oh"), NET_END_UNSUPPORTED, 501, "", "no WebSocket" },
    { "503", HTTP("503 Oh"), NET_END_LOST, 503, "", "(HTTP 503)" },
    { "200 of a captive portal", HTTP("200 OK"), NET_END_REFUSED, 200, "",
      "(HTTP 200)" },
    { "302 is not followed",
      { DO(ACT_HEAD), TELL("HTTP/1.1 302 Found\r\nLocation: "
                           "http://127.0.0.1:1/evil\r\n\r\n") },
      NET_END_REFUSED,
      302,
      "",
      "not followed: http://127.0.0.1:1/evil" },
    { "308 is not followed",
      { DO(ACT_HEAD), TELL("HTTP/1.1 308 P\r\nLocation: /v2\r\n\r\n") },
      NET_END_REFUSED,
      308,
      "",
      "/v2" },
    { "101 with a wrong Accept",
      { DO(ACT_HEAD), TELL(UPGRADED "Sec-WebSocket-Accept: "
                                    "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
                                    "\x81\x01"
                                    "a") },
      NET_END_PROTOCOL,
      0,
      "",
      "no WebSocket server" },
    { "101 without Accept",
      { DO(ACT_HEAD), TELL(UPGRADED "\r\n") },
      NET_END_PROTOCOL,
      0,
      "",
      "no WebSocket server" },
    { "101 without Upgrade",
      { DO(ACT_HEAD), TELL("HTTP/1.1 101 S\r\nConnection: Upgrade\r\n"
                           "Sec-WebSocket-Accept: x\r\n\r\n") },
      NET_END_PROTOCOL,
      0,
      "",
      "no WebSocket server" },
    { "101 with an extension that was not asked for",
      { DO(ACT_HEAD),
        TELL(UPGRADED "Sec-WebSocket-Extensions: permessage-deflate\r\n"
                      "Sec-WebSocket-Accept: x\r\n\r\n") },
      NET_END_PROTOCOL,
      0,
      "",
      "no WebSocket server" },
    { "101 with a subprotocol that was not asked for",
      { DO(ACT_HEAD), TELL(UPGRADED "Sec-WebSocket-Protocol: chat\r\n"
                                    "Sec-WebSocket-Accept: x\r\n\r\n") },
      NET_END_PROTOCOL,
      0,
      "",
      "no WebSocket server" },
    { "a head without end",
      { DO(ACT_HEAD), TELL("HTTP/1.1 101 S\r\nX-A: "), FILL(100000) },
      NET_END_PROTOCOL,
      0,
      "",
      "too big or malformed" },
    { "no HTTP at all",
      { DO(ACT_HEAD), TELL("SSH-2.0-x\r\n\r\n"), DO(ACT_CLOSE) },
      NET_END_LOST,
      0,
      "",
      "no answer in HTTP" },

    // frames against the rules
    { "a binary message",
      { DO(ACT_UPGRADE), TELL("\x82\x01"
                              "a") },
      NET_END_PROTOCOL,
      1003,
      "",
      "binary" },
    { "a binary message after a text",
      { DO(ACT_UPGRADE), TELL("\x81\x01"
                              "a\x82\x01"
                              "b") },
      NET_END_PROTOCOL,
      1003,
      "a|",
      "binary" },
    { "malformed UTF-8",
      { DO(ACT_UPGRADE), TELL("\x81\x01"
                              "a\x81\x02\xc3\x28\x81\x01"
                              "b") },
      NET_END_PROTOCOL,
      1007,
      "a|",
      "UTF-8" },
    { "a message that ends inside a character",
      { DO(ACT_UPGRADE), TELL("\x81\x02\xe2\x82") },
      NET_END_PROTOCOL,
      1007,
      "",
      "UTF-8" },
    { "1 GB announced",
      { DO(ACT_UPGRADE), TELL("\x81\x7f\0\0\0\0\x40\0\0\0"), FILL(65536) },
      NET_END_PROTOCOL,
      1009,
      "",
      "too big" },
    { "a length of 2^63",
      { DO(ACT_UPGRADE), TELL("\x81\x7f\x80\0\0\0\0\0\0\0x") },
      NET_END_PROTOCOL,
      1002,
      "",
      "breaks" },
    { "a length of 2^62",
      { DO(ACT_UPGRADE), TELL("\x81\x7f\x40\0\0\0\0\0\0\0"), FILL(65536) },
      NET_END_PROTOCOL,
      1009,
      "",
      "too big" },
    { "endless fragments without bytes",
      { DO(ACT_UPGRADE), TELL("\x01\x00"), REPEAT("\0\0\0\0", 100000) },
      NET_END_PROTOCOL,
      1009,
      "",
      "too many pieces" },
    { "a reserved opcode",
      { DO(ACT_UPGRADE), TELL("\x83\x01"
                              "a") },
      NET_END_PROTOCOL,
      1002,
      "",
      "breaks" },
    { "a reserved bit",
      { DO(ACT_UPGRADE), TELL("\xc1\x01"
                              "a") },
      NET_END_PROTOCOL,
      1002,
      "",
      "breaks" },
    { "a continuation of nothing",
      { DO(ACT_UPGRADE), TELL("\x80\x01"
                              "a") },
      NET_END_PROTOCOL,
      1002,
      "",
      "breaks" },
    { "a new message inside another",
      { DO(ACT_UPGRADE), TELL("\x01\x01"
                              "a\x81\x01"
                              "b") },
      NET_END_PROTOCOL,
      1002,
      "",
      "breaks" },
    { "a ping in fragments",
      { DO(ACT_UPGRADE), TELL("\x09\x01"
                              "a") },
      NET_END_PROTOCOL,
      1002,
      "",
      "breaks" },
    { "a ping of 126 bytes",
      { DO(ACT_UPGRADE), TELL("\x89\x7e\x00\x7e"), FILL(126) },
      NET_END_PROTOCOL,
      1002,
      "",
      "breaks" },
    { "garbage after the handshake",
      { DO(ACT_UPGRADE), TELL("\xff\xff\xff\xff\xff\xff") },
      NET_END_PROTOCOL,
      1002,
      "",
      "breaks" },
};

static void play_row(const struct row *row)
{
    struct server_options options = { .steps = row->steps };
    struct server server = server_start(&options);
    struct client client = { .ends = 0 };

    client_play(&client, &server, NULL);
    bool as_expected =
        client.end.end_class == row->end_class
        && (client.end.code == row->code || row->code == ANY_CODE)
        && strcmp(buf_cstr(&client.text), row->messages) == 0
        && strstr(client.end.text, row->words);
    if (!as_expected)
        print_error("%s: class %d code %d messages \"%s\" text \"%s\"\n",
                    row->name, (int)client.end.end_class, client.end.code,
                    buf_cstr(&client.text), client.end.text);
    assert_true(as_expected);
    assert_int_equal(client.ends, 1);
    client_sweep(&client);
    server_stop(&server, NULL);
}

static void a_server_is_taken_as_it_behaves(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        play_row(&rows[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_is_taken_as_it_behaves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
