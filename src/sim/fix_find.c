/*
 * A diagnostic and the notes behind it are one group. The first member that
 * carries fix-its decides: compilers put alternatives into later notes, and of
 * alternatives the first is taken. A group without fix-its goes through the
 * rules, in the order of their table.
 */
#include "kerf/sim/fix.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

size_t word_find(struct str line, struct str word, size_t from)
{
    for (size_t at = from; at + word.len <= line.len && word.len > 0; at++) {
        bool begins = at == 0 || !is_word_byte(line.at[at - 1]);
        bool ends = at + word.len == line.len
                    || !is_word_byte(line.at[at + word.len]);
        if (begins && ends
            && str_equal(str_take(str_skip(line, at), word.len), word))
            return at;
    }
    return SIZE_MAX;
}

// Returns what stands in the first quotes (‘x’ or 'x') of `text`.
static struct str quoted(struct str text)
{
    static const struct str open = { "\xe2\x80\x98", 3 };
    static const struct str close = { "\xe2\x80\x99", 3 };
    size_t curly = str_find(text, open), plain = str_find_char(text, '\'');

    if (curly < plain) {
        text = str_skip(text, curly + open.len);
        return str_take(text, str_find(text, close));
    }
    if (plain == SIZE_MAX)
        return STR("");
    text = str_skip(text, plain + 1);
    return str_take(text, str_find_char(text, '\''));
}

static bool is_identifier(struct str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!is_word_byte(word.at[i]))
            return false;
    return word.len > 0 && !(word.at[0] >= '0' && word.at[0] <= '9');
}

// "include the header <stdio.h>", "did you forget to '#include <limits.h>'".
static bool find_header(struct str message, struct fix *fix)
{
    size_t open = str_find_char(message, '<');
    struct str rest = str_skip(message, open == SIZE_MAX ? open : open + 1);
    struct str header = str_take(rest, str_find_char(rest, '>'));

    if (str_find(message, STR("include")) == SIZE_MAX
        || !str_ends_with(header, STR(".h")))
        return false;
    fix->kind = FIX_INCLUDE;
    fix->word = header;
    return true;
}

// "use of undeclared identifier 'totl'; did you mean 'total'?"
static bool find_spelling(struct str message, struct fix *fix)
{
    size_t at = str_find(message, STR("did you mean "));

    if (at == SIZE_MAX)
        return false;
    fix->word = quoted(message);
    fix->replacement = quoted(str_skip(message, at));
    if (!is_identifier(fix->word) || !is_identifier(fix->replacement)
        || str_equal(fix->word, fix->replacement))
        return false;
    fix->kind = FIX_WORD;
    return true;
}

// "expected ',' or ';' before 'total'": a statement was not ended.
static bool find_semicolon(struct str message, struct fix *fix)
{
    if (!str_starts_with(message, STR("expected "))
        || str_find(message, STR(" before ")) == SIZE_MAX
        || str_find(str_take(message, str_find(message, STR(" before "))),
                    STR(";"))
               == SIZE_MAX)
        return false;
    size_t at = str_find(message, STR(" before "));
    fix->word = quoted(str_skip(message, at));
    fix->kind = FIX_SEMICOLON;
    return true;
}

struct known_name {
    const char *name, *header;
};

// Names of the standard library that clang does not explain.
static const struct known_name known_names[] = {
    { "NULL", "stddef.h" },         { "size_t", "stddef.h" },
    { "ptrdiff_t", "stddef.h" },    { "bool", "stdbool.h" },
    { "true", "stdbool.h" },        { "false", "stdbool.h" },
    { "INT_MAX", "limits.h" },      { "INT_MIN", "limits.h" },
    { "UINT_MAX", "limits.h" },     { "LONG_MAX", "limits.h" },
    { "CHAR_BIT", "limits.h" },     { "uint8_t", "stdint.h" },
    { "uint16_t", "stdint.h" },     { "uint32_t", "stdint.h" },
    { "uint64_t", "stdint.h" },     { "int32_t", "stdint.h" },
    { "int64_t", "stdint.h" },      { "SIZE_MAX", "stdint.h" },
    { "errno", "errno.h" },         { "EINVAL", "errno.h" },
    { "ENOENT", "errno.h" },        { "EXIT_SUCCESS", "stdlib.h" },
    { "EXIT_FAILURE", "stdlib.h" }, { "stdin", "stdio.h" },
    { "stdout", "stdio.h" },        { "stderr", "stdio.h" },
    { "FILE", "stdio.h" },          { "EOF", "stdio.h" },
    { "assert", "assert.h" },       { "isalpha", "ctype.h" },
    { "isspace", "ctype.h" },       { "isdigit", "ctype.h" },
    { "toupper", "ctype.h" },       { "tolower", "ctype.h" },
    { "va_list", "stdarg.h" },      { "time_t", "time.h" },
};

