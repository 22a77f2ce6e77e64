/* Placing, deciding, undoing: the states of a review. */
#include "review.h"

#define TWO_HUNKS                                                       \
    HEAD "@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3\n@@ -6,3 +6,4 @@\n 6\n-7\n" \
         "+seven\n+and\n 8\n"
#define EIGHT "1\n2\n3\n4\n5\n6\n7\n8\n"

static void a_hunk_that_fits_where_it_says_is_ok(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, EIGHT);

    const struct hunk_place *place = selection_place(r.sel, 0, 1);

    assert_int_equal(place->state, HUNK_OK);
    assert_int_equal(place->fit, FIT_EXACT);
    assert_int_equal(place->line, 5);
    assert_int_equal(place->count, 3);
    assert_int_equal(place->moved_by, 0);
    review_close(&r);
}

static void a_hunk_that_moved_tells_by_how_much(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, "0\n0\n" EIGHT);

    assert_int_equal(state_of(&r, 0), HUNK_MOVED);
    assert_int_equal(selection_place(r.sel, 0, 0)->moved_by, 2);
    assert_int_equal(selection_place(r.sel, 0, 1)->moved_by, 2);
    review_close(&r);
}

static void a_hunk_that_differs_in_blanks_is_fuzzy(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, "1 \n2\n3\n4\n5\n6\n7\n8\n");

    assert_int_equal(state_of(&r, 0), HUNK_FUZZY);
    assert_int_equal(selection_place(r.sel, 0, 0)->fit, FIT_BLANKS);
    assert_int_equal(state_of(&r, 1), HUNK_OK);
    review_close(&r);
}

static void a_hunk_whose_result_is_there_is_applied(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, "1\ntwo\n3\n4\n5\n6\n7\n8\n");

    assert_int_equal(state_of(&r, 0), HUNK_APPLIED);
    decide(&r, file_of(0), DECISION_YES);
    assert_text(review_result(&r).bytes, "1\ntwo\n3\n4\n5\n6\nseven\nand\n8\n");
    review_close(&r);
}

static void a_conflict_names_the_nearest_place(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, "x\n1\nB\n3\n4\n6\n7\n8\n");

    const struct hunk_place *place = selection_place(r.sel, 0, 0);

    assert_int_equal(place->state, HUNK_CONFLICT);
    assert_int_equal(place->nearest, 1);
    assert_text(place->reason, "no such lines; nearest is line 2, "
                               "2 of 3 equal");
    assert_refused(&r, hunk_of(0), "f: hunk 1: no such lines");
    review_close(&r);
}

static void an_ambiguous_hunk_names_both_places(void **state)
{
    (void)state;
    struct review r = review_open("*** Begin Patch\n*** Update File: f\n"
                                  "-x\n+y\n*** End Patch\n",
                                  "x\na\nx\n");

    assert_int_equal(state_of(&r, 0), HUNK_AMBIGUOUS);
    assert_int_equal(selection_place(r.sel, 0, 0)->line, 0);
    assert_int_equal(selection_place(r.sel, 0, 0)->nearest, 2);
    assert_refused(&r, hunk_of(0), "fits at line 1 and at line 3");
    review_close(&r);
}

static void a_second_hunk_follows_the_shift_of_the_first(void **state)
{
    (void)state;
    struct review r = review_open(
        HEAD "@@ -1,2 +1,2 @@\n-one\n+ONE\n x\n@@ -5,1 +5,1 @@\n-x\n+y\n",
        "n\nn\none\nx\nx\nx\nx\nx\n");

    assert_int_equal(selection_place(r.sel, 0, 1)->line, 6);
    review_close(&r);
}

static void a_hunk_without_context_is_never_silently_placed(void **state)
{
    (void)state;
    struct review r = review_open(HEAD "@@ -2,0 +3 @@\n+x\n", "1\n2\n3\n");

    assert_int_equal(state_of(&r, 0), HUNK_FUZZY);
    assert_text(selection_place(r.sel, 0, 0)->reason,
                "no context: the line number decides");
    review_close(&r);
}

static void a_hunk_waits_for_its_preimage(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, NULL);

    assert_true(selection_wants_preimage(r.sel, 0));
    assert_int_equal(state_of(&r, 0), HUNK_ARRIVING);
    assert_refused(&r, hunk_of(0), "has not been placed yet");
    review_give(&r, EIGHT);
    assert_false(selection_wants_preimage(r.sel, 0));
    assert_int_equal(state_of(&r, 0), HUNK_OK);
    review_close(&r);
}

static void an_unreadable_file_says_why(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, NULL);
    struct preimage pre = { .exists = true, .unreadable = STR("a pipe") };

    selection_set_preimage(r.sel, 0, &pre, false);

    assert_refused(&r, file_of(0), "f: hunk 1: a pipe");
    review_close(&r);
}

