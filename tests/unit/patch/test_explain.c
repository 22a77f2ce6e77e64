/* What is shown of a hunk that does not fit. */
#include "review.h"

#include "kerf/patch/explain.h"

static void assert_explained(const char *patch, const char *text,
                             const char *words)
{
    struct review r = review_open(patch, text);
    struct buf out = { 0 };

    selection_explain(r.sel, 0, 0, &out);

    assert_text(buf_str(&out), words);
    buf_release(&out);
    review_close(&r);
}

static void wanted_and_found_lines_stand_side_by_side(void **state)
{
    (void)state;
    assert_explained(HEAD "@@ -2,3 +2,3 @@\n one()\n-two()\n+2\n three()\n",
                     "zero()\none()\ntoo()\nthree()\n",
                     "     2 |  one()\n"
                     "       | -two()\n"
                     "     3 | +too()\n"
                     "     4 |  three()\n");
}

static void context_that_differs_is_shown_for_a_fuzzy_hunk(void **state)
{
    (void)state;
    assert_explained(HEAD "@@ -1,4 +1,4 @@\n one()\n two()\n three()\n-four()\n"
                          "+4\n",
                     "one()\n2()\nthree()\nfour()\n",
                     "     1 |  one()\n"
                     "       | -two()\n"
                     "     2 | +2()\n"
                     "     3 |  three()\n");
}

static void a_hunk_that_fits_needs_no_words(void **state)
{
    (void)state;
    assert_explained(HEAD "@@ -1 +1 @@\n-one\n+1\n", "one\n", "");
}

static void a_hunk_like_nothing_in_the_file_shows_nothing(void **state)
{
    (void)state;
    assert_explained(HEAD "@@ -1 +1 @@\n-one\n+1\n", "x\ny\n", "");
}

static void control_bytes_of_the_file_do_not_get_through(void **state)
{
    (void)state;
    struct review r = review_open(HEAD "@@ -1,3 +1,3 @@\n one()\n-two()\n+2\n"
                                       " three()\n",
                                  "one()\n\x1b[2J\nthree()\n");
    struct buf out = { 0 };

    selection_explain(r.sel, 0, 0, &out);

    assert_true(str_find_char(buf_str(&out), '\n') != SIZE_MAX);
    assert_true(str_find_char(buf_str(&out), '\x1b') == SIZE_MAX);
    buf_release(&out);
    review_close(&r);
}

static void no_more_than_twelve_lines_are_shown(void **state)
{
    (void)state;
    struct buf patch = { 0 }, text = { 0 }, out = { 0 };
    size_t lines = 0;

    buf_append(&patch, STR(HEAD "@@ -1,40 +1,39 @@\n-first()\n"));
    buf_append(&text, STR("first()\n"));
    for (int i = 0; i < 39; i++) {
        buf_printf(&patch, " row%d()\n", i);
        buf_printf(&text, i % 2 ? "row%d()\n" : "other%d()\n", i);
    }
    struct review r = review_open(buf_cstr(&patch), buf_cstr(&text));
    selection_explain(r.sel, 0, 0, &out);
    for (size_t i = 0; i < out.len; i++)
        lines += out.at[i] == '\n';

    assert_int_equal(lines, EXPLAIN_LINES_MAX);
    review_close(&r);
    buf_release(&patch);
    buf_release(&text);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wanted_and_found_lines_stand_side_by_side),
        cmocka_unit_test(context_that_differs_is_shown_for_a_fuzzy_hunk),
        cmocka_unit_test(a_hunk_that_fits_needs_no_words),
        cmocka_unit_test(a_hunk_like_nothing_in_the_file_shows_nothing),
        cmocka_unit_test(control_bytes_of_the_file_do_not_get_through),
        cmocka_unit_test(no_more_than_twelve_lines_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
