/* The git tree: finding it, its state, its files, ways it can be odd. */
#include "tree_helper.h"

#include "kerf/base/buf.h"

static void make_repo(struct sandbox *box)
{
    make_tree(box, "git init -q -b main", "a\n");
}

static struct repo_status status_of(struct sandbox *box)
{
    struct repo_status status;
    struct error err;
    struct repo *repo = open_tree(box);

    if (!repo_status(repo, &box->arena, &status, &err))
        fail_msg("%s", err.text);
    repo_close(repo);
    return status;
}

// The list as one text: "a b c".
static const char *files_of(struct sandbox *box)
{
    struct repo_files files;
    struct buf text = { 0 };
    struct error err;
    struct repo *repo = open_tree(box);

    if (!repo_list(repo, &box->arena, &files, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < files.count; i++)
        buf_printf(&text, "%s%.*s", i ? " " : "", STR_ARG(files.paths[i]));
    const char *copy = arena_cstr(&box->arena, buf_str(&text));
    buf_release(&text);
    repo_close(repo);
    return copy;
}

static struct error open_error(struct sandbox *box, const char *name)
{
    struct error err = { 0 };
    struct repo *repo = repo_open(str_from(sandbox_path(box, name)), &err);

    assert_null(repo);
    return err;
}

// --- finding -----------------------------------------------------------------

static void the_root_is_found_from_a_folder_inside(void **state)
{
    struct sandbox *box = *state;
    struct str root;
    struct error err;
    make_repo(box);
    sandbox_mkdir(box, "tree/x");
    sandbox_mkdir(box, "tree/x/y");

    assert_true(repo_find_root(
        &box->arena, str_from(sandbox_path(box, "tree/x/y")), &root, &err));

    assert_true(str_is(root, sandbox_path(box, "tree")));
}

static void outside_of_a_tree_the_error_names_the_folder(void **state)
{
    struct sandbox *box = *state;
    struct str root;
    struct error err;

    assert_false(repo_find_root(
        &box->arena, str_from(sandbox_path(box, "outside")), &root, &err));

    assert_int_equal(err.kind, ERROR_NOT_FOUND);
    assert_non_null(strstr(err.text, "no git tree around "));
}

static void a_git_folder_without_a_head_is_passed_over(void **state)
{
    struct sandbox *box = *state;
    struct str root;
    struct error err;
    make_repo(box);
    sandbox_mkdir(box, "tree/x");
    sandbox_mkdir(box, "tree/x/.git");

    assert_true(repo_find_root(
        &box->arena, str_from(sandbox_path(box, "tree/x")), &root, &err));
    assert_true(str_is(root, sandbox_path(box, "tree")));
}

static void a_bare_repository_is_refused(void **state)
{
    struct sandbox *box = *state;
    struct str root;
    struct error err;
    sandbox_run(box, ".", "git init -q --bare bare");

    assert_false(repo_find_root(
        &box->arena, str_from(sandbox_path(box, "bare/refs")), &root, &err));
    assert_non_null(strstr(err.text, "bare repository"));
    err = open_error(box, "bare");
    assert_int_equal(err.kind, ERROR_UNSUPPORTED);
    assert_non_null(strstr(err.text, "bare repository"));
}

static void a_worktree_that_says_it_is_bare_is_refused(void **state)
{
    make_repo(*state);
    sandbox_run(*state, "tree", "git config core.bare true");
    assert_non_null(strstr(open_error(*state, "tree").text, "bare"));
}

static void a_folder_without_git_cannot_be_opened(void **state)
{
    assert_int_equal(open_error(*state, "outside").kind, ERROR_NOT_FOUND);
}

// --- status ------------------------------------------------------------------

static void a_clean_tree_has_a_branch_and_nothing_else(void **state)
{
    make_repo(*state);

    struct repo_status status = status_of(*state);

    assert_true(str_is(status.branch, "main"));
    assert_int_equal(status.modified, 0);
    assert_int_equal(status.staged, 0);
    assert_int_equal(status.untracked, 0);
    assert_true(str_is(status.git_dir, sandbox_path(*state, "tree/.git")));
}

static void changes_are_counted_by_kind(void **state)
{
    make_repo(*state);
    sandbox_put(*state, "tree/a.c", "changed\n");
    sandbox_put(*state, "tree/new.c", "new\n");
    sandbox_put(*state, "tree/added.c", "added\n");
    sandbox_run(*state, "tree", "git add added.c");

    struct repo_status status = status_of(*state);

    assert_int_equal(status.modified, 1);
    assert_int_equal(status.staged, 1);
    assert_int_equal(status.untracked, 1);
}

static void an_empty_repository_has_an_unborn_branch(void **state)
{
    sandbox_run(*state, "tree", "git init -q -b main");
    assert_true(str_is(status_of(*state).branch, "main (empty)"));
    assert_string_equal(files_of(*state), "");
}

static void a_detached_head_shows_its_short_id(void **state)
{
    make_repo(*state);
    sandbox_run(*state, "tree", "git checkout -q --detach");
    struct str branch = status_of(*state).branch;
    assert_int_equal(branch.len, 7 + strlen(" (detached)"));
    assert_true(str_ends_with(branch, STR(" (detached)")));
}

static void distance_from_the_upstream_is_told(void **state)
{
    make_repo(*state);
    sandbox_run(*state, "tree", "git branch up");
    sandbox_run(*state, "tree", "git commit -q --allow-empty -m second");
    sandbox_run(*state, "tree", "git commit -q --allow-empty -m third");
    sandbox_run(*state, "tree", "git branch -q -u up");
    struct repo_status status = status_of(*state);
    assert_int_equal(status.ahead, 2);
    assert_int_equal(status.behind, 0);
}

// --- files -------------------------------------------------------------------

static void files_are_tracked_and_untracked_but_not_ignored(void **state)
{
    struct sandbox *box = *state;
    make_repo(box);
    sandbox_put(box, "tree/.gitignore", "*.o\nbuild/\n");
    sandbox_put(box, "tree/.git/info/exclude", "secret\n");
    sandbox_mkdir(box, "tree/build");
    sandbox_put(box, "tree/build/x.c", "");
    sandbox_mkdir(box, "tree/lib");
    sandbox_put(box, "tree/lib/n.c", "");
    sandbox_put(box, "tree/lib/n.o", "");
    sandbox_put(box, "tree/secret", "");

    assert_string_equal(files_of(box), ".gitignore a.c b.c lib/n.c");
}

static void a_kerfignore_hides_untracked_files_too(void **state)
{
    make_repo(*state);
    sandbox_put(*state, "tree/.kerfignore", "*.log\n.kerfignore\n!keep.log\n");
    sandbox_put(*state, "tree/x.log", "");
    sandbox_put(*state, "tree/keep.log", "");
    assert_string_equal(files_of(*state), "a.c b.c keep.log");
}

static void a_kerfignore_that_is_a_pipe_does_not_hang(void **state)
{
    make_repo(*state);
    assert_int_equal(mkfifo(sandbox_path(*state, "tree/.kerfignore"), 0600), 0);
    assert_string_equal(files_of(*state), "a.c b.c");
}

static void a_tracked_file_is_listed_though_its_pattern_is_ignored(void **state)
{
    make_repo(*state);
    sandbox_put(*state, "tree/.git/info/exclude", "*.c\n");
    assert_string_equal(files_of(*state), "a.c b.c");
}

static void another_repository_inside_is_not_entered(void **state)
{
    make_repo(*state);
    sandbox_run(*state, "tree", "git init -q inner");
    sandbox_put(*state, "tree/inner/x", "");
    assert_string_equal(files_of(*state), "a.c b.c");
}

static void links_to_folders_are_not_followed(void **state)
{
    make_repo(*state);
    sandbox_put(*state, "outside/secret", "");
    assert_int_equal(symlink("../outside", sandbox_path(*state, "tree/l")), 0);
    assert_string_equal(files_of(*state), "a.c b.c l");
}

static void ignored_paths_are_told(void **state)
{
    make_repo(*state);
    sandbox_put(*state, "tree/.gitignore", "*.o\nbuild/\n");
    sandbox_put(*state, "tree/.kerfignore", "*.log\n");
    struct repo *repo = open_tree(*state);
    assert_true(repo_is_ignored(repo, STR("x.o")));
    assert_true(repo_is_ignored(repo, STR("lib/x.o")));
    assert_true(repo_is_ignored(repo, STR("build/x.c")));
    assert_true(repo_is_ignored(repo, STR("x.log")));
    assert_false(repo_is_ignored(repo, STR("x.c")));
    repo_close(repo);
}

// --- odd repositories --------------------------------------------------------

static void a_linked_worktree_works(void **state)
{
    make_repo(*state);
    sandbox_run(*state, ".", "mv tree main");
    sandbox_run(*state, "main", "git worktree add -q -b side ../tree");
    sandbox_put(*state, "tree/new.c", "");
    assert_true(str_is(status_of(*state).branch, "side"));
    assert_string_equal(files_of(*state), "a.c b.c new.c");
}

static void a_submodule_is_a_tree_of_its_own(void **state)
{
    struct sandbox *box = *state;
    make_repo(box);
    sandbox_run(box, ".", "mv tree sub");
    sandbox_mkdir(box, "tree");
    make_repo(box);
    sandbox_run(box, "tree",
                "git -c protocol.file.allow=always submodule --quiet add "
                "../sub mod");
    sandbox_put(box, "tree/mod/new.c", "");

    assert_string_equal(files_of(box), ".gitmodules a.c b.c");
    sandbox_run(box, ".", "mv tree super");
    assert_int_equal(symlink("super/mod", sandbox_path(box, "tree")), 0);
    assert_string_equal(files_of(box), "a.c b.c new.c");
}

static void sha256_repositories_are_asked_through_git(void **state)
{
    struct sandbox *box = *state;
    sandbox_run(box, "tree", "git init -q -b main --object-format=sha256");
    sandbox_put(box, "tree/a.c", "a\n");
    sandbox_put(box, "tree/c.c", "c\n");
    sandbox_run(box, "tree", "git add .");
    sandbox_run(box, "tree", "git commit -q -m first");
    sandbox_put(box, "tree/a.c", "changed\n");
    sandbox_put(box, "tree/n w.c", "new\n");
    sandbox_put(box, "tree/x.log", "");
    sandbox_put(box, "tree/.kerfignore", "*.log\n.kerfignore\n");

    struct repo_status status = status_of(box);

    assert_true(str_is(status.branch, "main"));
    assert_int_equal(status.modified, 1);
    assert_int_equal(status.staged, 0);
    assert_string_equal(files_of(box), "a.c c.c n w.c");
    struct repo *repo = open_tree(box);
    assert_true(repo_is_ignored(repo, STR("x.log")));
    assert_false(repo_is_ignored(repo, STR("x.c")));
    assert_false(repo_is_ignored(repo, STR(":(top)x.c")));
    repo_close(repo);
}

static void an_empty_and_a_detached_sha256_repository_are_named(void **state)
{
    struct sandbox *box = *state;
    sandbox_run(box, "tree", "git init -q -b main --object-format=sha256");
    assert_true(str_is(status_of(box).branch, "main (empty)"));
    sandbox_run(box, "tree", "git commit -q --allow-empty -m first");
    sandbox_run(box, "tree", "git checkout -q --detach");
    assert_true(str_ends_with(status_of(box).branch, STR(" (detached)")));
}

static void a_sparse_checkout_has_no_deleted_files(void **state)
{
    struct sandbox *box = *state;
    make_repo(box);
    sandbox_mkdir(box, "tree/in");
    sandbox_mkdir(box, "tree/out");
    sandbox_put(box, "tree/in/x", "x");
    sandbox_put(box, "tree/out/y", "y");
    sandbox_run(box, "tree", "git add .");
    sandbox_run(box, "tree", "git commit -q -m second");
    sandbox_run(box, "tree", "git sparse-checkout set in");

    assert_int_equal(status_of(box).modified, 0);
    assert_string_equal(files_of(box), "a.c b.c in/x");
    sandbox_run(box, "tree", "git sparse-checkout set --sparse-index in");
    assert_int_equal(status_of(box).modified, 0);
    assert_string_equal(files_of(box), "a.c b.c in/x");
}

static void a_split_index_is_asked_through_git(void **state)
{
    make_repo(*state);
    sandbox_run(*state, "tree", "git update-index --split-index");
    sandbox_put(*state, "tree/a.c", "changed\n");
    assert_int_equal(status_of(*state).modified, 1);
    assert_string_equal(files_of(*state), "a.c b.c");
}

static void an_unknown_format_is_named(void **state)
{
    make_repo(*state);
    sandbox_run(*state, "tree", "git config core.repositoryformatversion 1");
    sandbox_run(*state, "tree", "git config extensions.refstorage reftable");
    struct error err = open_error(*state, "tree");
    assert_int_equal(err.kind, ERROR_UNSUPPORTED);
    assert_non_null(strstr(err.text, "ref storage reftable"));
}

static void a_tree_of_somebody_else_gives_the_advice_of_git(void **state)
{
    struct sandbox *box = *state;
    if (geteuid() != 0)
        skip();
    make_repo(box);
    sandbox_run(box, ".", "chown -R 1234 tree");
    struct error err = open_error(box, "tree");
    assert_int_equal(err.kind, ERROR_POLICY);
    assert_non_null(strstr(err.text, "safe.directory"));
}

// A repository whose configuration would run a program at every turn.
static void set_traps(struct sandbox *box)
{
    static const char *const names[] = {
        "core.fsmonitor",      "core.pager",         "diff.external",
        "core.sshCommand",     "filter.trap.clean",  "filter.trap.smudge",
        "filter.trap.process", "diff.trap.textconv", "core.askPass",
        "credential.helper",   "alias.status",       "alias.ls-files",
    };
    const char *trap = sandbox_path(box, "outside/trap");
    char line[1024];

    snprintf(line, sizeof(line), "#!/bin/sh\ntouch %s\ncat\n",
             sandbox_path(box, "outside/sprung"));
    sandbox_put(box, "outside/trap", line);
    chmod(trap, 0755);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        snprintf(line, sizeof(line), "git config %s %s%s", names[i],
                 strncmp(names[i], "alias", 5) == 0 ? "!" : "", trap);
        sandbox_run(box, "tree", line);
    }
    snprintf(line, sizeof(line), "git config core.hooksPath %s",
             sandbox_path(box, "outside"));
    sandbox_run(box, "tree", line);
    sandbox_run(box, "tree", "git config filter.trap.required true");
    sandbox_put(box, "tree/.git/info/attributes", "* filter=trap diff=trap\n");
}

