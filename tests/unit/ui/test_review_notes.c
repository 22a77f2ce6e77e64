/* What the user says and does about hunks: notes, splitting, editing, versions,
 * asking again, sending. */
#include "scene.h"

#include "samples.h"

#define TWO_CHANGES                                      \
    "--- a/x.c\n+++ b/x.c\n@@ -1,5 +1,5 @@\n-int a;\n"   \
    "+int A;\n int b;\n int c;\n-int d;\n+int D;\n int " \
    "e;\n"
#define TWO_CHANGES_FILE "int a;\nint b;\nint c;\nint d;\nint e;\n"

static struct scene with_patch(size_t rows, size_t cols, const char *patch,
                               const char *file)
{
    struct scene scene =
        scene_with(rows, cols, (struct ui_options){ .review_only = true });

    scene_open(&scene);
    scene_patch(&scene, patch);
    scene_file(&scene, "p1", 0, file);
    scene_draw(&scene);
    return scene;
}

static struct scene two_changes(void)
{
    return with_patch(24, 80, TWO_CHANGES, TWO_CHANGES_FILE);
}

// The same in a conversation, where there is a model to ask.
static struct scene two_asked_changes(void)
{
    struct scene scene = scene_create(24, 80);

    scene_open(&scene);
    scene_patch(&scene, TWO_CHANGES);
    scene_file(&scene, "p1", 0, TWO_CHANGES_FILE);
    scene_keys(&scene, "Tab Tab");
    return scene;
}

static void type_note(struct scene *scene, const char *key, const char *text)
{
    scene_keys(scene, key);
    scene_type(scene, text);
    scene_keys(scene, "Enter");
}

// --- notes -----------------------------------------------------------------

static void a_note_stands_below_its_line_and_in_the_heading(void **state)
{
    (void)state;
    struct scene scene = two_changes();

    scene_keys(&scene, "j j");
    type_note(&scene, "c", "why a capital?");

    assert_int_equal(scene_command(&scene), CMD_NOTE);
    assert_int_equal(scene.commands[0].target.line, 1);
    assert_true(str_is(scene.commands[0].text, "why a capital?"));
    scene_obey(&scene);
    assert_row(&scene, 5, "> h1 ?  ok          [1 note] @@ 1,5 +1,5 @@");
    assert_row(&scene, 7, ">       1 +int A;");
    assert_row(&scene, 8, "         . note: why a capital?");
    scene_destroy(&scene);
}

static void a_note_on_a_range_tells_its_lines(void **state)
{
    (void)state;
    struct scene scene = two_changes();

    scene_keys(&scene, "v j v j j");
    type_note(&scene, "c", "all of it");

    assert_int_equal(scene.commands[0].target.line, 0);
    assert_int_equal(scene.commands[0].last_line, 2);
    scene_obey(&scene);
    assert_row(&scene, 9, "         . note on 3 lines: all of it");
    scene_destroy(&scene);
}

static void a_note_on_a_heading_is_on_the_hunk(void **state)
{
    (void)state;
    struct scene scene = two_changes();

    type_note(&scene, "c", "split this");

    assert_true(scene.commands[0].target.line == SELECT_ALL);
    scene_obey(&scene);
    assert_row(&scene, 6, "         . note: split this");
    scene_destroy(&scene);
}

static void a_note_on_the_file_stands_below_its_name(void **state)
{
    (void)state;
    struct scene scene = two_changes();

    type_note(&scene, "C", "move it");

    assert_true(scene.commands[0].target.hunk == SELECT_ALL);
    scene_obey(&scene);
    assert_row(&scene, 5, "         . note: move it");
    assert_row(&scene, 6, "> h1 ?  ok          @@ 1,5 +1,5 @@");
    scene_destroy(&scene);
}

static void a_note_may_have_several_lines(void **state)
{
    (void)state;
    struct scene scene = two_changes();

    scene_keys(&scene, "c o n e ^J");
    type_note(&scene, "t", "wo");

    assert_true(str_is(scene.commands[0].text, "one\ntwo"));
    scene_obey(&scene);
    assert_row(&scene, 6, "         . note: one");
    assert_row(&scene, 7, "           two");
    scene_destroy(&scene);
}

