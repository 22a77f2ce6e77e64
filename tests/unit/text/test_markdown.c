/* Markdown as rows, written out. */
#include <locale.h>
#include <string.h>

#include "kerf/text/markdown.h"
#include "kerf/text/width.h"

#include "rows.h"

static int use_utf8(void **state)
{
    (void)state;
    return setlocale(LC_ALL, "C.UTF-8") ? 0 : -1;
}

static struct rows rows_of(struct arena *arena, const char *source,
                           size_t width)
{
    struct rows rows = { 0 };

    markdown_rows(arena, &rows, str_from(source), width, 0);
    return rows;
}

static const struct {
    const char *source;
    size_t width;
    const char *rows;
} cases[] = {
    { "", 20, "" },
    { "\n\n", 20, "" },
    { "\n\na\nb\n", 20, "a b\n" },
    { "# A *b*\ntext", 20, "A b\n\ntext\n" },
    { "Title\n=====\ntext", 20, "Title\n\ntext\n" },
    { "a  \nb\\\nc", 20, "a\nb\nc\n" },
    { "one two three", 9, "one two\nthree\n" },
    { "a\n\n***\n\nb", 5, "a\n\n-----\n\nb\n" },
    { "a ~~b~~ `c` **d**", 20, "a ~~b~~ `c` d\n" },
    { "&lt;&euro;&#33;&#x21;&bogus;", 20, "<\xe2\x82\xac!!&bogus;\n" },
    { "&#27;[31m", 20, "\xe2\x90\x9b[31m\n" },
    { "a\x1b]0;x\x07", 20, "a\xe2\x90\x9b]0;x\xe2\x90\x87\n" },
    { "<b>x</b>\n\n<div>\ny\n</div>", 30, "<b>x</b>\n\n<div> y </div>\n" },
    { "a\r\nb\r\n\r\nc\r\n", 20, "a b\n\nc\n" },
    { "a\n\n#", 20, "a\n\n\n" },
    // Links.
    { "[a](http://b.c) d", 20, "a (http://b.c) d\n" },
    { "<http://b.c> http://d.e", 30, "http://b.c http://d.e\n" },
    { "![pic](x.png)", 20, "pic (x.png)\n" },
    { "[a](b?c&amp;d)", 20, "a (b?c&d)\n" },
    { "[a]: http://b.c\n\nsee [a]", 20, "[a]: http://b.c\n\nsee [a]\n" },
    // Lists.
    { "- a\n- b", 20, "- a\n- b\n" },
    { "a:\n* b\n* c\n\nd", 20, "a:\n\n- b\n- c\n\nd\n" },
    { "- a\n  - b\n    - c\n- d", 20, "- a\n  - b\n    - c\n- d\n" },
    { "- a\n\n- b", 20, "- a\n\n- b\n" },
    { "9. a\n10. bb ccc", 9, "9. a\n10. bb\n    ccc\n" },
    { "3) a\n3) b", 20, "3) a\n4) b\n" },
    { "- [ ] a\n- [x] b", 20, "- [ ] a\n- [x] b\n" },
    { "1. a\n\n   b\n2. c", 20, "1. a\n\n   b\n\n2. c\n" },
    { "-\n- b", 20, "-\n- b\n" },
    { "- a\n\n  ```\n  x\n  ```\n- b", 20, "- a\n\n    x\n\n- b\n" },
    { "- one two three", 9, "- one two\n  three\n" },
    // Quotes.
    { "> a\n> b\n\nc", 20, "| a b\n\nc\n" },
    { "> a\n>\n> b", 20, "| a\n|\n| b\n" },
    { "> - a\n>   > b", 20, "| - a\n|   | b\n" },
    { "a\n\n>", 6, "a\n\n|\n" },
    { "> one two", 6, "| one\n| two\n" },
    // Code.
    { "```\na\n\n b\n```\nc", 20, "  a\n\n   b\n\nc\n" },
    { "a\n```\nb", 20, "a\n\n  b\n" },
    { "~~~ c\nint\n```\n~~~", 20, "  int\n  ```\n" },
    { "  ```\n    a\n  b\n ```", 20, "    a\n  b\n" },
    { "    a\n\n    b", 20, "  a\n\n  b\n" },
    { "```\n  abcdefgh\n```", 8, "    abcd\n    efgh\n" },
    { "```\n\ta\tb\n```", 20, "      a   b\n" },
    { "```\n```\na", 20, "\n\na\n" },
    { "```a```", 20, "`a`\n" },
    // Tables.
    { "|a|b|\n|---|---|\n|1|2|", 20, "a | b\n--+--\n1 | 2\n" },
    { "|a|bb|\n|--:|:-:|\n|11|x|\n|2|yyyyy|", 20,
      " a |  bb\n---+------\n11 |   x\n 2 | yyyyy\n" },
    { "|a|b|\n|---|---|\n|1|one two three|", 15,
      "a | b\n--+------------\n1 | one two\n  | three\n" },
    { "|head|two|\n|---|---|\n|one|a long cell here|", 12,
      "- head: one\n  two: a\n  long cell\n  here\n" },
    { "|first one|second one|\n|---|---|", 12, "- first one\n  second one\n" },
    { "|a|\n|---|\n|`x\\|y` *z*|", 20, "a\n-------\n`x|y` z\n" },
};

