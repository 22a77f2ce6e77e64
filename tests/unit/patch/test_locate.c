/* Where a block of lines stands in a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/patch/locate.h"
#include "kerf/patch/patch.h"

#define LINES(...)                                                           \
    (struct lines)                                                           \
    {                                                                        \
        (const struct str[]){ __VA_ARGS__ },                                 \
            sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str) \
    }

static void a_hint_beyond_the_end_searches_from_the_end(void **state)
{
    (void)state;
    struct lines text = LINES(STR("a"), STR("b"), STR("a"), STR("c"));

    struct place place = patch_locate(text, LINES(STR("a")), 0, 99, false);

    assert_int_equal(place.line, 2);
    assert_false(place.ambiguous);
}

static void an_exact_fit_far_away_beats_a_loose_fit_at_the_hint(void **state)
{
    (void)state;
    struct lines text = LINES(STR("a"), STR("}"), STR("} "), STR("z"));

    struct place place = patch_locate(text, LINES(STR("}")), 0, 2, false);

    assert_int_equal(place.fit, FIT_EXACT);
    assert_int_equal(place.line, 1);
}

static void of_two_equally_near_places_the_lower_wins(void **state)
{
    (void)state;
    struct lines text = LINES(STR("a"), STR("x"), STR("a"));

    struct place place = patch_locate(text, LINES(STR("a")), 0, 1, false);

    assert_int_equal(place.line, 2);
    assert_true(place.ambiguous);
    assert_int_equal(place.other, 0);
}

static void a_nearer_place_is_not_ambiguous(void **state)
{
    (void)state;
    struct lines text = LINES(STR("a"), STR("x"), STR("x"), STR("a"));

    struct place place = patch_locate(text, LINES(STR("a")), 0, 1, false);

    assert_int_equal(place.line, 0);
    assert_false(place.ambiguous);
}

static void without_a_hint_two_places_are_ambiguous(void **state)
{
    (void)state;
    struct lines text = LINES(STR("a"), STR("x"), STR("a"));

    struct place place =
        patch_locate(text, LINES(STR("a")), 0, HUNK_NO_HINT, false);

    assert_int_equal(place.line, 0);
    assert_true(place.ambiguous);
    assert_int_equal(place.other, 2);
}

static void lines_before_from_belong_to_others(void **state)
{
    (void)state;
    struct lines text = LINES(STR("a"), STR("x"), STR("a"));

    struct place place =
        patch_locate(text, LINES(STR("a")), 1, HUNK_NO_HINT, false);

    assert_int_equal(place.line, 2);
    assert_false(place.ambiguous);
}

static void at_end_asks_for_the_last_lines(void **state)
{
    (void)state;
    struct lines text = LINES(STR("a"), STR("a"), STR("a"));

    struct place place = patch_locate(text, LINES(STR("a")), 0, 0, true);

    assert_int_equal(place.line, 2);
    assert_false(place.ambiguous);
}

static void an_empty_block_fits_at_the_hint_or_at_the_end(void **state)
{
    (void)state;
    struct lines text = LINES(STR("a"), STR("b"));
    struct lines none = { 0 };

    assert_int_equal(patch_locate(text, none, 0, 1, false).line, 1);
    assert_int_equal(patch_locate(text, none, 0, HUNK_NO_HINT, false).line, 2);
    assert_int_equal(patch_locate(text, none, 0, 77, false).line, 2);
}

static void a_block_longer_than_the_text_fits_nowhere(void **state)
{
    (void)state;
    struct lines text = LINES(STR("a"));

    struct place place =
        patch_locate(text, LINES(STR("a"), STR("b")), 0, 0, false);

    assert_int_equal(place.fit, FIT_NONE);
}

static void each_looseness_forgives_what_its_name_says(void **state)
{
    (void)state;
    static const struct {
        struct str text, want;
        enum fit fit;
    } cases[] = {
        { { "a b", 3 }, { "a b", 3 }, FIT_EXACT },
        { { "a b \t", 5 }, { "a b", 3 }, FIT_BLANKS },
        { { "\ta b", 4 }, { "  a b", 5 }, FIT_INDENT },
        { { "a \xe2\x80\x94 b", 7 }, { "a - b", 5 }, FIT_PUNCTUATION },
        { { "\xe2\x80\x9c"
            "q\xe2\x80\x9d",
            7 },
          { "\"q\"", 3 },
          FIT_PUNCTUATION },
        { { "it\xe2\x80\x99s", 6 }, { "it's", 4 }, FIT_PUNCTUATION },
        { { "a\xc2\xa0"
            "b",
            4 },
          { "a b", 3 },
          FIT_PUNCTUATION },
        { { "a\xc2\xa0", 3 }, { "a", 1 }, FIT_PUNCTUATION },
        { { "a  b", 4 }, { "a b", 3 }, FIT_NONE },
        { { "A b", 3 }, { "a b", 3 }, FIT_NONE },
        { { "a\xff", 2 }, { "a\xfe", 2 }, FIT_NONE },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct place place = patch_locate((struct lines){ &cases[i].text, 1 },
                                          (struct lines){ &cases[i].want, 1 },
                                          0, 0, false);
        if (place.fit != cases[i].fit)
            fail_msg("case %zu: %d", i, place.fit);
    }
}

static void the_nearest_place_has_most_lines_in_order(void **state)
{
    (void)state;
    size_t same;
    struct lines text = LINES(STR("a"), STR("q"), STR("a"), STR("b"), STR("x"));

    size_t line =
        patch_nearest(text, LINES(STR("a"), STR("b"), STR("c")), 0, &same);

    assert_int_equal(line, 2);
    assert_int_equal(same, 2);
}

static void nothing_equal_has_no_nearest_place(void **state)
{
    (void)state;
    size_t same = 9;

    patch_nearest(LINES(STR("a")), LINES(STR("b")), HUNK_NO_HINT, &same);

    assert_int_equal(same, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hint_beyond_the_end_searches_from_the_end),
        cmocka_unit_test(an_exact_fit_far_away_beats_a_loose_fit_at_the_hint),
        cmocka_unit_test(of_two_equally_near_places_the_lower_wins),
        cmocka_unit_test(a_nearer_place_is_not_ambiguous),
        cmocka_unit_test(without_a_hint_two_places_are_ambiguous),
        cmocka_unit_test(lines_before_from_belong_to_others),
        cmocka_unit_test(at_end_asks_for_the_last_lines),
        cmocka_unit_test(an_empty_block_fits_at_the_hint_or_at_the_end),
        cmocka_unit_test(a_block_longer_than_the_text_fits_nowhere),
        cmocka_unit_test(each_looseness_forgives_what_its_name_says),
        cmocka_unit_test(the_nearest_place_has_most_lines_in_order),
        cmocka_unit_test(nothing_equal_has_no_nearest_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
