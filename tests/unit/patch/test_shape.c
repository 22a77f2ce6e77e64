/* Splitting, editing and choosing hunks, and what undo makes of it. */
#include "review.h"

#include "kerf/patch/note.h"
#include "kerf/patch/print.h"
#include "kerf/patch/shape.h"

#define TEXT "a\nb\nc\nd\ne\nf\ng\nh\n"
#define TWO_CHANGES \
    HEAD "@@ -1,8 +1,9 @@\n a\n-b\n+B\n c\n d\n e\n-f\n+F\n+F2\n g\n h\n"

static size_t hunks_of(const struct review *r)
{
    return selection_patch(r->sel)->files[0].hunk_count;
}

static const struct hunk *shown(const struct review *r, size_t hunk)
{
    return &selection_patch(r->sel)->files[0].hunks[hunk];
}

static void split(struct review *r, size_t hunk)
{
    struct error err = { 0 };
    if (!selection_split(r->sel, 0, hunk, &err))
        fail_msg("%s", err.text);
}

static void edit(struct review *r, size_t hunk, const char *text)
{
    struct error err = { 0 };
    if (!selection_edit(r->sel, 0, hunk, str_from(text), &err))
        fail_msg("%s", err.text);
}

static void assert_not_edited(struct review *r, const char *text,
                              enum error_kind kind, const char *why)
{
    struct error err = { 0 };
    assert_false(selection_edit(r->sel, 0, 0, str_from(text), &err));
    assert_int_equal(err.kind, kind);
    if (str_find(str_from(err.text), str_from(why)) == SIZE_MAX)
        fail_msg("'%s' does not say '%s'", err.text, why);
}

static void the_effective_patch_is_the_patch_while_nothing_is_done(void **state)
{
    (void)state;
    struct review r = review_open(TWO_CHANGES, TEXT);

    assert_int_equal(selection_patch(r.sel)->file_count, 1);
    assert_ptr_equal(selection_patch(r.sel)->files[0].hunks,
                     r.patch->files[0].hunks);
    review_close(&r);
}

static void a_hunk_splits_at_the_context_between_its_changes(void **state)
{
    (void)state;
    struct review r = review_open(TWO_CHANGES, TEXT);

    split(&r, 0);

    assert_int_equal(hunks_of(&r), 2);
    assert_int_equal(shown(&r, 0)->line_count, 6);
    assert_int_equal(shown(&r, 1)->line_count, 8);
    assert_text(shown(&r, 1)->lines[0].text, "c");
    assert_int_equal(shown(&r, 1)->hint, 2);
    assert_int_equal(state_of(&r, 0), HUNK_OK);
    assert_int_equal(state_of(&r, 1), HUNK_OK);
    assert_true(shown(&r, 1)->split);
    review_close(&r);
}

static void a_part_is_accepted_without_the_other(void **state)
{
    (void)state;
    struct review r = review_open(TWO_CHANGES, TEXT);

    split(&r, 0);
    decide(&r, hunk_of(1), DECISION_YES);
    assert_text(review_result(&r).bytes, "a\nb\nc\nd\ne\nF\nF2\ng\nh\n");
    decide(&r, hunk_of(0), DECISION_YES);
    assert_text(review_result(&r).bytes, "a\nB\nc\nd\ne\nF\nF2\ng\nh\n");
    review_close(&r);
}

static void parts_keep_what_was_decided_line_by_line(void **state)
{
    (void)state;
    struct review r = review_open(TWO_CHANGES, TEXT);

    decide(&r, line_of(0, 1), DECISION_YES);
    decide(&r, line_of(0, 2), DECISION_YES);
    decide(&r, line_of(0, 7), DECISION_NO);
    split(&r, 0);

    assert_int_equal(selection_decision(r.sel, hunk_of(0)), DECISION_YES);
    assert_int_equal(selection_decision(r.sel, hunk_of(1)), DECISION_MIXED);
    assert_int_equal(selection_decision(r.sel, line_of(1, 4)), DECISION_NO);
    assert_text(review_result(&r).bytes, "a\nB\nc\nd\ne\nf\ng\nh\n");
    review_close(&r);
}

