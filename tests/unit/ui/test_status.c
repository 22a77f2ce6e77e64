/* Title and bottom lines: what they say, and what they leave out first. */
#include "scene.h"

#include "samples.h"

static void the_title_says_where_and_to_whom(void **state)
{
    (void)state;
    struct scene scene = scene_create(30, 100);
    scene_open(&scene);

    assert_row(&scene, 0,
               " kerf  net  main +2 ~1                                "
               "wafer-a ws ok  ctx 0/128k 0%  $0.000  COMPOSE");
    scene_destroy(&scene);
}

static void a_narrow_title_leaves_out_whole_facts(void **state)
{
    (void)state;
    struct scene scene = scene_create(16, 60);
    scene_open(&scene);

    assert_row(&scene, 0,
               " kerf  net  main +2 ~1               wafer-a ws ok  COMPOSE");
    canvas_resize(&scene.canvas, 16, 40);
    assert_row(&scene, 0, " kerf  net  main +2 ~1          COMPOSE");
    scene_destroy(&scene);
}

static void untracked_files_are_counted(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_apply(&scene, (struct event){ .kind = EVENT_REPO,
                                        .name = STR("main"),
                                        .extra = STR("3") });

    assert_row(&scene, 0,
               " kerf  main ?3                                                "
               "          COMPOSE");
    scene_destroy(&scene);
}

static void the_numbers_of_the_running_turn_are_live(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);
    scene_ask(&scene, "go");
    scene_item(&scene, 0, ITEM_TEXT, "m", "");
    for (int i = 0; i < 200; i++) {
        scene_delta(&scene, EVENT_TEXT_DELTA, 0, "word ");
        scene.wall_ms += 1;
    }

    assert_row(&scene, 22,
               " streaming  ttft 180 ms  1005 tok/s  queue 0                  "
               "     wafer-a ws ok");
    scene_destroy(&scene);
}

static void waiting_shows_for_how_long(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);
    scene_apply(&scene, (struct event){ .kind = EVENT_USER_MESSAGE,
                                        .text = STR("go") });
    scene_apply(&scene, (struct event){ .kind = EVENT_REQUEST_SENT });
    scene.wall_ms += 2400;

    assert_shows(&scene, " waiting 2.4 s  queue 0");
    scene_destroy(&scene);
}

static void a_lost_link_says_why(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);
    scene_apply(&scene, (struct event){ .kind = EVENT_LINK,
                                        .state = LINK_FAILED,
                                        .text = STR("401 bad key") });

    assert_shows(&scene, "wafer-a FAILED: 401 bad key");
    scene_destroy(&scene);
}

static void the_reason_of_a_lost_link_is_cut_between_words(void **state)
{
    static const struct {
        size_t cols;
        const char *row;
    } cases[] = {
        { 80, " queue 0    wafer-a lost: /run/a.sock: refused-by-the-server "
              "with its status 401" },
        { 60, " queue 0    wafer-a lost: /run/a.sock: refused-by-the-server" },
        { 44, " queue 0           wafer-a lost: /run/a.sock" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scene scene = scene_create(24, cases[i].cols);
        scene_open(&scene);
        scene_apply(&scene, (struct event){
                                .kind = EVENT_LINK,
                                .state = LINK_LOST,
                                .text = STR("/run/a.sock: refused-by-the-"
                                            "server with its status 401") });
        assert_row(&scene, 22, cases[i].row);
        scene_destroy(&scene);
    }
}

static void route(struct scene *scene, const char *transport)
{
    scene_apply(scene, (struct event){ .kind = EVENT_ROUTE,
                                       .name = STR("wafer-a"),
                                       .text = STR("fits"),
                                       .extra = str_from(transport) });
}

static void a_transport_that_is_no_choice_tells_its_cause(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);

    route(&scene, "http");
    scene_apply(&scene, (struct event){ .kind = EVENT_LINK,
                                        .state = LINK_READY,
                                        .text = STR("socket refused") });
    assert_shows(&scene, " wafer-a http (socket refused)");
    assert_shows(&scene, " wafer-a http ok");
    scene_apply(&scene,
                (struct event){ .kind = EVENT_LINK, .state = LINK_READY });
    assert_row(&scene, 22,
               " queue 0                                                      "
               "   wafer-a http ok");
    route(&scene, "ws");
    assert_row(&scene, 22,
               " queue 0                                                      "
               "     wafer-a ws ok");
    scene_destroy(&scene);
}

static void a_long_cause_is_cut_and_moves_nothing_else(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);

    route(&scene, "http");
    scene_apply(
        &scene,
        (struct event){
            .kind = EVENT_LINK,
            .state = LINK_READY,
            .text = STR("the proxy gave no answer to the upgrade, twice") });

    assert_row(&scene, 22,
               " queue 0                          wafer-a http "
               "(the proxy gave no answer to the)");
    scene_destroy(&scene);
}

