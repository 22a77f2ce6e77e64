/* The review pane: what it shows, what may be decided, where it goes on. */
#include "scene.h"

#include "samples.h"

static struct scene sample(size_t rows, size_t cols)
{
    struct scene scene =
        scene_with(rows, cols, (struct ui_options){ .review_only = true });

    scene_open(&scene);
    scene_patch(&scene, SAMPLE_PATCH);
    scene_file(&scene, "p1", 0, SAMPLE_RETRY);
    scene_file(&scene, "p1", 1, NULL);
    scene_file(&scene, "p1", 2, SAMPLE_CONF);
    scene_draw(&scene);
    return scene;
}

static struct scene with_patch(size_t rows, const char *patch, const char *file)
{
    struct scene scene =
        scene_with(rows, 80, (struct ui_options){ .review_only = true });

    scene_open(&scene);
    scene_patch(&scene, patch);
    scene_file(&scene, "p1", 0, file);
    scene_draw(&scene);
    return scene;
}

// --- what it shows ---------------------------------------------------------

static void at_80x24_it_shows_files_hunks_and_lines(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    assert_screen(
        &scene,
        " kerf  net  main +2 ~1             wafer-a ws ok  ctx 0/128k 0%  "
        "$0.000  REVIEW\n"
        "--------------------------------------------------------------------"
        "------------\n"
        "*src/net/retry.c   y0 n0 ?2   file 1/3   hunk 1/4\n"
        "--------------------------------------------------------------------"
        "------------\n"
        "  src/net/retry.c   +4 -3   y0 n0 ?2   1 conflict\n"
        "> h1 ?  ok          @@ 5,4 +5,5 @@ int net_send(\n"
        "    5   5      int rc;\n"
        "    6     -    while (send(fd) < 0)\n"
        "    7     -        ;\n"
        "        6 +    int tries = 0;\n"
        "        7 +    while (send(fd) < 0 && ++tries < 5)\n"
        "        8 +        poll(&p, 1, 50);\n"
        "    8   9      return rc;\n"
        "  h2 ?  CONFLICT    @@\n"
        "          -int nowhere(void)\n"
        "          +int somewhere(void)\n"
        "         ! no such lines in the file\n"
        "           found at line 1:\n"
        "    1     |#include <net.h>\n"
        "\n"
        "--------------------------------------------------------------------"
        "------------\n"
        " accepted 0  refused 0  undecided 4  conflicts 1                  "
        " wafer-a ws ok\n"
        " y/n decide  w write  Enter undecided  c note  s split  e edit  ? "
        "help  "
        "q leave\n"
        " ]/[ hunk  }/{ file  v lines  u undo  a/d rest  A/D all  "
        "W write+stage\n");
    scene_destroy(&scene);
}

static void at_60x16_it_still_shows_the_hunk(void **state)
{
    (void)state;
    struct scene scene = sample(16, 60);

    assert_row(&scene, 2, "*src/net/retry.c   y0 n0 ?2   file 1/3   hunk 1/4");
    assert_row(&scene, 5, "> h1 ?  ok          @@ 5,4 +5,5 @@ int net_send(");
    assert_row(&scene, 12, "    8   9      return rc;");
    scene_destroy(&scene);
}

static void a_hunk_elsewhere_says_how_far_it_moved(void **state)
{
    (void)state;
    struct scene scene = with_patch(24,
                                    "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n"
                                    " a\n-b\n+c\n",
                                    "1\n2\n3\na\nb\n");

    assert_shows(&scene, "> h1 ?  moved +3    @@ 4,2 +4,2 @@");
    assert_shows(&scene, "    5     -b");
    scene_destroy(&scene);
}

static void later_hunks_count_the_lines_that_earlier_ones_add(void **state)
{
    (void)state;
    struct scene scene =
        with_patch(24,
                   "--- a/x\n+++ b/x\n@@ -1,1 +1,3 @@\n a\n+b\n+c\n"
                   "@@ -5,1 +7,1 @@\n-e\n+E\n",
                   "a\n2\n3\n4\ne\n");

    assert_shows(&scene, "  h2 ?  ok          @@ 5,1 +7,1 @@");
    scene_destroy(&scene);
}

static void a_long_line_is_wrapped_never_cut(void **state)
{
    (void)state;
    struct scene scene = with_patch(
        24,
        "*** Begin Patch\n*** Add File: a\n"
        "+short                                                               "
        "         hidden\n*** End Patch\n",
        NULL);

    assert_shows(&scene, "hidden");
    scene_destroy(&scene);
}

