/* Cells, clusters and edges of the canvas. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/ui/canvas.h"

#define HAN "\xe6\xbc\xa2"
#define E_ACUTE "e\xcc\x81"
#define FAMILY "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9" // 2 + 0 + 2

static struct area whole(const struct canvas *canvas)
{
    return (struct area){ 0, 0, canvas->rows, canvas->cols };
}

static void assert_text(const struct canvas *canvas, const char *want)
{
    struct buf have = { 0 };

    canvas_text(canvas, &have);
    assert_string_equal(buf_cstr(&have), want);
    buf_release(&have);
}

static void text_is_cut_at_the_edge_of_its_area(void **state)
{
    (void)state;
    struct canvas canvas;

    canvas_init(&canvas, 2, 8);
    struct area area = { 0, 2, 1, 3 };
    size_t used = canvas_put(&canvas, area, 0, 1, STR("abcdef"), ROLE_TEXT);
    canvas_put(&canvas, area, 1, 0, STR("below"), ROLE_TEXT);
    assert_int_equal(used, 2);
    assert_text(&canvas, "   ab\n\n");
    canvas_release(&canvas);
}

static void an_area_beyond_the_canvas_is_harmless(void **state)
{
    (void)state;
    struct canvas canvas;

    canvas_init(&canvas, 1, 4);
    struct area area = { 0, 2, 9, 9 };
    canvas_put(&canvas, area, 0, 0, STR("abc"), ROLE_TEXT);
    canvas_put(&canvas, (struct area){ 5, 5, 2, 2 }, 0, 0, STR("x"), ROLE_TEXT);
    canvas_put(&canvas, area, SIZE_MAX, SIZE_MAX, STR("x"), ROLE_TEXT);
    canvas_rule(&canvas, (struct area){ 7, 0, 1, 1 }, 0);
    assert_text(&canvas, "  ab\n");
    canvas_release(&canvas);
}

static void a_wide_character_is_never_split_at_the_edge(void **state)
{
    (void)state;
    struct canvas canvas;

    canvas_init(&canvas, 1, 4);
    size_t used =
        canvas_put(&canvas, whole(&canvas), 0, 1, STR(HAN HAN), ROLE_TEXT);
    assert_int_equal(used, 2);
    assert_text(&canvas, " " HAN "\n");
    canvas_release(&canvas);
}

static void half_a_wide_character_does_not_stay(void **state)
{
    (void)state;
    struct canvas canvas;

    canvas_init(&canvas, 1, 6);
    canvas_put(&canvas, whole(&canvas), 0, 0, STR(HAN HAN HAN), ROLE_TEXT);
    canvas_put(&canvas, whole(&canvas), 0, 1, STR("ab"), ROLE_TEXT);
    assert_text(&canvas, " ab " HAN "\n");
    canvas_release(&canvas);
}

static void combining_characters_share_the_cell_of_their_base(void **state)
{
    (void)state;
    struct canvas canvas;

    canvas_init(&canvas, 1, 3);
    size_t used =
        canvas_put(&canvas, whole(&canvas), 0, 0, STR(E_ACUTE "x"), ROLE_TEXT);
    assert_int_equal(used, 2);
    assert_int_equal(canvas.cells[0].code[1], 0x301);
    assert_text(&canvas, E_ACUTE "x\n");
    canvas_release(&canvas);
}

static void a_joined_emoji_is_put_whole_or_not_at_all(void **state)
{
    (void)state;
    struct canvas canvas;

    canvas_init(&canvas, 1, 4);
    assert_int_equal(
        canvas_put(&canvas, whole(&canvas), 0, 0, STR(FAMILY), ROLE_TEXT), 4);
    assert_text(&canvas, FAMILY "\n");
    canvas_clear(&canvas);
    assert_int_equal(
        canvas_put(&canvas, whole(&canvas), 0, 1, STR(FAMILY), ROLE_TEXT), 0);
    assert_text(&canvas, "\n");
    canvas_release(&canvas);
}

static void more_combining_characters_than_a_cell_holds_are_dropped(
    void **state)
{
    (void)state;
    struct canvas canvas;

    canvas_init(&canvas, 1, 2);
    struct str many = STR("e\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86"
                          "x");
    assert_int_equal(canvas_put(&canvas, whole(&canvas), 0, 0, many, ROLE_TEXT),
                     2);
    assert_int_equal(canvas.cells[0].code[CELL_CODES - 1], 0x304);
    assert_int_equal(canvas.cells[1].code[0], 'x');
    canvas_release(&canvas);
}

static void spans_give_roles_and_the_rest_is_text(void **state)
{
    (void)state;
    struct canvas canvas;
    struct span spans[] = { { .start = 1, .len = 2, .role = ROLE_ADDED },
                            { .start = 4, .len = 1, .role = ROLE_ERROR } };
    struct row row = { .text = STR("abcdef"), .spans = spans, .span_count = 2 };
    static const enum role want[] = { ROLE_TEXT, ROLE_ADDED, ROLE_ADDED,
                                      ROLE_TEXT, ROLE_ERROR };

    canvas_init(&canvas, 1, 5);
    assert_int_equal(canvas_put_row(&canvas, whole(&canvas), 0, 0, &row), 5);
    assert_text(&canvas, "abcde\n");
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(canvas.cells[i].role, want[i]);
    canvas_release(&canvas);
}

static void what_follows_a_cut_character_is_not_drawn_in_its_place(void **state)
{
    (void)state;
    struct canvas canvas;
    struct span spans[] = { { .len = 4, .role = ROLE_ADDED } };
    struct row row = { .text = STR("a" HAN "b"),
                       .spans = spans,
                       .span_count = 1 };

    canvas_init(&canvas, 1, 2);
    canvas_put_row(&canvas, whole(&canvas), 0, 0, &row);
    assert_text(&canvas, "a\n");
    canvas_release(&canvas);
}

static void text_can_end_at_the_right_edge(void **state)
{
    (void)state;
    struct canvas canvas;

    canvas_init(&canvas, 2, 6);
    canvas_put_right(&canvas, whole(&canvas), 0, STR(HAN "x"), ROLE_TEXT);
    canvas_put_right(&canvas, whole(&canvas), 1, STR("longer than it"),
                     ROLE_TEXT);
    assert_text(&canvas, "   " HAN "x\nlonger\n");
    canvas_release(&canvas);
}

static void a_rule_and_a_marked_row_fill_their_area(void **state)
{
    (void)state;
    struct canvas canvas;
    struct area area = { 0, 1, 2, 2 };

    canvas_init(&canvas, 2, 4);
    canvas_rule(&canvas, area, 0);
    canvas_mark_row(&canvas, area, 1, ROLE_SELECTED, true);
    assert_text(&canvas, " --\n\n");
    assert_int_equal(canvas.cells[1].role, ROLE_RULE);
    assert_false(canvas.cells[4].reverse);
    assert_true(canvas.cells[5].reverse);
    assert_int_equal(canvas.cells[6].role, ROLE_SELECTED);
    assert_int_equal(canvas.cells[7].role, ROLE_TEXT);
    canvas_release(&canvas);
}

static void a_resized_canvas_is_blank(void **state)
{
    (void)state;
    struct canvas canvas;

    canvas_init(&canvas, 1, 3);
    canvas_put(&canvas, whole(&canvas), 0, 0, STR("abc"), ROLE_TEXT);
    canvas_resize(&canvas, 2, 2);
    assert_text(&canvas, "\n\n");
    canvas_resize(&canvas, 0, 0);
    assert_text(&canvas, "");
    canvas_release(&canvas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_cut_at_the_edge_of_its_area),
        cmocka_unit_test(an_area_beyond_the_canvas_is_harmless),
        cmocka_unit_test(a_wide_character_is_never_split_at_the_edge),
        cmocka_unit_test(half_a_wide_character_does_not_stay),
        cmocka_unit_test(combining_characters_share_the_cell_of_their_base),
        cmocka_unit_test(a_joined_emoji_is_put_whole_or_not_at_all),
        cmocka_unit_test(
            more_combining_characters_than_a_cell_holds_are_dropped),
        cmocka_unit_test(spans_give_roles_and_the_rest_is_text),
        cmocka_unit_test(
            what_follows_a_cut_character_is_not_drawn_in_its_place),
        cmocka_unit_test(text_can_end_at_the_right_edge),
        cmocka_unit_test(a_rule_and_a_marked_row_fill_their_area),
        cmocka_unit_test(a_resized_canvas_is_blank),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
