/*
 * Lines with which models leave lines out. Written into a file they would
 * take the place of code, so a patch that holds one is refused.
 */
#include "search_reader.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool starts_with_folded(struct str s, struct str prefix)
{
    if (s.len < prefix.len)
        return false;
    for (size_t i = 0; i < prefix.len; i++)
        if (lower(s.at[i]) != prefix.at[i])
            return false;
    return true;
}

// Takes "..." or its one-letter form off; says whether it was there.
static bool skip_dots(struct str *s)
{
    static const struct str forms[] = { { "...", 3 }, { "\xe2\x80\xa6", 3 } };

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        if (str_starts_with(*s, forms[i])) {
            *s = str_trim_start(str_skip(*s, forms[i].len));
            return true;
        }
    return false;
}

static bool dots_are_content(struct str path)
{
    static const struct str suffixes[] = {
        { ".py", 3 }, { ".pyi", 4 }, { ".yml", 4 }, { ".yaml", 5 },
        { ".md", 3 }, { ".txt", 4 }, { ".rst", 4 },
    };

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        if (str_ends_with(path, suffixes[i]))
            return true;
    return false;
}

bool line_is_elision(struct str line, struct str path)
{
    static const struct str comments[] = {
        { "//", 2 }, { "#", 1 },    { "/*", 2 },
        { "--", 2 }, { "<!--", 4 }, { ";", 1 },
    };
    static const char *const words[] = { "existing",       "rest of",
                                         "unchanged",      "remaining",
                                         "same as before", "other code" };
    struct str rest = str_trim(line);
    bool comment = false;

    if (skip_dots(&rest))
        return rest.len == 0 && !dots_are_content(path);
    for (size_t i = 0; i < sizeof(comments) / sizeof(comments[0]); i++)
        if (!comment && str_starts_with(rest, comments[i])) {
            rest = str_trim_start(str_skip(rest, comments[i].len));
            comment = true;
        }
    if (!comment || !skip_dots(&rest))
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (starts_with_folded(rest, str_from(words[i])))
            return true;
    return rest.len == 0 || str_is(rest, "*/") || str_is(rest, "-->");
}
