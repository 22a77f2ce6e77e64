/* How a review looks: side by side, changed words, colours, folds, the whole
 * file, conflicts, clicks, and what is withdrawn while one looks. */
#include "scene.h"

#include "kerf/patch/merge.h"
#include "samples.h"

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

static struct scene sample(size_t rows, size_t cols)
{
    struct scene scene = with_patch(rows, cols, SAMPLE_PATCH, SAMPLE_RETRY);

    scene_file(&scene, "p1", 1, NULL);
    scene_file(&scene, "p1", 2, SAMPLE_CONF);
    scene_draw(&scene);
    return scene;
}

// --- side by side ----------------------------------------------------------

static void from_160_columns_on_sides_are_beside_each_other(void **state)
{
    (void)state;
    struct scene scene = sample(30, 160);

    assert_row(&scene, 7,
               "    6 -    while (send(fd) < 0)                               "
               "                  |   6 +    int tries = 0;");
    scene_keys(&scene, "|");
    assert_row(&scene, 7, "    6     -    while (send(fd) < 0)");
    scene_destroy(&scene);
}

static void at_140_columns_a_key_puts_them_there(void **state)
{
    (void)state;
    struct scene scene = sample(45, 140);

    assert_shows(&scene, "    6     -    while (send(fd) < 0)");
    scene_keys(&scene, "|");
    assert_shows(&scene, "    6 -    while (send(fd) < 0)      ");
    assert_shows(&scene, "|   6 +    int tries = 0;");
    scene_destroy(&scene);
}

static void below_120_columns_it_stays_unified_and_says_why(void **state)
{
    (void)state;
    struct scene scene = sample(30, 100);

    scene_keys(&scene, "|");

    assert_shows(&scene, "side by side from 120 columns on");
    assert_shows(&scene, "    6     -    while (send(fd) < 0)");
    scene_destroy(&scene);
}

static void in_two_panes_the_review_takes_the_screen_for_it(void **state)
{
    (void)state;
    struct scene scene = scene_create(45, 140);
    scene_open(&scene);
    scene_ask(&scene, "go");
    scene_item(&scene, 0, ITEM_PATCH, "p1", "apply_patch");
    scene_item_done(&scene, 0, ITEM_PATCH, "p1", "apply_patch", SAMPLE_PATCH);
    scene_completed(&scene);
    scene_file(&scene, "p1", 0, SAMPLE_RETRY);
    scene_draw(&scene);
    scene.now_ms += 1000;
    assert_shows(&scene, "you  14:02");

    scene_keys(&scene, "|");

    assert_hides(&scene, "you  14:02");
    assert_shows(&scene, "|   6 +    int tries = 0;");
    scene_keys(&scene, "|");
    assert_shows(&scene, "you  14:02");
    scene_destroy(&scene);
}

static void the_cursor_keeps_its_line_when_the_layout_changes(void **state)
{
    (void)state;
    struct scene scene = sample(30, 140);

    scene_keys(&scene, "j j j j j");
    assert_shows(&scene, ">       7 +    while (send(fd) < 0 && ++tries < 5)");
    scene_keys(&scene, "|");
    assert_shows(&scene, ">   7 -        ;");
    assert_shows(&scene, "|   7 +    while (send(fd) < 0 && ++tries < 5)");
    scene_destroy(&scene);
}

static void side_by_side_a_row_decides_both_its_lines(void **state)
{
    (void)state;
    struct scene scene = sample(30, 140);

    scene_keys(&scene, "| v j j y");

    assert_int_equal(scene.command_count, 2);
    assert_int_equal(scene.commands[0].target.line, 1);
    assert_int_equal(scene.commands[1].target.line, 3);
    scene_destroy(&scene);
}