static void sources_become_rows(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rows rows = rows_of(&arena, cases[i].source, cases[i].width);
        struct str text = rows_joined(&arena, &rows);
        if (!str_is(text, cases[i].rows))
            print_message("case %zu: %s\n", i, cases[i].source);
        assert_text(&arena, text, cases[i].rows);
    }
    arena_release(&arena);
}

static const struct {
    const char *source, *rows, *roles;
} styled[] = {
    { "# A `b` **c**", "A `b` c", "HHOOOHH" },
    { "a *b* **c**", "a b c", "..M.B" },
    { "***a***", "a", "B" },
    { "`a` ~~b~~", "`a` ~~b~~", "OOO.DDDDD" },
    { "[a](b)", "a (b)", "LDDDD" },
    { "[`a` c](b)", "`a` c (b)", "OOOLLDDDD" },
    { "> a *b*", "| a b", "QQQQM" },
    { "- a", "- a", "DD." },
    { "```c\nif (x) 1;\n```", "  if (x) 1;", "..KKOOOOONO" },
    { "|a|\n|---|\n|b|", "a", "B" },
};

static void pieces_have_roles(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(styled) / sizeof(styled[0]); i++) {
        struct rows rows = rows_of(&arena, styled[i].source, 40);
        assert_true(rows.count > 0);
        assert_text(&arena, rows.at[0].text, styled[i].rows);
        assert_text(&arena, row_roles(&arena, rows.at[0]), styled[i].roles);
    }
    arena_release(&arena);
}

static void colours_go_on_over_the_lines_of_code(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    struct rows rows = rows_of(&arena, "```c\n/* a\nb */ x\n```", 40);

    assert_text(&arena, row_roles(&arena, rows.at[1]), "..CCCCOO");
    arena_release(&arena);
}

static void every_row_begins_with_the_indent(void **state)
{
    struct arena arena = { 0 };
    struct rows rows = { 0 };

    (void)state;
    markdown_rows(&arena, &rows, STR("- aa bb\n\n```\nx\n```"), 8, 2);

    assert_text(&arena, rows_joined(&arena, &rows),
                "  - aa\n    bb\n\n    x\n");
    arena_release(&arena);
}

static void an_empty_line_at_the_end_gives_an_empty_row(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    struct rows text = rows_of(&arena, "a\n\n", 20);
    struct rows code = rows_of(&arena, "```\na\n```\n\n", 20);
    struct rows open = rows_of(&arena, "```\na\n\n", 20);

    assert_text(&arena, rows_joined(&arena, &text), "a\n\n");
    assert_text(&arena, rows_joined(&arena, &code), "  a\n\n");
    assert_text(&arena, rows_joined(&arena, &open), "  a\n\n");
    arena_release(&arena);
}

// A document of `count` times `piece`.
static struct str repeated(struct arena *arena, const char *head,
                           const char *piece, size_t count)
{
    struct buf out = { 0 };

    buf_append(&out, str_from(head));
    for (size_t i = 0; i < count; i++)
        buf_append(&out, str_from(piece));
    struct str text = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return text;
}

static void deep_nesting_stays_within_the_width(void **state)
{
    struct arena arena = { 0 };
    static const char *const pieces[] = { "> ", "- ", "1. ", "* > " };

    (void)state;
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        struct rows rows = { 0 };
        struct str source = repeated(&arena, "", pieces[i], 300);
        source = arena_printf(&arena, "%.*send", STR_ARG(source));
        markdown_rows(&arena, &rows, source, 20, 4);
        assert_true(rows.count > 0);
        for (size_t k = 0; k < rows.count; k++)
            assert_in_range(width_of(rows.at[k].text), 0, 20);
    }
    arena_release(&arena);
}