static void the_review_shows_its_counts(void **state)
{
    (void)state;
    struct scene scene =
        scene_with(24, 80, (struct ui_options){ .review_only = true });
    scene_patch(&scene, SAMPLE_PATCH);
    scene_file(&scene, "p1", 0, SAMPLE_RETRY);

    assert_shows(
        &scene, " accepted 0  refused 0  undecided 2  arriving 2  conflicts 1");
    scene_destroy(&scene);
}

static void the_last_line_tells_the_keys_that_work_here(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);

    assert_row(&scene, 23, " Enter send  ? help  ^G editor  ^X ? more");
    scene_keys(&scene, "?");
    assert_row(&scene, 23,
               " q back  / search  ^N/^P next  PgDn/PgUp page  y/Y copy  "
               "}/{ turn  ]/[ code");
    scene_destroy(&scene);
}

static void a_long_message_takes_the_row_above_as_well(void **state)
{
    (void)state;
    struct scene scene = scene_create(16, 60);
    scene_open(&scene);

    ui_tell(scene.ui,
            STR("not sent: main.c:50-99: has only 4 lines (Enter "
                "sends without it)"),
            true);
    assert_row(&scene, 13,
               "------------------------------------------------------------");
    assert_row(&scene, 14,
               " not sent: main.c:50-99: has only 4 lines (Enter sends");
    assert_row(&scene, 15, " without it)");
    ui_tell(scene.ui,
            STR("one two three four five six seven eight nine ten "
                "eleven twelve thirteen fourteen fifteen sixteen "
                "seventeen eighteen nineteen"),
            false);
    assert_row(&scene, 15,
               " twelve thirteen fourteen fifteen sixteen seventeen eight...");
    ui_tell(scene.ui, STR("short"), false);
    assert_row(&scene, 15, " short");
    assert_shows(&scene, "queue 0");
    scene_destroy(&scene);
}

static void a_wait_counts_down_and_names_the_key(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);
    scene_apply(&scene, (struct event){ .kind = EVENT_USER_MESSAGE,
                                        .text = STR("go") });
    scene_apply(&scene, (struct event){ .kind = EVENT_WAIT,
                                        .number = scene.wall_ms + 8000,
                                        .count = 8000 });
    assert_shows(&scene, " asks again in 8 s, Esc stops  queue 0");
    scene.wall_ms += 7001;
    assert_shows(&scene, " asks again in 1 s, Esc stops  queue 0");
    scene.wall_ms += 999;
    assert_shows(&scene, " waiting ");
    scene_destroy(&scene);
}

static void a_request_ends_the_wait(void **state)
{
    (void)state;
    struct scene scene = scene_create(24, 80);
    scene_open(&scene);
    scene_apply(&scene, (struct event){ .kind = EVENT_USER_MESSAGE,
                                        .text = STR("go") });
    scene_apply(&scene, (struct event){ .kind = EVENT_WAIT,
                                        .number = scene.wall_ms + 8000 });
    scene_apply(&scene, (struct event){ .kind = EVENT_REQUEST_SENT });

    assert_shows(&scene, " waiting 0 ms  queue 0");
    scene_destroy(&scene);
}

static void numbers_are_left_out_whole(void **state)
{
    (void)state;
    struct scene scene = scene_create(10, 40);

    scene_open(&scene);
    scene_approval(&scene, "make");
    assert_row(&scene, 8, " asks for approval  ttft 180 ms");
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_title_says_where_and_to_whom),
        cmocka_unit_test(a_narrow_title_leaves_out_whole_facts),
        cmocka_unit_test(untracked_files_are_counted),
        cmocka_unit_test(a_long_message_takes_the_row_above_as_well),
        cmocka_unit_test(a_wait_counts_down_and_names_the_key),
        cmocka_unit_test(a_request_ends_the_wait),
        cmocka_unit_test(the_numbers_of_the_running_turn_are_live),
        cmocka_unit_test(waiting_shows_for_how_long),
        cmocka_unit_test(a_lost_link_says_why),
        cmocka_unit_test(the_reason_of_a_lost_link_is_cut_between_words),
        cmocka_unit_test(a_transport_that_is_no_choice_tells_its_cause),
        cmocka_unit_test(a_long_cause_is_cut_and_moves_nothing_else),
        cmocka_unit_test(the_review_shows_its_counts),
        cmocka_unit_test(the_last_line_tells_the_keys_that_work_here),
        cmocka_unit_test(numbers_are_left_out_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
