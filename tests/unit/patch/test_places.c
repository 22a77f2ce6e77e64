/* Where the hunks of a review land, and when they are refused instead. */
#include "review.h"

#define AB "one()\ntwo()\nthree()\nfour()\nfive()\nsix()\nseven()\n"

static const struct hunk_place *place_of(const struct review *r, size_t hunk)
{
    return selection_place(r->sel, 0, hunk);
}

static void assert_state(const char *patch, const char *text,
                         enum hunk_state state, const char *reason)
{
    struct review r = review_open(patch, text);

    if (state_of(&r, 0) != state)
        fail_msg("state %d: %.*s", state_of(&r, 0),
                 STR_ARG(place_of(&r, 0)->reason));
    assert_text(place_of(&r, 0)->reason, reason);
    review_close(&r);
}

static void assert_gives(const char *patch, const char *text,
                         const char *result)
{
    struct review r = review_open(patch, text);

    for (size_t h = 0; h < r.patch->files[0].hunk_count; h++)
        decide(&r, hunk_of(h), DECISION_YES);
    assert_text(review_result(&r).bytes, result);
    review_close(&r);
}

// --- fuzzy ------------------------------------------------------------------

#define FOUR                                                                 \
    HEAD "@@ -1,7 +1,7 @@\n one()\n two()\n three()\n-four()\n+4\n five()\n" \
         " six()\n seven()\n"

static void a_third_of_the_context_may_differ(void **state)
{
    (void)state;
    assert_state(FOUR, "1\ntwo()\nthree()\nfour()\nfive()\nsix()\n7\n",
                 HUNK_FUZZY, "2 of 6 context lines differ");
}

static void context_of_a_fuzzy_hunk_stays_as_the_file_has_it(void **state)
{
    (void)state;
    assert_gives(FOUR, "1\ntwo()\nthree()\nfour()\nfive()\nsix()\n7\n",
                 "1\ntwo()\nthree()\n4\nfive()\nsix()\n7\n");
}

static void more_context_than_that_may_not_differ(void **state)
{
    (void)state;
    struct review r =
        review_open(FOUR, "1\n2\nthree()\nfour()\nfive()\nsix()\n7\n");

    assert_int_equal(state_of(&r, 0), HUNK_CONFLICT);
    review_close(&r);
}

static void a_removed_line_may_not_differ(void **state)
{
    (void)state;
    struct review r = review_open(
        FOUR, "one()\ntwo()\nthree()\nIV\nfive()\nsix()\nseven()\n");

    assert_int_equal(state_of(&r, 0), HUNK_CONFLICT);
    review_close(&r);
}

static void the_lines_beside_an_insertion_may_not_differ(void **state)
{
    (void)state;
    static const char patch[] = HEAD "@@ -1,6 +1,7 @@\n one()\n two()\n"
                                     " three()\n+new\n four()\n five()\n"
                                     " six()\n";
    struct review near =
        review_open(patch, "one()\ntwo()\n3\nfour()\nfive()\nsix()\n");
    struct review far =
        review_open(patch, "1\ntwo()\nthree()\nfour()\nfive()\nsix()\n");

    assert_int_equal(state_of(&near, 0), HUNK_CONFLICT);
    assert_int_equal(state_of(&far, 0), HUNK_FUZZY);
    review_close(&near);
    review_close(&far);
}

static void a_second_place_nearly_as_good_makes_it_a_question(void **state)
{
    (void)state;
    assert_state(FOUR,
                 "1\ntwo()\nthree()\nfour()\nfive()\nsix()\nseven()\n"
                 "1\n2\nthree()\nfour()\nfive()\nsix()\nseven()\n",
                 HUNK_AMBIGUOUS, "nearly fits at line 1 and at line 8");
}

static void braces_alone_are_no_fuzzy_place(void **state)
{
    (void)state;
    struct review r = review_open(HEAD "@@ -1,4 +1,4 @@\n {\n }\n x\n-y\n+Y\n",
                                  "{\n}\nz\ny\ny\n");

    assert_int_equal(state_of(&r, 0), HUNK_CONFLICT);
    review_close(&r);
}