static void the_same_key_edits_a_note_and_empty_removes_it(void **state)
{
    (void)state;
    struct scene scene = two_changes();

    type_note(&scene, "c", "one");
    scene_obey(&scene);
    type_note(&scene, "c", " two");
    assert_true(str_is(scene.commands[0].text, "one two"));
    scene_obey(&scene);
    scene_keys(&scene, "c ^U Enter");
    assert_int_equal(scene_command(&scene), CMD_NOTE);
    assert_int_equal(scene.commands[0].text.len, 0);
    scene_obey(&scene);
    assert_hides(&scene, "note:");
    scene_destroy(&scene);
}

static void escape_drops_what_was_typed(void **state)
{
    (void)state;
    struct scene scene = two_changes();

    scene_keys(&scene, "c x y z");
    assert_shows(&scene, "> xyz");
    scene_keys(&scene, "Esc");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_hides(&scene, "xyz");
    assert_row(&scene, 5, "> h1 ?  ok          @@ 1,5 +1,5 @@");
    scene_destroy(&scene);
}

static void a_pasted_note_is_no_row_of_keys(void **state)
{
    (void)state;
    struct scene scene = two_changes();

    scene_keys(&scene, "c");
    scene_paste(&scene, "yaw");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    scene_keys(&scene, "Enter");
    assert_int_equal(scene_command(&scene), CMD_NOTE);
    assert_true(str_is(scene.commands[0].text, "yaw"));
    scene_destroy(&scene);
}

static void a_long_note_is_wrapped_at_60x16(void **state)
{
    (void)state;
    struct scene scene = with_patch(16, 60, TWO_CHANGES, TWO_CHANGES_FILE);

    type_note(&scene, "c",
              "a note that is longer than a row of this screen is, to its "
              "very end");
    scene_obey(&scene);

    assert_shows(&scene, "to its very end");
    scene_destroy(&scene);
}

static void notes_and_refusals_are_sent(void **state)
{
    (void)state;
    struct scene scene = two_changes();

    scene_keys(&scene, "r");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "nothing to send");
    scene_keys(&scene, "n");
    scene_obey(&scene);
    scene_keys(&scene, "r");
    assert_int_equal(scene_command(&scene), CMD_SEND_NOTES);
    scene_destroy(&scene);
}

// --- splitting -------------------------------------------------------------

static void a_hunk_is_split_where_context_divides_it(void **state)
{
    (void)state;
    struct scene scene = two_changes();

    scene_keys(&scene, "s");
    assert_int_equal(scene_command(&scene), CMD_SPLIT);
    scene_obey(&scene);

    assert_shows(&scene, "> h1 ?  ok          @@ 1,3 +1,3 @@");
    assert_shows(&scene, "  h2 ?  ok          @@ 2,4 +2,4 @@");
    assert_shows(&scene, "undecided 2");
    scene_destroy(&scene);
}

static void one_change_cannot_be_split(void **state)
{
    (void)state;
    struct scene scene = with_patch(
        24, 80, "--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-a\n+b\n", "a\n");

    scene_keys(&scene, "s");

    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "no context between changes");
    scene_destroy(&scene);
}

static void in_line_mode_it_is_split_at_the_line(void **state)
{
    (void)state;
    struct scene scene = two_changes();

    scene_keys(&scene, "v j j j j s");

    assert_int_equal(scene_command(&scene), CMD_SPLIT);
    assert_int_equal(scene.commands[0].target.line, 3);
    scene_destroy(&scene);
}

// --- editing ---------------------------------------------------------------

static void e_edits_the_hunk_and_E_the_file_at_the_line(void **state)
{
    (void)state;
    struct scene scene = two_changes();

    scene_keys(&scene, "e");
    assert_int_equal(scene_command(&scene), CMD_EDIT_HUNK);
    assert_int_equal(scene.commands[0].text.len, 0);
    scene_keys(&scene, "j j j j j E");
    assert_int_equal(scene_command(&scene), CMD_EDIT_FILE);
    assert_true(str_is(scene.commands[0].text, "x.c"));
    assert_int_equal(scene.commands[0].target.line, 3);
    scene_destroy(&scene);
}

