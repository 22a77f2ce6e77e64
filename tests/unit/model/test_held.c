/* Streams that come all at once: which are held back, and when it is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/model/held.h"

static const struct arrival held_back = { 1000, 4000, 4000, 4003, 2000 };
static const struct arrival fluent = { 1000, 1100, 1300, 3000, 2000 };
static const struct arrival brief = { 1000, 4000, 4000, 4000, 200 };

static void silence_and_then_all_at_once_is_held_back(void **state)
{
    static const struct {
        struct arrival arrival;
        enum holding holding;
    } cases[] = {
        { { 1000, 4000, 4000, 4003, 2000 }, HOLDING_YES },
        { { 1000, 2000, 2000, 2000, 800 }, HOLDING_YES },
        // a sign of life came early: a model that thinks
        { { 1000, 1050, 4000, 4003, 2000 }, HOLDING_NO },
        // a wafer after a queue: 4,000 tokens a second
        { { 1000, 4000, 4000, 4250, 4000 }, HOLDING_NO },
        // no silence: the answer is from this machine
        { { 1000, 1020, 1020, 1021, 9000 }, HOLDING_NO },
        // too short to tell, and none at all
        { { 1000, 4000, 4000, 4000, 700 }, HOLDING_UNKNOWN },
        { { 1000, 0, 0, 0, 0 }, HOLDING_UNKNOWN },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(arrival_judge(&cases[i].arrival), cases[i].holding);
}

static void the_third_in_a_row_is_told_once(void **state)
{
    struct held held = { 0 };

    (void)state;
    assert_false(held_note(&held, &held_back, 7));
    assert_false(held_note(&held, &held_back, 7));
    assert_true(held_note(&held, &held_back, 7));
    for (int i = 0; i < 5; i++)
        assert_false(held_note(&held, &held_back, 7));
}

static void a_fluent_answer_begins_the_count_anew(void **state)
{
    struct held held = { 0 };

    (void)state;
    held_note(&held, &held_back, 7);
    held_note(&held, &held_back, 7);
    held_note(&held, &fluent, 7);
    held_note(&held, &held_back, 7);
    assert_false(held_note(&held, &held_back, 7));
    assert_true(held_note(&held, &held_back, 7));
}

static void a_brief_answer_says_nothing_either_way(void **state)
{
    struct held held = { 0 };

    (void)state;
    held_note(&held, &held_back, 7);
    held_note(&held, &held_back, 7);
    assert_false(held_note(&held, &brief, 7));
    assert_true(held_note(&held, &held_back, 7));
}

static void another_network_is_another_story(void **state)
{
    struct held held = { 0 };

    (void)state;
    for (int i = 0; i < 3; i++)
        held_note(&held, &held_back, 7);
    assert_false(held_note(&held, &held_back, 8));
    assert_false(held_note(&held, &held_back, 8));
    assert_true(held_note(&held, &held_back, 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence_and_then_all_at_once_is_held_back),
        cmocka_unit_test(the_third_in_a_row_is_told_once),
        cmocka_unit_test(a_fluent_answer_begins_the_count_anew),
        cmocka_unit_test(a_brief_answer_says_nothing_either_way),
        cmocka_unit_test(another_network_is_another_story),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
