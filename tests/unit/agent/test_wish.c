/* Writing what a review accepted, without a model: the files of a tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kerf/agent/agent.h"

#define CALL "review"

static const char patch[] = "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n"
                            "+two\n";

struct tree {
    char dir[64], root[80], state[80];
    struct loop *loop;
    struct session *session;
    struct config config;
    struct agent *agent;
    size_t writes;
};

static void post(struct event *event, void *ctx)
{
    struct tree *tree = ctx;

    event->time_ms = loop_wall_ms();
    session_apply(tree->session, event);
    tree->writes += event->kind == EVENT_WRITTEN;
}

static void put(struct tree *tree, const char *text)
{
    char path[100];
    snprintf(path, sizeof(path), "%s/a.txt", tree->root);
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void expect(struct tree *tree, const char *text)
{
    char path[100], found[100] = "";
    snprintf(path, sizeof(path), "%s/a.txt", tree->root);
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    assert_true(fread(found, 1, sizeof(found) - 1, file) > 0);
    fclose(file);
    assert_string_equal(found, text);
}

static void settle(struct tree *tree)
{
    while (agent_is_reading(tree->agent))
        loop_step(tree->loop, 100);
}

static struct tree *open_review(void)
{
    struct tree *tree = calloc(1, sizeof(*tree));
    struct event opened = { .kind = EVENT_SESSION_OPENED, .id = STR("s") };
    struct event proposal = { .kind = EVENT_PROPOSAL,
                              .call_id = STR(CALL),
                              .name = STR("a.patch"),
                              .text = STR(patch) };
    struct event yes = { .kind = EVENT_DECIDED,
                         .call_id = STR(CALL),
                         .target = { 0, 0, SELECT_ALL },
                         .state = DECISION_YES };

    snprintf(tree->dir, sizeof(tree->dir), "/tmp/kerf-XXXXXX");
    assert_non_null(mkdtemp(tree->dir));
    snprintf(tree->root, sizeof(tree->root), "%s/tree", tree->dir);
    snprintf(tree->state, sizeof(tree->state), "%s/state", tree->dir);
    assert_int_equal(mkdir(tree->root, 0700), 0);
    assert_int_equal(mkdir(tree->state, 0700), 0);
    put(tree, "one\n");
    tree->loop = loop_create();
    tree->session = session_create();
    struct agent_options options = {
        .loop = tree->loop,
        .session = tree->session,
        .config = &tree->config,
        .root = str_from(tree->root),
        .state_dir = str_from(tree->state),
        .post = post,
        .ctx = tree,
    };
    tree->agent = agent_create(&options);
    post(&opened, tree);
    post(&proposal, tree);
    agent_step(tree->agent);
    settle(tree);
    post(&yes, tree);
    return tree;
}

static void close_review(struct tree *tree)
{
    char command[100];

    agent_destroy(tree->agent);
    loop_run(tree->loop);
    loop_destroy(tree->loop);
    session_destroy(tree->session);
    snprintf(command, sizeof(command), "rm -r %s", tree->dir);
    assert_int_equal(system(command), 0);
    free(tree);
}

static void a_write_waits_for_files_that_are_being_read(void **state)
{
    (void)state;
    struct tree *tree = open_review();

    agent_refresh_files(tree->agent);
    assert_true(agent_is_reading(tree->agent));
    agent_write(tree->agent);
    settle(tree);
    assert_int_equal(tree->writes, 1);
    expect(tree, "two\n");
    close_review(tree);
}

static void a_write_asked_for_twice_is_one(void **state)
{
    (void)state;
    struct tree *tree = open_review();

    agent_write(tree->agent);
    agent_write(tree->agent);
    settle(tree);
    assert_int_equal(tree->writes, 1);
    close_review(tree);
}

static void what_changed_meanwhile_is_not_written(void **state)
{
    (void)state;
    struct tree *tree = open_review();

    put(tree, "three\n");
    agent_refresh_files(tree->agent);
    agent_write(tree->agent);
    settle(tree);
    assert_int_equal(tree->writes, 0);
    expect(tree, "three\n");
    close_review(tree);
}

static void the_end_of_a_review_ends_the_wish(void **state)
{
    (void)state;
    struct tree *tree = open_review();

    agent_refresh_files(tree->agent);
    agent_write(tree->agent);
    agent_end_review(tree->agent);
    settle(tree);
    assert_int_equal(tree->writes, 0);
    expect(tree, "one\n");
    close_review(tree);
}

static void an_undo_waits_as_well(void **state)
{
    (void)state;
    struct tree *tree = open_review();

    agent_write(tree->agent);
    settle(tree);
    agent_refresh_files(tree->agent);
    agent_undo_write(tree->agent);
    settle(tree);
    expect(tree, "one\n");
    agent_redo_write(tree->agent);
    settle(tree);
    expect(tree, "two\n");
    close_review(tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_waits_for_files_that_are_being_read),
        cmocka_unit_test(a_write_asked_for_twice_is_one),
        cmocka_unit_test(what_changed_meanwhile_is_not_written),
        cmocka_unit_test(the_end_of_a_review_ends_the_wish),
        cmocka_unit_test(an_undo_waits_as_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