static void long_lines_go_on_below_with_a_backslash(void **state)
{
    (void)state;
    struct scene scene = with_patch(
        16, 60,
        "*** Begin Patch\n*** Add File: a\n"
        "+0123456789012345678901234567890123456789012345678901234567890end\n"
        "*** End Patch\n",
        NULL);

    assert_row(&scene, 6,
               "        1 +0123456789012345678901234567890123456789012345678");
    assert_row(&scene, 7, "         \\+901234567890end");
    scene_destroy(&scene);
}

static void tabs_are_expanded_from_the_beginning_of_the_line(void **state)
{
    (void)state;
    struct scene scene = with_patch(16, 60,
                                    "*** Begin Patch\n*** Add File: a\n"
                                    "+\tx\n+abc\ty\n*** End Patch\n",
                                    NULL);

    assert_row(&scene, 6, "        1 +        x");
    assert_row(&scene, 7, "        2 +abc     y");
    scene_destroy(&scene);
}

// --- words and colours -----------------------------------------------------

// The role of the first cell that shows `text` in a row that shows `row`.
static enum role role_of(struct scene *scene, const char *row, const char *text)
{
    size_t at = scene_find(scene, row);
    assert_true(at != SIZE_MAX);
    size_t col = str_find(scene_row(scene, at), str_from(text));
    assert_true(col != SIZE_MAX);
    return (enum role)scene->canvas.cells[at * scene->canvas.cols + col].role;
}

static void changed_words_stand_out_in_both_lines(void **state)
{
    (void)state;
    struct scene scene =
        with_patch(24, 80,
                   "--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-one two three\n"
                   "+one zwei three\n",
                   "one two three\n");

    assert_int_equal(role_of(&scene, "-one", "two"), ROLE_REMOVED_WORD);
    assert_int_equal(role_of(&scene, "+one", "zwei"), ROLE_ADDED_WORD);
    assert_int_equal(role_of(&scene, "+one", "one"), ROLE_ADDED);
    assert_int_equal(role_of(&scene, "+one", "three"), ROLE_ADDED);
    scene_destroy(&scene);
}

static void lines_that_are_not_alike_have_no_marked_words(void **state)
{
    (void)state;
    struct scene scene = with_patch(
        24, 80, "--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-alpha\n+beta gamma\n",
        "alpha\n");

    assert_int_equal(role_of(&scene, "+beta", "beta"), ROLE_ADDED);
    scene_destroy(&scene);
}

static void a_hunk_inside_a_comment_has_its_colour(void **state)
{
    (void)state;
    struct scene scene =
        with_patch(24, 80,
                   "--- a/x.c\n+++ b/x.c\n@@ -3,2 +3,3 @@\n if this\n"
                   "+while words\n end */\n",
                   "/*\nlong\nif this\nend */\n");

    assert_int_equal(role_of(&scene, "+while words", "while"), ROLE_COMMENT);
    scene_destroy(&scene);
}

// --- folds -----------------------------------------------------------------

static void a_folded_file_shows_its_heading_only(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "j j z");

    assert_shows(&scene, "> src/net/retry.c   +4 -3   y0 n0 ?2   1 conflict   "
                         "folded: 2 hunks");
    assert_hides(&scene, "int tries");
    scene_keys(&scene, "z");
    assert_shows(&scene, "int tries");
    scene_destroy(&scene);
}

static void what_is_folded_is_passed_by_and_not_accepted(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "z y");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "no hunk is under the cursor");
    scene_keys(&scene, "]");
    assert_shows(&scene, "> h3");
    scene_keys(&scene, "Backspace");
    assert_shows(&scene, "> h2"); // undecided: the file opens
    scene_destroy(&scene);
}

// --- the whole file --------------------------------------------------------

