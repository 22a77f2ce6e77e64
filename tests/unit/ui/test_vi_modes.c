/* The modes of vi: what keys mean in each, and what is seen of them. */
#include "vi_rig.h"

#include "scene.h"

static int set_up_vi(void **state)
{
    set_up(state);
    composer_use_vi(*state);
    return 0;
}

#define VI_TEST(name) \
    cmocka_unit_test_setup_teardown(name, set_up_vi, tear_down)

static void a_new_draft_is_typed_as_without_vi(void **state)
{
    struct composer *composer = *state;
    struct buf have = { 0 };

    assert_int_equal(composer_mode(composer), COMPOSER_INSERT);
    press(composer, "hjkl\027dd one");
    assert_string_equal(shown(composer, &have), "dd one|");
    press(composer, ESC);
    assert_int_equal(composer_mode(composer), COMPOSER_NORMAL);
    composer_clear(composer);
    assert_int_equal(composer_mode(composer), COMPOSER_INSERT);
    buf_release(&have);
}

static void what_was_inserted_first_is_one_step_of_undo(void **state)
{
    struct composer *composer = *state;
    struct buf have = { 0 };

    press(composer, "one two three" ESC ".u");
    assert_string_equal(shown(composer, &have), "|");
    buf_release(&have);
}

static void escape_and_enter_in_normal_mode_are_for_others(void **state)
{
    struct composer *composer = *state;

    assert_int_equal(press(composer, "a" ESC), COMPOSER_MOVED);
    assert_int_equal(press(composer, ESC), COMPOSER_IGNORED);
    assert_int_equal(press(composer, "\r"), COMPOSER_IGNORED);
    assert_int_equal(press(composer, "d" ESC), COMPOSER_MOVED);
    assert_int_equal(press(composer, "q"), COMPOSER_MOVED);
    assert_int_equal(press(composer, "\003"), COMPOSER_IGNORED);
}

static void a_paste_is_text_in_either_mode(void **state)
{
    struct composer *composer = *state;
    struct buf have = { 0 };

    press(composer, "ab" ESC);
    paste(composer, STR("dd"));
    assert_string_equal(shown(composer, &have), "abd|d");
    press(composer, "0");
    paste(composer, STR("x"));
    assert_string_equal(shown(composer, &have), "x|abdd");
    press(composer, "i");
    paste(composer, STR("u"));
    press(composer, ESC "$.");
    assert_string_equal(shown(composer, &have), "xuabd|ud");
    buf_release(&have);
}

static void j_and_k_at_the_edge_go_through_the_history(void **state)
{
    struct composer *composer = *state;
    struct buf have = { 0 };

    composer_remember(composer, STR("older"));
    composer_remember(composer, STR("newer"));
    press(composer, "draft" ESC "k");
    assert_string_equal(shown(composer, &have), "newe|r");
    press(composer, "k");
    assert_string_equal(shown(composer, &have), "olde|r");
    press(composer, "jj");
    assert_string_equal(shown(composer, &have), "draf|t");
    buf_release(&have);
}

static void a_huge_count_ends_soon(void **state)
{
    struct composer *composer = *state;

    paste(composer, STR("0123456789012345678901234567890123456789"));
    press(composer, ESC "99999999999999999999ix" ESC "yy99999p99999.99999u");
    assert_true(composer_size(composer).bytes < (size_t)8 << 20);
}

static void any_keys_leave_the_caret_in_the_text(void **state)
{
    static const char *const keys[] = {
        "h",    "l",     "j",  "k",     "w",         "b",      "e",   "W",
        "B",    "E",     "0",  "$",     "^",         "fa",     "t ",  "F" HAN,
        "T.",   ";",     ",",  "gg",    "G",         "d",      "c",   "y",
        "dd",   "x",     "X",  "r" HAN, "s",         "S",      "D",   "C",
        "Y",    "p",     "P",  "u",     REDO,        ".",      "i",   "a",
        "I",    "A",     "o",  "O",     "J",         "~",      "2",   "3",
        ESC,    ESC,     "v",  "V",     "/a\r",      "?\r",    "n",   "N",
        "%",    "{",     "}",  "ciw",   "di(",       "ap",     "i\"", ">>",
        "<",    "R",     "gu", "gU",    "o\n{\n(\"", "\")\n}", ESC,   "ab ",
        HAN KA, E_ACUTE, "\n", "\027",  "\x7f",      "\037",
    };
    struct composer *composer = *state;
    uint32_t random = 1;

    for (size_t i = 0; i < 10000; i++) {
        random = random * 1664525 + 1013904223;
        press(composer, keys[(random >> 8) % (sizeof(keys) / sizeof(keys[0]))]);
        if (i % 40 == 0)
            paste(composer, STR("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n"));
        struct str head = composer_head(composer);
        size_t bytes = composer_size(composer).bytes;
        assert_true(composer_size(composer).folded || head.len <= bytes);
        if (bytes > 4000)
            composer_clear(composer);
    }
}