static void control_and_invisible_characters_are_visible(void **state)
{
    (void)state;
    struct scene scene = with_patch(24,
                                    "*** Begin Patch\n*** Add File: a\n"
                                    "+x\033[31m\xe2\x80\xae y\n"
                                    "*** End Patch\n",
                                    NULL);

    assert_shows(&scene, "<U+202E>");
    assert_hides(&scene, "\033");
    assert_shows(&scene, "HIDDEN CHARACTERS");
    scene_destroy(&scene);
}

static void more_context_comes_from_the_file(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "+");

    assert_shows(&scene, "    3   3  int net_send(int fd)");
    assert_shows(&scene, "    9  10  }");
    scene_keys(&scene, "-");
    assert_hides(&scene, "    3   3  int net_send(int fd)");
    scene_destroy(&scene);
}

// --- deciding --------------------------------------------------------------

static void y_accepts_the_hunk_and_goes_to_the_next_undecided(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "y");

    assert_int_equal(scene_command(&scene), CMD_DECIDE);
    assert_int_equal(scene.commands[0].decision, DECISION_YES);
    assert_int_equal(scene.commands[0].target.file, 0);
    assert_int_equal(scene.commands[0].target.hunk, 0);
    assert_true(scene.commands[0].target.line == SELECT_ALL);
    scene_obey(&scene);
    assert_shows(&scene, "  h1 y  ok");
    assert_shows(&scene, "> h2 ?  CONFLICT");
    scene_destroy(&scene);
}

static void n_refuses_a_conflict(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "]");
    scene_keys(&scene, "n");
    scene_obey(&scene);

    assert_shows(&scene, "h2 n  CONFLICT");
    assert_shows(&scene, "> h3 ?  ok");
    scene_destroy(&scene);
}

static void a_conflict_cannot_be_accepted(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "] y");

    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "h2 CONFLICT: i shows why, e edits, R asks again");
    scene_destroy(&scene);
}

static void a_hunk_whose_end_was_not_seen_is_shown_first(void **state)
{
    (void)state;
    struct buf patch = { 0 };
    buf_append(&patch, STR("*** Begin Patch\n*** Add File: a\n"));
    for (int i = 1; i <= 100; i++)
        buf_printf(&patch, "+line %d\n", i);
    buf_append(&patch, STR("*** End Patch\n"));
    struct scene scene = with_patch(24, buf_cstr(&patch), NULL);

    scene_keys(&scene, "y");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "line 100");
    assert_shows(&scene, "h1 was not seen to its end");
    scene_keys(&scene, "y");
    assert_int_equal(scene_command(&scene), CMD_DECIDE);
    buf_release(&patch);
    scene_destroy(&scene);
}

static void keys_typed_ahead_accept_nothing_that_was_not_drawn(void **state)
{
    (void)state;
    struct scene scene =
        with_patch(16,
                   "--- a/x\n+++ b/x\n@@ -1,1 +1,6 @@\n a\n+b\n+c\n+d\n+e\n+f\n"
                   "@@ -3,1 +8,5 @@\n z\n+b\n+c\n+d\n+e\n",
                   "a\nm\nz\n");

    scene_type(&scene, "yyyyyyyyyy");

    // Only the first hunk was on the screen when the keys came.
    assert_int_equal(scene_command(&scene), CMD_DECIDE);
    assert_int_equal(scene.commands[0].target.hunk, 0);
    scene_destroy(&scene);
}

static void hidden_characters_need_a_second_yes(void **state)
{
    (void)state;
    struct scene scene = with_patch(24,
                                    "*** Begin Patch\n*** Add File: a\n"
                                    "+x\xe2\x80\xae y\n*** End Patch\n",
                                    NULL);

    scene_keys(&scene, "y");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(
        &scene,
        "h1 adds U+202E (right-to-left override) in its line 1: y again");
    scene_keys(&scene, "y");
    assert_int_equal(scene_command(&scene), CMD_DECIDE);
    scene_destroy(&scene);
}

static void another_key_between_asks_for_hidden_characters_again(void **state)
{
    (void)state;
    struct scene scene = with_patch(24,
                                    "*** Begin Patch\n*** Add File: a\n"
                                    "+x\xe2\x80\xae y\n*** End Patch\n",
                                    NULL);

    scene_keys(&scene, "y j k y");

    assert_int_equal(scene_command(&scene), CMD_NONE);
    scene_destroy(&scene);
}

static void a_accepts_what_fits_in_the_rest_of_the_file(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "a");
    scene_obey(&scene);

    assert_shows(&scene, " accepted 1  refused 0  undecided 3");
    assert_shows(&scene, "h2 ?  CONFLICT");
    assert_shows(&scene, "> h3 ?  ok");
    scene_destroy(&scene);
}

