/* Error texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "kerf/base/error.h"
#include "kerf/base/str.h"
#include "kerf/base/utf8.h"

static void a_text_gains_context_on_its_way_up(void **state)
{
    (void)state;
    struct error err = { 0 };

    assert_false(error_set(&err, ERROR_CONFLICT, "hunk %d", 3));
    assert_false(error_prefix(&err, "%s", "src/a.c"));

    assert_int_equal(err.kind, ERROR_CONFLICT);
    assert_string_equal(err.text, "src/a.c: hunk 3");
}

static void a_text_may_quote_the_one_it_replaces(void **state)
{
    (void)state;
    struct error err = { 0 };
    error_set(&err, ERROR_FAILED, "inner");

    error_set(&err, ERROR_USAGE, "outer (%s)", err.text);

    assert_string_equal(err.text, "outer (inner)");
}

static void a_long_text_is_cut_between_characters(void **state)
{
    (void)state;
    struct error err = { 0 };

    for (int pad = 0; pad < 4; pad++) {
        error_set(&err, ERROR_FAILED, "%.*s", pad, "xxxx");
        for (int i = 0; i < 200; i++)
            error_prefix(&err, "\xe2\x82\xac");
        assert_true(strlen(err.text) < sizeof(err.text));
        assert_true(strlen(err.text) > sizeof(err.text) - 8);
        assert_true(utf8_is_valid(str_from(err.text)));
    }
}

static void system_errors_get_a_kind_and_a_reason(void **state)
{
    (void)state;
    static const struct {
        int number;
        enum error_kind kind;
    } cases[] = {
        { ENOENT, ERROR_NOT_FOUND },
        { EACCES, ERROR_DENIED },
        { EROFS, ERROR_DENIED },
        { ELOOP, ERROR_POLICY },
        { ECONNREFUSED, ERROR_UNREACHABLE },
        { EIO, ERROR_FAILED },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error err = { 0 };
        assert_false(error_errno(&err, cases[i].number, "open %s", "f"));
        assert_int_equal(err.kind, cases[i].kind);
        assert_memory_equal(err.text, "open f: ", 8);
        assert_true(strlen(err.text) > 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_gains_context_on_its_way_up),
        cmocka_unit_test(a_text_may_quote_the_one_it_replaces),
        cmocka_unit_test(a_long_text_is_cut_between_characters),
        cmocka_unit_test(system_errors_get_a_kind_and_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
