/* A server that wants to be left alone for a while: the wait counts down where
 * one looks, ends at a key, and is one line where lines stay. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

// A socket is dialled before anything is asked, and would be refused first.
#define HTTP "backend.sim.transport=http"

static const char *const http[] = { "-c", HTTP, NULL };
static const char *const seconds[] = { "--engine", "echo",
                                       "--tokens", "12",
                                       "--fault",  "retry-after-ms-1600:1",
                                       NULL };
static const char *const minutes[] = { "--engine", "echo",    "--tokens",
                                       "12",       "--fault", "retry-after-90",
                                       NULL };

static struct terminal *ask(struct scene *scene, const char *const *sim,
                            const char *const *arguments)
{
    scene_sim(scene, sim);
    struct terminal *terminal = scene_terminal(scene, 24, 100, arguments);
    assert_true(terminal_wait(terminal, "sim"));
    terminal_type(terminal, "hello\r");
    return terminal;
}

static void the_wait_counts_down_and_then_it_is_asked_again(void **state)
{
    struct terminal *terminal = ask(*state, seconds, http);

    assert_true(terminal_wait(terminal, " asks again in 2 s, Esc stops "));
    assert_true(terminal_wait(terminal, " asks again in 1 s, Esc stops "));
    assert_true(terminal_wait(terminal, "ZQEND"));
    assert_true(terminal_wait_gone(terminal, "asks again"));
    terminal_end(terminal);
}

static void the_key_that_is_named_ends_the_wait(void **state)
{
    struct terminal *terminal = ask(*state, minutes, http);

    assert_true(terminal_wait(terminal, " s, Esc stops "));
    terminal_type(terminal, "\033");
    assert_true(terminal_wait_gone(terminal, "asks again"));
    assert_true(terminal_wait_gone(terminal, "waiting"));
    terminal_end(terminal);
}

static size_t count(const char *text, const char *word)
{
    size_t times = 0;

    while ((text = strstr(text, word))) {
        text += strlen(word);
        times++;
    }
    return times;
}

static void a_line_tells_the_wait_once(void **state)
{
    static const char *const lines[] = { "--inline", "-c", HTTP, NULL };
    struct terminal *terminal = ask(*state, seconds, lines);

    assert_true(terminal_wait(terminal, "asks again in 2 s; Ctrl-C stops."));
    assert_true(terminal_wait(terminal, "answer complete"));
    assert_int_equal(count(terminal_text(terminal), "asks again"), 1);
    terminal_end(terminal);
}

static struct outcome ran; // too large for the stack

static void a_run_tells_why_and_how_long_it_waits(void **state)
{
    const char *const argv[] = {
        kerf_path(), "-c", HTTP, "run", "hello", NULL
    };
    struct scene *scene = *state;
    static const char *const sim[] = { "--engine", "echo",
                                       "--tokens", "12",
                                       "--fault",  "retry-after-ms-1600:1",
                                       NULL };

    scene_sim(scene, sim);
    scene_run(scene, argv, NULL, &ran);
    assert_int_equal(count(ran.err, "; asks again in 2 s\n"), 1);
    assert_int_equal(count(ran.err, "kerf: Rate limit reached."), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(the_wait_counts_down_and_then_it_is_asked_again),
        SCENE_TEST(the_key_that_is_named_ends_the_wait),
        SCENE_TEST(a_line_tells_the_wait_once),
        SCENE_TEST(a_run_tells_why_and_how_long_it_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
