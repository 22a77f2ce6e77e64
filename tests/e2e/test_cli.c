/* The command line without a screen: exit statuses, messages, and what is on
 * disk afterwards. */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "scene.h"

static struct outcome ran; // too large for the stack

static void run(struct scene *scene, const char *const *arguments,
                const char *input)
{
    const char *argv[32] = { kerf_path() };

    for (size_t i = 0; arguments[i]; i++)
        argv[i + 1] = arguments[i];
    scene_run(scene, argv, input, &ran);
}

#define RUN(scene, input, ...) \
    run(scene, (const char *const[]){ __VA_ARGS__, NULL }, input)

static void assert_says(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("expected \"%s\" in:\n%s", part, text);
}

static const char patch[] = "*** Begin Patch\n"
                            "*** Update File: a.txt\n"
                            "@@\n"
                            " one\n"
                            "-two\n"
                            "+TWO\n"
                            " three\n"
                            "*** Add File: new/b.txt\n"
                            "+fresh\n"
                            "*** End Patch\n";

// --- usage ------------------------------------------------------------------

static void help_fits_a_screen(void **state)
{
    size_t lines = 0, cols = 0;

    RUN(*state, NULL, "--help");
    assert_int_equal(ran.status, 0);
    for (const char *c = ran.out; *c; c++) {
        lines += *c == '\n';
        cols = *c == '\n' ? 0 : cols + 1;
        assert_true(cols <= 80);
    }
    assert_true(lines <= 24);
    assert_says(ran.out, "kerf apply");
}

static void help_behind_a_command_is_the_commands(void **state)
{
    static const char *const names[] = { "fix", "apply", "run", "completion" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        RUN(*state, NULL, names[i], "--help");
        assert_int_equal(ran.status, 0);
        assert_says(ran.out, names[i]);
        assert_says(ran.out, "kerf(1) explains them.");
    }
}

