/* Quoting for the shell, and looking up the environment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/base/env.h"
#include "kerf/base/shell.h"

static void assert_quoted(struct str word, const char *expected)
{
    struct buf out = { 0 };

    shell_quote(&out, word);
    assert_string_equal(buf_cstr(&out), expected);
    buf_release(&out);
}

static void a_word_is_quoted_so_that_nothing_in_it_is_special(void **state)
{
    (void)state;
    assert_quoted(STR(""), "''");
    assert_quoted(STR("a b; $(c)"), "'a b; $(c)'");
    assert_quoted(STR("it's"), "'it'\\''s'");
}

static void assert_joined(const char *argv, const char *expected)
{
    struct buf out = { 0 };
    struct error err = { 0 };
    struct json *tree = json_parse(str_from(argv), &err);

    assert_non_null(tree);
    assert_int_equal(shell_join(&out, tree), expected != NULL);
    assert_string_equal(buf_cstr(&out), expected ? expected : "");
    json_destroy(tree);
    buf_release(&out);
}

static void the_words_of_a_line_are_quoted_where_they_have_to_be(void **state)
{
    (void)state;
    assert_joined("[\"ls\",\"-l\",\"a b\",\"\"]", "ls -l 'a b' ''");
    assert_joined("[]", "");
}

static void only_the_script_of_a_shell_is_a_line_of_its_own(void **state)
{
    (void)state;
    assert_joined("[\"bash\",\"-lc\",\"ls | wc\"]", "ls | wc");
    assert_joined("[\"/bin/sh\",\"-c\",\"a; b\"]", "a; b");
    assert_joined("[\"python3\",\"-c\",\"print(1)\"]", "python3 -c 'print(1)'");
}

static void what_is_no_list_of_words_is_no_line(void **state)
{
    (void)state;
    assert_joined("\"ls\"", NULL);
    assert_joined("[\"ls\",5]", NULL);
    assert_joined("{}", NULL);
}

static void the_first_entry_of_a_name_counts(void **state)
{
    (void)state;
    static char one[] = "A=1", other[] = "A=2", longer[] = "AB=3", none[] = "C";
    char *const env[] = { longer, one, other, none, NULL };

    assert_true(str_is(env_value(env, "A"), "1"));
    assert_true(str_is(env_value(env, "AB"), "3"));
    assert_int_equal(env_value(env, "C").len, 0);
    assert_int_equal(env_value(NULL, "A").len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_is_quoted_so_that_nothing_in_it_is_special),
        cmocka_unit_test(the_words_of_a_line_are_quoted_where_they_have_to_be),
        cmocka_unit_test(only_the_script_of_a_shell_is_a_line_of_its_own),
        cmocka_unit_test(what_is_no_list_of_words_is_no_line),
        cmocka_unit_test(the_first_entry_of_a_name_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