static void the_whole_file_is_shown_with_and_without_the_hunk(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "o");
    assert_row(&scene, 4, " the file with this hunk   o shows it as it is");
    assert_row(&scene, 5, "   1   #include <net.h>");
    assert_row(&scene, 10, "   6  +    int tries = 0;");
    assert_row(&scene, 13, "   9       return rc;");
    scene_keys(&scene, "o");
    assert_row(&scene, 10, "   6  -    while (send(fd) < 0)");
    assert_row(&scene, 12, "   8       return rc;");
    scene_keys(&scene, "q");
    assert_row(&scene, 5, "> h1 ?  ok          @@ 5,4 +5,5 @@ int net_send(");
    scene_destroy(&scene);
}

static void a_long_file_opens_at_the_hunk_and_scrolls(void **state)
{
    (void)state;
    struct buf file = { 0 };
    for (int i = 1; i <= 100; i++)
        buf_printf(&file, "line %d\n", i);
    struct scene scene =
        with_patch(24, 80, "--- a/x\n+++ b/x\n@@ -50 +50 @@\n-line 50\n+L\n",
                   buf_cstr(&file));

    scene_keys(&scene, "o");
    assert_shows(&scene, "  50  +L");
    assert_shows(&scene, "  49   line 49");
    scene_keys(&scene, "G");
    assert_shows(&scene, " 100   line 100");
    scene_keys(&scene, "g");
    assert_shows(&scene, "   1   line 1");
    buf_release(&file);
    scene_destroy(&scene);
}

static void the_whole_file_can_be_searched(void **state)
{
    (void)state;
    struct buf file = { 0 };
    for (int i = 1; i <= 100; i++)
        buf_printf(&file, "line %d\n", i);
    struct scene scene =
        with_patch(24, 80, "--- a/x\n+++ b/x\n@@ -50 +50 @@\n-line 50\n+L\n",
                   buf_cstr(&file));

    scene_keys(&scene, "o / l i n e Space 9 Enter");
    assert_shows(&scene, "  90   line 90");
    assert_hides(&scene, "line 50");
    scene_keys(&scene, "^N ^N ^N ^N ^N ^N ^N ^N ^N ^N");
    assert_row(&scene, 23, " went on from the beginning");
    assert_shows(&scene, "   9   line 9");
    scene_keys(&scene, "^P");
    assert_row(&scene, 23, " went on from the end");
    assert_shows(&scene, "  99   line 99");
    scene_keys(&scene, "/ z z Enter");
    assert_row(&scene, 23, " not found: zz");
    assert_shows(&scene, "the file with this hunk");
    scene_keys(&scene, "q");
    assert_shows(&scene, "> h1 ?");
    buf_release(&file);
    scene_destroy(&scene);
}

// --- conflicts -------------------------------------------------------------

static void a_conflict_tells_what_is_wanted_and_what_is_there(void **state)
{
    (void)state;
    struct scene scene =
        with_patch(24, 80,
                   "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n alpha\n beta\n"
                   "-gamma\n+delta\n",
                   "alpha\nbeta\nGAMMA!\n");

    scene_keys(&scene, "i");

    assert_row(&scene, 4, " why it does not fit");
    assert_shows(&scene, " CONFLICT: ");
    assert_shows(&scene, "nearest place; - is wanted, + is there instead:");
    assert_shows(&scene, "| -gamma");
    assert_shows(&scene, "| +GAMMA!");
    assert_shows(&scene, "+ delta");
    scene_destroy(&scene);
}

static void both_changes_and_their_base_are_shown(void **state)
{
    (void)state;
    static const size_t cols[] = { 80, 140 };

    for (size_t i = 0; i < 2; i++) {
        struct scene scene = with_patch(
            30, cols[i],
            "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n+theirs\n c\n",
            "a\nours\nc\n");
        selection_set_base(scene.session->proposals[0].selection, 0,
                           STR("a\nb\nc\n"));
        scene.session->proposals[0].version++;
        scene_keys(&scene, "i");
        assert_shows(&scene, "ours, in the file now");
        assert_shows(&scene, "base, before both");
        assert_shows(&scene, i == 0 ? "     2  theirs" : "|theirs");
        assert_shows(&scene, i == 0 ? "     2  ours" : " ours     ");
        scene_destroy(&scene);
    }
}

