/* What is read does not move, whatever comes; and only what is near the screen
 * is laid out. */
#include <locale.h>

#include "scene.h"

static const struct {
    size_t rows, cols;
} sizes[] = { { 24, 80 }, { 30, 100 }, { 45, 140 }, { 16, 60 } };

#define SIZE_COUNT (sizeof(sizes) / sizeof(sizes[0]))

static void add_notices(struct scene *scene, int count)
{
    for (int i = 0; i < count; i++) {
        char text[40];
        snprintf(text, sizeof(text), "notice %d", i);
        scene_apply(scene, (struct event){ .kind = EVENT_NOTICE,
                                           .text = str_from(text) });
    }
}

// The rows between title and composer, as text.
static struct str body(struct scene *scene)
{
    struct buf out = { 0 };

    for (size_t row = 2; row + 5 < scene->canvas.rows; row++) {
        buf_append(&out, scene_row(scene, row));
        buf_append_char(&out, '\n');
    }
    struct str text = arena_copy(&scene->arena, buf_str(&out));
    buf_release(&out);
    return text;
}

#define assert_same(a, b)                                                 \
    do {                                                                  \
        if (!str_equal(a, b))                                             \
            fail_msg("it moved:\n%.*s---\n%.*s", STR_ARG(a), STR_ARG(b)); \
    } while (0)

// --- nothing moves ---------------------------------------------------------

static void a_stream_does_not_move_what_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        struct scene scene = scene_create(sizes[i].rows, sizes[i].cols);
        add_notices(&scene, 60);
        scene_ask(&scene, "go");
        scene_item(&scene, 0, ITEM_TEXT, "m", "");
        scene_draw(&scene);
        scene_keys(&scene, "PgUp");
        struct str before = body(&scene);
        for (int n = 0; n < 200; n++) {
            scene_delta(&scene, EVENT_TEXT_DELTA, 0, "some *words* and ");
            if (n % 5 == 0)
                scene_delta(&scene, EVENT_TEXT_DELTA, 0,
                            "\n\n- item\n\n```c\n"
                            "int a;\n```\n\n");
            assert_same(before, body(&scene));
        }
        scene_destroy(&scene);
    }
}

static void a_stream_that_is_read_itself_does_not_move(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        struct scene scene = scene_create(sizes[i].rows, sizes[i].cols);
        scene_ask(&scene, "go");
        scene_item(&scene, 0, ITEM_TEXT, "m", "");
        for (int n = 0; n < 60; n++) {
            char text[40];
            snprintf(text, sizeof(text), "paragraph %d\n\n", n);
            scene_delta(&scene, EVENT_TEXT_DELTA, 0, text);
        }
        scene_draw(&scene);
        scene_keys(&scene, "PgUp PgUp");
        struct str before = body(&scene);
        for (int n = 0; n < 60; n++) {
            scene_delta(&scene, EVENT_TEXT_DELTA, 0, "more\n\n> and\n\n");
            assert_same(before, body(&scene));
        }
        scene_destroy(&scene);
    }
}

// A call whose output is folded when it ends, above what is read.
static void a_tool_that_ends_above_moves_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        struct scene scene = scene_create(sizes[i].rows, sizes[i].cols);
        scene_ask(&scene, "run it");
        scene_item(&scene, 0, ITEM_CALL, "c1", "shell");
        scene_item_done(&scene, 0, ITEM_CALL, "c1", "shell",
                        "{\"command\":\"make\"}");
        scene_completed(&scene);
        scene_apply(&scene, (struct event){ .kind = EVENT_TOOL_STARTED,
                                            .call_id = STR("c1") });
        scene_apply(&scene, (struct event){ .kind = EVENT_TOOL_OUTPUT,
                                            .call_id = STR("c1"),
                                            .text = STR("1\n2\n3\n4\n") });
        add_notices(&scene, 120);
        scene_draw(&scene);
        scene_keys(&scene, "PgUp");
        struct str before = body(&scene);
        scene_apply(&scene, (struct event){ .kind = EVENT_TOOL_DONE,
                                            .call_id = STR("c1"),
                                            .text = STR("1\n2\n3\n4\n5\n6\n7\n"
                                                        "8\n9\n"),
                                            .number = 1 });
        assert_same(before, body(&scene));
        scene_destroy(&scene);
    }
}

// The words that were read stay; only their mark comes in front of them.
static void a_text_that_is_struck_out_keeps_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        struct scene scene = scene_create(sizes[i].rows, sizes[i].cols);
        scene_ask(&scene, "go");
        scene_item(&scene, 0, ITEM_TEXT, "m", "");
        for (int n = 0; n < 60; n++) {
            char text[40];
            snprintf(text, sizeof(text), "paragraph %d\n\n", n);
            scene_delta(&scene, EVENT_TEXT_DELTA, 0, text);
        }
        scene_draw(&scene);
        scene_keys(&scene, "PgUp PgUp");
        size_t row = scene_find(&scene, "paragraph");
        struct str first =
            arena_copy(&scene.arena, str_trim(scene_row(&scene, row)));
        scene_apply(&scene, (struct event){ .kind = EVENT_RESPONSE_LOST,
                                            .text = STR("reset by peer"),
                                            .flag = true });
        scene_draw(&scene);
        assert_true(str_equal(str_trim(scene_row(&scene, row)), first));
        scene_destroy(&scene);
    }
}

