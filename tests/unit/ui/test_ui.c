/* The whole screen: panes, focus, the composer's keys and lists. */
#include "scene.h"

#include "samples.h"

// --- panes and sizes -------------------------------------------------------

static struct scene reviewing(size_t rows, size_t cols)
{
    struct scene scene = scene_create(rows, cols);

    scene_open(&scene);
    scene_ask(&scene, "go");
    scene_item(&scene, 0, ITEM_PATCH, "p1", "apply_patch");
    scene_item_done(&scene, 0, ITEM_PATCH, "p1", "apply_patch", SAMPLE_PATCH);
    scene_completed(&scene);
    scene_file(&scene, "p1", 0, SAMPLE_RETRY);
    scene_file(&scene, "p1", 1, NULL);
    scene_file(&scene, "p1", 2, SAMPLE_CONF);
    scene_draw(&scene);
    scene.now_ms += 1000;
    return scene;
}

static void an_empty_session_says_what_works(void **state)
{
    (void)state;
    struct scene scene = scene_create(30, 100);
    scene_apply(&scene, (struct event){ .kind = EVENT_BACKEND,
                                        .name = STR("fixit"),
                                        .flag = true });

    assert_shows(&scene, "built-in engine");
    assert_shows(&scene, "~/.config/kerf/config");
    assert_shows(&scene, "Three things to try:");
    scene_destroy(&scene);
}

static void a_screen_that_is_too_small_says_so(void **state)
{
    (void)state;
    struct scene scene = scene_create(9, 39);

    assert_row(&scene, 0, "39x9 is too small: kerf needs 40x10");
    assert_row(&scene, 1, "kerf --inline takes any size");
    scene_destroy(&scene);
}

static void any_size_can_be_drawn(void **state)
{
    (void)state;
    struct scene scene = reviewing(24, 80);

    for (size_t rows = 1; rows < 40; rows += 3) {
        for (size_t cols = 1; cols < 150; cols += 7) {
            canvas_resize(&scene.canvas, rows, cols);
            scene_keys(&scene, "j ] Tab Tab ? q");
        }
    }
    canvas_resize(&scene.canvas, 24, 80);
    assert_shows(&scene, "REVIEW");
    scene_destroy(&scene);
}

static void from_120_columns_on_both_panes_are_shown(void **state)
{
    (void)state;
    struct scene scene = reviewing(45, 140);

    assert_row(&scene, 1,
               "---------------------------------------------------------+"
               "----------------------------------------------------------"
               "------------------------");
    assert_row(&scene, 2,
               "you  14:02                                               |"
               "  3 files                                    +     -   state");
    assert_row(&scene, 3,
               "  go                                                     |"
               "> src/net/retry.c                            4     3   "
               "y0 n0 ?2  conflict");
    assert_row(&scene, 5,
               "kerf 14:02  ttft 180 ms  in 31.0k out 4.1k  $0.072       |"
               "  src/conf.h                                 1     1   "
               "y0 n0 ?1");
    assert_row(&scene, 8,
               "    notes.txt        +2 -0  new  h3 ok                   |"
               "*src/net/retry.c   y0 n0 ?2   file 1/3   hunk 1/4");
    assert_row(&scene, 11,
               "                                                         |"
               "> h1 ?  ok          @@ 5,4 +5,5 @@ int net_send(");
    assert_row(&scene, 40, ">");
    scene_destroy(&scene);
}

static void below_120_columns_the_pane_with_the_focus_has_it_all(void **state)
{
    (void)state;
    struct scene scene = reviewing(30, 100);

    assert_row(&scene, 2, "*src/net/retry.c   y0 n0 ?2   file 1/3   hunk 1/4");
    scene_keys(&scene, "Tab");
    assert_row(&scene, 2, "you  14:02  go");
    assert_row(&scene, 24,
               "  patch #1   decided 0 (y0 n0), 4 to go                       "
               "                        Tab to review");
    scene_destroy(&scene);
}

// --- focus -----------------------------------------------------------------

static void a_patch_that_arrives_gets_the_focus(void **state)
{
    (void)state;
    struct scene scene = reviewing(24, 80);

    assert_shows(&scene, "REVIEW");
    scene_destroy(&scene);
}

static void a_draft_keeps_the_focus(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);
    scene_ask(&scene, "go");
    scene_type(&scene, "but");
    scene_item(&scene, 0, ITEM_PATCH, "p1", "apply_patch");

    assert_shows(&scene, "COMPOSE");
    assert_shows(&scene, "Tab review");
    scene_destroy(&scene);
}

static void a_letter_typed_as_the_focus_moves_goes_to_the_draft(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);
    scene_ask(&scene, "go");
    scene_item(&scene, 0, ITEM_PATCH, "p1", "apply_patch");
    scene_draw(&scene);

    scene_type(&scene, "yes");

    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_true(str_is(ui_draft(scene.ui), "yes"));
    scene_destroy(&scene);
}

