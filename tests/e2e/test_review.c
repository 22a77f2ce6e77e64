/* The review by keys, with a model that answers: notes and new versions, splits
 * and edits, asking again, staging, taking hunks back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

static const char numbers[] =
    "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";

#define PATCH(hunks)                                                      \
    "[{\"custom_tool_call\":{\"name\":\"apply_patch\",\"input\":\"*** "   \
    "Begin Patch\\n*** Update File: a.txt\\n" hunks "*** End Patch\\n\"}" \
    "}]"
#define HUNK_TWO "@@\\n one\\n-two\\n+TWO\\n three\\n"
#define HUNK_NINE "@@\\n eight\\n-nine\\n+NINE\\n ten\\n"
#define SCRIPT(turns) "{\"turns\":[" turns "]}"
#define WORDS(text) "[{\"text\":\"" text "\"}]"

static struct terminal *open_review(struct scene *scene, const char *scenario,
                                    const char *editor)
{
    char path[128], option[512];
    const char *sim[] = { "--engine", "script", "--scenario", path, NULL };

    scene_write(scene, "tree/a.txt", numbers);
    scene_shell(scene, "git add -A && git commit -qm start");
    snprintf(path, sizeof(path), "%s/scenario.json", scene->dir);
    scene_write(scene, "scenario.json", scenario);
    scene_sim(scene, sim);
    snprintf(option, sizeof(option), "ui.editor=%s", editor);
    struct terminal *terminal = scene_terminal(
        scene, 30, 100, (const char *const[]){ "-c", option, NULL });
    assert_true(terminal_wait(terminal, "sim ws ok"));
    terminal_type(terminal, "change it\r");
    assert_true(terminal_wait(terminal, "y/n decide"));
    return terminal;
}

static void press(struct terminal *terminal, const char *keys,
                  const char *then_shows)
{
    terminal_type(terminal, keys);
    assert_true(terminal_wait(terminal, then_shows));
}

static void quit(struct terminal *terminal)
{
    terminal_type(terminal, "\004");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    assert_true(terminal_is_restored(terminal));
    terminal_end(terminal);
}

static void assert_sent(struct scene *scene, const char *text)
{
    const char *record = scene_read(scene, "record");

    if (!record || !strstr(record, text))
        fail_msg("the server did not get \"%s\"", text);
}

static void leave(struct terminal *terminal)
{
    press(terminal, "q", "Enter send");
    quit(terminal);
}

// --- notes and versions -----------------------------------------------------

static void notes_bring_a_new_version_that_keeps_what_was_accepted(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_review(
        scene,
        SCRIPT(PATCH(HUNK_TWO HUNK_NINE) "," PATCH(
            HUNK_TWO
            "@@\\n eight\\n-nine\\n+Neun\\n ten\\n") "," WORDS("Done.")),
        "true");

    press(terminal, "y", "accepted 1");
    press(terminal, "c", "note on h2");
    press(terminal, "in German please\r", "note: in German please");
    assert_true(terminal_shows(terminal, "[1 note]"));
    press(terminal, "r", "+Neun");
    assert_true(terminal_wait(terminal, "h1 y  ok          kept"));
    assert_sent(scene, "in German please");
    assert_true(terminal_wait(terminal, "y/n decide")); // keys count now
    press(terminal, "\r", "> h2");
    press(terminal, "y", "accepted 2");
    press(terminal, "w", "Done.");
    assert_string_equal(
        scene_read(scene, "tree/a.txt"),
        "one\nTWO\nthree\nfour\nfive\nsix\nseven\neight\nNeun\nten\n");
    quit(terminal);
}

static void one_hunk_is_asked_for_again_and_either_version_taken(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_review(
        scene,
        SCRIPT(PATCH(HUNK_TWO HUNK_NINE) "," PATCH(
            "@@\\n one\\n-two\\n+deux\\n three\\n") "," WORDS("Done.")),
        "true");

    press(terminal, "R", "another version of h1");
    press(terminal, "in French\r", "(1 2*)");
    assert_true(terminal_shows(terminal, "+deux"));
    assert_sent(scene, "in French");
    press(terminal, "(", "(1* 2)");
    assert_true(terminal_shows(terminal, "+TWO"));
    press(terminal, ")", "(1 2*)");
    press(terminal, "y", "accepted 1");
    press(terminal, "n", "refused 1");
    press(terminal, "w", "Done.");
    assert_string_equal(
        scene_read(scene, "tree/a.txt"),
        "one\ndeux\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n");
    quit(terminal);
}

// --- splitting and editing --------------------------------------------------

#define BOTH \
    "@@\\n one\\n-two\\n+TWO\\n three\\n four\\n-five\\n+FIVE\\n six\\n"

static void half_of_a_split_hunk_is_written_and_staged(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal =
        open_review(scene, SCRIPT(PATCH(BOTH) "," WORDS("Done.")), "true");

    press(terminal, "s", "undecided 2");
    press(terminal, "n", "refused 1");
    press(terminal, "y", "accepted 1");
    press(terminal, "W", "Done.");
    scene_shell(scene, "git diff --cached | grep -q '^+FIVE' && "
                       "! git diff --cached | grep -q '^+TWO' && "
                       "git diff --quiet");
    quit(terminal);
}

static void a_hunk_is_edited_in_the_editor_and_checked_again(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal =
        open_review(scene, SCRIPT(PATCH(HUNK_TWO) "," WORDS("Done.")),
                    "sed -i s/+TWO/+zwei/");

    press(terminal, "e", "edited");
    assert_true(terminal_shows(terminal, "+zwei"));
    assert_true(terminal_shows(terminal, "h1 ?  ok"));
    press(terminal, "y", "accepted 1");
    press(terminal, "w", "Done.");
    assert_string_equal(
        scene_read(scene, "tree/a.txt"),
        "one\nzwei\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n");
    quit(terminal);
}

static void an_edit_that_cannot_be_read_is_gone_on_with(void **state)
{
    struct scene *scene = *state;
    // The first time it breaks the hunk, the second time it mends it.
    scene_write(
        scene, "edit.sh",
        "#!/bin/sh\nif grep -q '^x' \"$1\"; then sed -i "
        "'s/^xTWO/+mended/' \"$1\"; else sed -i 's/^+/x/' \"$1\"; fi\n");
    char editor[160];
    snprintf(editor, sizeof(editor), "sh %s/edit.sh", scene->dir);
    struct terminal *terminal =
        open_review(scene, SCRIPT(PATCH(HUNK_TWO) "," WORDS("Done.")), editor);

    press(terminal, "e", "e edits it again, Esc drops it");
    assert_true(terminal_shows(terminal, "begins with none of"));
    assert_true(terminal_shows(terminal, "+TWO"));
    press(terminal, "e", "+mended");
    leave(terminal);
}

static void a_file_changed_in_the_editor_withdraws_the_decision(void **state)
{
    struct scene *scene = *state;
    scene_write(scene, "edit.sh",
                "#!/bin/sh\necho \"$1\" > \"$0.log\"\n"
                "sed -i 's/^two/2/' \"$2\"\n");
    char editor[160];
    snprintf(editor, sizeof(editor), "sh %s/edit.sh", scene->dir);
    struct terminal *terminal = open_review(
        scene, SCRIPT(PATCH(HUNK_TWO HUNK_NINE) "," WORDS("Done.")), editor);

    press(terminal, "y", "accepted 1");
    press(terminal, "[E", "h1 ?  stale");
    assert_string_equal(scene_read(scene, "edit.sh.log"), "+1\n");
    assert_true(terminal_wait(terminal, "accepted 0"));
    leave(terminal);
}

// --- taking back ------------------------------------------------------------

static void one_written_hunk_is_taken_back(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_review(
        scene, SCRIPT(PATCH(HUNK_TWO HUNK_NINE) "," WORDS("Done.")), "true");

    press(terminal, "y", "accepted 1");
    press(terminal, "y", "accepted 2");
    press(terminal, "w", "Done.");
    press(terminal, "\t", "h1 y  written");
    press(terminal, "g", "> h1");
    press(terminal, "U", "take back: h this hunk");
    press(terminal, "h", "h1 y  taken back");
    assert_true(terminal_wait(terminal, "h2 y  written"));
    assert_string_equal(
        scene_read(scene, "tree/a.txt"),
        "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nNINE\nten\n");
    leave(terminal);
}

static void what_was_staged_goes_with_the_write_and_comes_again(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal =
        open_review(scene, SCRIPT(PATCH(HUNK_TWO) "," WORDS("Done.")), "true");

    press(terminal, "y", "accepted 1");
    press(terminal, "W", "Done.");
    press(terminal, "\t", "written and staged");
    press(terminal, "U", "h1 y  ok");
    scene_shell(scene, "git diff --quiet && git diff --cached --quiet");
    press(terminal, "\030U", "written and staged");
    scene_shell(scene, "git diff --quiet && git diff --cached | grep -q TWO");
    scene_shell(scene, "echo x >a.txt; git add a.txt; "
                       "printf 'one\\nTWO\\nthree\\nfour\\nfive\\nsix\\n"
                       "seven\\neight\\nnine\\nten\\n' >a.txt");
    press(terminal, "U", "left alone in git's index: a.txt");
    assert_string_equal(scene_read(scene, "tree/a.txt"), numbers);
    leave(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(notes_bring_a_new_version_that_keeps_what_was_accepted),
        SCENE_TEST(one_hunk_is_asked_for_again_and_either_version_taken),
        SCENE_TEST(half_of_a_split_hunk_is_written_and_staged),
        SCENE_TEST(a_hunk_is_edited_in_the_editor_and_checked_again),
        SCENE_TEST(an_edit_that_cannot_be_read_is_gone_on_with),
        SCENE_TEST(a_file_changed_in_the_editor_withdraws_the_decision),
        SCENE_TEST(one_written_hunk_is_taken_back),
        SCENE_TEST(what_was_staged_goes_with_the_write_and_comes_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
