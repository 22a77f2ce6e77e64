/*
 * File names in unified diffs: git's C-style quoting (git-config(1),
 * core.quotePath) and the prefixes a/ and b/, or any other pair.
 */
#include "reader.h"

#include <string.h>

// Reads one escape behind a backslash; returns its length or 0.
static size_t unescape(struct str s, char *byte)
{
    static const char letter[] = "abtnvfr\"\\";
    static const char plain[] = "\a\b\t\n\v\f\r\"\\";

    if (s.len == 0)
        return 0;
    size_t i = str_find_char(STR(letter), s.at[0]);
    if (i != SIZE_MAX) {
        *byte = plain[i];
        return 1;
    }
    unsigned value = 0;
    for (i = 0; i < 3; i++) {
        if (i >= s.len || s.at[i] < '0' || s.at[i] > '7')
            return 0;
        value = value * 8 + (unsigned)(s.at[i] - '0');
    }
    *byte = (char)value;
    return value > 0 && value < 256 ? 3 : 0;
}

bool name_unquote(struct builder *b, struct str quoted, struct str *name,
                  size_t *used)
{
    if (quoted.len < 2 || quoted.at[0] != '"')
        return false;
    char *out = arena_alloc(&b->arena, quoted.len);
    size_t len = 0, i = 1;

    while (i < quoted.len && quoted.at[i] != '"') {
        size_t step = 1;
        out[len] = quoted.at[i];
        if (quoted.at[i] == '\\') {
            size_t more = unescape(str_skip(quoted, i + 1), &out[len]);
            if (more == 0)
                return false;
            step += more;
        }
        len++;
        i += step;
    }
    if (i >= quoted.len)
        return false;
    *name = (struct str){ out, len };
    *used = i + 1;
    return true;
}

static struct str behind_slash(struct str name)
{
    size_t slash = str_find_char(name, '/');
    return slash == SIZE_MAX ? (struct str){ 0 } : str_skip(name, slash + 1);
}

// Both sides of a header without a rename name the same file.
static bool is_pair(struct str left, struct str right)
{
    struct str a = behind_slash(left), b = behind_slash(right);
    return str_equal(left, right) || (a.len > 0 && str_equal(a, b));
}

static bool split_at(struct str names, size_t at, struct str *left,
                     struct str *right)
{
    *left = str_take(names, at);
    *right = str_skip(names, at + 1);
    return at < names.len && names.at[at] == ' ' && is_pair(*left, *right);
}

bool name_split_git(struct builder *b, struct str names, struct str *old_name,
                    struct str *new_name)
{
    size_t used = 0, more;

    if (names.len > 0 && names.at[0] == '"') {
        if (!name_unquote(b, names, old_name, &used))
            return false;
        *new_name = str_skip(names, used + 1);
    } else if (str_ends_with(names, STR("\""))) {
        used = str_find(names, STR(" \""));
        if (used == SIZE_MAX)
            return false;
        *old_name = str_take(names, used);
        *new_name = str_skip(names, used + 1);
    }
    if (used > 0)
        return new_name->len == 0 || new_name->at[0] != '"'
               || name_unquote(b, *new_name, new_name, &more);
    if (split_at(names, names.len / 2, old_name, new_name))
        return true;
    for (size_t i = 0; i < names.len; i++)
        if (split_at(names, i, old_name, new_name))
            return true;
    return false;
}

static bool has_letter_prefix(struct str name)
{
    return name.len > 2 && name.at[1] == '/'
           && str_find_char(STR("abciow12"), name.at[0]) != SIZE_MAX;
}

static bool is_ab(struct str name, char letter)
{
    return name.len > 2 && name.at[0] == letter && name.at[1] == '/';
}

static bool should_strip(struct str old_name, struct str new_name, bool git)
{
    if (new_name.len == 0)
        return is_ab(old_name, 'a') || (git && has_letter_prefix(old_name));
    if (old_name.len == 0)
        return is_ab(new_name, 'b') || (git && has_letter_prefix(new_name));
    if (str_equal(old_name, new_name))
        return false;
    if (is_ab(old_name, 'a') && is_ab(new_name, 'b'))
        return true;
    if (git && has_letter_prefix(old_name) && has_letter_prefix(new_name)
        && old_name.at[0] != new_name.at[0])
        return true;
    return is_pair(old_name, new_name);
}

void name_strip(struct str *old_name, struct str *new_name, bool git)
{
    if (!should_strip(*old_name, *new_name, git))
        return;
    *old_name = behind_slash(*old_name);
    *new_name = behind_slash(*new_name);
}

struct str name_prefix(struct str git_names, struct str from, struct str to)
{
    size_t bare = from.len + to.len + 1;

    if (git_names.len < bare || str_find_char(git_names, '"') != SIZE_MAX)
        return STR("a/"); // as git does, if nothing tells
    size_t prefix = (git_names.len - bare) / 2;
    if (!str_starts_with(str_skip(git_names, prefix), from))
        return STR("a/");
    return str_take(git_names, prefix);
}

struct str name_join(struct builder *b, struct str prefix, struct str name)
{
    char *at = arena_alloc(&b->arena, prefix.len + name.len + 1);

    if (prefix.len > 0)
        memcpy(at, prefix.at, prefix.len);
    memcpy(at + prefix.len, name.at, name.len);
    return (struct str){ at, prefix.len + name.len };
}
