/* Copying on a terminal: which ways are used, and what is said about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "scene.h"

// A tmux of our own, first in PATH: keeps its input, or fails.
static void put_tmux(struct scene *scene, const char *folder,
                     const char *script)
{
    char path[128], command[300], paths[4096];

    snprintf(path, sizeof(path), "%s/tmux", folder);
    scene_write(scene, path, script);
    snprintf(command, sizeof(command), "chmod +x %s/%s", scene->dir, path);
    scene_shell(scene, command);
    snprintf(paths, sizeof(paths), "PATH=%s/%s:%s", scene->dir, folder,
             getenv("PATH"));
    scene_set_env(scene, paths);
    scene_set_env(scene, "TMUX=/tmp/none,1,0");
}

// Starts kerf, has an answer of one word, and copies it.
static struct terminal *copy_answer(struct scene *scene, const char *answer)
{
    static char scenario[200000], path[128];
    const char *arguments[] = { "--engine", "script", "--scenario", path,
                                NULL };

    snprintf(path, sizeof(path), "%s/scenario.json", scene->dir);
    snprintf(scenario, sizeof(scenario), "{\"turns\":[[{\"text\":\"%s\"}]]}",
             answer);
    scene_write(scene, "scenario.json", scenario);
    scene_sim(scene, arguments);
    struct terminal *terminal =
        scene_terminal(scene, 24, 100, (const char *const[]){ NULL });
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "go\r");
    assert_true(terminal_wait(terminal, "k out "));
    terminal_type(terminal, "\030y");
    return terminal;
}

static bool was_sent(struct terminal *terminal, const char *bytes)
{
    size_t size;
    const char *all = terminal_bytes(terminal, &size);

    return memmem(all, size, bytes, strlen(bytes)) != NULL;
}

static void leave(struct terminal *terminal)
{
    terminal_type(terminal, "\004");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    terminal_end(terminal);
}

#define HELLO_OSC "\033]52;c;SGVsbG8gdGhlcmU=\a"

static void outside_of_tmux_the_terminal_gets_it(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = copy_answer(scene, "Hello there");

    assert_true(terminal_wait(
        terminal, "11 bytes to the terminal (OSC 52), if it takes them"));
    assert_true(was_sent(terminal, HELLO_OSC));
    leave(terminal);
}

static void inside_tmux_a_buffer_gets_it_too(void **state)
{
    struct scene *scene = *state;
    put_tmux(scene, "home",
             "#!/bin/sh\necho \"$@\" >\"${0%/*}/said\"\n"
             "exec cat >\"${0%/*}/taken\"\n");
    struct terminal *terminal = copy_answer(scene, "Hello there");

    assert_true(terminal_wait(
        terminal, "11 bytes in a buffer of tmux, and to the terminal"));
    assert_true(was_sent(terminal, HELLO_OSC));
    assert_string_equal(scene_read(scene, "home/taken"), "Hello there");
    assert_string_equal(scene_read(scene, "home/said"), "load-buffer -w -\n");
    leave(terminal);
}

static void a_tmux_that_fails_is_told(void **state)
{
    struct scene *scene = *state;
    put_tmux(scene, "home", "#!/bin/sh\necho no server running\nexit 1\n");
    struct terminal *terminal = copy_answer(scene, "Hello there");

    assert_true(terminal_wait(terminal, "tmux: no server running"));
    assert_true(terminal_shows(terminal, "11 bytes to the terminal (OSC 52)"));
    leave(terminal);
}

static void a_tmux_of_the_tree_is_never_run(void **state)
{
    struct scene *scene = *state;
    char path[128];

    put_tmux(scene, "tree", "#!/bin/sh\ntouch \"${0%/*}/ran\"\n");
    snprintf(path, sizeof(path), "PATH=%s", scene->tree);
    scene_set_env(scene, path);
    struct terminal *terminal = copy_answer(scene, "Hello there");

    assert_true(terminal_wait(terminal, "tmux: not found in PATH"));
    assert_null(scene_read(scene, "tree/ran"));
    leave(terminal);
}

static void a_terminal_without_a_clipboard_gets_a_private_file(void **state)
{
    struct scene *scene = *state;
    scene_set_env(scene, "TERM=linux");
    struct terminal *terminal = copy_answer(scene, "Hello there");
    struct stat st;
    char path[256];

    assert_true(terminal_wait(terminal, "11 bytes in "));
    assert_true(terminal_wait(terminal, "/clipboard"));
    assert_false(was_sent(terminal, "\033]52;"));
    assert_string_equal(scene_read(scene, "state/kerf/clipboard"),
                        "Hello there");
    snprintf(path, sizeof(path), "%s/state/kerf/clipboard", scene->dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    leave(terminal);
}

static void what_is_too_long_for_a_terminal_gets_a_file(void **state)
{
    struct scene *scene = *state;
    static char text[90001];
    memset(text, 'x', sizeof(text) - 1);
    struct terminal *terminal = copy_answer(scene, text);

    assert_true(terminal_wait(terminal, "90.0 kB in "));
    assert_false(was_sent(terminal, "\033]52;"));
    assert_string_equal(scene_read(scene, "state/kerf/clipboard"), text);
    leave(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(outside_of_tmux_the_terminal_gets_it),
        SCENE_TEST(inside_tmux_a_buffer_gets_it_too),
        SCENE_TEST(a_tmux_that_fails_is_told),
        SCENE_TEST(a_tmux_of_the_tree_is_never_run),
        SCENE_TEST(a_terminal_without_a_clipboard_gets_a_private_file),
        SCENE_TEST(what_is_too_long_for_a_terminal_gets_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
