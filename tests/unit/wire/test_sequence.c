/* Numbers of events: reliability.md N43, N44. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "kerf/base/arena.h"
#include "kerf/wire/sequence.h"

static const char *type_of(struct str word)
{
    if (str_ends_with(word, STR("!")))
        return "response.completed";
    return str_ends_with(word, STR("~")) ? "response.steer.accepted" : "x";
}

// Feeds "n" (an event), "n!" (a terminal one), "n~" (about a steer) or "-"
// (without a number); what is taken is appended, and the end of it is told.
static void play(struct sequence *s, const char *events, const char *want)
{
    static const char *const ends[] = { "", "", "", "cut" };
    struct arena arena = { 0 };
    struct buf log = { 0 }, text = { 0 };
    struct str rest = str_from(events), word;

    while (str_split(&rest, ' ', &word)) {
        bool last = str_ends_with(word, STR("!"));
        bool marked = last || str_ends_with(word, STR("~"));
        struct str number = str_take(word, word.len - marked);
        struct str message =
            str_is(number, "-")
                ? STR("{\"type\":\"keepalive\"}")
                : arena_printf(&arena,
                               "{\"type\":\"%s\",\"sequence_number\":%.*s}",
                               type_of(word), STR_ARG(number));
        struct envelope envelope = envelope_read(message);
        assert_int_equal(envelope.ends, last);
        enum sequence_verdict verdict = sequence_offer(s, &envelope, message);
        buf_append(&log, str_from(ends[verdict]));
        if (verdict == SEQUENCE_TAKE)
            buf_printf(&log, "%.*s ", STR_ARG(number));
        while (verdict != SEQUENCE_CUT && sequence_next(s, &text))
            buf_printf(&log, "%d ", (int)envelope_read(buf_str(&text)).number);
    }
    assert_string_equal(buf_cstr(&log), want);
    buf_release(&log);
    buf_release(&text);
    arena_release(&arena);
}

static void each_order_is_judged(void **state)
{
    static const struct {
        const char *events, *want;
    } cases[] = {
        { "0 1 2 3!", "0 1 2 3 " },
        { "7 8 9", "7 8 9 " }, // the first may be any
        { "0 1 1 0 2", "0 1 2 " },
        { "0 2 1 3", "0 1 2 3 " },
        { "0 3 2 2 1 4", "0 1 2 3 4 " },
        { "0 - 1 -", "0 - 1 - " },
        { "0 2 3 4!", "0 cut" },
        { "0 1 64 2", "0 1 2 " },
        { "0 1 66", "0 1 cut" },
        { "4 5 0~ 6 1~ 7!", "4 5 0 6 1 7 " },       // numbers of its own
        { "4 5 6~ 7 8!", "4 5 6 7 8 " },            // numbers of the stream
        { "4 5 6~ 7~ 9 8 10!", "4 5 6 7 8 9 10 " }, // and out of order
        { "4 7 5~ 6~ 8 9!", "4 5 6 7 8 9 " },       // and one is early
        { "4 6 5~ 7!", "4 5 6 7 " },
        { "4 7 5~ 6~ 7 8 9!", "4 5 6 7 8 9 " }, // and comes again
        { "0 1 2~ 2 3!", "0 1 2 2 3 " },        // or the same number twice
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sequence s = { 0 };
        play(&s, cases[i].events, cases[i].want);
        sequence_release(&s);
    }
}

static void a_backend_that_is_known_for_gaps_may_have_them(void **state)
{
    struct sequence s = { .tolerates_gaps = true };

    (void)state;
    play(&s, "0 2 2 90 89 91!", "0 2 90 91 ");
    sequence_release(&s);
    assert_true(s.tolerates_gaps);
}

static void the_next_response_begins_anew(void **state)
{
    struct sequence s = { 0 };

    (void)state;
    play(&s, "5 7", "5 ");
    assert_true(s.is_held[7]);
    sequence_reset(&s);
    play(&s, "0 1 2 3 4 5 6 7 8", "0 1 2 3 4 5 6 7 8 ");
    sequence_release(&s);
}

static void an_envelope_tells_lane_and_number(void **state)
{
    struct envelope envelope = envelope_read(
        STR("{\"type\":\"response.created\",\"stream_id\":\"side\","
            "\"sequence_number\":12,\"response\":{\"type\":\"no\"}}"));

    (void)state;
    assert_true(str_is(envelope.type, "response.created"));
    assert_true(str_is(envelope.stream_id, "side"));
    assert_true(envelope.begins && envelope.is_numbered && !envelope.ends);
    assert_int_equal(envelope.number, 12);
    envelope = envelope_read(STR("{\"sequence_number\":-1,\"type\":7}"));
    assert_false(envelope.is_numbered);
    assert_int_equal(envelope.type.len, 0);
    envelope = envelope_read(STR("nonsense"));
    assert_false(envelope.is_numbered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_order_is_judged),
        cmocka_unit_test(a_backend_that_is_known_for_gaps_may_have_them),
        cmocka_unit_test(the_next_response_begins_anew),
        cmocka_unit_test(an_envelope_tells_lane_and_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
