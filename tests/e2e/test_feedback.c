/* What goes back to the model before anything is written, and to git's index
 * after it: the program on a terminal, by slash commands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scene.h"

#define HEAD                                                           \
    "{\"custom_tool_call\":{\"name\":\"apply_patch\",\"input\":\"*** " \
    "Begin Patch\\n*** Update File: a.txt\\n"
#define FIRST "@@\\n one\\n-two\\n+TWO\\n three\\n"
#define FIRST_AGAIN "@@\\n one\\n-two\\n+zwei\\n three\\n"
#define SECOND "@@\\n eight\\n-nine\\n+NINE\\n ten\\n"
#define TAIL "*** End Patch\\n\"}}"

static const char two_versions[] = "{\"turns\":[[" HEAD FIRST SECOND TAIL
                                   "],[" HEAD FIRST_AGAIN SECOND TAIL
                                   "],[{\"text\":\"That was all.\"}]]}";

static const char numbers[] =
    "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";

static struct terminal *open_review(struct scene *scene)
{
    static const char *const none[] = { NULL };
    char path[128];

    snprintf(path, sizeof(path), "%s/scenario.json", scene->dir);
    const char *const arguments[] = { "--engine", "script", "--scenario", path,
                                      NULL };
    scene_write(scene, "scenario.json", two_versions);
    scene_write(scene, "tree/a.txt", numbers);
    scene_sim(scene, arguments);
    struct terminal *terminal = scene_terminal(scene, 30, 100, none);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "change it\r");
    assert_true(terminal_wait(terminal, "undecided 2"));
    assert_true(terminal_wait(terminal, "y/n decide"));
    return terminal;
}

static void command(struct terminal *terminal, const char *line)
{
    terminal_type(terminal, "q");
    assert_true(terminal_wait_gone(terminal, "y/n decide"));
    terminal_type(terminal, line);
}

static void a_new_version_keeps_what_was_accepted(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_review(scene);

    terminal_type(terminal, "n");
    assert_true(terminal_wait(terminal, "refused 1"));
    terminal_type(terminal, "y");
    assert_true(terminal_wait(terminal, "accepted 1"));
    command(terminal, "/send-notes\r");
    assert_true(terminal_wait(terminal, "y/n decide"));
    assert_true(terminal_wait(terminal, "accepted 1  refused 0  undecided 1"));
    assert_string_equal(scene_read(scene, "tree/a.txt"), numbers);
    terminal_type(terminal, "y");
    assert_true(terminal_wait(terminal, "accepted 2"));
    terminal_type(terminal, "w");
    assert_true(terminal_wait(terminal, "That was all."));
    assert_string_equal(
        scene_read(scene, "tree/a.txt"),
        "one\nzwei\nthree\nfour\nfive\nsix\nseven\neight\nNINE\nten\n");
    terminal_end(terminal);
}

static void without_feedback_nothing_is_sent(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_review(scene);

    command(terminal, "/send-notes\r");
    assert_true(terminal_wait(terminal, "nothing to send"));
    terminal_end(terminal);
}

static void what_is_written_can_be_staged_at_once(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", numbers);
    scene_shell(scene, "git add a.txt && git commit -qm start");
    struct terminal *terminal = open_review(scene);
    terminal_type(terminal, "y");
    assert_true(terminal_wait(terminal, "accepted 1"));
    command(terminal, "/write-stage\r");
    assert_true(terminal_wait(terminal, "M a.txt"));
    scene_shell(scene, "git diff --quiet && ! git diff --cached --quiet");
    terminal_end(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(a_new_version_keeps_what_was_accepted),
        SCENE_TEST(without_feedback_nothing_is_sent),
        SCENE_TEST(what_is_written_can_be_staged_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
