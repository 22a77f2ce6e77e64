/*
 * Every folder of tests/cases/patch is a case: `patch` is carried out on the
 * tree `input` and must give the tree `expected` byte for byte, or be refused
 * with a reason that holds the text in `refused`, and change nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tree.h"

#define CASES "tests/cases/patch"
#define CASES_MAX 400

static void assert_same(struct tree *got, struct tree *want)
{
    for (size_t i = 0; i < want->count; i++) {
        const struct tree_file *file = tree_find(got, want->files[i].path);
        if (!file)
            fail_msg("%s is missing", want->files[i].path.at);
        if (!str_equal(file->bytes, want->files[i].bytes))
            fail_msg("%s holds\n%s\n", file->path.at, file->bytes.at);
        assert_int_equal(file->mode & 0100, want->files[i].mode & 0100);
    }
    assert_int_equal(got->count, want->count);
}

static void a_case_gives_the_tree_it_says(void **state)
{
    const char *name = *state;
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct tree got = { .arena = &arena }, want = { .arena = &arena };
    char path[512];

    snprintf(path, sizeof(path), CASES "/%s/input", name);
    tree_load(&got, path, "");
    snprintf(path, sizeof(path), CASES "/%s/patch", name);
    struct str source = tree_slurp(&arena, path);
    snprintf(path, sizeof(path), CASES "/%s/refused", name);
    struct str refused = str_trim(tree_slurp(&arena, path));
    snprintf(path, sizeof(path), CASES "/%s/%s", name,
             refused.len ? "input" : "expected");
    tree_load(&want, path, "");

    bool fine = tree_apply(&got, source, PATCH_UNKNOWN, &err);

    if (fine != (refused.len == 0))
        fail_msg("%s: %s", fine ? "was not refused" : "refused", err.text);
    if (!fine && str_find(str_from(err.text), refused) == SIZE_MAX)
        fail_msg("'%s' does not say '%s'", err.text, refused.at);
    assert_same(&got, &want);
    arena_release(&arena);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_case(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int main(void)
{
    static struct CMUnitTest tests[CASES_MAX];
    struct dirent **entries;
    int count = scandir(CASES, &entries, is_case, by_name);

    if (count <= 0 || count > CASES_MAX) {
        fprintf(stderr, "no cases in " CASES ": run from the top folder\n");
        return 1;
    }
    for (int i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){
            .name = entries[i]->d_name,
            .test_func = a_case_gives_the_tree_it_says,
            .initial_state = entries[i]->d_name,
        };
    int failed = _cmocka_run_group_tests("patch cases", tests, (size_t)count,
                                         NULL, NULL);
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    return failed;
}
