/* The leader, its list, and lists to pick from. */
#include "scene.h"

static void press(struct scene *scene, const char *name)
{
    struct key key = scene_key_of(name);

    scene->command_count = 0;
    scene_press(scene, &key);
}

static void the_chords_are_listed_when_nothing_follows(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    press(&scene, "^X");
    scene_draw(&scene);
    assert_int_equal(scene_find(&scene, "b backends"), SIZE_MAX);
    int64_t wake = ui_wake_ms(scene.ui, scene.session, scene.now_ms);
    assert_true(wake > 0);
    scene.now_ms += wake;
    assert_true(scene_find(&scene, "b backends") != SIZE_MAX);
    assert_int_equal(ui_wake_ms(scene.ui, scene.session, scene.now_ms), -1);
    press(&scene, "s");
    assert_int_equal(scene_command(&scene), CMD_SESSIONS);
    assert_int_equal(scene_find(&scene, "b backends"), SIZE_MAX);
    scene_destroy(&scene);
}

static void a_question_mark_lists_the_chords_at_once(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    press(&scene, "^X");
    press(&scene, "?");
    assert_true(scene_find(&scene, "u undo-write") != SIZE_MAX);
    press(&scene, "u");
    assert_int_equal(scene_command(&scene), CMD_UNDO_WRITE);
    scene_destroy(&scene);
}

static void a_chord_without_meaning_says_so(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    scene_keys(&scene, "^X Z");
    assert_true(scene_find(&scene, "^X Z is bound to nothing: ^X ? lists")
                != SIZE_MAX);
    scene_keys(&scene, "^X Esc");
    assert_int_equal(scene_find(&scene, "bound to nothing"), SIZE_MAX);
    assert_int_equal(ui_draft(scene.ui).len, 0);
    scene_destroy(&scene);
}

static const struct ui_choice choices[] = {
    { .value = STR("id-1"), .label = STR("fast"), .note = STR("spark") },
    { .value = STR("id-2"), .label = STR("local"), .note = STR("qwen") },
};

static void a_choice_is_narrowed_and_taken(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    ui_pick(scene.ui, "backend", choices, 2, CMD_BACKEND);
    assert_true(scene_find(&scene, " backend: ") != SIZE_MAX);
    assert_true(scene_find(&scene, "> fast") != SIZE_MAX);
    scene_type(&scene, "loc");
    assert_true(scene_find(&scene, "> local") != SIZE_MAX);
    assert_int_equal(scene_find(&scene, "fast"), SIZE_MAX);
    scene_keys(&scene, "Enter");
    assert_int_equal(scene_command(&scene), CMD_BACKEND);
    assert_true(str_is(scene.commands[0].text, "id-2"));
    assert_int_equal(scene_find(&scene, " backend: "), SIZE_MAX);
    assert_int_equal(ui_draft(scene.ui).len, 0);
    scene_destroy(&scene);
}

static void a_list_can_be_left(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    ui_pick(scene.ui, "backend", choices, 2, CMD_BACKEND);
    scene_keys(&scene, "Down Esc");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_int_equal(scene_find(&scene, "> local"), SIZE_MAX);
    scene_destroy(&scene);
}

static void the_palette_does_actions_and_commands(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    scene_keys(&scene, "^X :");
    scene_type(&scene, "transcr");
    assert_true(scene_find(&scene, "> transcript") != SIZE_MAX);
    scene_keys(&scene, "Enter");
    assert_true(scene_find(&scene, "TRANSCRIPT") != SIZE_MAX);
    scene_keys(&scene, "q ^X :");
    scene_type(&scene, "/clear");
    scene_keys(&scene, "Enter");
    assert_int_equal(scene_command(&scene), CMD_CLEAR);
    scene_keys(&scene, "^X :");
    scene_type(&scene, "/add");
    scene_keys(&scene, "Enter");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_true(str_is(ui_draft(scene.ui), "/add "));
    scene_destroy(&scene);
}

static void a_command_of_the_palette_does_what_it_does_when_typed(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    scene_keys(&scene, "^X :");
    scene_type(&scene, "/copy");
    scene_keys(&scene, "Enter");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_true(scene_find(&scene, "there is no answer to copy") != SIZE_MAX);
    scene_type(&scene, "a draft");
    scene_keys(&scene, "^X :");
    scene_type(&scene, "/stash");
    scene_keys(&scene, "Enter");
    assert_int_equal(scene_command(&scene), CMD_STASH);
    assert_true(str_is(scene.commands[0].text, "a draft"));
    assert_int_equal(ui_draft(scene.ui).len, 0);
    scene_destroy(&scene);
}

static void letters_in_a_search_are_no_palette(void **state)
{
    (void)state;
    struct scene scene =
        scene_with(24, 80, (struct ui_options){ .review_only = true });

    scene_patch(&scene, "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n");
    scene_keys(&scene, "/ :");
    assert_int_equal(scene_find(&scene, " do: "), SIZE_MAX);
    scene_keys(&scene, "Esc :");
    assert_true(scene_find(&scene, " do: ") != SIZE_MAX);
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chords_are_listed_when_nothing_follows),
        cmocka_unit_test(a_question_mark_lists_the_chords_at_once),
        cmocka_unit_test(a_chord_without_meaning_says_so),
        cmocka_unit_test(a_choice_is_narrowed_and_taken),
        cmocka_unit_test(a_list_can_be_left),
        cmocka_unit_test(the_palette_does_actions_and_commands),
        cmocka_unit_test(a_command_of_the_palette_does_what_it_does_when_typed),
        cmocka_unit_test(letters_in_a_search_are_no_palette),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
