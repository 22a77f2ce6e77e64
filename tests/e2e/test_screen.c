/* The program on a terminal, by keys: the demo from the first line of the
 * build log to the written files, and what happens when things go wrong. */
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

#define START(scene, rows, cols, ...) \
    scene_terminal(scene, rows, cols, \
                   (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

static void play(struct scene *scene, const char *scenario,
                 const char *const *more)
{
    char path[128];
    const char *arguments[16] = { "--engine", "script", "--scenario", path };
    size_t count = 4;

    snprintf(path, sizeof(path), "%s/scenario.json", scene->dir);
    scene_write(scene, "scenario.json", scenario);
    for (size_t i = 0; more && more[i]; i++)
        arguments[count++] = more[i];
    scene_sim(scene, arguments);
}

// Two files, three hunks, slowly enough to watch.
static const char three_hunks[] =
    "{\"turns\":[[{\"text\":\"Here is the change.\"},{\"custom_tool_call\":{"
    "\"name\":\"apply_patch\",\"input\":\"*** Begin Patch\\n"
    "*** Update File: a.txt\\n@@\\n one\\n-two\\n+TWO\\n three\\n"
    "@@\\n eight\\n-nine\\n+NINE\\n ten\\n"
    "*** Add File: b.txt\\n+fresh\\n*** End Patch\\n\"}}],"
    "[{\"text\":\"That was all.\"}]]}";

static const char numbers[] =
    "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";

static struct terminal *open_review(struct scene *scene, int rows, int cols)
{
    scene_write(scene, "tree/a.txt", numbers);
    play(scene, three_hunks, NULL);
    struct terminal *terminal = START(scene, rows, cols);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "change it\r");
    assert_true(terminal_wait(terminal, "undecided 3"));
    return terminal;
}

static void decide(struct terminal *terminal, const char *key,
                   const char *counts)
{
    assert_true(terminal_wait(terminal, "y/n decide")); // keys count now
    terminal_type(terminal, key);
    assert_true(terminal_wait(terminal, counts));
}

static void quit(struct terminal *terminal)
{
    terminal_type(terminal, "\004");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    assert_true(terminal_is_restored(terminal));
}

// --- the demo ---------------------------------------------------------------

static void the_demo_builds_after_its_fixes_were_accepted(void **state)
{
    struct scene *scene = *state;
    char command[512], cwd[256];

    assert_non_null(getcwd(cwd, sizeof(cwd)));
    snprintf(command, sizeof(command),
             "cp -r %s/tests/demo/program/. . && git add -A && "
             "git commit -qm start && ! make >/dev/null 2>&1 && "
             "git clean -qfdx",
             cwd);
    scene_shell(scene, command);
    struct terminal *terminal = START(scene, 30, 100, "fix", "--", "make");
    assert_true(terminal_wait(terminal, "run this command?"));
    assert_true(terminal_wait(terminal, "y once"));
    terminal_type(terminal, "y");
    assert_true(terminal_wait(terminal, "undecided 4"));
    assert_true(terminal_shows(terminal, "h1 ?  ok"));
    decide(terminal, "y", "accepted 1");
    decide(terminal, "y", "accepted 2");
    decide(terminal, "y", "accepted 3");
    decide(terminal, "y", "accepted 4");
    terminal_type(terminal, "w");
    assert_true(terminal_wait(terminal, "`make` passes now"));
    quit(terminal);
    assert_true(terminal_shows(terminal, "written: M count.c"));
    terminal_end(terminal);
    scene_shell(scene, "make");
    scene_shell(scene, "test \"$(git diff --numstat | wc -l)\" = 3");
}

// --- review -----------------------------------------------------------------

static void only_what_was_accepted_is_written_and_can_be_undone(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_review(scene, 24, 80);

    decide(terminal, "y", "accepted 1");
    decide(terminal, "n", "refused 1");
    decide(terminal, "y", "accepted 2");
    assert_string_equal(scene_read(scene, "tree/a.txt"), numbers);
    terminal_type(terminal, "w");
    assert_true(terminal_wait(terminal, "That was all."));
    assert_string_equal(
        scene_read(scene, "tree/a.txt"),
        "one\nTWO\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n");
    assert_string_equal(scene_read(scene, "tree/b.txt"), "fresh\n");
    const char *sent = scene_read(scene, "record");
    assert_non_null(strstr(sent, "custom_tool_call_output"));

    terminal_type(terminal, "\t");
    assert_true(terminal_wait(terminal, "REVIEW"));
    terminal_type(terminal, "UU");
    assert_true(terminal_wait(terminal, "taken back"));
    assert_string_equal(scene_read(scene, "tree/a.txt"), numbers);
    assert_null(scene_read(scene, "tree/b.txt"));
    terminal_end(terminal);
}

static void a_file_that_changed_meanwhile_is_not_overwritten(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_review(scene, 24, 80);

    decide(terminal, "A", "the same key again");
    decide(terminal, "A", "accepted 3");
    scene_write(scene, "tree/a.txt", "my own words\n");
    terminal_type(terminal, "w");
    assert_true(terminal_wait(terminal, "changed since"));
    assert_string_equal(scene_read(scene, "tree/a.txt"), "my own words\n");
    assert_null(scene_read(scene, "tree/b.txt"));
    assert_true(terminal_wait(terminal, "stale"));
    terminal_end(terminal);
}

static void a_patch_from_elsewhere_is_reviewed_without_a_model(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", numbers);
    scene_write(scene, "tree/fix.patch",
                "--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+zwei\n"
                " three\n");
    struct terminal *terminal = START(scene, 24, 80, "review", "fix.patch");
    assert_true(terminal_wait(terminal, "undecided 1"));
    decide(terminal, "y", "accepted 1");
    terminal_type(terminal, "w");
    assert_true(terminal_wait(terminal, "written"));
    terminal_type(terminal, "q");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    assert_non_null(strstr(scene_read(scene, "tree/a.txt"), "one\nzwei\n"));
    terminal_end(terminal);
}

// --- what goes wrong --------------------------------------------------------

static void a_patch_cut_by_a_disconnect_is_asked_again_once(void **state)
{
    struct scene *scene = *state;
    static const char *const fault[] = { "--fault", "mid-delta-1006:1", NULL };

    scene_write(scene, "tree/a.txt", numbers);
    play(scene,
         "{\"turns\":[[{\"custom_tool_call\":{\"name\":\"apply_patch\","
         "\"input\":\"*** Begin Patch\\n*** Update File: a.txt\\n@@\\n one\\n"
         "-two\\n+TWO\\n three\\n*** End Patch\\n\"}}],"
         "[{\"custom_tool_call\":{\"name\":\"apply_patch\","
         "\"input\":\"*** Begin Patch\\n*** Update File: a.txt\\n@@\\n one\\n"
         "-two\\n+TWO\\n three\\n*** End Patch\\n\"}}],"
         "[{\"text\":\"That was all.\"}]]}",
         fault);
    struct terminal *terminal = START(scene, 24, 80);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "change it\r");
    assert_true(terminal_wait(terminal, "undecided 1"));
    decide(terminal, "y", "accepted 1");
    terminal_type(terminal, "w");
    assert_true(terminal_wait(terminal, "That was all."));
    assert_string_equal(
        scene_read(scene, "tree/a.txt"),
        "one\nTWO\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n");
    terminal_end(terminal);
}

