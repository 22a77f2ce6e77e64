/*
 * A compile line is cut into words as a shell would, but the words keep their
 * quotes, so that they can be put together again unchanged.
 */
#include "compile.h"

#include <string.h>

// Cuts the next word, quotes kept. False at the end or if a quote is open.
static bool next_word(struct str *rest, struct str *word)
{
    size_t n = 0;
    char quote = 0;

    *rest = str_trim(*rest);
    while (n < rest->len && (quote || !strchr(" \t", rest->at[n]))) {
        char c = rest->at[n];
        if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '\'' || c == '"')
            quote = c;
        else if (c == '\\')
            n++;
        n++;
    }
    if (n == 0 || n > rest->len || quote)
        return false;
    *word = str_take(*rest, n);
    *rest = str_skip(*rest, n);
    return true;
}

// Says whether the shell would do more with the line than cut it into words.
static bool is_plain(struct str line)
{
    char quote = 0;

    for (size_t i = 0; i < line.len; i++) {
        char c = line.at[i];
        if (c == '\n' || c == '\0')
            return false;
        if (quote == '\'') {
            quote = c == '\'' ? 0 : quote;
        } else if (strchr("`$", c) || (!quote && strchr(";|&<>()*?[#~!", c))) {
            return false;
        } else if (c == '\\') {
            i++;
        } else if (c == '\'' || c == '"') {
            quote = quote ? (c == quote ? 0 : quote) : c;
        }
    }
    return !quote;
}

static struct str base_name(struct str path)
{
    size_t slash = str_rfind_char(path, '/');
    return slash == SIZE_MAX ? path : str_skip(path, slash + 1);
}

// Drops a version such as the one of "gcc-12".
static struct str without_version(struct str name)
{
    size_t len = name.len;

    while (len > 0 && strchr("0123456789.", name.at[len - 1]))
        len--;
    return len > 0 && len < name.len && name.at[len - 1] == '-'
               ? str_take(name, len - 1)
               : name;
}

static bool is_one_of(struct str word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(word, list[i]))
            return true;
    return false;
}

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool is_compiler(struct str word)
{
    static const char *const names[] = { "cc",      "gcc", "clang", "c89",
                                         "c99",     "c11", "c17",   "g++",
                                         "clang++", "c++" };
    struct str name = without_version(base_name(word));
    size_t dash = str_rfind_char(name, '-');

    if (is_one_of(name, names, COUNT(names)))
        return true;
    return dash != SIZE_MAX // a cross compiler: x86_64-linux-gnu-gcc
           && is_one_of(str_skip(name, dash + 1), names, COUNT(names));
}

static bool is_wrapper(struct str word)
{
    static const char *const names[] = { "ccache", "distcc", "env", "nice",
                                         "time" };
    return is_one_of(base_name(word), names, COUNT(names))
           || (str_find_char(word, '=') != SIZE_MAX && word.at[0] != '-');
}

static bool is_source(struct str word)
{
    static const char *const endings[] = { ".c",   ".cc", ".cpp",
                                           ".cxx", ".C",  ".m" };

    for (size_t i = 0; i < COUNT(endings); i++)
        if (word.at[0] != '-' && str_ends_with(word, str_from(endings[i])))
            return true;
    return false;
}

// Takes `cd DIR &&` off the front.
static void enter(struct str *line, struct str *directory)
{
    size_t end = str_find(*line, STR("&&"));

    if (!str_starts_with(*line, STR("cd ")) || end == SIZE_MAX)
        return;
    *directory = str_trim(str_skip(str_take(*line, end), 3));
    *line = str_trim(str_skip(*line, end + 2));
}

bool compile_read(struct str line, struct str directory,
                  struct compile *compile)
{
    struct str word, rest;

    line = str_trim(line);
    enter(&line, &directory);
    rest = line;
    do {
        if (!next_word(&rest, &word))
            return false;
    } while (is_wrapper(word));
    if (!is_compiler(word) || !is_plain(line))
        return false;
    while (next_word(&rest, &word)) {
        if (is_source(word)) {
            *compile = (struct compile){ line, directory, word };
            return true;
        }
    }
    return false;
}

// Says whether the option writes files; `*takes_next` if its value follows.
static bool writes_files(struct str word, bool *takes_next)
{
    static const char *const with_value[] = { "-o", "-MF", "-MT", "-MQ",
                                              "-MJ" };

    *takes_next = is_one_of(word, with_value, COUNT(with_value));
    return *takes_next || str_is(word, "-c") || str_starts_with(word, STR("-M"))
           || str_starts_with(word, STR("-o"))
           || str_starts_with(word, STR("-fdiagnostics-"));
}

void compile_write_probe(struct str command, struct buf *out)
{
    struct str word;
    bool takes_next;

    while (next_word(&command, &word)) {
        if (writes_files(word, &takes_next)) {
            if (takes_next && !next_word(&command, &word))
                break;
            continue;
        }
        buf_append(out, word);
        buf_append_char(out, ' ');
    }
    buf_append(out, STR("-fsyntax-only -fdiagnostics-parseable-fixits"));
}