static void a_table_beyond_the_limit_is_shown_as_it_is(void **state)
{
    struct arena arena = { 0 };
    struct rows rows = { 0 };

    (void)state;
    struct str head = repeated(&arena, "", "a|", 300);
    struct str rule = repeated(&arena, "", "---|", 300);
    struct str body = repeated(&arena, "", "b|\n", 300);
    struct str source = arena_printf(&arena, "%.*s\n%.*s\n%.*s", STR_ARG(head),
                                     STR_ARG(rule), STR_ARG(body));
    markdown_rows(&arena, &rows, source, 80, 0);

    assert_true(rows.count > 300 && rows.count < 400);
    assert_text(&arena, rows.at[rows.count - 1].text, "b|");
    arena_release(&arena);
}

static void any_width_is_survived(void **state)
{
    struct arena arena = { 0 };
    const char *source = "# A\n\n> - x y\n\n|a|b|\n|---|---|\n|c|d|\n\n"
                         "```c\nint \xe4\xb8\xad;\n```\n---\n";

    (void)state;
    for (size_t width = 0; width < 30; width++)
        assert_true(rows_of(&arena, source, width).count > 0);
    arena_release(&arena);
}

static const struct {
    const char *source;
    size_t index;
    const char *language, *code; // NULL: there is none
} blocks[] = {
    { "a", 0, NULL, NULL },
    { "```c\nx\n```", 0, "c", "x\n" },
    { "```c\nx\n```", 1, NULL, NULL },
    { "a\n~~~\nx\n\ny\n~~~\nb\n``` {.py n}\nz", 1, "py", "z" },
    { "```diff title=x\n```", 0, "diff", "" },
    { "- a\n\n  ```sh\n  ls\n\n  pwd\n  ```\n- b", 0, "sh", "  ls\n\n  pwd\n" },
    { "1. ```js\n   f()\n\nafter\n\n```c\ny\n```", 0, "js", "   f()\n\n" },
    { "1. ```js\n   f()\n\nafter\n\n```c\ny\n```", 1, "c", "y\n" },
    { "    ```\n    no\n", 0, NULL, NULL },
};

static void code_blocks_are_found_in_the_source(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
        struct str language, code;
        bool found = markdown_code_block(str_from(blocks[i].source),
                                         blocks[i].index, &language, &code);
        assert_int_equal(found, blocks[i].code != NULL);
        if (found) {
            assert_text(&arena, language, blocks[i].language);
            assert_text(&arena, code, blocks[i].code);
        }
    }
    arena_release(&arena);
}

// Number of the last code block whose rows can be told, from 1.
static size_t last_part(const struct rows *rows)
{
    size_t last = 0;

    for (size_t i = 0; i < rows->count; i++)
        if (rows->at[i].part > last)
            last = rows->at[i].part;
    return last;
}

static void rows_tell_their_code_block(void **state)
{
    struct arena arena = { 0 };
    struct str source = STR("a\n```c\nx\n```\n\n> ```\n> q\n> ```\n\n"
                            "    indented\n\n- i\n\n  ```sh\n  ls\n  ```\n");
    struct rows rows = { 0 };
    struct str language, code;

    (void)state;
    markdown_rows(&arena, &rows, source, 40, 0);
    for (size_t i = 0; i < rows.count; i++) {
        const struct row *row = &rows.at[i];
        bool shell = str_find(row->text, STR("ls")) != SIZE_MAX;
        bool c = str_find(row->text, STR("x")) != SIZE_MAX;
        assert_int_equal(row->part, shell ? 2 : c ? 1 : 0);
    }
    assert_true(markdown_code_block(source, 1, &language, &code));
    assert_text(&arena, code, "  ls\n");
    arena_release(&arena);
}

static void rows_and_source_count_the_same_code_blocks(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
        struct arena arena = { 0 };
        struct rows rows = { 0 };
        struct str source = str_from(blocks[i].source), language, code;
        markdown_rows(&arena, &rows, source, 40, 0);
        size_t last = last_part(&rows);
        for (size_t n = 0; n < last; n++)
            assert_true(markdown_code_block(source, n, &language, &code));
        assert_false(markdown_code_block(source, last, &language, &code));
        assert_int_equal(markdown_code_count(source), last);
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sources_become_rows),
        cmocka_unit_test(pieces_have_roles),
        cmocka_unit_test(colours_go_on_over_the_lines_of_code),
        cmocka_unit_test(every_row_begins_with_the_indent),
        cmocka_unit_test(an_empty_line_at_the_end_gives_an_empty_row),
        cmocka_unit_test(deep_nesting_stays_within_the_width),
        cmocka_unit_test(a_table_beyond_the_limit_is_shown_as_it_is),
        cmocka_unit_test(any_width_is_survived),
        cmocka_unit_test(code_blocks_are_found_in_the_source),
        cmocka_unit_test(rows_tell_their_code_block),
        cmocka_unit_test(rows_and_source_count_the_same_code_blocks),
    };
    return cmocka_run_group_tests(tests, use_utf8, NULL);
}
