/* What was measured before counts: in the next run, and in a session that is
 * begun anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

static struct outcome ran; // too large for the stack

// An answer costs two dollars; a day may cost one.
static void open_dear_backend(struct scene *scene)
{
    static const char *const sim[] = { "--engine", "echo", "--tokens", "20000",
                                       NULL };
    char config[512];

    scene_sim(scene, sim);
    snprintf(config, sizeof(config),
             "[route]\ndayBudget = 1\n"
             "[backend \"sim\"]\nurl = %s\nmodel = test\n"
             "keyEnv = SIM_TOKEN\nprice = 1 1 100\n",
             scene->url);
    scene_config(scene, config);
}

static void the_cost_of_the_day_outlives_a_run(void **state)
{
    const char *const argv[] = { kerf_path(), "run", "hi", NULL };

    open_dear_backend(*state);
    scene_run(*state, argv, NULL, &ran);
    assert_int_equal(ran.status, 0);
    scene_run(*state, argv, NULL, &ran);
    assert_int_equal(ran.status, 8);
    assert_non_null(strstr(ran.err, "budget"));
}

// Asks, and begins a new session once the answer is there.
static struct terminal *ask_and_clear(struct scene *scene)
{
    struct terminal *terminal = scene_terminal(scene, 24, 80, NULL);

    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "hello\r");
    assert_true(terminal_wait(terminal, "ZQEND"));
    assert_true(terminal_wait(terminal, " out "));
    terminal_type(terminal, "/clear\r");
    assert_true(terminal_wait_gone(terminal, "ZQEND"));
    return terminal;
}

static void the_cost_of_the_day_outlives_a_session(void **state)
{
    open_dear_backend(*state);
    struct terminal *terminal = ask_and_clear(*state);
    terminal_type(terminal, "once more\r");
    assert_true(terminal_wait(terminal, "budget"));
    terminal_end(terminal);
}

static void what_was_measured_outlives_a_session(void **state)
{
    static const char *const sim[] = { "--engine", "echo", NULL };

    scene_sim(*state, sim);
    struct terminal *terminal = ask_and_clear(*state);
    terminal_type(terminal, "\030l");
    assert_true(terminal_wait(terminal, "first token"));
    terminal_end(terminal);
}

static void what_was_measured_outlives_the_choice_of_a_backend(void **state)
{
    static const char *const sim[] = { "--engine", "echo", NULL };

    scene_sim(*state, sim);
    struct terminal *terminal = ask_and_clear(*state);
    terminal_type(terminal, "/backend sim\r");
    terminal_type(terminal, "\030r");
    assert_true(terminal_wait(terminal, "p95"));
    terminal_end(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(the_cost_of_the_day_outlives_a_run),
        SCENE_TEST(the_cost_of_the_day_outlives_a_session),
        SCENE_TEST(what_was_measured_outlives_a_session),
        SCENE_TEST(what_was_measured_outlives_the_choice_of_a_backend),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