static void accepting_all_asks_first(void **state)
{
    (void)state;
    struct scene scene = sample(40, 80);

    scene_keys(&scene, "A");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "accept 3 hunks");
    scene_keys(&scene, "A");
    scene_obey(&scene);
    assert_shows(&scene, " accepted 3  refused 0  undecided 1");
    scene_destroy(&scene);
}

static void refusing_all_asks_first(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "D");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    scene_keys(&scene, "D");
    scene_obey(&scene);
    assert_shows(&scene, " accepted 0  refused 4  undecided 0");
    scene_destroy(&scene);
}

static void space_toggles_the_hunk_and_stays(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "Space");
    scene_obey(&scene);
    assert_shows(&scene, "> h1 y  ok");
    scene_keys(&scene, "Space");
    scene_obey(&scene);
    assert_shows(&scene, "> h1 n  ok");
    scene_destroy(&scene);
}

static void line_mode_decides_a_line(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "v j j j j Space");

    assert_int_equal(scene_command(&scene), CMD_DECIDE);
    assert_int_equal(scene.commands[0].target.line, 3);
    scene_obey(&scene);
    assert_shows(&scene, "> h1 ~  ok");
    assert_shows(&scene, ">       6y+    int tries = 0;");
    scene_destroy(&scene);
}

static void a_range_decides_all_its_lines(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "v j j v j j y");

    // Two removed lines and an added one; the context line counts for nothing.
    assert_int_equal(scene.command_count, 3);
    assert_int_equal(scene.commands[0].target.line, 1);
    assert_int_equal(scene.commands[2].target.line, 3);
    scene_destroy(&scene);
}

static void escape_leaves_line_mode_first(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "v Esc");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    scene_keys(&scene, "Esc");
    assert_int_equal(scene_command(&scene), CMD_QUIT);
    scene_destroy(&scene);
}

// --- moving ----------------------------------------------------------------

static void keys_go_from_hunk_to_hunk_and_file_to_file(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "]");
    assert_shows(&scene, "> h2");
    scene_keys(&scene, "}");
    assert_shows(&scene, "> h3");
    scene_keys(&scene, "G");
    assert_shows(&scene, ">       1 +#define A 2");
    scene_keys(&scene, "[ [ [");
    assert_shows(&scene, "> h2");
    scene_keys(&scene, "g Enter");
    assert_shows(&scene, "> h1");
    scene_destroy(&scene);
}

static void a_search_moves_the_cursor(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "/ d e f i n e");
    assert_row(&scene, 23, "/define");
    scene_keys(&scene, "Enter");
    assert_shows(&scene, ">   1     -#define A 1");
    scene_keys(&scene, "^N");
    assert_shows(&scene, ">       1 +#define A 2");
    scene_keys(&scene, "^P");
    assert_shows(&scene, ">   1     -#define A 1");
    scene_destroy(&scene);
}

// --- ending ----------------------------------------------------------------

static void writing_with_undecided_hunks_asks_once(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "y");
    scene_obey(&scene);
    scene_keys(&scene, "w");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "3 undecided hunks are left out: w again to write");
    scene_keys(&scene, "w");
    assert_int_equal(scene_command(&scene), CMD_WRITE);
    scene_destroy(&scene);
}

static void nothing_accepted_is_not_written(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "w w");

    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "nothing is accepted");
    scene_destroy(&scene);
}

static void leaving_with_unwritten_decisions_asks_once(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "y");
    scene_obey(&scene);
    scene_keys(&scene, "q");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    scene_keys(&scene, "q");
    assert_int_equal(scene_command(&scene), CMD_QUIT);
    scene_destroy(&scene);
}

static void keys_for_undo_and_the_end_give_their_commands(void **state)
{
    static const struct {
        const char *key;
        enum command_kind kind;
    } cases[] = {
        { "u", CMD_UNDO_DECISION }, { "^R", CMD_REDO_DECISION },
        { "U", CMD_UNDO_WRITE },    { "Q", CMD_END_REVIEW },
        { "^Z", CMD_SUSPEND },
    };
    (void)state;
    struct scene scene = sample(24, 80);

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        scene_keys(&scene, cases[i].key);
        assert_int_equal(scene_command(&scene), cases[i].kind);
    }
    scene_destroy(&scene);
}

static void a_hunk_is_copied_as_a_patch(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "G Y");

    assert_int_equal(scene_command(&scene), CMD_COPY_PATCH);
    assert_true(str_is(scene.commands[0].text,
                       "diff --git a/src/conf.h b/src/conf.h\n"
                       "--- a/src/conf.h\n+++ b/src/conf.h\n"
                       "@@ -1 +1 @@\n-#define A 1\n+#define A 2\n"));
    scene_destroy(&scene);
}