static void parts_of_a_hunk_of_apply_patch_stay_where_it_was(void **state)
{
    (void)state;
    struct review r = review_open(
        "*** Begin Patch\n*** Update File: f\n@@ x\n a\n-b\n+B\n c\n-d\n+D\n"
        " e\n*** End Patch\n",
        "x\na\nb\nc\nd\ne\nx\nc\nd\ne\n");

    split(&r, 0);

    assert_int_equal(state_of(&r, 0), HUNK_OK);
    assert_int_equal(state_of(&r, 1), HUNK_OK);
    assert_int_equal(selection_place(r.sel, 0, 1)->line, 3);
    decide(&r, file_of(0), DECISION_YES);
    assert_text(review_result(&r).bytes, "x\na\nB\nc\nD\ne\nx\nc\nd\ne\n");
    review_close(&r);
}

static void a_hunk_with_one_change_does_not_split(void **state)
{
    (void)state;
    struct review r =
        review_open(HEAD "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n", TEXT);
    struct error err = { 0 };

    assert_false(selection_split(r.sel, 0, 0, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    assert_false(selection_split(r.sel, 0, 1, &err));
    assert_int_equal(err.kind, ERROR_NOT_FOUND);
    assert_false(selection_undo(r.sel));
    review_close(&r);
}

static void a_hunk_splits_at_a_chosen_line(void **state)
{
    (void)state;
    struct review r = review_open(
        HEAD "@@ -1,6 +1,6 @@\n a\n-b\n+B\n c\n-d\n+D\n e\n-f\n+F\n", TEXT);
    struct error err = { 0 };

    assert_false(selection_split_at(r.sel, 0, 0, 0, &err));
    assert_false(selection_split_at(r.sel, 0, 0, 2, &err));
    assert_true(selection_split_at(r.sel, 0, 0, 6, &err));
    assert_int_equal(hunks_of(&r), 2);
    assert_int_equal(shown(&r, 0)->line_count, 7);
    assert_int_equal(shown(&r, 1)->hint, 4);
    assert_int_equal(state_of(&r, 1), HUNK_OK);
    review_close(&r);
}

static void undo_joins_the_parts_and_redo_splits_again(void **state)
{
    (void)state;
    struct review r = review_open(TWO_CHANGES, TEXT);

    decide(&r, hunk_of(0), DECISION_YES);
    split(&r, 0);
    decide(&r, hunk_of(1), DECISION_NO);
    assert_true(selection_undo(r.sel));
    assert_int_equal(selection_decision(r.sel, hunk_of(1)), DECISION_YES);
    assert_true(selection_undo(r.sel));
    assert_int_equal(hunks_of(&r), 1);
    assert_int_equal(selection_decision(r.sel, hunk_of(0)), DECISION_YES);
    assert_true(selection_redo(r.sel));
    assert_true(selection_redo(r.sel));
    assert_int_equal(hunks_of(&r), 2);
    assert_int_equal(selection_decision(r.sel, hunk_of(0)), DECISION_YES);
    assert_int_equal(selection_decision(r.sel, hunk_of(1)), DECISION_NO);
    assert_false(selection_redo(r.sel));
    review_close(&r);
}

static void a_split_hunk_stays_split_while_more_arrives(void **state)
{
    (void)state;
    struct patch_stream *stream = patch_stream_create(PATCH_UNIFIED);
    struct selection *sel = selection_create(patch_stream_patch(stream));
    struct preimage pre = { .exists = true, .bytes = STR(TEXT "i\nj\n") };
    struct error err = { 0 };

    assert_true(patch_stream_feed(stream, STR(TWO_CHANGES "@@ -9,2"), &err));
    selection_refresh(sel);
    assert_true(patch_stream_feed(stream, STR(" +10,2 @@\n i\n-j\n"), &err));
    selection_refresh(sel);
    selection_set_preimage(sel, 0, &pre, false);
    assert_true(selection_split(sel, 0, 0, &err));
    const struct file_patch *file = &selection_patch(sel)->files[0];
    assert_int_equal(file->hunk_count, 3);
    assert_false(file->hunks[2].complete);
    assert_true(patch_stream_feed(stream, STR("+J\n"), &err));
    assert_true(patch_stream_finish(stream, &err));
    selection_refresh(sel);
    file = &selection_patch(sel)->files[0];
    assert_int_equal(file->hunk_count, 3);
    assert_int_equal(file->hunks[2].line_count, 3);
    assert_true(file->complete);
    assert_int_equal(selection_place(sel, 0, 2)->state, HUNK_OK);
    assert_true(selection_undo(sel));
    assert_int_equal(selection_patch(sel)->files[0].hunk_count, 2);
    assert_int_equal(selection_place(sel, 0, 1)->state, HUNK_OK);
    selection_destroy(sel);
    patch_stream_destroy(stream);
}

static void an_edited_hunk_is_placed_again(void **state)
{
    (void)state;
    struct review r = review_open(TWO_CHANGES, TEXT);

    decide(&r, hunk_of(0), DECISION_YES);
    edit(&r, 0, "# c\n a\n-b\n+my b\n c\n d\n e\n f\n g\n h\n");

    assert_true(shown(&r, 0)->edited);
    assert_int_equal(state_of(&r, 0), HUNK_OK);
    assert_int_equal(selection_decision(r.sel, hunk_of(0)), DECISION_NONE);
    decide(&r, hunk_of(0), DECISION_YES);
    assert_text(review_result(&r).bytes, "a\nmy b\nc\nd\ne\nf\ng\nh\n");
    assert_true(selection_undo(r.sel));
    assert_true(selection_undo(r.sel));
    assert_int_equal(selection_decision(r.sel, hunk_of(0)), DECISION_YES);
    assert_text(review_result(&r).bytes, "a\nB\nc\nd\ne\nF\nF2\ng\nh\n");
    review_close(&r);
}

static void an_edit_that_does_not_fit_is_a_conflict(void **state)
{
    (void)state;
    struct review r = review_open(TWO_CHANGES, TEXT);

    edit(&r, 0, " one\n-two\n+three\n");
    assert_int_equal(state_of(&r, 0), HUNK_CONFLICT);
    review_close(&r);
}

static void an_edit_that_cannot_be_meant_is_refused(void **state)
{
    (void)state;
    struct review r = review_open(TWO_CHANGES, TEXT);

    assert_not_edited(&r, "", ERROR_CANCELLED, "stays");
    assert_not_edited(&r, "# only\n# words\n", ERROR_CANCELLED, "stays");
    assert_not_edited(&r, " a\n b\n", ERROR_CANCELLED, "stays");
    assert_not_edited(&r, "# c\n a\n-b\n*c\n", ERROR_INVALID, "line 4");
    assert_not_edited(&r, "\\ No newline\n-b\n", ERROR_INVALID, "line 1");
    assert_int_equal(shown(&r, 0)->line_count, 11);
    assert_false(selection_undo(r.sel));
    review_close(&r);
}

static void what_the_editor_gets_comes_back_unchanged(void **state)
{
    (void)state;
    struct review r = review_open(
        HEAD "@@ -7,2 +7,2 @@\n g\n-h\n+H\n\\ No newline at end of file\n",
        TEXT);
    struct buf text = { 0 };
    struct error err = { 0 };

    selection_hunk_text(r.sel, 0, 0, &text);
    assert_int_equal(str_find(buf_str(&text), STR("# Hunk 1 of f\n")), 0);
    assert_false(selection_edit(r.sel, 0, 0, buf_str(&text), &err));
    assert_text(str_from(err.text), "the hunk was not changed");
    buf_append(&text, STR("+I\n"));
    assert_true(selection_edit(r.sel, 0, 0, buf_str(&text), &err));
    assert_true(shown(&r, 0)->lines[2].no_newline);
    buf_release(&text);
    review_close(&r);
}

static void a_new_file_is_edited_as_a_whole(void **state)
{
    (void)state;
    struct review r = review_open(
        "--- /dev/null\n+++ b/f\n@@ -0,0 +1,2 @@\n+one\n+two\n", NULL);
    struct preimage none = { 0 };

    selection_set_preimage(r.sel, 0, &none, false);
    assert_not_edited(&r, " one\n+two\n", ERROR_INVALID, "'+' lines only");
    edit(&r, 0, "+one\n+2\n+3\n");
    decide(&r, hunk_of(0), DECISION_YES);
    assert_text(review_result(&r).bytes, "one\n2\n3\n");
    review_close(&r);
}

static void versions_of_a_hunk_are_tabs(void **state)
{
    (void)state;
    struct review r = review_open(TWO_CHANGES, TEXT);
    struct review other =
        review_open(HEAD "@@ -1,3 +1,3 @@\n a\n-b\n+other\n c\n", NULL);
    struct error err = { 0 };

    selection_ask(r.sel, 0, 0);
    decide(&r, hunk_of(0), DECISION_YES);
    assert_true(selection_marks(r.sel, 0, 0).asked);
    assert_true(selection_add_alternative(
        r.sel, 0, 0, &other.patch->files[0].hunks[0], &err));
    review_close(&other);

    struct hunk_marks marks = selection_marks(r.sel, 0, 0);
    assert_int_equal(marks.alternatives, 2);
    assert_int_equal(marks.alternative, 1);
    assert_false(marks.asked);
    assert_int_equal(selection_decision(r.sel, hunk_of(0)), DECISION_NONE);
    decide(&r, hunk_of(0), DECISION_YES);
    assert_text(review_result(&r).bytes, "a\nother\nc\nd\ne\nf\ng\nh\n");
    assert_true(selection_choose_alternative(r.sel, 0, 0, 0, &err));
    assert_int_equal(shown(&r, 0)->line_count, 11);
    assert_false(selection_choose_alternative(r.sel, 0, 0, 2, &err));
    assert_true(selection_undo(r.sel));
    assert_text(review_result(&r).bytes, "a\nother\nc\nd\ne\nf\ng\nh\n");
    assert_int_equal(selection_marks(r.sel, 0, 0).alternative, 1);
    review_close(&r);
}

static void what_was_edited_stays_with_its_version(void **state)
{
    (void)state;
    struct review r = review_open(TWO_CHANGES, TEXT);
    struct error err = { 0 };

    assert_true(selection_add_alternative(r.sel, 0, 0,
                                          &r.patch->files[0].hunks[0], &err));
    edit(&r, 0, " a\n-b\n+edited\n");
    assert_true(selection_choose_alternative(r.sel, 0, 0, 0, &err));
    assert_false(shown(&r, 0)->edited);
    assert_true(selection_choose_alternative(r.sel, 0, 0, 1, &err));
    assert_text(shown(&r, 0)->lines[2].text, "edited");
    review_close(&r);
}

static void a_split_in_one_file_leaves_the_others_alone(void **state)
{
    (void)state;
    struct review r = review_open(
        TWO_CHANGES "--- a/g\n+++ b/g\n@@ -1 +1 @@\n-x\n+y\n", TEXT);
    struct preimage pre = { .exists = true, .bytes = STR("x\n") };
    struct target other = { 1, 0, SELECT_ALL };

    selection_set_preimage(r.sel, 1, &pre, false);
    decide(&r, other, DECISION_YES);
    split(&r, 0);
    assert_int_equal(selection_patch(r.sel)->file_count, 2);
    assert_int_equal(selection_decision(r.sel, other), DECISION_YES);
    assert_int_equal(selection_count(r.sel, SELECT_ALL).hunks, 3);
    review_close(&r);
}

static void a_changed_file_keeps_the_split(void **state)
{
    (void)state;
    struct review r = review_open(TWO_CHANGES, TEXT);

    split(&r, 0);
    decide(&r, hunk_of(0), DECISION_YES);
    decide(&r, hunk_of(1), DECISION_YES);
    assert_int_equal(review_give(&r, "new\na\nb\nc\nd\ne\nf!\ng\nh\n"), 1);
    assert_int_equal(hunks_of(&r), 2);
    assert_int_equal(state_of(&r, 0), HUNK_MOVED);
    assert_int_equal(state_of(&r, 1), HUNK_STALE);
    review_close(&r);
}

// --- the version before ------------------------------------------------------

static void the_same_hunk_of_the_next_version_stays_decided(void **state)
{
    (void)state;
    struct review first = review_open(
        HEAD "@@ -1,2 +1,2 @@\n-a\n+A\n b\n@@ -4,2 +4,2 @@\n-d\n+D\n e\n"
             "@@ -7,2 +7,2 @@\n-g\n+G\n h\n",
        TEXT);
    struct review next = review_open(
        HEAD "@@ -1,2 +1,2 @@\n-a\n+A\n b\n@@ -4,2 +4,2 @@\n-d\n+DD\n e\n"
             "@@ -7,2 +7,2 @@\n-g\n+G\n h\n",
        NULL);

    decide(&first, hunk_of(0), DECISION_YES);
    decide(&first, hunk_of(1), DECISION_YES);
    decide(&first, hunk_of(2), DECISION_NO);
    selection_carry(next.sel, first.sel);
    review_give(&next, TEXT);

    assert_int_equal(selection_decision(next.sel, hunk_of(0)), DECISION_YES);
    assert_true(selection_marks(next.sel, 0, 0).carried);
    assert_int_equal(selection_decision(next.sel, hunk_of(1)), DECISION_NONE);
    assert_false(selection_marks(next.sel, 0, 1).carried);
    assert_int_equal(selection_decision(next.sel, hunk_of(2)), DECISION_NO);
    decide(&next, hunk_of(0), DECISION_NO);
    assert_false(selection_marks(next.sel, 0, 0).carried);
    review_close(&next);
    review_close(&first);
}

static void a_yes_is_not_carried_to_a_place_that_needs_consent(void **state)
{
    (void)state;
    struct review first = review_open(
        "*** Begin Patch\n*** Add File: f\n+new\n*** End Patch\n", NULL);
    struct review next = review_open(
        "*** Begin Patch\n*** Add File: f\n+new\n*** End Patch\n", NULL);
    struct preimage none = { 0 };

    selection_set_preimage(first.sel, 0, &none, false);
    decide(&first, hunk_of(0), DECISION_YES);
    selection_carry(next.sel, first.sel);
    review_give(&next, "old\n");
    assert_int_equal(state_of(&next, 0), HUNK_FUZZY);
    assert_int_equal(selection_decision(next.sel, hunk_of(0)), DECISION_NONE);
    review_close(&next);
    review_close(&first);
}

// --- whole files -------------------------------------------------------------

static struct patch whole_file(struct file_patch *file, struct hunk *hunk)
{
    *file = (struct file_patch){ .action = FILE_REPLACE,
                                 .path = STR("f"),
                                 .move_to = STR(""),
                                 .complete = true,
                                 .hunks = hunk,
                                 .hunk_count = 1 };
    return (struct patch){ PATCH_WHOLE, file, 1, 1 };
}

static struct hunk all_added(struct arena *arena, const char *text)
{
    struct hunk hunk = { .hint = HUNK_NO_HINT, .complete = true };
    struct str rest = str_from(text), line;

    while (str_split(&rest, '\n', &line)) {
        hunk.lines = arena_grow(arena, hunk.lines, &hunk.line_cap,
                                hunk.line_count + 1, sizeof(*hunk.lines));
        hunk.lines[hunk.line_count++] =
            (struct patch_line){ .kind = LINE_ADDED, .text = line };
    }
    return hunk;
}

struct whole_case {
    const char *file, *answer, *result;
    size_t hunks;
};

static const struct whole_case whole_cases[] = {
    { TEXT, "a\nB\nc\nd\ne\nf\ng\nh\n", "a\nB\nc\nd\ne\nf\ng\nh\n", 1 },
    { "a\n1\n2\n3\n4\n5\n6\n7\nz\n", "A\n1\n2\n3\n4\n5\n6\n7\nZ\n",
      "A\n1\n2\n3\n4\n5\n6\n7\nZ\n", 2 },
    { "a\r\nb\r\nc\r\n", "a\nB\nc\n", "a\r\nB\r\nc\r\n", 1 },
    { "a\nb\nc\n", "a\r\nB\r\nc\r\n", "a\nB\nc\n", 1 },
    { "\xef\xbb\xbf"
      "a\nb",
      "a\nB\n",
      "\xef\xbb\xbf"
      "a\nB",
      1 },
    { "a\n",
      "\xef\xbb\xbf"
      "a\nb\n",
      "a\nb\n", 1 },
    { "", "a\nb\n", "a\nb\n", 1 },
    { "a\nb\n", "x\ny\n", "x\ny\n", 1 },
};

static void a_whole_file_is_shown_as_the_changes_it_makes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(whole_cases) / sizeof(whole_cases[0]); i++) {
        const struct whole_case *c = &whole_cases[i];
        struct review r = { 0 };
        struct file_patch file;
        struct hunk hunk = all_added(&r.arena, c->answer);
        struct patch patch = whole_file(&file, &hunk);
        r.sel = selection_create(&patch);
        review_give(&r, c->file);
        assert_int_equal(selection_patch(r.sel)->files[0].action, FILE_UPDATE);
        assert_int_equal(hunks_of(&r), c->hunks);
        for (size_t h = 0; h < c->hunks; h++)
            assert_int_equal(state_of(&r, h), HUNK_OK);
        decide(&r, file_of(0), DECISION_YES);
        assert_text(review_result(&r).bytes, c->result);
        review_close(&r);
    }
}

