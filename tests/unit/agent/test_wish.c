/* Writing what a review accepted, without a model: the files of a tree. */
#include "desk.h"

#define CALL "review"

static const char patch[] = "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n"
                            "+two\n";

static void expect(struct desk *desk, const char *text)
{
    assert_string_equal(sandbox_get(desk->box, "tree/a.txt"), text);
}

static void settle(struct desk *desk)
{
    while (agent_is_reading(desk->agent))
        loop_step(desk->loop, 100);
}

static struct desk *open_review(struct sandbox *box)
{
    static const struct config config;
    struct event opened = { .kind = EVENT_SESSION_OPENED, .id = STR("s") };
    struct event proposal = { .kind = EVENT_PROPOSAL,
                              .call_id = STR(CALL),
                              .name = STR("a.patch"),
                              .text = STR(patch) };
    struct event yes = { .kind = EVENT_DECIDED,
                         .call_id = STR(CALL),
                         .target = { 0, 0, SELECT_ALL },
                         .state = DECISION_YES };

    sandbox_put(box, "tree/a.txt", "one\n");
    struct desk *desk = desk_create(box, &config, NULL);
    desk_post(&opened, desk);
    desk_post(&proposal, desk);
    agent_step(desk->agent);
    settle(desk);
    desk_post(&yes, desk);
    return desk;
}

static void a_write_waits_for_files_that_are_being_read(void **state)
{
    struct desk *desk = open_review(*state);

    agent_refresh_files(desk->agent);
    assert_true(agent_is_reading(desk->agent));
    agent_write(desk->agent);
    settle(desk);
    assert_int_equal(desk->writes, 1);
    expect(desk, "two\n");
    desk_destroy(desk);
}

static void a_write_asked_for_twice_is_one(void **state)
{
    struct desk *desk = open_review(*state);

    agent_write(desk->agent);
    agent_write(desk->agent);
    settle(desk);
    assert_int_equal(desk->writes, 1);
    desk_destroy(desk);
}

static void what_changed_meanwhile_is_not_written(void **state)
{
    struct desk *desk = open_review(*state);

    sandbox_put(desk->box, "tree/a.txt", "three\n");
    agent_refresh_files(desk->agent);
    agent_write(desk->agent);
    settle(desk);
    assert_int_equal(desk->writes, 0);
    expect(desk, "three\n");
    desk_destroy(desk);
}

static void the_end_of_a_review_ends_the_wish(void **state)
{
    struct desk *desk = open_review(*state);

    agent_refresh_files(desk->agent);
    agent_write(desk->agent);
    agent_end_review(desk->agent);
    settle(desk);
    assert_int_equal(desk->writes, 0);
    expect(desk, "one\n");
    desk_destroy(desk);
}

static void an_undo_waits_as_well(void **state)
{
    struct desk *desk = open_review(*state);

    agent_write(desk->agent);
    settle(desk);
    agent_refresh_files(desk->agent);
    agent_undo_write(desk->agent);
    settle(desk);
    expect(desk, "one\n");
    agent_redo_write(desk->agent);
    settle(desk);
    expect(desk, "two\n");
    desk_destroy(desk);
}

#define SANDBOX_TEST(f) \
    cmocka_unit_test_setup_teardown(f, sandbox_setup_fast, sandbox_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(a_write_waits_for_files_that_are_being_read),
        SANDBOX_TEST(a_write_asked_for_twice_is_one),
        SANDBOX_TEST(what_changed_meanwhile_is_not_written),
        SANDBOX_TEST(the_end_of_a_review_ends_the_wish),
        SANDBOX_TEST(an_undo_waits_as_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
