/* Where state lives, and that nobody else can read it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "folder.h"
#include "kerf/store/paths.h"

static struct environment env_of(struct folder *folder)
{
    return (struct environment){ .home = str_from(folder->root) };
}

static void state_follows_xdg_and_else_home(void **state)
{
    struct folder *folder = *state;
    struct environment env = env_of(folder);
    struct str dir;
    struct error err;

    assert_true(paths_state(&folder->arena, &env, &dir, &err));
    assert_true(str_is(dir, folder_path(folder, ".local/state/kerf")));
    env.state_home = str_from(folder_path(folder, "xdg"));
    assert_true(paths_state(&folder->arena, &env, &dir, &err));
    assert_true(str_is(dir, folder_path(folder, "xdg/kerf")));
}

static void a_relative_xdg_folder_counts_as_unset(void **state)
{
    struct folder *folder = *state;
    struct environment env = env_of(folder);
    struct str dir;
    struct error err;
    env.state_home = STR("relative");

    assert_true(paths_state(&folder->arena, &env, &dir, &err));
    assert_true(str_is(dir, folder_path(folder, ".local/state/kerf")));
}

static void folders_are_private_whatever_the_umask(void **state)
{
    struct folder *folder = *state;
    struct environment env = env_of(folder);
    struct str dir;
    struct error err;

    umask(0);
    bool fine = paths_tree(&folder->arena, &env, STR("/src/x"), &dir, &err);
    umask(022);

    assert_true(fine);
    assert_int_equal(folder_mode(folder, ".local"), 0700);
    assert_int_equal(folder_mode(folder, ".local/state/kerf"), 0700);
    assert_int_equal(folder_mode(folder, ".local/state/kerf/trees"), 0700);
    struct stat st;
    assert_int_equal(stat(dir.at, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
}

static void an_open_folder_of_ours_is_tightened(void **state)
{
    struct folder *folder = *state;
    struct environment env = env_of(folder);
    struct str dir;
    struct error err;
    env.state_home = env.home;
    assert_int_equal(mkdir(folder_path(folder, "kerf"), 0755), 0);

    assert_true(paths_state(&folder->arena, &env, &dir, &err));
    assert_int_equal(folder_mode(folder, "kerf"), 0700);
}

static void a_link_in_place_of_the_folder_is_refused(void **state)
{
    struct folder *folder = *state;
    struct environment env = env_of(folder);
    struct str dir;
    struct error err;
    env.state_home = env.home;
    assert_int_equal(mkdir(folder_path(folder, "else"), 0700), 0);
    assert_int_equal(symlink("else", folder_path(folder, "kerf")), 0);

    assert_false(paths_state(&folder->arena, &env, &dir, &err));
    assert_int_equal(err.kind, ERROR_POLICY);
}

static void a_folder_of_somebody_else_is_refused(void **state)
{
    struct folder *folder = *state;
    struct environment env = env_of(folder);
    struct str dir;
    struct error err;
    if (geteuid() != 0)
        skip();
    env.state_home = env.home;
    assert_int_equal(mkdir(folder_path(folder, "kerf"), 0700), 0);
    assert_int_equal(chown(folder_path(folder, "kerf"), 1234, 1234), 0);

    assert_false(paths_state(&folder->arena, &env, &dir, &err));
    assert_int_equal(err.kind, ERROR_POLICY);
}

static void without_home_the_error_says_what_to_set(void **state)
{
    struct folder *folder = *state;
    struct environment env = { 0 };
    struct str dir;
    struct error err;

    assert_false(paths_state(&folder->arena, &env, &dir, &err));
    assert_int_equal(err.kind, ERROR_NOT_FOUND);
    assert_int_equal(paths_config(&folder->arena, &env).len, 0);
}

static void trees_of_the_same_name_have_folders_of_their_own(void **state)
{
    struct folder *folder = *state;
    struct environment env = env_of(folder);
    struct str one, two;
    struct error err;

    assert_true(paths_tree(&folder->arena, &env, STR("/a/x y"), &one, &err));
    assert_true(paths_tree(&folder->arena, &env, STR("/b/x y"), &two, &err));

    assert_false(str_equal(one, two));
    assert_true(str_find(one, STR("/trees/x_y-")) != SIZE_MAX);
}

static void odd_roots_have_plain_names(void **state)
{
    struct folder *folder = *state;
    struct environment env = env_of(folder);
    struct str dir;
    struct error err;

    assert_true(paths_tree(&folder->arena, &env, STR("/"), &dir, &err));
    assert_true(str_find(dir, STR("/trees/root-")) != SIZE_MAX);
    assert_true(paths_tree(&folder->arena, &env, STR("/x/.."), &dir, &err));
    assert_true(str_find(dir, STR("/trees/_.-")) != SIZE_MAX);
}

static void the_config_is_named_and_not_made(void **state)
{
    struct folder *folder = *state;
    struct environment env = env_of(folder);

    assert_true(str_is(paths_config(&folder->arena, &env),
                       folder_path(folder, ".config/kerf/config")));
    env.config_home = STR("/etc/x");
    assert_true(
        str_is(paths_config(&folder->arena, &env), "/etc/x/kerf/config"));
    assert_int_not_equal(access(folder_path(folder, ".config"), F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(state_follows_xdg_and_else_home),
        IN_FOLDER(a_relative_xdg_folder_counts_as_unset),
        IN_FOLDER(folders_are_private_whatever_the_umask),
        IN_FOLDER(an_open_folder_of_ours_is_tightened),
        IN_FOLDER(a_link_in_place_of_the_folder_is_refused),
        IN_FOLDER(a_folder_of_somebody_else_is_refused),
        IN_FOLDER(without_home_the_error_says_what_to_set),
        IN_FOLDER(trees_of_the_same_name_have_folders_of_their_own),
        IN_FOLDER(odd_roots_have_plain_names),
        IN_FOLDER(the_config_is_named_and_not_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
