/* Roles, rows and spans. */
#include <string.h>

#include "rows.h"

static void every_role_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int a = 0; a < ROLE_COUNT; a++) {
        assert_non_null(role_name((enum role)a));
        for (int b = 0; b < a; b++)
            assert_string_not_equal(role_name((enum role)a),
                                    role_name((enum role)b));
    }
}

static void a_row_of_one_role_is_a_copy_with_one_span(void **state)
{
    struct arena arena = { 0 };
    struct rows rows = { 0 };
    char text[] = "gone";

    (void)state;
    rows_add_text(&arena, &rows, str_from(text), ROLE_ERROR);
    memset(text, 'x', sizeof(text) - 1);

    assert_text(&arena, rows.at[0].text, "gone");
    assert_int_equal(rows.at[0].span_count, 1);
    assert_int_equal(rows.at[0].spans[0].len, 4);
    arena_release(&arena);
}

static void plain_text_needs_no_span(void **state)
{
    struct arena arena = { 0 };
    struct rows rows = { 0 };

    (void)state;
    rows_add_text(&arena, &rows, STR("plain"), ROLE_TEXT);
    assert_int_equal(rows.at[0].span_count, 0);
    arena_release(&arena);
}

static void spans_that_continue_each_other_become_one(void **state)
{
    struct arena arena = { 0 };
    struct span *spans = NULL;
    size_t count = 0, cap = 0;

    (void)state;
    spans_add(&arena, &spans, &count, &cap,
              (struct span){ .len = 2, .role = ROLE_CODE });
    spans_add(&arena, &spans, &count, &cap,
              (struct span){ .start = 2, .role = ROLE_LINK });
    spans_add(&arena, &spans, &count, &cap,
              (struct span){ .start = 2, .len = 3, .role = ROLE_CODE });
    spans_add(&arena, &spans, &count, &cap,
              (struct span){ .start = 6, .len = 1, .role = ROLE_CODE });

    assert_int_equal(count, 2);
    assert_int_equal(spans[0].len, 5);
    assert_int_equal(spans[1].start, 6);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_role_has_a_name_of_its_own),
        cmocka_unit_test(a_row_of_one_role_is_a_copy_with_one_span),
        cmocka_unit_test(plain_text_needs_no_span),
        cmocka_unit_test(spans_that_continue_each_other_become_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