static void a_paste_is_never_a_decision(void **state)
{
    (void)state;
    struct scene scene = reviewing(24, 80);

    scene_paste(&scene, "yyy");

    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_true(str_is(ui_draft(scene.ui), "yyy"));
    scene_destroy(&scene);
}

static void the_focus_goes_back_when_the_review_ends(void **state)
{
    (void)state;
    struct scene scene = reviewing(24, 80);

    scene_apply(&scene, (struct event){ .kind = EVENT_REVIEW_ENDED,
                                        .call_id = STR("p1"),
                                        .text = STR("nothing was accepted") });

    assert_shows(&scene, "COMPOSE");
    scene_destroy(&scene);
}

static void tab_goes_there_and_back(void **state)
{
    (void)state;
    struct scene scene = reviewing(24, 80);

    scene_keys(&scene, "Tab");
    assert_shows(&scene, "COMPOSE");
    scene_keys(&scene, "Tab");
    assert_shows(&scene, "REVIEW");
    scene_keys(&scene, "q");
    assert_shows(&scene, "COMPOSE");
    scene_destroy(&scene);
}

// --- the composer ----------------------------------------------------------

static void enter_sends_the_draft(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    scene_type(&scene, "fix it");
    scene_keys(&scene, "Enter");

    assert_int_equal(scene_command(&scene), CMD_SEND);
    assert_true(str_is(scene.commands[0].text, "fix it"));
    assert_int_equal(ui_draft(scene.ui).len, 0);
    scene_keys(&scene, "Enter");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    scene_destroy(&scene);
}

static void slash_commands_come_from_the_command_table(void **state)
{
    static const struct {
        const char *draft;
        enum command_kind kind;
        const char *text;
    } cases[] = {
        { "/add src/a.c", CMD_ADD, "src/a.c" },
        { "/backend", CMD_BACKEND, "" },
        { "/backend gpu", CMD_BACKEND, "gpu" },
        { "/quit", CMD_QUIT, "" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scene scene = scene_create(24, 80);
        scene_paste(&scene, cases[i].draft);
        scene_keys(&scene, "Enter");
        assert_int_equal(scene_command(&scene), cases[i].kind);
        assert_true(str_is(scene.commands[0].text, cases[i].text));
        scene_destroy(&scene);
    }
}

static void a_command_that_is_none_leaves_the_draft(void **state)
{
    static const struct {
        const char *draft, *say;
    } cases[] = {
        { "/nonsense x", "no such command: /nonsense" },
        { "/add ", "/add needs PATH" },
        { "/quit now", "/quit takes no argument" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scene scene = scene_create(24, 80);
        scene_paste(&scene, cases[i].draft);
        scene_keys(&scene, "Enter");
        assert_int_equal(scene_command(&scene), CMD_NONE);
        assert_shows(&scene, cases[i].say);
        assert_true(str_is(ui_draft(scene.ui), cases[i].draft));
        scene_destroy(&scene);
    }
}

static void a_slash_lists_commands_and_tab_completes(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    scene_type(&scene, "/bac");
    assert_shows(&scene, "backend  [NAME]  change the backend");
    scene_keys(&scene, "Tab");
    assert_true(str_is(ui_draft(scene.ui), "/backend "));
    assert_hides(&scene, "change the backend");
    scene_destroy(&scene);
}

static void an_at_lists_files_and_enter_completes(void **state)
{
    static const struct str files[] = { { "src/net/retry.c", 15 },
                                        { "src/conf.h", 10 } };
    (void)state;
    struct scene scene = scene_create(24, 80);
    ui_set_files(scene.ui, files, 2);

    scene_type(&scene, "see @conf");
    assert_shows(&scene, "> src/conf.h");
    scene_keys(&scene, "Enter");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_true(str_is(ui_draft(scene.ui), "see @src/conf.h "));
    scene_keys(&scene, "Enter");
    assert_int_equal(scene_command(&scene), CMD_SEND);
    scene_destroy(&scene);
}

static void escape_closes_the_list_before_it_stops_the_turn(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_ask(&scene, "go");

    scene_type(&scene, "/ba");
    scene_keys(&scene, "Esc");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_hides(&scene, "change the backend");
    scene_keys(&scene, "Esc");
    assert_int_equal(scene_command(&scene), CMD_INTERRUPT);
    assert_true(str_is(ui_draft(scene.ui), "/ba"));
    scene_destroy(&scene);
}

static void escape_does_not_drop_a_review(void **state)
{
    (void)state;
    struct scene scene = reviewing(24, 80);

    scene_keys(&scene, "Esc Esc");

    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "a review waits");
    scene_destroy(&scene);
}

static void control_c_clears_then_quits_when_pressed_twice(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    scene_type(&scene, "draft");
    scene_keys(&scene, "^C ^C");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "^C again quits");
    scene_keys(&scene, "^C");
    assert_int_equal(scene_command(&scene), CMD_QUIT);
    scene_destroy(&scene);
}

