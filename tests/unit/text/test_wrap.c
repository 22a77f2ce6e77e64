/* Paragraphs and code lines as rows. */
#include <locale.h>

#include "kerf/text/width.h"
#include "kerf/text/wrap.h"

#include "rows.h"

static int use_utf8(void **state)
{
    (void)state;
    return setlocale(LC_ALL, "C.UTF-8") ? 0 : -1;
}

static struct str wrapped(struct arena *arena, const char *text,
                          struct wrap wrap)
{
    struct rows rows = { 0 };

    wrap_text(arena, &rows, str_from(text), NULL, 0, &wrap);
    return rows_joined(arena, &rows);
}

static struct wrap words(size_t width)
{
    return (struct wrap){ .width_cells = width, .at_words = true };
}

static struct wrap clusters(size_t width)
{
    return (struct wrap){ .width_cells = width };
}

static const struct wrap_case {
    const char *text;
    size_t width;
    bool at_words;
    const char *rows;
} cases[] = {
    { "", 10, true, "\n" },
    { "one two three", 8, true, "one two\nthree\n" },
    { "one two three", 7, true, "one two\nthree\n" },
    { "one two   ", 7, true, "one two\n" },
    { "one\ntwo", 20, true, "one two\n" },
    { "one     two", 5, true, "one\ntwo\n" },
    { "    deep words", 9, true, "    deep\nwords\n" },
    { "    deepdeep", 6, true, "    de\nepdeep\n" },
    { "incomprehensible", 6, true, "incomp\nrehens\nible\n" },
    { "an incomprehensible", 6, true, "an\nincomp\nrehens\nible\n" },
    { "one two three", 8, false, "one two \nthree\n" },
    { "a    b", 3, false, "a  \n  b\n" },
    // Wide characters go to the next row as a whole and need no blanks.
    { "a\xe4\xb8\xad\xe6\x96\x87", 3, false, "a\xe4\xb8\xad\n\xe6\x96\x87\n" },
    { "a\xe4\xb8\xad\xe6\x96\x87", 4, false, "a\xe4\xb8\xad\n\xe6\x96\x87\n" },
    { "ab \xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad", 6, true,
      "ab \xe4\xb8\xad\n\xe6\x96\x87\xe4\xb8\xad\n" },
    // A mark stays with its letter.
    { "ee\xcc\x81"
      "e",
      2, false, "ee\xcc\x81\ne\n" },
    // A cluster that is wider than the row is cut between its code points.
    { "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb"
      "b",
      3, false,
      "\xf0\x9f\x91\xa9\xe2\x80\x8d\n\xf0\x9f\x92\xbb"
      "b\n" },
    // Too narrow for anything: one cluster a row.
    { "a\xe4\xb8\xad", 1, true, "a\n\xe4\xb8\xad\n" },
    { "ab", 0, true, "a\nb\n" },
};

static void texts_break_into_rows(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct wrap wrap = { .width_cells = cases[i].width,
                             .at_words = cases[i].at_words };
        assert_text(&arena, wrapped(&arena, cases[i].text, wrap),
                    cases[i].rows);
    }
    arena_release(&arena);
}

static void the_first_row_and_the_others_have_prefixes(void **state)
{
    struct arena arena = { 0 };
    struct wrap wrap = words(9);

    (void)state;
    wrap.first = STR("- ");
    wrap.rest = STR("  ");
    assert_text(&arena, wrapped(&arena, "one two three four", wrap),
                "- one two\n  three\n  four\n");
    arena_release(&arena);
}

static void a_prefix_leaves_room_for_a_character(void **state)
{
    struct arena arena = { 0 };
    struct wrap wrap = clusters(3);

    (void)state;
    wrap.first = wrap.rest = STR("12345");
    assert_text(&arena, wrapped(&arena, "abc", wrap), "1ab\n1c\n");
    arena_release(&arena);
}

static void spans_follow_their_text_over_rows(void **state)
{
    struct arena arena = { 0 };
    struct rows rows = { 0 };
    const struct span spans[] = {
        { .start = 0, .len = 3, .role = ROLE_KEYWORD },
        { .start = 4, .len = 6, .role = ROLE_STRING },
        { .start = 11, .len = 1, .role = ROLE_NUMBER }
    };
    struct wrap wrap = { .width_cells = 9,
                         .first = STR("> "),
                         .rest = STR("  "),
                         .prefix_role = ROLE_DIM,
                         .at_words = true };

    (void)state;
    wrap_text(&arena, &rows, STR("one two th 4"), spans, 3, &wrap);

    assert_text(&arena, rows_joined(&arena, &rows), "> one two\n  th 4\n");
    assert_text(&arena, row_roles(&arena, rows.at[0]), "DDKKK.SSS");
    assert_text(&arena, row_roles(&arena, rows.at[1]), "..SS.N");
    arena_release(&arena);
}

static void no_control_gets_into_a_row(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    assert_text(&arena, wrapped(&arena, "a\x1b[0m\tb", clusters(20)),
                "a [0m b\n");
    arena_release(&arena);
}

static void rows_are_never_wider_than_asked(void **state)
{
    struct arena arena = { 0 };
    struct str text = STR("na\xc3\xafve \xe4\xb8\xad\xe6\x96\x87 longer words "
                          "\xf0\x9f\x98\x80\xf0\x9f\x98\x80 e\xcc\x81nd");

    (void)state;
    for (size_t width = 2; width < 40; width++)
        for (int at_words = 0; at_words < 2; at_words++) {
            struct rows rows = { 0 };
            struct wrap wrap = { .width_cells = width,
                                 .at_words = at_words != 0 };
            wrap_text(&arena, &rows, text, NULL, 0, &wrap);
            for (size_t i = 0; i < rows.count; i++)
                assert_in_range(width_of(rows.at[i].text), 0, width);
        }
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_break_into_rows),
        cmocka_unit_test(the_first_row_and_the_others_have_prefixes),
        cmocka_unit_test(a_prefix_leaves_room_for_a_character),
        cmocka_unit_test(spans_follow_their_text_over_rows),
        cmocka_unit_test(no_control_gets_into_a_row),
        cmocka_unit_test(rows_are_never_wider_than_asked),
    };
    return cmocka_run_group_tests(tests, use_utf8, NULL);
}
