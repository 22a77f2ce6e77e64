/* Drafts that are put away and brought back. */
#include "scene.h"

// Does what the program does with the last command.
static void obey(struct scene *scene)
{
    assert_int_equal(scene_command(scene), CMD_STASH);
    struct str text = scene->commands[0].text;
    scene_apply(scene, (struct event){ .kind = text.len > 0 ? EVENT_STASHED
                                                            : EVENT_UNSTASHED,
                                       .text = text });
}

static void press_stash(struct scene *scene)
{
    struct key key = { .code = KEYCODE_CHAR, .ch = 's', .mods = MOD_ALT };

    scene->command_count = 0;
    scene_press(scene, &key);
}

static void drafts_come_back_newest_first(void **state)
{
    struct scene scene = scene_create(24, 80);

    (void)state;
    scene_open(&scene);
    scene_type(&scene, "one");
    press_stash(&scene);
    obey(&scene);
    assert_shows(&scene, "put away");
    assert_int_equal(ui_draft(scene.ui).len, 0);
    scene_type(&scene, "two");
    press_stash(&scene);
    obey(&scene);
    press_stash(&scene);
    obey(&scene);
    assert_true(str_is(ui_draft(scene.ui), "two"));
    scene_keys(&scene, "^U");
    press_stash(&scene);
    obey(&scene);
    assert_true(str_is(ui_draft(scene.ui), "one"));
    scene_destroy(&scene);
}

static void with_nothing_put_away_the_key_says_so(void **state)
{
    struct scene scene = scene_create(24, 80);

    (void)state;
    scene_open(&scene);
    press_stash(&scene);
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "no draft was put away");
    scene_destroy(&scene);
}

static void the_slash_command_does_the_same(void **state)
{
    struct scene scene = scene_create(24, 80);

    (void)state;
    scene_open(&scene);
    scene_type(&scene, "/stash think of this");
    scene_keys(&scene, "Enter");
    obey(&scene);
    scene_type(&scene, "/stash");
    scene_keys(&scene, "Enter");
    obey(&scene);
    assert_true(str_is(ui_draft(scene.ui), "think of this"));
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drafts_come_back_newest_first),
        cmocka_unit_test(with_nothing_put_away_the_key_says_so),
        cmocka_unit_test(the_slash_command_does_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