static void one_hunk_can_be_accepted_alone(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, EIGHT);

    decide(&r, hunk_of(1), DECISION_YES);

    assert_text(review_result(&r).bytes, "1\n2\n3\n4\n5\n6\nseven\nand\n8\n");
    review_close(&r);
}

static void nothing_accepted_is_nothing_to_write(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, EIGHT);

    decide(&r, hunk_of(1), DECISION_NO);

    assert_int_equal(review_result(&r).kind, RESULT_NONE);
    review_close(&r);
}

static void one_line_can_be_accepted_alone(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, EIGHT);

    decide(&r, line_of(1, 3), DECISION_YES); // "+and"

    assert_int_equal(selection_decision(r.sel, hunk_of(1)), DECISION_MIXED);
    assert_int_equal(selection_decision(r.sel, line_of(1, 3)), DECISION_YES);
    assert_int_equal(selection_decision(r.sel, line_of(1, 2)), DECISION_NONE);
    assert_text(review_result(&r).bytes, "1\n2\n3\n4\n5\n6\n7\nand\n8\n");
    review_close(&r);
}

static void one_line_can_be_left_out(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, EIGHT);

    decide(&r, hunk_of(1), DECISION_YES);
    decide(&r, line_of(1, 1), DECISION_NO); // "-7" stays

    assert_text(review_result(&r).bytes,
                "1\n2\n3\n4\n5\n6\n7\nseven\nand\n8\n");
    review_close(&r);
}

static void lines_that_agree_make_the_hunk_whole_again(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, EIGHT);

    decide(&r, line_of(0, 1), DECISION_YES);
    decide(&r, line_of(0, 2), DECISION_YES);

    assert_int_equal(selection_decision(r.sel, hunk_of(0)), DECISION_YES);
    review_close(&r);
}

static void a_context_line_cannot_be_decided(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, EIGHT);

    assert_refused(&r, line_of(0, 0), "no line to decide");
    assert_int_equal(selection_decision(r.sel, line_of(0, 0)), DECISION_NONE);
    review_close(&r);
}

static void a_file_is_accepted_past_its_conflicts(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, "q\n4\n5\n6\n7\n8\n");

    decide(&r, file_of(0), DECISION_YES);

    assert_int_equal(selection_decision(r.sel, hunk_of(0)), DECISION_NONE);
    assert_int_equal(selection_decision(r.sel, hunk_of(1)), DECISION_YES);
    review_close(&r);
}

static void undo_and_redo_walk_through_the_decisions(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, EIGHT);
    decide(&r, hunk_of(0), DECISION_NO);
    decide(&r, line_of(1, 3), DECISION_YES);
    decide(&r, file_of(0), DECISION_YES);

    assert_true(selection_undo(r.sel));
    assert_int_equal(selection_decision(r.sel, hunk_of(0)), DECISION_NO);
    assert_int_equal(selection_decision(r.sel, hunk_of(1)), DECISION_MIXED);
    assert_true(selection_undo(r.sel));
    assert_int_equal(selection_decision(r.sel, hunk_of(1)), DECISION_NONE);
    assert_true(selection_redo(r.sel));
    assert_int_equal(selection_decision(r.sel, line_of(1, 3)), DECISION_YES);
    assert_true(selection_redo(r.sel));
    assert_int_equal(selection_decision(r.sel, hunk_of(0)), DECISION_YES);
    assert_false(selection_redo(r.sel));
    review_close(&r);
}

static void a_new_decision_forgets_what_could_be_redone(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, EIGHT);
    decide(&r, hunk_of(0), DECISION_YES);
    assert_true(selection_undo(r.sel));

    decide(&r, hunk_of(1), DECISION_YES);

    assert_false(selection_redo(r.sel));
    assert_true(selection_undo(r.sel));
    assert_false(selection_undo(r.sel));
    review_close(&r);
}

static void a_refused_decision_is_no_step(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, "q\n4\n5\n6\n7\n8\n");

    assert_refused(&r, hunk_of(0), "no such lines");

    assert_false(selection_undo(r.sel));
    review_close(&r);
}

static void a_decision_outlives_a_change_elsewhere(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, EIGHT);
    decide(&r, file_of(0), DECISION_YES);

    assert_int_equal(review_give(&r, "0\n" EIGHT "9\n"), 0);

    assert_text(review_result(&r).bytes,
                "0\n1\ntwo\n3\n4\n5\n6\nseven\nand\n8\n9\n");
    review_close(&r);
}

