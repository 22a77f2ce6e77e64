/* The user's own slash commands, and vi, in the program on a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"
#include "terminal.h"

#define FOLDER "home/.config/kerf/commands/"

static const char *const one_answer =
    "{\"turns\":[[{\"text\":\"Answer one.\"}]]}";

static struct terminal *start(struct scene *scene, const char *const *arguments)
{
    char path[128];
    const char *sim[] = { "--engine", "script", "--scenario", path, NULL };

    snprintf(path, sizeof(path), "%s/scenario.json", scene->dir);
    scene_write(scene, "scenario.json", one_answer);
    scene_sim(scene, sim);
    struct terminal *terminal = scene_terminal(scene, 24, 80, arguments);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    return terminal;
}

static bool was_sent(struct scene *scene, const char *text)
{
    const char *record = scene_read(scene, "record");

    return record && strstr(record, text);
}

static void a_file_of_the_users_folder_is_a_command(void **state)
{
    struct scene *scene = *state;
    scene_shell(scene, "mkdir -p ../home/.config/kerf/commands .kerf "
                       "commands && echo tree >commands/treeish.md");
    scene_write(scene, FOLDER "tidy.md", "# Tidy up\nLook at <$ARGUMENTS>.\n");
    scene_write(scene, FOLDER "Bad Name.md", "no\n");
    struct terminal *terminal = start(scene, (const char *const[]){ NULL });

    terminal_type(terminal, "/ti");
    assert_true(terminal_wait(terminal, "Tidy up"));
    terminal_type(terminal, "\025/treeish \r");
    assert_true(terminal_wait(terminal, "no such command: /treeish"));
    terminal_type(terminal, "\025/tidy the shed\r");
    assert_true(terminal_wait(terminal, "Answer one."));
    assert_true(was_sent(scene, "Look at <the shed>."));
    terminal_end(terminal);
}

static void a_file_that_is_none_is_named(void **state)
{
    struct scene *scene = *state;
    scene_shell(scene, "mkdir -p ../home/.config/kerf/commands && "
                       "mkfifo ../home/.config/kerf/commands/pipe.md");
    struct terminal *terminal = start(scene, (const char *const[]){ NULL });

    assert_true(
        terminal_wait(terminal, "pipe.md is left out: no regular file"));
    terminal_end(terminal);
}

static void a_name_of_kerf_stays_kerfs(void **state)
{
    struct scene *scene = *state;
    scene_shell(scene, "mkdir -p ../home/.config/kerf/commands");
    scene_write(scene, FOLDER "help.md", "Help me\n");
    struct terminal *terminal = start(scene, (const char *const[]){ NULL });

    assert_true(terminal_wait(terminal, "help.md is left out"));
    terminal_end(terminal);
}

static void a_message_is_edited_as_in_vi_if_that_is_set(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal =
        start(scene, (const char *const[]){ "-c", "ui.editMode=vi", NULL });

    terminal_type(terminal, "one twoo");
    assert_true(terminal_wait(terminal, "> one twoo"));
    terminal_type(terminal, "\033");
    assert_true(terminal_wait(terminal, ": one twoo"));
    terminal_type(terminal, "x0cwsix");
    assert_true(terminal_wait(terminal, "> six two"));
    terminal_type(terminal, "\r");
    assert_true(terminal_wait(terminal, "Answer one."));
    assert_true(was_sent(scene, "six two"));
    terminal_end(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(a_file_of_the_users_folder_is_a_command),
        SCENE_TEST(a_file_that_is_none_is_named),
        SCENE_TEST(a_name_of_kerf_stays_kerfs),
        SCENE_TEST(a_message_is_edited_as_in_vi_if_that_is_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
