/* The mouse on a terminal: reports are asked for only if the user wants them,
 * are never text, and are switched off again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

#define WHEEL_UP "\033[<64;10;10M"
#define WHEEL_DOWN "\033[<65;10;10M"
#define CLICK "\033[<0;3;5M\033[<0;3;5m"

static bool wrote(struct terminal *terminal, const char *what)
{
    size_t size;
    const char *bytes = terminal_bytes(terminal, &size);

    return memmem(bytes, size, what, strlen(what)) != NULL;
}

static struct terminal *start(struct scene *scene, const char *setting)
{
    const char *const arguments[] = { "-c", setting, NULL };

    return scene_terminal(scene, 24, 80, arguments);
}

static void end_clean(struct terminal *terminal)
{
    terminal_type(terminal, "\025\004");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    assert_true(terminal_is_restored(terminal));
    assert_true(wrote(terminal, "\033[?1000l"));
    assert_true(wrote(terminal, "\033[?1006l"));
    terminal_end(terminal);
}

static void the_wheel_scrolls_and_nothing_is_typed(void **state)
{
    static const char *const long_answer[] = { "--engine", "echo",  "--tokens",
                                               "900",      "--tps", "0",
                                               NULL };
    struct scene *scene = *state;

    scene_sim(scene, long_answer);
    struct terminal *terminal = start(scene, "ui.mouse=true");
    assert_true(terminal_wait(terminal, "sim ws ok"));
    assert_true(wrote(terminal, "\033[?1000h"));
    terminal_type(terminal, "go\r");
    assert_true(terminal_wait(terminal, "ZQEND"));
    terminal_type(terminal, WHEEL_UP WHEEL_UP CLICK);
    assert_true(terminal_wait(terminal, "more below"));
    assert_true(terminal_wait_gone(terminal, "ZQEND"));
    terminal_type(terminal, WHEEL_DOWN WHEEL_DOWN WHEEL_DOWN "x");
    assert_true(terminal_wait(terminal, "ZQEND"));
    assert_true(terminal_wait(terminal, "> x\n"));
    end_clean(terminal);
}

static void without_the_setting_reports_are_dropped(void **state)
{
    struct terminal *terminal = start(*state, "ui.mouse=false");

    assert_true(terminal_wait(terminal, "COMPOSE"));
    terminal_type(terminal, WHEEL_UP CLICK "a" WHEEL_DOWN "b");
    assert_true(terminal_wait(terminal, "> ab\n"));
    assert_false(wrote(terminal, "\033[?1000h"));
    end_clean(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(the_wheel_scrolls_and_nothing_is_typed),
        SCENE_TEST(without_the_setting_reports_are_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
