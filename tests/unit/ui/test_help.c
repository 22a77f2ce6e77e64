/* The help: made from the tables, readable at any size, searchable. */
#include "scene.h"

static struct scene help(size_t rows, size_t cols)
{
    struct scene scene = scene_create(rows, cols);

    scene_keys(&scene, "?");
    return scene;
}

static void at_60x16_it_begins_with_the_composer(void **state)
{
    (void)state;
    struct scene scene = help(16, 60);

    assert_screen(
        &scene, " kerf                                                  HELP\n"
                "------------------------------------------------------------\n"
                "Writing a message\n"
                "  Enter             send; while a turn runs: queue\n"
                "  Tab               complete @path or /command; when empty:\n"
                "                    to the review\n"
                "  Esc               close the list, else stop the turn\n"
                "  ^C                clear the draft; when empty stop the\n"
                "                    turn; twice: quit\n"
                "  ^D                quit when the draft is empty\n"
                "  ^G, ^X ^E         write the message in $EDITOR\n"
                "  ^T                the whole conversation, to search\n"
                "  ^O                fold or unfold the block above\n"
                "------------------------------------------------------------\n"
                " queue 0\n"
                " q back  / search  ^N/^P next  PgDn/PgUp page  y/Y copy\n");
    scene_destroy(&scene);
}

static void every_binding_and_slash_command_stands_in_it(void **state)
{
    (void)state;
    struct scene scene = help(200, 100);
    size_t count;
    const struct key_binding *all = ui_bindings(&count);

    for (size_t i = 0; i < count; i++)
        assert_shows(&scene, all[i].keys);
    for (enum command_kind kind = 0; kind < CMD_COUNT; kind++) {
        if (!command_info(kind)->slash)
            continue;
        char name[60];
        snprintf(name, sizeof(name), "  /%s", command_info(kind)->name);
        assert_shows(&scene, name);
    }
    scene_destroy(&scene);
}

static void it_scrolls_to_its_end(void **state)
{
    (void)state;
    struct scene scene = help(24, 80);

    assert_hides(&scene, "take back the last write, byte for byte");
    scene_keys(&scene, "G");
    assert_shows(&scene, "take back the last write, byte for byte");
    scene_keys(&scene, "g");
    assert_shows(&scene, "Writing a message");
    scene_destroy(&scene);
}

static void a_search_finds_a_phrase(void **state)
{
    (void)state;
    struct scene scene = help(24, 80);

    scene_keys(&scene, "/ v e r d i c t Enter");

    assert_shows(&scene, "give the verdict without writing");
    scene_destroy(&scene);
}

static void it_fits_the_least_screen(void **state)
{
    (void)state;
    struct scene scene = help(10, 40);

    assert_row(&scene, 2, "Writing a message");
    assert_row(&scene, 3, "  Enter");
    assert_row(&scene, 4, "    send; while a turn runs: queue");
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_60x16_it_begins_with_the_composer),
        cmocka_unit_test(every_binding_and_slash_command_stands_in_it),
        cmocka_unit_test(it_scrolls_to_its_end),
        cmocka_unit_test(a_search_finds_a_phrase),
        cmocka_unit_test(it_fits_the_least_screen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
