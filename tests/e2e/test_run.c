/* `kerf run` for scripts: events as JSON, budgets, patches for older texts. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "kerf/base/json.h"
#include "scene.h"

static struct outcome ran; // too large for the stack

static int run(struct scene *scene, const char *const *arguments)
{
    const char *argv[32] = { kerf_path(), "run" };

    for (size_t i = 0; arguments[i]; i++)
        argv[i + 2] = arguments[i];
    scene_run(scene, argv, NULL, &ran);
    return ran.status;
}

#define RUN(scene, ...) run(scene, (const char *const[]){ __VA_ARGS__, NULL })

static void play(struct scene *scene, const char *scenario)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/scenario.json", scene->dir);
    scene_write(scene, "scenario.json", scenario);
    scene_sim(scene, (const char *const[]){ "--engine", "script", "--scenario",
                                            path, NULL });
}

static void configure(struct scene *scene, const char *more)
{
    char config[512];

    snprintf(config, sizeof(config),
             "[backend \"sim\"]\nurl = %s\nmodel = m\nkeyEnv = SIM_TOKEN\n%s",
             scene->url, more);
    scene_config(scene, config);
}

#define CHANGE                                                       \
    "{\"custom_tool_call\":{\"name\":\"apply_patch\",\"input\":\""   \
    "*** Begin Patch\\n*** Update File: a.txt\\n@@\\n one\\n-two\\n" \
    "+TWO\\n*** End Patch\\n\"}}"

static void json_is_an_event_a_line(void **state)
{
    struct scene *scene = *state;
    struct error err;
    struct str rest, line;
    struct buf kinds = { 0 };

    scene_write(scene, "tree/a.txt", "one\ntwo\n");
    play(scene, "{\"turns\":[[{\"text\":\"Look:\"}," CHANGE "],"
                "[{\"text\":\"Done.\"}]]}");
    assert_int_equal(RUN(scene, "--json", "--apply", "hi"), 0);
    rest = str_from(ran.out);
    while (str_split(&rest, '\n', &line)) {
        struct json *json = json_parse(line, &err);
        assert_non_null(json);
        assert_int_equal(json_int(json_member(json, "version"), 0), 1);
        struct str kind = json_str(json_path(json, "event.kind"));
        buf_printf(&kinds, " %.*s", STR_ARG(kind));
        json_destroy(json);
    }
    static const char *const wanted[] = { " session_opened", " user_message",
                                          " item_done",      " decided",
                                          " written",        " review_ended",
                                          " turn_done" };
    size_t at = 0;
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        size_t found =
            str_find(str_skip(buf_str(&kinds), at), str_from(wanted[i]));
        if (found == SIZE_MAX)
            fail_msg("no%s behind %zu in%s", wanted[i], at, buf_cstr(&kinds));
        at += found;
    }
    buf_release(&kinds);
}

static void json_and_a_patch_do_not_share_standard_output(void **state)
{
    assert_int_equal(RUN(*state, "--json", "--patch", "-", "hi"), 2);
    assert_non_null(strstr(ran.err, "standard output"));
}

static void a_request_beyond_the_budget_is_not_made(void **state)
{
    struct scene *scene = *state;

    play(scene, "{\"turns\":[[{\"text\":\"Expensive words.\"}]]}");
    configure(scene, "price = 1000 1000 1000\n");
    assert_int_equal(RUN(scene, "--budget", "0.01", "hi"), 8);
    assert_null(strstr(ran.out, "Expensive"));
    assert_non_null(strstr(ran.err, "budget"));
    assert_int_equal(RUN(scene, "--budget", "1000000", "hi"), 0);
}

static void a_turn_stops_when_its_budget_is_spent(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", "one\ntwo\n");
    play(scene, "{\"turns\":[[{\"echo\":20000}," CHANGE "],"
                "[{\"text\":\"Never said.\"}]]}");
    configure(scene, "price = 1 1 100\n");
    assert_int_equal(RUN(scene, "--budget", "1", "--apply", "hi"), 8);
    assert_null(strstr(ran.out, "Never said."));
    assert_string_equal(scene_read(scene, "tree/a.txt"), "one\nTWO\n");
}

static void a_budget_that_is_no_number_is_wrong_usage(void **state)
{
    assert_int_equal(RUN(*state, "--budget", "much", "hi"), 2);
}

// The patch names the blob that it was written for; the tree has moved on.
static void a_patch_is_merged_through_the_blob_it_names(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", "1\n2\n3\n4\n5\n6\n7\n8\n");
    scene_shell(scene, "git add a.txt && sed -i s/3/three/ a.txt");
    play(scene, "{\"turns\":[[{\"custom_tool_call\":{\"name\":\"apply_patch\","
                "\"input\":\"diff --git a/a.txt b/a.txt\\n"
                "index 535d2b0..1111111 100644\\n--- a/a.txt\\n+++ b/a.txt\\n"
                "@@ -2,7 +2,7 @@\\n 2\\n 3\\n 4\\n-5\\n+five\\n 6\\n 7\\n 8\\n"
                "\"}}],[{\"text\":\"Done.\"}]]}");
    if (RUN(scene, "--apply", "hi") != 0)
        fail_msg("%d %s", ran.status, ran.err);
    assert_string_equal(scene_read(scene, "tree/a.txt"),
                        "1\n2\nthree\n4\nfive\n6\n7\n8\n");
}

// The request is on its way as soon as the server has recorded it.
static void wait_for_request(struct scene *scene)
{
    static const char *const argv[] = {
        "/bin/sh", "-c", "until grep -qs '\"message\"' ../record; do :; done",
        NULL
    };

    scene_run(scene, argv, NULL, &ran);
}

static void a_run_that_is_terminated_ends_in_order(void **state)
{
    const char *const argv[] = { kerf_path(), "run", "hi", NULL };
    struct scene *scene = *state;
    int status = 0;

    scene_sim(scene, (const char *const[]){ "--engine", "echo", "--ttft-ms",
                                            "60000", NULL });
    pid_t pid = scene_start(scene, argv, NULL);
    wait_for_request(scene);
    kill(pid, SIGTERM);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 128 + SIGTERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(json_is_an_event_a_line),
        SCENE_TEST(json_and_a_patch_do_not_share_standard_output),
        SCENE_TEST(a_request_beyond_the_budget_is_not_made),
        SCENE_TEST(a_turn_stops_when_its_budget_is_spent),
        SCENE_TEST(a_budget_that_is_no_number_is_wrong_usage),
        SCENE_TEST(a_run_that_is_terminated_ends_in_order),
        SCENE_TEST(a_patch_is_merged_through_the_blob_it_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
