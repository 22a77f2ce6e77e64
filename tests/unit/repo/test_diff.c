/* Diffs for a review and the index it writes, by library and by program. */
#include "tree_helper.h"

#include "kerf/repo/diff.h"

static const char library[] = "git init -q -b main";
static const char program[] = "git init -q -b main --object-format=sha256";

static void make_repo(struct sandbox *box, const char *init)
{
    make_tree(box, init, "one\ntwo\n");
}

static void shell(struct sandbox *box, const char *commands)
{
    sandbox_put(box, "commands", commands);
    sandbox_run(box, "tree", "sh -e ../commands");
}

static struct repo_diff diff_of(struct sandbox *box, enum diff_kind kind,
                                const char *revisions)
{
    struct repo *repo = open_tree(box);
    struct repo_diff diff;
    struct error err;

    if (!repo_diff(repo, &box->arena, kind, str_from(revisions), &diff, &err))
        fail_msg("%s", err.text);
    repo_close(repo);
    return diff;
}

static void assert_has(struct str text, const char *part)
{
    if (str_find(text, str_from(part)) == SIZE_MAX)
        fail_msg("no \"%s\" in \"%.*s\"", part, STR_ARG(text));
}

static void assert_lacks(struct str text, const char *part)
{
    if (str_find(text, str_from(part)) != SIZE_MAX)
        fail_msg("\"%s\" is in \"%.*s\"", part, STR_ARG(text));
}

static struct preimage entry_of(struct sandbox *box, const char *path)
{
    struct repo *repo = open_tree(box);
    struct preimage pre;

    repo_read_index(repo, &box->arena, str_from(path), &pre);
    repo_close(repo);
    return pre;
}

static bool put(struct sandbox *box, const struct file_result *results,
                size_t count, struct error *err)
{
    struct repo *repo = open_tree(box);
    bool fine = repo_write_index(repo, results, count, err);

    repo_close(repo);
    return fine;
}

// --- own changes ------------------------------------------------------------

static void check_unstaged(struct sandbox *box)
{
    sandbox_put(box, "tree/a.c", "one\nTWO\n");
    sandbox_run(box, "tree", "git add a.c");
    sandbox_put(box, "tree/a.c", "one\nTWO\nthree\n");
    sandbox_put(box, "tree/.gitignore", "*.o\n");
    sandbox_put(box, "tree/x.o", "object\n");
    sandbox_run(box, "tree", "mkdir sub");
    sandbox_put(box, "tree/sub/new.c", "fresh");

    struct str text = diff_of(box, DIFF_UNSTAGED, "").text;
    assert_has(text, " one\n TWO\n+three\n");
    assert_has(text, "+++ b/sub/new.c\n@@ -0,0 +1");
    assert_has(text, "+fresh\n\\ No newline at end of file\n");
    assert_lacks(text, "x.o");
    assert_lacks(text, "-two");
}

static void the_tree_is_compared_with_the_index_and_new_files(void **state)
{
    make_repo(*state, library);
    check_unstaged(*state);
}

static void the_program_compares_the_tree_likewise(void **state)
{
    make_repo(*state, program);
    check_unstaged(*state);
}

static void check_staged(struct sandbox *box)
{
    sandbox_put(box, "tree/a.c", "one\nTWO\n");
    sandbox_put(box, "tree/new.c", "new\n");
    sandbox_run(box, "tree", "git add a.c new.c");
    sandbox_put(box, "tree/b.c", "B\n");

    struct str text = diff_of(box, DIFF_STAGED, "").text;
    assert_has(text, "--- a/a.c\n+++ b/a.c\n@@ -1,2 +1,2 @@\n one\n-TWO\n"
                     "+two\n");
    assert_has(text, "deleted file mode 100644");
    assert_lacks(text, "b.c");
}

static void what_is_staged_is_shown_on_its_way_back(void **state)
{
    make_repo(*state, library);
    check_staged(*state);
}