static void control_c_stops_a_running_turn(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_ask(&scene, "go");

    scene_keys(&scene, "^C");

    assert_int_equal(scene_command(&scene), CMD_INTERRUPT);
    scene_destroy(&scene);
}

static void control_d_leaves_only_with_an_empty_draft(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    scene_type(&scene, "x");
    scene_keys(&scene, "^D");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    scene_keys(&scene, "Backspace ^D");
    assert_int_equal(scene_command(&scene), CMD_QUIT);
    scene_destroy(&scene);
}

static void the_editor_gets_the_draft(void **state)
{
    static const char *const keys[] = { "^G", "^X ^E" };
    (void)state;

    for (size_t i = 0; i < 2; i++) {
        struct scene scene = scene_create(24, 80);
        scene_type(&scene, "draft");
        scene_keys(&scene, keys[i]);
        assert_int_equal(scene_command(&scene), CMD_EDITOR);
        assert_true(str_is(scene.commands[0].text, "draft"));
        scene_destroy(&scene);
    }
}

static void up_takes_the_newest_queued_message_back(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_ask(&scene, "go");
    scene_apply(&scene,
                (struct event){ .kind = EVENT_QUEUED, .text = STR("one") });
    scene_apply(&scene,
                (struct event){ .kind = EVENT_QUEUED, .text = STR("two") });

    scene_keys(&scene, "Up");

    assert_int_equal(scene_command(&scene), CMD_UNQUEUE);
    assert_true(str_is(ui_draft(scene.ui), "two"));
    scene_destroy(&scene);
}

static void a_question_mark_first_shows_help_later_itself(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    scene_keys(&scene, "?");
    assert_shows(&scene, "HELP");
    scene_keys(&scene, "q a ?");
    assert_shows(&scene, "> a?");
    scene_destroy(&scene);
}

static void a_repaint_is_asked_for_once(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    assert_false(ui_wants_repaint(scene.ui));
    scene_keys(&scene, "^L");
    assert_true(ui_wants_repaint(scene.ui));
    assert_false(ui_wants_repaint(scene.ui));
    scene_destroy(&scene);
}

static void a_message_stays_until_the_next_key(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    ui_tell(scene.ui, STR("copied\033, 12 bytes"), false);
    assert_shows(&scene, ", 12 bytes");
    scene_keys(&scene, "x");
    assert_hides(&scene, ", 12 bytes");
    scene_destroy(&scene);
}

static void it_wakes_only_while_something_runs(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    scene_draw(&scene);
    assert_int_equal(ui_wake_ms(scene.ui, scene.session, scene.now_ms), -1);
    scene_ask(&scene, "go");
    scene_draw(&scene);
    assert_int_equal(ui_wake_ms(scene.ui, scene.session, scene.now_ms), 250);
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_session_says_what_works),
        cmocka_unit_test(a_screen_that_is_too_small_says_so),
        cmocka_unit_test(any_size_can_be_drawn),
        cmocka_unit_test(from_120_columns_on_both_panes_are_shown),
        cmocka_unit_test(below_120_columns_the_pane_with_the_focus_has_it_all),
        cmocka_unit_test(a_patch_that_arrives_gets_the_focus),
        cmocka_unit_test(a_draft_keeps_the_focus),
        cmocka_unit_test(a_letter_typed_as_the_focus_moves_goes_to_the_draft),
        cmocka_unit_test(a_paste_is_never_a_decision),
        cmocka_unit_test(the_focus_goes_back_when_the_review_ends),
        cmocka_unit_test(tab_goes_there_and_back),
        cmocka_unit_test(enter_sends_the_draft),
        cmocka_unit_test(slash_commands_come_from_the_command_table),
        cmocka_unit_test(a_command_that_is_none_leaves_the_draft),
        cmocka_unit_test(a_slash_lists_commands_and_tab_completes),
        cmocka_unit_test(an_at_lists_files_and_enter_completes),
        cmocka_unit_test(escape_closes_the_list_before_it_stops_the_turn),
        cmocka_unit_test(escape_does_not_drop_a_review),
        cmocka_unit_test(control_c_clears_then_quits_when_pressed_twice),
        cmocka_unit_test(control_c_stops_a_running_turn),
        cmocka_unit_test(control_d_leaves_only_with_an_empty_draft),
        cmocka_unit_test(the_editor_gets_the_draft),
        cmocka_unit_test(up_takes_the_newest_queued_message_back),
        cmocka_unit_test(a_question_mark_first_shows_help_later_itself),
        cmocka_unit_test(a_repaint_is_asked_for_once),
        cmocka_unit_test(a_message_stays_until_the_next_key),
        cmocka_unit_test(it_wakes_only_while_something_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
