/* A list that narrows. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/base/arena.h"
#include "kerf/base/buf.h"
#include "kerf/ui/finder.h"

static const struct str files[] = {
    { "src/main.c", 10 },
    { "src/base/arena.c", 16 },
    { "include/arena.h", 15 },
    { "README.md", 9 },
};
static const struct str notes[] = {
    { "starts", 6 },
    { "memory", 6 },
    { "memory", 6 },
    { "read it", 7 },
};

static void assert_shown(struct finder *finder, size_t rows, const char *want)
{
    struct canvas canvas;
    struct buf have = { 0 };

    canvas_init(&canvas, rows, 40);
    finder_draw(finder, &canvas, (struct area){ 0, 0, rows, 40 });
    canvas_text(&canvas, &have);
    assert_string_equal(buf_cstr(&have), want);
    canvas_release(&canvas);
    buf_release(&have);
}

static void everything_is_shown_before_anything_is_typed(void **state)
{
    (void)state;
    struct finder *finder = finder_create();

    finder_set(finder, files, NULL, 3);
    assert_int_equal(finder_count(finder), 3);
    finder_search(finder, STR("main"));
    assert_shown(finder, 2, "> src/main.c\n\n");
    finder_destroy(finder);
}

static void typing_narrows_and_selects_the_best(void **state)
{
    (void)state;
    struct finder *finder = finder_create();
    struct str selected;

    finder_set(finder, files, notes, 4);
    finder_move(finder, 2);
    finder_search(finder, STR("arena"));
    assert_int_equal(finder_count(finder), 2);
    assert_true(finder_selected(finder, &selected));
    assert_true(str_is(selected, "include/arena.h"));
    assert_shown(finder, 3,
                 "> include/arena.h   memory\n"
                 "  src/base/arena.c  memory\n\n");
    finder_destroy(finder);
}

static void nothing_matches(void **state)
{
    (void)state;
    struct finder *finder = finder_create();
    struct str selected;

    finder_set(finder, files, NULL, 4);
    finder_search(finder, STR("zzz"));
    finder_move(finder, 1);
    finder_move(finder, -1);
    assert_false(finder_selected(finder, &selected));
    assert_int_equal(finder_count(finder), 0);
    assert_shown(finder, 1, "\n");
    finder_destroy(finder);
}

static void an_empty_list_is_harmless(void **state)
{
    (void)state;
    struct finder *finder = finder_create();
    struct str selected;

    finder_search(finder, STR("a"));
    finder_set(finder, NULL, NULL, 0);
    assert_false(finder_selected(finder, &selected));
    finder_destroy(finder);
    finder_destroy(NULL);
}

static void the_selection_stays_in_the_list_and_in_sight(void **state)
{
    (void)state;
    struct finder *finder = finder_create();
    struct arena arena = { 0 };
    struct str many[20], selected;

    for (size_t i = 0; i < 20; i++)
        many[i] = arena_printf(&arena, "file%02zu", i);
    finder_set(finder, many, NULL, 20);
    assert_int_equal(finder_count(finder), FINDER_ROWS);
    finder_move(finder, -5);
    finder_selected(finder, &selected);
    assert_true(str_is(selected, "file00"));
    finder_move(finder, 9);
    assert_shown(finder, 9,
                 "  file02\n  file03\n  file04\n  file05\n  file06\n"
                 "  file07\n  file08\n> file09\n\n");
    assert_shown(finder, 2, "  file08\n> file09\n");
    finder_move(finder, 100);
    finder_selected(finder, &selected);
    assert_true(str_is(selected, "file19"));
    finder_move(finder, -100);
    assert_shown(finder, 1, "> file00\n");
    arena_release(&arena);
    finder_destroy(finder);
}

static void names_are_shown_without_controls(void **state)
{
    (void)state;
    struct finder *finder = finder_create();
    static const struct str bad[] = { { "a\033[31m\xff", 7 } };

    finder_set(finder, bad, NULL, 1);
    assert_shown(finder, 1, "> a\xe2\x90\x9b[31m<ff>\n");
    finder_destroy(finder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_shown_before_anything_is_typed),
        cmocka_unit_test(typing_narrows_and_selects_the_best),
        cmocka_unit_test(nothing_matches),
        cmocka_unit_test(an_empty_list_is_harmless),
        cmocka_unit_test(the_selection_stays_in_the_list_and_in_sight),
        cmocka_unit_test(names_are_shown_without_controls),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