// --- while it streams ------------------------------------------------------

static void what_arrives_does_not_move_the_row_under_the_cursor(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    struct str patch = STR(SAMPLE_PATCH);
    size_t cut = str_find(patch, STR("-int nowhere")) + 4;
    scene_open(&scene);
    scene_ask(&scene, "go");
    scene_item(&scene, 0, ITEM_PATCH, "p1", "apply_patch");
    scene_apply(&scene, (struct event){ .kind = EVENT_CALL_DELTA,
                                        .text = str_take(patch, cut) });
    scene_file(&scene, "p1", 0, SAMPLE_RETRY);
    scene_draw(&scene);
    scene.now_ms += 1000;
    scene_keys(&scene, "j j j");
    size_t before = scene_find(&scene, ">   7     -        ;");
    assert_shows(&scene, ">   7     -        ;");

    for (size_t at = cut; at < patch.len; at += 7) {
        scene_apply(&scene,
                    (struct event){ .kind = EVENT_CALL_DELTA,
                                    .text = str_take(str_skip(patch, at), 7) });
        assert_int_equal(scene_find(&scene, ">   7     -        ;"), before);
    }
    scene_destroy(&scene);
}

static void an_arriving_hunk_cannot_be_accepted(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);
    scene_ask(&scene, "go");
    scene_item(&scene, 0, ITEM_PATCH, "p1", "apply_patch");
    scene_delta(&scene, EVENT_CALL_DELTA, 0,
                "*** Begin Patch\n*** Add File: a\n+one\n+tw");
    scene_file(&scene, "p1", 0, NULL);
    scene_draw(&scene);
    scene.now_ms += 1000;

    scene_keys(&scene, "y");

    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "h1 is still arriving");
    assert_shows(&scene, "streaming h1");
    scene_destroy(&scene);
}

static void without_a_model_no_version_is_asked_for(void **state)
{
    (void)state;
    struct scene scene = sample(24, 80);

    scene_keys(&scene, "R");
    assert_true(scene_shows(&scene, "there is no model here to ask"));
    assert_false(scene_shows(&scene, "another version of"));
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_80x24_it_shows_files_hunks_and_lines),
        cmocka_unit_test(at_60x16_it_still_shows_the_hunk),
        cmocka_unit_test(a_hunk_elsewhere_says_how_far_it_moved),
        cmocka_unit_test(later_hunks_count_the_lines_that_earlier_ones_add),
        cmocka_unit_test(a_long_line_is_wrapped_never_cut),
        cmocka_unit_test(control_and_invisible_characters_are_visible),
        cmocka_unit_test(more_context_comes_from_the_file),
        cmocka_unit_test(y_accepts_the_hunk_and_goes_to_the_next_undecided),
        cmocka_unit_test(n_refuses_a_conflict),
        cmocka_unit_test(a_conflict_cannot_be_accepted),
        cmocka_unit_test(a_hunk_whose_end_was_not_seen_is_shown_first),
        cmocka_unit_test(keys_typed_ahead_accept_nothing_that_was_not_drawn),
        cmocka_unit_test(hidden_characters_need_a_second_yes),
        cmocka_unit_test(another_key_between_asks_for_hidden_characters_again),
        cmocka_unit_test(a_accepts_what_fits_in_the_rest_of_the_file),
        cmocka_unit_test(accepting_all_asks_first),
        cmocka_unit_test(refusing_all_asks_first),
        cmocka_unit_test(space_toggles_the_hunk_and_stays),
        cmocka_unit_test(line_mode_decides_a_line),
        cmocka_unit_test(a_range_decides_all_its_lines),
        cmocka_unit_test(escape_leaves_line_mode_first),
        cmocka_unit_test(keys_go_from_hunk_to_hunk_and_file_to_file),
        cmocka_unit_test(a_search_moves_the_cursor),
        cmocka_unit_test(writing_with_undecided_hunks_asks_once),
        cmocka_unit_test(nothing_accepted_is_not_written),
        cmocka_unit_test(leaving_with_unwritten_decisions_asks_once),
        cmocka_unit_test(keys_for_undo_and_the_end_give_their_commands),
        cmocka_unit_test(a_hunk_is_copied_as_a_patch),
        cmocka_unit_test(what_arrives_does_not_move_the_row_under_the_cursor),
        cmocka_unit_test(an_arriving_hunk_cannot_be_accepted),
        cmocka_unit_test(without_a_model_no_version_is_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
