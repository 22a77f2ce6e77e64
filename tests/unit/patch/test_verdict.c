/* What the model is told. */
#include "review.h"

#define TWO_HUNKS                                                       \
    HEAD "@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3\n@@ -6,3 +6,4 @@\n 6\n-7\n" \
         "+seven\n+and\n 8\n"
#define EIGHT "1\n2\n3\n4\n5\n6\n7\n8\n"

static void assert_verdict(struct review *r, const char *want)
{
    struct buf out = { 0 };

    selection_verdict(r->sel, &out);

    assert_string_equal(buf_cstr(&out), want);
    buf_release(&out);
    review_close(r);
}

static void all_accepted_takes_one_line(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, EIGHT);
    decide(&r, file_of(0), DECISION_YES);
    assert_verdict(&r, "f: update accepted\n");
}

static void what_was_refused_is_listed(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, EIGHT);
    decide(&r, hunk_of(1), DECISION_NO);
    assert_verdict(&r, "f: 0 of 2 hunks accepted\n"
                       "  hunk 1 (line 1): not decided\n"
                       "  hunk 2 (line 6): refused\n");
}

static void lines_left_out_are_listed(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, EIGHT);
    decide(&r, file_of(0), DECISION_YES);
    decide(&r, line_of(1, 3), DECISION_NO);
    assert_verdict(&r, "f: 1 of 2 hunks accepted\n"
                       "  hunk 2 (line 6): accepted in part, left out:\n"
                       "    +and\n");
}

static void a_conflict_shows_what_stands_there(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, "1\n2\n3\n4\n5\n6\nVII\n8\n");
    decide(&r, file_of(0), DECISION_YES);
    assert_verdict(&r, "f: 1 of 2 hunks accepted\n"
                       "  hunk 2: does not apply: no such lines; nearest is "
                       "line 6, 2 of 3 equal\n"
                       "    the file has there:\n"
                       "    6: 6\n    7: VII\n    8: 8\n");
}

static void an_ambiguous_hunk_is_told_with_both_places(void **state)
{
    (void)state;
    struct review r = review_open("*** Begin Patch\n*** Update File: f\n"
                                  "-x\n+y\n*** End Patch\n",
                                  "x\na\nx\n");
    assert_verdict(&r, "f: update\n  hunk 1: does not apply: fits at line 1 "
                       "and at line 3\n");
}

static void an_applied_hunk_needs_no_repair(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, "1\ntwo\n3\n4\n5\n6\n7\n8\n");
    assert_verdict(&r, "f: 0 of 2 hunks accepted\n"
                       "  hunk 1 (line 1): already in the file\n"
                       "  hunk 2 (line 6): not decided\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_accepted_takes_one_line),
        cmocka_unit_test(what_was_refused_is_listed),
        cmocka_unit_test(lines_left_out_are_listed),
        cmocka_unit_test(a_conflict_shows_what_stands_there),
        cmocka_unit_test(an_ambiguous_hunk_is_told_with_both_places),
        cmocka_unit_test(an_applied_hunk_needs_no_repair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
