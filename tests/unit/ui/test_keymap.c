/* The key table: what is in it works, and nothing is in it twice. */
#include "scene.h"

static bool same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static void every_binding_has_keys_a_name_and_a_phrase(void **state)
{
    (void)state;
    size_t count;
    const struct key_binding *all = ui_bindings(&count);

    assert_true(count > 50);
    for (size_t i = 0; i < count; i++) {
        assert_true(all[i].where != 0);
        assert_true(all[i].keys[0] != '\0');
        assert_true(all[i].action[0] != '\0');
        assert_true(all[i].help[0] != '\0' && strlen(all[i].help) <= 60);
    }
}

static void no_key_has_two_meanings_in_one_place(void **state)
{
    (void)state;
    size_t count;
    const struct key_binding *all = ui_bindings(&count);

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if ((all[i].where & all[j].where) && same(all[i].keys, all[j].keys))
                fail_msg("%s: %s and %s", all[i].keys, all[i].action,
                         all[j].action);
}

static void one_action_has_one_name(void **state)
{
    (void)state;
    size_t count;
    const struct key_binding *all = ui_bindings(&count);

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            assert_true((all[i].number == all[j].number)
                        == same(all[i].action, all[j].action));
}

static void no_key_is_one_that_terminals_keep_for_themselves(void **state)
{
    static const char *const kept[] = { "^S", "^Q", "^B", "^A" };
    (void)state;
    size_t count;
    const struct key_binding *all = ui_bindings(&count);

    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sizeof(kept) / sizeof(kept[0]); k++)
            assert_false(same(all[i].keys, kept[k]));
}

static void a_chord_that_is_none_types_nothing(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    scene_keys(&scene, "^X q a");

    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_true(str_is(ui_draft(scene.ui), "a"));
    scene_destroy(&scene);
}

static void keys_that_are_none_change_nothing(void **state)
{
    static const enum key_code codes[] = { KEYCODE_NONE, KEYCODE_FOCUS_IN,
                                           KEYCODE_FOCUS_OUT };
    (void)state;
    struct scene scene = scene_create(24, 80);
    struct command command;

    for (size_t i = 0; i < 3; i++) {
        struct key key = { .code = codes[i] };
        assert_false(ui_key(scene.ui, scene.session, &key, 1, &command));
        assert_int_equal(command.kind, CMD_NONE);
    }
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_binding_has_keys_a_name_and_a_phrase),
        cmocka_unit_test(no_key_has_two_meanings_in_one_place),
        cmocka_unit_test(one_action_has_one_name),
        cmocka_unit_test(no_key_is_one_that_terminals_keep_for_themselves),
        cmocka_unit_test(a_chord_that_is_none_types_nothing),
        cmocka_unit_test(keys_that_are_none_change_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
