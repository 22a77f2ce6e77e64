/* The head fills first; after that bytes go to the tail, which is trimmed to
 * its half whenever it grew to twice that, so that adding stays cheap. */
#include "kerf/agent/output.h"

#include "kerf/base/utf8.h"

void output_init(struct output *output, size_t limit_bytes)
{
    *output = (struct output){ .limit_bytes = limit_bytes };
}

void output_release(struct output *output)
{
    buf_release(&output->head);
    buf_release(&output->tail);
}

static size_t count_lines(struct str s)
{
    size_t lines = 0;

    for (size_t i = 0; i < s.len; i++)
        lines += s.at[i] == '\n';
    return lines;
}

// Drops the oldest bytes of the tail, up to a line end if one is near.
static void trim_tail(struct output *output, size_t keep)
{
    struct str tail = buf_str(&output->tail);

    if (tail.len <= keep)
        return;
    size_t cut = tail.len - keep;
    size_t newline = str_find_char(str_take(str_skip(tail, cut), 4096), '\n');
    if (newline != SIZE_MAX)
        cut += newline + 1;
    output->dropped_bytes += cut;
    output->dropped_lines += count_lines(str_take(tail, cut));
    buf_consume(&output->tail, cut);
}

void output_add(struct output *output, struct str bytes)
{
    size_t half = output->limit_bytes / 2;

    if (output->head.len < half) {
        struct str part = str_take(bytes, half - output->head.len);
        buf_append(&output->head, part);
        bytes = str_skip(bytes, part.len);
    }
    buf_append(&output->tail, bytes);
    if (output->tail.len > 2 * half)
        trim_tail(output, half);
}

static void write_text(struct buf *out, struct str s)
{
    while (s.len > 0) {
        uint32_t code;
        size_t n = utf8_decode(s, &code);
        utf8_encode(out, code);
        s = str_skip(s, n);
    }
}

void output_write(const struct output *output, struct buf *out)
{
    size_t half = output->limit_bytes / 2;
    struct output end = { .limit_bytes = output->limit_bytes,
                          .dropped_bytes = output->dropped_bytes,
                          .dropped_lines = output->dropped_lines };

    buf_append(&end.tail, buf_str(&output->tail));
    trim_tail(&end, half);
    write_text(out, buf_str(&output->head));
    if (end.dropped_bytes > 0)
        buf_printf(out, "\n[... %zu lines, %zu bytes left out ...]\n",
                   end.dropped_lines, end.dropped_bytes);
    write_text(out, buf_str(&end.tail));
    buf_release(&end.tail);
}