static void another_width_keeps_the_place_in_the_text(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_ask(&scene, "go");
    scene_item(&scene, 0, ITEM_TEXT, "m", "");
    for (int n = 0; n < 100; n++) {
        char text[40];
        snprintf(text, sizeof(text), "paragraph %d\n\n", n);
        scene_delta(&scene, EVENT_TEXT_DELTA, 0, text);
    }
    scene_draw(&scene);
    scene_keys(&scene, "PgUp PgUp PgUp");
    struct str before = body(&scene);

    canvas_resize(&scene.canvas, 24, 60);
    scene_draw(&scene);
    canvas_resize(&scene.canvas, 24, 80);

    assert_same(before, body(&scene));
    scene_destroy(&scene);
}

// --- new lines -------------------------------------------------------------

static void new_lines_are_counted_and_End_goes_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZE_COUNT; i++) {
        struct scene scene = scene_create(sizes[i].rows, sizes[i].cols);
        add_notices(&scene, 60);
        scene_draw(&scene);
        scene_keys(&scene, "PgUp");
        assert_shows(&scene, " more below  PgDn");
        add_notices(&scene, 1);
        assert_shows(&scene, " 1 new line  End");
        add_notices(&scene, 11);
        assert_shows(&scene, " 12 new lines  End");
        scene_keys(&scene, "End");
        assert_shows(&scene, "notice 10");
        assert_hides(&scene, "new line");
        assert_hides(&scene, "more below");
        scene_destroy(&scene);
    }
}

static void in_a_draft_End_belongs_to_the_draft(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    add_notices(&scene, 60);
    ui_set_draft(scene.ui, STR("a draft"));
    scene_draw(&scene);

    scene_keys(&scene, "PgUp");
    add_notices(&scene, 2);
    assert_shows(&scene, " 2 new lines  PgDn");
    struct str before = body(&scene);
    scene_keys(&scene, "Home End");

    assert_same(before, body(&scene));
    scene_destroy(&scene);
}

static void only_what_edits_goes_back_to_the_end(void **state)
{
    (void)state;
    static const char *const quiet[] = { "Home", "^A", "^E", "^L", "^X t" };
    struct scene scene = scene_create(24, 80);
    add_notices(&scene, 60);
    ui_set_draft(scene.ui, STR("a draft"));
    scene_draw(&scene);
    scene_keys(&scene, "PgUp");
    struct str before = body(&scene);

    for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++) {
        scene_keys(&scene, quiet[i]);
        assert_same(before, body(&scene));
    }
    scene_keys(&scene, "x");
    assert_shows(&scene, "notice 59");
    scene_destroy(&scene);
}

// --- work ------------------------------------------------------------------

#define TURNS 1000

// A resumed session: everything is there before the first drawing.
static struct scene many_turns(void)
{
    struct scene scene = scene_create(24, 80);

    for (int i = 0; i < TURNS; i++) {
        char text[400];
        snprintf(text, sizeof(text),
                 "answer %d\n\nwith *words* that go on and on over the end of "
                 "the row, so that it wraps, and\n\n- a\n- b\n\n```c\nint "
                 "a;\nint b;\n```\n",
                 i);
        scene_ask(&scene, "a question");
        scene_item(&scene, 0, ITEM_TEXT, "m", "");
        scene_item_done(&scene, 0, ITEM_TEXT, "m", "", text);
        scene_completed(&scene);
        scene_turn_done(&scene);
    }
    return scene;
}

static size_t layouts_of(struct scene *scene, const char *keys)
{
    size_t before = ui_layouts(scene->ui);

    if (keys[0])
        scene_keys(scene, keys);
    scene_draw(scene);
    return ui_layouts(scene->ui) - before;
}

static void of_ten_thousand_rows_only_those_near_are_laid_out(void **state)
{
    (void)state;
    struct scene scene = many_turns();

    assert_in_range(layouts_of(&scene, ""), 1, 12);
    assert_int_equal(layouts_of(&scene, ""), 0);
    assert_in_range(layouts_of(&scene, "PgUp"), 1, 12);
    assert_in_range(layouts_of(&scene, "PgUp PgUp"), 1, 24);
    canvas_resize(&scene.canvas, 30, 100);
    assert_in_range(layouts_of(&scene, ""), 1, 24);
    scene_destroy(&scene);
}

static void of_a_stream_only_the_text_that_grows_is_laid_out(void **state)
{
    (void)state;
    struct scene scene = many_turns();
    scene_ask(&scene, "go");
    scene_item(&scene, 0, ITEM_TEXT, "m", "");
    scene_draw(&scene);

    for (int i = 0; i < 20; i++) {
        scene_delta(&scene, EVENT_TEXT_DELTA, 0, "word ");
        assert_in_range(layouts_of(&scene, ""), 0, 1);
    }
    scene_keys(&scene, "PgUp PgUp");
    for (int i = 0; i < 20; i++) {
        scene_delta(&scene, EVENT_TEXT_DELTA, 0, "word ");
        assert_in_range(layouts_of(&scene, ""), 0, 1);
    }
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_does_not_move_what_is_read),
        cmocka_unit_test(a_stream_that_is_read_itself_does_not_move),
        cmocka_unit_test(a_tool_that_ends_above_moves_nothing),
        cmocka_unit_test(a_text_that_is_struck_out_keeps_its_place),
        cmocka_unit_test(another_width_keeps_the_place_in_the_text),
        cmocka_unit_test(new_lines_are_counted_and_End_goes_there),
        cmocka_unit_test(in_a_draft_End_belongs_to_the_draft),
        cmocka_unit_test(only_what_edits_goes_back_to_the_end),
        cmocka_unit_test(of_ten_thousand_rows_only_those_near_are_laid_out),
        cmocka_unit_test(of_a_stream_only_the_text_that_grows_is_laid_out),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
