/* Staging that can be taken back, and done again. */
#include "tree_helper.h"

#include "kerf/repo/unstage.h"

// A commit of a.c, and another a.c in the index.
static struct repo *open_indexed(struct sandbox *box)
{
    sandbox_run(box, "tree", "git init -q -b main");
    sandbox_put(box, "tree/a.c", "a\n");
    sandbox_run(box, "tree", "git add .");
    sandbox_run(box, "tree", "git commit -q -m first");
    sandbox_put(box, "tree/a.c", "indexed\n");
    sandbox_run(box, "tree", "git add a.c");
    return open_tree(box);
}

static struct str stage(struct sandbox *box, struct repo *repo)
{
    struct file_result results[] = {
        { .kind = RESULT_WRITE, .path = STR("a.c"), .bytes = STR("new\n") },
        { .kind = RESULT_WRITE, .path = STR("b.c"), .bytes = STR("b\n") },
    };
    struct staged staged;
    struct error err;

    assert_true(repo_stage_noted(repo, &box->arena, results, 2, &staged, &err));
    return staged.note;
}

static struct str turn(struct sandbox *box, struct repo *repo, struct str note,
                       bool back)
{
    struct str left;
    struct error err;

    if (!repo_turn_index(repo, &box->arena, note, back, &left, &err))
        fail_msg("%s", err.text);
    return left;
}

static void assert_index(struct sandbox *box, const char *a, bool has_b)
{
    sandbox_run(box, "tree", "rm -rf got");
    sandbox_run(box, "tree", "git checkout-index -af --prefix=got/");
    assert_string_equal(sandbox_get(box, "tree/got/a.c"), a);
    assert_int_equal(sandbox_get(box, "tree/got/b.c") != NULL, has_b);
}

static void the_index_is_as_it_was_before(void **state)
{
    struct sandbox *box = *state;
    struct repo *repo = open_indexed(box);
    struct str note = stage(box, repo);

    assert_index(box, "new\n", true);
    assert_int_equal(turn(box, repo, note, true).len, 0);
    assert_index(box, "indexed\n", false);
    assert_int_equal(turn(box, repo, note, false).len, 0);
    assert_index(box, "new\n", true);
    repo_close(repo);
}

// A file of which the index lacks a change that the tree has.
static struct staged stage_change(struct sandbox *box, struct repo *repo,
                                  const char *before, const char *after)
{
    struct file_result result = { .kind = RESULT_WRITE,
                                  .path = STR("a.c"),
                                  .bytes = str_from(after),
                                  .existed = true,
                                  .preimage = str_from(before) };
    struct staged staged;
    struct error err;

    assert_true(repo_stage_noted(repo, &box->arena, &result, 1, &staged, &err));
    return staged;
}

static void other_changes_of_the_file_are_not_staged(void **state)
{
    struct sandbox *box = *state;
    struct repo *repo = open_indexed(box);
    sandbox_put(box, "tree/a.c", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    sandbox_run(box, "tree", "git add a.c");

    struct staged staged = stage_change(box, repo,
                                        "1\n2\n3\n4\n5\n6\n7\n8\n9\nmine\n",
                                        "1\n2\nNEW\n4\n5\n6\n7\n8\n9\nmine\n");

    assert_int_equal(staged.whole.len, 0);
    assert_index(box, "1\n2\nNEW\n4\n5\n6\n7\n8\n9\n", false);
    repo_close(repo);
}

static void a_change_that_does_not_fit_the_index_is_named(void **state)
{
    struct sandbox *box = *state;
    struct repo *repo = open_indexed(box);

    struct staged staged = stage_change(box, repo, "mine\n", "MINE\n");

    assert_true(str_is(staged.whole, "a.c\n"));
    assert_index(box, "MINE\n", false);
    repo_close(repo);
}

static void what_was_staged_since_stays_and_is_named(void **state)
{
    struct sandbox *box = *state;
    struct repo *repo = open_indexed(box);
    struct str note = stage(box, repo);

    sandbox_put(box, "tree/a.c", "mine\n");
    sandbox_run(box, "tree", "git add a.c");

    assert_true(str_is(turn(box, repo, note, true), "a.c\n"));
    assert_index(box, "mine\n", false);
    repo_close(repo);
}

static void what_was_unmerged_is_left_alone(void **state)
{
    struct sandbox *box = *state;
    struct repo *repo = open_indexed(box);

    sandbox_put(box, "merge.sh",
                "id=$(git hash-object -w a.c)\n"
                "git rm -q --cached a.c\n"
                "printf '100644 %s 1\\ta.c\\n100644 %s 2\\ta.c\\n' $id $id |\n"
                "git update-index --index-info\n");
    sandbox_run(box, "tree", "sh ../merge.sh");
    struct str note = stage(box, repo);

    assert_true(str_is(turn(box, repo, note, true), "a.c\n"));
    assert_index(box, "new\n", false);
    repo_close(repo);
}

static void a_note_that_is_not_whole_changes_nothing(void **state)
{
    struct sandbox *box = *state;
    struct repo *repo = open_indexed(box);
    struct str note = stage(box, repo), left;
    struct error err = { 0 };

    for (size_t len = 0; len < note.len; len++)
        assert_false(repo_turn_index(repo, &box->arena, str_take(note, len),
                                     true, &left, &err));
    assert_int_equal(err.kind, ERROR_UNSUPPORTED);
    assert_index(box, "new\n", true);
    repo_close(repo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SANDBOX(the_index_is_as_it_was_before),
        IN_SANDBOX(other_changes_of_the_file_are_not_staged),
        IN_SANDBOX(a_change_that_does_not_fit_the_index_is_named),
        IN_SANDBOX(what_was_staged_since_stays_and_is_named),
        IN_SANDBOX(what_was_unmerged_is_left_alone),
        IN_SANDBOX(a_note_that_is_not_whole_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