static void the_program_shows_the_way_back_likewise(void **state)
{
    make_repo(*state, program);
    check_staged(*state);
}

static void before_the_first_commit_all_that_is_staged_can_go(void **state)
{
    struct sandbox *box = *state;
    sandbox_run(box, "tree", library);
    sandbox_put(box, "tree/a.c", "new\n");
    sandbox_run(box, "tree", "git add a.c");
    sandbox_put(box, "tree/a.c", "newer\n");

    assert_has(diff_of(box, DIFF_STAGED, "").text, "-new\n");
    assert_has(diff_of(box, DIFF_UNSTAGED, "").text, "-new\n+newer\n");
}

static void an_empty_file_has_no_lines_of_names(void **state)
{
    struct sandbox *box = *state;
    make_repo(box, library);
    sandbox_put(box, "tree/empty", "");

    assert_true(str_is(diff_of(box, DIFF_UNSTAGED, "").text,
                       "diff --git a/empty b/empty\nnew file mode 100644\n"
                       "index 0000000..e69de29\n"));
}

static void a_large_new_file_is_left_out_and_named(void **state)
{
    struct sandbox *box = *state;
    make_repo(box, library);
    shell(box, "head -c 1048577 /dev/zero >large");

    struct repo_diff diff = diff_of(box, DIFF_UNSTAGED, "");
    assert_int_equal(diff.text.len, 0);
    assert_true(str_is(diff.notes, "large is untracked and large: left out\n"));
}

static void check_unmerged(struct sandbox *box)
{
    sandbox_run(box, "tree", "git checkout -q -b other");
    sandbox_put(box, "tree/a.c", "one\n2\n");
    sandbox_run(box, "tree", "git commit -q -a -m other");
    sandbox_run(box, "tree", "git checkout -q main");
    sandbox_put(box, "tree/a.c", "one\nzwei\n");
    sandbox_run(box, "tree", "git commit -q -a -m mine");
    shell(box, "git merge -q other || true");

    struct repo_diff diff = diff_of(box, DIFF_UNSTAGED, "");
    assert_has(diff.notes, "a.c is unmerged: resolve it first\n");
    assert_lacks(diff.text, "zwei");
    assert_true(str_is(entry_of(box, "a.c").unreadable,
                       "is unmerged: resolve it first"));
}

