/* Greedy, left to right: each token is the longest run of its first class. */
#include "kerf/sim/token.h"

#include "kerf/base/utf8.h"

#define WORD_BYTES 8
#define DIGITS 3
#define MARKS 2
#define BLANKS 8

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ';
}

static bool is_newline(char c)
{
    return c == '\n';
}

static size_t run(struct str s, size_t from, size_t limit,
                  bool (*belongs)(char c))
{
    size_t n = 0;
    while (n < limit && from + n < s.len && belongs(s.at[from + n]))
        n++;
    return n;
}

static bool is_mark(char c)
{
    return (unsigned char)c > ' ' && (unsigned char)c < 0x7f && !is_letter(c)
           && !is_digit(c);
}

size_t token_length(struct str s)
{
    uint32_t code;

    if (s.len == 0)
        return 0;
    size_t lead = s.at[0] == ' ' ? 1 : 0;
    size_t n = run(s, lead, WORD_BYTES, is_letter);
    if (n == 0)
        n = run(s, lead, DIGITS, is_digit);
    if (n > 0)
        return lead + n;
    if ((n = run(s, 0, SIZE_MAX, is_newline)) > 0)
        return n + run(s, n, SIZE_MAX, is_blank);
    if ((n = run(s, 0, MARKS, is_mark)) > 0
        || (n = run(s, 0, BLANKS, is_blank)) > 0)
        return n;
    return utf8_decode(s, &code);
}

size_t token_span(struct str s, size_t count)
{
    size_t bytes = 0;
    while (count-- > 0 && bytes < s.len)
        bytes += token_length(str_skip(s, bytes));
    return bytes;
}

size_t token_count(struct str s)
{
    size_t count = 0;
    for (; s.len > 0; count++)
        s = str_skip(s, token_length(s));
    return count;
}
