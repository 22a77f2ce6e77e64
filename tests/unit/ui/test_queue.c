/* The queue: what waits is listed, edited, dropped and moved; held it waits
 * for the user. */
#include "scene.h"

static struct scene scene_with_queue(size_t rows, size_t cols)
{
    struct scene scene = scene_create(rows, cols);
    static const char *const texts[] = { "first one", "second\nline", "third" };

    scene_open(&scene);
    scene_ask(&scene, "go");
    for (size_t i = 0; i < 3; i++)
        scene_apply(&scene, (struct event){ .kind = EVENT_QUEUED,
                                            .text = str_from(texts[i]) });
    return scene;
}

static void stop_turn(struct scene *scene)
{
    scene_apply(scene, (struct event){ .kind = EVENT_CANCELLED });
    scene_apply(scene, (struct event){ .kind = EVENT_TURN_DONE,
                                       .state = TURN_CANCELLED });
}

static void the_list_shows_what_waits_in_order(void **state)
{
    static const size_t sizes[][2] = {
        { 24, 80 }, { 30, 100 }, { 45, 140 }, { 16, 60 }
    };

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct scene scene = scene_with_queue(sizes[i][0], sizes[i][1]);
        scene_keys(&scene, "^X q");
        size_t hint = scene_find(&scene, "Enter edits  d drops  K J move");
        assert_true(hint != SIZE_MAX);
        assert_row(&scene, hint + 1, "  first one");
        assert_row(&scene, hint + 2, "  second ...");
        assert_row(&scene, hint + 3, "> third");
        scene_keys(&scene, "Esc");
        assert_hides(&scene, "d drops");
        scene_destroy(&scene);
    }
}

static void the_list_stays_when_the_files_of_the_tree_change(void **state)
{
    static const struct str files[] = { { "a.c", 3 } };

    (void)state;
    struct scene scene = scene_with_queue(24, 80);
    scene_keys(&scene, "^X q");
    ui_set_files(scene.ui, files, 1);
    assert_true(scene_find(&scene, "> third") != SIZE_MAX);
    scene_keys(&scene, "d");
    assert_int_equal(scene_command(&scene), CMD_UNQUEUE);
    scene_destroy(&scene);
}

struct queue_case {
    const char *keys;
    enum command_kind kind;
    size_t index;
    int by;
};

static void keys_of_the_list_act_on_the_chosen_message(void **state)
{
    static const struct queue_case cases[] = {
        { "^X q Enter", CMD_UNQUEUE, 2, 0 },
        { "^X q Up d", CMD_UNQUEUE, 1, 0 },
        { "^X q k k d", CMD_UNQUEUE, 0, 0 },
        { "^X q Up Up Up Up d", CMD_UNQUEUE, 0, 0 },
        { "^X q Up Down Down d", CMD_UNQUEUE, 2, 0 },
        { "^X q K", CMD_MOVE_QUEUED, 2, -1 },
        { "^X q Up Up J", CMD_MOVE_QUEUED, 0, 1 },
        { "^X q Esc x", CMD_NONE, 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scene scene = scene_with_queue(24, 80);
        scene_keys(&scene, cases[i].keys);
        assert_int_equal(scene_command(&scene), cases[i].kind);
        if (cases[i].kind != CMD_NONE) {
            assert_int_equal(scene.commands[0].index, cases[i].index);
            assert_int_equal(scene.commands[0].by, cases[i].by);
        }
        scene_destroy(&scene);
    }
}

static void enter_takes_a_message_back_into_the_draft(void **state)
{
    struct scene scene = scene_with_queue(24, 80);

    (void)state;
    scene_keys(&scene, "^X q Up Enter");
    assert_true(str_is(ui_draft(scene.ui), "second\nline"));
    assert_hides(&scene, "d drops");
    scene_destroy(&scene);
}

static void a_draft_in_use_is_not_replaced(void **state)
{
    struct scene scene = scene_with_queue(24, 80);

    (void)state;
    scene_type(&scene, "mine");
    scene_keys(&scene, "^X q Enter");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    assert_true(str_is(ui_draft(scene.ui), "mine"));
    assert_shows(&scene, "the draft is in use");
    scene_destroy(&scene);
}

static void another_key_closes_the_list_and_is_typed(void **state)
{
    struct scene scene = scene_with_queue(24, 80);

    (void)state;
    scene_keys(&scene, "^X q x");
    assert_hides(&scene, "d drops");
    assert_true(str_is(ui_draft(scene.ui), "x"));
    scene_destroy(&scene);
}

static void an_empty_queue_has_no_list(void **state)
{
    struct scene scene = scene_create(24, 80);

    (void)state;
    scene_open(&scene);
    scene_keys(&scene, "^X q");
    assert_shows(&scene, "the queue is empty");
    scene_destroy(&scene);
}

static void a_held_queue_says_so_and_goes_on_enter(void **state)
{
    struct scene scene = scene_with_queue(24, 80);

    (void)state;
    assert_shows(&scene, " queue 3");
    scene_keys(&scene, "Enter");
    assert_int_equal(scene_command(&scene), CMD_NONE);
    stop_turn(&scene);
    assert_shows(&scene, "3 queued, held: Enter sends them");
    scene_keys(&scene, "Enter");
    assert_int_equal(scene_command(&scene), CMD_SEND_QUEUED);
    scene_destroy(&scene);
}

static void a_place_in_the_queue_can_be_given(void **state)
{
    struct scene scene = scene_with_queue(24, 80);
    struct event event = {
        .kind = EVENT_QUEUED, .text = STR("new"), .index = 1, .flag = true
    };

    (void)state;
    scene_apply(&scene, event);
    assert_int_equal(scene.session->queue_count, 4);
    assert_true(str_is(scene.session->queue[0], "first one"));
    assert_true(str_is(scene.session->queue[1], "new"));
    assert_true(str_is(scene.session->queue[3], "third"));
    event.index = 5;
    assert_false(session_apply(scene.session, &event));
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_shows_what_waits_in_order),
        cmocka_unit_test(the_list_stays_when_the_files_of_the_tree_change),
        cmocka_unit_test(keys_of_the_list_act_on_the_chosen_message),
        cmocka_unit_test(enter_takes_a_message_back_into_the_draft),
        cmocka_unit_test(a_draft_in_use_is_not_replaced),
        cmocka_unit_test(another_key_closes_the_list_and_is_typed),
        cmocka_unit_test(an_empty_queue_has_no_list),
        cmocka_unit_test(a_held_queue_says_so_and_goes_on_enter),
        cmocka_unit_test(a_place_in_the_queue_can_be_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
