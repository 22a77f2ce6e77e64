/* Tokens and the text of the echo engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kerf/sim/engine.h"
#include "kerf/sim/token.h"

static void tokens_are_short_words_digits_and_marks(void **state)
{
    static const struct {
        const char *text;
        size_t length;
    } cases[] = {
        { "", 0 },
        { "word two", 4 },
        { " word", 5 },
        { "indexing2", 8 },
        { "internationally", 8 },
        { "12345", 3 },
        { " 12", 3 },
        { "\n\n  x", 4 },
        { "->x", 2 },
        { "   x", 3 },
        { "\tx", 1 },
        { "\xc3\xa9t", 2 },
        { "\xe2\x82\xac", 3 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        assert_int_equal(token_length(str_from(cases[i].text)),
                         cases[i].length);
}

static void a_span_covers_so_many_tokens(void **state)
{
    (void)state;
    assert_int_equal(token_span(STR("one two three"), 2), 7);
    assert_int_equal(token_span(STR("one"), 9), 3);
    assert_int_equal(token_count(STR("one two three")), 3);
}

static void the_text_has_exactly_so_many_tokens(void **state)
{
    static const uint64_t counts[] = { 5, 60, 400, 777, 5000 };

    (void)state;
    for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
        struct arena arena = { 0 };
        struct str text = echo_text(&arena, counts[i], i + 1);
        assert_int_equal(token_count(text), counts[i]);
        assert_true(str_starts_with(text, STR("ZQSTART\n")));
        assert_true(str_ends_with(text, STR("\nZQEND")));
        arena_release(&arena);
    }
}

static void the_keys_of_the_bench_never_occur(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    struct str text = echo_text(&arena, 20000, 7);
    assert_int_equal(str_find_char(text, '^'), SIZE_MAX);
    assert_int_equal(str_find_char(text, '~'), SIZE_MAX);
    arena_release(&arena);
}

static void the_seed_decides_the_text(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    assert_true(
        str_equal(echo_text(&arena, 300, 3), echo_text(&arena, 300, 3)));
    assert_false(
        str_equal(echo_text(&arena, 300, 3), echo_text(&arena, 300, 4)));
    arena_release(&arena);
}

static void every_code_fence_is_closed(void **state)
{
    (void)state;
    for (uint64_t tokens = 100; tokens < 700; tokens += 13) {
        struct arena arena = { 0 };
        struct str rest = echo_text(&arena, tokens, 1), line;
        bool open = false;
        while (str_split(&rest, '\n', &line))
            open ^= str_starts_with(line, STR("```"));
        assert_false(open);
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_are_short_words_digits_and_marks),
        cmocka_unit_test(a_span_covers_so_many_tokens),
        cmocka_unit_test(the_text_has_exactly_so_many_tokens),
        cmocka_unit_test(the_keys_of_the_bench_never_occur),
        cmocka_unit_test(the_seed_decides_the_text),
        cmocka_unit_test(every_code_fence_is_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