static bool find_known_name(struct str message, struct fix *fix)
{
    static const char *const marks[] = { "undeclared", "unknown type name",
                                         "implicit declaration" };
    struct str name = quoted(message);
    bool speaks_of_it = false;

    for (size_t i = 0; i < COUNT(marks); i++)
        speaks_of_it |= str_find(message, str_from(marks[i])) != SIZE_MAX;
    for (size_t i = 0; speaks_of_it && i < COUNT(known_names); i++) {
        if (str_is(name, known_names[i].name)) {
            fix->kind = FIX_INCLUDE;
            fix->word = str_from(known_names[i].header);
            return true;
        }
    }
    return false;
}

// Fix-its of the member at `index`; they stand together in the list.
static bool take_fixits(const struct diagnosis *d, size_t index,
                        struct fix *fix)
{
    size_t from = 0;

    while (from < d->fixit_count && d->fixits[from].owner != index)
        from++;
    fix->fixits = &d->fixits[from];
    while (from + fix->fixit_count < d->fixit_count
           && d->fixits[from + fix->fixit_count].owner == index)
        fix->fixit_count++;
    if (fix->fixit_count == 0)
        return false;
    fix->kind = FIX_EDITS;
    if (str_starts_with(fix->fixits[0].text, STR("#include")))
        find_header(fix->fixits[0].text, fix);
    return true;
}

static void find_one(const struct diagnosis *d, size_t from, size_t to,
                     struct fix *fix)
{
    static bool (*const rules[])(struct str message, struct fix * fix) = {
        find_header, find_spelling, find_known_name, find_semicolon
    };

    for (size_t i = from; i < to; i++)
        if (take_fixits(d, i, fix))
            return;
    for (size_t rule = 0; rule < COUNT(rules); rule++)
        for (size_t i = from; i < to; i++)
            if (rules[rule](d->diagnostics[i].message, fix))
                return;
}

static bool same_fixits(const struct fix *a, const struct fix *b)
{
    if (a->fixit_count != b->fixit_count)
        return false;
    for (size_t i = 0; i < a->fixit_count; i++) {
        const struct fixit *x = &a->fixits[i], *y = &b->fixits[i];
        if (x->line != y->line || x->col != y->col || x->end_line != y->end_line
            || x->end_col != y->end_col || !str_equal(x->text, y->text))
            return false;
    }
    return true;
}

static bool same_fix(const struct fix *a, const struct fix *b)
{
    if (a->kind != b->kind || !str_equal(a->file, b->file))
        return false;
    switch (a->kind) {
    case FIX_NONE:
        return a->line == b->line && str_equal(a->message, b->message);
    case FIX_EDITS: return same_fixits(a, b);
    case FIX_INCLUDE: return str_equal(a->word, b->word);
    case FIX_WORD: return a->line == b->line && str_equal(a->word, b->word);
    case FIX_SEMICOLON: return a->line == b->line;
    }
    return false;
}

static void mark_duplicate(struct fix_list list, struct fix *fix)
{
    for (size_t i = 0; i < list.count; i++) {
        if (same_fix(&list.at[i], fix)) {
            fix->state = FIX_DUPLICATE;
            return;
        }
    }
}

struct fix_list fixes_find(struct arena *arena, const struct diagnosis *d)
{
    struct fix_list list = {
        arena_array(arena, d->diagnostic_count + 1, sizeof(*list.at)), 0
    };

    for (size_t from = 0, to; from < d->diagnostic_count; from = to) {
        const struct diagnostic *head = &d->diagnostics[from];
        struct fix *fix = &list.at[list.count];
        for (to = from + 1; to < d->diagnostic_count
                            && d->diagnostics[to].severity == SEVERITY_NOTE;)
            to++;
        if (head->severity == SEVERITY_NOTE)
            continue; // notes of something that was cut off
        *fix = (struct fix){ .severity = head->severity,
                             .file = diagnosis_path(d, head->file),
                             .line = head->line,
                             .message = head->message };
        find_one(d, from, to, fix);
        mark_duplicate(list, fix);
        list.count++;
    }
    return list;
}
