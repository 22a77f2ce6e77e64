/* The pager: searching, jumping, folding, and copying from the source. */
#include <locale.h>

#include "scene.h"

#include "samples.h"

static const struct {
    size_t rows, cols;
} sizes[] = { { 24, 80 }, { 30, 100 }, { 45, 140 }, { 16, 60 } };

#define SIZE_COUNT (sizeof(sizes) / sizeof(sizes[0]))

static struct scene talk_of(size_t rows, size_t cols, int notices)
{
    struct scene scene = scene_create(rows, cols);

    for (int i = 0; i < notices; i++) {
        char text[40];
        snprintf(text, sizeof(text), "%s %d", i == 7 ? "Notice" : "notice", i);
        scene_apply(&scene, (struct event){ .kind = EVENT_NOTICE,
                                            .text = str_from(text) });
    }
    scene_draw(&scene);
    return scene;
}

static struct scene long_talk(size_t rows, size_t cols)
{
    return talk_of(rows, cols, 60);
}

#define LONG_LINE                                                         \
    "int much = one_of_many(words) + another_of_many(words) + the_third(" \
    "words) + the_last_of_them(words);\n"
#define CODE "int main(void)\n{\n\tint a;\n" LONG_LINE "}\n"
#define ANSWER                                                            \
    "It is *easy*.\n\n```c\n" CODE "```\n\nthen\n\n- a list\n\n  ```sh\n" \
    "  make\n  ```\n"

// Two turns, the second with code.
static struct scene two_turns(size_t rows, size_t cols)
{
    struct scene scene = scene_create(rows, cols);

    scene_ask(&scene, "the first question");
    scene_item(&scene, 0, ITEM_TEXT, "m1", "");
    scene_item_done(&scene, 0, ITEM_TEXT, "m1", "", "No.\n");
    scene_completed(&scene);
    scene_turn_done(&scene);
    scene_ask(&scene, "the second question");
    scene_item(&scene, 0, ITEM_REASONING, "r", "");
    scene_item_done(&scene, 0, ITEM_REASONING, "r", "", "deep thoughts");
    scene_item(&scene, 1, ITEM_TEXT, "m2", "");
    scene_item_done(&scene, 1, ITEM_TEXT, "m2", "", ANSWER);
    scene_completed(&scene);
    scene_turn_done(&scene);
    scene_draw(&scene);
    return scene;
}

static void assert_copies(const struct scene *scene, const char *text)
{
    assert_int_equal(scene_command(scene), CMD_COPY);
    assert_int_equal(scene->commands[0].text.len, strlen(text));
    assert_memory_equal(scene->commands[0].text.at, text, strlen(text));
}

// --- searching -------------------------------------------------------------

static void a_search_tells_its_matches_and_their_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        struct scene scene = long_talk(sizes[i].rows, sizes[i].cols);
        scene_keys(&scene, "^T g / n o t i c e Space 5 Enter");
        assert_shows(&scene, "match 1 of 11, line 6 of 60");
        scene_keys(&scene, "n");
        assert_shows(&scene, "match 2 of 11, line 51 of 60");
        assert_shows(&scene, "  note  notice 50");
        scene_destroy(&scene);
    }
}

static void what_stays_the_same_is_laid_out_once_for_a_search(void **state)
{
    (void)state;
    struct scene scene = talk_of(24, 80, 2000);
    size_t before;

    scene_keys(&scene, "^T / n o t i c e Enter");
    assert_shows(&scene, "match 1 of 2,000, line 1 of 2,000");
    before = ui_layouts(scene.ui);
    scene_keys(&scene, "n n n N");
    assert_shows(&scene, "match 3 of 2,000");
    assert_true(ui_layouts(scene.ui) - before < 200);
    scene_destroy(&scene);
}

static void a_search_goes_on_in_what_has_changed_since(void **state)
{
    (void)state;
    struct scene scene = two_turns(24, 80);

    scene_keys(&scene, "^T g / d e e p Enter");
    assert_shows(&scene, "match 1 of 1, line 10 of 25");
    scene_keys(&scene, "g ^X t n"); // the reasoning is folded now
    assert_shows(&scene, "not found: deep");
    scene_keys(&scene, "^X t n");
    assert_shows(&scene, "match 1 of 1, line 10 of 25");
    scene_apply(&scene, (struct event){ .kind = EVENT_NOTICE,
                                        .text = STR("a deep one") });
    scene_keys(&scene, "n");
    assert_shows(&scene, "match 2 of 2, line 27 of 27");
    scene_destroy(&scene);
}

static void a_search_goes_around_the_ends_and_says_so(void **state)
{
    (void)state;
    struct scene scene = long_talk(24, 80);

    scene_keys(&scene, "^T / n o t i c e Space 3 Enter");
    assert_shows(&scene, "went on from the beginning");
    scene_keys(&scene, "N");
    assert_shows(&scene, "match 11 of 11, line 40 of 60; went on from the end");
    scene_keys(&scene, "N");
    assert_hides(&scene, "went on");
    scene_destroy(&scene);
}

