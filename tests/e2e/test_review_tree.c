/* kerf review on changes that git knows: one's own, staged ones, those between
 * revisions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

static const char numbers[] = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n"
                              "nine\nten\neleven\ntwelve\n";
static const char changed[] = "one\nTWO\nthree\nfour\nfive\nsix\nseven\neight\n"
                              "nine\nten\nELEVEN\ntwelve\n";

static void commit_numbers(struct scene *scene)
{
    scene_write(scene, "tree/a.txt", numbers);
    scene_shell(scene, "git add -A && git commit -qm start");
}

static struct terminal *review(struct scene *scene, const char *what)
{
    return scene_terminal(scene, 30, 100,
                          (const char *const[]){ "review", what, NULL });
}

static void press(struct terminal *terminal, const char *keys,
                  const char *then_shows)
{
    terminal_type(terminal, keys);
    if (!terminal_wait(terminal, then_shows))
        fail_msg("after \"%s\" there is no \"%s\"", keys, then_shows);
}

static void leave(struct terminal *terminal)
{
    terminal_type(terminal, "q");
    assert_int_equal(terminal_wait_exit(terminal), 0);
    assert_true(terminal_is_restored(terminal));
    terminal_end(terminal);
}

// --- one's own changes -------------------------------------------------------

static void one_of_two_hunks_is_staged_and_the_tree_stays(void **state)
{
    struct scene *scene = *state;
    commit_numbers(scene);
    scene_write(scene, "tree/a.txt", changed);
    struct terminal *terminal = review(scene, NULL);

    assert_true(terminal_wait(terminal, "y stages"));
    assert_true(terminal_wait(terminal, "h2 ?  ok"));
    assert_true(terminal_wait(terminal, "y/n decide"));
    press(terminal, "n", "refused 1");
    press(terminal, "y", "accepted 1");
    press(terminal, "w", "staged: 1 file");
    scene_shell(scene, "git diff --cached | grep -q '^+ELEVEN' && "
                       "! git diff --cached | grep -q '^+TWO' && "
                       "git diff | grep -q '^+TWO' && "
                       "! git diff | grep -q '^+ELEVEN'");
    assert_string_equal(scene_read(scene, "tree/a.txt"), changed);
    leave(terminal);
}

static void a_new_file_is_staged_and_an_ignored_one_not_shown(void **state)
{
    struct scene *scene = *state;
    scene_write(scene, "tree/.gitignore", "*.o\n");
    commit_numbers(scene);
    scene_write(scene, "tree/new.txt", "fresh\n");
    scene_write(scene, "tree/new.o", "object\n");
    struct terminal *terminal = review(scene, NULL);

    assert_true(terminal_wait(terminal, "h1 ?  ok"));
    assert_true(terminal_wait(terminal, "y/n decide"));
    assert_true(terminal_shows(terminal, "file 1/1"));
    press(terminal, "y", "accepted 1");
    press(terminal, "w", "staged: 1 file");
    scene_shell(scene, "test \"$(git status --porcelain)\" = 'A  new.txt'");
    leave(terminal);
}

static void a_hunk_goes_out_of_the_tree_and_comes_back(void **state)
{
    struct scene *scene = *state;
    struct outcome outcome;
    commit_numbers(scene);
    scene_write(scene, "tree/a.txt", changed);
    struct terminal *terminal = review(scene, NULL);

    assert_true(terminal_wait(terminal, "h1 ?  ok"));
    assert_true(terminal_wait(terminal, "y/n decide"));
    press(terminal, "U", "take h1 out of the file: h yes");
    press(terminal, "\033", "nothing is taken back");
    assert_string_equal(scene_read(scene, "tree/a.txt"), changed);
    press(terminal, "U", "take h1 out of the file: h yes");
    press(terminal, "h", "h1 n  taken back");
    assert_string_equal(scene_read(scene, "tree/a.txt"),
                        "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n"
                        "ten\nELEVEN\ntwelve\n");
    leave(terminal);
    scene_run(scene, (const char *const[]){ kerf_path(), "undo", NULL }, "",
              &outcome);
    assert_int_equal(outcome.status, 0);
    assert_string_equal(scene_read(scene, "tree/a.txt"), changed);
}

static void a_new_file_goes_out_of_the_tree_and_comes_back(void **state)
{
    struct scene *scene = *state;
    struct outcome outcome;
    commit_numbers(scene);
    scene_write(scene, "tree/new.txt", "fresh\n");
    struct terminal *terminal = review(scene, NULL);

    assert_true(terminal_wait(terminal, "h1 ?  ok"));
    assert_true(terminal_wait(terminal, "y/n decide"));
    press(terminal, "U", "take h1 out of the file: h yes");
    press(terminal, "h", "h1 n  taken back");
    scene_shell(scene, "! test -e new.txt");
    leave(terminal);
    scene_run(scene, (const char *const[]){ kerf_path(), "undo", NULL }, "",
              &outcome);
    assert_int_equal(outcome.status, 0);
    assert_string_equal(scene_read(scene, "tree/new.txt"), "fresh\n");
}

static void all_kinds_of_changes_are_staged(void **state)
{
    struct scene *scene = *state;
    scene_write(scene, "tree/run.sh", "run\n");
    scene_write(scene, "tree/gone.txt", "gone\n");
    scene_shell(scene, "printf '\\000\\001' >picture");
    commit_numbers(scene);
    scene_shell(scene, "chmod +x run.sh && rm gone.txt && : >empty && "
                       "printf '\\000\\002' >picture && "
                       "printf 'x' >'odd \"n\303\244me'");
    struct terminal *terminal = review(scene, NULL);

    assert_true(terminal_wait(terminal, "h5 ?  ok"));
    assert_true(terminal_wait(terminal, "y/n decide"));
    press(terminal, "A", "accept 5 hunks?");
    press(terminal, "A", "accepted 5");
    press(terminal, "w", "staged: 5 files");
    scene_shell(scene, "git diff --quiet && "
                       "test -z \"$(git ls-files -o)\" && "
                       "test \"$(git diff --cached --name-only | wc -l)\" = 5");
    leave(terminal);
}

static void ends_of_lines_of_the_tree_stay_in_the_tree(void **state)
{
    struct scene *scene = *state;
    scene_shell(scene, "git config core.autocrlf true");
    scene_write(scene, "tree/a.txt", "one\r\ntwo\r\nthree\r\n");
    scene_shell(scene, "git add -A 2>/dev/null && git commit -qm start");
    scene_write(scene, "tree/a.txt", "one\r\nTWO\r\nthree\r\n");
    struct terminal *terminal = review(scene, NULL);

    assert_true(terminal_wait(terminal, "h1 ?  ok"));
    assert_true(terminal_wait(terminal, "y/n decide"));
    press(terminal, "U", "take h1 out of the file: h yes");
    press(terminal, "h", "h1 n  taken back");
    assert_string_equal(scene_read(scene, "tree/a.txt"),
                        "one\r\ntwo\r\nthree\r\n");
    press(terminal, "U", "U brings the last one back");
    press(terminal, "U", "h1 n  ok");
    press(terminal, "y", "accepted 1");
    press(terminal, "w", "staged: 1 file");
    scene_shell(scene, "test \"$(git show :a.txt | od -An -c | tr -d ' \\n')\" "
                       "= 'one\\nTWO\\nthree\\n'");
    leave(terminal);
}

static void the_program_stages_what_the_library_cannot(void **state)
{
    struct scene *scene = *state;
    scene_shell(scene, "rm -rf .git && "
                       "git init -q -b main --object-format=sha256");
    commit_numbers(scene);
    scene_write(scene, "tree/a.txt", changed);
    scene_write(scene, "tree/new.txt", "fresh\n");
    struct terminal *terminal = review(scene, NULL);

    assert_true(terminal_wait(terminal, "h3 ?  ok"));
    assert_true(terminal_wait(terminal, "y/n decide"));
    press(terminal, "n", "refused 1");
    press(terminal, "y", "accepted 1");
    press(terminal, "y", "accepted 2");
    press(terminal, "w", "staged: 2 files");
    scene_shell(scene, "git diff --cached | grep -q '^+ELEVEN' && "
                       "git diff --cached | grep -q '^+fresh' && "
                       "! git diff --cached | grep -q '^+TWO'");
    leave(terminal);
}

static void an_index_that_changed_meanwhile_is_not_written(void **state)
{
    struct scene *scene = *state;
    commit_numbers(scene);
    scene_write(scene, "tree/a.txt", changed);
    struct terminal *terminal = review(scene, NULL);

    assert_true(terminal_wait(terminal, "h1 ?  ok"));
    assert_true(terminal_wait(terminal, "y/n decide"));
    press(terminal, "y", "accepted 1");
    press(terminal, "n", "refused 1");
    scene_shell(scene, "git add a.txt");
    press(terminal, "w", "nothing was staged: a.txt has changed");
    assert_true(terminal_wait(terminal, "applied"));
    scene_shell(scene, "git diff --quiet");
    press(terminal, "q", "again to leave");
    leave(terminal);
}

static void without_changes_there_is_nothing_to_review(void **state)
{
    struct scene *scene = *state;
    commit_numbers(scene);
    struct terminal *terminal = review(scene, NULL);

    assert_true(terminal_wait(terminal, "nothing to review: no changes"));
    assert_int_equal(terminal_wait_exit(terminal), 1);
    terminal_end(terminal);
}

// --- what is staged ----------------------------------------------------------

static void one_of_two_staged_hunks_is_unstaged(void **state)
{
    struct scene *scene = *state;
    commit_numbers(scene);
    scene_write(scene, "tree/a.txt", changed);
    scene_shell(scene, "git add a.txt");
    struct terminal *terminal = review(scene, "--staged");

    assert_true(terminal_wait(terminal, "y unstages"));
    assert_true(terminal_wait(terminal, "h1 ?  ok"));
    assert_true(terminal_wait(terminal, "y/n decide"));
    press(terminal, "y", "accepted 1");
    press(terminal, "n", "refused 1");
    press(terminal, "w", "unstaged: 1 file");
    scene_shell(scene, "git diff --cached | grep -q '^+ELEVEN' && "
                       "! git diff --cached | grep -q '^+TWO'");
    assert_string_equal(scene_read(scene, "tree/a.txt"), changed);
    leave(terminal);
}

// --- revisions ---------------------------------------------------------------

static void a_hunk_of_another_branch_is_picked(void **state)
{
    struct scene *scene = *state;
    commit_numbers(scene);
    scene_shell(scene, "git checkout -qb other");
    scene_write(scene, "tree/a.txt", changed);
    scene_shell(scene, "git commit -qam more && git checkout -q -");
    struct terminal *terminal = review(scene, "HEAD..other");

    assert_true(terminal_wait(terminal, "h1 ?  ok"));
    assert_true(terminal_wait(terminal, "y/n decide"));
    press(terminal, "y", "accepted 1");
    press(terminal, "n", "refused 1");
    press(terminal, "w", "written: 1 file");
    assert_string_equal(scene_read(scene, "tree/a.txt"),
                        "one\nTWO\nthree\nfour\nfive\nsix\nseven\neight\nnine\n"
                        "ten\neleven\ntwelve\n");
    scene_shell(scene, "git diff --cached --quiet");
    leave(terminal);
}

static void one_revision_is_what_the_tree_would_become(void **state)
{
    struct scene *scene = *state;
    commit_numbers(scene);
    scene_write(scene, "tree/a.txt", changed);
    struct terminal *terminal = review(scene, "HEAD");

    assert_true(terminal_wait(terminal, "h1 ?  ok"));
    assert_true(terminal_wait(terminal, "y/n decide"));
    press(terminal, "y", "accepted 1");
    press(terminal, "y", "accepted 2");
    press(terminal, "w", "written: 1 file");
    assert_string_equal(scene_read(scene, "tree/a.txt"), numbers);
    leave(terminal);
}

static void what_is_no_file_and_no_revision_is_told(void **state)
{
    struct scene *scene = *state;
    struct outcome outcome;
    commit_numbers(scene);

    scene_run(scene,
              (const char *const[]){ kerf_path(), "review", "nowhere", NULL },
              "", &outcome);
    assert_int_equal(outcome.status, 1);
    assert_non_null(strstr(outcome.err, "there is no file nowhere: there is no "
                                        "revision nowhere here"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(one_of_two_hunks_is_staged_and_the_tree_stays),
        SCENE_TEST(a_new_file_is_staged_and_an_ignored_one_not_shown),
        SCENE_TEST(a_hunk_goes_out_of_the_tree_and_comes_back),
        SCENE_TEST(a_new_file_goes_out_of_the_tree_and_comes_back),
        SCENE_TEST(all_kinds_of_changes_are_staged),
        SCENE_TEST(ends_of_lines_of_the_tree_stay_in_the_tree),
        SCENE_TEST(the_program_stages_what_the_library_cannot),
        SCENE_TEST(an_index_that_changed_meanwhile_is_not_written),
        SCENE_TEST(without_changes_there_is_nothing_to_review),
        SCENE_TEST(one_of_two_staged_hunks_is_unstaged),
        SCENE_TEST(a_hunk_of_another_branch_is_picked),
        SCENE_TEST(one_revision_is_what_the_tree_would_become),
        SCENE_TEST(what_is_no_file_and_no_revision_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
