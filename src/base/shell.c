/*
 * Inside single quotes nothing is special but their end: a quote is written as
 * end, escaped quote, begin. A line of words is for people too: what is plain
 * stays as it is.
 */
#include "kerf/base/shell.h"

void shell_quote(struct buf *out, struct str word)
{
    buf_append_char(out, '\'');
    for (size_t i = 0; i < word.len; i++) {
        if (word.at[i] == '\'')
            buf_append(out, STR("'\\''"));
        else
            buf_append_char(out, word.at[i]);
    }
    buf_append_char(out, '\'');
}

static bool is_plain(struct str word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_./:=@%+,-";

    for (size_t i = 0; i < word.len; i++)
        if (str_find_char(STR(plain), word.at[i]) == SIZE_MAX)
            return false;
    return word.len > 0;
}

static bool is_script(const struct json *argv)
{
    struct str shell = json_str(json_at(argv, 0));
    struct str flag = json_str(json_at(argv, 1));
    size_t slash = str_rfind_char(shell, '/');

    if (slash != SIZE_MAX)
        shell = str_skip(shell, slash + 1);
    return json_count(argv) == 3
           && (str_is(shell, "sh") || str_is(shell, "bash"))
           && (str_is(flag, "-c") || str_is(flag, "-lc"));
}

static bool are_words(const struct json *argv)
{
    for (size_t i = 0; i < json_count(argv); i++)
        if (json_kind(json_at(argv, i)) != JSON_KIND_STRING)
            return false;
    return json_kind(argv) == JSON_KIND_ARRAY;
}

bool shell_join(struct buf *out, const struct json *argv)
{
    if (!are_words(argv))
        return false;
    if (is_script(argv)) {
        buf_append(out, json_str(json_at(argv, 2)));
        return true;
    }
    for (size_t i = 0; i < json_count(argv); i++) {
        struct str word = json_str(json_at(argv, i));
        if (i > 0)
            buf_append_char(out, ' ');
        if (is_plain(word))
            buf_append(out, word);
        else
            shell_quote(out, word);
    }
    return true;
}
