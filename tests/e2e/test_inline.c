/* The line mode on a terminal: a conversation, a review with its letters, and
 * no control byte in any of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

static const char two_hunks[] = "--- a/a.txt\n+++ b/a.txt\n"
                                "@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n"
                                "@@ -8,3 +8,3 @@\n eight\n-nine\n+NINE\n ten\n";
static const char numbers[] =
    "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";

static void assert_plain(const struct terminal *terminal)
{
    size_t size = 0;
    const char *bytes = terminal_bytes(terminal, &size);

    for (size_t i = 0; i < size; i++)
        if ((unsigned char)bytes[i] < ' ')
            assert_non_null(strchr("\n\r\t", bytes[i]));
    assert_null(memchr(bytes, '\033', size));
}

static struct terminal *start(struct scene *scene, const char *const *arguments)
{
    return scene_terminal(scene, 40, 100, arguments);
}

static struct terminal *review(struct scene *scene)
{
    static const char *const arguments[] = { "review", "p.diff", "--inline",
                                             NULL };

    scene_write(scene, "tree/a.txt", numbers);
    scene_write(scene, "tree/p.diff", two_hunks);
    struct terminal *terminal = start(scene, arguments);
    assert_true(terminal_wait(terminal, "hunk 1 of 2, fits at line 1."));
    assert_true(terminal_wait(terminal, "accept this hunk ["));
    return terminal;
}

static void what_is_accepted_is_written(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = review(scene);

    terminal_type(terminal, "y\r");
    assert_true(terminal_wait(terminal, "hunk 2 of 2, fits at line 8."));
    terminal_type(terminal, "n\r");
    assert_true(terminal_wait(terminal, "write 1 hunk in 1 file ["));
    terminal_type(terminal, "y\r");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    assert_plain(terminal);
    assert_true(terminal_is_restored(terminal));
    assert_string_equal(
        scene_read(scene, "tree/a.txt"),
        "one\nTWO\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n");
    terminal_end(terminal);
}

static void an_interrupt_twice_leaves_all_as_it_is(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = review(scene);

    terminal_type(terminal, "a\r");
    assert_true(terminal_wait(terminal, "write 2 hunks in 1 file ["));
    terminal_type(terminal, "\003");
    assert_true(terminal_wait(terminal, "Ctrl-C again leaves."));
    terminal_type(terminal, "\003");
    terminal_wait_exit(terminal);
    assert_plain(terminal);
    assert_string_equal(scene_read(scene, "tree/a.txt"), numbers);
    terminal_end(terminal);
}

static void a_conversation_is_sentences(void **state)
{
    static const char *const arguments[] = { "--inline", NULL };
    struct scene *scene = *state;
    char path[128];

    snprintf(path, sizeof(path), "%s/scenario.json", scene->dir);
    const char *const sim[] = { "--engine", "script", "--scenario", path,
                                NULL };
    scene_write(scene, "scenario.json",
                "{\"turns\":[[{\"text\":\"Hello \\u001b[31mthere\"}]]}");
    scene_sim(scene, sim);
    struct terminal *terminal = start(scene, arguments);
    assert_true(terminal_wait(terminal, "model test."));
    terminal_type(terminal, "hi\r");
    assert_true(terminal_wait(terminal, "[31mthere"));
    assert_true(terminal_wait(terminal, "answer complete"));
    terminal_type(terminal, "\004");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    assert_plain(terminal);
    terminal_end(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(what_is_accepted_is_written),
        SCENE_TEST(an_interrupt_twice_leaves_all_as_it_is),
        SCENE_TEST(a_conversation_is_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
