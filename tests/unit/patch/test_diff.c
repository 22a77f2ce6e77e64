/* The difference of two texts, and how it is printed. */
#include "review.h"

#include "kerf/patch/diff.h"

static struct file_result result_of(const char *before, const char *after)
{
    return (struct file_result){
        .kind = after ? RESULT_WRITE : RESULT_DELETE,
        .path = STR("f"),
        .remove = STR(""),
        .bytes = str_from(after),
        .existed = before != NULL,
        .preimage = str_from(before),
    };
}

static void assert_printed(const struct file_result *result, unsigned old_mode,
                           size_t context, const char *want)
{
    struct buf out = { 0 };

    diff_print_result(&out, result, old_mode, context);

    assert_string_equal(buf_cstr(&out), want);
    buf_release(&out);
}

static void a_change_is_printed_with_context(void **state)
{
    (void)state;
    struct file_result result =
        result_of("1\n2\n3\n4\n5\n", "1\n2\nthree\n4\n5\n");

    assert_printed(&result, 0644, 1,
                   "diff --git a/f b/f\n--- a/f\n+++ b/f\n"
                   "@@ -2,3 +2,3 @@\n 2\n-3\n+three\n 4\n");
}

static void near_changes_share_a_hunk_and_far_ones_do_not(void **state)
{
    (void)state;
    struct file_result near = result_of("1\n2\n3\n4\n", "a\n2\n3\nb\n");
    struct file_result far = result_of("1\n2\n3\n4\n5\n", "a\n2\n3\n4\nb\n");

    assert_printed(&near, 0644, 1,
                   "diff --git a/f b/f\n--- a/f\n+++ b/f\n"
                   "@@ -1,4 +1,4 @@\n-1\n+a\n 2\n 3\n-4\n+b\n");
    assert_printed(&far, 0644, 1,
                   "diff --git a/f b/f\n--- a/f\n+++ b/f\n"
                   "@@ -1,2 +1,2 @@\n-1\n+a\n 2\n"
                   "@@ -4,2 +4,2 @@\n 4\n-5\n+b\n");
}

static void a_missing_newline_is_printed(void **state)
{
    (void)state;
    struct file_result result = result_of("a\nb", "a\nb\n");

    assert_printed(&result, 0644, 0,
                   "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -2 +2 @@\n-b\n"
                   "\\ No newline at end of file\n+b\n");
}

static void a_new_file_is_printed(void **state)
{
    (void)state;
    struct file_result result = result_of(NULL, "a\n");
    result.mode = 0755;

    assert_printed(&result, 0, 3,
                   "diff --git a/f b/f\nnew file mode 100755\n"
                   "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n");
}

static void an_empty_new_file_is_printed(void **state)
{
    (void)state;
    struct file_result result = result_of(NULL, "");

    assert_printed(&result, 0, 3,
                   "diff --git a/f b/f\nnew file mode 100644\n"
                   "index 0000000..e69de29\n");
}

static void a_deletion_is_printed(void **state)
{
    (void)state;
    struct file_result result = result_of("a\n", NULL);

    assert_printed(&result, 0644, 3,
                   "diff --git a/f b/f\ndeleted file mode 100644\n"
                   "--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
}

static void a_rename_with_a_mode_is_printed(void **state)
{
    (void)state;
    struct file_result result = result_of("a\n", "a\n");
    result.remove = STR("old name");
    result.mode = 0755;

    assert_printed(&result, 0644, 3,
                   "diff --git a/old name b/f\nold mode 100644\n"
                   "new mode 100755\nrename from old name\nrename to f\n");
}

static void odd_names_are_quoted(void **state)
{
    (void)state;
    struct file_result quoted = result_of("a\n", "b\n");
    struct file_result blank = result_of("a\n", "b\n");
    quoted.path = STR("a\"\t\xff");
    blank.path = STR("a b");

    assert_printed(&quoted, 0644, 3,
                   "diff --git \"a/a\\\"\\011\\377\" \"b/a\\\"\\011\\377\"\n"
                   "--- \"a/a\\\"\\011\\377\"\n+++ \"b/a\\\"\\011\\377\"\n"
                   "@@ -1 +1 @@\n-a\n+b\n");
    assert_printed(&blank, 0644, 3,
                   "diff --git a/a b b/a b\n--- a/a b\t\n+++ b/a b\t\n"
                   "@@ -1 +1 @@\n-a\n+b\n");
}

static void bytes_that_are_no_text_are_not_printed(void **state)
{
    (void)state;
    struct file_result result = result_of("a\n", "b\n");
    result.bytes = STR("a\0b");

    assert_printed(&result, 0644, 3,
                   "diff --git a/f b/f\nBinary files a/f and b/f differ\n");
    result.existed = false;
    assert_printed(&result, 0644, 3,
                   "diff --git a/f b/f\nnew file mode 100644\n"
                   "Binary files /dev/null and b/f differ\n");
}

static void nothing_changed_prints_nothing(void **state)
{
    (void)state;
    struct file_result same = result_of("a\n", "a\n");
    struct file_result none = { .kind = RESULT_NONE };

    assert_printed(&same, 0644, 3, "");
    assert_printed(&none, 0644, 3, "");
}

static void the_difference_is_as_short_as_can_be(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct str a[] = { STR("a"), STR("b"), STR("c"), STR("a"),
                       STR("b"), STR("b"), STR("a") };
    struct str b[] = { STR("c"), STR("b"), STR("a"),
                       STR("b"), STR("a"), STR("c") };
    size_t count, edits = 0;

    struct diff_run *runs = diff_lines(&arena, (struct lines){ a, 7 },
                                       (struct lines){ b, 6 }, &count);

    for (size_t i = 0; i < count; i++)
        edits += runs[i].a_count + runs[i].b_count;
    assert_int_equal(edits, 5); // the example of Myers 1986, figure 1
    arena_release(&arena);
}

static void texts_without_a_common_line_are_one_run(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    static struct str a[3000], b[3000];
    size_t count;
    for (size_t i = 0; i < 3000; i++) {
        a[i] = STR("a");
        b[i] = STR("b");
    }

    struct diff_run *runs = diff_lines(&arena, (struct lines){ a, 3000 },
                                       (struct lines){ b, 3000 }, &count);

    assert_int_equal(count, 1);
    assert_int_equal(runs[0].a_count, 3000);
    assert_int_equal(runs[0].b_count, 3000);
    arena_release(&arena);
}

static struct str numbered(struct arena *arena, size_t number, bool changed)
{
    return arena_printf(arena, changed ? "new %zu" : "line %zu", number);
}

// Every tenth of many lines is another one, and blank lines stand between.
static void thousands_of_changes_are_found_one_by_one(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    size_t lines = 30000, count;
    struct str *a = arena_array(&arena, lines, sizeof(*a));
    struct str *b = arena_array(&arena, lines, sizeof(*b));

    for (size_t i = 0; i < lines; i++) {
        a[i] = i % 5 ? numbered(&arena, i, false) : STR("");
        b[i] = i % 5 ? numbered(&arena, i, i % 10 == 3) : STR("");
    }
    struct diff_run *runs = diff_lines(&arena, (struct lines){ a, lines },
                                       (struct lines){ b, lines }, &count);
    assert_int_equal(count, lines / 10);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(runs[i].a, i * 10 + 3);
        assert_int_equal(runs[i].a_count, 1);
        assert_int_equal(runs[i].b, i * 10 + 3);
        assert_int_equal(runs[i].b_count, 1);
    }
    arena_release(&arena);
}

