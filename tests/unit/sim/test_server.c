/* The socket of the server: what it takes and what it leaves alone. All paths
 * are in a scratch folder of the test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "kerf/sim/server.h"

struct scratch {
    char dir[32];
    char path[64];
};

static void scratch_make(struct scratch *scratch)
{
    snprintf(scratch->dir, sizeof(scratch->dir), "/tmp/kerf-test-XXXXXX");
    assert_non_null(mkdtemp(scratch->dir));
    snprintf(scratch->path, sizeof(scratch->path), "%s/sim", scratch->dir);
}

static void scratch_remove(const struct scratch *scratch)
{
    unlink(scratch->path);
    rmdir(scratch->dir);
}

static bool serve(const char *path, struct error *err)
{
    const char *args[] = { "--unix", path };
    struct sim_options options;

    assert_true(sim_options_read(2, args, &options, err));
    struct world world = { .options = &options };
    struct server_plan plan = { .world = &world, .token = "t" };
    return server_run(&plan, err);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void a_file_that_is_no_socket_is_refused_and_stays(void **state)
{
    struct scratch scratch;
    struct error err;
    char text[8] = "";

    (void)state;
    scratch_make(&scratch);
    write_file(scratch.path, "mine");
    assert_false(serve(scratch.path, &err));
    assert_int_equal(err.kind, ERROR_DENIED);
    FILE *file = fopen(scratch.path, "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof(text), file));
    fclose(file);
    assert_string_equal(text, "mine");
    scratch_remove(&scratch);
}

static void a_link_to_a_file_is_refused_and_stays(void **state)
{
    struct scratch scratch;
    struct error err;
    struct stat info;

    (void)state;
    scratch_make(&scratch);
    assert_int_equal(symlink("elsewhere", scratch.path), 0);
    assert_false(serve(scratch.path, &err));
    assert_int_equal(lstat(scratch.path, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    scratch_remove(&scratch);
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
    struct error err;

    (void)state;
    assert_false(serve("/tmp/kerf-test-no-such-folder/sim", &err));
    assert_string_equal(err.text,
                        "cannot listen on /tmp/kerf-test-no-such-folder/sim");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_no_socket_is_refused_and_stays),
        cmocka_unit_test(a_link_to_a_file_is_refused_and_stays),
        cmocka_unit_test(a_folder_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
