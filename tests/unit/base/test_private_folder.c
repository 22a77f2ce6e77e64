/* Folders that only this user can read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kerf/base/private_folder.h"

struct place {
    char root[200], one[220], two[240];
};

static int setup(void **state)
{
    struct place *place = calloc(1, sizeof(*place));
    const char *base = getenv("TMPDIR");

    umask(022);
    if (!place)
        return -1;
    snprintf(place->root, sizeof(place->root), "%s/kerf-test-XXXXXX",
             base ? base : "/tmp");
    if (!mkdtemp(place->root))
        return -1;
    snprintf(place->one, sizeof(place->one), "%s/one", place->root);
    snprintf(place->two, sizeof(place->two), "%s/two", place->one);
    *state = place;
    return 0;
}

static int teardown(void **state)
{
    struct place *place = *state;

    remove(place->two);
    remove(place->one);
    remove(place->root);
    free(place);
    return 0;
}

static unsigned mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(lstat(path, &st), 0);
    return st.st_mode & 07777;
}

static void missing_folders_are_made_private(void **state)
{
    static const mode_t masks[] = { 0, 022, 077, 0777 };
    struct place *place = *state;
    struct error err;

    for (size_t i = 0; i < sizeof(masks) / sizeof(*masks); i++) {
        umask(masks[i]);
        int fd = private_folder_open(str_from(place->two), &err);
        umask(022);
        assert_true(fd >= 0);
        close(fd);
        assert_int_equal(mode_of(place->one), 0700);
        assert_int_equal(mode_of(place->two), 0700);
        rmdir(place->two);
        rmdir(place->one);
    }
}

static void an_open_folder_is_tightened_but_not_its_parent(void **state)
{
    struct place *place = *state;
    struct error err;
    assert_int_equal(mkdir(place->one, 0755), 0);
    assert_int_equal(mkdir(place->two, 0755), 0);

    close(private_folder_open(str_from(place->two), &err));

    assert_int_equal(mode_of(place->one), 0755);
    assert_int_equal(mode_of(place->two), 0700);
}

static void a_link_at_the_end_is_refused(void **state)
{
    struct place *place = *state;
    struct error err = { 0 };
    assert_int_equal(symlink("/", place->one), 0);

    assert_int_equal(private_folder_open(str_from(place->one), &err), -1);
    assert_int_equal(err.kind, ERROR_POLICY);
    assert_int_not_equal(mode_of("/"), 0700);
}

static void a_folder_of_another_user_is_refused(void **state)
{
    struct place *place = *state;
    struct error err = { 0 };
    if (geteuid() != 0)
        skip();
    assert_int_equal(mkdir(place->one, 0755), 0);
    assert_int_equal(chown(place->one, 1234, 1234), 0);

    assert_int_equal(private_folder_open(str_from(place->one), &err), -1);
    assert_int_equal(err.kind, ERROR_POLICY);
    assert_int_equal(mode_of(place->one), 0755);
}

static void a_file_or_a_relative_path_is_refused(void **state)
{
    struct error err = { 0 };
    (void)state;

    assert_int_equal(private_folder_open(STR("/dev/null"), &err), -1);
    assert_int_equal(private_folder_open(STR("x/y"), &err), -1);
    assert_int_equal(err.kind, ERROR_INVALID);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_PLACE(missing_folders_are_made_private),
        IN_PLACE(an_open_folder_is_tightened_but_not_its_parent),
        IN_PLACE(a_link_at_the_end_is_refused),
        IN_PLACE(a_folder_of_another_user_is_refused),
        IN_PLACE(a_file_or_a_relative_path_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