static void a_decision_is_withdrawn_when_its_lines_change(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, EIGHT);
    decide(&r, file_of(0), DECISION_YES);

    assert_int_equal(review_give(&r, "1\n2\n3\n4\n5\n6 \n7\n8\n"), 1);

    assert_int_equal(state_of(&r, 0), HUNK_OK);
    assert_int_equal(selection_decision(r.sel, hunk_of(0)), DECISION_YES);
    assert_int_equal(state_of(&r, 1), HUNK_STALE);
    assert_int_equal(selection_decision(r.sel, hunk_of(1)), DECISION_NONE);
    assert_text(selection_place(r.sel, 0, 1)->reason,
                "the file changed after the decision");
    decide(&r, hunk_of(1), DECISION_YES); // seen again, accepted again
    review_close(&r);
}

static void a_decision_for_lines_that_are_gone_is_withdrawn(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, EIGHT);
    decide(&r, hunk_of(1), DECISION_YES);

    assert_int_equal(review_give(&r, "1\n2\n3\n"), 1);

    assert_int_equal(state_of(&r, 1), HUNK_STALE);
    assert_refused(&r, hunk_of(1), "no such lines");
    assert_false(selection_redo(r.sel));
    review_close(&r);
}

static void the_decision_stays_when_the_result_is_written(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, EIGHT);
    decide(&r, file_of(0), DECISION_YES);

    assert_int_equal(review_give(&r, "1\ntwo\n3\n4\n5\n6\nseven\nand\n8\n"), 0);

    assert_int_equal(state_of(&r, 1), HUNK_APPLIED);
    assert_int_equal(selection_decision(r.sel, hunk_of(1)), DECISION_YES);
    review_close(&r);
}

static void counts_sum_hunks_and_accepted_lines(void **state)
{
    (void)state;
    struct review r = review_open(TWO_HUNKS, EIGHT);
    decide(&r, hunk_of(0), DECISION_YES);
    decide(&r, line_of(1, 3), DECISION_YES);

    struct selection_counts sum = selection_count(r.sel, SELECT_ALL);

    assert_int_equal(sum.hunks, 2);
    assert_int_equal(sum.placed, 2);
    assert_int_equal(sum.yes, 1);
    assert_int_equal(sum.mixed, 1);
    assert_int_equal(sum.added, 2);
    assert_int_equal(sum.removed, 1);
    review_close(&r);
}

static void a_part_of_a_deletion_keeps_the_file(void **state)
{
    (void)state;
    struct review r = review_open(
        "--- a/f\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-1\n-2\n", "1\n2\n");

    decide(&r, line_of(0, 0), DECISION_YES);

    struct file_result result = review_result(&r);
    assert_int_equal(result.kind, RESULT_WRITE);
    assert_text(result.bytes, "2\n");
    review_close(&r);
}

static void a_part_of_a_new_file_holds_the_accepted_lines(void **state)
{
    (void)state;
    struct review r = review_open(
        "--- /dev/null\n+++ b/f\n@@ -0,0 +1,3 @@\n+1\n+2\n+3\n", NULL);
    struct preimage none = { 0 };
    selection_set_preimage(r.sel, 0, &none, false);

    decide(&r, hunk_of(0), DECISION_YES);
    decide(&r, line_of(0, 1), DECISION_NO);

    struct file_result result = review_result(&r);
    assert_text(result.bytes, "1\n3\n");
    assert_false(result.existed);
    review_close(&r);
}

static void a_move_names_what_goes_and_what_was_there(void **state)
{
    (void)state;
    struct review r = review_open("*** Begin Patch\n*** Update File: f\n"
                                  "*** Move to: g\n-1\n+one\n*** End Patch\n",
                                  "1\n");

    decide(&r, hunk_of(0), DECISION_YES);

    struct file_result result = review_result(&r);
    assert_int_equal(result.kind, RESULT_WRITE);
    assert_text(result.path, "g");
    assert_text(result.remove, "f");
    assert_text(result.preimage, "1\n");
    review_close(&r);
}