static void from_there_the_hunk_is_refused_or_asked_for_again(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    scene_open(&scene);
    scene_patch(&scene, SAMPLE_PATCH);
    scene_file(&scene, "p1", 0, SAMPLE_RETRY);
    scene_keys(&scene, "Tab Tab ] i n");
    assert_int_equal(scene_command(&scene), CMD_DECIDE);
    assert_int_equal(scene.commands[0].decision, DECISION_NO);
    scene_keys(&scene, "] i R");
    assert_shows(&scene, "another version of h2");
    scene_destroy(&scene);
}

static void what_fits_has_no_conflict_to_look_at(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "i");

    assert_shows(&scene, "h1 fits: there is no conflict to look at");
    scene_destroy(&scene);
}

// --- what must not pass unseen ---------------------------------------------

#define HIDING                                                     \
    "*** Begin Patch\n*** Add File: a\n+x\xe2\x80\xae y\n*** Add " \
    "File: b\n+plain\n*** End Patch\n"

static void all_is_accepted_but_what_hides_characters(void **state)
{
    (void)state;
    struct scene scene = with_patch(24, 80, HIDING, NULL);
    scene_file(&scene, "p1", 1, NULL);
    scene_draw(&scene);

    scene_keys(&scene, "A A");
    scene_obey(&scene);
    assert_shows(&scene, "accepted 1  refused 0  undecided 1");
    assert_shows(&scene, "h1 ?  ok          HIDDEN CHARACTERS");
    scene_keys(&scene, "g a");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "1 hunk with hidden characters");
    scene_destroy(&scene);
}

static void what_was_seen_stays_seen_on_a_smaller_screen(void **state)
{
    (void)state;
    struct scene scene = sample(40, 80);

    canvas_resize(&scene.canvas, 12, 60);
    scene_draw(&scene);
    assert_hides(&scene, "#define A 2");
    scene_keys(&scene, "A A");

    assert_true(scene.command_count > 0);
    scene_destroy(&scene);
}

static void a_fuzzy_place_needs_a_second_yes(void **state)
{
    (void)state;
    struct scene scene = with_patch(
        24, 80,
        "--- a/x\n+++ b/x\n@@ -1,7 +1,7 @@\n one\n two\n three\n-four\n+FOUR\n"
        " five\n six\n seven\n",
        "one\ntwo\nTHREE?\nfour\nfive\nsix\nseven\n");

    assert_shows(&scene, "h1 ?  fuzzy");
    scene_keys(&scene, "y");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "y again to accept it");
    scene_keys(&scene, "y");
    assert_int_equal(scene_command(&scene), CMD_DECIDE);
    scene_destroy(&scene);
}

static void a_decision_dies_visibly_with_the_lines_it_was_about(void **state)
{
    (void)state;
    struct scene scene = with_patch(
        24, 80, "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a \n-b\n+c\n", "a \nb\n");

    scene_keys(&scene, "y");
    scene_obey(&scene);
    assert_shows(&scene, "h1 y  ok");
    scene_file(&scene, "p1", 0, "a\nb\n");

    assert_shows(&scene, "h1 ?  stale");
    assert_shows(&scene, "! the file changed after the decision");
    assert_shows(&scene, "stale 1");
    scene_keys(&scene, "y");
    scene_obey(&scene);
    assert_shows(&scene, "accepted 1");
    scene_destroy(&scene);
}

static void a_decision_outlives_a_change_elsewhere_in_the_file(void **state)
{
    (void)state;
    struct scene scene = with_patch(
        24, 80, "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n", "a\nb\n");

    scene_keys(&scene, "y");
    scene_obey(&scene);
    scene_file(&scene, "p1", 0, "new\na\nb\n");

    assert_shows(&scene, "h1 y  moved +1");
    scene_destroy(&scene);
}

// --- while it streams ------------------------------------------------------

