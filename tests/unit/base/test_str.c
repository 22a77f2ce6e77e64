/* Views of bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/base/str.h"

static void equal_means_the_same_bytes(void **state)
{
    (void)state;
    assert_true(str_equal(STR("a\0b"), STR("a\0b")));
    assert_false(str_equal(STR("a\0b"), STR("a\0c")));
    assert_false(str_equal(STR("a"), STR("ab")));
    assert_true(str_equal(STR(""), (struct str){ 0 }));
    assert_true(str_is(STR("abc"), "abc"));
    assert_true(str_is((struct str){ 0 }, NULL));
}

static void compare_orders_as_unsigned_bytes(void **state)
{
    (void)state;
    assert_true(str_compare(STR("a"), STR("b")) < 0);
    assert_true(str_compare(STR("\xff"), STR("a")) > 0);
    assert_true(str_compare(STR("ab"), STR("a")) > 0);
    assert_int_equal(str_compare(STR(""), (struct str){ 0 }), 0);
}

static void prefixes_and_suffixes_are_found(void **state)
{
    (void)state;
    assert_true(str_starts_with(STR("abc"), STR("ab")));
    assert_true(str_starts_with(STR("abc"), STR("")));
    assert_false(str_starts_with(STR("a"), STR("ab")));
    assert_true(str_ends_with(STR("abc"), STR("bc")));
    assert_false(str_ends_with(STR("c"), STR("bc")));
}

static void find_gives_the_first_index_or_none(void **state)
{
    (void)state;
    assert_int_equal(str_find(STR("abcbc"), STR("bc")), 1);
    assert_int_equal(str_find(STR("abc"), STR("")), 0);
    assert_int_equal(str_find(STR("ab"), STR("abc")), SIZE_MAX);
    assert_int_equal(str_find_char(STR("a\0b"), '\0'), 1);
    assert_int_equal(str_find_char((struct str){ 0 }, 'a'), SIZE_MAX);
    assert_int_equal(str_rfind_char(STR("a/b/c"), '/'), 3);
    assert_int_equal(str_rfind_char(STR("abc"), '/'), SIZE_MAX);
}

static void skip_and_take_stop_at_the_end(void **state)
{
    (void)state;
    assert_true(str_is(str_skip(STR("abc"), 1), "bc"));
    assert_int_equal(str_skip(STR("abc"), 99).len, 0);
    assert_int_equal(str_skip((struct str){ 0 }, 1).len, 0);
    assert_true(str_is(str_take(STR("abc"), 2), "ab"));
    assert_true(str_is(str_take(STR("abc"), SIZE_MAX), "abc"));
}

static void trim_drops_blanks_at_the_ends_only(void **state)
{
    (void)state;
    assert_true(str_is(str_trim(STR(" \t\r\n\v\fa b \n")), "a b"));
    assert_true(str_is(str_trim_start(STR("  a ")), "a "));
    assert_true(str_is(str_trim_end(STR("  a ")), "  a"));
    assert_int_equal(str_trim(STR("   ")).len, 0);
}

static void split_counts_pieces_as_lines_are_counted(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        size_t pieces;
    } cases[] = {
        { { "", 0 }, 0 },      { { "a", 1 }, 1 }, { { "a,", 2 }, 1 },
        { { "a,b", 3 }, 2 },   { { ",", 1 }, 1 }, { { ",,", 2 }, 2 },
        { { "a,,b,", 5 }, 3 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct str rest = cases[i].text, piece;
        size_t pieces = 0;
        while (str_split(&rest, ',', &piece))
            pieces++;
        assert_int_equal(pieces, cases[i].pieces);
    }
}

static void numbers_are_read_whole_or_not_at_all(void **state)
{
    (void)state;
    uint64_t number = 7;

    assert_true(str_to_u64(STR("18446744073709551615"), &number));
    assert_true(number == UINT64_MAX);
    assert_false(str_to_u64(STR("18446744073709551616"), &number));
    assert_false(str_to_u64(STR(""), &number));
    assert_false(str_to_u64(STR("-1"), &number));
    assert_false(str_to_u64(STR("1 "), &number));
    assert_true(number == UINT64_MAX);
    assert_true(str_to_u64(STR("007"), &number));
    assert_int_equal(number, 7);
}

static void hashes_depend_on_bytes_and_seed(void **state)
{
    (void)state;
    assert_true(str_hash(STR("a"), 1) == str_hash(STR("a"), 1));
    assert_true(str_hash(STR("a"), 1) != str_hash(STR("a"), 2));
    assert_true(str_hash(STR("a"), 1) != str_hash(STR("b"), 1));
    assert_true(str_hash(STR(""), 0) != str_hash(STR("\0"), 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_means_the_same_bytes),
        cmocka_unit_test(compare_orders_as_unsigned_bytes),
        cmocka_unit_test(prefixes_and_suffixes_are_found),
        cmocka_unit_test(find_gives_the_first_index_or_none),
        cmocka_unit_test(skip_and_take_stop_at_the_end),
        cmocka_unit_test(trim_drops_blanks_at_the_ends_only),
        cmocka_unit_test(split_counts_pieces_as_lines_are_counted),
        cmocka_unit_test(numbers_are_read_whole_or_not_at_all),
        cmocka_unit_test(hashes_depend_on_bytes_and_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
