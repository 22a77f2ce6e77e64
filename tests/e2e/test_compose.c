/* Writing messages on a terminal: what they name, what is pasted, what the
 * queue, the shell and the editor make of them, up to what the server gets. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scene.h"

static const char two_answers[] = "{\"turns\":[[{\"text\":\"Answer one.\"}],"
                                  "[{\"text\":\"Answer two.\"}]]}";

static struct terminal *start_with(struct scene *scene, const char *scenario,
                                   int rows, int cols)
{
    char path[128];
    const char *arguments[] = { "--engine", "script", "--scenario", path,
                                NULL };

    snprintf(path, sizeof(path), "%s/scenario.json", scene->dir);
    scene_write(scene, "scenario.json", scenario);
    scene_sim(scene, arguments);
    struct terminal *terminal =
        scene_terminal(scene, rows, cols, (const char *const[]){ NULL });
    assert_true(terminal_wait(terminal, "sim ws ok"));
    return terminal;
}

static struct terminal *start(struct scene *scene)
{
    return start_with(scene, two_answers, 24, 80);
}

static void assert_sent(struct scene *scene, const char *text, bool wanted)
{
    const char *record = scene_read(scene, "record");
    bool found = record && strstr(record, text);

    if (found != wanted)
        fail_msg("\"%s\" was %ssent", text, found ? "" : "not ");
}

// --- mentions ---------------------------------------------------------------

static void the_lines_that_a_message_names_are_sent_and_shown(void **state)
{
    struct scene *scene = *state;
    scene_write(scene, "tree/my file.txt", "one\ntwo\nthree\nfour\n");
    struct terminal *terminal = start(scene);

    terminal_type(terminal, "explain @\"my file.txt\":2-3, please\r");
    assert_true(terminal_wait(terminal, "Answer one."));
    assert_true(
        terminal_shows(terminal, "my file.txt:2-3  2 lines, 10 bytes, about"));
    assert_sent(scene, "my file.txt:2-3", true);
    assert_sent(scene, "three", true);
    assert_sent(scene, "four", false);
    terminal_type(terminal, "and @\"my file.txt\":4-99\r");
    assert_true(terminal_wait(terminal, "my file.txt:4  1 line, 5 bytes,"));
    terminal_end(terminal);
}

static void a_missing_file_is_said_before_the_message_is_sent(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = start(scene);

    terminal_type(terminal, "see @src/nope.c\r");
    assert_true(terminal_wait(terminal, "not sent: src/nope.c: no such file"));
    assert_true(terminal_wait(terminal, "> see @src/nope.c"));
    assert_sent(scene, "nope.c", false);
    terminal_type(terminal, "\r");
    assert_true(terminal_wait(terminal, "Answer one."));
    assert_sent(scene, "nope.c", true);
    terminal_end(terminal);
}

static void a_file_of_secrets_goes_only_if_the_user_insists(void **state)
{
    struct scene *scene = *state;
    scene_write(scene, "tree/.env", "PIN=4711\n");
    struct terminal *terminal = start(scene);

    terminal_type(terminal, "check @.env\r");
    assert_true(terminal_wait(terminal, "not sent unless as @!.env"));
    terminal_type(terminal, "\025check @!.env\r");
    assert_true(terminal_wait(terminal, "Answer one."));
    assert_sent(scene, "PIN=4711", true);
    terminal_end(terminal);
}

static void the_diff_and_the_log_go_along_without_secrets(void **state)
{
    struct scene *scene = *state;
    scene_write(scene, "tree/a.txt", "old\n");
    scene_write(scene, "tree/.env", "PIN=0815\n");
    scene_shell(scene, "git add -A && git commit -qm 'add it all'");
    scene_write(scene, "tree/a.txt", "new\n");
    scene_write(scene, "tree/.env", "PIN=4711\n");
    struct terminal *terminal = start(scene);

    terminal_type(terminal, "review @diff with @log:1\r");
    assert_true(terminal_wait(terminal, "Answer one."));
    assert_sent(scene, "+new", true);
    assert_sent(scene, "changes of .env left out", true);
    assert_sent(scene, "4711", false);
    assert_sent(scene, "0815", false);
    assert_sent(scene, "add it all", true);
    terminal_end(terminal);
}

// --- pastes -----------------------------------------------------------------

static void an_unbracketed_paste_sends_nothing_by_itself(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = start(scene);

    terminal_type(terminal, "first line of a log that somebody has copied\r"
                            "second line of the log that was copied\r");
    assert_true(terminal_wait(terminal, "  second line of the log"));
    assert_true(terminal_shows(terminal, "> first line of a log"));
    assert_sent(scene, "first line", false);
    terminal_type(terminal, "\r");
    assert_true(terminal_wait(terminal, "Answer one."));
    assert_sent(scene, "second line of the log", true);
    terminal_end(terminal);
}

// --- the shell --------------------------------------------------------------

static void a_typed_command_runs_at_once_and_goes_along(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = start(scene);

    terminal_type(terminal, "!echo six times $((6 * 7)); exit 3\r");
    assert_true(terminal_wait(terminal, "    six times 42"));
    assert_true(terminal_wait(terminal, "exit 3  1 line, 13 bytes"));
    assert_sent(scene, "six times 42", false);
    terminal_type(terminal, "what is that\r");
    assert_true(terminal_wait(terminal, "Answer one."));
    assert_sent(scene, "six times 42", true);
    terminal_end(terminal);
}

static void what_is_run_aside_is_shown_and_not_sent(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = start(scene);

    terminal_type(terminal, "!!echo six times $((6 * 7))\r");
    assert_true(terminal_wait(terminal, "six times 42"));
    terminal_type(terminal, "what is that\r");
    assert_true(terminal_wait(terminal, "Answer one."));
    assert_sent(scene, "six times", false);
    terminal_end(terminal);
}

static void escape_stops_a_typed_command_and_messages_wait(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = start(scene);

    terminal_type(terminal, "!echo begun; sleep 100\r");
    assert_true(terminal_wait(terminal, "begun"));
    terminal_type(terminal, "and now\r");
    assert_true(terminal_wait(terminal, "queued  and now"));
    terminal_type(terminal, "\033");
    assert_true(terminal_wait(terminal, "exit 143"));
    assert_true(terminal_wait(terminal, "Answer one."));
    assert_sent(scene, "begun", true);
    terminal_end(terminal);
}

// --- the queue --------------------------------------------------------------

static void a_held_queue_is_reordered_and_sent_by_enter_only(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = start(scene);

    terminal_type(terminal, "!echo begun; sleep 100\r");
    assert_true(terminal_wait(terminal, "    begun"));
    terminal_type(terminal, "message one\rmessage two\r");
    assert_true(terminal_wait(terminal, "queue 2"));
    terminal_type(terminal, "\030qK");
    assert_true(
        terminal_wait(terminal, "queued  message two\nqueued  message"));
    terminal_type(terminal, "\033");
    assert_true(terminal_wait_gone(terminal, "d drops"));
    terminal_type(terminal, "\033");
    assert_true(terminal_wait(terminal, "Answer two."));
    terminal_end(terminal);
}

static void what_is_queued_waits_after_an_interrupt(void **state)
{
    struct scene *scene = *state;
    scene_sim(scene, (const char *const[]){ "--engine", "echo", "--ttft-ms",
                                            "60000", NULL });
    struct terminal *terminal =
        scene_terminal(scene, 24, 80, (const char *const[]){ NULL });

    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "begin\r");
    assert_true(terminal_wait(terminal, "waiting"));
    terminal_type(terminal, "later\r");
    assert_true(terminal_wait(terminal, "queue 1"));
    terminal_type(terminal, "\033");
    assert_true(terminal_wait(terminal, "1 queued, held: Enter sends them"));
    assert_sent(scene, "later", false);
    terminal_type(terminal, "\r");
    assert_true(terminal_wait(terminal, "queue 0"));
    assert_true(terminal_wait(terminal, "  later"));
    terminal_end(terminal);
}

static void a_draft_and_what_was_put_away_come_back_with_the_session(
    void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = start(scene);

    terminal_type(terminal, "begin\r");
    assert_true(terminal_wait(terminal, "Answer one."));
    terminal_type(terminal, "for later\033s");
    assert_true(terminal_wait(terminal, "put away"));
    terminal_type(terminal, "half a thought");
    assert_true(terminal_wait(terminal, "> half a thought"));
    assert_int_equal(kill(terminal_pid(terminal), SIGTERM), 0);
    terminal_wait_exit(terminal);
    terminal_end(terminal);
    terminal =
        scene_terminal(scene, 24, 80, (const char *const[]){ "resume", NULL });
    assert_true(terminal_wait(terminal, "> half a thought"));
    terminal_type(terminal, "\025\033s");
    assert_true(terminal_wait(terminal, "> for later"));
    terminal_end(terminal);
}

// --- the editor -------------------------------------------------------------

static void the_editor_gets_a_file_in_a_private_folder(void **state)
{
    struct scene *scene = *state;
    scene_write(scene, "edit.sh",
                "stat -c %a \"$(dirname \"$2\")\" >>\"$2\"\n"
                "exit $1\n");
    char config[256];
    snprintf(config, sizeof(config), "[ui]\n    editor = sh %s/edit.sh 0\n",
             scene->dir);
    scene_config(scene, config);
    struct terminal *terminal =
        scene_terminal(scene, 24, 80, (const char *const[]){ NULL });

    assert_true(terminal_wait(terminal, "built-in ws ok"));
    terminal_type(terminal, "mode \007");
    assert_true(terminal_wait(terminal, "> mode 700"));
    terminal_end(terminal);
}

// kerf as a job of a shell, and in an editor of the same language.
static struct terminal *edit_by_script(struct scene *scene, const char *script,
                                       const char *editor)
{
    scene_write(scene, "edit.sh", editor);
    char config[256];
    snprintf(config, sizeof(config), "[ui]\n    editor = sh %s/edit.sh\n",
             scene->dir);
    scene_config(scene, config);
    const char *argv[] = { "/bin/sh", "-mc", script, kerf_path(), NULL };
    struct terminal *terminal = terminal_start(
        &(struct terminal_options){ .rows = 24,
                                    .cols = 80,
                                    .dir = scene->tree,
                                    .argv = argv,
                                    .env = (const char *const *)scene->env });
    assert_true(terminal_wait(terminal, "built-in ws ok"));
    terminal_type(terminal, "words");
    assert_true(terminal_wait(terminal, "> words"));
    terminal_type(terminal, "\007");
    assert_true(terminal_wait(terminal, "editing"));
    return terminal;
}

static void stopping_in_the_editor_stops_kerf_until_both_go_on(void **state)
{
    struct terminal *terminal = edit_by_script(
        *state, "\"$0\"; echo once; fg; echo twice; fg; echo left",
        "echo editing\nkill -STOP 0\nread line\nkill -STOP 0\n"
        "echo \" $line\" >>\"$1\"\n");

    assert_true(terminal_wait(terminal, "once"));
    terminal_type(terminal, "go on\r");
    assert_true(terminal_wait(terminal, "> words go on"));
    terminal_type(terminal, "\025\004");
    assert_true(terminal_wait(terminal, "left"));
    terminal_end(terminal);
}

static void an_interrupt_in_the_editor_is_not_for_kerf(void **state)
{
    struct terminal *terminal =
        edit_by_script(*state, "\"$0\"", "echo editing\nread line\n");

    terminal_type(terminal, "\003");
    assert_true(terminal_wait(terminal, "the editor failed"));
    assert_true(terminal_wait(terminal, "> words"));
    terminal_type(terminal, " remain");
    assert_true(terminal_wait(terminal, "> words remain"));
    terminal_end(terminal);
}

// --- history ----------------------------------------------------------------

static void what_was_typed_in_this_tree_before_is_recalled(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = start(scene);

    terminal_type(terminal, "a message of yesterday\r");
    assert_true(terminal_wait(terminal, "Answer one."));
    terminal_type(terminal, "\004");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    terminal_end(terminal);
    terminal = scene_terminal(scene, 24, 80, (const char *const[]){ NULL });
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "\022yester");
    assert_true(terminal_wait(terminal, "(search) yester"));
    while (!terminal_shows(terminal, ": a message of yesterday")) {
        terminal_type(terminal, "\177r");
        assert_true(terminal_read(terminal, 1000));
    }
    terminal_type(terminal, "\t");
    assert_true(terminal_wait(terminal, "> a message of yesterday"));
    terminal_end(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(the_lines_that_a_message_names_are_sent_and_shown),
        SCENE_TEST(a_missing_file_is_said_before_the_message_is_sent),
        SCENE_TEST(a_file_of_secrets_goes_only_if_the_user_insists),
        SCENE_TEST(the_diff_and_the_log_go_along_without_secrets),
        SCENE_TEST(an_unbracketed_paste_sends_nothing_by_itself),
        SCENE_TEST(a_typed_command_runs_at_once_and_goes_along),
        SCENE_TEST(what_is_run_aside_is_shown_and_not_sent),
        SCENE_TEST(a_held_queue_is_reordered_and_sent_by_enter_only),
        SCENE_TEST(what_is_queued_waits_after_an_interrupt),
        SCENE_TEST(what_was_typed_in_this_tree_before_is_recalled),
        SCENE_TEST(a_draft_and_what_was_put_away_come_back_with_the_session),
        SCENE_TEST(the_editor_gets_a_file_in_a_private_folder),
        SCENE_TEST(stopping_in_the_editor_stops_kerf_until_both_go_on),
        SCENE_TEST(an_interrupt_in_the_editor_is_not_for_kerf),
        SCENE_TEST(escape_stops_a_typed_command_and_messages_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
