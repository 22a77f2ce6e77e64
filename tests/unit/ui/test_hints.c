/* The keys at the bottom: those that would do something now, and no others. */
#include "scene.h"

#include "samples.h"

static struct scene review(size_t rows, size_t cols)
{
    struct scene scene =
        scene_with(rows, cols, (struct ui_options){ .review_only = true });

    scene_patch(&scene, SAMPLE_PATCH);
    scene_file(&scene, "p1", 0, SAMPLE_RETRY);
    scene_file(&scene, "p1", 1, NULL);
    scene_file(&scene, "p1", 2, SAMPLE_CONF);
    scene_draw(&scene);
    return scene;
}

static void an_empty_session_has_nothing_to_fold_or_scroll(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    assert_row(&scene, 23, " Enter send  ? help  ^G editor  ^X ? more");
    scene_open(&scene);
    scene_ask(&scene, "why?");
    assert_shows(&scene, "^T transcript  ^O fold");
    scene_destroy(&scene);
}

struct hint_case {
    const char *keys; // that lead there
    const char *row;  // the first of the keys
};

static void a_review_tells_the_keys_of_what_it_is_doing(void **state)
{
    static const struct hint_case cases[] = {
        { "j", " y/n decide  w write  Enter undecided  c note  s split  e edit "
               " ? help  q leave" },
        { "v", " y/n line  Space turn  v range  c note  s split here  q hunks  "
               "? help" },
        { "o", " q back  / search  ^N/^P next  PgDn/PgUp page  y/n decide  c "
               "note  e edit" },
        { "c", " Enter keep  ^J new line  Esc drop" },
        { "/", " Enter find  Esc drop" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scene scene = review(24, 80);
        scene_keys(&scene, cases[i].keys);
        assert_shows(&scene, cases[i].row);
        if (i > 0)
            assert_hides(&scene, "w write");
        scene_destroy(&scene);
    }
}

static void a_wish_for_another_version_tells_its_keys(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    scene_open(&scene);
    scene_patch(&scene, SAMPLE_PATCH);
    scene_file(&scene, "p1", 0, SAMPLE_RETRY);
    scene_keys(&scene, "Tab Tab R");
    assert_shows(&scene, " Enter ask  ^J new line  Esc drop");
    scene_destroy(&scene);
}

static void an_ended_review_tells_what_can_still_be_done(void **state)
{
    (void)state;
    struct scene scene = review(24, 80);

    scene_apply(&scene, (struct event){ .kind = EVENT_REVIEW_ENDED,
                                        .call_id = STR("p1") });

    assert_shows(&scene, " U undo write  ? help  q back  ]/[ hunk");
    assert_hides(&scene, "y/n decide");
    scene_destroy(&scene);
}

static void a_command_that_was_not_read_to_its_end_has_no_yes(void **state)
{
    (void)state;
    struct buf command = { 0 };
    for (int i = 1; i <= 60; i++)
        buf_printf(&command, "echo %d\n", i);
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);
    scene_approval(&scene, buf_cstr(&command));
    scene_draw(&scene);
    scene.now_ms += 1000;

    assert_row(&scene, 23, " PgDn read on  n no  Esc no and stop");
    scene_keys(&scene, "PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn");
    assert_shows(&scene, " y once  a this command for the session");
    buf_release(&command);
    scene_destroy(&scene);
}

static void the_keys_of_an_approval_come_when_they_count(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);
    scene_approval(&scene, "make");

    scene_draw(&scene);
    assert_row(&scene, 23, " read it first: keys count in a moment");
    scene.now_ms += UI_ANSWER_GUARD_MS - 1;
    assert_hides(&scene, "y once");
    scene.now_ms += 1;
    assert_shows(&scene, " y once");
    scene_destroy(&scene);
}

static void a_notice_leaves_the_keys_of_an_approval_alone(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);
    scene_approval(&scene, "make");
    scene_draw(&scene);
    scene.now_ms += 1000;

    ui_tell(scene.ui, STR("something happened"), true);

    assert_row(&scene, 22, " something happened");
    assert_shows(&scene, " y once  a this command");
    scene_destroy(&scene);
}

static void a_reason_has_keys_of_its_own(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);
    scene_approval(&scene, "make");
    scene_draw(&scene);
    scene.now_ms += 1000;

    scene_keys(&scene, "n");

    assert_row(&scene, 23, " Enter refuse  Esc back to the question");
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_session_has_nothing_to_fold_or_scroll),
        cmocka_unit_test(a_review_tells_the_keys_of_what_it_is_doing),
        cmocka_unit_test(a_wish_for_another_version_tells_its_keys),
        cmocka_unit_test(an_ended_review_tells_what_can_still_be_done),
        cmocka_unit_test(a_command_that_was_not_read_to_its_end_has_no_yes),
        cmocka_unit_test(the_keys_of_an_approval_come_when_they_count),
        cmocka_unit_test(a_notice_leaves_the_keys_of_an_approval_alone),
        cmocka_unit_test(a_reason_has_keys_of_its_own),
    };

    setenv("LC_ALL", "C.UTF-8", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
