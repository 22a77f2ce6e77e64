/* A text that grows: cut anywhere, its rows are those of the whole. */
#include <locale.h>
#include <string.h>

#include "kerf/text/markdown.h"

#include "rows.h"

static int use_utf8(void **state)
{
    (void)state;
    return setlocale(LC_ALL, "C.UTF-8") ? 0 : -1;
}

static const char *const documents[] = {
    "# Head\n\nfirst para\ngoes on\n\nsecond *para*\n\n- a\n- b\n\n  more\n\n"
    "- c\n\nafter\n",
    "Look:\n```c\nint a; /* b\n\n*/ int c;\n```\nthen\n\n```\nopen\n\n",
    "1. x\n\n   ```sh\n   ls\n\n   ```\n\n2. y\n\nend\n\n    code\n\n    "
    "code\n",
    "> q\n> ```\n> x\n\n```py\n  ``` no\n````\nlast",
    "\n\n|a|b|\n|---|---|\n|1|2|\n|3|4|\n\n---\n\n***b***\n\n-\n\n10 apples\n",
    "a\r\n\r\nb\r\n```\r\nc\r\n```\r\n",
    "- a\n```\nb\n\nc\n```\n\n* x\n\n1. y\n   ~~~\n\n z\n",
    "text\n\n  ```\n  in\n  ```\n\n[a]: b\n\n[a]\n",
    "a\n\n```\n```\nb\n\n~~~\n\n~~~\n",
    "2. a\n```x`y\n\n~~~\n~~\n\n~~~~ \nz\n\n\n",
};

#define DOCUMENT_COUNT (sizeof(documents) / sizeof(documents[0]))

static void assert_same_rows(const struct rows *a, size_t count,
                             const struct rows *b)
{
    assert_true(a->count >= count && b->count >= count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(a->at[i].text.len, b->at[i].text.len);
        assert_true(str_equal(a->at[i].text, b->at[i].text));
        assert_int_equal(a->at[i].span_count, b->at[i].span_count);
        for (size_t k = 0; k < a->at[i].span_count; k++) {
            assert_int_equal(a->at[i].spans[k].start, b->at[i].spans[k].start);
            assert_int_equal(a->at[i].spans[k].len, b->at[i].spans[k].len);
            assert_int_equal(a->at[i].spans[k].role, b->at[i].spans[k].role);
        }
    }
}

static void a_stream_has_the_rows_of_the_whole_text(void **state)
{
    (void)state;
    for (size_t step = 1; step < 40; step += 6)
        for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
            struct markdown_stream *stream = markdown_stream_create(12, 2);
            struct str source = str_from(documents[i]);
            for (size_t len = 0; len <= source.len; len += step) {
                struct arena arena = { 0 };
                struct rows whole = { 0 };
                struct str part = str_take(source, len);
                markdown_rows(&arena, &whole, part, 12, 2);
                const struct rows *rows = markdown_stream_update(stream, part);
                assert_same_rows(rows, rows->count, &whole);
                for (size_t r = 0; r < rows->count; r++)
                    assert_int_equal(rows->at[r].part, whole.at[r].part);
                assert_in_range(whole.count - rows->count, 0, 1);
                arena_release(&arena);
            }
            markdown_stream_destroy(stream);
        }
}

static void kept_rows_never_change(void **state)
{
    (void)state;
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        struct markdown_stream *stream = markdown_stream_create(12, 0);
        struct str source = str_from(documents[i]);
        struct arena arena = { 0 };
        struct rows all = { 0 };
        markdown_rows(&arena, &all, source, 12, 0);
        for (size_t len = 0; len <= source.len; len++) {
            const struct rows *rows =
                markdown_stream_update(stream, str_take(source, len));
            assert_same_rows(rows, markdown_stream_kept(stream), &all);
        }
        arena_release(&arena);
        markdown_stream_destroy(stream);
    }
}

static void most_of_a_long_text_is_kept(void **state)
{
    struct markdown_stream *stream = markdown_stream_create(80, 0);
    struct buf text = { 0 };

    (void)state;
    for (size_t i = 0; i < 200; i++) {
        buf_append(&text, STR("some para\n\n```c\nint x;\nint y;\n```\n\n"));
        const struct rows *rows =
            markdown_stream_update(stream, buf_str(&text));
        assert_in_range(rows->count - markdown_stream_kept(stream), 0, 5);
    }
    buf_append(&text, STR("```c\n"));
    for (size_t i = 0; i < 200; i++) {
        buf_append(&text, STR("int x;\nint y"));
        const struct rows *rows =
            markdown_stream_update(stream, buf_str(&text));
        assert_int_equal(rows->count - markdown_stream_kept(stream), 1);
    }
    buf_release(&text);
    markdown_stream_destroy(stream);
}

static void settled_parts_and_the_rest_add_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        struct str source = str_from(documents[i]);
        for (size_t len = 0; len <= source.len; len++) {
            struct arena arena = { 0 };
            struct rows whole = { 0 }, parts = { 0 };
            struct str now = str_take(source, len);
            size_t settled = markdown_settled(now);
            markdown_rows(&arena, &parts, str_take(now, settled), 12, 0);
            markdown_rows(&arena, &parts, str_skip(now, settled), 12, 0);
            markdown_rows(&arena, &whole, now, 12, 0);
            assert_int_equal(parts.count, whole.count);
            assert_same_rows(&parts, parts.count, &whole);
            arena_release(&arena);
        }
    }
}

static void what_is_settled_stays_settled(void **state)
{
    (void)state;
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        struct str source = str_from(documents[i]);
        size_t before = 0;
        for (size_t len = 0; len <= source.len; len++) {
            size_t settled = markdown_settled(str_take(source, len));
            assert_true(settled >= before);
            before = settled;
        }
    }
}

static const struct {
    const char *source;
    size_t settled;
} cuts[] = {
    { "", 0 },
    { "a\n\n", 0 },
    { "a\n\nb", 3 },
    { "- a\n\nb", 5 },
    { "- a\n\n-", 0 },     // perhaps another item
    { "- a\n\n1", 0 },     // perhaps a list of its own
    { "- a\n\n1 b\n", 5 }, // no, it is text
    { "- a\n\n  b", 0 },   // the item goes on
    { "```\na\n\nb", 0 },
    { "```\na\n```\n\nb", 11 },
    { "    a\n\n    b", 0 }, // one block of code
};

static void cuts_are_made_where_nothing_can_follow(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++)
        assert_int_equal(markdown_settled(str_from(cuts[i].source)),
                         cuts[i].settled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_has_the_rows_of_the_whole_text),
        cmocka_unit_test(kept_rows_never_change),
        cmocka_unit_test(most_of_a_long_text_is_kept),
        cmocka_unit_test(settled_parts_and_the_rest_add_up),
        cmocka_unit_test(what_is_settled_stays_settled),
        cmocka_unit_test(cuts_are_made_where_nothing_can_follow),
    };
    return cmocka_run_group_tests(tests, use_utf8, NULL);
}
