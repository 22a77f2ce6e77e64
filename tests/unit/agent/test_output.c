/* What is kept of a long output: its ends, and how much is between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/agent/output.h"

static void assert_written(const struct output *output, const char *expected)
{
    struct buf out = { 0 };

    output_write(output, &out);
    assert_string_equal(buf_cstr(&out), expected);
    buf_release(&out);
}

static void a_short_output_is_kept_whole(void **state)
{
    (void)state;
    struct output output;

    output_init(&output, 100);
    output_add(&output, STR("one\ntwo\n"));
    output_add(&output, STR("three"));
    assert_written(&output, "one\ntwo\nthree");
    output_release(&output);
}

static void nothing_gives_nothing(void **state)
{
    (void)state;
    struct output output;

    output_init(&output, 100);
    assert_written(&output, "");
    output_release(&output);
}

static void the_middle_goes_and_is_counted(void **state)
{
    (void)state;
    struct output output;

    output_init(&output, 20);
    output_add(&output, STR("head 1\nhe\n"));
    for (int i = 0; i < 100; i++)
        output_add(&output, STR("middle\n"));
    output_add(&output, STR("tail\n"));
    assert_written(&output, "head 1\nhe\n\n[... 100 lines, 700 bytes left out "
                            "...]\ntail\n");
    output_release(&output);
}

static void the_last_line_is_never_lost(void **state)
{
    (void)state;
    struct output output;
    struct buf out = { 0 };
    char line[32];

    output_init(&output, 1000);
    for (int i = 0; i < 5000; i++) {
        snprintf(line, sizeof(line), "line %d\n", i);
        output_add(&output, str_from(line));
    }
    output_write(&output, &out);
    assert_true(str_ends_with(buf_str(&out), STR("line 4999\n")));
    assert_true(str_starts_with(buf_str(&out), STR("line 0\n")));
    assert_true(out.len < 1200);
    buf_release(&out);
    output_release(&output);
}

static void memory_is_bounded_whatever_comes(void **state)
{
    (void)state;
    struct output output;
    char block[4096];

    memset(block, 'x', sizeof(block)); // no newline at all
    output_init(&output, 8192);
    for (int i = 0; i < 1000; i++)
        output_add(&output, (struct str){ block, sizeof(block) });
    assert_true(output.head.len <= 4096);
    assert_true(output.tail.len <= 8192);
    output_release(&output);
}

static void malformed_bytes_become_replacement_characters(void **state)
{
    (void)state;
    struct output output;

    output_init(&output, 100);
    output_add(&output, STR("a\xff"
                            "b\n"));
    assert_written(&output, "a\xef\xbf\xbd"
                            "b\n");
    output_release(&output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_output_is_kept_whole),
        cmocka_unit_test(nothing_gives_nothing),
        cmocka_unit_test(the_middle_goes_and_is_counted),
        cmocka_unit_test(the_last_line_is_never_lost),
        cmocka_unit_test(memory_is_bounded_whatever_comes),
        cmocka_unit_test(malformed_bytes_become_replacement_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