static void a_resize_during_a_stream_ends_as_a_fresh_draw(void **state)
{
    static const int sizes[][2] = {
        { 40, 130 }, { 16, 60 }, { 45, 140 }, { 24, 80 }, { 30, 100 }
    };
    struct scene *scene = *state;
    static const char *const slow[] = { "--engine", "echo", "--tokens", "600",
                                        "--tps",    "1000", NULL };

    scene_sim(scene, slow);
    struct terminal *terminal = START(scene, 24, 80);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "go\r");
    assert_true(terminal_wait(terminal, "ZQSTART"));
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        terminal_resize(terminal, sizes[i][0], sizes[i][1]);
        terminal_read(terminal, 50);
        terminal_read(terminal, 50);
    }
    assert_true(terminal_wait(terminal, "ZQEND"));
    assert_true(terminal_wait_gone(terminal, "streaming"));
    terminal_type(terminal, "x"); // its frame comes after all the others
    assert_true(terminal_wait(terminal, "> x"));
    char *streamed = strdup(terminal_text(terminal));
    terminal_type(terminal, "\014y"); // a repaint, then one more frame
    assert_true(terminal_wait(terminal, "> xy"));
    terminal_type(terminal, "\177");
    assert_true(terminal_wait_gone(terminal, "> xy"));
    assert_string_equal(terminal_text(terminal), streamed);
    free(streamed);
    terminal_end(terminal);
}