static void a_whole_file_that_is_the_same_is_applied_already(void **state)
{
    (void)state;
    struct review r = { 0 };
    struct file_patch file;
    struct hunk hunk = all_added(&r.arena, "a\nb\n");
    struct patch patch = whole_file(&file, &hunk);

    r.sel = selection_create(&patch);
    review_give(&r, "a\r\nb");
    assert_int_equal(state_of(&r, 0), HUNK_APPLIED);
    decide(&r, file_of(0), DECISION_YES);
    assert_int_equal(review_result(&r).kind, RESULT_NONE);
    review_close(&r);
}

static void a_whole_file_that_is_not_there_is_new(void **state)
{
    (void)state;
    struct review r = { 0 };
    struct file_patch file;
    struct hunk hunk = all_added(&r.arena, "a\nb\n");
    struct patch patch = whole_file(&file, &hunk);
    struct preimage none = { 0 };

    r.sel = selection_create(&patch);
    selection_set_preimage(r.sel, 0, &none, false);
    assert_int_equal(selection_patch(r.sel)->files[0].action, FILE_ADD);
    assert_int_equal(state_of(&r, 0), HUNK_OK);
    decide(&r, file_of(0), DECISION_YES);
    assert_text(review_result(&r).bytes, "a\nb\n");
    review_close(&r);
}