static void a_capital_letter_makes_case_count(void **state)
{
    (void)state;
    struct scene scene = long_talk(24, 80);

    scene_keys(&scene, "^T / N o t Enter");
    assert_shows(&scene, "match 1 of 1, line 8 of 60");
    scene_keys(&scene, "/ ^U n o t i Enter");
    assert_shows(&scene, " of 60, line ");
    scene_destroy(&scene);
}

static void what_is_not_there_is_said_and_nothing_moves(void **state)
{
    (void)state;
    struct scene scene = long_talk(24, 80);

    scene_keys(&scene, "^T PgUp");
    struct str before = arena_copy(&scene.arena, scene_row(&scene, 5));
    scene_keys(&scene, "/ z z Enter");
    assert_shows(&scene, "not found: zz");
    assert_true(str_equal(before, scene_row(&scene, 5)));
    scene_destroy(&scene);
}

// Row and column of the reversed cells of the canvas, as text.
static void matches_are_marked_in_all_rows(void **state)
{
    (void)state;
    struct scene scene = long_talk(24, 80);
    scene_keys(&scene, "^T / o t i Enter");
    scene_draw(&scene);
    size_t marked = 0;

    for (size_t row = 2; row < 20; row++) {
        const struct cell *cells = &scene.canvas.cells[row * scene.canvas.cols];
        bool cursor = cells[0].reverse;
        assert_int_equal(cells[9].reverse, !cursor); // "  note  notice"
        assert_int_equal(cells[8].reverse, cursor);
        marked++;
    }
    assert_int_equal(marked, 18);
    scene_destroy(&scene);
}

// --- moving ----------------------------------------------------------------

static void leaving_goes_back_to_where_one_was(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        struct scene scene = long_talk(sizes[i].rows, sizes[i].cols);
        scene_keys(&scene, "PgUp");
        struct str before =
            arena_copy(&scene.arena, str_from(scene_text(&scene)));
        scene_keys(&scene, "^T / n o t i c e Space 3 Enter n n g q");
        assert_string_equal(scene_text(&scene),
                            arena_cstr(&scene.arena, before));
        scene_destroy(&scene);
    }
}

static void it_opens_where_the_conversation_is_read(void **state)
{
    (void)state;
    struct scene scene = long_talk(24, 80);

    scene_keys(&scene, "PgUp");
    struct str first = arena_copy(&scene.arena, scene_row(&scene, 2));
    scene_keys(&scene, "^T");

    assert_true(str_equal(first, scene_row(&scene, 2)));
    scene_destroy(&scene);
}

static void the_cursor_on_the_last_row_follows_what_comes(void **state)
{
    (void)state;
    struct scene scene = long_talk(24, 80);

    scene_keys(&scene, "^T");
    scene_apply(&scene,
                (struct event){ .kind = EVENT_NOTICE, .text = STR("newest") });
    assert_shows(&scene, "newest");
    scene_keys(&scene, "k");
    scene_apply(&scene,
                (struct event){ .kind = EVENT_NOTICE, .text = STR("later") });
    assert_hides(&scene, "later");
    scene_destroy(&scene);
}

static void turns_are_jumped_to(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        struct scene scene = two_turns(sizes[i].rows, sizes[i].cols);
        scene_keys(&scene, "^T { Y");
        assert_int_equal(scene_command(&scene), CMD_COPY);
        assert_true(str_starts_with(scene.commands[0].text,
                                    STR("the second question\n\nIt is")));
        scene_keys(&scene, "{ Y");
        assert_copies(&scene, "the first question\n\nNo.\n");
        scene_keys(&scene, "{");
        assert_shows(&scene, "there is none above");
        scene_keys(&scene, "} y");
        assert_copies(&scene, "the second question");
        scene_keys(&scene, "}");
        assert_shows(&scene, "there is none below");
        scene_destroy(&scene);
    }
}

// --- copying ---------------------------------------------------------------

static void code_is_copied_as_the_model_wrote_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        struct scene scene = two_turns(sizes[i].rows, sizes[i].cols);
        scene_keys(&scene, "^T g ]");
        assert_shows(&scene, "- code block");
        scene_keys(&scene, "y");
        assert_copies(&scene, CODE);
        scene_keys(&scene, "] y");
        assert_copies(&scene, "  make\n");
        scene_keys(&scene, "[ j y");
        assert_copies(&scene, CODE);
        scene_destroy(&scene);
    }
}

static void an_answer_is_copied_as_markdown(void **state)
{
    (void)state;
    struct scene scene = two_turns(24, 80);

    scene_keys(&scene, "^T / e a s y Enter y");
    assert_copies(&scene, ANSWER);
    scene_destroy(&scene);
}

