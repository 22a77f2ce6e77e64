/* Addresses in plain text, and which of them a terminal may be given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/base/buf.h"
#include "kerf/text/link.h"

static void only_what_merely_shows_is_safe(void **state)
{
    (void)state;
    assert_true(link_is_safe(STR("https://a.example/b?c#d")));
    assert_true(link_is_safe(STR("mailto:a@b.example")));
    assert_false(link_is_safe(STR("file:///etc/passwd")));
    assert_false(link_is_safe(STR("javascript:alert(1)")));
    assert_false(link_is_safe(STR("https:///etc/passwd")));
    assert_false(link_is_safe(STR("https://a b")));
    assert_false(link_is_safe(STR("https://a\033]8;;")));
    assert_false(link_is_safe(STR("https://\xc3\xa4.example")));
}

// The addresses of a text, each in brackets.
static const char *found(const char *text, struct buf *out)
{
    size_t at = 0, len;

    buf_reset(out);
    while ((len = link_find(str_from(text), &at)) > 0) {
        buf_append_char(out, '[');
        buf_append(out, (struct str){ text + at, len });
        buf_append_char(out, ']');
        at += len;
    }
    return buf_cstr(out);
}

static void addresses_end_where_the_text_goes_on(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "see https://a.example.", "[https://a.example]" },
        { "http://a/b, http://c/d; x", "[http://a/b][http://c/d]" },
        { "(https://a/b)", "[https://a/b]" },
        { "https://a/b_(c) d", "[https://a/b_(c)]" },
        { "[https://a/b]", "[https://a/b]" },
        { "<https://a/b>", "[https://a/b]" },
        { "'https://a/b'", "[https://a/b]" },
        { "url=\"https://a/b?c=d&e\"", "[https://a/b?c=d&e]" },
        { "**https://a/b**", "[https://a/b]" },
        { "https://a:80/~b?c=%20#d!", "[https://a:80/~b?c=%20#d]" },
        { "https://a/\xe6\xbc\xa2", "[https://a/]" },
        { "https://", "" },
        { "http://...", "" },
        { "xhttps://a", "" },
        { "https and http", "" },
        { "file:///a ftp://b", "" },
        { "", "" },
    };
    struct buf out = { 0 };
    (void)state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(found(cases[i].text, &out), cases[i].want);
    buf_release(&out);
}

static void what_is_too_long_for_a_terminal_is_no_address(void **state)
{
    static char text[2 * LIMIT_LINK_BYTES];
    size_t at = 0;
    (void)state;

    memset(text, 'a', sizeof(text));
    memcpy(text, "http://", 7);
    assert_int_equal(link_find((struct str){ text, sizeof(text) }, &at), 0);
    assert_int_equal(link_find((struct str){ text, LIMIT_LINK_BYTES }, &at),
                     LIMIT_LINK_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_merely_shows_is_safe),
        cmocka_unit_test(addresses_end_where_the_text_goes_on),
        cmocka_unit_test(what_is_too_long_for_a_terminal_is_no_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
