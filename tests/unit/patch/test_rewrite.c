/* Patches made of patches: names stripped, several joined, the way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/patch/parse.h"
#include "kerf/patch/rewrite.h"
#include "kerf/patch/select.h"

static struct arena arena;

static const struct patch *parse(const char *text)
{
    struct error err;
    const struct patch *patch =
        patch_parse(&arena, str_from(text), PATCH_UNKNOWN, &err);

    if (!patch)
        fail_msg("%s", err.text);
    return patch;
}

static int release(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

#define BODY "@@ -1 +1 @@\n-one\n+two\n"
#define EDIT(old, new) "--- " old "\n+++ " new "\n" BODY

static void names_are_stripped_as_patch_does(void **state)
{
    static const struct {
        const char *text;
        size_t strip;
        const char *folder, *want;
    } cases[] = {
        { EDIT("a/src/x.c", "b/src/x.c"), STRIP_NONE, "", "src/x.c" },
        { EDIT("a/src/x.c", "b/src/x.c"), 0, "", "b/src/x.c" },
        { EDIT("a/src/x.c", "b/src/x.c"), 1, "", "src/x.c" },
        { EDIT("a/src/x.c", "b/src/x.c"), 2, "", "x.c" },
        { EDIT("a/src/x.c", "b/src/x.c"), 3, "", NULL },
        { EDIT("src/x.c", "src/x.c"), 0, "", "src/x.c" },
        { EDIT("src/x.c", "src/x.c"), 1, "", "x.c" },
        { EDIT("src//x.c", "src//x.c"), 1, "", "x.c" },
        { EDIT("a/x.c", "b/x.c"), STRIP_NONE, "lib", "lib/x.c" },
        { EDIT("a/x.c", "b/x.c"), 1, "lib/up", "lib/up/x.c" },
        { "diff --git a/o/x.c b/o/y.c\nsimilarity index 100%\n"
          "rename from o/x.c\nrename to o/y.c\n",
          2, "", "x.c" },
        { "diff --git o/x.c o/y.c\nsimilarity index 100%\n"
          "rename from o/x.c\nrename to o/y.c\n",
          1, "", "x.c" },
        { "diff --git a/n.c b/n.c\nnew file mode 100644\n--- /dev/null\n"
          "+++ b/n.c\n@@ -0,0 +1 @@\n+x\n",
          0, "", "b/n.c" },
        { "*** Begin Patch\n*** Delete File: a/b\n*** End Patch\n", 1, "",
          "b" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error err = { 0 };
        const struct patch *made =
            patch_rename(&arena, parse(cases[i].text), cases[i].strip,
                         str_from(cases[i].folder), &err);
        if (!cases[i].want)
            assert_null(made);
        else if (!made || !str_is(made->files[0].path, cases[i].want))
            fail_msg("case %zu: %.*s %s", i,
                     STR_ARG(made ? made->files[0].path : STR("")), err.text);
    }
}

static void the_new_name_of_a_move_is_stripped_too(void **state)
{
    struct error err;

    (void)state;
    const struct patch *made =
        patch_rename(&arena,
                     parse("diff --git a/o/x.c b/o/y.c\nsimilarity index 100%\n"
                           "rename from o/x.c\nrename to o/y.c\n"),
                     2, STR("in"), &err);
    assert_non_null(made);
    assert_true(str_is(made->files[0].move_to, "in/y.c"));
}

static void patches_are_joined_in_order(void **state)
{
    struct error err;
    const struct patch *parts[] = { parse(EDIT("a/x", "b/x")),
                                    parse(EDIT("a/y", "b/y")) };

    (void)state;
    const struct patch *all = patch_join(&arena, parts, 2, &err);
    assert_int_equal(all->file_count, 2);
    assert_true(str_is(all->files[1].path, "y"));
}

static void patches_in_two_languages_are_not_joined(void **state)
{
    struct error err;
    const struct patch *parts[] = {
        parse(EDIT("a/x", "b/x")),
        parse("*** Begin Patch\n*** Delete File: b\n*** End Patch\n")
    };

    (void)state;
    assert_null(patch_join(&arena, parts, 2, &err));
    assert_int_equal(err.kind, ERROR_UNSUPPORTED);
}

// --- the way back

static void give(struct selection *sel, size_t file, const char *text)
{
    struct preimage pre = { .exists = text != NULL,
                            .bytes = str_from(text),
                            .mode = 0644 };

    selection_set_preimage(sel, file, &pre, false);
}

static struct file_result applied(const struct patch *patch, const char *text)
{
    struct selection *sel = selection_create(patch);
    struct target all = { 0, SELECT_ALL, SELECT_ALL };
    struct file_result result = { 0 };
    struct error err;

    give(sel, 0, text);
    selection_refresh(sel);
    if (!selection_decide(sel, all, DECISION_YES, &err)
        || !selection_result(sel, 0, &arena, &result, &err))
        fail_msg("%s", err.text);
    result.path = arena_copy(&arena, result.path);
    selection_destroy(sel);
    return result;
}

static void a_reversed_patch_takes_the_change_back(void **state)
{
    static const struct {
        const char *patch, *old, *new;
    } cases[] = {
        { EDIT("a/x", "b/x"), "one\n", "two\n" },
        { "--- a/x\n+++ b/x\n@@ -1,3 +1,4 @@\n a\n-b\n+B\n+C\n c\n"
          "@@ -9,2 +10,1 @@\n i\n-j\n",
          "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n", "a\nB\nC\nc\nd\ne\nf\ng\nh\ni\n" },
        { "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-one\n\\ No newline at end of file\n"
          "+one\n",
          "one", "one\n" },
        { "--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n same\n+same\n same\n",
          "same\nsame\n", "same\nsame\nsame\n" },
        { "*** Begin Patch\n*** Update File: x\n one\n-two\n+TWO\n"
          "*** End Patch\n",
          "one\ntwo\n", "one\nTWO\n" },
        { "diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n"
          "+++ b/x\n@@ -0,0 +1 @@\n+new\n",
          NULL, "new\n" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error err;
        const struct patch *way = parse(cases[i].patch);
        const struct patch *back = patch_reverse(&arena, way, &err);
        assert_non_null(back);
        struct file_result there = applied(way, cases[i].old);
        assert_true(str_is(there.bytes, cases[i].new));
        struct file_result home = applied(back, cases[i].new);
        assert_int_equal(home.kind,
                         cases[i].old ? RESULT_WRITE : RESULT_DELETE);
        if (cases[i].old && !str_is(home.bytes, cases[i].old))
            fail_msg("case %zu: %.*s", i, STR_ARG(home.bytes));
    }
}

static void a_reversed_move_goes_to_the_old_name(void **state)
{
    struct error err;

    (void)state;
    const struct patch *back = patch_reverse(
        &arena,
        parse("diff --git a/x b/y\nsimilarity index 90%\nrename from x\n"
              "rename to y\n--- a/x\n+++ b/y\n" BODY),
        &err);
    assert_true(str_is(back->files[0].path, "y"));
    assert_true(str_is(back->files[0].move_to, "x"));
    struct file_result home = applied(back, "two\n");
    assert_true(str_is(home.path, "x"));
    assert_true(str_is(home.bytes, "one\n"));
}

static void the_last_change_of_a_file_goes_back_first(void **state)
{
    struct error err;

    (void)state;
    const struct patch *back =
        patch_reverse(&arena,
                      parse(EDIT("a/x", "b/x") "--- a/x\n+++ b/x\n@@ -1 +1 @@\n"
                                               "-two\n+three\n"),
                      &err);
    assert_int_equal(back->file_count, 2);
    assert_true(str_is(back->files[0].hunks[0].lines[0].text, "three"));
}

static void what_does_not_tell_the_past_cannot_go_back(void **state)
{
    static const char *const patches[] = {
        "*** Begin Patch\n*** Delete File: x\n*** End Patch\n",
        "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n",
        "diff --git a/x b/y\nsimilarity index 100%\ncopy from x\ncopy to y\n",
        "x.c\n```c\nwhole\n```\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(patches) / sizeof(patches[0]); i++) {
        struct error err = { 0 };
        assert_null(patch_reverse(&arena, parse(patches[i]), &err));
        assert_int_equal(err.kind, ERROR_UNSUPPORTED);
        assert_non_null(strstr(err.text, "cannot be taken back"));
    }
}

#define TEST(name) cmocka_unit_test_teardown(name, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_are_stripped_as_patch_does),
        TEST(the_new_name_of_a_move_is_stripped_too),
        TEST(patches_are_joined_in_order),
        TEST(patches_in_two_languages_are_not_joined),
        TEST(a_reversed_patch_takes_the_change_back),
        TEST(a_reversed_move_goes_to_the_old_name),
        TEST(the_last_change_of_a_file_goes_back_first),
        TEST(what_does_not_tell_the_past_cannot_go_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
