/* Clicks and the wheel. */
#include "scene.h"

#define PATCH "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n"

static struct scene review(void)
{
    struct scene scene =
        scene_with(24, 80, (struct ui_options){ .review_only = true });

    scene_patch(&scene, PATCH);
    scene_file(&scene, "p1", 0, "one\ntwo\nthree\n");
    scene_draw(&scene);
    scene.now_ms += 1000;
    return scene;
}

static void mouse(struct scene *scene, uint32_t button, size_t row, size_t col)
{
    struct key key = {
        .code = KEYCODE_MOUSE, .ch = button, .row = row, .col = col
    };

    scene->command_count = 0;
    scene_press(scene, &key);
    scene_draw(scene);
}

static void a_click_on_the_state_decides_the_hunk(void **state)
{
    (void)state;
    struct scene scene = review();

    mouse(&scene, 0, scene_find(&scene, " h1 ?"), 5);
    assert_int_equal(scene_command(&scene), CMD_DECIDE);
    assert_int_equal(scene.commands[0].decision, DECISION_YES);
    scene_destroy(&scene);
}

static void a_click_elsewhere_decides_nothing(void **state)
{
    (void)state;
    struct scene scene = review();

    mouse(&scene, 0, scene_find(&scene, " h1 ?"), 40);
    assert_int_equal(scene_command(&scene), CMD_NONE);
    mouse(&scene, 0, scene_find(&scene, "TWO"), 5);
    assert_int_equal(scene_command(&scene), CMD_NONE);
    mouse(&scene, 2, scene_find(&scene, " h1 ?"), 5);
    assert_int_equal(scene_command(&scene), CMD_NONE);
    scene_destroy(&scene);
}

static void a_click_that_raises_the_window_decides_nothing(void **state)
{
    (void)state;
    struct scene scene = review();
    struct key focus = { .code = KEYCODE_FOCUS_IN };

    scene_press(&scene, &focus);
    scene.now_ms += 100;
    mouse(&scene, 0, scene_find(&scene, " h1 ?"), 5);
    assert_int_equal(scene_command(&scene), CMD_NONE);
    scene.now_ms += 1000;
    mouse(&scene, 0, scene_find(&scene, " h1 ?"), 5);
    assert_int_equal(scene_command(&scene), CMD_DECIDE);
    scene_destroy(&scene);
}

static void a_click_before_the_review_was_seen_decides_nothing(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    scene_open(&scene);
    scene_ask(&scene, "change it");
    scene_patch(&scene, PATCH);
    scene_file(&scene, "p1", 0, "one\ntwo\nthree\n");
    scene_draw(&scene);
    mouse(&scene, 0, scene_find(&scene, " h1 ?"), 5);
    assert_int_equal(scene_command(&scene), CMD_NONE);
    scene_destroy(&scene);
}

static void the_wheel_moves_in_the_pane_below_it(void **state)
{
    (void)state;
    struct scene scene = review();

    mouse(&scene, 65, 10, 10);
    assert_true(
        str_starts_with(scene_row(&scene, scene_find(&scene, "TWO")), STR(">"))
        || scene_find(&scene, "LINES") == SIZE_MAX);
    assert_int_equal(scene_command(&scene), CMD_NONE);
    mouse(&scene, 64, 10, 10);
    mouse(&scene, 64, 0, 0); // the title line: no pane
    assert_int_equal(scene_command(&scene), CMD_NONE);
    scene_destroy(&scene);
}

static void a_click_goes_to_the_other_pane(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 140);

    scene_open(&scene);
    scene_ask(&scene, "change it");
    scene_patch(&scene, PATCH);
    scene_file(&scene, "p1", 0, "one\ntwo\nthree\n");
    scene_draw(&scene);
    scene.now_ms += 1000;
    mouse(&scene, 0, 10, 5);
    assert_true(scene_find(&scene, "COMPOSE") != SIZE_MAX);
    mouse(&scene, 0, scene_find(&scene, " h1 ?"), 62);
    assert_true(scene_find(&scene, "REVIEW") != SIZE_MAX);
    assert_int_equal(scene_command(&scene), CMD_NONE);
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_click_on_the_state_decides_the_hunk),
        cmocka_unit_test(a_click_elsewhere_decides_nothing),
        cmocka_unit_test(a_click_that_raises_the_window_decides_nothing),
        cmocka_unit_test(a_click_before_the_review_was_seen_decides_nothing),
        cmocka_unit_test(the_wheel_moves_in_the_pane_below_it),
        cmocka_unit_test(a_click_goes_to_the_other_pane),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
