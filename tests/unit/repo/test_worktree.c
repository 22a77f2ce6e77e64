/* Which paths may be touched, and how files are read. */
#include "support/sandbox.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "kerf/repo/repo.h"
#include "kerf/repo/worktree.h"

static const char *const safe_paths[] = {
    "a",
    "src/a.c",
    ".gitignore",
    ".github/workflows/a.yml",
    ".gitmodules",
    "gitx",
    "src/git/.gitattributes",
    "a b/c d.txt",
    "...",
    "a..b",
    "..a/b",
    "-rf",
    "na\xc3\xafve.txt",
    "latin1-\xe9.txt",
    "\xe6\x97\xa5\xe6\x9c\xac.txt",
    "git~x",
    "git~",
    "digit~1",
    "back\\slash.txt",
    ".gi",
    ".git2",
    "x.git",
    "C:/x",
};

static const char *const unsafe_paths[] = {
    "",
    "/",
    "/etc/passwd",
    "..",
    ".",
    "../a",
    "a/../b",
    "a/..",
    "a/./b",
    "./a",
    "a//b",
    "a/",
    "a/b/",
    ".git",
    ".git/config",
    "sub/.git/config",
    "sub/.git",
    ".GIT/config",
    ".Git/hooks/x",
    ".git./config",
    ".git /config",
    ".git. . ./config",
    ".git::$INDEX_ALLOCATION/config",
    ".git:x",
    "git~1/config",
    "GIT~1",
    "GIT~2/config",
    "git~1. ",
    ".g\xe2\x80\x8cit/config",
    "\xe2\x80\x8e.git/config",
    ".git\xef\xbb\xbf/config",
    ".gi\xe2\x80\xaet/config",
    ".\xe2\x81\xaagit",
    ".git\\config",
    "a\\.git\\config",
    "a\\..\\b",
    "..\\b",
    "a\nb",
    "a\tb",
    "a\x1b[2Jb",
    "a\x7f",
    "a\xc2\x9bz",
};

static void ordinary_paths_are_safe(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(safe_paths) / sizeof(*safe_paths); i++) {
        struct error err;
        if (!worktree_path_is_safe(str_from(safe_paths[i]), &err))
            fail_msg("%s: %s", safe_paths[i], err.text);
    }
}

static void paths_that_leave_or_mean_git_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(unsafe_paths) / sizeof(*unsafe_paths); i++) {
        struct error err = { 0 };
        if (worktree_path_is_safe(str_from(unsafe_paths[i]), &err))
            fail_msg("\"%s\" passed", unsafe_paths[i]);
        assert_int_equal(err.kind, ERROR_POLICY);
    }
}

static void a_path_with_a_nul_byte_is_refused(void **state)
{
    (void)state;
    struct error err;
    assert_false(worktree_path_is_safe(STR("a\0b"), &err));
}

static void long_names_and_paths_are_refused(void **state)
{
    (void)state;
    struct error err;
    char text[5000];

    memset(text, 'x', sizeof(text));
    assert_true(worktree_path_is_safe((struct str){ text, 255 }, &err));
    assert_false(worktree_path_is_safe((struct str){ text, 256 }, &err));
    for (size_t i = 200; i < sizeof(text); i += 201)
        text[i] = '/';
    assert_true(worktree_path_is_safe((struct str){ text, 4096 }, &err));
    assert_false(worktree_path_is_safe((struct str){ text, 4097 }, &err));
}

static void the_reason_shows_controls_as_text(void **state)
{
    (void)state;
    struct error err;
    assert_false(worktree_path_is_safe(STR("a\x1b]0;x\x07"), &err));
    assert_null(strchr(err.text, '\x1b'));
    assert_null(strchr(err.text, '\x07'));
}

static struct preimage read_path(struct sandbox *box, const char *path)
{
    struct error err;
    struct preimage pre;
    struct worktree *tree =
        worktree_open(str_from(sandbox_path(box, "tree")), &err);

    assert_non_null(tree);
    worktree_read(tree, &box->arena, str_from(path), &pre);
    worktree_close(tree);
    return pre;
}