static void a_refused_edit_is_gone_on_with_or_dropped(void **state)
{
    (void)state;
    struct scene scene = two_changes();
    struct target target = { 0, 0, SELECT_ALL };

    ui_keep_edit(scene.ui, target, STR("*broken\n"));
    scene_keys(&scene, "e");
    assert_true(str_is(scene.commands[0].text, "*broken\n"));
    ui_keep_edit(scene.ui, target, STR("*broken\n"));
    scene_keys(&scene, "Esc");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "the edit that was refused is dropped");
    scene_keys(&scene, "e");
    assert_int_equal(scene.commands[0].text.len, 0);
    scene_destroy(&scene);
}

static void an_edited_hunk_says_so_and_is_undecided(void **state)
{
    (void)state;
    struct scene scene = two_changes();

    scene_keys(&scene, "y");
    scene_obey(&scene);
    scene_apply(&scene,
                (struct event){ .kind = EVENT_HUNK_EDITED,
                                .call_id = STR("p1"),
                                .target = { 0, 0, SELECT_ALL },
                                .text = STR("-int a;\n+int Z;\n int b;\n") });

    assert_shows(&scene, "h1 ?  ok          edited @@ 1,2 +1,2 @@");
    assert_shows(&scene, "+int Z;");
    scene_destroy(&scene);
}

// --- versions --------------------------------------------------------------

static void ask_again(struct scene *scene)
{
    scene_apply(scene, (struct event){ .kind = EVENT_REASKED,
                                       .call_id = STR("p1"),
                                       .target = { 0, 0, SELECT_ALL },
                                       .extra = STR("another version") });
    scene_ask(scene, "another version");
    scene_item(scene, 0, ITEM_PATCH, "p2", "apply_patch");
}

static void a_wish_for_another_version_is_typed(void **state)
{
    (void)state;
    struct scene scene = two_asked_changes();

    type_note(&scene, "R", "shorter");

    assert_int_equal(scene_command(&scene), CMD_REASK);
    assert_true(str_is(scene.commands[0].text, "shorter"));
    scene_destroy(&scene);
}

static void another_version_arrives_below_and_becomes_a_tab(void **state)
{
    (void)state;
    struct scene scene = two_changes();

    ask_again(&scene);
    assert_shows(&scene, "h1 ?  ok          asked again @@");
    scene_delta(&scene, EVENT_CALL_DELTA, 0,
                "--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n-int a;\n+int Q;\n");
    assert_shows(&scene, "h1 ?  ok          (1* 2..) asked again @@");
    assert_shows(&scene, "version 2 is arriving, 2 lines so far:");
    assert_shows(&scene, "+int Q;");
    scene_item_done(&scene, 0, ITEM_PATCH, "p2", "apply_patch",
                    "--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n-int a;\n+int Q;\n"
                    " int b;\n");
    assert_shows(&scene, "h1 ?  ok          (1 2*) @@ 1,2 +1,2 @@");
    assert_hides(&scene, "is arriving");
    scene_destroy(&scene);
}

static void versions_are_chosen_by_key(void **state)
{
    (void)state;
    struct scene scene = two_changes();

    scene_keys(&scene, ")");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "h1 has one version: R asks for another");
    ask_again(&scene);
    scene_item_done(&scene, 0, ITEM_PATCH, "p2", "apply_patch",
                    "--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n-int a;\n+int Q;\n"
                    " int b;\n");
    scene_keys(&scene, "(");
    assert_int_equal(scene_command(&scene), CMD_ALTERNATIVE);
    assert_int_equal(scene.commands[0].by, -1);
    scene_destroy(&scene);
}

// --- writing ---------------------------------------------------------------