static void the_last_answer_is_copied_without_the_pager(void **state)
{
    (void)state;
    struct scene scene = two_turns(24, 80);

    scene_keys(&scene, "^X y");
    assert_copies(&scene, ANSWER);
    scene_type(&scene, "/copy");
    scene_keys(&scene, "Enter");
    assert_copies(&scene, ANSWER);
    scene_type(&scene, "/copy code");
    scene_keys(&scene, "Enter");
    assert_copies(&scene, "  make\n");
    scene_type(&scene, "/copy that");
    scene_keys(&scene, "Enter");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "/copy takes nothing or \"code\"");
    scene_destroy(&scene);
}

static void without_an_answer_nothing_is_copied(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    scene_keys(&scene, "^X y");

    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "there is no answer to copy");
    scene_destroy(&scene);
}

static void a_hunk_is_copied_as_a_diff(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_ask(&scene, "go");
    ui_set_draft(scene.ui, STR("typing")); // keeps the focus here
    scene_item(&scene, 0, ITEM_PATCH, "p1", "apply_patch");
    scene_item_done(&scene, 0, ITEM_PATCH, "p1", "apply_patch", SAMPLE_PATCH);
    scene_file(&scene, "p1", 0, SAMPLE_RETRY);

    scene_keys(&scene, "^T g ]");
    assert_shows(&scene, "- hunk");
    scene_keys(&scene, "y");
    assert_int_equal(scene_command(&scene), CMD_COPY);
    struct str text = scene.commands[0].text;
    assert_true(str_find(text, STR("+        poll(&p, 1, 50);\n")) != SIZE_MAX);
    assert_true(str_find(text, STR("somewhere")) == SIZE_MAX);
    scene_keys(&scene, "] y");
    assert_true(str_find(scene.commands[0].text, STR("+int somewhere(void)\n"))
                != SIZE_MAX);
    scene_destroy(&scene);
}

static void a_hunk_from_elsewhere_is_copied_too(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    ui_set_draft(scene.ui, STR("typing"));
    scene_patch(&scene, SAMPLE_PATCH);
    scene_file(&scene, "p1", 2, SAMPLE_CONF);
    scene_draw(&scene);

    scene_keys(&scene, "^T g ] ] ] ] y");

    assert_int_equal(scene_command(&scene), CMD_COPY);
    assert_true(str_find(scene.commands[0].text, STR("+#define A 2\n"))
                != SIZE_MAX);
    scene_destroy(&scene);
}

// --- folding ---------------------------------------------------------------

static void everything_is_unfolded_and_any_block_can_be_folded(void **state)
{
    (void)state;
    struct scene scene = two_turns(24, 80);

    scene_keys(&scene, "^T / d e e p Enter");
    assert_shows(&scene, "    deep thoughts");
    scene_keys(&scene, "Enter");
    assert_hides(&scene, "deep thoughts");
    scene_keys(&scene, "^O");
    assert_shows(&scene, "    deep thoughts");
    scene_keys(&scene, "^X t");
    assert_hides(&scene, "deep thoughts");
    scene_destroy(&scene);
}

static void in_the_help_there_is_nothing_to_copy(void **state)
{
    (void)state;
    struct scene scene = two_turns(24, 80);

    scene_keys(&scene, "? y Y");

    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_shows(&scene, "HELP");
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_search_tells_its_matches_and_their_lines),
        cmocka_unit_test(what_stays_the_same_is_laid_out_once_for_a_search),
        cmocka_unit_test(a_search_goes_on_in_what_has_changed_since),
        cmocka_unit_test(a_search_goes_around_the_ends_and_says_so),
        cmocka_unit_test(a_capital_letter_makes_case_count),
        cmocka_unit_test(what_is_not_there_is_said_and_nothing_moves),
        cmocka_unit_test(matches_are_marked_in_all_rows),
        cmocka_unit_test(leaving_goes_back_to_where_one_was),
        cmocka_unit_test(it_opens_where_the_conversation_is_read),
        cmocka_unit_test(the_cursor_on_the_last_row_follows_what_comes),
        cmocka_unit_test(turns_are_jumped_to),
        cmocka_unit_test(code_is_copied_as_the_model_wrote_it),
        cmocka_unit_test(an_answer_is_copied_as_markdown),
        cmocka_unit_test(the_last_answer_is_copied_without_the_pager),
        cmocka_unit_test(without_an_answer_nothing_is_copied),
        cmocka_unit_test(a_hunk_is_copied_as_a_diff),
        cmocka_unit_test(a_hunk_from_elsewhere_is_copied_too),
        cmocka_unit_test(everything_is_unfolded_and_any_block_can_be_folded),
        cmocka_unit_test(in_the_help_there_is_nothing_to_copy),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
