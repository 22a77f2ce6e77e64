/* UTF-8 in and out, and what a terminal may see of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kerf/base/utf8.h"

static void every_scalar_value_survives_a_round_trip(void **state)
{
    (void)state;
    struct buf buf = { 0 };

    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        uint32_t back = 0;
        if (code >= 0xd800 && code <= 0xdfff)
            continue;
        buf_reset(&buf);
        utf8_encode(&buf, code);
        if (utf8_decode(buf_str(&buf), &back) != buf.len || back != code)
            fail_msg("U+%04X", code);
    }
    buf_release(&buf);
}

static void malformed_bytes_are_taken_one_at_a_time(void **state)
{
    (void)state;
    static const struct str cases[] = {
        { "\x80", 1 },             // a lone continuation
        { "\xc0\x80", 2 },         // overlong NUL
        { "\xc1\xbf", 2 },         // overlong
        { "\xe0\x9f\xbf", 3 },     // overlong
        { "\xed\xa0\x80", 3 },     // a surrogate
        { "\xf0\x8f\xbf\xbf", 4 }, // overlong
        { "\xf4\x90\x80\x80", 4 }, // beyond U+10FFFF
        { "\xf5\x80\x80\x80", 4 },
        { "\xff", 1 },
        { "\xe2\x82", 2 },  // cut
        { "\xe2\x82x", 3 }, // broken off
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint32_t code = 0;
        assert_int_equal(utf8_decode(cases[i], &code), 1);
        assert_int_equal(code, UTF8_INVALID);
        assert_false(utf8_is_valid(cases[i]));
    }
}

static void nothing_decodes_to_nothing(void **state)
{
    (void)state;
    uint32_t code;
    assert_int_equal(utf8_decode(STR(""), &code), 0);
    assert_true(utf8_is_valid(STR("")));
}

static void a_surrogate_is_written_as_a_replacement(void **state)
{
    (void)state;
    struct buf buf = { 0 };

    utf8_encode(&buf, 0xd800);
    utf8_encode(&buf, UTF8_INVALID);

    assert_string_equal(buf_cstr(&buf), "\xef\xbf\xbd\xef\xbf\xbd");
    buf_release(&buf);
}

static void an_unfinished_character_is_kept_back(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        size_t tail;
    } cases[] = {
        { { "a", 1 }, 0 },
        { { "a\xc3", 2 }, 1 },
        { { "\xe2\x82", 2 }, 2 },
        { { "\xe2\x82\xac", 3 }, 0 },
        { { "\xf0\x9f\x98", 3 }, 3 },
        { { "\xf0\x9f\x98\x80", 4 }, 0 },
        { { "\x80\x80", 2 }, 0 }, // nothing can complete these
        { { "\xe0\x80", 2 }, 0 },
        { { "\xff", 1 }, 0 },
        { { "", 0 }, 0 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(utf8_incomplete_tail(cases[i].text), cases[i].tail);
}

static void sanitised_text_shows_what_it_was(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        const char *shown;
    } cases[] = {
        { { "a\x1b[2J", 5 }, "a\xe2\x90\x9b[2J" },
        { { "\0", 1 }, "\xe2\x90\x80" },
        { { "\x7f", 1 }, "\xe2\x90\xa1" },
        { { "\xc2\x9b", 2 }, "<9b>" },
        { { "\xff", 1 }, "<ff>" },
        { { "\xe2\x80\xae"
            "x",
            4 },
          "<U+202E>x" },
        { { "\xe2\x80\x8b", 3 }, "<U+200B>" },
        { { "\xef\xbf\xbe", 3 }, "<U+FFFE>" },
        { { "\xef\xb7\x90", 3 }, "<U+FDD0>" },
        { { "\xf0\x9f\xbf\xbf", 4 }, "<U+1FFFF>" },
        { { "\xf3\xa0\x81\x81", 4 }, "<U+E0041>" },
        { { "gr\xc3\xbc\xc3\x9f", 6 }, "gr\xc3\xbc\xc3\x9f" },
        { { "a\tb\n", 4 },
          "a\xe2\x90\x89"
          "b\xe2\x90\x8a" },
    };
    struct arena arena = { 0 };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct str shown = utf8_sanitised(&arena, cases[i].text, false);
        if (!str_is(shown, cases[i].shown))
            fail_msg("case %zu: %s", i, shown.at);
    }
    assert_true(str_is(utf8_sanitised(&arena, STR("a\tb\n"), true), "a\tb\n"));
    arena_release(&arena);
}

static void joiners_and_variation_selectors_are_honest(void **state)
{
    (void)state;
    assert_false(utf8_is_deceptive(0x200d));
    assert_false(utf8_is_deceptive(0xfe0f));
    assert_true(utf8_is_deceptive(0x2066));
    assert_true(utf8_is_deceptive(0xfeff));
}

static void the_ascii_run_ends_at_the_first_other_byte(void **state)
{
    (void)state;
    char text[40];

    for (size_t at = 0; at < sizeof(text); at++) {
        memset(text, 'a', sizeof(text));
        text[at] = (char)0xc3;
        assert_int_equal(utf8_ascii_run((struct str){ text, sizeof(text) }),
                         at);
    }
    assert_int_equal(utf8_ascii_run((struct str){ 0 }), 0);
    assert_int_equal(utf8_ascii_run(STR("ascii")), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scalar_value_survives_a_round_trip),
        cmocka_unit_test(malformed_bytes_are_taken_one_at_a_time),
        cmocka_unit_test(nothing_decodes_to_nothing),
        cmocka_unit_test(a_surrogate_is_written_as_a_replacement),
        cmocka_unit_test(an_unfinished_character_is_kept_back),
        cmocka_unit_test(sanitised_text_shows_what_it_was),
        cmocka_unit_test(joiners_and_variation_selectors_are_honest),
        cmocka_unit_test(the_ascii_run_ends_at_the_first_other_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
