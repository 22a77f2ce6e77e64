/* When a frame is due, by the clock, by keys and by the line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/ui/pace.h"

static struct pace drawn_at(int64_t ms)
{
    struct pace pace = pace_start();

    pace_sent(&pace, 100, ms);
    return pace;
}

static void the_first_frame_is_due_at_once(void **state)
{
    (void)state;
    struct pace pace = pace_start();

    for (int why = PACE_STREAM; why <= PACE_KEY; why++)
        assert_int_equal(pace_due(&pace, (enum pace_reason)why, 0), 0);
}

static void a_change_waits_for_a_frame_and_a_stream_for_two(void **state)
{
    (void)state;
    struct pace pace = drawn_at(1000);

    assert_int_equal(pace_due(&pace, PACE_STATE, 1000), PACE_FRAME_MS);
    assert_int_equal(pace_due(&pace, PACE_STATE, 1010), PACE_FRAME_MS - 10);
    assert_int_equal(pace_due(&pace, PACE_STATE, 1017), 0);
    assert_int_equal(pace_due(&pace, PACE_STREAM, 1000), PACE_STREAM_MS);
    assert_int_equal(pace_due(&pace, PACE_STREAM, 1040), 0);
}

static void a_key_is_echoed_at_once(void **state)
{
    (void)state;
    struct pace pace = drawn_at(1000);

    assert_int_equal(pace_due(&pace, PACE_KEY, 1000), 0);
}

static void while_somebody_types_a_stream_gets_all_frames(void **state)
{
    (void)state;
    struct pace pace = drawn_at(1000);

    pace_key(&pace, 1000);
    assert_int_equal(pace_due(&pace, PACE_STREAM, 1000), PACE_FRAME_MS);
    pace_sent(&pace, 100, 1000 + PACE_TYPING_MS);
    assert_int_equal(pace_due(&pace, PACE_STREAM, 1000 + PACE_TYPING_MS),
                     PACE_STREAM_MS);
}

static void a_blocked_write_makes_a_stream_slow_until_one_is_taken(void **state)
{
    (void)state;
    struct pace pace = drawn_at(1000);

    pace_blocked(&pace);
    assert_int_equal(pace_due(&pace, PACE_STREAM, 1000), PACE_SLOW_MS);
    assert_int_equal(pace_due(&pace, PACE_STATE, 1000), PACE_FRAME_MS);
    pace_sent(&pace, 100, 2000);
    assert_int_equal(pace_due(&pace, PACE_STREAM, 2000), PACE_STREAM_MS);
}

static void a_terminal_that_never_answered_is_not_asked(void **state)
{
    (void)state;
    struct pace pace = pace_start();

    for (int64_t ms = 0; ms < 1000; ms += 10)
        assert_false(pace_sent(&pace, 10000, ms));
    assert_int_equal(pace_due(&pace, PACE_STREAM, 2000), 0);
}

static void few_bytes_are_not_worth_a_question(void **state)
{
    (void)state;
    struct pace pace = pace_start();

    pace_trust(&pace);
    assert_false(pace_sent(&pace, 500, 0));
    assert_true(pace_sent(&pace, 600, 33));
    assert_false(pace_sent(&pace, 600, 66)); // one at a time
}

static void too_much_on_the_way_waits_for_the_answer(void **state)
{
    (void)state;
    struct pace pace = pace_start();

    pace_trust(&pace);
    assert_true(pace_sent(&pace, 6000, 0));
    assert_int_equal(pace_due(&pace, PACE_STATE, 100), PACE_PATIENCE_MS - 100);
    assert_int_equal(pace_due(&pace, PACE_KEY, 100), 0); // twice the window
    pace_sent(&pace, 6000, 100);
    assert_int_equal(pace_due(&pace, PACE_KEY, 100), PACE_PATIENCE_MS);
    pace_answered(&pace, 120);
    assert_int_equal(pace_due(&pace, PACE_KEY, 120), 0);
}

static void a_lost_answer_lets_a_frame_through_now_and_then(void **state)
{
    (void)state;
    struct pace pace = pace_start();
    int frames = 0, questions = 0;

    pace_trust(&pace);
    for (int64_t ms = 0; ms < 60 * 1000; ms++) {
        if (pace_due(&pace, PACE_STREAM, ms) > 0)
            continue;
        frames++;
        questions += pace_sent(&pace, 70000, ms);
    }
    assert_int_equal(frames, 60);
    assert_int_equal(questions, 6);
}

// A line of so many bytes a millisecond that answers in order and has `before`
// bytes to take at first, played for ten seconds: the most bytes that were ever
// on their way after five seconds.
static size_t most_on_the_way(size_t bytes_per_ms, size_t frame, size_t before)
{
    struct pace pace = pace_start();
    size_t queue = before, question = 0, most = 0;
    bool asked = false;

    pace_trust(&pace);
    for (int64_t ms = 0; ms < 10000; ms++) {
        size_t taken = queue < bytes_per_ms ? queue : bytes_per_ms;
        queue -= taken;
        if (asked && question <= taken) {
            asked = false;
            pace_answered(&pace, ms);
        }
        question -= asked ? taken : 0;
        if (pace_due(&pace, PACE_STREAM, ms) == 0) {
            queue += frame;
            if (pace_sent(&pace, frame, ms)) {
                asked = true;
                question = queue;
            }
        }
        if (ms > 5000 && queue > most)
            most = queue;
    }
    return most;
}

static void a_slow_line_has_little_on_the_way(void **state)
{
    (void)state;

    assert_true(most_on_the_way(2, 700, 0) < 4000);
    assert_true(most_on_the_way(20, 2000, 0) < 12000);
    assert_true(most_on_the_way(10000, 2000, 0) <= 2000);
}

// The first answers stand behind the first screens, and tell nothing of how
// long an answer takes by itself.
static void a_slow_line_is_known_behind_the_first_screens_too(void **state)
{
    (void)state;
    for (size_t before = 0; before < 5000; before += 500) {
        assert_in_range(most_on_the_way(2, 1400, before), 1, 5000);
        assert_in_range(most_on_the_way(20, 1400, before), 1, 5000);
    }
}

static void a_line_that_is_only_far_away_gets_its_frames(void **state)
{
    (void)state;
    struct pace pace = pace_start();
    int64_t answer_ms = -1;
    int frames = 0;

    pace_trust(&pace);
    for (int64_t ms = 0; ms < 10000; ms++) {
        if (ms == answer_ms)
            pace_answered(&pace, ms);
        if (pace_due(&pace, PACE_STREAM, ms) > 0)
            continue;
        frames++;
        if (pace_sent(&pace, 1500, ms))
            answer_ms = ms + 300;
    }
    assert_true(frames > 10000 / PACE_STREAM_MS - 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_frame_is_due_at_once),
        cmocka_unit_test(a_change_waits_for_a_frame_and_a_stream_for_two),
        cmocka_unit_test(a_key_is_echoed_at_once),
        cmocka_unit_test(while_somebody_types_a_stream_gets_all_frames),
        cmocka_unit_test(
            a_blocked_write_makes_a_stream_slow_until_one_is_taken),
        cmocka_unit_test(a_terminal_that_never_answered_is_not_asked),
        cmocka_unit_test(few_bytes_are_not_worth_a_question),
        cmocka_unit_test(too_much_on_the_way_waits_for_the_answer),
        cmocka_unit_test(a_lost_answer_lets_a_frame_through_now_and_then),
        cmocka_unit_test(a_slow_line_has_little_on_the_way),
        cmocka_unit_test(a_slow_line_is_known_behind_the_first_screens_too),
        cmocka_unit_test(a_line_that_is_only_far_away_gets_its_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