static void wrong_usage_is_one_line_and_status_2(void **state)
{
    static const struct {
        const char *arguments[4];
        const char *says;
    } cases[] = {
        { { "frobnicate" }, "there is no command frobnicate" },
        { { "apply", "--frob" }, "there is no option --frob" },
        { { "undo", "a", "b" }, "too many words: b" },
        { { "-c" }, "-c needs a value" },
        { { "-c", "nonsense", "log" }, "section.name=value" },
        { { "fix" }, "which command?" },
        { { "run", "--patch" }, "--patch needs a value" },
        { { "-m", "text", "log" }, "-m goes with kerf alone" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        run(*state, cases[i].arguments, NULL);
        assert_int_equal(ran.status, 2);
        assert_says(ran.err, cases[i].says);
        assert_ptr_equal(strchr(ran.err, '\n'), ran.err + strlen(ran.err) - 1);
    }
}

static void outside_a_git_tree_it_says_so(void **state)
{
    struct scene *scene = *state;
    char tree[96];

    memcpy(tree, scene->tree, sizeof(tree));
    memcpy(scene->tree, scene->dir, sizeof(scene->dir));
    RUN(scene, NULL, "log");
    memcpy(scene->tree, tree, sizeof(tree));
    assert_int_equal(ran.status, 1);
    assert_says(ran.err, "no git tree");
}

static void a_screen_without_a_terminal_is_refused(void **state)
{
    RUN(*state, NULL, "-m", "hello");
    assert_int_equal(ran.status, 1);
    assert_says(ran.err, "no terminal to draw on");
}

static void a_bad_setting_names_file_line_and_mend(void **state)
{
    struct scene *scene = *state;

    scene_config(scene, "[kerf]\n\n[backend \"x\"]\ncontext = 12q\n");
    RUN(scene, NULL, "log");
    assert_int_equal(ran.status, 2);
    assert_says(ran.err, "config:4:");
    assert_says(ran.err, "context");
    assert_says(ran.err, "128k");
}

static void nobody_needs_a_home(void **state)
{
    struct scene *scene = *state;

    scene_set_env(scene, "HOME=");
    scene_set_env(scene, "XDG_CONFIG_HOME=");
    scene_set_env(scene, "XDG_STATE_HOME=");
    RUN(scene, NULL, "keys", "--list");
    assert_int_equal(ran.status, 0);
    assert_says(ran.out, "[composer]");
    RUN(scene, NULL, "run", "hi");
    assert_int_equal(ran.status, 0);
    assert_says(ran.out, "built-in engine");
}

// --- apply, undo ------------------------------------------------------------

static void a_patch_is_applied_and_undone(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", "one\ntwo\nthree\n");
    RUN(scene, patch, "apply");
    assert_int_equal(ran.status, 0);
    assert_says(ran.out, "M a.txt\n");
    assert_says(ran.out, "A new/b.txt\n");
    assert_string_equal(scene_read(scene, "tree/a.txt"), "one\nTWO\nthree\n");
    assert_string_equal(scene_read(scene, "tree/new/b.txt"), "fresh\n");

    RUN(scene, NULL, "undo");
    assert_int_equal(ran.status, 0);
    assert_string_equal(scene_read(scene, "tree/a.txt"), "one\ntwo\nthree\n");
    assert_null(scene_read(scene, "tree/new/b.txt"));

    RUN(scene, NULL, "undo", "--list");
    assert_says(ran.out, "taken back");
}

static void undo_refuses_what_was_edited_since(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", "one\ntwo\nthree\n");
    RUN(scene, patch, "apply");
    assert_int_equal(ran.status, 0);
    scene_write(scene, "tree/a.txt", "one\nTWO, edited\nthree\n");
    RUN(scene, NULL, "undo");
    assert_int_equal(ran.status, 4);
    assert_string_equal(scene_read(scene, "tree/a.txt"),
                        "one\nTWO, edited\nthree\n");
    assert_string_equal(scene_read(scene, "tree/new/b.txt"), "fresh\n");
}

static void a_check_writes_nothing(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", "one\ntwo\nthree\n");
    RUN(scene, patch, "apply", "--check");
    assert_int_equal(ran.status, 0);
    assert_string_equal(scene_read(scene, "tree/a.txt"), "one\ntwo\nthree\n");
    assert_null(scene_read(scene, "tree/new/b.txt"));
}

static void a_check_needs_no_place_to_save(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", "one\ntwo\nthree\n");
    scene_shell(scene, "rm -r ../state && touch ../state");
    RUN(scene, patch, "apply", "--check");
    assert_int_equal(ran.status, 0);
    RUN(scene, patch, "apply");
    assert_int_equal(ran.status, 1); // before-images could not be kept
    assert_says(ran.err, "cannot be made");
    assert_string_equal(scene_read(scene, "tree/a.txt"), "one\ntwo\nthree\n");
}

static void a_bare_repository_gets_a_clear_line(void **state)
{
    struct scene *scene = *state;

    scene_shell(scene, "mv .git ../bare && rm -rf ../tree/* && "
                       "git init -q --bare .");
    RUN(scene, NULL, "log");
    assert_int_equal(ran.status, 1);
    assert_says(ran.err, "bare repository");
}

static void one_bad_hunk_leaves_everything_as_it_was(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", "something else\n");
    RUN(scene, patch, "apply");
    assert_int_equal(ran.status, 4);
    assert_says(ran.err, "a.txt: hunk 1:");
    assert_says(ran.err, "nothing was changed");
    assert_null(scene_read(scene, "tree/new/b.txt"));
}

static void an_applied_patch_is_recognised(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", "one\ntwo\nthree\n");
    RUN(scene, patch, "apply");
    RUN(scene, patch, "apply");
    assert_int_equal(ran.status, 0);
    assert_says(ran.err, "applied already");
    assert_string_equal(scene_read(scene, "tree/a.txt"), "one\nTWO\nthree\n");
}

static void a_cut_patch_changes_nothing(void **state)
{
    struct scene *scene = *state;
    char cut[sizeof(patch)];

    memcpy(cut, patch, sizeof(patch));
    *strstr(cut, "*** End Patch") = '\0';
    scene_write(scene, "tree/a.txt", "one\ntwo\nthree\n");
    RUN(scene, cut, "apply");
    assert_int_equal(ran.status, 4);
    assert_string_equal(scene_read(scene, "tree/a.txt"), "one\ntwo\nthree\n");
}

static void hostile_paths_are_refused(void **state)
{
    static const char *const paths[] = {
        "../outside.txt", "/tmp/kerf-outside.txt", ".git/hooks/pre-commit",
        ".GIT/config",    "a/../../outside.txt",   "git~1/config",
        ".git./config",   "link/outside.txt",
    };
    struct scene *scene = *state;
    char text[512];

    scene_shell(scene, "ln -s .. link");
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        snprintf(text, sizeof(text),
                 "*** Begin Patch\n*** Add File: %s\n+bad\n*** End Patch\n",
                 paths[i]);
        RUN(scene, text, "apply");
        assert_true(ran.status == 4 || ran.status == 6);
        assert_null(scene_read(scene, "outside.txt"));
    }
    assert_null(scene_read(scene, "tree/.git/hooks/pre-commit"));
    assert_int_not_equal(access("/tmp/kerf-outside.txt", F_OK), 0);
}