static void a_fuzzy_place_keeps_the_indentation_of_the_file(void **state)
{
    (void)state;
    assert_gives(HEAD
                 "@@ -1,4 +1,5 @@\n one()\n two()\n three()\n-four()\n+4()\n"
                 "+    deeper()\n",
                 "\t\t1\n\t\ttwo()\n\t\tthree()\n\t\tfour()\n",
                 "\t\t1\n\t\ttwo()\n\t\tthree()\n\t\t4()\n\t\t    deeper()\n");
}

// --- without context --------------------------------------------------------

static void a_bare_hunk_with_twins_needs_the_exact_number(void **state)
{
    (void)state;
    assert_state(HEAD "@@ -3 +3 @@\n-row()\n+new()\n",
                 "row()\nx\nx\nrow()\nx\nx\nx\nx\nrow()\n", HUNK_AMBIGUOUS,
                 "fits at line 4 and at line 1");
}

static void a_bare_hunk_at_its_number_is_taken(void **state)
{
    (void)state;
    assert_gives(HEAD "@@ -4 +4 @@\n-row()\n+new()\n",
                 "row()\nx\nx\nrow()\nx\n", "row()\nx\nx\nnew()\nx\n");
}

static void a_bare_brace_elsewhere_asks(void **state)
{
    (void)state;
    assert_state(HEAD "@@ -2 +2 @@\n-}\n+};\n", "x\nx\nx\n}\n", HUNK_FUZZY,
                 "no context, and not where the patch says");
}

static void a_bare_insertion_goes_by_its_number_alone(void **state)
{
    (void)state;
    assert_state(HEAD "@@ -2,0 +3 @@\n+new\n", "a\nb\nc\n", HUNK_FUZZY,
                 "no context: the line number decides");
}

static void a_bare_insertion_is_refused_once_lines_have_moved(void **state)
{
    (void)state;
    assert_state(HEAD "@@ -2,0 +3 @@\n+new\n@@ -5 +6 @@\n-five()\n+5\n",
                 "zero()\n" AB, HUNK_CONFLICT,
                 "no context, and other hunks show that lines of the file "
                 "have moved");
}

// --- several hunks ----------------------------------------------------------

#define TWIN "x\nrow()\nx\n"

static void a_later_hunk_bounds_the_one_before(void **state)
{
    (void)state;
    static const char patch[] =
        "*** Begin Patch\n*** Update File: f\n@@\n x\n-row()\n+new()\n x\n@@\n"
        "-middle()\n+centre()\n*** End Patch\n";

    assert_gives(patch, TWIN "middle()\n" TWIN, "x\nnew()\nx\ncentre()\n" TWIN);
}

static void hunks_on_both_sides_tell_where_lines_moved_to(void **state)
{
    (void)state;
    // Five lines were put in front of all: the twin at the number of the
    // first hunk is not meant.
    struct review r =
        review_open(HEAD "@@ -4,3 +4,3 @@\n x\n-row()\n+new()\n x\n"
                         "@@ -9 +9 @@\n-last()\n+end()\n",
                    "1\n2\n3\nx\nrow()\nx\n4\n5\nx\nrow()\nx\n6\n7\nlast()\n");

    assert_int_equal(state_of(&r, 0), HUNK_AMBIGUOUS);
    assert_int_equal(state_of(&r, 1), HUNK_MOVED);
    review_close(&r);
}

static void a_hunk_below_its_follower_is_in_doubt(void **state)
{
    (void)state;
    struct review r = review_open(HEAD
                                  "@@ -8,3 +8,3 @@\n x\n-row()\n+new()\n x\n"
                                  "@@ -20 +20 @@\n-middle()\n+centre()\n",
                                  TWIN "middle()\n1\n2\n3\n" TWIN);

    assert_int_equal(state_of(&r, 0), HUNK_AMBIGUOUS);
    assert_text(place_of(&r, 0)->reason,
                "fits at line 8, but hunk 2 stands above it, at line 4");
    assert_int_equal(state_of(&r, 1), HUNK_CONFLICT);
    review_close(&r);
}