static void an_interrupt_leaves_the_draft_and_a_usable_program(void **state)
{
    struct scene *scene = *state;
    static const char *const slow[] = { "--engine", "echo", "--tokens", "90000",
                                        "--tps",    "1000", NULL };

    scene_sim(scene, slow);
    struct terminal *terminal = START(scene, 24, 80);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "go\r");
    assert_true(terminal_wait(terminal, "ZQSTART"));
    terminal_type(terminal, "my next thought");
    assert_true(terminal_wait(terminal, "my next thought"));
    terminal_type(terminal, "\033");
    assert_true(terminal_wait(terminal, "stopped"));
    assert_true(terminal_shows(terminal, "my next thought"));
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_end(terminal);
}

static void a_hang_up_ends_it_and_the_session_is_kept(void **state)
{
    struct scene *scene = *state;

    play(scene, "{\"turns\":[[{\"text\":\"Answer one.\"}]]}", NULL);
    struct terminal *terminal = START(scene, 24, 80);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "first question\r");
    assert_true(terminal_wait(terminal, "Answer one."));
    kill(terminal_pid(terminal), SIGHUP);
    assert_int_equal(terminal_wait_exit(terminal), 128 + SIGHUP);
    assert_true(terminal_is_restored(terminal));
    terminal_end(terminal);

    terminal = START(scene, 24, 80, "resume");
    assert_true(terminal_wait(terminal, "first question"));
    assert_true(terminal_wait(terminal, "Answer one."));
    quit(terminal);
    terminal_end(terminal);
}

static void clear_begins_a_new_session_in_the_same_tree(void **state)
{
    struct scene *scene = *state;

    play(scene,
         "{\"turns\":[[{\"text\":\"Answer one.\"}],"
         "[{\"text\":\"Answer two.\"}]]}",
         NULL);
    struct terminal *terminal = START(scene, 24, 80);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "first question\r");
    assert_true(terminal_wait(terminal, "Answer one."));
    assert_true(terminal_wait(terminal, " out "));
    terminal_type(terminal, "/clear\r");
    assert_true(terminal_wait_gone(terminal, "Answer one."));
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "second question\r");
    assert_true(terminal_wait(terminal, "Answer two."));
    assert_false(terminal_shows(terminal, "first question"));
    quit(terminal);
    terminal_end(terminal);
}

// The journal gathers for a moment before it writes: its file tells.
static void wait_for_journal(struct scene *scene, struct terminal *terminal,
                             const char *text)
{
    const char *argv[] = { "/bin/sh", "-c",
                           "cat ../state/kerf/journal.db* | grep -aqF \"$0\"",
                           text, NULL };
    static struct outcome outcome;

    for (int tries = 0; tries < 500; tries++) {
        scene_run(scene, argv, NULL, &outcome);
        if (outcome.status == 0)
            return;
        terminal_read(terminal, 20);
    }
    fail_msg("the journal never held %s", text);
}