static void changes_of_a_whole_file_are_made_anew_for_another_file(void **state)
{
    (void)state;
    struct review r = { 0 };
    struct file_patch file;
    struct hunk hunk = all_added(&r.arena, "A\n1\n2\n3\n4\n5\n6\n7\nZ\n");
    struct patch patch = whole_file(&file, &hunk);

    r.sel = selection_create(&patch);
    review_give(&r, "a\n1\n2\n3\n4\n5\n6\n7\nz\n");
    decide(&r, hunk_of(0), DECISION_YES);
    decide(&r, hunk_of(1), DECISION_NO);
    review_give(&r, "a\n1\n2\n3\n4\n5\n6\n7\nzz\n");
    assert_int_equal(hunks_of(&r), 2);
    assert_int_equal(selection_decision(r.sel, hunk_of(0)), DECISION_YES);
    assert_int_equal(selection_decision(r.sel, hunk_of(1)), DECISION_NONE);
    assert_false(selection_undo(r.sel));
    assert_text(review_result(&r).bytes, "A\n1\n2\n3\n4\n5\n6\n7\nzz\n");
    review_close(&r);
}

// --- characters that hide ----------------------------------------------------

static bool hides(const char *line, enum line_kind kind)
{
    struct patch_line added = { .kind = kind, .text = str_from(line) };
    struct hunk hunk = { .lines = &added, .line_count = 1 };
    return hunk_has_hidden(&hunk);
}