// Decides the first of two hunks before the second has arrived.
static void assert_withdrawn(struct str text, const char *first,
                             const char *second)
{
    struct error err;
    struct patch_stream *stream = patch_stream_create(PATCH_UNIFIED);
    struct selection *sel = selection_create(patch_stream_patch(stream));
    struct preimage pre = { .exists = true, .bytes = text, .mode = 0644 };

    assert_true(patch_stream_feed(stream, str_from(first), &err));
    selection_refresh(sel);
    selection_set_preimage(sel, 0, &pre, false);
    assert_true(selection_decide(sel, hunk_of(0), DECISION_YES, &err));
    assert_true(patch_stream_feed(stream, str_from(second), &err));
    assert_true(patch_stream_finish(stream, &err));
    selection_refresh(sel);

    assert_int_equal(selection_place(sel, 0, 0)->state, HUNK_STALE);
    assert_int_equal(selection_decision(sel, hunk_of(0)), DECISION_NONE);
    selection_destroy(sel);
    patch_stream_destroy(stream);
}

static void a_decision_ends_once_a_later_hunk_makes_it_doubtful(void **state)
{
    (void)state;
    assert_withdrawn(
        STR("1\n2\n3\nx\nrow()\nx\n4\n5\nx\nrow()\nx\n6\n7\nlast()\n"),
        HEAD "@@ -4,3 +4,3 @@\n x\n-row()\n+new()\n x\n@@ -9 +9 @@\n",
        "-last()\n+end()\n");
}

static void a_decision_does_not_move_to_a_twin(void **state)
{
    (void)state;
    struct buf text = { 0 };

    for (int i = 0; i < 60; i++)
        buf_append(&text, i == 5 || i == 49 ? STR("row()\n")
                          : i == 53         ? STR("last()\n")
                                            : STR("x\n"));
    assert_withdrawn(buf_str(&text),
                     HEAD
                     "@@ -4,3 +4,3 @@\n x\n-row()\n+new()\n x\n@@ -9 +9 @@\n",
                     "-last()\n+end()\n");
    buf_release(&text);
}

// --- functions --------------------------------------------------------------

static void the_named_function_tells_twins_apart(void **state)
{
    (void)state;
    assert_gives(HEAD "@@ -4,3 +4,3 @@ int second(void)\n {\n-    row();\n"
                      "+    new();\n }\n",
                 "int first(void)\n{\n    row();\n}\n\n\nint second(void)\n{\n"
                 "    row();\n}\n"
                 "int third(void)\n{\n    row();\n}\n",
                 "int first(void)\n{\n    row();\n}\n\n\nint second(void)\n{\n"
                 "    new();\n}\n"
                 "int third(void)\n{\n    row();\n}\n");
}

static void a_function_and_a_number_that_disagree_are_refused(void **state)
{
    (void)state;
    assert_state(HEAD "@@ -2,3 +2,3 @@ int second(void)\n {\n-    row();\n"
                      "+    new();\n }\n",
                 "int first(void)\n{\n    row();\n}\n\n\nint second(void)\n{\n"
                 "    row();\n}\n",
                 HUNK_AMBIGUOUS, "fits at line 2 and at line 8");
}

// --- indentation ------------------------------------------------------------

static void deeper_new_lines_keep_to_the_tabs_of_the_file(void **state)
{
    (void)state;
    assert_gives(HEAD "@@ -1,3 +1,5 @@\n     one();\n     if (x) {\n"
                      "+        two();\n+            three();\n         y();\n",
                 "\tone();\n\tif (x) {\n\t\ty();\n",
                 "\tone();\n\tif (x) {\n\t\ttwo();\n\t\t\tthree();\n"
                 "\t\ty();\n");
}

static void deeper_new_lines_keep_to_the_spaces_of_the_file(void **state)
{
    (void)state;
    assert_gives(HEAD "@@ -1,2 +1,3 @@\n \tif (x) {\n+\t\t\tnew();\n \t}\n",
                 "  if (x) {\n  }\n", "  if (x) {\n      new();\n  }\n");
}

static void blanks_that_have_no_measure_stay(void **state)
{
    (void)state;
    assert_gives(HEAD
                 "@@ -1,2 +1,3 @@\n     if (x) {\n+       new();\n     }\n",
                 "\tif (x) {\n\t}\n", "\tif (x) {\n\t   new();\n\t}\n");
}

// --- applied already --------------------------------------------------------

static void a_result_at_its_number_beats_a_twin_elsewhere(void **state)
{
    (void)state;
    assert_state(HEAD "@@ -1,3 +1,3 @@\n x()\n-old()\n+new()\n y()\n",
                 "x()\nnew()\ny()\n\nx()\nold()\ny()\n", HUNK_APPLIED, "");
}

