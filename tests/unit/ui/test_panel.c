/* Panels: what figures look like, and that a key opens and closes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kerf/ui/figures.h"
#include "scene.h"

static void give_figures(struct scene *scene)
{
    static struct backend_figures backends[] = { {
        .name = { "wafer", 5 },
        .ttft_p50 = 170,
        .ttft_p95 = 450,
        .ttft_p99 = 900,
        .ttft_target = 400,
        .speed_p50 = 2080,
        .recent_ttft = { 100, 200, 400 },
        .recent_speed = { 1000, 2000, 500 },
        .recent_count = 3,
        .asked = 9,
        .failed = 1,
    } };
    static const struct figures figures = {
        .backends = backends,
        .backend_count = 1,
        .today_usd = 1.25,
        .project_usd = 8,
        .project_days = 14,
        .budget_usd = 2,
        .input = 3000000,
        .cached = 1500000,
        .output = 1000000,
    };

    ui_set_figures(scene->ui, &figures);
}

static void assert_shown(struct scene *scene, const char *text)
{
    if (scene_find(scene, text) == SIZE_MAX)
        fail_msg("no row has \"%s\"", text);
}

static void a_missed_target_is_marked_by_a_character(void **state)
{
    struct scene scene = scene_create(24, 80);

    (void)state;
    scene_open(&scene);
    give_figures(&scene);
    scene_keys(&scene, "^X l");
    assert_shown(&scene, "170 ms   450 ms   900 ms   400 ms !     2080");
    assert_shown(&scene, "first token ,~#  at most 400 ms");
    scene_destroy(&scene);
}

static void the_same_key_and_escape_close_a_panel(void **state)
{
    struct scene scene = scene_create(24, 80);

    (void)state;
    scene_open(&scene);
    give_figures(&scene);
    scene_keys(&scene, "^X $");
    assert_shown(&scene, "-- cost ");
    scene_keys(&scene, "^X $");
    assert_int_equal(scene_find(&scene, "-- cost "), SIZE_MAX);
    scene_keys(&scene, "^X $ Esc");
    assert_int_equal(scene_find(&scene, "-- cost "), SIZE_MAX);
    scene_destroy(&scene);
}

static void money_is_told_for_session_day_and_project(void **state)
{
    struct scene scene = scene_create(24, 80);

    (void)state;
    scene_open(&scene);
    give_figures(&scene);
    scene_keys(&scene, "^X $");
    assert_shown(&scene, "session             $0.000 [......");
    assert_shown(&scene, "today               $1.250");
    assert_shown(&scene, "$2.000 for a million tokens, all in all; 50% of the");
    scene_destroy(&scene);
}

static void a_panel_leaves_half_of_the_smallest_screen(void **state)
{
    struct scene scene = scene_create(16, 60);

    (void)state;
    scene_open(&scene);
    give_figures(&scene);
    scene_keys(&scene, "^X c");
    assert_shown(&scene, "context: what is sent");
    assert_true(scene_find(&scene, "context: what is sent") >= 5);
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missed_target_is_marked_by_a_character),
        cmocka_unit_test(the_same_key_and_escape_close_a_panel),
        cmocka_unit_test(money_is_told_for_session_day_and_project),
        cmocka_unit_test(a_panel_leaves_half_of_the_smallest_screen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