static void bytes_outside_the_hunk_stay(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt",
                "\xef\xbb\xbfzero \xe9\r\none\r\ntwo\r\nthree\r\nend");
    RUN(scene, patch, "apply");
    assert_int_equal(ran.status, 0);
    assert_string_equal(scene_read(scene, "tree/a.txt"),
                        "\xef\xbb\xbfzero \xe9\r\none\r\nTWO\r\nthree\r\nend");
}

// --- kill -9 while files are written ----------------------------------------

#define MANY_FILES 150

// Counts files of the tree that hold `text`, and temporary files.
static void count_files(struct scene *scene, const char *text, int *holding,
                        int *temporary)
{
    char path[64];
    struct dirent *entry;
    DIR *dir = opendir(scene->tree);

    *holding = *temporary = 0;
    while ((entry = readdir(dir)) != NULL)
        *temporary += strncmp(entry->d_name, ".kerf-", 6) == 0;
    closedir(dir);
    for (int i = 0; i < MANY_FILES; i++) {
        snprintf(path, sizeof(path), "tree/f%d.txt", i);
        const char *bytes = scene_read(scene, path);
        *holding += bytes && strcmp(bytes, text) == 0;
    }
}

static char *patch_of_many(struct scene *scene)
{
    char *text = calloc(MANY_FILES, 128);
    char path[64];
    size_t used = (size_t)snprintf(text, 128, "*** Begin Patch\n");

    for (int i = 0; i < MANY_FILES; i++) {
        snprintf(path, sizeof(path), "tree/f%d.txt", i);
        scene_write(scene, path, "old\n");
        used += (size_t)snprintf(
            text + used, 128, "*** Update File: f%d.txt\n@@\n-old\n+new\n", i);
    }
    snprintf(text + used, 128, "*** End Patch\n");
    return text;
}

static void a_kill_in_a_write_leaves_all_or_nothing(void **state)
{
    static const int moments[] = { 1, 40, 110, MANY_FILES };
    struct scene *scene = *state;
    const char *argv[] = { kerf_path(), "apply", NULL };

    for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
        int changed = 0, temporary = 0, status;
        char *text = patch_of_many(scene);
        pid_t pid = scene_start(scene, argv, text);
        while (temporary < moments[i] && changed == 0
               && waitpid(pid, &status, WNOHANG) == 0)
            count_files(scene, "new\n", &changed, &temporary);
        kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
        RUN(scene, NULL, "undo", "--list"); // the next start mends
        assert_int_equal(ran.status, 0);
        count_files(scene, "new\n", &changed, &temporary);
        assert_true(changed == 0 || changed == MANY_FILES);
        assert_int_equal(temporary, 0);
        free(text);
    }
}

// --- run --------------------------------------------------------------------

static const char patch_scenario[] =
    "{\"turns\":[[{\"text\":\"I change a.txt.\"},{\"custom_tool_call\":{"
    "\"name\":\"apply_patch\",\"input\":\"*** Begin Patch\\n*** Update File: "
    "a.txt\\n@@\\n one\\n-two\\n+TWO\\n three\\n*** End Patch\\n\"}}],"
    "[{\"text\":\"All done.\"}]]}";

