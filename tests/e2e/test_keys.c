/* kerf keys, the keys of the user on a terminal, completion in a shell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

static void write_keys(struct scene *scene, const char *text)
{
    scene_write(scene, "home/.config/kerf/keys.conf", text);
}

static void the_list_is_a_keys_conf_that_changes_nothing(void **state)
{
    struct scene *scene = *state;
    static struct outcome first, again;
    const char *const argv[] = { kerf_path(), "keys", "--list", NULL };

    scene_run(scene, argv, "", &first);
    assert_int_equal(first.status, 0);
    write_keys(scene, first.out);
    scene_run(scene, argv, "", &again);
    assert_string_equal(again.err, "");
    assert_int_equal(again.status, 0);
    assert_string_equal(again.out, first.out);
}

static void a_mistake_in_keys_conf_is_told_with_its_line(void **state)
{
    struct scene *scene = *state;
    static struct outcome outcome;
    const char *const argv[] = { kerf_path(), "keys", "--list", NULL };

    write_keys(scene, "[review]\nacept = y\n");
    scene_run(scene, argv, "", &outcome);
    assert_int_equal(outcome.status, 2);
    assert_non_null(strstr(outcome.err, "keys.conf:2: [review] acept = y"));
}

static void keys_are_shown_with_their_bytes_and_meaning(void **state)
{
    struct scene *scene = *state;
    const char *const arguments[] = { "keys", NULL };
    struct terminal *terminal = scene_terminal(scene, 24, 100, arguments);

    assert_true(terminal_wait(terminal, "q, Esc or ^C twice ends"));
    terminal_type(terminal, "\033[1;5C");
    assert_true(terminal_wait(terminal, "\\e[1;5C             C-Right"));
    terminal_type(terminal, "y");
    assert_true(terminal_wait(terminal, "review: accept"));
    terminal_type(terminal, "\030\005");
    assert_true(terminal_wait(terminal, "^X ^E       composer: editor"));
    terminal_type(terminal, "\033[200~two\rlines\033[201~");
    assert_true(terminal_wait(terminal, "a paste of 9 bytes"));
    terminal_type(terminal, "qq");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    assert_true(terminal_is_restored(terminal));
    terminal_end(terminal);
}

static void keys_of_the_user_work_in_the_program(void **state)
{
    struct scene *scene = *state;

    write_keys(scene, "[composer]\n^X h = help\n? = none\nF1 = none\n");
    struct terminal *terminal =
        scene_terminal(scene, 24, 80, (const char *const[]){ NULL });
    assert_true(terminal_wait(terminal, "^X h help"));
    terminal_type(terminal, "\030h");
    assert_true(terminal_wait(terminal, "Writing a message"));
    terminal_type(terminal, "q");
    assert_true(terminal_wait_gone(terminal, "Writing a message"));
    terminal_type(terminal, "\004");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    terminal_end(terminal);
}

// Says something in a session of its own and leaves.
static void talk(struct scene *scene, const char *text)
{
    struct terminal *terminal =
        scene_terminal(scene, 24, 80, (const char *const[]){ NULL });

    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, text);
    terminal_type(terminal, "\r");
    assert_true(terminal_wait(terminal, "ZQEND"));
    assert_true(terminal_wait(terminal, "Enter send"));
    terminal_type(terminal, "\004");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    terminal_end(terminal);
}

static void another_session_is_taken_up_in_place(void **state)
{
    struct scene *scene = *state;

    scene_sim(scene, (const char *const[]){ "--engine", "echo", "--tokens",
                                            "20", NULL });
    talk(scene, "about apples");
    talk(scene, "about pears");
    struct terminal *terminal =
        scene_terminal(scene, 24, 80, (const char *const[]){ NULL });
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "\030s");
    assert_true(terminal_wait(terminal, "about apples"));
    assert_true(terminal_shows(terminal, "about pears"));
    terminal_type(terminal, "apples\r");
    assert_true(terminal_wait_gone(terminal, "session: "));
    assert_true(terminal_wait(terminal, "you "));
    assert_true(terminal_wait(terminal, "about apples"));
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "\030b");
    assert_true(terminal_wait(terminal, "backend: "));
    terminal_type(terminal, "\033");
    assert_true(terminal_wait_gone(terminal, "backend: "));
    terminal_type(terminal, "\004");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    terminal_end(terminal);
}

static void bash_completes_subcommands_options_and_backends(void **state)
{
    struct scene *scene = *state;
    static struct outcome outcome;
    static const char script[] =
        "eval \"$(\"$0\" completion bash)\"; PATH=$(dirname \"$0\"):$PATH; "
        "try() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _kerf; "
        "echo \"${COMPREPLY[@]}\"; }; "
        "try kerf mod; try kerf apply --ch; try kerf models w; "
        "try kerf completion z";
    const char *const argv[] = { "/bin/bash", "-c", script, kerf_path(), NULL };

    scene_config(scene, "[backend \"wafer\"]\nurl = http://127.0.0.1:9/v1\n"
                        "model = m\n");
    scene_run(scene, argv, "", &outcome);
    assert_string_equal(outcome.out, "models\n--check\nwafer\nzsh\n");
    assert_int_equal(outcome.status, 0);
}

static void a_shell_that_is_not_known_is_a_usage_error(void **state)
{
    struct scene *scene = *state;
    static struct outcome outcome;
    const char *const argv[] = { kerf_path(), "completion", "ksh", NULL };

    scene_run(scene, argv, "", &outcome);
    assert_int_equal(outcome.status, 2);
    assert_string_equal(outcome.out, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(the_list_is_a_keys_conf_that_changes_nothing),
        SCENE_TEST(a_mistake_in_keys_conf_is_told_with_its_line),
        SCENE_TEST(keys_are_shown_with_their_bytes_and_meaning),
        SCENE_TEST(keys_of_the_user_work_in_the_program),
        SCENE_TEST(another_session_is_taken_up_in_place),
        SCENE_TEST(bash_completes_subcommands_options_and_backends),
        SCENE_TEST(a_shell_that_is_not_known_is_a_usage_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
