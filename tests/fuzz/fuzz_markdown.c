/*
 * Any bytes as Markdown: every row is safe for a terminal and fits its width,
 * and a text that comes in parts has the rows of the whole. The first byte
 * chooses the width, the second how large the parts are.
 */
#include <assert.h>
#include <locale.h>
#include <stdint.h>

#include "kerf/base/utf8.h"
#include "kerf/text/markdown.h"
#include "kerf/text/width.h"

#define WIDTH_LEAST 2 // the least that holds any character
#define PARTS_MOST 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_row(struct row row, size_t width)
{
    size_t end = 0;

    assert(utf8_is_valid(row.text));
    assert(width_of(row.text) <= width);
    for (size_t i = 0; i < row.text.len; i++)
        assert((unsigned char)row.text.at[i] >= ' ' && row.text.at[i] != 0x7f);
    for (size_t i = 0; i < row.span_count; i++) {
        assert(row.spans[i].start >= end && row.spans[i].len > 0);
        end = row.spans[i].start + row.spans[i].len;
        assert(end <= row.text.len);
    }
}

static void check_same(const struct rows *a, const struct rows *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert(str_equal(a->at[i].text, b->at[i].text));
        assert(a->at[i].span_count == b->at[i].span_count);
    }
}

static void check_stream(const struct rows *whole, struct str source,
                         size_t width, size_t step)
{
    struct markdown_stream *stream = markdown_stream_create(width, 0);
    const struct rows *rows = NULL;

    if (step < source.len / PARTS_MOST)
        step = source.len / PARTS_MOST;
    for (size_t len = 0; len < source.len; len += step)
        markdown_stream_update(stream, str_take(source, len));
    rows = markdown_stream_update(stream, source);
    assert(whole->count - rows->count <= 1);
    check_same(whole, rows, rows->count);
    markdown_stream_destroy(stream);
}

static void check_settled(const struct rows *whole, struct str source,
                          size_t width)
{
    struct arena arena = { 0 };
    struct rows parts = { 0 };
    size_t settled = markdown_settled(source);

    assert(settled <= source.len);
    markdown_rows(&arena, &parts, str_take(source, settled), width, 0);
    markdown_rows(&arena, &parts, str_skip(source, settled), width, 0);
    assert(parts.count == whole->count);
    check_same(whole, &parts, parts.count);
    arena_release(&arena);
}

static void check_code(struct str source)
{
    struct str language, code;

    for (size_t i = 0; markdown_code_block(source, i, &language, &code); i++) {
        assert(code.len <= source.len);
        assert(code.len == 0
               || (code.at >= source.at
                   && code.at + code.len <= source.at + source.len));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct rows rows = { 0 };

    if (size < 2)
        return 0;
    setlocale(LC_ALL, "C.UTF-8");
    struct str source = { (const char *)data + 2, size - 2 };
    size_t width = WIDTH_LEAST + data[0] % 100;
    markdown_rows(&arena, &rows, source, width, 0);
    for (size_t i = 0; i < rows.count; i++)
        check_row(rows.at[i], width);
    check_stream(&rows, source, width, 1 + data[1] % 50);
    check_settled(&rows, source, width);
    check_code(source);
    arena_release(&arena);
    return 0;
}
