/* The path matcher. */
#include "kerf/text/fuzzy.h"

#include "rows.h"

static int score(const char *pattern, const char *candidate)
{
    return fuzzy_score(str_from(pattern), str_from(candidate));
}

static void the_empty_pattern_matches_everything(void **state)
{
    (void)state;
    assert_int_equal(score("", "src/main.c"), 0);
    assert_int_equal(score("", ""), 0);
}

static void all_characters_must_come_in_order(void **state)
{
    (void)state;
    assert_true(score("smc", "src/main.c") > 0);
    assert_int_equal(score("cms", "src/main.c"), -1);
    assert_int_equal(score("maain", "src/main.c"), -1);
    assert_int_equal(score("x", ""), -1);
}

static void a_capital_makes_case_matter(void **state)
{
    (void)state;
    assert_true(score("readme", "README.md") > 0);
    assert_true(score("README", "README.md") > 0);
    assert_int_equal(score("Readme", "README.md"), -1);
}

static const struct {
    const char *pattern, *better, *worse;
} orders[] = {
    { "main", "src/main.c", "src/domain.c" },          // start of the name
    { "main", "src/main.c", "main/src/very/other.c" }, // in the name
    { "sc", "src/style_case.c", "src/disco.c" },       // word starts
    { "wrap", "text/wrap.c", "w/r/a/p.c" },            // runs
    { "fb", "src/FooBar.c", "src/fooxbar.c" },         // camelCase
    { "abc", "a_b_c", "axxbxxc" },
};

static void better_places_score_more(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
        assert_true(score(orders[i].pattern, orders[i].better)
                    > score(orders[i].pattern, orders[i].worse));
}

static void the_best_come_first(void **state)
{
    const struct str paths[] = { STR("src/domain.c"), STR("src/main.c"),
                                 STR("doc/manual.md"), STR("main.c"),
                                 STR("nothing") };
    struct fuzzy_hit hits[5];

    (void)state;
    assert_int_equal(fuzzy_top(STR("main.c"), paths, 5, hits, 5), 3);
    assert_int_equal(hits[0].index, 3);
    assert_int_equal(hits[1].index, 1);
    assert_int_equal(hits[2].index, 0);
}

static void only_as_many_as_asked_are_kept(void **state)
{
    struct str paths[100];
    struct fuzzy_hit hits[4];

    (void)state;
    for (size_t i = 0; i < 100; i++)
        paths[i] = i % 10 == 7 ? STR("abc") : STR("a1b2c3");
    assert_int_equal(fuzzy_top(STR("abc"), paths, 100, hits, 4), 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(hits[i].index, 7 + 10 * i);
    assert_int_equal(fuzzy_top(STR("abc"), paths, 100, hits, 0), 0);
}

static void ties_go_to_the_shorter_then_the_earlier(void **state)
{
    const struct str paths[] = { STR("ab/long"), STR("ab"), STR("ab/x"),
                                 STR("ab/y") };
    struct fuzzy_hit hits[4];

    (void)state;
    assert_int_equal(fuzzy_top(STR(""), paths, 4, hits, 4), 4);
    assert_int_equal(hits[0].index, 1);
    assert_int_equal(hits[1].index, 2);
    assert_int_equal(hits[2].index, 3);
    assert_int_equal(hits[3].index, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_empty_pattern_matches_everything),
        cmocka_unit_test(all_characters_must_come_in_order),
        cmocka_unit_test(a_capital_makes_case_matter),
        cmocka_unit_test(better_places_score_more),
        cmocka_unit_test(the_best_come_first),
        cmocka_unit_test(only_as_many_as_asked_are_kept),
        cmocka_unit_test(ties_go_to_the_shorter_then_the_earlier),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
