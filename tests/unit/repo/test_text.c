/* Diff and log as text, by the library and by the program. */
#include "tree_helper.h"

#include "kerf/repo/text.h"

static void make_repo(struct sandbox *box, const char *init)
{
    setenv("GIT_AUTHOR_DATE", "2026-11-21T12:00:00+0000", 1);
    make_tree(box, init, "one\ntwo\n");
}

static const char *diff_of(struct sandbox *box, bool staged)
{
    struct repo *repo = open_tree(box);
    struct error err;
    struct str text;

    if (!repo_diff_text(repo, &box->arena, staged, &text, &err))
        fail_msg("%s", err.text);
    repo_close(repo);
    return arena_cstr(&box->arena, text);
}

static const char *log_of(struct sandbox *box, size_t count)
{
    struct repo *repo = open_tree(box);
    struct error err;
    struct str text;

    if (!repo_log_text(repo, &box->arena, count, &text, &err))
        fail_msg("%s", err.text);
    repo_close(repo);
    return arena_cstr(&box->arena, text);
}

static void check_diffs(struct sandbox *box)
{
    assert_string_equal(diff_of(box, false), "");
    sandbox_put(box, "tree/a.c", "one\nTWO\n");
    sandbox_run(box, "tree", "git add a.c");
    sandbox_put(box, "tree/b.c", "B\n");
    const char *staged = diff_of(box, true), *all = diff_of(box, false);
    assert_non_null(strstr(staged, "--- a/a.c\n+++ b/a.c\n@@ -1,2 +1,2 @@\n"
                                   " one\n-two\n+TWO\n"));
    assert_null(strstr(staged, "b.c"));
    assert_non_null(strstr(all, "+TWO\n"));
    assert_non_null(strstr(all, "diff --git a/b.c b/b.c\n"));
    assert_non_null(strstr(all, "-b\n+B\n"));
}

static void the_diff_is_of_the_tree_or_of_the_index(void **state)
{
    make_repo(*state, "git init -q -b main");
    check_diffs(*state);
}

static void the_program_tells_what_the_library_cannot_read(void **state)
{
    make_repo(*state, "git init -q -b main --object-format=sha256");
    check_diffs(*state);
    assert_non_null(strstr(log_of(*state, 5), " 2026-11-21 T: first\n"));
}

static void a_missing_end_of_line_is_told_in_the_diff(void **state)
{
    make_repo(*state, "git init -q -b main");
    sandbox_put(*state, "tree/b.c", "b");

    assert_non_null(strstr(diff_of(*state, false),
                           "-b\n+b\n\\ No newline at end of file\n"));
}

static void no_program_of_the_repository_runs_for_a_diff(void **state)
{
    struct sandbox *box = *state;
    make_repo(box, "git init -q -b main --object-format=sha256");
    sandbox_put(box, "tree/.gitattributes", "*.c diff=bad filter=bad\n");
    sandbox_run(box, "tree", "git config diff.bad.command ./run-me");
    sandbox_run(box, "tree", "git config diff.bad.textconv ./run-me");
    sandbox_run(box, "tree", "git config diff.external ./run-me");
    sandbox_put(box, "tree/run-me", "#!/bin/sh\ntouch ran\n");
    sandbox_run(box, "tree", "chmod +x run-me");
    sandbox_put(box, "tree/a.c", "changed\n");

    assert_non_null(strstr(diff_of(box, false), "+changed\n"));
    assert_false(sandbox_has(box, "tree/ran"));
}

static void the_log_is_newest_first_and_counted(void **state)
{
    struct sandbox *box = *state;
    make_repo(box, "git init -q -b main");
    sandbox_put(box, "tree/a.c", "x\n");
    sandbox_run(box, "tree", "git commit -q -a -m second");

    const char *log = log_of(box, 9);
    const char *first = strstr(log, " 2026-11-21 T: first\n");
    const char *second = strstr(log, " 2026-11-21 T: second\n");

    assert_true(first && second && second < first);
    assert_null(strstr(log_of(box, 1), "first"));
}

static void before_the_first_commit_there_is_no_log_but_a_diff(void **state)
{
    struct sandbox *box = *state;
    struct error err = { 0 };
    struct str text;
    sandbox_run(box, "tree", "git init -q -b main");
    sandbox_put(box, "tree/a.c", "new\n");
    sandbox_run(box, "tree", "git add a.c");

    assert_non_null(strstr(diff_of(box, true), "+new\n"));
    struct repo *repo = open_tree(box);
    assert_false(repo_log_text(repo, &box->arena, 1, &text, &err));
    assert_string_equal(err.text, "there is no commit yet");
    repo_close(repo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_diff_is_of_the_tree_or_of_the_index,
                                        sandbox_setup, sandbox_teardown),
        cmocka_unit_test_setup_teardown(
            the_program_tells_what_the_library_cannot_read, sandbox_setup,
            sandbox_teardown),
        cmocka_unit_test_setup_teardown(
            a_missing_end_of_line_is_told_in_the_diff, sandbox_setup,
            sandbox_teardown),
        cmocka_unit_test_setup_teardown(
            no_program_of_the_repository_runs_for_a_diff, sandbox_setup,
            sandbox_teardown),
        cmocka_unit_test_setup_teardown(the_log_is_newest_first_and_counted,
                                        sandbox_setup, sandbox_teardown),
        cmocka_unit_test_setup_teardown(
            before_the_first_commit_there_is_no_log_but_a_diff, sandbox_setup,
            sandbox_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
