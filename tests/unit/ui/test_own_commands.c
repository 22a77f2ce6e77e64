/* Slash commands that the user has made: listed, completed, sent as text. */
#include "scene.h"

static const struct ui_command own[] = {
    { .name = STR("fix"),
      .help = STR("Fix what I name"),
      .text = STR("Fix what I name\n\n$ARGUMENTS, and only $ARGUMENTS.") },
    { .name = STR("plain"), .help = STR("Plain"), .text = STR("Plain") },
};

static struct scene own_scene(void)
{
    struct scene scene = scene_create(20, 80);

    scene_open(&scene);
    ui_set_commands(scene.ui, own, 2);
    return scene;
}

static void assert_sent(struct scene *scene, const char *draft,
                        const char *text)
{
    scene_type(scene, draft);
    scene_keys(scene, "Enter");
    assert_int_equal(scene->command_count, 1);
    assert_int_equal(scene->commands[0].kind, CMD_SEND);
    assert_true(str_is(scene->commands[0].text, text));
}

static void words_stand_for_each_mark(void **state)
{
    (void)state;
    struct scene scene = own_scene();

    assert_sent(&scene, "/fix a $ARGUMENTS",
                "Fix what I name\n\na $ARGUMENTS, and only a $ARGUMENTS.");
    scene_destroy(&scene);
}

static void words_follow_a_text_without_a_mark(void **state)
{
    (void)state;
    struct scene scene = own_scene();

    assert_sent(&scene, "/plain", "Plain");
    assert_sent(&scene, "/plain a  b", "Plain\n\na  b");
    scene_destroy(&scene);
}

static void the_list_has_them_beside_the_built_in_ones(void **state)
{
    (void)state;
    struct scene scene = own_scene();

    scene_keys(&scene, "/ f i x");
    assert_shows(&scene, "> fix ");
    assert_shows(&scene, "Fix what I name");
    scene_keys(&scene, "Tab");
    assert_true(str_is(ui_draft(scene.ui), "/fix "));
    scene_destroy(&scene);
}

static void the_palette_puts_one_into_the_draft(void **state)
{
    (void)state;
    struct scene scene = own_scene();

    scene_keys(&scene, "^X : / p l a i n Enter");
    assert_int_equal(scene.command_count, 0);
    assert_true(str_is(ui_draft(scene.ui), "/plain "));
    scene_destroy(&scene);
}

static void a_mistyped_name_suggests_one(void **state)
{
    (void)state;
    struct scene scene = own_scene();

    scene_type(&scene, "/plian ");
    scene_keys(&scene, "Enter");
    assert_int_equal(scene.command_count, 0);
    assert_shows(&scene, "is it /plain?");
    scene_destroy(&scene);
}

static void a_text_too_long_stays_a_draft(void **state)
{
    (void)state;
    struct scene scene = own_scene();
    static char long_words[(600 << 10) + 1];

    memset(long_words, 'x', sizeof(long_words) - 1);
    scene_type(&scene, "/fix ");
    scene_paste(&scene, long_words);
    scene_keys(&scene, "Enter");
    assert_int_equal(scene.command_count, 0);
    assert_shows(&scene, "/fix would be too long");
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_stand_for_each_mark),
        cmocka_unit_test(words_follow_a_text_without_a_mark),
        cmocka_unit_test(the_list_has_them_beside_the_built_in_ones),
        cmocka_unit_test(the_palette_puts_one_into_the_draft),
        cmocka_unit_test(a_mistyped_name_suggests_one),
        cmocka_unit_test(a_text_too_long_stays_a_draft),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
