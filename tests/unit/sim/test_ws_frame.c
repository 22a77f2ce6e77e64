/* WebSocket frames: what clients may send, and how messages are written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/sim/ws_frame.h"

#define MASK "\x01\x02\x03\x04"

static void put(struct buf *bytes, unsigned opcode, bool more, struct str text)
{
    struct ws_frame frame = { .opcode = opcode, .more = more, .masked = true };

    ws_write(&frame, text, bytes);
}

static void a_masked_message_is_read_however_it_is_cut(void **state)
{
    // "Hi!" under the mask 01 02 03 04
    static const char frame[] = "\x81\x83" MASK "\x49\x6b\x22";

    (void)state;
    for (size_t piece = 1; piece < sizeof(frame); piece++) {
        struct ws_reader reader = { 0 };
        struct str rest = { frame, sizeof(frame) - 1 }, payload;
        enum ws_step step = WS_STEP_MORE;
        while (rest.len > 0) {
            struct str bytes = str_take(rest, piece);
            rest = str_skip(rest, bytes.len);
            step = ws_read(&reader, &bytes, &payload);
        }
        assert_int_equal(step, WS_STEP_MESSAGE);
        assert_true(str_is(payload, "Hi!"));
        ws_release(&reader);
    }
}

static void a_ping_may_stand_between_fragments(void **state)
{
    struct ws_reader reader = { 0 };
    struct buf bytes = { 0 };
    struct str payload;

    (void)state;
    put(&bytes, WS_TEXT, true, STR("a"));
    put(&bytes, WS_PING, false, STR("p"));
    put(&bytes, WS_CONTINUATION, false, STR("b"));
    put(&bytes, WS_CLOSE, false, STR("\x03\xe8"));
    struct str rest = buf_str(&bytes);
    assert_int_equal(ws_read(&reader, &rest, &payload), WS_STEP_PING);
    assert_true(str_is(payload, "p"));
    assert_int_equal(ws_read(&reader, &rest, &payload), WS_STEP_MESSAGE);
    assert_true(str_is(payload, "ab"));
    assert_int_equal(ws_read(&reader, &rest, &payload), WS_STEP_CLOSE);
    assert_int_equal(reader.close_code, 1000);
    buf_release(&bytes);
    ws_release(&reader);
}

struct wrong {
    const char *bytes;
    size_t length;
    int code;
};

#define BYTES(text) text, sizeof(text) - 1

static void what_a_client_may_not_send_has_a_code(void **state)
{
    static const struct wrong cases[] = {
        { BYTES("\x81\x01x"), 1002 },                // not masked
        { BYTES("\xc1\x80" MASK), 1002 },            // RSV1
        { BYTES("\x91\x80" MASK), 1002 },            // RSV3
        { BYTES("\x83\x80" MASK), 1002 },            // opcode 3
        { BYTES("\x80\x80" MASK), 1002 },            // continues nothing
        { BYTES("\x09\x80" MASK), 1002 },            // fragmented ping
        { BYTES("\x89\xfe\x00\x7e" MASK), 1002 },    // ping of 126 bytes
        { BYTES("\x81\xfe\x00\x01" MASK), 1002 },    // length not shortest
        { BYTES("\x82\x80" MASK), 1003 },            // binary
        { BYTES("\x81\xfe\x01\x01" MASK), 1009 },    // beyond the limit
        { BYTES("\x88\x81" MASK "\x02"), 1002 },     // close of one byte
        { BYTES("\x88\x82" MASK "\x02\xef"), 1002 }, // close with 1005
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct ws_reader reader = { .limit_bytes = 256 };
        struct str bytes = { cases[i].bytes, cases[i].length }, payload;
        enum ws_step step = ws_read(&reader, &bytes, &payload);
        if (step != WS_STEP_WRONG || reader.close_code != cases[i].code)
            fail_msg("case %zu: step %d, code %d", i, (int)step,
                     reader.close_code);
        ws_release(&reader);
    }
}

static void fragments_add_up_to_the_limit(void **state)
{
    struct ws_reader reader = { .limit_bytes = 4 };
    struct buf bytes = { 0 };
    struct str payload;

    (void)state;
    put(&bytes, WS_TEXT, true, STR("abc"));
    put(&bytes, WS_CONTINUATION, false, STR("de"));
    struct str rest = buf_str(&bytes);
    assert_int_equal(ws_read(&reader, &rest, &payload), WS_STEP_WRONG);
    assert_int_equal(reader.close_code, 1009);
    buf_release(&bytes);
    ws_release(&reader);
}

static void lengths_are_written_in_their_shortest_form(void **state)
{
    static const struct {
        uint64_t length;
        const char *head;
        size_t bytes;
    } cases[] = {
        { 0, "\x81\x00", 2 },
        { 125, "\x81\x7d", 2 },
        { 126, "\x81\x7e\x00\x7e", 4 },
        { 65535, "\x81\x7e\xff\xff", 4 },
        { 65536, "\x81\x7f\0\0\0\0\0\1\0\0", 10 },
        { (uint64_t)1 << 63, "\x81\x7f\x80\0\0\0\0\0\0\0", 10 },
    };
    const struct ws_frame frame = { .opcode = WS_TEXT };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct buf out = { 0 };
        ws_write_head(&frame, cases[i].length, &out);
        assert_int_equal(out.len, cases[i].bytes);
        assert_memory_equal(out.at, cases[i].head, cases[i].bytes);
        buf_release(&out);
    }
}

static void fragments_may_cut_a_character(void **state)
{
    struct buf out = { 0 };

    (void)state;
    ws_write_message(STR("\xc3\xa4!"), 1, false, &out);
    assert_int_equal(out.len, 9);
    assert_memory_equal(out.at, "\x01\x01\xc3\x00\x01\xa4\x80\x01!", 9);
    buf_release(&out);
}

static void a_close_frame_has_code_and_reason(void **state)
{
    struct buf out = { 0 };

    (void)state;
    ws_write_close(1008, STR("no"), &out);
    assert_int_equal(out.len, 6);
    assert_memory_equal(out.at, "\x88\x04\x03\xf0no", 6);
    buf_reset(&out);
    ws_write_close(1005, STR(""), &out);
    assert_int_equal(out.len, 2);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_masked_message_is_read_however_it_is_cut),
        cmocka_unit_test(a_ping_may_stand_between_fragments),
        cmocka_unit_test(what_a_client_may_not_send_has_a_code),
        cmocka_unit_test(fragments_add_up_to_the_limit),
        cmocka_unit_test(lengths_are_written_in_their_shortest_form),
        cmocka_unit_test(fragments_may_cut_a_character),
        cmocka_unit_test(a_close_frame_has_code_and_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