static void a_file_is_read_with_its_mode(void **state)
{
    sandbox_mkdir(*state, "tree/src");
    sandbox_put(*state, "tree/src/a.c", "int a;\r\n");
    chmod(sandbox_path(*state, "tree/src/a.c"), 0750);

    struct preimage pre = read_path(*state, "src/a.c");

    assert_true(pre.exists);
    assert_int_equal(pre.unreadable.len, 0);
    assert_true(str_is(pre.bytes, "int a;\r\n"));
    assert_int_equal(pre.mode, 0750);
}

static void an_empty_file_exists(void **state)
{
    sandbox_put(*state, "tree/empty", "");
    struct preimage pre = read_path(*state, "empty");
    assert_true(pre.exists);
    assert_int_equal(pre.bytes.len, 0);
    assert_int_equal(pre.unreadable.len, 0);
}

static void a_missing_file_or_folder_is_no_error(void **state)
{
    struct preimage pre = read_path(*state, "nope");
    assert_false(pre.exists);
    assert_int_equal(pre.unreadable.len, 0);
    pre = read_path(*state, "no/such/folder");
    assert_false(pre.exists);
    assert_int_equal(pre.unreadable.len, 0);
}

static void assert_unreadable(struct sandbox *box, const char *path,
                              const char *why)
{
    struct preimage pre = read_path(box, path);
    if (str_find(pre.unreadable, str_from(why)) == SIZE_MAX)
        fail_msg("%s: \"%.*s\" lacks \"%s\"", path, STR_ARG(pre.unreadable),
                 why);
}

static void links_are_not_followed(void **state)
{
    struct sandbox *box = *state;

    sandbox_put(box, "outside/secret", "secret");
    sandbox_put(box, "tree/real", "real");
    assert_int_equal(symlink("../outside", sandbox_path(box, "tree/dir")), 0);
    assert_int_equal(symlink("real", sandbox_path(box, "tree/link")), 0);
    assert_int_equal(symlink("nowhere", sandbox_path(box, "tree/dangle")), 0);
    assert_unreadable(box, "dir/secret", "symbolic link");
    assert_unreadable(box, "link", "symbolic link");
    assert_unreadable(box, "dangle", "symbolic link");
}

static void a_pipe_is_refused_without_waiting(void **state)
{
    assert_int_equal(mkfifo(sandbox_path(*state, "tree/pipe"), 0600), 0);
    assert_unreadable(*state, "pipe", "pipe");
}

static void folders_and_sockets_are_refused(void **state)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s",
             sandbox_path(*state, "tree/socket"));
    assert_int_equal(bind(fd, (void *)&address, sizeof(address)), 0);
    close(fd);
    sandbox_mkdir(*state, "tree/dir");
    assert_unreadable(*state, "dir", "folder");
    assert_unreadable(*state, "socket", "no regular file");
}

static void a_path_below_a_file_is_refused(void **state)
{
    sandbox_put(*state, "tree/file", "x");
    assert_unreadable(*state, "file/below", "no folder");
}

static void binary_and_utf16_files_are_refused(void **state)
{
    int fd = open(sandbox_path(*state, "tree/bin"), O_WRONLY | O_CREAT, 0644);
    assert_int_equal(write(fd, "a\0b", 3), 3);
    close(fd);
    sandbox_put(*state, "tree/utf16",
                "\xff\xfe"
                "a");
    assert_unreadable(*state, "bin", "NUL");
    assert_unreadable(*state, "utf16", "UTF-16");
    assert_true(read_path(*state, "bin").bytes.len > 0);
    assert_true(str_is(read_path(*state, "bin").id, // git hash-object
                       "20b5be91886d0b6f26dc98a225c0dac05fe2c86e"));
}

static void a_file_over_the_limit_is_refused(void **state)
{
    int fd = open(sandbox_path(*state, "tree/big"), O_WRONLY | O_CREAT, 0644);
    assert_int_equal(ftruncate(fd, (off_t)LIMIT_FILE_BYTES + 1), 0);
    close(fd);
    assert_unreadable(*state, "big", "larger than 64 MiB");
}

