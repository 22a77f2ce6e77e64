/* Which words of two lines differ, and which lines belong together. */
#include "kerf/text/words.h"

#include "rows.h"

// The line with its changed runs in brackets.
static const char *marked(struct str line, const struct word_run *runs,
                          size_t count)
{
    static char text[256];
    size_t used = 0, next = 0;

    for (size_t i = 0; i <= line.len; i++) {
        if (next < count && i == runs[next].start + runs[next].len) {
            text[used++] = ']';
            next++;
        }
        if (next < count && i == runs[next].start)
            text[used++] = '[';
        if (i < line.len)
            text[used++] = line.at[i];
    }
    text[used] = '\0';
    return text;
}

static const struct {
    const char *before, *after, *removed, *added;
} cases[] = {
    { "int a = 1;", "int a = 2;", "int a = [1];", "int a = [2];" },
    { "f(a, b)", "f(a, b, c)", "f(a, b)", "f(a, b[, c])" },
    { "while (x)", "while (x && ++n < 5)", "while (x)",
      "while (x[ && ++n < 5])" },
    { "old name here", "new name there", "[old] name [here]",
      "[new] name [there]" },
    // A blank between two changed words is part of the change.
    { "one two three", "uno due three", "[one two] three", "[uno due] three" },
    { "same", "same", "same", "same" },
    { "", "x", "", "[x]" },
    { "", "", "", "" },
    { "    x", "        x", "[    ]x", "[        ]x" },
    { "caf\xc3\xa9 a", "caf\xc3\xa8 a", "[caf\xc3\xa9] a", "[caf\xc3\xa8] a" },
};

static void changed_words_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct arena arena = { 0 };
        struct str before = str_from(cases[i].before);
        struct str after = str_from(cases[i].after);
        struct word_changes changes = words_compare(&arena, before, after);
        assert_string_equal(
            marked(before, changes.removed, changes.removed_count),
            cases[i].removed);
        assert_string_equal(marked(after, changes.added, changes.added_count),
                            cases[i].added);
        arena_release(&arena);
    }
}

static unsigned alike(const char *before, const char *after)
{
    struct arena arena = { 0 };
    unsigned percent =
        words_compare(&arena, str_from(before), str_from(after)).alike;

    arena_release(&arena);
    return percent;
}

static void likeness_is_a_percentage_that_blanks_do_not_count_in(void **state)
{
    (void)state;
    assert_int_equal(alike("a b c", "a b c"), 100);
    assert_int_equal(alike("a   b", "a b"), 100);
    assert_int_equal(alike("aaaa bbbb", "aaaa cccc"), 50);
    assert_int_equal(alike("return 0;", "while (x)"), 0);
}

static void a_line_of_too_many_words_is_changed_between_equal_ends(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct buf before = { 0 }, after = { 0 };

    for (int i = 0; i < 300; i++) {
        buf_printf(&before, "a%d+", i);
        buf_printf(&after, "b%d+", i);
    }
    buf_append(&before, STR("end"));
    buf_append(&after, STR("end"));
    struct word_changes changes =
        words_compare(&arena, buf_str(&before), buf_str(&after));
    assert_int_equal(changes.removed_count, 1);
    assert_int_equal(changes.removed[0].start, 0);
    assert_int_equal(changes.removed[0].len, before.len - 4);
    buf_release(&before);
    buf_release(&after);
    arena_release(&arena);
}

static void a_huge_line_is_not_compared(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct buf line = { 0 };

    while (line.len <= LIMIT_WORDS_BYTES)
        buf_append(&line, STR("word "));
    struct word_changes changes =
        words_compare(&arena, buf_str(&line), STR("word"));
    assert_int_equal(changes.alike, 0);
    assert_int_equal(changes.removed_count, 0);
    buf_release(&line);
    arena_release(&arena);
}

static void lines_pair_with_their_new_versions_in_order(void **state)
{
    (void)state;
    const struct str before[] = { STR("int tries = 0;"), STR("gone entirely"),
                                  STR("send(fd, buf);") };
    const struct str after[] = { STR("// new words up here"),
                                 STR("int tries = 1;"),
                                 STR("send(fd, buf, n);") };
    size_t partners[3];

    words_pair(before, 3, after, 3, partners);

    assert_int_equal(partners[0], 1);
    assert_true(partners[1] == WORDS_NO_PARTNER);
    assert_int_equal(partners[2], 2);
}

static void a_new_line_is_the_partner_of_one_line_only(void **state)
{
    (void)state;
    const struct str before[] = { STR("a = 1;"), STR("a = 1;") };
    const struct str after[] = { STR("a = 2;") };
    size_t partners[2];

    words_pair(before, 2, after, 1, partners);

    assert_int_equal(partners[0], 0);
    assert_true(partners[1] == WORDS_NO_PARTNER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changed_words_are_found),
        cmocka_unit_test(likeness_is_a_percentage_that_blanks_do_not_count_in),
        cmocka_unit_test(
            a_line_of_too_many_words_is_changed_between_equal_ends),
        cmocka_unit_test(a_huge_line_is_not_compared),
        cmocka_unit_test(lines_pair_with_their_new_versions_in_order),
        cmocka_unit_test(a_new_line_is_the_partner_of_one_line_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
