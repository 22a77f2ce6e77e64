/* What a message names with `@`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/model/mention.h"

struct mention_case {
    const char *message, *want; // label; empty: a word that may be anything
    bool sure;
};

static void mentions_are_read_as_they_are_written(void **state)
{
    static const struct mention_case cases[] = {
        { "@src/a.c", "src/a.c", true },
        { "see @src/a.c, please", "src/a.c", true },
        { "(@a.c)", NULL, false },
        { "mail me@a.c", NULL, false },
        { "@", NULL, false },
        { "@ a", NULL, false },
        { "@Makefile", "Makefile", false },
        { "@param is a word", "param", false },
        { "@src/a.c:10", "src/a.c:10", true },
        { "@src/a.c:10-40.", "src/a.c:10-40", true },
        { "@Makefile:3", "Makefile:3", true },
        { "@a.c:10-10", "a.c:10", true },
        { "@a.c:0", "a.c:0", true },
        { "@a.c:40-10", "a.c:40-10", true },
        { "@a.c:x", "a.c:x", true },
        { "@a.c:", "a.c", true },
        { "@a.c:99999999999999999999", "a.c:99999999999999999999", true },
        { "@\"my file.c\" is", "my file.c", true },
        { "@\"my file.c\":10-40, is", "my file.c:10-40", true },
        { "@\"my file.c\":x", "my file.c", true },
        { "@\"open", NULL, false },
        { "@\"\"", NULL, false },
        { "@diff", "diff", false },
        { "@diff.", "diff", false },
        { "@diff:staged", "diff:staged", false },
        { "@diffs", "diffs", false },
        { "@log", "log:10", false },
        { "@log:20", "log:20", false },
        { "@log:0", "log:0", false },
        { "@logs", "logs", false },
        { "@\"diff\"", "diff", true },
        { "a\n@b.c", "b.c", true },
        { "\t@b.c", "b.c", true },
        { "@!.env", ".env", true },
        { "@!\".env\":2", ".env:2", true },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct mention mention;
        struct buf label = { 0 };
        bool found = mention_find(str_from(cases[i].message), 0, &mention);
        if (found)
            mention_label(&mention, &label);
        if (found != (cases[i].want != NULL))
            fail_msg("%s: found %d", cases[i].message, found);
        if (found) {
            assert_string_equal(buf_cstr(&label), cases[i].want);
            assert_int_equal(mention.sure, cases[i].sure);
        }
        buf_release(&label);
    }
}

static void all_mentions_are_found_in_order(void **state)
{
    struct str message = STR("@a.c and @\"b c\":1-2 and @log\n@diff");
    struct buf labels = { 0 };
    struct mention mention = { 0 };

    (void)state;
    while (mention_find(message, mention.end, &mention)) {
        mention_label(&mention, &labels);
        buf_append_char(&labels, '|');
    }
    assert_string_equal(buf_cstr(&labels), "a.c|b c:1-2|log:10|diff|");
    buf_release(&labels);
}

static void the_kinds_and_the_confirmation_are_told(void **state)
{
    struct mention mention;

    (void)state;
    assert_true(mention_find(STR("@diff:staged"), 0, &mention));
    assert_int_equal(mention.kind, MENTION_STAGED);
    assert_true(mention_find(STR("@\"diff\""), 0, &mention));
    assert_int_equal(mention.kind, MENTION_FILE);
    assert_true(mention_find(STR("x @!diff y"), 0, &mention));
    assert_int_equal(mention.kind, MENTION_FILE);
    assert_true(mention.confirmed);
    assert_int_equal(mention.start, 2);
    assert_int_equal(mention.end, 8);
}

static void a_path_is_quoted_only_if_it_has_to_be(void **state)
{
    static const char *const cases[][2] = {
        { "src/a.c", "@src/a.c" },   { "my file.c", "@\"my file.c\"" },
        { "diff", "@\"diff\"" },     { "log", "@\"log\"" },
        { "a.c:10", "@\"a.c:10\"" }, { "end.", "@\"end.\"" },
        { "!bang", "@\"!bang\"" },   { "Makefile", "@Makefile" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf out = { 0 };
        struct mention mention;
        mention_write(&out, str_from(cases[i][0]));
        assert_string_equal(buf_cstr(&out), cases[i][1]);
        assert_true(mention_find(buf_str(&out), 0, &mention));
        assert_true(str_is(mention.path, cases[i][0]));
        buf_release(&out);
    }
}

struct lines_case {
    const char *text;
    size_t first, last;
    const char *want;
    size_t count;
};

static void lines_count_from_one_and_include_the_last(void **state)
{
    static const struct lines_case cases[] = {
        { "a\nb\nc\n", 1, 1, "a\n", 3 },  { "a\nb\nc\n", 2, 3, "b\nc\n", 3 },
        { "a\nb\nc", 3, 3, "c", 3 },      { "a\nb\nc", 2, 9, "b\nc", 3 },
        { "a\nb\nc\n", 4, 5, "", 3 },     { "", 1, 1, "", 0 },
        { "a\n\nc\n", 1, 2, "a\n\n", 3 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t count;
        struct str lines = mention_lines(str_from(cases[i].text),
                                         cases[i].first, cases[i].last, &count);
        assert_true(str_is(lines, cases[i].want));
        assert_int_equal(count, cases[i].count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mentions_are_read_as_they_are_written),
        cmocka_unit_test(all_mentions_are_found_in_order),
        cmocka_unit_test(the_kinds_and_the_confirmation_are_told),
        cmocka_unit_test(a_path_is_quoted_only_if_it_has_to_be),
        cmocka_unit_test(lines_count_from_one_and_include_the_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