static void play(struct scene *scene, const char *scenario)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/scenario.json", scene->dir);
    scene_write(scene, "scenario.json", scenario);
    scene_sim(scene, (const char *const[]){ "--engine", "script", "--scenario",
                                            path, NULL });
}

static void one_turn_prints_the_text(void **state)
{
    struct scene *scene = *state;

    play(scene, "{\"turns\":[[{\"text\":\"Hello there.\"}]]}");
    RUN(scene, NULL, "run", "hi");
    assert_int_equal(ran.status, 0);
    assert_string_equal(ran.out, "Hello there.\n");
}

static void the_patch_is_printed_and_nothing_is_written(void **state)
{
    struct scene *scene = *state;
    const char *argv[] = {
        "/usr/bin/env", "git", "apply", "--check", "-", NULL
    };
    static char printed[65536];

    scene_write(scene, "tree/a.txt", "one\ntwo\nthree\n");
    play(scene, patch_scenario);
    RUN(scene, NULL, "run", "--patch", "-", "change it");
    assert_int_equal(ran.status, 0);
    assert_says(ran.out, "I change a.txt.\nAll done.\n");
    assert_says(ran.out, "-two\n+TWO\n");
    assert_string_equal(scene_read(scene, "tree/a.txt"), "one\ntwo\nthree\n");

    snprintf(printed, sizeof(printed), "%s", strstr(ran.out, "diff --git"));
    scene_run(scene, argv, printed, &ran);
    assert_int_equal(ran.status, 0);
}

static void run_applies_if_asked(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", "one\ntwo\nthree\n");
    play(scene, patch_scenario);
    RUN(scene, NULL, "run", "--apply", "change it");
    assert_int_equal(ran.status, 0);
    assert_string_equal(scene_read(scene, "tree/a.txt"), "one\nTWO\nthree\n");
}

static void a_patch_that_does_not_apply_is_status_4(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/a.txt", "nothing alike\n");
    play(scene, patch_scenario);
    RUN(scene, NULL, "run", "--apply", "change it");
    assert_int_equal(ran.status, 4);
    assert_string_equal(scene_read(scene, "tree/a.txt"), "nothing alike\n");
}

static void no_patch_is_status_3(void **state)
{
    struct scene *scene = *state;

    play(scene, "{\"turns\":[[{\"text\":\"No need.\"}]]}");
    RUN(scene, NULL, "run", "--patch", "-", "change it");
    assert_int_equal(ran.status, 3);
}

static void an_unreachable_backend_is_status_7(void **state)
{
    struct scene *scene = *state;

    scene_config(scene, "[backend \"gone\"]\nurl = http://127.0.0.1:9/v1\n"
                        "model = m\n");
    RUN(scene, NULL, "run", "hi");
    assert_int_equal(ran.status, 7);
}

static void a_wrong_key_is_told_once_and_never_shown(void **state)
{
    struct scene *scene = *state;
    char config[512];

    play(scene, "{\"turns\":[[{\"text\":\"Hello.\"}]]}");
    snprintf(config, sizeof(config),
             "[backend \"sim\"]\nurl = %s\nmodel = m\nkeyEnv = HOME\n",
             scene->url);
    scene_config(scene, config);
    RUN(scene, NULL, "run", "hi");
    assert_int_equal(ran.status, 7);
    assert_says(ran.err, "key");
    assert_null(strstr(ran.err, scene->dir)); // the wrong key was $HOME
}

