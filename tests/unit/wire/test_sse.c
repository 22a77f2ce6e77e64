/* Server-sent events: lines, fields, what ends an event; and the same result
 * for every way to cut the bytes. */
#include "kerf/wire/sse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Writes "name|data|id\n" for an event, "#text\n" for a comment.
static void note(struct buf *out, enum sse_found found,
                 const struct sse_event *event)
{
    if (found == SSE_TOO_BIG)
        buf_append(out, STR("too big\n"));
    if (found == SSE_COMMENT)
        buf_printf(out, "#%.*s\n", STR_ARG(event->data));
    if (found == SSE_EVENT)
        buf_printf(out, "%.*s|%.*s|%.*s\n", STR_ARG(event->name),
                   STR_ARG(event->data), STR_ARG(event->id));
}

static void feed(struct sse *sse, struct str bytes, struct buf *out)
{
    struct sse_event event;
    enum sse_found found;

    do {
        found = sse_next(sse, &bytes, &event);
        note(out, found, &event);
    } while (found == SSE_EVENT || found == SSE_COMMENT);
    if (found == SSE_MORE)
        assert_int_equal(bytes.len, 0);
}

// Each piece is a copy of its own, gone before the next one comes.
static void feed_copy(struct sse *sse, struct str bytes, struct buf *out)
{
    char *copy = malloc(bytes.len + 1);

    assert_non_null(copy);
    memcpy(copy, bytes.at, bytes.len);
    feed(sse, (struct str){ copy, bytes.len }, out);
    free(copy);
}

static void finish(struct sse *sse, struct buf *out)
{
    struct sse_event event;

    note(out, sse_finish(sse, &event), &event);
    sse_release(sse);
}

static void expect(const char *bytes, size_t len, const char *want)
{
    struct sse sse = { 0 };
    struct buf out = { 0 };

    feed(&sse, (struct str){ bytes, len }, &out);
    finish(&sse, &out);
    assert_string_equal(buf_cstr(&out), want);
    buf_release(&out);
}

#define CASE(name, bytes, want)              \
    {                                        \
        name, bytes, sizeof(bytes) - 1, want \
    }

static const struct {
    const char *name, *bytes;
    size_t len;
    const char *want;
} cases[] = {
    CASE("one event", "data: a\n\n", "|a|\n"),
    CASE("CR alone ends a line", "data: a\r\rdata: b\r\r", "|a|\n|b|\n"),
    CASE("CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", "|a|\n|b|\n"),
    CASE("mixed ends", "data: a\r\ndata: b\rdata: c\n\r\ndata: d\n\r",
         "|a\nb\nc|\n|d|\n"),
    CASE("LF CR is two ends", "data: a\n\rdata: b\n\n", "|a|\n|b|\n"),
    CASE("several data lines are joined", "data: a\ndata:\ndata: c\n\n",
         "|a\n\nc|\n"),
    CASE("one blank after the colon goes", "data:a\ndata:  b\n\n", "|a\n b|\n"),
    CASE("a field without colon is empty", "data\n\n", "||\n"),
    CASE("the name of an event", "event: x\ndata: a\n\ndata: b\n\n",
         "x|a|\n|b|\n"),
    CASE("the last name counts", "event: x\nevent: y\ndata: a\n\n", "y|a|\n"),
    CASE("an event without data is none", "event: x\n\ndata: b\n\n", "|b|\n"),
    CASE("the id stays", "id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
         "|a|7\n|b|7\n|c|\n"),
    CASE("an id with NUL does not count", "id: 7\nid: \0\ndata: a\n\n",
         "|a|7\n"),
    CASE("comments", ":\n: ping\ndata: a\n:mid\ndata: b\n\n",
         "#\n# ping\n#mid\n|a\nb|\n"),
    CASE("unknown fields", "retry: 5\nfoo: x\nDATA: y\n data: z\ndata: a\n\n",
         "|a|\n"),
    CASE("a byte order mark",
         "\xef\xbb\xbf"
         "data: a\n\n",
         "|a|\n"),
    CASE("only the first line has one",
         "data: a\n\n\xef\xbb\xbf"
         "data: b\n\n",
         "|a|\n"),
    CASE("a mark before an empty line", "\xef\xbb\xbf\ndata: a\n\n", "|a|\n"),
    CASE("no empty line at the end", "data: a\n\ndata: [DONE]\n",
         "|a|\n|[DONE]|\n"),
    CASE("no line end at the end", "data: a\n\ndata: [DONE]",
         "|a|\n|[DONE]|\n"),
    CASE("CR at the end", "data: a\r\n\r\ndata: b\r", "|a|\n|b|\n"),
    CASE("a comment at the end is nothing", "data: a\n:x", "|a|\n"),
    CASE("nothing", "", ""),
    CASE("empty lines", "\n\r\r\n\n", ""),
    CASE("UTF-8 inside", "data: \xe2\x82\xac\n\n", "|\xe2\x82\xac|\n"),
};

static void lines_and_fields_are_read_as_the_standard_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        print_message("%s\n", cases[i].name);
        expect(cases[i].bytes, cases[i].len, cases[i].want);
    }
}

// Bit n of `cuts` cuts behind byte n.
static void feed_cut(struct str bytes, uint32_t cuts, struct buf *out)
{
    struct sse sse = { 0 };
    size_t from = 0;

    for (size_t i = 0; i < bytes.len; i++) {
        if (!(cuts >> i & 1) && i + 1 < bytes.len)
            continue;
        feed_copy(&sse, str_take(str_skip(bytes, from), i + 1 - from), out);
        from = i + 1;
    }
    finish(&sse, out);
}

