/* A word typed while the answer runs, on a terminal: where the backend takes
 * it, where it does not, and when the line is cut behind it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "scene.h"

#define WORD "only one file"
#define SLOW                                                             \
    "{\"tps\":10,\"items\":[{\"text\":\"alpha beta gamma delta epsilon " \
    "zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma\"}]}"

static void play(struct scene *scene, const char *turns, const char *port)
{
    char path[128];
    const char *arguments[] = { "--engine", "script", "--scenario", path,
                                "--port",   port,     NULL };

    snprintf(path, sizeof(path), "%s/scenario.json", scene->dir);
    scene_write(scene, "scenario.json", turns);
    scene_sim(scene, arguments);
}

// A scene with this script, and the option of the backend.
static void begin(struct scene *scene, const char *turns, const char *option)
{
    char config[512];

    play(scene, turns, "0");
    snprintf(config, sizeof(config),
             "[backend \"sim\"]\nurl = %s\nmodel = test\nkeyEnv = SIM_TOKEN\n"
             "transport = ws\n%s\n",
             scene->url, option);
    scene_config(scene, config);
}

static struct terminal *start(struct scene *scene, const char *argument)
{
    return scene_terminal(scene, 30, 100,
                          (const char *const[]){ argument, NULL });
}

static size_t count_in(const char *text, const char *part)
{
    size_t count = 0;

    for (const char *at = text; (at = strstr(at, part)); at++)
        count++;
    return count;
}

// Asks, and waits until the answer runs.
static struct terminal *ask(struct scene *scene)
{
    struct terminal *terminal = start(scene, NULL);

    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "go\r");
    assert_true(terminal_wait(terminal, "beta"));
    return terminal;
}

static void quit(struct terminal *terminal)
{
    terminal_type(terminal, "\004");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    terminal_end(terminal);
}

// The journal tells the same as the screen did.
static void assert_resumed_once(struct scene *scene)
{
    struct terminal *terminal = start(scene, "resume");

    assert_true(terminal_wait(terminal, "As said."));
    assert_int_equal(count_in(terminal_text(terminal), WORD), 1);
    quit(terminal);
}

static void a_word_into_the_answer_is_sent_and_shown_once(void **state)
{
    struct scene *scene = *state;

    begin(scene, "{\"turns\":[" SLOW ",{\"text\":\"As said.\"}]}",
          "steer = true");
    struct terminal *terminal = ask(scene);
    terminal_type(terminal, WORD "\r");
    assert_true(terminal_wait(terminal, "As said."));
    assert_true(terminal_wait(terminal, "sim ws ok"));
    assert_int_equal(count_in(terminal_text(terminal), WORD), 1);
    assert_false(terminal_shows(terminal, "sigma"));
    quit(terminal);
    const char *record = scene_read(scene, "record");
    assert_int_equal(count_in(record, WORD), 1);
    assert_int_equal(count_in(record, "\"event\":\"steer\""), 1);
    assert_resumed_once(scene);
}

static void without_the_option_a_word_waits_for_the_end(void **state)
{
    struct scene *scene = *state;

    begin(scene, "{\"turns\":[" SLOW ",{\"text\":\"As said.\"}]}", "");
    struct terminal *terminal = ask(scene);
    terminal_type(terminal, WORD "\r");
    assert_true(terminal_wait(terminal, "queued  " WORD));
    assert_true(terminal_wait(terminal, "As said."));
    assert_true(terminal_shows(terminal, "sigma"));
    assert_int_equal(count_in(terminal_text(terminal), WORD), 1);
    quit(terminal);
    const char *record = scene_read(scene, "record");
    assert_int_equal(count_in(record, WORD), 1);
    assert_int_equal(count_in(record, "\"event\":\"steer\""), 0);
    assert_resumed_once(scene);
}

// Another server comes to the place of one that has gone.
static void replace_sim(struct scene *scene, const char *turns)
{
    char port[16];

    assert_int_equal(sscanf(scene->url, "http://127.0.0.1:%15[0-9]", port), 1);
    kill(scene->sim, SIGKILL);
    waitpid(scene->sim, NULL, 0);
    play(scene, turns, port);
}

static void a_word_behind_which_the_line_is_cut_is_the_next_message(
    void **state)
{
    struct scene *scene = *state;

    begin(scene, "{\"turns\":[" SLOW "]}", "steer = true");
    struct terminal *terminal = ask(scene);
    kill(scene->sim, SIGSTOP); // it does not read the word any more
    terminal_type(terminal, WORD "\r");
    assert_true(terminal_wait(terminal, WORD));
    replace_sim(scene, "{\"turns\":[{\"text\":\"Once more.\"},"
                       "{\"text\":\"As said.\"}]}");
    assert_true(terminal_wait(terminal, "Once more."));
    assert_true(terminal_wait(terminal, "As said."));
    assert_int_equal(count_in(terminal_text(terminal), WORD), 1);
    quit(terminal);
    assert_int_equal(count_in(scene_read(scene, "record"), WORD), 1);
    assert_resumed_once(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(a_word_into_the_answer_is_sent_and_shown_once),
        SCENE_TEST(without_the_option_a_word_waits_for_the_end),
        SCENE_TEST(a_word_behind_which_the_line_is_cut_is_the_next_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