static void an_unmerged_file_is_named_and_not_touched(void **state)
{
    struct sandbox *box = *state;
    struct error err;
    struct file_result result = { .kind = RESULT_WRITE,
                                  .path = STR("a.c"),
                                  .bytes = STR("x\n") };
    make_repo(box, library);
    check_unmerged(box);

    assert_false(put(box, &result, 1, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
}

static void the_program_names_an_unmerged_file_likewise(void **state)
{
    make_repo(*state, program);
    check_unmerged(*state);
}

static void a_submodule_is_left_out_and_named(void **state)
{
    struct sandbox *box = *state;
    make_repo(box, library);
    shell(box, "git update-index --add --cacheinfo "
               "160000,1111111111111111111111111111111111111111,module && "
               "mkdir module");

    struct repo_diff diff = diff_of(box, DIFF_STAGED, "");
    assert_true(str_is(diff.notes, "module is a submodule: left out\n"));
    assert_int_equal(diff.text.len, 0);
    assert_true(str_is(entry_of(box, "module").unreadable, "is a submodule"));
}

static void check_that_nothing_runs(struct sandbox *box)
{
    sandbox_put(box, "tree/.gitattributes", "*.c diff=bad filter=bad\n");
    sandbox_run(box, "tree", "git config diff.bad.command ./run-me");
    sandbox_run(box, "tree", "git config diff.bad.textconv ./run-me");
    sandbox_run(box, "tree", "git config filter.bad.clean ./run-me");
    sandbox_run(box, "tree", "git config diff.external ./run-me");
    sandbox_put(box, "tree/run-me", "#!/bin/sh\ntouch ran\n");
    sandbox_run(box, "tree", "chmod +x run-me");
    sandbox_put(box, "tree/a.c", "changed\n");

    assert_has(diff_of(box, DIFF_UNSTAGED, "").text, "+changed\n");
    assert_has(diff_of(box, DIFF_REVISION, "HEAD").text, "-changed\n");
    assert_false(sandbox_has(box, "tree/ran"));
}

static void no_program_of_the_repository_runs(void **state)
{
    make_repo(*state, library);
    check_that_nothing_runs(*state);
}

static void the_program_runs_none_either(void **state)
{
    make_repo(*state, program);
    check_that_nothing_runs(*state);
}

// --- revisions --------------------------------------------------------------

static void make_branches(struct sandbox *box)
{
    sandbox_run(box, "tree", "git checkout -q -b other");
    sandbox_put(box, "tree/a.c", "one\nTWO\n");
    sandbox_run(box, "tree", "git commit -q -a -m other");
    sandbox_run(box, "tree", "git checkout -q main");
    sandbox_put(box, "tree/b.c", "B\n");
    sandbox_run(box, "tree", "git commit -q -a -m mine");
}

static void check_ranges(struct sandbox *box)
{
    make_branches(box);
    struct str two = diff_of(box, DIFF_RANGE, "main..other").text;
    struct str three = diff_of(box, DIFF_RANGE, "...other").text;
    struct str one = diff_of(box, DIFF_REVISION, "other").text;

    assert_has(two, "-two\n+TWO\n");
    assert_has(two, "-B\n+b\n");
    assert_has(three, "-two\n+TWO\n");
    assert_lacks(three, "b.c");
    assert_has(one, "--- a/a.c\n+++ b/a.c\n");
    assert_has(one, "-two\n+TWO\n");
}

static void ranges_and_revisions_are_understood(void **state)
{
    make_repo(*state, library);
    check_ranges(*state);
}

static void the_program_understands_them_likewise(void **state)
{
    make_repo(*state, program);
    check_ranges(*state);
}

static void a_renamed_file_is_one_change(void **state)
{
    struct sandbox *box = *state;
    make_repo(box, library);
    sandbox_run(box, "tree", "git mv a.c c.c");
    sandbox_run(box, "tree", "git commit -q -m move");

    assert_has(diff_of(box, DIFF_RANGE, "HEAD~1..").text,
               "rename from a.c\nrename to c.c\n");
}

static void check_refusal(struct sandbox *box, enum diff_kind kind,
                          const char *revisions, const char *why)
{
    struct repo *repo = open_tree(box);
    struct repo_diff diff;
    struct error err;

    assert_false(
        repo_diff(repo, &box->arena, kind, str_from(revisions), &diff, &err));
    assert_string_equal(err.text, why);
    repo_close(repo);
}

static void a_revision_that_is_not_there_is_named(void **state)
{
    make_repo(*state, library);

    check_refusal(*state, DIFF_RANGE, "HEAD..gone",
                  "there is no revision gone here");
    check_refusal(*state, DIFF_REVISION, "--output=x",
                  "there is no revision --output=x here");
}

static void an_option_is_no_revision_for_the_program(void **state)
{
    make_repo(*state, program);

    check_refusal(*state, DIFF_REVISION, "--output=x",
                  "there is no revision --output=x here");
    assert_false(sandbox_has(*state, "tree/x"));
}

// --- the index --------------------------------------------------------------

static void check_writing(struct sandbox *box)
{
    struct error err = { 0 };
    struct file_result results[] = {
        { .kind = RESULT_WRITE,
          .path = STR("a.c"),
          .bytes = STR("one\r\nTWO"),
          .existed = true,
          .preimage = STR("one\ntwo\n") },
        { .kind = RESULT_WRITE,
          .path = STR("new.sh"),
          .bytes = STR("new\n"),
          .mode = 0755 },
        { .kind = RESULT_DELETE,
          .path = STR("b.c"),
          .existed = true,
          .preimage = STR("b\n") },
    };
    sandbox_put(box, "tree/a.c", "something else\n");
    sandbox_run(box, "tree", "git config core.autocrlf true");

    if (!put(box, results, 3, &err))
        fail_msg("%s", err.text);
    struct preimage a = entry_of(box, "a.c"), sh = entry_of(box, "new.sh");
    assert_true(str_is(a.bytes, "one\r\nTWO"));
    assert_int_equal(a.mode, 0644);
    assert_true(str_is(sh.bytes, "new\n"));
    assert_int_equal(sh.mode, 0755);
    assert_false(entry_of(box, "b.c").exists);
    shell(box, "test \"$(cat a.c)\" = 'something else'");
    shell(box, "! ls .git | grep kerf");
}

static void the_index_gets_the_bytes_themselves(void **state)
{
    make_repo(*state, library);
    check_writing(*state);
}

static void the_program_writes_the_bytes_themselves(void **state)
{
    make_repo(*state, program);
    check_writing(*state);
}

static void check_conflict(struct sandbox *box)
{
    struct error err = { 0 };
    struct file_result results[] = {
        { .kind = RESULT_WRITE,
          .path = STR("b.c"),
          .bytes = STR("B\n"),
          .existed = true,
          .preimage = STR("b\n") },
        { .kind = RESULT_WRITE,
          .path = STR("a.c"),
          .bytes = STR("x\n"),
          .existed = true,
          .preimage = STR("not this\n") },
    };

    assert_false(put(box, results, 2, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    assert_true(str_is(entry_of(box, "b.c").bytes, "b\n"));
}

static void an_entry_that_has_changed_leaves_all_as_it_was(void **state)
{
    make_repo(*state, library);
    check_conflict(*state);
}

static void the_program_leaves_all_as_it_was_likewise(void **state)
{
    make_repo(*state, program);
    check_conflict(*state);
}

static void an_index_that_is_held_is_not_written(void **state)
{
    struct sandbox *box = *state;
    struct error err = { 0 };
    struct file_result result = { .kind = RESULT_WRITE,
                                  .path = STR("new"),
                                  .bytes = STR("x\n") };
    make_repo(box, library);
    sandbox_put(box, "tree/.git/index.lock", "");

    assert_false(put(box, &result, 1, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
}

#define TEST(name) \
    cmocka_unit_test_setup_teardown(name, sandbox_setup, sandbox_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_tree_is_compared_with_the_index_and_new_files),
        TEST(the_program_compares_the_tree_likewise),
        TEST(what_is_staged_is_shown_on_its_way_back),
        TEST(the_program_shows_the_way_back_likewise),
        TEST(before_the_first_commit_all_that_is_staged_can_go),
        TEST(an_empty_file_has_no_lines_of_names),
        TEST(a_large_new_file_is_left_out_and_named),
        TEST(an_unmerged_file_is_named_and_not_touched),
        TEST(the_program_names_an_unmerged_file_likewise),
        TEST(a_submodule_is_left_out_and_named),
        TEST(no_program_of_the_repository_runs),
        TEST(the_program_runs_none_either),
        TEST(ranges_and_revisions_are_understood),
        TEST(the_program_understands_them_likewise),
        TEST(a_renamed_file_is_one_change),
        TEST(a_revision_that_is_not_there_is_named),
        TEST(an_option_is_no_revision_for_the_program),
        TEST(the_index_gets_the_bytes_themselves),
        TEST(the_program_writes_the_bytes_themselves),
        TEST(an_entry_that_has_changed_leaves_all_as_it_was),
        TEST(the_program_leaves_all_as_it_was_likewise),
        TEST(an_index_that_is_held_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