static void the_git_folder_is_found_under_another_name(void **state)
{
    struct sandbox *box = *state;

    sandbox_mkdir(box, "tree/meta");
    sandbox_put(box, "tree/meta/HEAD", "ref: refs/heads/main\n");
    sandbox_put(box, "tree/meta/config", "[core]\n");
    sandbox_put(box, "tree/.git", "gitdir: meta\n");
    assert_unreadable(box, "meta/config", "git folder");
}

static void names_that_are_no_utf8_can_be_read(void **state)
{
    sandbox_put(*state, "tree/caf\xe9", "x");
    assert_true(read_path(*state, "caf\xe9").exists);
}

static void a_missing_root_is_an_error(void **state)
{
    struct error err;
    assert_null(worktree_open(str_from(sandbox_path(*state, "nowhere")), &err));
    assert_int_equal(err.kind, ERROR_NOT_FOUND);
}

static void what_stands_there_is_told_even_if_it_may_not_be_read(void **state)
{
    static const struct {
        const char *path;
        bool there, forbidden;
    } cases[] = {
        { "a.c", true, false },         { "none", false, false },
        { "none/a.c", false, false },   { "link", true, true },
        { "dir", true, true },          { "../outside", false, true },
        { ".git/config", false, true }, { "nul", true, false },
    };
    struct sandbox *box = *state;
    struct preimage pre;
    struct error err;

    sandbox_put(box, "tree/a.c", "a\n");
    sandbox_put(box, "tree/nul", "x");
    assert_int_equal(truncate(sandbox_path(box, "tree/nul"), 9), 0);
    sandbox_mkdir(box, "tree/dir");
    assert_int_equal(symlink("a.c", sandbox_path(box, "tree/link")), 0);
    struct worktree *tree =
        worktree_open(str_from(sandbox_path(box, "tree")), &err);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct str path = str_from(cases[i].path);
        worktree_read(tree, &box->arena, path, &pre);
        if (worktree_has(tree, path) != cases[i].there
            || pre.forbidden != cases[i].forbidden)
            fail_msg("%s", cases[i].path);
    }
    worktree_close(tree);
}

static void the_names_of_a_file_are_counted(void **state)
{
    struct sandbox *box = *state;
    struct error err;

    sandbox_put(box, "tree/a.c", "a\n");
    struct worktree *tree =
        worktree_open(str_from(sandbox_path(box, "tree")), &err);
    assert_int_equal(worktree_links(tree, STR("a.c")), 1);
    assert_int_equal(
        link(sandbox_path(box, "tree/a.c"), sandbox_path(box, "outside/a.c")),
        0);
    assert_int_equal(worktree_links(tree, STR("a.c")), 2);
    assert_int_equal(worktree_links(tree, STR("none")), 0);
    assert_int_equal(worktree_links(tree, STR("../outside/a.c")), 0);
    worktree_close(tree);
}

#define IN_SANDBOX(test) \
    cmocka_unit_test_setup_teardown(test, sandbox_setup, sandbox_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ordinary_paths_are_safe),
        cmocka_unit_test(paths_that_leave_or_mean_git_are_refused),
        cmocka_unit_test(a_path_with_a_nul_byte_is_refused),
        cmocka_unit_test(long_names_and_paths_are_refused),
        cmocka_unit_test(the_reason_shows_controls_as_text),
        IN_SANDBOX(a_file_is_read_with_its_mode),
        IN_SANDBOX(an_empty_file_exists),
        IN_SANDBOX(a_missing_file_or_folder_is_no_error),
        IN_SANDBOX(links_are_not_followed),
        IN_SANDBOX(a_pipe_is_refused_without_waiting),
        IN_SANDBOX(folders_and_sockets_are_refused),
        IN_SANDBOX(a_path_below_a_file_is_refused),
        IN_SANDBOX(binary_and_utf16_files_are_refused),
        IN_SANDBOX(a_file_over_the_limit_is_refused),
        IN_SANDBOX(the_git_folder_is_found_under_another_name),
        IN_SANDBOX(names_that_are_no_utf8_can_be_read),
        IN_SANDBOX(a_missing_root_is_an_error),
        IN_SANDBOX(what_stands_there_is_told_even_if_it_may_not_be_read),
        IN_SANDBOX(the_names_of_a_file_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