static void however_it_is_cut_the_result_is_the_same(void **state)
{
    struct str bytes = STR("\xef\xbb\xbf"
                           "data:\r\r\n:\ndata");
    struct buf whole = { 0 }, cut = { 0 };

    (void)state;
    feed_cut(bytes, 0, &whole);
    for (uint32_t cuts = 0; cuts < 1u << (bytes.len - 1); cuts++) {
        buf_reset(&cut);
        feed_cut(bytes, cuts, &cut);
        if (!str_equal(buf_str(&whole), buf_str(&cut)))
            fail_msg("cut as %x:\n%s", cuts, buf_cstr(&cut));
    }
    buf_release(&whole);
    buf_release(&cut);
}

// Every cut into three of every case.
static void in_three_pieces_each_case_is_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (size_t a = 0; a <= cases[i].len; a++)
            for (size_t b = a; b <= cases[i].len; b++) {
                struct sse sse = { 0 };
                struct buf out = { 0 };
                struct str all = { cases[i].bytes, cases[i].len };
                feed_copy(&sse, str_take(all, a), &out);
                feed_copy(&sse, str_take(str_skip(all, a), b - a), &out);
                feed_copy(&sse, str_skip(all, b), &out);
                finish(&sse, &out);
                assert_string_equal(buf_cstr(&out), cases[i].want);
                buf_release(&out);
            }
}

static void an_event_is_told_before_the_rest_of_its_bytes_is_read(void **state)
{
    struct sse sse = { 0 };
    struct str bytes = STR("data: a\n\ndata: b\n\n");
    struct sse_event event;

    (void)state;
    assert_int_equal(sse_next(&sse, &bytes, &event), SSE_EVENT);
    assert_true(str_is(event.data, "a"));
    assert_true(str_is(bytes, "data: b\n\n"));
    sse_release(&sse);
}

static void a_cr_at_the_end_of_the_bytes_is_not_waited_for(void **state)
{
    struct sse sse = { 0 };
    struct str bytes = STR("data: a\r\r");
    struct sse_event event;

    (void)state;
    assert_int_equal(sse_next(&sse, &bytes, &event), SSE_EVENT);
    sse_release(&sse);
}

// Feeds `count` pieces of 1 MB until one is too big.
static int pieces_until_too_big(struct str begin, const char *piece_begin,
                                char fill, bool line_by_line)
{
    size_t size = (size_t)1 << 20;
    struct sse sse = { 0 };
    struct sse_event event;
    char *piece = malloc(size);
    int count = 0;

    assert_non_null(piece);
    memset(piece, fill, size);
    memcpy(piece, piece_begin, strlen(piece_begin));
    if (line_by_line)
        piece[size - 1] = '\n';
    assert_int_equal(sse_next(&sse, &begin, &event), SSE_MORE);
    for (struct str rest = { piece, size };
         count < 100 && sse_next(&sse, &rest, &event) != SSE_TOO_BIG; count++)
        rest = (struct str){ piece, size };
    struct str more = STR("\n\ndata: x\n\n");
    assert_int_equal(sse_next(&sse, &more, &event), SSE_TOO_BIG); // for good
    sse_release(&sse);
    free(piece);
    return count;
}

static void a_line_without_end_is_cut_off_at_the_limit(void **state)
{
    (void)state;
    assert_int_equal(pieces_until_too_big(STR("data: "), "", 'x', false), 63);
    assert_int_equal(pieces_until_too_big(STR(":"), "", 'x', false), 63);
}

static void an_event_without_end_is_cut_off_at_the_limit(void **state)
{
    (void)state;
    assert_int_equal(pieces_until_too_big(STR(""), "data: ", 'x', true), 64);
}

static void lines_that_are_no_event_do_not_add_up(void **state)
{
    static const char name[] = "event: x\r\r";
    struct sse sse = { 0 };
    struct sse_event event;

    (void)state;
    for (int i = 0; i < 10000; i++) {
        struct str bytes = str_from(name);
        assert_int_equal(sse_next(&sse, &bytes, &event), SSE_MORE);
    }
    assert_int_equal(sse.data.len + sse.line.len, 0);
    assert_true(sse.name.cap < 1000);
    sse_release(&sse);
}

static void a_name_that_is_too_long_counts_as_none(void **state)
{
    char bytes[LIMIT_SSE_NAME_BYTES + 40];

    (void)state;
    memset(bytes, 'n', sizeof(bytes));
    memcpy(bytes, "event:", 6);
    memcpy(bytes + 6 + LIMIT_SSE_NAME_BYTES + 1, "\ndata:a\n\n", 10);
    expect(bytes, strlen(bytes), "|a|\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_and_fields_are_read_as_the_standard_says),
        cmocka_unit_test(however_it_is_cut_the_result_is_the_same),
        cmocka_unit_test(in_three_pieces_each_case_is_the_same),
        cmocka_unit_test(an_event_is_told_before_the_rest_of_its_bytes_is_read),
        cmocka_unit_test(a_cr_at_the_end_of_the_bytes_is_not_waited_for),
        cmocka_unit_test(a_line_without_end_is_cut_off_at_the_limit),
        cmocka_unit_test(an_event_without_end_is_cut_off_at_the_limit),
        cmocka_unit_test(lines_that_are_no_event_do_not_add_up),
        cmocka_unit_test(a_name_that_is_too_long_counts_as_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