static void a_killed_kerf_is_resumed_with_what_was_said(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_review(scene, 24, 80);

    decide(terminal, "n", "refused 1");
    terminal_type(terminal, "\t");
    assert_true(terminal_wait(terminal, "Here is the change."));
    wait_for_journal(scene, terminal, "\"kind\":\"decided\"");
    kill(terminal_pid(terminal), SIGKILL);
    terminal_wait_exit(terminal);
    terminal_end(terminal);

    terminal = START(scene, 24, 80, "resume");
    assert_true(terminal_wait(terminal, "refused 1  undecided 2"));
    terminal_end(terminal);
    assert_string_equal(scene_read(scene, "tree/a.txt"), numbers);
}

static void a_session_is_open_in_one_kerf(void **state)
{
    const char *const resume[] = { kerf_path(), "resume", NULL };
    static struct outcome outcome;
    struct scene *scene = *state;
    char told[60];

    play(scene, "{\"turns\":[[{\"text\":\"Answer one.\"}]]}", NULL);
    struct terminal *first = START(scene, 24, 80);
    assert_true(terminal_wait(first, "sim ws ok"));
    terminal_type(first, "first question\r");
    assert_true(terminal_wait(first, "Answer one."));
    wait_for_journal(scene, first, "\"kind\":\"turn_done\"");
    snprintf(told, sizeof(told), "is open in another kerf (process %ld)",
             (long)terminal_pid(first));

    scene_run(scene, resume, NULL, &outcome);
    assert_int_equal(outcome.status, 1);
    assert_non_null(strstr(outcome.err, told));

    struct terminal *second = START(scene, 24, 120);
    assert_true(terminal_wait(second, "sim ws ok"));
    terminal_type(second, "/sessions\r");
    assert_true(terminal_wait(second, "first question"));
    terminal_type(second, "\r");
    assert_true(terminal_wait(second, "is open in another kerf"));
    assert_false(terminal_shows(second, "Answer one."));

    quit(first);
    terminal_end(first);
    terminal_type(second, "/sessions\r");
    assert_true(terminal_wait(second, "first question"));
    terminal_type(second, "\r");
    assert_true(terminal_wait(second, "Answer one."));
    terminal_end(second);
}

static void the_terminal_is_left_clean_on_a_crash(void **state)
{
    static const int deadly[] = { SIGSEGV, SIGABRT, SIGTERM };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++) {
        size_t size;
        struct terminal *terminal = START(scene, 24, 80);
        assert_true(terminal_wait(terminal, "kerf"));
        kill(terminal_pid(terminal), deadly[i]);
        assert_int_equal(terminal_wait_exit(terminal), 128 + deadly[i]);
        assert_true(terminal_is_restored(terminal));
        const char *bytes = terminal_bytes(terminal, &size);
        assert_non_null(memmem(bytes, size, "\033[?1049l", 8));
        assert_non_null(memmem(bytes, size, "\033[?2004l", 8));
        terminal_end(terminal);
    }
}

static void an_unusable_terminal_is_told_in_a_line(void **state)
{
    static const char *const terms[] = { "TERM=no-such-terminal" };
    struct scene *scene = *state;

    for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
        free(scene->env[3]);
        scene->env[3] = strdup(terms[i]);
        struct terminal *terminal = START(scene, 24, 80);
        assert_int_equal(terminal_wait_exit(terminal), 1);
        assert_true(terminal_shows(terminal, "kerf: "));
        assert_true(terminal_is_restored(terminal));
        terminal_end(terminal);
    }
}

static void without_colour_the_states_are_still_words(void **state)
{
    struct scene *scene = *state;
    size_t size;

    free(scene->env[9]);
    scene->env[9] = strdup("NO_COLOR=1");
    struct terminal *terminal = open_review(scene, 24, 80);
    assert_true(terminal_shows(terminal, "h1 ?  ok"));
    const char *bytes = terminal_bytes(terminal, &size);
    assert_null(memmem(bytes, size, "\033[31m", 5));
    assert_null(memmem(bytes, size, "\033[38;", 5));
    terminal_end(terminal);
}