static void a_moved_result_is_applied_too(void **state)
{
    (void)state;
    assert_state(HEAD "@@ -1,3 +1,3 @@\n x()\n-old()\n+new()\n y()\n",
                 "0\n0\n0\nx()\nnew()\ny()\n", HUNK_APPLIED, "");
}

static void blanks_do_not_hide_a_result(void **state)
{
    (void)state;
    assert_state(HEAD "@@ -1,3 +1,3 @@\n x()\n-old()\n+new()\n y()\n",
                 "x()  \nnew()\t\ny()\n", HUNK_APPLIED, "");
}

static void context_alone_elsewhere_proves_no_deletion(void **state)
{
    (void)state;
    struct review moved = review_open(HEAD "@@ -1,3 +1,2 @@\n {\n-old()\n }\n",
                                      "0\n0\n0\n{\n}\n");
    struct review there =
        review_open(HEAD "@@ -1,3 +1,2 @@\n {\n-old()\n }\n", "{\n}\n");

    assert_int_equal(state_of(&moved, 0), HUNK_CONFLICT);
    assert_int_equal(state_of(&there, 0), HUNK_APPLIED);
    review_close(&moved);
    review_close(&there);
}

// --- limits -----------------------------------------------------------------

static void a_file_that_repeats_itself_ends_the_search(void **state)
{
    (void)state;
    struct buf text = { 0 }, patch = { 0 };

    buf_append(&patch, STR(HEAD "@@ -1,30002 +1,30002 @@\n"));
    for (int i = 0; i < 60000; i++)
        buf_append(&text, STR("a\nb\n"));
    for (int i = 0; i < 15000; i++)
        buf_append(&patch, STR(" a\n b\n"));
    buf_append(&patch, STR("-a\n-a\n+c\n+c\n"));
    struct review r = review_open(buf_cstr(&patch), buf_cstr(&text));

    assert_int_equal(state_of(&r, 0), HUNK_CONFLICT);
    assert_text(place_of(&r, 0)->reason,
                "the file repeats itself so much that the lines were not "
                "found in time");
    review_close(&r);
    buf_release(&text);
    buf_release(&patch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_third_of_the_context_may_differ),
        cmocka_unit_test(context_of_a_fuzzy_hunk_stays_as_the_file_has_it),
        cmocka_unit_test(more_context_than_that_may_not_differ),
        cmocka_unit_test(a_removed_line_may_not_differ),
        cmocka_unit_test(the_lines_beside_an_insertion_may_not_differ),
        cmocka_unit_test(a_second_place_nearly_as_good_makes_it_a_question),
        cmocka_unit_test(braces_alone_are_no_fuzzy_place),
        cmocka_unit_test(a_fuzzy_place_keeps_the_indentation_of_the_file),
        cmocka_unit_test(a_bare_hunk_with_twins_needs_the_exact_number),
        cmocka_unit_test(a_bare_hunk_at_its_number_is_taken),
        cmocka_unit_test(a_bare_brace_elsewhere_asks),
        cmocka_unit_test(a_bare_insertion_goes_by_its_number_alone),
        cmocka_unit_test(a_bare_insertion_is_refused_once_lines_have_moved),
        cmocka_unit_test(a_later_hunk_bounds_the_one_before),
        cmocka_unit_test(hunks_on_both_sides_tell_where_lines_moved_to),
        cmocka_unit_test(a_hunk_below_its_follower_is_in_doubt),
        cmocka_unit_test(a_decision_ends_once_a_later_hunk_makes_it_doubtful),
        cmocka_unit_test(a_decision_does_not_move_to_a_twin),
        cmocka_unit_test(the_named_function_tells_twins_apart),
        cmocka_unit_test(a_function_and_a_number_that_disagree_are_refused),
        cmocka_unit_test(deeper_new_lines_keep_to_the_tabs_of_the_file),
        cmocka_unit_test(deeper_new_lines_keep_to_the_spaces_of_the_file),
        cmocka_unit_test(blanks_that_have_no_measure_stay),
        cmocka_unit_test(a_result_at_its_number_beats_a_twin_elsewhere),
        cmocka_unit_test(a_moved_result_is_applied_too),
        cmocka_unit_test(blanks_do_not_hide_a_result),
        cmocka_unit_test(context_alone_elsewhere_proves_no_deletion),
        cmocka_unit_test(a_file_that_repeats_itself_ends_the_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
