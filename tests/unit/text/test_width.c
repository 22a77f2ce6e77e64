/* Cells and clusters, in the UTF-8 locale that every test here sets. */
#include <locale.h>

#include "kerf/text/width.h"

#include "rows.h"

static int use_utf8(void **state)
{
    (void)state;
    return setlocale(LC_ALL, "C.UTF-8") ? 0 : -1;
}

struct step_case {
    const char *text;
    size_t bytes, cells;
};

static void a_cluster_takes_the_sum_of_its_code_points(void **state)
{
    static const struct step_case cases[] = {
        { "", 0, 0 },
        { "ab", 1, 1 },
        { "e\xcc\x81x", 3, 1 },                       // e and a combining acute
        { "\xe4\xb8\xad\xe6\x96\x87", 3, 2 },         // CJK
        { "\xf0\x9f\x98\x80!", 4, 2 },                // a smiling face
        { "\xe2\x9d\xa4\xef\xb8\x8f", 6, 2 },         // heart, VS16
        { "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", 8, 2 }, // flag: two letters
        { "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", 11, 4 }, // ZWJ
        { "\xea\xb0\x80", 3, 2 }, // a Hangul syllable
        { "\xff\xfe", 1, 1 },     // malformed: byte by byte
        { "\xcc\x81", 2, 0 },     // a mark that stands alone
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t cells = 99;
        assert_int_equal(width_step(str_from(cases[i].text), &cells),
                         cases[i].bytes);
        assert_int_equal(cells, cases[i].cells);
    }
}

static void controls_and_unassigned_codes_count_one_cell(void **state)
{
    (void)state;
    assert_int_equal(width_of_code(0), 1);
    assert_int_equal(width_of_code(0x1b), 1);
    assert_int_equal(width_of_code(0x378), 1);
    assert_int_equal(width_of_code(0x301), 0);
    assert_int_equal(width_of_code(0x4e2d), 2);
}

static void a_text_is_as_wide_as_its_clusters(void **state)
{
    (void)state;
    assert_int_equal(width_of(STR("")), 0);
    assert_int_equal(width_of(STR("plain")), 5);
    assert_int_equal(width_of(STR("na\xc3\xafve \xe4\xb8\xad")), 8);
}

static void what_fits_never_splits_a_wide_character(void **state)
{
    struct str text = STR("a\xe4\xb8\xad"
                          "b");
    size_t used;

    (void)state;
    assert_int_equal(width_fit(text, 2, &used).len, 1);
    assert_int_equal(used, 1);
    assert_int_equal(width_fit(text, 3, &used).len, 4);
    assert_int_equal(used, 3);
    assert_int_equal(width_fit(text, 99, NULL).len, text.len);
    assert_int_equal(width_fit(text, 0, NULL).len, 0);
}

static void what_fits_keeps_a_mark_with_its_letter(void **state)
{
    (void)state;
    assert_int_equal(width_fit(STR("e\xcc\x81x"), 1, NULL).len, 3);
}

static void a_line_has_no_control_left(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    struct str line = width_line(
        &arena, STR("a\x1b[31mb\x07\xc2\x9b\xff\xe2\x80\xae!\n"), 0, 8);

    assert_text(&arena, line,
                "a\xe2\x90\x9b[31mb\xe2\x90\x87<9b><ff><U+202E>!"
                "\xe2\x90\x8a");
    arena_release(&arena);
}

static void tabs_reach_the_next_stop_of_the_column(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    assert_text(&arena, width_line(&arena, STR("\tx"), 0, 4), "    x");
    assert_text(&arena, width_line(&arena, STR("ab\tx"), 0, 4), "ab  x");
    assert_text(&arena, width_line(&arena, STR("abcd\tx"), 0, 4), "abcd    x");
    assert_text(&arena, width_line(&arena, STR("a\tx"), 2, 4), "a x");
    assert_text(&arena, width_line(&arena, STR("\xe4\xb8\xad\tx"), 0, 4),
                "\xe4\xb8\xad  x");
    assert_text(&arena, width_line(&arena, STR("a\tb"), 0, 0), "a b");
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cluster_takes_the_sum_of_its_code_points),
        cmocka_unit_test(controls_and_unassigned_codes_count_one_cell),
        cmocka_unit_test(a_text_is_as_wide_as_its_clusters),
        cmocka_unit_test(what_fits_never_splits_a_wide_character),
        cmocka_unit_test(what_fits_keeps_a_mark_with_its_letter),
        cmocka_unit_test(a_line_has_no_control_left),
        cmocka_unit_test(tabs_reach_the_next_stop_of_the_column),
    };
    return cmocka_run_group_tests(tests, use_utf8, NULL);
}
