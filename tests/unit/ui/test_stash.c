/* Drafts that are put away and brought back. */
#include "scene.h"

// Does what the program does with the last command.
static void obey(struct scene *scene)
{
    assert_int_equal(scene_command(scene), CMD_STASH);
    struct str text = scene->commands[0].text;
    scene_apply(scene, (struct event){ .kind = text.len > 0 ? EVENT_STASHED
                                                            : EVENT_UNSTASHED,
                                       .text = text,
                                       .index = scene->commands[0].index });
}

static void press_stash(struct scene *scene)
{
    struct key key = { .code = KEYCODE_CHAR, .ch = 's', .mods = MOD_ALT };

    scene->command_count = 0;
    scene_press(scene, &key);
}

static void put_away(struct scene *scene, const char *text)
{
    scene_type(scene, text);
    press_stash(scene);
    obey(scene);
    assert_shows(scene, "put away");
    assert_int_equal(ui_draft(scene->ui).len, 0);
}

static void the_only_draft_comes_back_at_once(void **state)
{
    struct scene scene = scene_create(24, 80);

    (void)state;
    scene_open(&scene);
    put_away(&scene, "one");
    press_stash(&scene);
    obey(&scene);
    assert_true(str_is(ui_draft(scene.ui), "one"));
    assert_int_equal(scene.session->stash_count, 0);
    scene_destroy(&scene);
}

static struct scene with_three_drafts(void)
{
    struct scene scene = scene_create(24, 80);

    scene_open(&scene);
    put_away(&scene, "one");
    put_away(&scene, "two");
    put_away(&scene, "three");
    press_stash(&scene);
    return scene;
}

static void several_drafts_are_listed_to_choose_from(void **state)
{
    (void)state;
    struct scene scene = with_three_drafts();

    assert_shows(&scene, "Enter brings it back  d drops  Esc closes");
    assert_shows(&scene, "> three");
    scene_keys(&scene, "Up");
    assert_shows(&scene, "> two");
    scene_keys(&scene, "Enter");
    obey(&scene);
    assert_true(str_is(ui_draft(scene.ui), "two"));
    assert_hides(&scene, "Esc closes");
    assert_int_equal(scene.session->stash_count, 2);
    assert_true(str_is(scene.session->stash[0], "one"));
    assert_true(str_is(scene.session->stash[1], "three"));
    scene_destroy(&scene);
}

static void the_key_twice_brings_the_newest_back(void **state)
{
    (void)state;
    struct scene scene = with_three_drafts();

    press_stash(&scene);
    obey(&scene);
    assert_true(str_is(ui_draft(scene.ui), "three"));
    scene_destroy(&scene);
}

static void a_draft_that_is_dropped_is_in_the_history(void **state)
{
    (void)state;
    struct scene scene = with_three_drafts();

    scene_keys(&scene, "k k d");
    obey(&scene);
    assert_shows(&scene, "dropped");
    assert_int_equal(scene.session->stash_count, 2);
    assert_true(str_is(scene.session->stash[0], "two"));
    scene_keys(&scene, "Esc ^P");
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
        cmocka_unit_test(the_only_draft_comes_back_at_once),
        cmocka_unit_test(several_drafts_are_listed_to_choose_from),
        cmocka_unit_test(the_key_twice_brings_the_newest_back),
        cmocka_unit_test(a_draft_that_is_dropped_is_in_the_history),
        cmocka_unit_test(with_nothing_put_away_the_key_says_so),
        cmocka_unit_test(the_slash_command_does_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
