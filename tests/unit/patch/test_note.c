/* Notes: where they stand, what becomes of them, what the model reads. */
#include "review.h"

#include "kerf/patch/note.h"
#include "kerf/patch/shape.h"

#define TEXT "a\nb\nc\nd\ne\nf\ng\nh\n"
#define ONE \
    HEAD "@@ -1,8 +1,9 @@\n a\n-b\n+B\n c\n d\n e\n-f\n+F\n+F2\n g\n h\n"

static void note(struct review *r, struct target target, size_t last,
                 const char *text)
{
    struct error err = { 0 };
    if (!selection_note_set(r->sel, target, last, str_from(text), &err))
        fail_msg("%s", err.text);
}

static const struct note *at(const struct review *r, size_t index)
{
    return selection_note_at(r->sel, index);
}

static void notes_stand_in_the_order_of_the_patch(void **state)
{
    (void)state;
    struct review r = review_open(ONE, TEXT);

    note(&r, line_of(0, 6), 8, "range");
    note(&r, line_of(0, 1), 1, "line");
    note(&r, hunk_of(0), SELECT_ALL, "hunk");
    note(&r, file_of(0), SELECT_ALL, "file");
    note(&r, line_of(0, 6), 6, "first of the range");
    assert_int_equal(selection_note_count(r.sel), 5);
    assert_text(at(&r, 0)->text, "file");
    assert_text(at(&r, 1)->text, "hunk");
    assert_text(at(&r, 2)->text, "line");
    assert_text(at(&r, 3)->text, "first of the range");
    assert_text(at(&r, 4)->text, "range");
    review_close(&r);
}

static void a_second_note_on_the_same_lines_replaces_the_first(void **state)
{
    (void)state;
    struct review r = review_open(ONE, TEXT);

    note(&r, line_of(0, 1), 2, "first");
    note(&r, line_of(0, 1), 2, "second");
    assert_int_equal(selection_note_count(r.sel), 1);
    assert_text(at(&r, 0)->text, "second");
    assert_true(selection_undo(r.sel));
    assert_text(at(&r, 0)->text, "first");
    assert_true(selection_undo(r.sel));
    assert_int_equal(selection_note_count(r.sel), 0);
    assert_true(selection_redo(r.sel));
    assert_text(at(&r, 0)->text, "first");
    review_close(&r);
}

// As many notes as there may be, on ranges of one hunk's lines.
static void note_up_to_the_limit(struct review *r)
{
    for (size_t line = 0; line < 50; line++)
        for (size_t last = line; last < 50; last++)
            if (selection_note_count(r->sel) < LIMIT_NOTES)
                note(r, line_of(0, line), last, "x");
}