static void nothing_that_a_repository_configures_is_run(void **state)
{
    static const char *const formats[] = { "sha1", "sha256" };

    for (size_t i = 0; i < 2; i++) {
        struct sandbox *box = *state;
        char line[128];
        sandbox_clear(box, "tree");
        sandbox_mkdir(box, "tree");
        snprintf(line, sizeof(line), "git init -q --object-format=%s",
                 formats[i]);
        sandbox_run(box, "tree", line);
        sandbox_put(box, "tree/a.c", "a\n");
        sandbox_run(box, "tree", "git add .");
        sandbox_run(box, "tree", "git commit -q -m first");
        set_traps(box);
        sandbox_put(box, "tree/a.c", "b\n"); // same size: has to be read

        struct repo_status status = status_of(box);
        (void)files_of(box);
        struct repo *repo = open_tree(box);
        (void)repo_is_ignored(repo, STR("x.o"));
        repo_close(repo);

        assert_int_equal(status.modified, 1);
        assert_false(sandbox_has(box, "outside/sprung"));
    }
}

// --- staging ----------------------------------------------------------------

static void stage(struct sandbox *box)
{
    const struct file_result results[] = {
        { .kind = RESULT_WRITE, .path = STR("a.c"), .bytes = STR("changed\n") },
        { .kind = RESULT_DELETE, .path = STR("b.c") },
        { .kind = RESULT_WRITE,
          .path = STR("new [1].c"),
          .bytes = STR("new\n") },
    };
    struct error err = { 0 };
    struct repo *repo = open_tree(box);

    sandbox_put(box, "tree/a.c", "changed\n");
    sandbox_put(box, "tree/new [1].c", "new\n");
    sandbox_put(box, "tree/other.c", "not asked for\n");
    assert_int_equal(unlink(sandbox_path(box, "tree/b.c")), 0);
    if (!repo_stage(repo, results, 3, &err))
        fail_msg("%s", err.text);
    repo_close(repo);
}

