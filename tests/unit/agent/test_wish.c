/* Writing what a review accepted, without a model: the files of a tree. */
#include "support/sandbox.h"

#include "kerf/agent/agent.h"

#define CALL "review"

static const char patch[] = "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n"
                            "+two\n";

struct desk {
    struct sandbox *box;
    struct loop *loop;
    struct session *session;
    struct config config;
    struct agent *agent;
    size_t writes;
};

static void post(struct event *event, void *ctx)
{
    struct desk *desk = ctx;

    event->time_ms = loop_wall_ms();
    session_apply(desk->session, event);
    desk->writes += event->kind == EVENT_WRITTEN;
}

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
    struct desk *desk = calloc(1, sizeof(*desk));
    struct event opened = { .kind = EVENT_SESSION_OPENED, .id = STR("s") };
    struct event proposal = { .kind = EVENT_PROPOSAL,
                              .call_id = STR(CALL),
                              .name = STR("a.patch"),
                              .text = STR(patch) };
    struct event yes = { .kind = EVENT_DECIDED,
                         .call_id = STR(CALL),
                         .target = { 0, 0, SELECT_ALL },
                         .state = DECISION_YES };

    desk->box = box;
    sandbox_put(box, "tree/a.txt", "one\n");
    desk->loop = loop_create();
    desk->session = session_create();
    struct agent_options options = {
        .loop = desk->loop,
        .session = desk->session,
        .config = &desk->config,
        .root = str_from(sandbox_path(box, "tree")),
        .state_dir = str_from(sandbox_path(box, "state")),
        .post = post,
        .ctx = desk,
    };
    desk->agent = agent_create(&options);
    post(&opened, desk);
    post(&proposal, desk);
    agent_step(desk->agent);
    settle(desk);
    post(&yes, desk);
    return desk;
}

static void close_review(struct desk *desk)
{
    agent_destroy(desk->agent);
    loop_run(desk->loop);
    loop_destroy(desk->loop);
    session_destroy(desk->session);
    free(desk);
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
    close_review(desk);
}

static void a_write_asked_for_twice_is_one(void **state)
{
    struct desk *desk = open_review(*state);

    agent_write(desk->agent);
    agent_write(desk->agent);
    settle(desk);
    assert_int_equal(desk->writes, 1);
    close_review(desk);
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
    close_review(desk);
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
    close_review(desk);
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
    close_review(desk);
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