static void texts_without_a_line_in_common_are_one_replacement(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    size_t lines = 3000, count;
    struct str *a = arena_array(&arena, lines, sizeof(*a));
    struct str *b = arena_array(&arena, lines, sizeof(*b));

    for (size_t i = 0; i < lines; i++) {
        a[i] = numbered(&arena, i, false);
        b[i] = numbered(&arena, i, true);
    }
    struct diff_run *runs = diff_lines(&arena, (struct lines){ a, lines },
                                       (struct lines){ b, lines - 1 }, &count);
    assert_int_equal(count, 1);
    assert_int_equal(runs[0].a_count, lines);
    assert_int_equal(runs[0].b_count, lines - 1);
    arena_release(&arena);
}

static void assert_gives(struct lines a, struct lines b,
                         const struct diff_run *runs, size_t count)
{
    size_t at = 0, to = 0;

    for (size_t i = 0; i <= count; i++) {
        size_t until = i < count ? runs[i].a : a.count;
        for (; at < until; at++, to++)
            assert_true(str_equal(a.at[at], b.at[to]));
        if (i == count)
            break;
        assert_int_equal(to, runs[i].b);
        at += runs[i].a_count;
        to += runs[i].b_count;
    }
    assert_int_equal(at, a.count);
    assert_int_equal(to, b.count);
}

static void large_differences_give_the_other_text_too(void **state)
{
    (void)state;
    size_t lines = 4000, count;
    uint64_t seed = 99;

    for (int round = 0; round < 5; round++) {
        struct arena arena = { 0 };
        struct str *a = arena_array(&arena, lines, sizeof(*a));
        struct str *b = arena_array(&arena, lines, sizeof(*b));
        size_t length = 0;
        for (size_t i = 0; i < lines; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            size_t pick = (size_t)(seed >> 33);
            a[i] = numbered(&arena, pick % 6000, false);
            if (pick % 7 != 0)
                b[length++] = pick % 5 ? a[i] : numbered(&arena, pick, true);
        }
        struct lines old = { a, lines }, new = { b, length };
        struct diff_run *runs = diff_lines(&arena, old, new, &count);
        assert_gives(old, new, runs, count);
        assert_true(count > 500);
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_is_printed_with_context),
        cmocka_unit_test(near_changes_share_a_hunk_and_far_ones_do_not),
        cmocka_unit_test(a_missing_newline_is_printed),
        cmocka_unit_test(a_new_file_is_printed),
        cmocka_unit_test(an_empty_new_file_is_printed),
        cmocka_unit_test(a_deletion_is_printed),
        cmocka_unit_test(a_rename_with_a_mode_is_printed),
        cmocka_unit_test(odd_names_are_quoted),
        cmocka_unit_test(bytes_that_are_no_text_are_not_printed),
        cmocka_unit_test(nothing_changed_prints_nothing),
        cmocka_unit_test(the_difference_is_as_short_as_can_be),
        cmocka_unit_test(texts_without_a_common_line_are_one_run),
        cmocka_unit_test(thousands_of_changes_are_found_one_by_one),
        cmocka_unit_test(texts_without_a_line_in_common_are_one_replacement),
        cmocka_unit_test(large_differences_give_the_other_text_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