// Every way of asking gives the same text and the same patch.
static void each_protocol_and_transport_brings_text_and_patch(void **state)
{
    static const char *const ways[] = {
        "protocol = responses\ntransport = ws\n",
        "protocol = responses\ntransport = http\n",
        "protocol = chat\n",
    };
    struct scene *scene = *state;
    char config[512];

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        scene_write(scene, "tree/a.c", "one\n");
        play(scene, "{\"turns\":[[{\"text\":\"Look:\"},"
                    "{\"custom_tool_call\":{\"name\":\"apply_patch\","
                    "\"input\":\"*** Begin Patch\\n*** Update File: a.c\\n"
                    "@@\\n-one\\n+two\\n*** End Patch\\n\"}}],"
                    "[{\"text\":\"Done.\"}]]}");
        snprintf(config, sizeof(config),
                 "[backend \"sim\"]\nurl = %s\nmodel = m\nkeyEnv = "
                 "SIM_TOKEN\n%s",
                 scene->url, ways[i]);
        scene_config(scene, config);
        RUN(scene, NULL, "run", "--apply", "hi");
        assert_int_equal(ran.status, 0);
        assert_says(ran.out, "Look:");
        assert_says(ran.out, "Done.");
        assert_string_equal(scene_read(scene, "tree/a.c"), "two\n");
        scene_stop_sim(scene);
    }
}

static void a_missing_key_names_the_variable(void **state)
{
    struct scene *scene = *state;

    scene_config(scene, "[backend \"x\"]\nurl = http://127.0.0.1:9/v1\n"
                        "model = m\nkeyEnv = NO_SUCH_KEY\n");
    RUN(scene, NULL, "run", "hi");
    assert_int_equal(ran.status, 7);
    assert_says(ran.err, "NO_SUCH_KEY");
}

static void standard_input_is_context(void **state)
{
    struct scene *scene = *state;

    play(scene, "{\"turns\":[[{\"expect\":{\"input_contains\":\"panic at line "
                "7\"}},{\"text\":\"Seen.\"}]]}");
    RUN(scene, "panic at line 7\n", "run", "why?");
    assert_int_equal(ran.status, 0);
    assert_string_equal(ran.out, "Seen.\n");
}

static void what_is_sent_holds_the_instructions_and_named_files(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/AGENTS.md", "Always say please.\n");
    scene_write(scene, "tree/a.txt", "the words of a\n");
    scene_write(scene, "tree/.env", "PASSWORD=hunter2\n");
    play(scene, "{\"turns\":[[{\"text\":\"Seen.\"}]]}");
    RUN(scene, NULL, "run", "compare @a.txt with @.env and @nobody, please");
    assert_int_equal(ran.status, 0);
    const char *sent = scene_read(scene, "record");
    assert_says(sent, "Always say please.");
    assert_says(sent, "the words of a");
    assert_null(strstr(sent, "hunter2"));
}

static void the_model_may_not_read_secrets_or_ignored_files(void **state)
{
    struct scene *scene = *state;

    scene_write(scene, "tree/.gitignore", "hidden.txt\n");
    scene_write(scene, "tree/hidden.txt", "ignored words\n");
    scene_write(scene, "tree/.env", "PASSWORD=hunter2\n");
    play(scene, "{\"turns\":[["
                "{\"function_call\":{\"name\":\"read_file\",\"arguments\":{"
                "\"path\":\".env\"}}},"
                "{\"function_call\":{\"name\":\"read_file\",\"arguments\":{"
                "\"path\":\"hidden.txt\"}}},"
                "{\"function_call\":{\"name\":\"read_file\",\"arguments\":{"
                "\"path\":\"../input\"}}},"
                "{\"function_call\":{\"name\":\"search\",\"arguments\":{"
                "\"pattern\":\"hunter|ignored\"}}}],"
                "[{\"text\":\"Over.\"}]]}");
    RUN(scene, NULL, "run", "read them");
    assert_int_equal(ran.status, 0);
    const char *sent = scene_read(scene, "record");
    assert_says(sent, "not shown");
    assert_null(strstr(sent, "hunter2"));
    assert_null(strstr(sent, "ignored words"));
}

static void a_key_may_come_from_a_command(void **state)
{
    struct scene *scene = *state;
    char config[512];

    play(scene, "{\"turns\":[[{\"text\":\"Hello.\"}]]}");
    snprintf(config, sizeof(config),
             "[backend \"sim\"]\nurl = %s\nmodel = m\n"
             "keyCommand = echo noise >&2; echo scene-token\n",
             scene->url);
    scene_config(scene, config);
    RUN(scene, NULL, "run", "hi");
    assert_int_equal(ran.status, 0);
    assert_string_equal(ran.out, "Hello.\n");
}