static void assert_staged(struct sandbox *box)
{
    struct repo_status status = status_of(box);

    assert_int_equal(status.staged, 3);
    assert_int_equal(status.modified, 0);
    assert_int_equal(status.untracked, 1);
    sandbox_run(box, "tree", "git diff --quiet");
}

static void files_are_staged_as_they_are(void **state)
{
    struct sandbox *box = *state;

    make_repo(box);
    stage(box);
    assert_staged(box);
}

static void the_program_stages_what_the_library_cannot_read(void **state)
{
    struct sandbox *box = *state;

    make_repo(box);
    sandbox_run(box, "tree", "git config core.sparseCheckout true");
    sandbox_run(box, "tree", "git config filter.evil.clean >ran");
    sandbox_put(box, "tree/.git/info/attributes", "* filter=evil\n");
    stage(box);
    assert_int_equal(access(sandbox_path(box, "tree/ran"), F_OK), -1);
    sandbox_put(box, "tree/.git/info/attributes", "");
    assert_staged(box);
}

static void a_split_index_is_staged_through_git(void **state)
{
    struct sandbox *box = *state;

    make_repo(box);
    sandbox_run(box, "tree", "git update-index --split-index");
    stage(box);
    assert_staged(box);
}

static void the_program_stages_what_was_accepted_and_no_later_edit(void **state)
{
    struct sandbox *box = *state;
    struct file_result result = { .kind = RESULT_WRITE,
                                  .path = STR("a.c"),
                                  .bytes = STR("accepted\r\n") };
    struct error err = { 0 };

    make_repo(box);
    sandbox_run(box, "tree", "git config core.sparseCheckout true");
    sandbox_put(box, "tree/.git/info/attributes", "*.c text\n");
    sandbox_put(box, "tree/a.c", "accepted\r\nedited since\r\n");
    struct repo *repo = open_tree(box);
    if (!repo_stage(repo, &result, 1, &err))
        fail_msg("%s", err.text);
    repo_close(repo);

    sandbox_put(box, "tree/.git/info/attributes", "");
    sandbox_run(box, "tree", "git checkout-index --prefix=got/ a.c");
    assert_string_equal(sandbox_get(box, "tree/got/a.c"), "accepted\n");
}

