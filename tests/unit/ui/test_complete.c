/* Completion in the composer: what `@`, `/` and arguments of commands offer,
 * and what they put into the draft. */
#include "scene.h"

static const struct str files[] = {
    { "Makefile", 8 },     { "my file.c", 9 }, { "notes/log.txt", 13 },
    { "src/retry.c", 11 }, { "diff", 4 },
};

static const struct str backends[] = { { "gpu", 3 }, { "wafer", 5 } };

static struct scene scene_with_files(size_t rows, size_t cols)
{
    struct scene scene = scene_create(rows, cols);

    scene_open(&scene);
    ui_set_files(scene.ui, files, sizeof(files) / sizeof(files[0]));
    ui_set_backends(scene.ui, backends, 2);
    return scene;
}

struct complete_case {
    const char *typed, *keys, *want;
};

static void what_is_chosen_stands_in_the_draft(void **state)
{
    static const struct complete_case cases[] = {
        { "see @retry", "Tab", "see @src/retry.c " },
        { "see @retry", "Enter", "see @src/retry.c " },
        { "@my", "Tab", "@\"my file.c\" " },
        { "@\"my fi", "Tab", "@\"my file.c\" " },
        { "a \"b\" @ret", "Tab", "a \"b\" @src/retry.c " },
        { "@!ret", "Tab", "@!src/retry.c " },
        { "@!my", "Tab", "@!\"my file.c\" " },
        { "@dif", "Tab", "@diff " },
        { "@diff:", "Tab", "@diff:staged " },
        { "@lo", "Tab", "@log " },
        { "@lo", "Down Tab", "@notes/log.txt " },
        { "@dif", "Down Down Tab", "@\"diff\" " }, // the file of that name
        { "/ba", "Tab", "/backend " },
        { "/backend wa", "Tab", "/backend wafer" },
        { "/backend ", "Down Tab", "/backend wafer" },
        { "/add my", "Tab", "/add my file.c" },
        { "/nothing re", "Esc", "/nothing re" },
        { "mail a@retry", "Esc", "mail a@retry" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scene scene = scene_with_files(24, 80);
        scene_type(&scene, cases[i].typed);
        scene_keys(&scene, cases[i].keys);
        struct str draft = ui_draft(scene.ui);
        if (!str_is(draft, cases[i].want))
            fail_msg("%s: \"%.*s\"", cases[i].typed, STR_ARG(draft));
        scene_destroy(&scene);
    }
}

static void special_mentions_come_first_with_their_meaning(void **state)
{
    static const size_t sizes[][2] = {
        { 24, 80 }, { 30, 100 }, { 45, 140 }, { 16, 60 }
    };

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct scene scene = scene_with_files(sizes[i][0], sizes[i][1]);
        scene_type(&scene, "@");
        assert_shows(&scene, "> diff           changes of the working tree");
        assert_shows(&scene, "  diff:staged    changes in the index");
        assert_shows(&scene, "  log            the newest commits");
        scene_destroy(&scene);
    }
}

static void a_command_without_its_argument_can_be_given(void **state)
{
    struct scene scene = scene_with_files(24, 80);

    (void)state;
    scene_type(&scene, "/backend ");
    scene_keys(&scene, "Enter");
    assert_int_equal(scene_command(&scene), CMD_BACKEND);
    assert_int_equal(scene.commands[0].text.len, 0);
    scene_destroy(&scene);
}

static void without_files_the_words_are_offered_still(void **state)
{
    struct scene scene = scene_create(24, 80);

    (void)state;
    scene_open(&scene);
    scene_type(&scene, "@d");
    scene_keys(&scene, "Tab");
    assert_true(str_is(ui_draft(scene.ui), "@diff "));
    scene_destroy(&scene);
}

static void an_unknown_command_is_answered_with_the_nearest(void **state)
{
    struct scene scene = scene_with_files(24, 80);

    (void)state;
    scene_type(&scene, "/bakcend gpu");
    scene_keys(&scene, "Enter");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "no such command: /bakcend; is it /backend?");
    assert_true(str_is(ui_draft(scene.ui), "/bakcend gpu"));
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_chosen_stands_in_the_draft),
        cmocka_unit_test(special_mentions_come_first_with_their_meaning),
        cmocka_unit_test(a_command_without_its_argument_can_be_given),
        cmocka_unit_test(an_unknown_command_is_answered_with_the_nearest),
        cmocka_unit_test(without_files_the_words_are_offered_still),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
