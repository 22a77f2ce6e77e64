/* A socket that gets old is replaced, unseen on the terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

#define LOOKS 400 // of 50 ms

static size_t count_in(const char *text, const char *part)
{
    size_t count = 0;

    for (const char *at = text; (at = strstr(at, part)); at++)
        count++;
    return count;
}

// Reads the screen until the server has had so many sockets.
static void wait_for_sockets(struct scene *scene, struct terminal *terminal,
                             size_t count)
{
    for (int i = 0; i < LOOKS; i++) {
        const char *record = scene_read(scene, "record");
        if (record && count_in(record, "\"event\":\"upgrade\"") >= count)
            return;
        terminal_read(terminal, 50);
    }
    fail_msg("the socket is not replaced");
}

static void ask(struct terminal *terminal, const char *text, const char *answer)
{
    terminal_type(terminal, text);
    assert_true(terminal_wait(terminal, answer));
    assert_true(terminal_wait(terminal, "sim ws ok"));
}

static void a_server_that_ends_its_sockets_is_not_noticed(void **state)
{
    struct scene *scene = *state;
    char config[512], path[128];
    const char *arguments[] = { "--engine",  "script", "--scenario", path,
                                "--max-age", "2",      NULL };

    snprintf(path, sizeof(path), "%s/scenario.json", scene->dir);
    scene_write(scene, "scenario.json",
                "{\"turns\":[{\"text\":\"Answer one.\"},"
                "{\"text\":\"Answer two.\"},{\"text\":\"Answer three.\"}]}");
    scene_sim(scene, arguments);
    snprintf(config, sizeof(config),
             "[backend \"sim\"]\nurl = %s\nmodel = test\nkeyEnv = SIM_TOKEN\n"
             "transport = ws\nrotate = 1\n",
             scene->url);
    scene_config(scene, config);
    struct terminal *terminal =
        scene_terminal(scene, 30, 100, (const char *const[]){ NULL });
    assert_true(terminal_wait(terminal, "sim ws ok"));
    ask(terminal, "first\r", "Answer one.");
    wait_for_sockets(scene, terminal, 2);
    ask(terminal, "second\r", "Answer two.");
    wait_for_sockets(scene, terminal, 3); // older than the limit by now
    ask(terminal, "third\r", "Answer three.");
    assert_int_equal(count_in(terminal_text(terminal), "Answer two."), 1);
    assert_false(terminal_shows(terminal, "lost"));
    assert_false(terminal_shows(terminal, "cut"));
    terminal_type(terminal, "\004");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    terminal_end(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(a_server_that_ends_its_sockets_is_not_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