static void the_program_stages_two_files_that_change_names(void **state)
{
    struct sandbox *box = *state;
    const struct file_result results[] = {
        { .kind = RESULT_WRITE,
          .path = STR("b.c"),
          .remove = STR("a.c"),
          .bytes = STR("from a\n") },
        { .kind = RESULT_WRITE,
          .path = STR("a.c"),
          .remove = STR("b.c"),
          .bytes = STR("from b\n") },
    };
    struct error err = { 0 };

    make_repo(box);
    sandbox_run(box, "tree", "git config core.sparseCheckout true");
    struct repo *repo = open_tree(box);
    if (!repo_stage(repo, results, 2, &err))
        fail_msg("%s", err.text);
    repo_close(repo);

    sandbox_run(box, "tree", "git checkout-index --prefix=got/ a.c b.c");
    assert_string_equal(sandbox_get(box, "tree/got/a.c"), "from b\n");
    assert_string_equal(sandbox_get(box, "tree/got/b.c"), "from a\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SANDBOX(the_root_is_found_from_a_folder_inside),
        IN_SANDBOX(outside_of_a_tree_the_error_names_the_folder),
        IN_SANDBOX(a_git_folder_without_a_head_is_passed_over),
        IN_SANDBOX(a_bare_repository_is_refused),
        IN_SANDBOX(a_worktree_that_says_it_is_bare_is_refused),
        IN_SANDBOX(a_folder_without_git_cannot_be_opened),
        IN_SANDBOX(a_clean_tree_has_a_branch_and_nothing_else),
        IN_SANDBOX(changes_are_counted_by_kind),
        IN_SANDBOX(an_empty_repository_has_an_unborn_branch),
        IN_SANDBOX(a_detached_head_shows_its_short_id),
        IN_SANDBOX(distance_from_the_upstream_is_told),
        IN_SANDBOX(files_are_tracked_and_untracked_but_not_ignored),
        IN_SANDBOX(a_kerfignore_hides_untracked_files_too),
        IN_SANDBOX(a_kerfignore_that_is_a_pipe_does_not_hang),
        IN_SANDBOX(a_tracked_file_is_listed_though_its_pattern_is_ignored),
        IN_SANDBOX(another_repository_inside_is_not_entered),
        IN_SANDBOX(links_to_folders_are_not_followed),
        IN_SANDBOX(ignored_paths_are_told),
        IN_SANDBOX(a_linked_worktree_works),
        IN_SANDBOX(a_submodule_is_a_tree_of_its_own),
        IN_SANDBOX(sha256_repositories_are_asked_through_git),
        IN_SANDBOX(an_empty_and_a_detached_sha256_repository_are_named),
        IN_SANDBOX(a_sparse_checkout_has_no_deleted_files),
        IN_SANDBOX(a_split_index_is_asked_through_git),
        IN_SANDBOX(an_unknown_format_is_named),
        IN_SANDBOX(a_tree_of_somebody_else_gives_the_advice_of_git),
        IN_SANDBOX(nothing_that_a_repository_configures_is_run),
        IN_SANDBOX(files_are_staged_as_they_are),
        IN_SANDBOX(the_program_stages_what_the_library_cannot_read),
        IN_SANDBOX(a_split_index_is_staged_through_git),
        IN_SANDBOX(the_program_stages_what_was_accepted_and_no_later_edit),
        IN_SANDBOX(the_program_stages_two_files_that_change_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