static void a_later_section_needs_what_it_was_placed_on(void **state)
{
    (void)state;
    struct file_result result;
    struct error err = { 0 };
    struct review r = review_open("*** Begin Patch\n*** Update File: f\n"
                                  "-1\n+one\n*** Update File: f\n-one\n+ONE\n"
                                  "*** End Patch\n",
                                  "1\n2\n");
    selection_refresh(r.sel);
    assert_false(selection_wants_preimage(r.sel, 1));
    assert_int_equal(selection_place(r.sel, 1, 0)->state, HUNK_OK);

    decide(&r, file_of(1), DECISION_YES);
    assert_false(selection_result(r.sel, 0, &r.arena, &result, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    decide(&r, file_of(0), DECISION_YES);

    assert_text(review_result(&r).bytes, "ONE\n2\n");
    review_close(&r);
}

static void a_later_section_may_be_accepted_alone(void **state)
{
    (void)state;
    struct review r = review_open("*** Begin Patch\n*** Update File: f\n"
                                  "-1\n+one\n*** Update File: f\n-2\n+two\n"
                                  "*** End Patch\n",
                                  "1\n2\n");
    selection_refresh(r.sel);

    decide(&r, file_of(1), DECISION_YES);

    assert_int_equal(review_result(&r).kind, RESULT_WRITE);
    assert_text(review_result(&r).bytes, "1\ntwo\n");
    review_close(&r);
}

static void refusing_a_section_takes_the_later_one_along(void **state)
{
    (void)state;
    struct review r = review_open("*** Begin Patch\n*** Update File: f\n"
                                  "-1\n+one\n*** Update File: f\n-one\n+ONE\n"
                                  "*** End Patch\n",
                                  "1\n2\n");
    selection_refresh(r.sel);
    decide(&r, file_of(1), DECISION_YES);

    decide(&r, file_of(0), DECISION_NO);

    assert_int_equal(selection_place(r.sel, 1, 0)->state, HUNK_STALE);
    assert_int_equal(
        selection_decision(r.sel, (struct target){ 1, 0, SELECT_ALL }),
        DECISION_NONE);
    review_close(&r);
}

static void hunks_are_placed_while_they_arrive(void **state)
{
    (void)state;
    struct error err = { 0 };
    struct patch_stream *stream = patch_stream_create(PATCH_UNKNOWN);
    struct selection *sel = selection_create(patch_stream_patch(stream));
    struct preimage pre = { .exists = true, .bytes = STR(EIGHT) };

    assert_false(selection_refresh(sel));
    assert_true(patch_stream_feed(
        stream, STR(HEAD "@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3\n"), &err));
    assert_true(selection_refresh(sel));
    assert_true(selection_wants_preimage(sel, 0));
    selection_set_preimage(sel, 0, &pre, false);
    assert_int_equal(selection_place(sel, 0, 0)->state, HUNK_ARRIVING);
    assert_false(selection_refresh(sel));
    assert_true(patch_stream_feed(stream, STR("@@ -6,3 +6,3 @@\n"), &err));
    assert_true(selection_refresh(sel));
    assert_int_equal(selection_place(sel, 0, 0)->state, HUNK_OK);
    assert_int_equal(selection_place(sel, 0, 1)->state, HUNK_ARRIVING);
    selection_destroy(sel);
    patch_stream_destroy(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hunk_that_fits_where_it_says_is_ok),
        cmocka_unit_test(a_hunk_that_moved_tells_by_how_much),
        cmocka_unit_test(a_hunk_that_differs_in_blanks_is_fuzzy),
        cmocka_unit_test(a_hunk_whose_result_is_there_is_applied),
        cmocka_unit_test(a_conflict_names_the_nearest_place),
        cmocka_unit_test(an_ambiguous_hunk_names_both_places),
        cmocka_unit_test(a_second_hunk_follows_the_shift_of_the_first),
        cmocka_unit_test(a_hunk_without_context_is_never_silently_placed),
        cmocka_unit_test(a_hunk_waits_for_its_preimage),
        cmocka_unit_test(an_unreadable_file_says_why),
        cmocka_unit_test(one_hunk_can_be_accepted_alone),
        cmocka_unit_test(nothing_accepted_is_nothing_to_write),
        cmocka_unit_test(one_line_can_be_accepted_alone),
        cmocka_unit_test(one_line_can_be_left_out),
        cmocka_unit_test(lines_that_agree_make_the_hunk_whole_again),
        cmocka_unit_test(a_context_line_cannot_be_decided),
        cmocka_unit_test(a_file_is_accepted_past_its_conflicts),
        cmocka_unit_test(undo_and_redo_walk_through_the_decisions),
        cmocka_unit_test(a_new_decision_forgets_what_could_be_redone),
        cmocka_unit_test(a_refused_decision_is_no_step),
        cmocka_unit_test(a_decision_outlives_a_change_elsewhere),
        cmocka_unit_test(a_decision_is_withdrawn_when_its_lines_change),
        cmocka_unit_test(a_decision_for_lines_that_are_gone_is_withdrawn),
        cmocka_unit_test(the_decision_stays_when_the_result_is_written),
        cmocka_unit_test(counts_sum_hunks_and_accepted_lines),
        cmocka_unit_test(a_part_of_a_deletion_keeps_the_file),
        cmocka_unit_test(a_part_of_a_new_file_holds_the_accepted_lines),
        cmocka_unit_test(a_move_names_what_goes_and_what_was_there),
        cmocka_unit_test(a_later_section_needs_what_it_was_placed_on),
        cmocka_unit_test(a_later_section_may_be_accepted_alone),
        cmocka_unit_test(refusing_a_section_takes_the_later_one_along),
        cmocka_unit_test(hunks_are_placed_while_they_arrive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
