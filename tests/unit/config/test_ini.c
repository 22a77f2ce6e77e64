/* Lines become sections and settings, whatever is in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/base/buf.h"
#include "kerf/config/ini.h"

static bool note_section(struct str name, struct str label, void *ctx,
                         struct error *err)
{
    (void)err;
    buf_printf(ctx, "[%.*s|%.*s]", STR_ARG(name), STR_ARG(label));
    return true;
}

static bool note_setting(struct str key, struct str value, void *ctx,
                         struct error *err)
{
    if (str_is(key, "bad"))
        return error_set(err, ERROR_USAGE, "not this one");
    buf_printf(ctx, "(%.*s|%.*s)", STR_ARG(key), STR_ARG(value));
    return true;
}

// What is taken from a text, or the error.
static const char *taken(struct arena *arena, const char *text,
                         bool signs_in_keys)
{
    struct buf out = { 0 };
    struct error err = { 0 };
    struct ini_taker taker = { note_section, note_setting, &out,
                               signs_in_keys };

    if (!ini_read(arena, str_from(text), STR("f"), &taker, &err)) {
        buf_reset(&out);
        buf_append(&out, str_from(err.text));
    }
    const char *copy = arena_cstr(arena, buf_str(&out));
    buf_release(&out);
    return copy;
}

static void sections_and_settings_are_taken_in_order(void **state)
{
    (void)state;
    struct arena arena = { 0 };

    assert_string_equal(
        taken(&arena, "# c\n[a]\nx = 1 ; c\n[b \"n\"]\n y=\"2;3\"\n", false),
        "[a|](x|1)[b|n](y|2;3)");
    arena_release(&arena);
}

static void an_error_tells_file_and_line(void **state)
{
    (void)state;
    struct arena arena = { 0 };

    assert_string_equal(taken(&arena, "[a]\n\nbad = 1\n", false),
                        "f:3: not this one");
    assert_string_equal(taken(&arena, "x = 1\n", false),
                        "f:1: a setting stands before the first [section]");
    assert_string_equal(taken(&arena, "[a]\nx\n", true),
                        "f:2: neither [section] nor key = value");
    arena_release(&arena);
}

static void keys_may_hold_signs_where_that_is_asked_for(void **state)
{
    (void)state;
    struct arena arena = { 0 };

    assert_string_equal(
        taken(&arena, "[a]\n[ = b\n] = c\n: = d\n= = e\n^X : = f\n\"#\" = g\n",
              true),
        "[a|]([|b)(]|c)(:|d)(=|e)(^X :|f)(\"#\"|g)");
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sections_and_settings_are_taken_in_order),
        cmocka_unit_test(an_error_tells_file_and_line),
        cmocka_unit_test(keys_may_hold_signs_where_that_is_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