static void characters_that_hide_or_reorder_are_found(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "x \xe2\x80\xae y",          // right-to-left override
        "x\xe2\x80\x8by",            // zero-width space
        "\xf3\xa0\x81\x81",          // a tag
        "ad\xe2\x80\x8dmin",         // a joiner where nothing joins
        "a\xef\xb8\x80\xef\xb8\x81", // variation selectors in a row
        "caf\xe9 \xe2\x81\xa6",      // Latin-1 in front of it
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (!hides(lines[i], LINE_ADDED))
            fail_msg("line %zu", i);
        assert_false(hides(lines[i], LINE_REMOVED));
    }
}

static void emoji_and_plain_text_do_not_hide(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "plain",
        "caf\xc3\xa9",
        "caf\xe9",
        "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", // woman, ZWJ, laptop
        "\xe2\x9d\xa4\xef\xb8\x8f\xe2\x80\x8d\xf0\x9f\x94\xa5", // heart on fire
        "#\xef\xb8\x8f\xe2\x83\xa3",                            // keycap
        "\xe0\xa4\x95\xe0\xa5\x8d\xe2\x80\x8d\xe0\xa4\xb7",     // Devanagari
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        if (hides(lines[i], LINE_ADDED))
            fail_msg("line %zu", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            the_effective_patch_is_the_patch_while_nothing_is_done),
        cmocka_unit_test(a_hunk_splits_at_the_context_between_its_changes),
        cmocka_unit_test(a_part_is_accepted_without_the_other),
        cmocka_unit_test(parts_keep_what_was_decided_line_by_line),
        cmocka_unit_test(parts_of_a_hunk_of_apply_patch_stay_where_it_was),
        cmocka_unit_test(a_hunk_with_one_change_does_not_split),
        cmocka_unit_test(a_hunk_splits_at_a_chosen_line),
        cmocka_unit_test(undo_joins_the_parts_and_redo_splits_again),
        cmocka_unit_test(a_split_hunk_stays_split_while_more_arrives),
        cmocka_unit_test(an_edited_hunk_is_placed_again),
        cmocka_unit_test(an_edit_that_does_not_fit_is_a_conflict),
        cmocka_unit_test(an_edit_that_cannot_be_meant_is_refused),
        cmocka_unit_test(what_the_editor_gets_comes_back_unchanged),
        cmocka_unit_test(a_new_file_is_edited_as_a_whole),
        cmocka_unit_test(versions_of_a_hunk_are_tabs),
        cmocka_unit_test(what_was_edited_stays_with_its_version),
        cmocka_unit_test(a_split_in_one_file_leaves_the_others_alone),
        cmocka_unit_test(a_changed_file_keeps_the_split),
        cmocka_unit_test(the_same_hunk_of_the_next_version_stays_decided),
        cmocka_unit_test(a_yes_is_not_carried_to_a_place_that_needs_consent),
        cmocka_unit_test(a_whole_file_is_shown_as_the_changes_it_makes),
        cmocka_unit_test(a_whole_file_that_is_the_same_is_applied_already),
        cmocka_unit_test(a_whole_file_that_is_not_there_is_new),
        cmocka_unit_test(
            changes_of_a_whole_file_are_made_anew_for_another_file),
        cmocka_unit_test(characters_that_hide_or_reorder_are_found),
        cmocka_unit_test(emoji_and_plain_text_do_not_hide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