static void commands_are_never_run_without_a_user(void **state)
{
    struct scene *scene = *state;

    play(scene, "{\"turns\":[[{\"function_call\":{\"name\":\"shell\","
                "\"arguments\":{\"command\":\"touch proof\"}}}],"
                "[{\"expect\":{\"input_contains\":\"refused to run\"}},"
                "{\"text\":\"Understood.\"}]]}");
    RUN(scene, NULL, "run", "do it");
    assert_int_equal(ran.status, 0);
    assert_string_equal(ran.out, "Understood.\n");
    assert_null(scene_read(scene, "tree/proof"));
}

static void a_dropped_connection_is_repaired_without_doubled_text(void **state)
{
    struct scene *scene = *state;

    scene_sim(scene,
              (const char *const[]){ "--engine", "echo", "--tokens", "200",
                                     "--fault", "mid-delta-1006:1", NULL });
    RUN(scene, NULL, "run", "hi");
    assert_int_equal(ran.status, 0);
    assert_says(ran.out, "ZQEND");
    const char *first = strstr(ran.out, "ZQSTART");
    assert_non_null(first);
    assert_null(strstr(first + 1, "ZQSTART"));
}

static void sessions_are_kept_and_listed(void **state)
{
    struct scene *scene = *state;
    struct stat st;
    char path[160];

    play(scene, "{\"turns\":[[{\"text\":\"Hello.\"}]]}");
    RUN(scene, NULL, "run", "remember this question");
    RUN(scene, NULL, "log");
    assert_int_equal(ran.status, 0);
    assert_says(ran.out, "remember this question");
    snprintf(path, sizeof(path), "%s/state/kerf", scene->dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(help_fits_a_screen),
        SCENE_TEST(help_behind_a_command_is_the_commands),
        SCENE_TEST(wrong_usage_is_one_line_and_status_2),
        SCENE_TEST(outside_a_git_tree_it_says_so),
        SCENE_TEST(a_screen_without_a_terminal_is_refused),
        SCENE_TEST(a_bad_setting_names_file_line_and_mend),
        SCENE_TEST(nobody_needs_a_home),
        SCENE_TEST(a_patch_is_applied_and_undone),
        SCENE_TEST(undo_refuses_what_was_edited_since),
        SCENE_TEST(a_check_writes_nothing),
        SCENE_TEST(a_check_needs_no_place_to_save),
        SCENE_TEST(a_bare_repository_gets_a_clear_line),
        SCENE_TEST(one_bad_hunk_leaves_everything_as_it_was),
        SCENE_TEST(an_applied_patch_is_recognised),
        SCENE_TEST(a_cut_patch_changes_nothing),
        SCENE_TEST(hostile_paths_are_refused),
        SCENE_TEST(bytes_outside_the_hunk_stay),
        SCENE_TEST(a_kill_in_a_write_leaves_all_or_nothing),
        SCENE_TEST(one_turn_prints_the_text),
        SCENE_TEST(the_patch_is_printed_and_nothing_is_written),
        SCENE_TEST(run_applies_if_asked),
        SCENE_TEST(a_patch_that_does_not_apply_is_status_4),
        SCENE_TEST(no_patch_is_status_3),
        SCENE_TEST(an_unreachable_backend_is_status_7),
        SCENE_TEST(a_wrong_key_is_told_once_and_never_shown),
        SCENE_TEST(each_protocol_and_transport_brings_text_and_patch),
        SCENE_TEST(a_missing_key_names_the_variable),
        SCENE_TEST(standard_input_is_context),
        SCENE_TEST(what_is_sent_holds_the_instructions_and_named_files),
        SCENE_TEST(the_model_may_not_read_secrets_or_ignored_files),
        SCENE_TEST(a_key_may_come_from_a_command),
        SCENE_TEST(commands_are_never_run_without_a_user),
        SCENE_TEST(a_dropped_connection_is_repaired_without_doubled_text),
        SCENE_TEST(sessions_are_kept_and_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