static void the_mode_stands_at_the_prompt_and_below(void **state)
{
    (void)state;
    struct scene scene = scene_with(20, 80, (struct ui_options){ .vi = true });

    scene_open(&scene);
    assert_shows(&scene, " insert ");
    scene_keys(&scene, "/ h e");
    assert_shows(&scene, "> help ");
    scene_keys(&scene, "Esc");
    assert_shows(&scene, " normal ");
    assert_shows(&scene, ": /he");
    scene_keys(&scene, "0 f ? d d");
    assert_false(scene_shows(&scene, ": /he"));
    scene_destroy(&scene);
}

static void the_modes_that_change_or_select_are_named(void **state)
{
    (void)state;
    struct scene scene = scene_with(20, 80, (struct ui_options){ .vi = true });

    scene_open(&scene);
    scene_keys(&scene, "a b Esc R");
    assert_shows(&scene, " replace ");
    scene_keys(&scene, "Esc v");
    assert_shows(&scene, " visual ");
    scene_keys(&scene, "V");
    assert_shows(&scene, " visual line ");
    scene_keys(&scene, "Esc");
    assert_shows(&scene, " normal ");
    scene_destroy(&scene);
}

// The draft with each row drawn; cells that are marked as capitals of `x`.
static void assert_marked(struct composer *composer, const char *want)
{
    enum { ROWS = 3, COLS = 12 };
    struct canvas canvas;
    struct buf have = { 0 };

    canvas_init(&canvas, ROWS, COLS);
    composer_draw(composer, &canvas, (struct area){ 0, 0, ROWS, COLS }, true);
    for (size_t i = 0; i < ROWS * COLS; i++)
        if (canvas.cells[i].reverse)
            canvas.cells[i] = (struct cell){ .code = { '#' }, .width = 1 };
    canvas_text(&canvas, &have);
    assert_string_equal(buf_cstr(&have), want);
    canvas_release(&canvas);
    buf_release(&have);
}

static void what_is_selected_is_marked(void **state)
{
    struct composer *composer = *state;

    composer_set(composer, STR("one two\n\nlast"));
    press(composer, ESC "gg0wvj");
    assert_marked(composer, ": one ####\n  #\n  last\n");
    press(composer, ESC "ggV");
    assert_marked(composer, ": #######\n\n  last\n");
    press(composer, "x");
    assert_marked(composer, ":\n  last\n\n");
}

static void a_pattern_stands_below_and_its_match_is_marked(void **state)
{
    struct composer *composer = *state;

    composer_set(composer, STR("one two\nlast two"));
    press(composer, ESC "gg0/two");
    assert_int_equal(composer_rows(composer, 12, 9), 3);
    assert_marked(composer, ": one ###\n  last two\n/two\n");
    press(composer, ESC);
    assert_int_equal(composer_rows(composer, 12, 9), 2);
    press(composer, "?two");
    assert_marked(composer, ": one two\n  last ###\n?two\n");
    press(composer, "\rx");
    assert_draft(composer, "one two\nlast wo");
}

static void escape_stops_a_turn_only_from_normal_mode(void **state)
{
    (void)state;
    struct scene scene = scene_with(20, 80, (struct ui_options){ .vi = true });

    scene_open(&scene);
    scene_ask(&scene, "hello");
    scene_keys(&scene, "Esc");
    assert_int_equal(scene.command_count, 0);
    scene_keys(&scene, "Esc");
    assert_int_equal(scene.commands[0].kind, CMD_INTERRUPT);
    scene_keys(&scene, "i h i Esc Enter");
    assert_int_equal(scene.commands[0].kind, CMD_SEND);
    assert_shows(&scene, " insert ");
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VI_TEST(a_new_draft_is_typed_as_without_vi),
        VI_TEST(what_was_inserted_first_is_one_step_of_undo),
        VI_TEST(escape_and_enter_in_normal_mode_are_for_others),
        VI_TEST(a_paste_is_text_in_either_mode),
        VI_TEST(j_and_k_at_the_edge_go_through_the_history),
        VI_TEST(a_huge_count_ends_soon),
        VI_TEST(any_keys_leave_the_caret_in_the_text),
        cmocka_unit_test(the_mode_stands_at_the_prompt_and_below),
        cmocka_unit_test(the_modes_that_change_or_select_are_named),
        VI_TEST(what_is_selected_is_marked),
        VI_TEST(a_pattern_stands_below_and_its_match_is_marked),
        cmocka_unit_test(escape_stops_a_turn_only_from_normal_mode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