static void rows_above_what_arrives_stay_where_they_are(void **state)
{
    (void)state;
    static const char patch[] =
        "*** Begin Patch\n*** Update File: a.c\n@@\n one\n-two\n-three\n"
        "+zwei\n+drei\n four\n@@\n nine\n-ten\n+zehn\n*** End Patch\n";
    static const size_t cols[] = { 80, 170 };

    for (size_t i = 0; i < 2; i++) {
        struct scene scene =
            scene_with(24, cols[i], (struct ui_options){ .review_only = true });
        scene_open(&scene);
        scene_ask(&scene, "go");
        scene_item(&scene, 0, ITEM_PATCH, "p1", "apply_patch");
        struct str rest = str_from(patch);
        size_t shown = 0;
        while (rest.len > 0) {
            scene_apply(&scene, (struct event){ .kind = EVENT_CALL_DELTA,
                                                .text = str_take(rest, 5) });
            rest = str_skip(rest, 5);
            if (str_find(str_from(patch), STR("-two")) + rest.len
                < sizeof(patch) - 8) {
                size_t row = scene_find(&scene, "-two");
                assert_true(shown == 0 || row == shown);
                shown = row;
            }
        }
        assert_true(shown > 0);
        scene_destroy(&scene);
    }
}

// --- the mouse -------------------------------------------------------------

static void the_files_on_top_name_what_is_wrong(void **state)
{
    (void)state;
    struct scene scene = sample(45, 140);

    assert_shows(&scene, "> src/net/retry.c  ");
    assert_shows(&scene, "    4     3   y0 n0 ?2  conflict");
    scene_keys(&scene, "} } z");
    assert_shows(&scene, "y0 n0 ?1  folded");
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_160_columns_on_sides_are_beside_each_other),
        cmocka_unit_test(at_140_columns_a_key_puts_them_there),
        cmocka_unit_test(below_120_columns_it_stays_unified_and_says_why),
        cmocka_unit_test(in_two_panes_the_review_takes_the_screen_for_it),
        cmocka_unit_test(the_cursor_keeps_its_line_when_the_layout_changes),
        cmocka_unit_test(side_by_side_a_row_decides_both_its_lines),
        cmocka_unit_test(long_lines_go_on_below_with_a_backslash),
        cmocka_unit_test(tabs_are_expanded_from_the_beginning_of_the_line),
        cmocka_unit_test(changed_words_stand_out_in_both_lines),
        cmocka_unit_test(lines_that_are_not_alike_have_no_marked_words),
        cmocka_unit_test(a_hunk_inside_a_comment_has_its_colour),
        cmocka_unit_test(a_folded_file_shows_its_heading_only),
        cmocka_unit_test(what_is_folded_is_passed_by_and_not_accepted),
        cmocka_unit_test(the_whole_file_is_shown_with_and_without_the_hunk),
        cmocka_unit_test(a_long_file_opens_at_the_hunk_and_scrolls),
        cmocka_unit_test(the_whole_file_can_be_searched),
        cmocka_unit_test(a_conflict_tells_what_is_wanted_and_what_is_there),
        cmocka_unit_test(both_changes_and_their_base_are_shown),
        cmocka_unit_test(from_there_the_hunk_is_refused_or_asked_for_again),
        cmocka_unit_test(what_fits_has_no_conflict_to_look_at),
        cmocka_unit_test(all_is_accepted_but_what_hides_characters),
        cmocka_unit_test(what_was_seen_stays_seen_on_a_smaller_screen),
        cmocka_unit_test(a_fuzzy_place_needs_a_second_yes),
        cmocka_unit_test(a_decision_dies_visibly_with_the_lines_it_was_about),
        cmocka_unit_test(a_decision_outlives_a_change_elsewhere_in_the_file),
        cmocka_unit_test(rows_above_what_arrives_stay_where_they_are),
        cmocka_unit_test(the_files_on_top_name_what_is_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