static void W_writes_and_stages(void **state)
{
    (void)state;
    struct scene scene = two_changes();

    scene_keys(&scene, "y");
    scene_obey(&scene);
    scene_keys(&scene, "W");

    assert_int_equal(scene_command(&scene), CMD_WRITE_STAGE);
    scene_destroy(&scene);
}

static struct scene written(void)
{
    struct scene scene = two_changes();

    scene_keys(&scene, "s");
    scene_obey(&scene);
    scene_keys(&scene, "a");
    scene_obey(&scene);
    scene_apply(&scene, (struct event){ .kind = EVENT_WRITTEN,
                                        .call_id = STR("p1"),
                                        .id = STR("w1"),
                                        .text = STR("M x.c\n") });
    scene_apply(&scene, (struct event){ .kind = EVENT_REVIEW_ENDED,
                                        .call_id = STR("p1"),
                                        .text = STR("all accepted") });
    return scene;
}

static void what_was_written_is_shown_with_the_key_that_undoes_it(void **state)
{
    (void)state;
    struct scene scene = written();

    assert_shows(&scene, "written: 1 file  U undoes");
    assert_shows(&scene, "h1 y  written");
    assert_shows(&scene, "h2 y  written");
    scene_destroy(&scene);
}

static void one_hunk_or_all_of_a_write_is_taken_back(void **state)
{
    (void)state;
    struct scene scene = written();

    scene_keys(&scene, "] U");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "take back: h this hunk (h2), U the whole write");
    scene_keys(&scene, "h");
    assert_int_equal(scene_command(&scene), CMD_UNDO_HUNK);
    assert_int_equal(scene.commands[0].target.hunk, 1);
    scene_keys(&scene, "U U");
    assert_int_equal(scene_command(&scene), CMD_UNDO_WRITE);
    scene_keys(&scene, "U Esc");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    scene_destroy(&scene);
}

static void a_hunk_that_was_taken_back_says_so(void **state)
{
    (void)state;
    struct scene scene = written();

    scene_apply(&scene, (struct event){ .kind = EVENT_HUNK_UNDONE,
                                        .call_id = STR("p1"),
                                        .id = STR("w2"),
                                        .target = { 0, 1, SELECT_ALL },
                                        .text = STR("M x.c\n") });

    assert_shows(&scene, "h1 y  written");
    assert_shows(&scene, "h2 y  taken back");
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_note_stands_below_its_line_and_in_the_heading),
        cmocka_unit_test(a_note_on_a_range_tells_its_lines),
        cmocka_unit_test(a_note_on_a_heading_is_on_the_hunk),
        cmocka_unit_test(a_note_on_the_file_stands_below_its_name),
        cmocka_unit_test(a_note_may_have_several_lines),
        cmocka_unit_test(the_same_key_edits_a_note_and_empty_removes_it),
        cmocka_unit_test(escape_drops_what_was_typed),
        cmocka_unit_test(a_pasted_note_is_no_row_of_keys),
        cmocka_unit_test(a_long_note_is_wrapped_at_60x16),
        cmocka_unit_test(notes_and_refusals_are_sent),
        cmocka_unit_test(a_hunk_is_split_where_context_divides_it),
        cmocka_unit_test(one_change_cannot_be_split),
        cmocka_unit_test(in_line_mode_it_is_split_at_the_line),
        cmocka_unit_test(e_edits_the_hunk_and_E_the_file_at_the_line),
        cmocka_unit_test(a_refused_edit_is_gone_on_with_or_dropped),
        cmocka_unit_test(an_edited_hunk_says_so_and_is_undecided),
        cmocka_unit_test(a_wish_for_another_version_is_typed),
        cmocka_unit_test(another_version_arrives_below_and_becomes_a_tab),
        cmocka_unit_test(versions_are_chosen_by_key),
        cmocka_unit_test(W_writes_and_stages),
        cmocka_unit_test(what_was_written_is_shown_with_the_key_that_undoes_it),
        cmocka_unit_test(one_hunk_or_all_of_a_write_is_taken_back),
        cmocka_unit_test(a_hunk_that_was_taken_back_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