static void at_the_limit_a_note_can_still_be_changed(void **state)
{
    (void)state;
    struct buf text = { 0 };
    struct error err = { 0 };
    buf_append(&text, STR(HEAD "@@ -1,1 +1,50 @@\n a\n"));
    for (int i = 0; i < 49; i++)
        buf_append(&text, STR("+b\n"));
    struct review r = review_open(buf_cstr(&text), "a\n");

    note_up_to_the_limit(&r);
    note(&r, line_of(0, 0), 0, "changed");

    assert_int_equal(selection_note_count(r.sel), LIMIT_NOTES);
    assert_text(at(&r, 0)->text, "changed");
    assert_false(
        selection_note_set(r.sel, hunk_of(0), SELECT_ALL, STR("new"), &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    review_close(&r);
    buf_release(&text);
}

static void a_note_without_text_is_taken_away(void **state)
{
    (void)state;
    struct review r = review_open(ONE, TEXT);
    struct error err = { 0 };

    note(&r, hunk_of(0), SELECT_ALL, "x");
    note(&r, hunk_of(0), SELECT_ALL, "");
    assert_int_equal(selection_note_count(r.sel), 0);
    assert_false(
        selection_note_set(r.sel, hunk_of(0), SELECT_ALL, STR(""), &err));
    assert_false(selection_note_remove(r.sel, hunk_of(0), SELECT_ALL));
    assert_true(selection_undo(r.sel));
    assert_int_equal(selection_note_count(r.sel), 1);
    review_close(&r);
}

static void what_is_not_there_has_no_notes(void **state)
{
    (void)state;
    struct review r = review_open(ONE, TEXT);
    struct error err = { 0 };
    const struct target targets[] = {
        file_of(1), hunk_of(1), line_of(0, 11), { 0, SELECT_ALL, 2 }
    };

    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
        assert_false(selection_note_set(r.sel, targets[i], targets[i].line,
                                        STR("x"), &err));
    assert_false(selection_note_set(r.sel, line_of(0, 3), 2, STR("x"), &err));
    assert_false(selection_note_set(r.sel, line_of(0, 3), 11, STR("x"), &err));
    assert_int_equal(selection_note_count(r.sel), 0);
    review_close(&r);
}

static void notes_go_along_when_a_hunk_is_split(void **state)
{
    (void)state;
    struct review r = review_open(ONE, TEXT);
    struct error err = { 0 };

    note(&r, line_of(0, 1), 2, "first change");
    note(&r, line_of(0, 7), 8, "second change");
    assert_true(selection_split(r.sel, 0, 0, &err));
    assert_int_equal(at(&r, 0)->target.hunk, 0);
    assert_int_equal(at(&r, 0)->target.line, 1);
    assert_int_equal(at(&r, 1)->target.hunk, 1);
    assert_int_equal(at(&r, 1)->target.line, 4);
    assert_int_equal(at(&r, 1)->last_line, 5);
    assert_true(selection_undo(r.sel));
    assert_int_equal(at(&r, 1)->target.hunk, 0);
    assert_int_equal(at(&r, 1)->target.line, 7);
    review_close(&r);
}

static void a_note_on_a_line_that_is_edited_away_is_one_on_the_hunk(
    void **state)
{
    (void)state;
    struct review r = review_open(ONE, TEXT);
    struct error err = { 0 };

    note(&r, line_of(0, 2), 2, "why capital?");
    assert_true(selection_edit(r.sel, 0, 0, STR(" a\n-b\n+beta\n c\n"), &err));
    assert_int_equal(at(&r, 0)->target.hunk, 0);
    assert_int_equal(at(&r, 0)->target.line, SELECT_ALL);
    review_close(&r);
}

static void notes_stay_with_their_hunk_when_one_before_it_is_split(void **state)
{
    (void)state;
    struct review r = review_open(ONE "@@ -20,2 +21,2 @@\n-x\n+y\n z\n", TEXT
                                  "i\nj\nk\nl\nm\nn\no\np\nq\nr\ns\nx\nz\n");
    struct error err = { 0 };

    note(&r, line_of(1, 0), 0, "later");
    assert_true(selection_split(r.sel, 0, 0, &err));
    assert_int_equal(at(&r, 0)->target.hunk, 2);
    review_close(&r);
}

static void the_model_is_told_the_notes_with_their_lines(void **state)
{
    (void)state;
    struct review r = review_open(ONE, TEXT);
    struct buf out = { 0 };

    decide(&r, hunk_of(0), DECISION_NO);
    note(&r, file_of(0), SELECT_ALL, "keep it small");
    note(&r, hunk_of(0), SELECT_ALL, "wrong place\nsee g()");
    note(&r, line_of(0, 1), 1, "needed");
    note(&r, line_of(0, 3), 8, "too long");
    selection_verdict(r.sel, &out);
    assert_text(buf_str(&out),
                "f: update\n  hunk 1 (line 1): refused\n"
                "  note on the file: keep it small\n"
                "  note on hunk 1: wrong place\n    see g()\n"
                "  note on hunk 1, old line 2: needed\n    -b\n"
                "  note on hunk 1, line 3 (new 3) to new line 7: too long\n"
                "     c\n     d\n     e\n    ...\n    +F2\n");
    buf_release(&out);
    review_close(&r);
}

static void there_is_feedback_until_the_notes_were_sent(void **state)
{
    (void)state;
    struct review r = review_open(ONE, TEXT);

    assert_false(selection_has_feedback(r.sel));
    decide(&r, hunk_of(0), DECISION_YES);
    assert_false(selection_has_feedback(r.sel));
    note(&r, hunk_of(0), SELECT_ALL, "x");
    assert_true(selection_has_feedback(r.sel));
    selection_notes_sent(r.sel);
    assert_false(selection_has_feedback(r.sel));
    assert_true(at(&r, 0)->sent);
    decide(&r, line_of(0, 1), DECISION_NO);
    assert_true(selection_has_feedback(r.sel));
    review_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes_stand_in_the_order_of_the_patch),
        cmocka_unit_test(a_second_note_on_the_same_lines_replaces_the_first),
        cmocka_unit_test(at_the_limit_a_note_can_still_be_changed),
        cmocka_unit_test(a_note_without_text_is_taken_away),
        cmocka_unit_test(what_is_not_there_has_no_notes),
        cmocka_unit_test(notes_go_along_when_a_hunk_is_split),
        cmocka_unit_test(
            a_note_on_a_line_that_is_edited_away_is_one_on_the_hunk),
        cmocka_unit_test(
            notes_stay_with_their_hunk_when_one_before_it_is_split),
        cmocka_unit_test(the_model_is_told_the_notes_with_their_lines),
        cmocka_unit_test(there_is_feedback_until_the_notes_were_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