static void foreign_text_never_steers_the_terminal(void **state)
{
    struct scene *scene = *state;
    size_t size;

    play(scene,
         "{\"turns\":[[{\"text\":\"bell \\u0007 title "
         "\\u001b]0;owned\\u0007 clip \\u001b]52;c;QQ==\\u0007 c1 \\u009b31m "
         "end-of-it\"}]]}",
         NULL);
    struct terminal *terminal = START(scene, 24, 80);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "go\r");
    assert_true(terminal_wait(terminal, "end-of-it"));
    const char *bytes = terminal_bytes(terminal, &size);
    assert_null(memmem(bytes, size, "\033]0;owned", 9));
    assert_null(memmem(bytes, size, "\033]52", 4));
    assert_null(memchr(bytes, '\a', size));
    assert_null(memmem(bytes, size, "\xc2\x9b", 2));
    terminal_end(terminal);
}

static void typed_ahead_keys_do_not_approve_a_command(void **state)
{
    struct scene *scene = *state;

    play(scene,
         "{\"turns\":[[{\"function_call\":{\"name\":\"shell\",\"arguments\":{"
         "\"command\":\"touch proof\"}}}],[{\"text\":\"Over.\"}]]}",
         NULL);
    struct terminal *terminal = START(scene, 24, 80);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "go\ryyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy");
    assert_true(terminal_wait(terminal, "run this command?"));
    terminal_type(terminal, "yyyyyyyy");
    assert_true(terminal_wait(terminal, "y once"));
    assert_null(scene_read(scene, "tree/proof"));
    terminal_type(terminal, "y");
    assert_true(terminal_wait(terminal, "Over."));
    assert_non_null(scene_read(scene, "tree/proof"));
    terminal_end(terminal);
}

static void the_whole_command_runs_as_shown_without_secrets(void **state)
{
    struct scene *scene = *state;

    play(scene,
         "{\"turns\":[[{\"function_call\":{\"name\":\"shell\",\"arguments\":{"
         "\"command\":\"env > seen.txt\"}}}],[{\"text\":\"Over.\"}]]}",
         NULL);
    struct terminal *terminal = START(scene, 24, 80);
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "go\r");
    assert_true(terminal_wait(terminal, "env > seen.txt"));
    assert_true(terminal_wait(terminal, "y once"));
    terminal_type(terminal, "y");
    assert_true(terminal_wait(terminal, "Over."));
    const char *seen = scene_read(scene, "tree/seen.txt");
    assert_non_null(strstr(seen, "HOME="));
    assert_null(strstr(seen, "SIM_TOKEN"));
    terminal_end(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(the_demo_builds_after_its_fixes_were_accepted),
        SCENE_TEST(only_what_was_accepted_is_written_and_can_be_undone),
        SCENE_TEST(a_file_that_changed_meanwhile_is_not_overwritten),
        SCENE_TEST(a_patch_from_elsewhere_is_reviewed_without_a_model),
        SCENE_TEST(a_patch_cut_by_a_disconnect_is_asked_again_once),
        SCENE_TEST(a_resize_during_a_stream_ends_as_a_fresh_draw),
        SCENE_TEST(an_interrupt_leaves_the_draft_and_a_usable_program),
        SCENE_TEST(a_hang_up_ends_it_and_the_session_is_kept),
        SCENE_TEST(a_killed_kerf_is_resumed_with_what_was_said),
        SCENE_TEST(a_session_is_open_in_one_kerf),
        SCENE_TEST(clear_begins_a_new_session_in_the_same_tree),
        SCENE_TEST(the_terminal_is_left_clean_on_a_crash),
        SCENE_TEST(an_unusable_terminal_is_told_in_a_line),
        SCENE_TEST(without_colour_the_states_are_still_words),
        SCENE_TEST(foreign_text_never_steers_the_terminal),
        SCENE_TEST(typed_ahead_keys_do_not_approve_a_command),
        SCENE_TEST(the_whole_command_runs_as_shown_without_secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
