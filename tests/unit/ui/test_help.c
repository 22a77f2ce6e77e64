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

// --- the first screen ------------------------------------------------------

static struct scene first(size_t rows, size_t cols, bool builtin)
{
    struct scene scene = scene_create(rows, cols);

    scene_apply(&scene, (struct event){ .kind = EVENT_BACKEND,
                                        .name = STR("fixit"),
                                        .flag = builtin });
    return scene;
}

static void the_first_screen_tells_all_at_every_usual_size(void **state)
{
    (void)state;
    static const struct {
        size_t rows, cols;
    } sizes[] = { { 24, 80 }, { 16, 60 }, { 45, 140 } };

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct scene scene = first(sizes[i].rows, sizes[i].cols, true);
        assert_shows(&scene, "no neural");
        assert_shows(&scene, "~/.config/kerf/config:");
        assert_shows(&scene, "[backend \"fast\"]");
        assert_shows(&scene, "keyEnv = NAME_OF_A_VARIABLE");
        assert_shows(&scene, "run make and fix the warnings");
        assert_shows(&scene, "? shows all keys, / the commands, ^D leaves.");
        scene_destroy(&scene);
    }
}

static void with_a_backend_it_tells_how_patches_are_taken(void **state)
{
    (void)state;
    struct scene scene = first(16, 60, false);

    assert_shows(&scene, "nothing is written before you");
    assert_shows(&scene, "? shows all keys");
    assert_hides(&scene, "[backend");
    scene_destroy(&scene);
}

static void the_first_screen_fills_80x24(void **state)
{
    (void)state;
    struct scene scene = first(24, 80, true);

    assert_row(&scene, 2, "  kerf: measure twice, cut once");
    assert_row(&scene, 14, "  Three things to try:");
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
        cmocka_unit_test(the_first_screen_tells_all_at_every_usual_size),
        cmocka_unit_test(with_a_backend_it_tells_how_patches_are_taken),
        cmocka_unit_test(the_first_screen_fills_80x24),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
